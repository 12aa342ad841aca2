import { expOf } from "./exp-log.ts";
import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows that are worked on side by side. */
export const networkTile = 16;

/** Bytes of scratch that a thread needs for layers of such sizes, the input's first. */
export function networkScratch(sizes: readonly number[]): number {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return 8 * networkTile * (all + 2 * Math.max(...sizes) + 1);
}

/** Parameters of a network: for each layer its weights (outputs × inputs, row-major), then its biases. */
export function parameterCount(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, size, l) => sum + size * (sizes[l]! + 1), 0);
}

/**
 * A dense network on a block of rows, whose layers take turns: hyperbolic tangent, linear, hyperbolic tangent … It gives what the last
 * layer puts out, or as an autoencoder, whose last layer is as wide as its input, the weighted sum of the squared differences between
 * the two and half its gradient by the parameters (by backpropagation).
 *
 * args: 0 rows, 1 rows of a block (a multiple of 16), 2 layers, 3 sizes (i32, the input's first), 4 parameters (f64), 5 values (f64),
 * 6 numbers from a row to the next, 7 numbers from a column to the next, 8 list of rows (i32; 0: as they stand), 9 weights (f64 by row
 * of the values; 0: all one), 10 means (f64 by column), 11 scale: the input is (x - mean) × scale, 12 out: squared differences (f64 by
 * block; 0: not wanted), 13 out: half gradients (f64, blocks × parameters; 0: not wanted), 14 out: the last layer's (f64, rows × size,
 * column-major; 0: not wanted), 15 scratch, 16 scratch bytes of a thread.
 */
export const denseNetwork: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const blockRows = argument(args, 1);
  const layers = argument(args, 2);
  const sizes = [...new Int32Array(memory, argument(args, 3), layers + 1)];
  const parameters = new Float64Array(memory, argument(args, 4), parameterCount(sizes));
  const [lossAt, gradientAt, outAt] = [argument(args, 12), argument(args, 13), argument(args, 14)];
  const gradient =
    gradientAt === 0 ? null : new Float64Array(memory, gradientAt + 8 * block * parameters.length, parameters.length);
  gradient?.fill(0);
  const first = block * blockRows;
  const end = Math.min(first + blockRows, rows);
  const size = sizes[layers]!;
  let loss = 0;
  for (let row = first; row < end; row += networkTile) {
    const valid = Math.min(networkTile, end - row);
    const { input, weights } = gather(memory, args, row, valid, sizes[0]!);
    const activations = forward(sizes, parameters, input);
    const output = activations[layers]!;
    if (outAt !== 0) {
      const out = new Float64Array(memory, outAt, rows * size);
      for (let u = 0; u < size; u++)
        for (let r = 0; r < valid; r++) out[u * rows + row + r] = output[u * networkTile + r]!;
    }
    if (lossAt === 0 && gradient === null) continue;
    const delta = new Float64Array(output.length);
    const lanes: [number, number] = [0, 0];
    for (let at = 0; at < output.length; at++) {
      const difference = output[at]! - input[at]!;
      delta[at] = difference * weights[at % networkTile]!;
      lanes[at & 1]! += difference * delta[at]!;
    }
    loss += lanes[0] + lanes[1];
    if (gradient !== null) backward(sizes, parameters, activations, delta, gradient);
  }
  if (lossAt !== 0) new Float64Array(memory, lossAt, block + 1)[block] = loss;
};

/** A tile of the input, by column and row; rows beyond the last are zeros of weight 0. */
function gather(memory: SharedArrayBuffer, args: Float64Array, row: number, valid: number, columns: number) {
  const listAt = argument(args, 8);
  const weightsAt = argument(args, 9);
  const means = new Float64Array(memory, argument(args, 10), columns);
  const input = new Float64Array(columns * networkTile);
  const weights = new Float64Array(networkTile);
  for (let r = 0; r < valid; r++) {
    const from = listAt === 0 ? row + r : new Int32Array(memory, listAt, row + r + 1)[row + r]!;
    weights[r] = weightsAt === 0 ? 1 : new Float64Array(memory, weightsAt, from + 1)[from]!;
    const start = argument(args, 5) + 8 * from * argument(args, 6);
    const step = argument(args, 7);
    const own = new Float64Array(memory, start, (columns - 1) * step + 1);
    for (let j = 0; j < columns; j++) input[j * networkTile + r] = (own[j * step]! - means[j]!) * argument(args, 11);
  }
  return { input, weights };
}

function forward(sizes: readonly number[], parameters: Float64Array, input: Float64Array): Float64Array[] {
  const activations = [input];
  let weightsFrom = 0;
  for (let l = 1; l < sizes.length; l++) {
    const inputs = sizes[l - 1]!;
    const units = sizes[l]!;
    const below = activations[l - 1]!;
    const own = new Float64Array(units * networkTile);
    for (let u = 0; u < units; u++) {
      const bias = parameters[weightsFrom + units * inputs + u]!;
      for (let r = 0; r < networkTile; r++) {
        let total = bias;
        for (let i = 0; i < inputs; i++)
          total += parameters[weightsFrom + u * inputs + i]! * below[i * networkTile + r]!;
        own[u * networkTile + r] = l % 2 === 1 ? tangent(total) : total;
      }
    }
    activations.push(own);
    weightsFrom += units * (inputs + 1);
  }
  return activations;
}

/** Hyperbolic tangent, to about 1e-16; ±1 from ±20 on. */
function tangent(x: number): number {
  return 1 - 2 / (expOf(Math.max(-40, Math.min(40, 2 * x))) + 1);
}

function backward(
  sizes: readonly number[],
  parameters: Float64Array,
  activations: readonly Float64Array[],
  last: Float64Array,
  gradient: Float64Array,
): void {
  let delta = last;
  let weightsEnd = parameters.length;
  for (let l = sizes.length - 1; l > 0; l--) {
    const inputs = sizes[l - 1]!;
    const units = sizes[l]!;
    const below = activations[l - 1]!;
    const weightsFrom = weightsEnd - units * (inputs + 1);
    for (let u = 0; u < units; u++) {
      const own = delta.subarray(u * networkTile, (u + 1) * networkTile);
      for (let i = 0; i < inputs; i++) {
        const lanes: [number, number] = [0, 0];
        for (let r = 0; r < networkTile; r++) lanes[r & 1]! += own[r]! * below[i * networkTile + r]!;
        gradient[weightsFrom + u * inputs + i]! += lanes[0] + lanes[1];
      }
      const lanes: [number, number] = [0, 0];
      for (let r = 0; r < networkTile; r++) lanes[r & 1]! += own[r]!;
      gradient[weightsFrom + units * inputs + u]! += lanes[0] + lanes[1];
    }
    if (l === 1) return;
    const next = new Float64Array(inputs * networkTile);
    for (let i = 0; i < inputs; i++) {
      for (let r = 0; r < networkTile; r++) {
        let total = 0;
        for (let u = 0; u < units; u++)
          total += parameters[weightsFrom + u * inputs + i]! * delta[u * networkTile + r]!;
        const a = below[i * networkTile + r]!;
        next[i * networkTile + r] = l % 2 === 0 ? total * (1 - a * a) : total;
      }
    }
    delta = next;
    weightsEnd = weightsFrom;
  }
}
