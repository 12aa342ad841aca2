/**
 * The decimal number of fewest places `t` with `low <= t < high`, the one nearest to their middle: what parts rows at most
 * `low` from rows of at least `high` as the shortest threshold would. Both are finite and `low < high`.
 */
export function shortestBetween(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  if (low <= 0 && high > 0 && middle === 0) return 0;
  const size = Math.max(Math.abs(low), Math.abs(high));
  for (let exponent = Math.floor(Math.log10(size)) + 1; exponent >= -324; exponent--) {
    const nearest = Math.round(Number(`${middle}e${-exponent}`) || middle / 10 ** exponent);
    if (!Number.isSafeInteger(nearest)) break;
    for (const multiple of [nearest, nearest - 1, nearest + 1]) {
      const candidate = Number(`${multiple}e${exponent}`);
      if (candidate >= low && candidate < high) return candidate + 0;
    }
  }
  return low;
}
