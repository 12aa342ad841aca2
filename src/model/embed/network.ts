import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { fixedSum } from "../fixed-sum.ts";
import { networkScratch, networkTile, parameterCount } from "../kernels/dense-network.ts";

/** Rows that a network is run on, in the numeric memory; the input is (x - mean) × scale. */
export interface NetworkInput {
  readonly values: Float64Array;
  /** Numbers from a row to the next, and from a column to the next. */
  readonly rowStep: number;
  readonly columnStep: number;
  readonly weights: Float64Array | null;
  readonly means: Float64Array;
  readonly scale: number;
}

/** A network in the numeric memory, with room for what a run on so many rows gives. */
export interface NetworkWork {
  readonly compute: Compute;
  readonly sizes: Int32Array;
  readonly parameters: Float64Array;
  readonly losses: Float64Array;
  /** Blocks × parameters. */
  readonly gradients: Float64Array;
  readonly scratch: Uint8Array;
  readonly scratchBytes: number;
}

/** Rows of a block with a gradient, and without. */
const gradientBlock = 2 * networkTile;
const plainBlock = 32 * networkTile;

/** `gradientRows`: the most rows that a gradient is taken of; `rows`: that the network is run on at all. */
export function openNetwork(
  compute: Compute,
  sizes: readonly number[],
  { rows, gradientRows }: { readonly rows: number; readonly gradientRows: number },
): NetworkWork {
  const count = parameterCount(sizes);
  const scratchBytes = Math.ceil(networkScratch(sizes) / 64) * 64;
  const own = compute.i32(sizes.length);
  own.set(sizes);
  return {
    compute,
    sizes: own,
    parameters: compute.f64(count),
    losses: compute.f64(Math.max(Math.ceil(rows / plainBlock), Math.ceil(gradientRows / gradientBlock))),
    gradients: compute.f64(Math.ceil(gradientRows / gradientBlock) * count),
    scratch: compute.u8(scratchBytes * compute.threads),
    scratchBytes,
  };
}

/** Weighted sum over the listed rows, or with null over the first so many, of the squared differences between input and output. */
export function networkLoss(
  work: NetworkWork,
  input: NetworkInput,
  list: Int32Array | null,
  rows = list?.length ?? 0,
): number {
  const blocks = Math.ceil(rows / plainBlock);
  run(work, input, { rows, blockRows: plainBlock, list: list?.byteOffset ?? 0, loss: work.losses.byteOffset });
  return fixedSum(work.losses, 0, blocks);
}

/** Puts half the gradient of `networkLoss` into `gradient`; gives the loss. */
export function networkGradient(
  work: NetworkWork,
  input: NetworkInput,
  list: Int32Array,
  gradient: Float64Array,
): number {
  const blocks = Math.ceil(list.length / gradientBlock);
  const outputs = { loss: work.losses.byteOffset, gradient: work.gradients.byteOffset };
  run(work, input, { rows: list.length, blockRows: gradientBlock, list: list.byteOffset, ...outputs });
  gradient.set(work.gradients.subarray(0, gradient.length));
  for (let b = 1; b < blocks; b++) {
    const from = b * gradient.length;
    for (let p = 0; p < gradient.length; p++) gradient[p]! += work.gradients[from + p]!;
  }
  return fixedSum(work.losses, 0, blocks);
}

/** What the last layer of a network gives for every row of a matrix, rows × its size, column-major, in the numeric memory. */
export function networkOutput(
  compute: Compute,
  { rows, values }: Matrix,
  network: { readonly sizes: readonly number[]; readonly parameters: Float64Array },
  { means, scale }: { readonly means: Float64Array; readonly scale: number },
): Float64Array {
  const out = compute.f64(rows * network.sizes.at(-1)!);
  const mark = compute.mark();
  const work = openNetwork(compute, network.sizes, { rows, gradientRows: 0 });
  work.parameters.set(network.parameters);
  const own = compute.f64(means.length);
  own.set(means);
  const input = { values, rowStep: 1, columnStep: rows, weights: null, means: own, scale };
  run(work, input, { rows, blockRows: plainBlock, output: out.byteOffset });
  compute.release(mark);
  return out;
}

interface Run {
  readonly rows: number;
  readonly blockRows: number;
  readonly list?: number;
  readonly loss?: number;
  readonly gradient?: number;
  readonly output?: number;
}

function run(work: NetworkWork, input: NetworkInput, run: Run): void {
  const shape = [run.rows, run.blockRows, work.sizes.length - 1, work.sizes.byteOffset, work.parameters.byteOffset];
  const data = [input.values.byteOffset, input.rowStep, input.columnStep, run.list ?? 0];
  const scaling = [input.weights?.byteOffset ?? 0, input.means.byteOffset, input.scale];
  const outputs = [run.loss ?? 0, run.gradient ?? 0, run.output ?? 0, work.scratch.byteOffset, work.scratchBytes];
  const blocks = Math.ceil(run.rows / run.blockRows);
  work.compute.run("denseNetwork", blocks, [...shape, ...data, ...scaling, ...outputs]);
}
