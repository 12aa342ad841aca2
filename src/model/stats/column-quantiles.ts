import type { Compute } from "../../core/compute.ts";
import { inMemory } from "../in-memory.ts";
import { rankScanBlock, rankScanCounts } from "../kernels/rank-scan.ts";
import { rowHash } from "../metrics/row-hash.ts";
import { interpolated, quantiles, selectRanks } from "./quantile.ts";

/** Rows up to which a plain selection on one thread is as good. */
const plainRows = 32_768;
const slabRows = 64 * rankScanBlock;
/** Standard deviations of a sample's rank by which its bracket is wider than the rank sought. */
const margin = 4;

/**
 * Quantiles of a column as `quantiles` defines them, on all threads where it is long and has no weights. Costs about
 * 10 ns a value and thread for each probability.
 */
export function columnQuantiles(
  compute: Compute,
  values: Float64Array,
  probabilities: readonly number[],
  weights: Float64Array | null = null,
): number[] {
  if (weights !== null || values.length <= plainRows) return quantiles(values, probabilities, weights);
  return probabilities.map((p) => groupQuantiles(compute, values, everyRow(values.length), p)[0]!);
}

/** Rows of a column by group. */
export interface RowGroups {
  /** By row: its group, -1 for none; in the numeric memory. Null: all are of the one group. */
  readonly groupOf: Int32Array | null;
  readonly groups: readonly RowGroup[];
  /** The groups count as one. */
  readonly merged: boolean;
}

/** The rows of a group in any order: how many, and the n-th of them. */
export interface RowGroup {
  readonly count: number;
  row(n: number): number;
}

function everyRow(count: number): RowGroups {
  return { groupOf: null, groups: [{ count, row: (n) => n }], merged: false };
}

/**
 * The quantile of each group's values that are not NaN; NaN where there is none. A sample of each group gives a
 * bracket around the rank sought; one pass counts what lies outside it and keeps what lies inside, where the rank
 * is then selected. Exact: where a bracket misses, that group is selected from in full. Source of the idea: Floyd and
 * Rivest 1975. Costs about 10 ns a value and thread; 6 MB besides.
 */
export function groupQuantiles(compute: Compute, values: Float64Array, rows: RowGroups, p: number): number[] {
  const gathered = rows.merged ? [mergedGroup(rows)] : rows.groups;
  if (values.length <= plainRows) return gathered.map((group) => quantiles(gather(values, group), [p])[0]!);
  const mark = compute.mark();
  try {
    const column = inMemory(compute, values);
    const brackets = compute.f64(2 * gathered.length);
    gathered.forEach((group, g) => brackets.set(bracketOf(values, group, p), 2 * g));
    const scans = scan(compute, column, rows, brackets);
    return scans.map((found, g) => {
      const value = chosen(found, brackets[2 * g]!, brackets[2 * g + 1]!, p);
      return value ?? quantiles(gather(values, gathered[g]!), [p])[0]!;
    });
  } finally {
    compute.release(mark);
  }
}

function mergedGroup({ groups }: RowGroups): RowGroup {
  const ends: number[] = [];
  let count = 0;
  for (const group of groups) ends.push((count += group.count));
  return {
    count,
    row(n) {
      const g = ends.findIndex((end) => n < end);
      return groups[g]!.row(n - (ends[g - 1] ?? 0));
    },
  };
}

/**
 * Two values that hold the quantile between them but for one time in ten thousand; infinite where the sample does not
 * reach. It grows with the power 2/3 of the rows, which balances it against the rows that the bracket holds.
 */
function bracketOf(values: Float64Array, group: RowGroup, p: number): readonly [number, number] {
  const size = Math.max(512, Math.ceil(group.count ** (2 / 3) / 2));
  const whole = group.count <= size;
  const drawn = new Float64Array(Math.min(group.count, size));
  let n = 0;
  for (let draw = 0; draw < drawn.length; draw++) {
    const place = whole ? draw : Math.floor((rowHash(1, draw) / 2 ** 32) * group.count);
    const x = values[group.row(place)]!;
    if (x === x) drawn[n++] = x;
  }
  const sample = drawn.subarray(0, n).sort();
  const slack = whole ? 1 : margin * Math.sqrt(n * p * (1 - p)) + 2;
  const low = Math.floor((n - 1) * p - slack);
  const high = Math.ceil((n - 1) * p + slack);
  return [low < 0 ? -Infinity : sample[low]!, high >= n ? Infinity : sample[high]!];
}

/** Where a group's values lie against its bracket. */
interface Scanned {
  below: number;
  atLow: number;
  above: number;
  atHigh: number;
  /** Those strictly inside. */
  readonly inside: number[];
}

function scan(
  compute: Compute,
  values: Float64Array,
  { groupOf, merged }: RowGroups,
  brackets: Float64Array,
): Scanned[] {
  const k = brackets.length / 2;
  const scans = Array.from({ length: k }, (): Scanned => ({ below: 0, atLow: 0, above: 0, atHigh: 0, inside: [] }));
  const slabBlocks = Math.ceil(Math.min(slabRows, values.length) / rankScanBlock);
  const found = compute.f64(slabBlocks * rankScanBlock);
  const owners = compute.i32(slabBlocks * rankScanBlock);
  const inside = compute.i32(slabBlocks);
  const mark = compute.mark();
  for (let from = 0; from < values.length; from += slabRows) {
    const rows = Math.min(slabRows, values.length - from);
    const blocks = Math.ceil(rows / rankScanBlock);
    const counts = compute.i32(blocks * k * rankScanCounts);
    compute.run("rankScan", blocks, [
      rows,
      values.byteOffset + 8 * from,
      groupOf === null ? 0 : groupOf.byteOffset + 4 * from,
      merged ? 1 : 0,
      k,
      brackets.byteOffset,
      counts.byteOffset,
      found.byteOffset,
      owners.byteOffset,
      inside.byteOffset,
    ]);
    for (let b = 0; b < blocks; b++) {
      scans.forEach((scanned, g) => {
        const at = rankScanCounts * (b * k + g);
        scanned.below += counts[at]!;
        scanned.atLow += counts[at + 1]!;
        scanned.above += counts[at + 2]!;
        scanned.atHigh += counts[at + 3]!;
      });
      const first = b * rankScanBlock;
      for (let i = first; i < first + inside[b]!; i++) scans[owners[i]!]!.inside.push(found[i]!);
    }
    compute.release(mark);
  }
  return scans;
}

/** The quantile, where the bracket holds its rank and the next; null where it does not. */
function chosen({ below, atLow, above, atHigh, inside }: Scanned, low: number, high: number, p: number): number | null {
  const n = below + atLow + inside.length + atHigh + above;
  if (n === 0) return Number.NaN;
  const h = (n - 1) * p;
  const rank = Math.floor(h);
  const next = Math.min(rank + 1, n - 1);
  if (rank < below || next >= n - above) return null;
  const kept = Float64Array.from(inside);
  const places = [rank, next].map((r) => r - below - atLow).filter((place) => place >= 0 && place < kept.length);
  selectRanks(kept, 0, kept.length - 1, Float64Array.from(new Set(places)));
  const valueAt = (r: number): number => {
    const place = r - below - atLow;
    return place < 0 ? low : place < kept.length ? kept[place]! : high;
  };
  return interpolated(valueAt(rank), valueAt(next), h - rank);
}

function gather(values: Float64Array, { count, row }: RowGroup): Float64Array {
  return Float64Array.from({ length: count }, (_, n) => values[row(n)]!);
}
