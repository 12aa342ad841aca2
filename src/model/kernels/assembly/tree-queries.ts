import { argument } from "./argument";
import {
  columns,
  distances,
  enter,
  firstBlock,
  fromLeaf,
  isLeaf,
  leafDistances,
  leafRows,
  nextNode,
  openTree,
  scratch,
  startBelow,
} from "./tree-walk";

let point: usize = 0;

/** Puts a row of a matrix where a walk can start from it: as a box of no extent, and as a leaf's first place. */
function placeQuery(values: usize, stride: usize, row: usize, scale: f64): void {
  const half = (columns + 1) & ~1;
  point = scratch + 16 * half;
  for (let j: usize = 0; j < columns; j++) {
    const x = load<f64>(values + 8 * (j * stride + row)) * scale;
    store<f64>(scratch + 8 * j, x);
    store<f64>(scratch + 8 * (half + j), x);
    store<f64>(point + 8 * leafRows * j, x);
  }
  if (half > columns) {
    store<f64>(scratch + 8 * columns, 0);
    store<f64>(scratch + 8 * (half + columns), 0);
  }
  startBelow(scratch, 0);
}

@inline
function above(x: f64): f64 {
  return x == Infinity ? x : reinterpret<f64>(reinterpret<i64>(x) + 1);
}

/** Compiled version of `nearestNeighbours`; see the TypeScript version for the arguments. */
export function nearestNeighbours(block: i32, args: usize): void {
  openTree(args);
  const values = argument(args, 10);
  const stride = argument(args, 11);
  const start = argument(args, 12);
  const count = argument(args, 13);
  const blockRows = argument(args, 14);
  const scale = load<f64>(args + 8 * 15);
  const order = argument(args, 16);
  const wanted = argument(args, 17);
  const found = argument(args, 18);
  const squares = argument(args, 19);
  const first = (<usize>block + firstBlock) * blockRows;
  const end = min<usize>(count, first + blockRows);
  for (let i = first; i < end; i++) {
    const ids = found + 4 * i * wanted;
    const near = squares + 8 * i * wanted;
    for (let n: usize = 0; n < wanted; n++) {
      store<i32>(ids + 4 * n, -1);
      store<f64>(near + 8 * n, Infinity);
    }
    const last: usize = 8 * (wanted - 1);
    placeQuery(values, stride, start + i, scale);
    for (let at = nextNode(above(load<f64>(near + last))); at >= 0; at = nextNode(above(load<f64>(near + last)))) {
      const node = <usize>at;
      if (!isLeaf(node)) {
        enter(node, above(load<f64>(near + last)));
        continue;
      }
      const leaf = fromLeaf(node);
      let mask = <u32>leafDistances(point, leaf, above(load<f64>(near + last)));
      for (; mask != 0; mask &= mask - 1) {
        const o = <usize>ctz(mask);
        const distance = load<f64>(distances + 8 * o);
        const row = load<i32>(order + 4 * (leaf * leafRows + o));
        let to = wanted;
        while (to > 0) {
          const before = load<f64>(near + 8 * (to - 1));
          if (before < distance || (before == distance && load<u32>(ids + 4 * (to - 1)) < <u32>row)) break;
          to--;
        }
        if (to == wanted) continue;
        const moved = wanted - 1 - to;
        memory.copy(near + 8 * (to + 1), near + 8 * to, 8 * moved);
        memory.copy(ids + 4 * (to + 1), ids + 4 * to, 4 * moved);
        store<f64>(near + 8 * to, distance);
        store<i32>(ids + 4 * to, row);
      }
    }
  }
}

/** Compiled version of `leastLabels`; see the TypeScript version for the arguments. */
export function leastLabels(block: i32, args: usize): void {
  openTree(args);
  const values = argument(args, 10);
  const stride = argument(args, 11);
  const blockRows = argument(args, 12);
  const scale = load<f64>(args + 8 * 13);
  const bound = load<f64>(args + 8 * 14);
  const labels = argument(args, 15);
  const out = argument(args, 16);
  const first = (<usize>block + firstBlock) * blockRows;
  const end = min<usize>(stride, first + blockRows);
  for (let i = first; i < end; i++) {
    let best: i32 = -1;
    placeQuery(values, stride, i, scale);
    for (let at = nextNode(bound); at >= 0 && best != 0; at = nextNode(bound)) {
      const node = <usize>at;
      if (!isLeaf(node)) {
        enter(node, bound);
        continue;
      }
      const leaf = fromLeaf(node);
      let mask = <u32>leafDistances(point, leaf, bound);
      for (; mask != 0; mask &= mask - 1) {
        const label = load<i32>(labels + 4 * (leaf * leafRows + <usize>ctz(mask)));
        if (best < 0 || label < best) best = label;
      }
    }
    store<i32>(out + 4 * i, best);
  }
}
