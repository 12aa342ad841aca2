/** The changes that a candidate brings to some rows, whose distances to it are known. */
export function addGains(
  first: usize,
  end: usize,
  weights: usize,
  nearest: usize,
  own: usize,
  second: usize,
  distances: usize,
  out: usize,
  k: usize,
): void {
  memory.fill(out, 0, 8 * (k + 1));
  for (let row = first; row < end; row++) {
    const distance = load<f64>(distances + 8 * row);
    const to2 = load<f64>(second + 8 * row);
    if (!(distance < to2)) continue;
    const to1 = load<f64>(own + 8 * row);
    const weight = weights == 0 ? 1.0 : load<f64>(weights + 8 * row);
    const slot = out + 8 * (1 + <usize>load<u32>(nearest + 4 * row));
    if (distance < to1) {
      store<f64>(out, load<f64>(out) + (distance - to1) * weight);
      store<f64>(slot, load<f64>(slot) + (to1 - to2) * weight);
    } else {
      store<f64>(slot, load<f64>(slot) + (distance - to2) * weight);
    }
  }
}
