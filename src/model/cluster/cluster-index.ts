import type { Compute } from "../../core/compute.ts";
import { nearestClusterScratch } from "../kernels/nearest-cluster.ts";

/** Clusters as centroids with weights, and a tree of boxes about them; all in the numeric memory. */
export interface ClusterIndex {
  readonly columns: number;
  /** Numbers that clusters may have: below this. */
  readonly numbers: number;
  /** Slots of a leaf and leaves, as the clusters are laid out now. */
  slots: number;
  leaves: number;
  /** Clusters that there are, and how many there were when they were laid out. */
  alive: number;
  laidOut: number;
  /** Coordinates that a search looks at, the mean of the last ones. */
  effort: number;
  readonly slotOf: Int32Array;
  readonly coordinates: Float64Array;
  readonly weights: Float64Array;
  readonly numberOf: Int32Array;
  readonly boxes: Float64Array;
  readonly lightest: Float64Array;
  readonly held: Int32Array;
  readonly origin: Float64Array;
  readonly out: Float64Array;
  readonly scratch: Uint8Array;
  /** Centroids and weights by number, where they lie between two layouts. */
  readonly spare: Float64Array;
}

const clustersOfLeaf = 32;
const mostBlocks = 16;
/** Coordinates that a search looks at from which on it is worth more than one thread. */
const worthThreads = 2 ** 16;

/** Lays out n points (column-major) as clusters 0 … n - 1. About 2·(8·d + 16) bytes a point. */
export function openIndex(
  compute: Compute,
  values: Float64Array,
  weights: Float64Array,
  columns: number,
): ClusterIndex {
  const numbers = weights.length;
  const leaves = leavesFor(numbers);
  // A later layout of fewer clusters in fewer leaves fits: what is rounded up is less than in the first.
  const places = leaves * slotsFor(numbers, leaves) + 4 * leaves;
  const index: ClusterIndex = {
    columns,
    numbers,
    slots: 0,
    leaves,
    alive: numbers,
    laidOut: 0,
    effort: 0,
    slotOf: compute.i32(numbers),
    coordinates: compute.f64(places * columns),
    weights: compute.f64(places),
    numberOf: compute.i32(places),
    boxes: compute.f64(4 * leaves * columns),
    lightest: compute.f64(2 * leaves),
    held: compute.i32(2 * leaves),
    origin: compute.f64(columns),
    out: compute.f64(3 * mostBlocks),
    scratch: compute.u8(nearestClusterScratch * compute.threads),
    spare: compute.f64(numbers * (columns + 1)),
  };
  const { spare } = index;
  for (let i = 0; i < numbers; i++) {
    for (let j = 0; j < columns; j++) spare[i * (columns + 1) + j] = values[j * numbers + i]!;
    spare[i * (columns + 1) + columns] = weights[i]!;
  }
  const order = new Int32Array(numbers);
  for (let i = 0; i < numbers; i++) order[i] = i;
  layOut(index, order);
  return index;
}

function leavesFor(clusters: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(clusters / clustersOfLeaf)));
}

function slotsFor(clusters: number, leaves: number): number {
  return 4 * Math.ceil(Math.ceil(clusters / leaves) / 4);
}

/** Lays the clusters that are left out anew. O(n·d·log n). */
export function compactIndex(index: ClusterIndex): void {
  const { columns, slots, leaves, coordinates, weights, numberOf, spare } = index;
  const order = new Int32Array(index.alive);
  let next = 0;
  for (let slot = 0; slot < leaves * slots; slot++) {
    const number = numberOf[slot]!;
    if (number < 0) continue;
    order[next++] = number;
    const from = number * (columns + 1);
    for (let j = 0; j < columns; j++) spare[from + j] = coordinates[placeOf(index, slot, j)]!;
    spare[from + columns] = weights[slot]!;
  }
  layOut(index, order);
}

