import { fixedSum } from "../fixed-sum.ts";

/** Values summed one after the other before the tree begins. */
const block = 1024;

/** Sums `term(from, to)` over fixed blocks of `length` items in a fixed tree: the same bits whatever the machine. */
export function sumBlocks(length: number, term: (from: number, to: number) => number): number {
  const partial = new Float64Array(Math.ceil(length / block));
  for (let b = 0; b < partial.length; b++) partial[b] = term(b * block, Math.min((b + 1) * block, length));
  return fixedSum(partial);
}

/** Two sums in one pass: `terms` leaves those of rows `from … to-1` in `out[0]` and `out[1]`. The same tree. */
export function sumBlocksTwice(
  length: number,
  terms: (from: number, to: number, out: Float64Array) => void,
): readonly [number, number] {
  const first = new Float64Array(Math.ceil(length / block));
  const second = new Float64Array(first.length);
  const out = new Float64Array(2);
  for (let b = 0; b < first.length; b++) {
    terms(b * block, Math.min((b + 1) * block, length), out);
    first[b] = out[0]!;
    second[b] = out[1]!;
  }
  return [fixedSum(first), fixedSum(second)];
}

/** Sum of a column, of `values[i] * weights[i]` where weights are given; NaN is skipped. About 1 ns a value. */
export function sum(values: Float64Array, weights: Float64Array | null = null): number {
  return sumBlocks(values.length, (from, to) => {
    let total = 0;
    if (weights === null) for (let i = from; i < to; i++) total += present(values[i]!);
    else for (let i = from; i < to; i++) total += present(values[i]! * weights[i]!);
    return total;
  });
}

function present(x: number): number {
  return x === x ? x : 0;
}
