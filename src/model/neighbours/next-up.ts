/** The least double above a number that is not negative; infinity stays. */
export function nextUp(x: number): number {
  if (x === Infinity) return x;
  number[0] = x;
  bits[0]! += 1n;
  return number[0];
}

const bits = new BigInt64Array(1);
const number = new Float64Array(bits.buffer);
