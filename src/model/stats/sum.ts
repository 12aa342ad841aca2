import { fixedSum } from "../fixed-sum.ts";

/** Values summed one after the other before the tree begins. */
const block = 1024;

/** Sums `term(from, to)` over fixed blocks of `length` items in a fixed tree: the same bits whatever the machine. */
function sumBlocks(length: number, term: (from: number, to: number) => number): number {
  const partial = new Float64Array(Math.ceil(length / block));
  for (let b = 0; b < partial.length; b++) partial[b] = term(b * block, Math.min((b + 1) * block, length));
  return fixedSum(partial);
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
