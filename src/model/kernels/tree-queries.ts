import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";
import { leafRows, treeArgumentCount, walkTree } from "./tree-walk.ts";
import type { TreeWalk } from "./tree-walk.ts";

/** Most rows that a block of these kernels takes. */
export const treeQueriesBlock = 256;

/** Bytes of scratch that a thread needs. */
export function treeQueriesScratch(columns: number): number {
  return (16 + 8 * leafRows) * (columns + 1);
}

/**
 * The points of a tree that lie nearest to each of some rows, nearest first, ties to the lower row of the tree's table.
 *
 * args: the tree's ten, values (f64, column-major), their rows, first row asked for, how many, rows of a block, scale
 * (of the tree), order (i32: row by position), neighbours wanted, out: rows of the tree's table (i32, by neighbour,
 * then row; -1 where there are no more), out: squared distances (f64, in the tree's scale).
 */
export const nearestNeighbours: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const stride = argument(own, 1);
  const values = new Float64Array(memory, argument(own, 0), stride * walk.columns);
  const start = argument(own, 2);
  const count = argument(own, 3);
  const size = argument(own, 4);
  const scale = argument(own, 5);
  const order = new Int32Array(memory, argument(own, 6), walk.rows);
  const wanted = argument(own, 7);
  const found = new Int32Array(memory, argument(own, 8), count * wanted);
  const squares = new Float64Array(memory, argument(own, 9), count * wanted);
  const query = new Float64Array(walk.columns);
  const from = (block + walk.firstBlock) * size;
  for (let i = from; i < Math.min(count, from + size); i++) {
    const ids = found.subarray(i * wanted, (i + 1) * wanted).fill(-1);
    const near = squares.subarray(i * wanted, (i + 1) * wanted).fill(Infinity);
    for (let j = 0; j < query.length; j++) query[j] = values[j * stride + start + i]! * scale;
    eachLeaf(
      walk,
      query,
      () => near[wanted - 1]!,
      (leaf, distances) => {
        for (let o = 0; o < walk.pointsOf(leaf); o++) {
          const distance = distances[o]!;
          const row = order[leaf * leafRows + o]!;
          let to = wanted;
          while (
            to > 0 &&
            !(near[to - 1]! < distance || (near[to - 1] === distance && ids[to - 1]! < row && ids[to - 1]! >= 0))
          )
            to--;
          if (to === wanted) continue;
          near.copyWithin(to + 1, to, wanted - 1);
          ids.copyWithin(to + 1, to, wanted - 1);
          near[to] = distance;
          ids[to] = row;
        }
      },
    );
  }
};

/**
 * The least label among the points of a tree within a radius of each row, -1 where there is none.
 *
 * args: the tree's ten, values (f64, column-major), their rows, rows of a block, scale (of the tree), radius (squared,
 * in the tree's scale, exclusive), labels (i32 by position), out (i32 by row).
 */
export const leastLabels: Kernel = (memory, block, args) => {
  const walk = walkTree(memory, args);
  const own = args.subarray(treeArgumentCount);
  const stride = argument(own, 1);
  const values = new Float64Array(memory, argument(own, 0), stride * walk.columns);
  const size = argument(own, 2);
  const scale = argument(own, 3);
  const bound = argument(own, 4);
  const labels = new Int32Array(memory, argument(own, 5), walk.rows);
  const out = new Int32Array(memory, argument(own, 6), stride);
  const query = new Float64Array(walk.columns);
  const from = (block + walk.firstBlock) * size;
  for (let i = from; i < Math.min(stride, from + size); i++) {
    for (let j = 0; j < query.length; j++) query[j] = values[j * stride + i]! * scale;
    let best = -1;
    eachLeaf(
      walk,
      query,
      () => bound,
      (leaf, distances) => {
        for (let o = 0; o < walk.pointsOf(leaf); o++) {
          const label = labels[leaf * leafRows + o]!;
          if (distances[o]! < bound && (best < 0 || label < best)) best = label;
        }
      },
    );
    out[i] = best;
  }
};

/** Calls for each leaf that may hold points no farther than a bound, which may fall meanwhile. */
function eachLeaf(
  walk: TreeWalk,
  query: Float64Array,
  bound: () => number,
  each: (leaf: number, distances: Float64Array) => void,
): void {
  walk.startAtQuery(query);
  for (let node = walk.nextWithin(bound()); node >= 0; node = walk.nextWithin(bound())) {
    if (walk.isLeaf(node)) each(walk.from(node), walk.queryDistances(query, walk.from(node)));
    else walk.enter(node, Infinity);
  }
}
