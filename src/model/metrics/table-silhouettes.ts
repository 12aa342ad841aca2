import type { Compute } from "../../core/compute.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { pairSumsArguments, pairSumsBlock, pairSumsLayout, pairSumsTile } from "../kernels/pair-sums.ts";
import { sum } from "../stats/sum.ts";
import { frameOf } from "./distance-sums.ts";
import { areCounts, ownWeight, segmentWeights } from "./labeling.ts";
import type { Labeling } from "./labeling.ts";
import { silhouetteFrom } from "./silhouette.ts";

/** A small table with several labellings. */
export interface LabeledTable {
  readonly points: Points;
  readonly labelings: readonly Labeling[];
}

const sumsMaximum = 2 ** 23;

/**
 * Mean silhouettes of every labelling of many small tables of equal size, every row against every other in f32 (about
 * six digits). Tables run side by side on all threads. Costs about 1.5 ns a pair of rows at eight columns and nine
 * labellings.
 */
export async function tableSilhouettes(compute: Compute, tables: readonly LabeledTable[]): Promise<number[][]> {
  const results: number[][] = [];
  let first = 0;
  while (first < tables.length) {
    const slots = slotsOf(tables[first]!);
    const tiles = Math.ceil(tables[first]!.points.matrix.rows / pairSumsTile);
    const most = Math.max(1, Math.floor(sumsMaximum / (tiles * pairSumsTile * Math.max(1, slots))));
    let last = first + 1;
    while (last < tables.length && last - first < most && slotsOf(tables[last]!) === slots) last++;
    results.push(...batch(compute, tables.slice(first, last), tiles, slots));
    await compute.breathe();
    first = last;
  }
  return results;
}

function slotsOf({ labelings }: LabeledTable): number {
  return labelings.reduce((total, labeling) => total + labeling.k, 0);
}

function batch(compute: Compute, tables: readonly LabeledTable[], tiles: number, slots: number): number[][] {
  if (slots === 0) return tables.map(() => []);
  const mark = compute.mark();
  try {
    const tableArgs = compute.f64(tables.length * pairSumsArguments);
    tables.forEach((table, t) => tableArgs.set(packTable(compute, table, slots), t * pairSumsArguments));
    const sums = compute.f64(tables.length * tiles * slots * pairSumsTile);
    const perTable = Math.ceil((pairSumsTile * tiles) / pairSumsBlock);
    const { rows } = tables[0]!.points.matrix;
    const scratch = compute.u8(compute.threads * 64 * rows);
    const args = [perTable, tableArgs.byteOffset, sums.byteOffset, scratch.byteOffset, 64 * rows];
    compute.run("pairSums", tables.length * perTable, args);
    return tables.map((table, t) => means(table, sums.subarray(t * tiles * slots * pairSumsTile), slots));
  } finally {
    compute.release(mark);
  }
}

function packTable(compute: Compute, { points, labelings }: LabeledTable, slots: number): number[] {
  const { rows, columns, values } = points.matrix;
  const d = columns.length;
  const layout = pairSumsLayout(rows, d);
  const packed = compute.f32(layout.bytes / 4);
  const frame = frameOf(points, "f32");
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < rows; i++) {
      const x = (values[j * rows + i]! - frame.origin[j]!) * frame.scale;
      packed[i * d + j] = x;
      packed[layout.tiles / 4 + (Math.floor(i / pairSumsTile) * d + j) * pairSumsTile + (i % pairSumsTile)] = x;
    }
  }
  for (let i = 0; i < rows; i++) {
    packed[layout.weights / 4 + i] = points.weights === null ? 1 : points.weights[i]! * frame.weightScale;
  }
  const order = compute.i32(labelings.length * rows);
  const ends = compute.i32(slots);
  let slot = 0;
  labelings.forEach(({ k, labels }, l) => {
    for (let i = 0; i < rows; i++) ends[slot + labels[i]!]!++;
    let place = l * rows;
    for (let c = slot; c < slot + k; c++) {
      const size = ends[c]!;
      ends[c] = place;
      place += size;
    }
    for (let i = 0; i < rows; i++) order[ends[slot + labels[i]!]!++] = i;
    slot += k;
  });
  return [rows, d, packed.byteOffset, order.byteOffset, ends.byteOffset, slots];
}

function means({ points, labelings }: LabeledTable, sums: Float64Array, slots: number): number[] {
  const { weights } = points;
  const { rows } = points.matrix;
  const counts = areCounts(weights);
  const total = weights === null ? rows : sum(weights);
  const values = new Float64Array(rows);
  let offset = 0;
  return labelings.map((labeling) => {
    const sizes = segmentWeights(labeling, weights);
    for (let i = 0; i < rows; i++) {
      const at = (Math.floor(i / pairSumsTile) * slots + offset) * pairSumsTile + (i % pairSumsTile);
      const own = ownWeight(weights, counts, i);
      values[i] = silhouetteFrom(sums, at, pairSumsTile, sizes, labeling.labels[i]!, own);
    }
    offset += labeling.k;
    return total > 0 ? sum(values, weights) / total : 0;
  });
}
