const tabled = 256;
const table = new Float64Array(tabled);
for (let n = 2; n < tabled; n++) table[n] = table[n - 1]! + Math.log(n);

/**
 * ln(n!) of a whole number from 0: a sum of logarithms, from 256 on Stirling's series (Abramowitz and Stegun 6.1.41), whose
 * first term left out is below 1e-19 there.
 */
export function logFactorial(n: number): number {
  if (n < tabled) return table[n]!;
  const x = n + 1;
  const square = 1 / (x * x);
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - square / 1680) * square) * square) / x;
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series;
}