/** From the spare copy; `order` lists the clusters and is put in the order of the leaves. */
function layOut(index: ClusterIndex, order: Int32Array): void {
  const { columns, coordinates, weights, numberOf, slotOf, spare } = index;
  index.leaves = leavesFor(order.length);
  index.slots = slotsFor(order.length, index.leaves);
  index.laidOut = order.length;
  const { leaves, slots } = index;
  const bounds = new Int32Array(leaves + 1);
  bounds[leaves] = order.length;
  for (let parts = 1; parts < leaves; parts *= 2) {
    const step = leaves / parts;
    for (let leaf = 0; leaf < leaves; leaf += step) {
      const from = bounds[leaf]!;
      const to = bounds[leaf + step]!;
      const middle = from + Math.ceil((to - from) / 2);
      bounds[leaf + step / 2] = middle;
      splitAt(spare, columns, order, from, to, middle);
    }
  }
  for (let leaf = 0; leaf < leaves; leaf++) {
    const from = bounds[leaf]!;
    const many = bounds[leaf + 1]! - from;
    for (let s = 0; s < slots; s++) {
      const slot = leaf * slots + s;
      if (s >= many) {
        empty(index, slot);
        continue;
      }
      const number = order[from + s]!;
      for (let j = 0; j < columns; j++) coordinates[placeOf(index, slot, j)] = spare[number * (columns + 1) + j]!;
      weights[slot] = spare[number * (columns + 1) + columns]!;
      numberOf[slot] = number;
      slotOf[number] = slot;
    }
  }
  for (let node = 2 * leaves - 1; node >= 1; node--) measure(index, node);
}

/** Puts those of the lower values of the widest column before `middle`. */
function splitAt(
  rows: Float64Array,
  columns: number,
  order: Int32Array,
  from: number,
  to: number,
  middle: number,
): void {
  const width = columns + 1;
  let widest = 0;
  let most = -1;
  for (let j = 0; j < columns; j++) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i < to; i++) {
      const x = rows[order[i]! * width + j]!;
      if (x < low) low = x;
      if (x > high) high = x;
    }
    if (high - low > most) {
      most = high - low;
      widest = j;
    }
  }
  let first = from;
  let last = to - 1;
  while (first < last) {
    const pivot = rows[order[(first + last) >> 1]! * width + widest]!;
    let i = first;
    let k = last;
    while (i <= k) {
      while (rows[order[i]! * width + widest]! < pivot) i++;
      while (rows[order[k]! * width + widest]! > pivot) k--;
      if (i > k) break;
      const moved = order[i]!;
      order[i++] = order[k]!;
      order[k--] = moved;
    }
    if (middle <= k) last = k;
    else if (middle >= i) first = i;
    else break;
  }
}

function placeOf({ columns, slots }: ClusterIndex, slot: number, j: number): number {
  const leaf = Math.floor(slot / slots);
  return (leaf * columns + j) * slots + (slot - leaf * slots);
}

function empty(index: ClusterIndex, slot: number): void {
  index.weights[slot] = 0;
  index.numberOf[slot] = -1;
  for (let j = 0; j < index.columns; j++) index.coordinates[placeOf(index, slot, j)] = j === 0 ? Infinity : 0;
}

