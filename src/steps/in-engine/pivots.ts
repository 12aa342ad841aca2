const bits = new DataView(new ArrayBuffer(8));
const magnitude = 2n ** 63n - 1n;

/**
 * Up to `count` doubles from `low` on and below `high`, rising. Half of them are evenly apart as values, half as places
 * among all doubles, so that whatever the values are like, 255 of them leave a seventieth of the doubles between two.
 */
export function pivotsBetween(low: number, high: number, count: number): readonly number[] {
  const [first, last] = [placeOf(low), placeOf(high)];
  // Within an octave doubles lie evenly themselves.
  const even = last - first <= 2n ** 52n ? count : Math.ceil(count / 2);
  const pivots = new Set<number>();
  for (let i = 1; i <= even; i++) pivots.add(low * (1 - i / (even + 1)) + high * (i / (even + 1)));
  const placed = count - even;
  for (let i = 1; i <= placed; i++) pivots.add(at(first + ((last - first) * BigInt(i)) / BigInt(placed + 1)));
  return [...pivots].filter((pivot) => pivot >= low && pivot < high).sort((a, b) => a - b);
}

/** The place of a double among all of them, 0 for zero. */
function placeOf(x: number): bigint {
  bits.setFloat64(0, x);
  const whole = bits.getBigInt64(0);
  return whole < 0n ? -(whole & magnitude) : whole;
}

function at(place: bigint): number {
  bits.setBigInt64(0, place < 0n ? -place : place);
  const x = bits.getFloat64(0);
  return place < 0n ? -x : x;
}
