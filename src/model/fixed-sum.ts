/** Sum of a list in a fixed tree (pairs of halves), the same for any number of threads that filled the list. */
export function fixedSum(values: ArrayLike<number>, from = 0, to = values.length): number {
  if (to - from <= 8) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i]!;
    return sum;
  }
  const middle = (from + to) >>> 1;
  return fixedSum(values, from, middle) + fixedSum(values, middle, to);
}
