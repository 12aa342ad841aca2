import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf, type Matrix } from "../../core/matrix.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { inMemory } from "../in-memory.ts";
import { parameterCount } from "../kernels/dense-network.ts";
import { smallestHashes, structureSample } from "../metrics/structure-sample.ts";
import { pickRows } from "../pick-rows.ts";
import { createRandom } from "../random.ts";
import { moments } from "../stats/moments.ts";
import { sum } from "../stats/sum.ts";
import { adamStep, openAdam } from "./adam.ts";
import {
  networkGradient,
  networkLoss,
  networkOutput,
  openNetwork,
  type NetworkInput,
  type NetworkWork,
} from "./network.ts";
import { fitPca, pcaError } from "./pca.ts";

export interface AutoencoderOptions {
  /** Columns of the code: from 1 to one less than the table has. */
  readonly code: number;
  /** Units of each hidden layer. */
  readonly hidden: number;
  /** Rows of a step. */
  readonly batch: number;
  /** Passes over the training rows at most. */
  readonly epochs: number;
  /** Passes after which the training ends where the error on the held-out rows has not fallen by a thousandth. */
  readonly patience: number;
  /** Adam's step; halved whenever that error has not fallen for a third of the patience. */
  readonly learningRate: number;
  /** Share of the rows that only judge, 0–1. */
  readonly heldOut: number;
  readonly seed: number;
  progress?(text: string): void;
}

export const autoencoderDefaults = {
  hidden: 64,
  batch: 64,
  epochs: 200,
  patience: 18,
  learningRate: 5e-3,
  heldOut: 0.1,
} as const;

/** What new rows are encoded by. */
export interface Autoencoder {
  /** Columns, hidden units, code, hidden units, columns. */
  readonly sizes: readonly number[];
  /** For each layer its weights (outputs × inputs, row-major), then its biases. */
  readonly parameters: Float64Array;
  readonly means: Float64Array;
  /** The network sees (x - mean) × scale. */
  readonly scale: number;
}

/** Weighted mean over rows of the squared distance between a row and its reconstruction, in the units of the matrix. */
export interface ReconstructionError {
  readonly train: number;
  readonly heldOut: number;
}

export interface AutoencoderResult {
  readonly model: Autoencoder;
  readonly error: ReconstructionError;
  /** Of as many principal components of the training rows. */
  readonly pcaError: ReconstructionError;
  /** Of the mean of the training rows alone: what an error is a share of. */
  readonly meanError: ReconstructionError;
  readonly rows: { readonly train: number; readonly heldOut: number };
  /** Passes made, and the one whose parameters are kept, from 1. */
  readonly epochs: number;
  readonly bestEpoch: number;
  /** Whether the held-out error ended the training. */
  readonly converged: boolean;
}

/** Rows that are trained and judged on at most. */
export const mostAutoencoderRows = 50_000;

/**
 * An autoencoder: a dense network that gives each row back from a short code (Hinton and Salakhutdinov 2006, Reducing the
 * dimensionality of data with neural networks), with a hidden layer of hyperbolic tangents on either side of the code, and code and
 * output linear. Trained on the mean squared error with Adam from weights by Glorot and Bengio (2010); of the passes that one is kept
 * which is best on rows that are held out. Of more than 50,000 rows so many are drawn as for `structureSample`.
 *
 * Values must not be NaN or infinite, and are best scaled alike; weights act as repeated rows. f64; the same for any number of
 * threads. Memory: the rows trained on, once more. Throws `bad-option-value` for a code that is not shorter than a row and
 * `too-few-rows` where fewer than two rows would be held out or trained on.
 */