/** Box, least weight and number of clusters of a node: of a leaf from its slots, of another from its two parts. */
function measure(index: ClusterIndex, node: number): void {
  const { columns, slots, leaves, boxes, lightest, held, weights, coordinates, numberOf } = index;
  const at = 2 * columns * node;
  boxes.fill(Infinity, at, at + columns);
  boxes.fill(-Infinity, at + columns, at + 2 * columns);
  held[node] = 0;
  lightest[node] = Infinity;
  if (node < leaves) {
    for (let part = 2 * node; part <= 2 * node + 1; part++) {
      held[node]! += held[part]!;
      lightest[node] = Math.min(lightest[node]!, lightest[part]!);
      for (let j = 0; j < columns; j++) {
        boxes[at + j] = Math.min(boxes[at + j]!, boxes[2 * columns * part + j]!);
        boxes[at + columns + j] = Math.max(boxes[at + columns + j]!, boxes[2 * columns * part + columns + j]!);
      }
    }
    return;
  }
  for (let slot = (node - leaves) * slots; slot < (node - leaves + 1) * slots; slot++) {
    if (numberOf[slot]! < 0) continue;
    held[node]!++;
    lightest[node] = Math.min(lightest[node]!, weights[slot]!);
    for (let j = 0; j < columns; j++) {
      const x = coordinates[placeOf(index, slot, j)]!;
      boxes[at + j] = Math.min(boxes[at + j]!, x);
      boxes[at + columns + j] = Math.max(boxes[at + columns + j]!, x);
    }
  }
}

/**
 * The nearest cluster in the sense of Ward to cluster `number`, of equals the lowest, and only if nearer than `below`; the
 * value is half the squared height of a merge. `nearest` is -1 where there is none.
 */
export function nearestInIndex(
  compute: Compute,
  index: ClusterIndex,
  number: number,
  below: number,
): { readonly nearest: number; readonly value: number } {
  const { columns, slots, leaves, out, origin } = index;
  const slot = index.slotOf[number]!;
  for (let j = 0; j < columns; j++) origin[j] = index.coordinates[placeOf(index, slot, j)]!;
  const blocks = compute.threads === 1 || index.effort < worthThreads ? 1 : Math.min(mostBlocks, leaves);
  const layout = [columns, slots, leaves, index.coordinates.byteOffset, index.weights.byteOffset];
  const nodes = [index.numberOf.byteOffset, index.boxes.byteOffset, index.lightest.byteOffset, index.held.byteOffset];
  const given = [origin.byteOffset, index.weights[slot]!, number, below, blocks];
  const rest = [out.byteOffset, index.scratch.byteOffset];
  compute.run("nearestCluster", blocks, [...layout, ...nodes, ...given, ...rest]);
  let nearest = -1;
  let value = below;
  let scanned = 0;
  for (let b = 0; b < blocks; b++) {
    scanned += out[3 * b + 2]!;
    const found = out[3 * b + 1]!;
    if (found < 0) continue;
    if (out[3 * b]! < value || (out[3 * b] === value && (nearest < 0 || found < nearest))) {
      value = out[3 * b]!;
      nearest = found;
    }
  }
  index.effort += (scanned * slots * columns - index.effort) / 16;
  return { nearest, value };
}

/** Joins two clusters; the joint one has the number `kept`. O(d·log n). */
export function joinInIndex(index: ClusterIndex, gone: number, kept: number): void {
  const { columns, slots, leaves, weights, coordinates, numberOf, slotOf, boxes, held } = index;
  const heavier = weights[slotOf[kept]!]! >= weights[slotOf[gone]!]! ? kept : gone;
  const to = slotOf[heavier]!;
  const from = slotOf[heavier === kept ? gone : kept]!;
  const total = weights[to]! + weights[from]!;
  const share = weights[from]! / total;
  for (let j = 0; j < columns; j++) {
    const at = placeOf(index, to, j);
    const x = coordinates[at]! + (coordinates[placeOf(index, from, j)]! - coordinates[at]!) * share;
    coordinates[at] = x;
    for (let node = leaves + Math.floor(to / slots); node >= 1; node >>= 1) {
      const box = 2 * columns * node + j;
      if (x < boxes[box]!) boxes[box] = x;
      if (x > boxes[box + columns]!) boxes[box + columns] = x;
    }
  }
  weights[to] = total;
  numberOf[to] = kept;
  slotOf[kept] = to;
  empty(index, from);
  for (let node = leaves + Math.floor(from / slots); node >= 1; node >>= 1) held[node]!--;
  index.alive--;
}
