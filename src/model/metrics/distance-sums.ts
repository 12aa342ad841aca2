import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { distanceSumsBlock, distanceSumsLanes } from "../kernels/distance-sums.ts";
import { sum } from "../stats/sum.ts";
import { joinLabelings } from "./atoms.ts";
import type { Atoms } from "./atoms.ts";
import type { Labeling } from "./labeling.ts";

export type Precision = "f32" | "f64";

/** The coordinates in which distances are taken: `(x - origin[j]) * scale`, scale a power of two. */
export interface Frame {
  readonly precision: Precision;
  readonly origin: Float64Array;
  readonly scale: number;
  /** Weights are multiplied by this power of two. */
  readonly weightScale: number;
}

/** Rows whose distances are wanted, in the coordinates of their own matrix (the same columns as the points'). */
export interface Anchors {
  readonly matrix: Matrix;
  readonly rows: ArrayLike<number>;
}

const packedMaximum = 2 ** 24;
const sumsMaximum = 2 ** 23;
const chunkBytes = 32_768;
const pairsPerRun = 2 ** 29;

/**
 * The coordinates for `points`: in f32 centred on each column's mean, where the bulk of the rows keeps its digits
 * beside a far outlier, and scaled so that the largest is at most 1; in f64 only scaled, so that squares neither
 * overflow nor vanish. Costs two passes over the values, about 2 ns each.
 */
export function frameOf(points: Points, precision: Precision): Frame {
  const { matrix } = points;
  const origin = new Float64Array(matrix.columns.length);
  let largest = 0;
  for (let j = 0; j < origin.length; j++) {
    const { low, high } = extent(columnOf(matrix, j));
    if (precision === "f32") {
      const mean = sum(columnOf(matrix, j)) / matrix.rows;
      origin[j] = Number.isFinite(mean) ? mean : low / 2 + high / 2;
      largest = Math.max(largest, high - origin[j]!, origin[j]! - low);
    } else {
      largest = Math.max(largest, Math.abs(low), Math.abs(high));
    }
  }
  const heaviest = points.weights === null || precision === "f64" ? 1 : extent(points.weights).high;
  return { precision, origin, scale: belowOne(largest), weightScale: precision === "f64" ? 1 : belowOne(heaviest) };
}

/**
 * Sums of weighted Euclidean distances from each anchor to the points of each segment of each labelling, handed on
 * in batches: `use(first, count, sums)` gets the sums of anchors `first` … `first + count - 1`, that of the n-th of
 * them to slot s at `sumPlace(n, slots) + 4 * s`, where the slots of the labellings follow one another. Distances are
 * computed once for all labellings that can be joined. In units of the frame: divide by `scale` and `weightScale`
 * where more than ratios matters. `sums` is valid during the call.
 *
 * Needs about 64 MB (f32) for the packed rows. Costs about 1 ns a pair and thread at eight columns.
 */
export async function distanceSums(
  compute: Compute,
  points: Points,
  labelings: readonly Labeling[],
  anchors: Anchors,
  frame: Frame,
  use: (first: number, count: number, sums: Float64Array) => void,
): Promise<void> {
  const slots = labelings.reduce((total, labeling) => total + labeling.k, 0);
  const columns = points.matrix.columns.length;
  const slab = Math.max(1024, Math.floor(packedMaximum / (columns + 1)));
  const batch = Math.max(1, Math.floor(sumsMaximum / slots / distanceSumsBlock)) * distanceSumsBlock;
  for (let first = 0; first < anchors.rows.length; first += batch) {
    const count = Math.min(batch, anchors.rows.length - first);
    const mark = compute.mark();
    try {
      const packedAnchors = packAnchors(compute, anchors, first, count, frame);
      const sums = compute.f64(4 * Math.ceil(count / 4) * slots);
      const inner = compute.mark();
      for (let from = 0; from < points.matrix.rows; from += slab) {
        const to = Math.min(from + slab, points.matrix.rows);
        for (const atoms of joinLabelings(labelings, from, to)) {
          const packed = packRows(compute, points, from, atoms, frame);
          await run(compute, packed, packedAnchors, sums, slots, frame.precision);
          compute.release(inner);
        }
      }
      use(first, count, sums);
    } finally {
      compute.release(mark);
    }
  }
}

/** Where the sums of a batch's n-th anchor begin; four anchors share a tile, so slots are four places apart. */
export function sumPlace(n: number, slots: number): number {
  return (n >> 2) * slots * 4 + (n & 3);
}