export async function fitAutoencoder(
  compute: Compute,
  points: Points,
  options: AutoencoderOptions,
): Promise<AutoencoderResult> {
  const d = points.matrix.columns.length;
  if (!(options.code >= 1 && options.code < d)) {
    throw new SegmentError("bad-option-value", `a code of ${options.code} columns for rows of ${d}`, {
      hint: "give a code of fewer columns than are fitted",
    });
  }
  const mark = compute.mark();
  try {
    const { train, heldOut } = splitRows(compute, points, options);
    const rows = { train: train.matrix.rows, heldOut: heldOut.matrix.rows };
    const pca = fitPca(compute, train, { components: options.code });
    const bare = { ...pca, size: 0 };
    const sizes = [d, options.hidden, options.code, options.hidden, d];
    const work = openNetwork(compute, sizes, { rows: Math.max(rows.train, rows.heldOut), gradientRows: options.batch });
    const means = compute.f64(d);
    means.set(pca.means);
    const scale = scaleOf(compute, train);
    const inputs = [train, heldOut].map((part) => rowMajor(compute, part, means, scale)) as [
      NetworkInput,
      NetworkInput,
    ];
    drawParameters(work, sizes, options.seed);
    const trained = await trainNetwork(work, inputs, rows, options);
    const unit = 1 / scale / scale;
    return {
      model: { sizes, parameters: work.parameters.slice(), means: pca.means, scale },
      error: { train: trained.error.train * unit, heldOut: trained.error.heldOut * unit },
      pcaError: { train: pcaError(compute, train, pca), heldOut: pcaError(compute, heldOut, pca) },
      meanError: { train: pcaError(compute, train, bare), heldOut: pcaError(compute, heldOut, bare) },
      rows,
      epochs: trained.epochs,
      bestEpoch: trained.bestEpoch,
      converged: trained.converged,
    };
  } finally {
    compute.release(mark);
  }
}

/** The codes of all rows, as columns `code1`, `code2` … in the numeric memory. */
export function encode(compute: Compute, matrix: Matrix, model: Autoencoder): Matrix {
  const sizes = model.sizes.slice(0, 3);
  const parameters = model.parameters.subarray(0, parameterCount(sizes));
  const values = networkOutput(compute, matrix, { sizes, parameters }, model);
  return { rows: matrix.rows, columns: Array.from({ length: sizes[2]! }, (_, c) => `code${c + 1}`), values };
}

/** Weighted mean over any rows of the squared distance between a row and its reconstruction, in the units of the matrix. */
export function autoencoderError(compute: Compute, { matrix, weights }: Points, model: Autoencoder): number {
  const mark = compute.mark();
  const work = openNetwork(compute, model.sizes, { rows: matrix.rows, gradientRows: 0 });
  work.parameters.set(model.parameters);
  const means = compute.f64(model.means.length);
  means.set(model.means);
  const ownWeights = weights === null ? null : inMemory(compute, weights);
  const layout = { values: matrix.values, rowStep: 1, columnStep: matrix.rows };
  const loss = networkLoss(work, { ...layout, weights: ownWeights, means, scale: model.scale }, null, matrix.rows);
  compute.release(mark);
  return loss / (weights === null ? matrix.rows : sum(weights)) / model.scale / model.scale;
}

function splitRows(compute: Compute, points: Points, { heldOut, seed }: AutoencoderOptions) {
  const whole = points.matrix.rows <= mostAutoencoderRows;
  const drawn = whole ? points : structureSample(points, mostAutoencoderRows, seed);
  const { rows } = drawn.matrix;
  const out = Math.round(heldOut * rows);
  if (out < 2 || rows - out < 2) {
    throw new SegmentError("too-few-rows", `an autoencoder on ${rows} rows, ${out} of them held out`, {
      hint: "give more rows",
    });
  }
  const judged = smallestHashes(rows, out, seed + 1);
  const isJudged = new Uint8Array(rows);
  for (const row of judged) isJudged[row] = 1;
  const trained = Uint32Array.from({ length: rows - out });
  let next = 0;
  for (let i = 0; i < rows; i++) if (isJudged[i] === 0) trained[next++] = i;
  const part = (list: Uint32Array): Points => ({
    matrix: pickRows(compute, drawn.matrix, list),
    weights: drawn.weights === null ? null : Float64Array.from(list, (row) => drawn.weights![row]!),
  });
  const parts = { train: part(trained), heldOut: part(judged) };
  for (const { weights } of [parts.train, parts.heldOut]) {
    if (weights !== null && !(sum(weights) > 0)) {
      throw new SegmentError(
        "too-few-rows",
        "an autoencoder needs rows of positive weight to train on and to hold out",
        {
          hint: "give more rows, or leave the weights out",
        },
      );
    }
  }
  return parts;
}

/** What brings the mean variance of the columns to 1; a power of two, so that no digit is lost. */
function scaleOf(compute: Compute, { matrix, weights }: Points): number {
  const d = matrix.columns.length;
  let total = 0;
  for (let j = 0; j < d; j++) total += moments(compute, columnOf(matrix, j), weights).variance / d;
  return total > 0 ? 2 ** Math.max(-500, Math.min(500, -Math.round(Math.log2(total) / 2))) : 1;
}

