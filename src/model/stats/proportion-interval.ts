/** The 97.5th percentile of the standard normal distribution. */
const z = 1.959963984540054;

/** Wilson's 95 % interval of a proportion of `hits` among `trials` (Wilson 1927, score interval); [0, 1] for no trial. */
export function wilsonInterval(hits: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const share = hits / trials;
  const square = (z * z) / trials;
  const centre = (share + square / 2) / (1 + square);
  const half = (z / (1 + square)) * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
