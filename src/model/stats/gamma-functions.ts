/** From here on Stirling's series with eight terms is exact to f64. */
const seriesFrom = 10;

/** B₂ₙ / (2n (2n - 1)), B₂ₙ Bernoulli's numbers. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** ln Γ(x) for x > 0, to an absolute error near 1e-15 times max(10, |ln Γ(x)|) (Abramowitz and Stegun 6.1.41). */
export function logGamma(x: number): number {
  let product = 1;
  let y = x;
  for (; y < seriesFrom; y++) product *= y;
  const inverse = 1 / y;
  const square = inverse * inverse;
  let sum = 0;
  for (let n = stirling.length - 1; n >= 0; n--) sum = sum * square + stirling[n]!;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + sum * inverse - Math.log(product);
}

/** ψ(x) = d ln Γ(x) / dx for x > 0, to an absolute error near 1e-15 times max(1, |ψ(x)|) (Abramowitz and Stegun 6.3.18). */
export function digamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < seriesFrom; y++) shift += 1 / y;
  const square = 1 / (y * y);
  let sum = 0;
  for (let n = stirling.length - 1; n >= 0; n--) sum = sum * square + stirling[n]! * (2 * n + 1);
  return Math.log(y) - 0.5 / y - sum * square - shift;
}

/** ln of Euler's beta function. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
