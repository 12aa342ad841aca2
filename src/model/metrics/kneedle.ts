/**
 * The knee of a decreasing convex curve such as inertia against k, or null where it has none.
 *
 * Kneedle (Satopää, Albrecht, Irwin, Raghavan: Finding a "kneedle" in a haystack, ICDCSW 2011) without smoothing, S =
 * 1: both axes brought to 0…1 and the curve turned so that it rises, each local maximum of its height over the
 * diagonal stands as knee once the height falls below the maximum less S times the mean step in x before another
 * maximum comes. The first such is returned. `xs` rises strictly; fewer than three points, or a flat curve, have no
 * knee.
 */
export function kneedle(xs: readonly number[], ys: readonly number[], sensitivity = 1): number | null {
  const n = xs.length;
  const left = xs[0];
  const width = n === 0 ? 0 : xs[n - 1]! - left!;
  const low = Math.min(...ys);
  const height = Math.max(...ys) - low;
  if (n < 3 || !(width > 0) || !(height > 0)) return null;
  const gap = xs.map((x, i) => 1 - (ys[i]! - low) / height - (x - left!) / width);
  const step = 1 / (n - 1);
  let knee: number | null = null;
  let threshold = 0;
  for (let i = 1; i < n; i++) {
    const rises = gap[i]! >= gap[i - 1]!;
    const falls = i === n - 1 || gap[i]! >= gap[i + 1]!;
    if (rises && falls && i < n - 1) {
      knee = i;
      threshold = gap[i]! - sensitivity * step;
    } else if (knee !== null && gap[i]! < threshold) {
      return xs[knee]!;
    }
  }
  return null;
}