/** The rows one behind the other, so that a batch reads few places. */
function rowMajor(compute: Compute, { matrix, weights }: Points, means: Float64Array, scale: number): NetworkInput {
  const { rows, values } = matrix;
  const d = matrix.columns.length;
  const own = compute.f64(rows * d);
  for (let j = 0; j < d; j++) for (let i = 0; i < rows; i++) own[i * d + j] = values[j * rows + i]!;
  const ownWeights = weights === null ? null : compute.f64(rows);
  if (weights !== null) ownWeights!.set(weights);
  return { values: own, rowStep: d, columnStep: 1, weights: ownWeights, means, scale };
}

/** Weights uniform within ±√(6 / (inputs + outputs)), biases 0 (Glorot and Bengio 2010). */
function drawParameters({ parameters }: NetworkWork, sizes: readonly number[], seed: number): void {
  const random = createRandom(seed, "autoencoder weights");
  let at = 0;
  for (let l = 1; l < sizes.length; l++) {
    const count = sizes[l]! * sizes[l - 1]!;
    const bound = Math.sqrt(6 / (sizes[l]! + sizes[l - 1]!));
    for (let end = at + count; at < end; at++) parameters[at] = bound * (2 * random.uniform(at) - 1);
    at += sizes[l]!;
  }
}

/** Of the held-out error, what counts as having fallen. */
const leastFall = 0.999;

async function trainNetwork(
  work: NetworkWork,
  [train, heldOut]: readonly [NetworkInput, NetworkInput],
  rows: AutoencoderResult["rows"],
  { batch, epochs, patience, learningRate, seed, progress }: AutoencoderOptions,
) {
  const { compute, parameters } = work;
  const order = numbersTo(compute.i32(rows.train));
  const judged = numbersTo(compute.i32(rows.heldOut));
  const weightOf = (input: NetworkInput, count: number): number =>
    input.weights === null ? count : sum(input.weights);
  const judgedWeight = weightOf(heldOut, rows.heldOut);
  const trainWeight = weightOf(train, rows.train);
  const random = createRandom(seed, "autoencoder batches");
  const gradient = new Float64Array(parameters.length);
  const adam = openAdam(parameters.length);
  const columns = work.sizes[0]!;
  let best = { error: networkLoss(work, heldOut, judged) / judgedWeight, epoch: 0, parameters: parameters.slice() };
  let rate = learningRate;
  let mark = { error: best.error, epoch: 0 };
  let rateSince = 0;
  let draws = 0;
  let epoch = 0;
  while (epoch < epochs && epoch - mark.epoch < patience) {
    epoch++;
    for (let i = order.length - 1; i > 0; i--) {
      const other = Math.floor(random.uniform(draws++) * (i + 1));
      [order[i], order[other]] = [order[other]!, order[i]!];
    }
    for (let from = 0; from < order.length; from += batch) {
      const list = order.subarray(from, Math.min(from + batch, order.length));
      networkGradient(work, train, list, gradient);
      // Of the mean over rows and columns, with rows by their mean weight.
      const factor = (2 * rows.train) / (trainWeight * list.length * columns);
      for (let p = 0; p < gradient.length; p++) gradient[p]! *= factor;
      adamStep(adam, parameters, gradient, rate);
    }
    const error = networkLoss(work, heldOut, judged) / judgedWeight;
    if (error < best.error) best = { error, epoch, parameters: parameters.slice() };
    if (error < mark.error * leastFall) mark = { error, epoch };
    if (epoch - Math.max(mark.epoch, rateSince) >= patience / 3) {
      rate /= 2;
      rateSince = epoch;
    }
    progress?.(`autoencoder: pass ${epoch}, held-out error ${(error / train.scale / train.scale).toPrecision(3)}`);
    await compute.breathe();
  }
  parameters.set(best.parameters);
  const error = { train: networkLoss(work, train, numbersTo(order)) / trainWeight, heldOut: best.error };
  return { error, epochs: epoch, bestEpoch: best.epoch, converged: epoch - mark.epoch >= patience };
}

function numbersTo(list: Int32Array): Int32Array {
  for (let i = 0; i < list.length; i++) list[i] = i;
  return list;
}
