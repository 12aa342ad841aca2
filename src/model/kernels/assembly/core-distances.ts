import { argument } from "./argument";
import {
  distances,
  enter,
  firstBlock,
  fromLeaf,
  isLeaf,
  leafDistances,
  leafRows,
  leaves,
  nearPlaces,
  nextNode,
  openTree,
  pointAt,
  pointsOf,
  scratch,
  startAtLeaf,
} from "./tree-walk";

/** Compiled version of `coreDistances`; see the TypeScript version for the arguments. */
export function coreDistances(block: i32, args: usize): void {
  openTree(args);
  const wanted = argument(args, 10);
  const weights = argument(args, 11);
  const out = argument(args, 12);
  const blockLeaves = argument(args, 13);
  const first = (<usize>block + firstBlock) * blockLeaves;
  const end = min<usize>(leaves, first + blockLeaves);
  // By point: the number of entries and their weight, then a heap of entries (squared distance, weight), farthest on top.
  const heapBytes: usize = 16 * (wanted + 2);
  const limits = scratch;
  const heaps = scratch + 8 * leafRows;
  for (let leaf = first; leaf < end; leaf++) {
    const many = pointsOf(leaf);
    for (let i: usize = 0; i < leafRows; i++) {
      const heap = heaps + i * heapBytes;
      store<u32>(heap, 0);
      store<f64>(heap, 0, 8);
      store<f64>(limits + 8 * i, i < many ? Infinity : -1);
    }
    let bound = Infinity;
    startAtLeaf(leaf);
    for (;;) {
      const node = nextNode(bound);
      if (node < 0) break;
      if (!isLeaf(node)) {
        enter(node, bound);
        continue;
      }
      const other = fromLeaf(node);
      const base = other * leafRows;
      let asked = other == leaf ? (1 << <u32>many) - 1 : nearPlaces(leaf, node, limits);
      if (asked == 0) continue;
      for (; asked != 0; asked &= asked - 1) {
        const i = <usize>ctz(asked);
        const heap = heaps + i * heapBytes;
        let limit = load<f64>(limits + 8 * i);
        let near = <u32>leafDistances(pointAt(leaf, i), other, limit);
        for (; near != 0; near &= near - 1) {
          const o = <usize>ctz(near);
          const distance = load<f64>(distances + 8 * o);
          if (distance >= limit) continue;
          insert(heap, distance, weights == 0 ? 1 : load<f64>(weights + 8 * (base + o)), <f64>wanted);
          limit = heapLimit(heap, <f64>wanted);
        }
        store<f64>(limits + 8 * i, limit);
      }
      bound = 0;
      for (let i: usize = 0; i < many; i++) bound = max(bound, load<f64>(limits + 8 * i));
    }
    for (let i: usize = 0; i < many; i++) {
      store<f64>(out + 8 * (leaf * leafRows + i), load<f64>(limits + 8 * i));
    }
  }
}

@inline
function heapLimit(heap: usize, wanted: f64): f64 {
  return load<f64>(heap, 8) >= wanted ? load<f64>(heap, 16) : Infinity;
}

/** Adds an entry and drops the farthest ones that the weight wanted does not need. */
function insert(heap: usize, distance: f64, weight: f64, wanted: f64): void {
  const entries = heap + 16;
  let count = <usize>load<u32>(heap);
  let total = load<f64>(heap, 8) + weight;
  if (count > 0 && total - load<f64>(entries, 8) >= wanted) {
    total -= load<f64>(entries, 8);
    sink(entries, count, distance, weight);
  } else {
    let at = count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (load<f64>(entries + 16 * above) >= distance) break;
      v128.store(entries + 16 * at, v128.load(entries + 16 * above));
      at = above;
    }
    store<f64>(entries + 16 * at, distance);
    store<f64>(entries + 16 * at, weight, 8);
  }
  while (count > 1 && total - load<f64>(entries, 8) >= wanted) {
    total -= load<f64>(entries, 8);
    count--;
    sink(entries, count, load<f64>(entries + 16 * count), load<f64>(entries + 16 * count, 8));
  }
  store<u32>(heap, <u32>count);
  store<f64>(heap, total, 8);
}

/** Puts an entry in the place of the farthest. */
function sink(entries: usize, count: usize, distance: f64, weight: f64): void {
  let at: usize = 0;
  for (;;) {
    let below: usize = 2 * at + 1;
    if (below >= count) break;
    if (below + 1 < count && load<f64>(entries + 16 * (below + 1)) > load<f64>(entries + 16 * below)) below++;
    if (load<f64>(entries + 16 * below) <= distance) break;
    v128.store(entries + 16 * at, v128.load(entries + 16 * below));
    at = below;
  }
  store<f64>(entries + 16 * at, distance);
  store<f64>(entries + 16 * at, weight, 8);
}