interface Packed {
  readonly columns: number;
  readonly values: Float32Array | Float64Array;
  readonly weights: Float32Array | Float64Array;
  readonly starts: Int32Array;
  readonly slotsOf: Int32Array;
  readonly labelings: number;
}

async function run(
  compute: Compute,
  packed: Packed,
  anchors: Float32Array | Float64Array,
  sums: Float64Array,
  slots: number,
  precision: Precision,
): Promise<void> {
  const { columns, starts } = packed;
  const lanes = distanceSumsLanes[precision];
  const groups = starts[starts.length - 1]!;
  const chunk = Math.max(8, Math.min(256, Math.floor(chunkBytes / (16 * (columns + 1)))));
  const tiles = anchors.length / (4 * columns);
  const tilesAtOnce = 4 * Math.max(16, Math.ceil(pairsPerRun / (groups * lanes) / distanceSumsBlock));
  for (let tile = 0; tile < tiles; tile += tilesAtOnce) {
    const count = Math.min(tilesAtOnce, tiles - tile);
    compute.run(
      precision === "f32" ? "distanceSumsF32" : "distanceSumsF64",
      Math.ceil((4 * count) / distanceSumsBlock),
      [
        columns,
        packed.values.byteOffset,
        packed.weights.byteOffset,
        groups,
        starts.byteOffset,
        packed.slotsOf.byteOffset,
        packed.labelings,
        anchors.byteOffset + tile * 4 * columns * anchors.BYTES_PER_ELEMENT,
        count,
        sums.byteOffset + tile * 32 * slots,
        slots,
        chunk,
      ],
    );
    await compute.breathe();
  }
}

function packRows(compute: Compute, points: Points, from: number, atoms: Atoms, frame: Frame): Packed {
  const { matrix } = points;
  const columns = matrix.columns.length;
  const lanes = distanceSumsLanes[frame.precision];
  const starts = compute.i32(atoms.sizes.length + 1);
  atoms.sizes.forEach((size, atom) => {
    starts[atom + 1] = starts[atom]! + Math.ceil(size / lanes);
  });
  const slotsOf = compute.i32(atoms.slotsOf.length);
  slotsOf.set(atoms.slotsOf);
  const places = starts[atoms.sizes.length]! * lanes;
  const values = frame.precision === "f32" ? compute.f32(places * columns) : compute.f64(places * columns);
  const weights = frame.precision === "f32" ? compute.f32(places) : compute.f64(places);
  const cursors = Int32Array.from(atoms.sizes, (_, atom) => starts[atom]! * lanes);
  const { origin, scale } = frame;
  const source = matrix.values;
  for (let i = 0; i < atoms.atomOf.length; i++) {
    const place = cursors[atoms.atomOf[i]!]!++;
    const lane = place & (lanes - 1);
    let to = (place - lane) * columns + lane;
    let at = from + i;
    for (let j = 0; j < columns; j++) {
      values[to] = (source[at]! - origin[j]!) * scale;
      to += lanes;
      at += matrix.rows;
    }
    weights[place] = points.weights === null ? 1 : points.weights[from + i]! * frame.weightScale;
  }
  return { columns, values, weights, starts, slotsOf, labelings: atoms.labelings.length };
}

function packAnchors(
  compute: Compute,
  anchors: Anchors,
  first: number,
  count: number,
  frame: Frame,
): Float32Array | Float64Array {
  const { values, rows, columns } = anchors.matrix;
  const d = columns.length;
  const length = 4 * Math.ceil(count / 4) * d;
  const packed = frame.precision === "f32" ? compute.f32(length) : compute.f64(length);
  for (let i = 0; i < count; i++) {
    const row = anchors.rows[first + i]!;
    const to = (i >> 2) * 4 * d + (i & 3);
    for (let j = 0; j < d; j++) packed[to + 4 * j] = (values[j * rows + row]! - frame.origin[j]!) * frame.scale;
  }
  return packed;
}

function extent(values: Float64Array): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return { low, high };
}

/** The power of two that brings a positive number into ]0.5, 1], within what float64 holds; 1 for zero. */
function belowOne(largest: number): number {
  if (!(largest > 0)) return 1;
  const exponent = Math.max(-1000, Math.min(1000, Math.ceil(Math.log2(largest))));
  return 2 ** -exponent;
}
