import type { Compute } from "../../core/compute.ts";
import { primStepBlock } from "../kernels/prim-step.ts";
import type { ExactPoints } from "./exact-points.ts";
import { openMerges } from "./found-merges.ts";
import type { FoundMerges } from "./merge-tree.ts";

/** Edges of a minimum spanning tree in the order in which Prim's algorithm finds them, from point 0. */
export interface SpanningTree {
  /** The end that was in the tree before, of equals the one that joined first. */
  readonly from: Int32Array;
  /** The end that joined: the nearest of all, of equals the lowest number. */
  readonly to: Int32Array;
  /** In the units of the data. */
  readonly lengths: Float64Array;
}

/**
 * The Euclidean minimum spanning tree by Prim's algorithm (1957): O(n·d) memory, O(n²·d) time in one kernel pass over the
 * points outside the tree for each edge. Distances are computed in f64 from the exact differences.
 */
export async function spanningTree(
  compute: Compute,
  points: ExactPoints,
  progress?: (text: string) => void,
): Promise<SpanningTree> {
  const { columns, unit } = points;
  const edges = points.count - 1;
  const tree = { from: new Int32Array(edges), to: new Int32Array(edges), lengths: new Float64Array(edges) };
  const mark = compute.mark();
  const values = compute.f64(points.values.length);
  values.set(points.values);
  const distances = compute.f64(points.count).fill(Infinity);
  const nearest = compute.i32(points.count);
  const out = compute.f64(2 * Math.ceil(points.count / primStepBlock));
  const numbers = new Int32Array(points.count);
  for (let i = 0; i < points.count; i++) numbers[i] = i;
  let count = points.count;
  let place = 0;
  distances[0] = Number.NaN;
  try {
    for (let edge = 0; edge < edges; edge++) {
      const blocks = Math.ceil(count / primStepBlock);
      const data = [count, columns, primStepBlock, values.byteOffset, place, numbers[place]!];
      compute.run("primStep", blocks, [...data, distances.byteOffset, nearest.byteOffset, out.byteOffset]);
      let least = Infinity;
      for (let b = 0; b < blocks; b++) {
        if (out[2 * b]! < least) {
          least = out[2 * b]!;
          place = out[2 * b + 1]!;
        }
      }
      tree.from[edge] = nearest[place]!;
      tree.to[edge] = numbers[place]!;
      tree.lengths[edge] = Math.sqrt(least) * unit;
      distances[place] = Number.NaN;
      if (4 * (edges - edge) < 3 * count) {
        const number = numbers[place]!;
        const left = leaveOut({ values, columns, count, distances, nearest, numbers }, place);
        count = left;
        place = numbers.subarray(0, left).indexOf(number);
      }
      if (edge % 256 === 255) {
        progress?.(`spanning tree: ${edge + 1} of ${edges} edges`);
        await compute.breathe();
      }
    }
    return tree;
  } finally {
    compute.release(mark);
  }
}

interface Outside {
  readonly values: Float64Array;
  readonly columns: number;
  readonly count: number;
  readonly distances: Float64Array;
  readonly nearest: Int32Array;
  readonly numbers: Int32Array;
}

/** Moves the points outside the tree, and the one that joined last, together; returns how many they are. */
function leaveOut({ values, columns, count, distances, nearest, numbers }: Outside, last: number): number {
  const kept = new Int32Array(count);
  let left = 0;
  for (let i = 0; i < count; i++) if (i === last || distances[i] === distances[i]) kept[left++] = i;
  for (let j = 0; j < columns; j++) {
    for (let p = 0; p < left; p++) values[j * left + p] = values[j * count + kept[p]!]!;
  }
  for (let p = 0; p < left; p++) {
    distances[p] = distances[kept[p]!]!;
    nearest[p] = nearest[kept[p]!]!;
    numbers[p] = numbers[kept[p]!]!;
  }
  return left;
}

/**
 * The single-linkage hierarchy, SciPy's `single`: the edges of the spanning tree, each between the point that joined before
 * and the one that joins, which gives the same clusters at every height.
 */
export async function singleMerges(
  compute: Compute,
  points: ExactPoints,
  progress?: (text: string) => void,
): Promise<FoundMerges> {
  const { to, lengths } = await spanningTree(compute, points, progress);
  const merges = openMerges(points.count);
  for (let edge = 0; edge < to.length; edge++) {
    merges.one[edge] = edge === 0 ? 0 : to[edge - 1]!;
    merges.other[edge] = to[edge]!;
    merges.heights[edge] = lengths[edge]!;
  }
  return merges;
}
