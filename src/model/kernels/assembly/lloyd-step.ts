import { argument } from "./argument";
import { thread } from "./thread";
import { gatherTile } from "./tile";

/** Bounds are kept a little smaller than computed, so that no rounding can make them too large. */
const caution: f32 = 0.9999990463256836;
const tiny: f32 = 1e-30;

/** Compiled version of `lloydStep`; see the TypeScript version for the arguments. */
export function lloydStep(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const blockRows = argument(args, 3);
  const first = <usize>block * blockRows;
  const count = min<usize>(blockRows, rows - first);
  const scratch = argument(args, 18) + <usize>thread * argument(args, 19);
  const list = scratch;
  const changes = list + 4 * (blockRows + 8);
  const tile = changes + 8 * (blockRows + argument(args, 4) + 8);
  const mode = argument(args, 15);

  let active: usize = 0;
  if (mode == 1) active = everyRow(list, first, count);
  else if (mode != 3) active = rowsInDoubt(args, list, first, count, tile);
  const changed: usize = active == 0 ? 0 : nearest(args, list, active, changes, tile);

  store<i32>(argument(args, 16) + 4 * <usize>block, <i32>changed);
  const sums = argument(args, 17);
  if (sums == 0) return;
  const own = sums + 8 * <usize>block * argument(args, 4) * (argument(args, 1) + 1);
  if (mode != 0 || changed * 8 > count) sumAnew(args, own, first, count, list, changes);
  else if (changed > 0) sumChanges(args, own, changes, changed);
}

@inline
function everyRow(list: usize, first: usize, count: usize): usize {
  for (let i: usize = 0; i < count; i++) store<u32>(list + 4 * i, <u32>(first + i));
  return count;
}

/** Rows whose bound does not rule out a change of segment. */
@inline
function rowsInDoubt(args: usize, list: usize, first: usize, count: usize, planes: usize): usize {
  const drift = argument(args, 11);
  const bounds = argument(args, 12) + 4 * first;
  const labels = argument(args, 13) + 4 * first;
  const segments = argument(args, 4);
  let active: usize = 0;
  let i: usize = 0;
  if (segments <= 16) {
    // The drifts of 16 rows at once: each byte of a drift is looked up by label, then the four are joined.
    for (let c: usize = 0; c < segments; c++) {
      const bits = load<u32>(drift + (c << 2));
      store<u8>(planes + c, <u8>bits);
      store<u8>(planes + c, <u8>(bits >> 8), 16);
      store<u8>(planes + c, <u8>(bits >> 16), 32);
      store<u8>(planes + c, <u8>(bits >> 24), 48);
    }
    const plane0 = v128.load(planes);
    const plane1 = v128.load(planes, 16);
    const plane2 = v128.load(planes, 32);
    const plane3 = v128.load(planes, 48);
    for (; i + 16 <= count; i += 16) {
      const at = i << 2;
      const low = v128.narrow<i32>(v128.load(labels + at), v128.load(labels + at, 16));
      const which = v128.narrow<i16>(low, v128.narrow<i32>(v128.load(labels + at, 32), v128.load(labels + at, 48)));
      const byte0 = v128.swizzle(plane0, which);
      const byte1 = v128.swizzle(plane1, which);
      const byte2 = v128.swizzle(plane2, which);
      const byte3 = v128.swizzle(plane3, which);
      const low01 = v128.shuffle<i8>(byte0, byte1, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const low23 = v128.shuffle<i8>(byte2, byte3, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high01 = v128.shuffle<i8>(byte0, byte1, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      const high23 = v128.shuffle<i8>(byte2, byte3, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      const drift0 = v128.shuffle<i16>(low01, low23, 0, 8, 1, 9, 2, 10, 3, 11);
      const drift1 = v128.shuffle<i16>(low01, low23, 4, 12, 5, 13, 6, 14, 7, 15);
      const drift2 = v128.shuffle<i16>(high01, high23, 0, 8, 1, 9, 2, 10, 3, 11);
      const drift3 = v128.shuffle<i16>(high01, high23, 4, 12, 5, 13, 6, 14, 7, 15);
      const doubt0 = f32x4.le(v128.load(bounds + at), drift0);
      const doubt1 = f32x4.le(v128.load(bounds + at, 16), drift1);
      const doubt2 = f32x4.le(v128.load(bounds + at, 32), drift2);
      const doubt3 = f32x4.le(v128.load(bounds + at, 48), drift3);
      const doubt01 = v128.narrow<i32>(doubt0, doubt1);
      const doubt23 = v128.narrow<i32>(doubt2, doubt3);
      let mask = i8x16.bitmask(v128.narrow<i16>(doubt01, doubt23));
      while (mask != 0) {
        store<u32>(list + (active << 2), <u32>(first + i) + <u32>ctz(mask));
        active++;
        mask &= mask - 1;
      }
    }
  }
  for (; i < count; i++) {
    const at = i << 2;
    store<u32>(list + (active << 2), <u32>(first + i));
    active += <usize>(load<f32>(bounds + at) <= load<f32>(drift + (<usize>load<u32>(labels + at) << 2)));
  }
  return active;
}

/** Nearest and second-nearest centre of the listed rows, eight at a time; returns the number of changed labels. */
function nearest(args: usize, list: usize, active: usize, changes: usize, tile: usize): usize {
  const columns = argument(args, 1);
  const padded = argument(args, 2);
  const segments = argument(args, 4);
  const packed = argument(args, 7);
  const tiles = argument(args, 9);
  const halves = argument(args, 10);
  const drift = argument(args, 11);
  const bounds = argument(args, 12);
  const labels = argument(args, 13);
  const errorCentre = <f32>load<f64>(args + 8 * 14);
  const errorRow = <f32>load<f64>(args + 8 * 20);
  const tileEnd = columns << 5;
  const results = tile + (padded << 5);
  // The last tile repeats its last row.
  const last = load<u32>(list + ((active - 1) << 2));
  for (let r: usize = active; r < ((active + 7) & ~7); r++) store<u32>(list + (r << 2), last);

  let changed: usize = 0;
  for (let start: usize = 0; start < active; start += 8) {
    const l = list + (start << 2);
    gatherTile(
      packed,
      padded,
      load<u32>(l),
      load<u32>(l, 4),
      load<u32>(l, 8),
      load<u32>(l, 12),
      load<u32>(l, 16),
      load<u32>(l, 20),
      load<u32>(l, 24),
      load<u32>(l, 28),
      tile,
    );

    scoreTile(tile, tileEnd, tiles, halves, segments, errorCentre, errorRow, results);

    const valid = min<usize>(8, active - start);
    for (let r: usize = 0; r < valid; r++) {
      const row = <usize>load<u32>(l + (r << 2));
      let label = <usize>load<u32>(results + (r << 2), 32);
      const margin = load<f32>(results + (r << 2));
      let bound: f32;
      if (margin > 0) {
        bound = (margin + load<f32>(drift + (label << 2))) * caution;
      } else {
        label = exactNearest(args, row);
        bound = 0;
      }
      store<f32>(bounds + (row << 2), bound);
      const old = load<u32>(labels + (row << 2));
      if (old != <u32>label) {
        store<u32>(labels + (row << 2), <u32>label);
        store<u32>(changes + (changed << 3), <u32>row);
        store<u32>(changes + (changed << 3), old, 4);
        changed++;
      }
    }
  }
  return changed;
}

/**
 * Scores a tile against all centres: for its 8 rows what the second-nearest centre is farther than the nearest at
 * least (f32, not positive where that is in doubt), then the nearest (i32). A function of its own, and exported so
 * that it stays one: its registers are few enough to need no memory.
 */
export function scoreTile(
  tile: usize,
  tileEnd: usize,
  tiles: usize,
  halves: usize,
  segments: usize,
  centreError: f32,
  rowError: f32,
  results: usize,
): void {
  const none = f32x4.splat(tiny);
  const one = i32x4.splat(1);
  const quadBytes = tileEnd >> 1;
  let normA = none;
  let normB = none;
  for (let at: usize = 0; at < tileEnd; at += 32) {
    const a = v128.load(tile + at);
    const b = v128.load(tile + at, 16);
    normA = f32x4.add(normA, f32x4.mul(a, a));
    normB = f32x4.add(normB, f32x4.mul(b, b));
  }

  let bestA = f32x4.splat(f32.MAX_VALUE);
  let bestB = bestA;
  let nextA = bestA;
  let nextB = bestA;
  let whichA = i32x4.splat(0);
  let whichB = whichA;
  let index = whichA;
  let centre = tiles;
  for (let c: usize = 0; c < segments; c += 4) {
    const h = halves + (c << 2);
    let a0 = v128.load32_splat(h);
    let a1 = v128.load32_splat(h, 4);
    let a2 = v128.load32_splat(h, 8);
    let a3 = v128.load32_splat(h, 12);
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    const end = centre + quadBytes;
    let x = tile;
    for (; centre < end; centre += 16, x += 32) {
      const xa = v128.load(x);
      const xb = v128.load(x, 16);
      const c0 = v128.load32_splat(centre);
      a0 = f32x4.sub(a0, f32x4.mul(xa, c0));
      b0 = f32x4.sub(b0, f32x4.mul(xb, c0));
      const c1 = v128.load32_splat(centre, 4);
      a1 = f32x4.sub(a1, f32x4.mul(xa, c1));
      b1 = f32x4.sub(b1, f32x4.mul(xb, c1));
      const c2 = v128.load32_splat(centre, 8);
      a2 = f32x4.sub(a2, f32x4.mul(xa, c2));
      b2 = f32x4.sub(b2, f32x4.mul(xb, c2));
      const c3 = v128.load32_splat(centre, 12);
      a3 = f32x4.sub(a3, f32x4.mul(xa, c3));
      b3 = f32x4.sub(b3, f32x4.mul(xb, c3));
    }
    whichA = v128.bitselect(index, whichA, f32x4.lt(a0, bestA));
    whichB = v128.bitselect(index, whichB, f32x4.lt(b0, bestB));
    nextA = f32x4.pmin(nextA, f32x4.pmax(bestA, a0));
    nextB = f32x4.pmin(nextB, f32x4.pmax(bestB, b0));
    bestA = f32x4.pmin(bestA, a0);
    bestB = f32x4.pmin(bestB, b0);
    index = i32x4.add(index, one);
    whichA = v128.bitselect(index, whichA, f32x4.lt(a1, bestA));
    whichB = v128.bitselect(index, whichB, f32x4.lt(b1, bestB));
    nextA = f32x4.pmin(nextA, f32x4.pmax(bestA, a1));
    nextB = f32x4.pmin(nextB, f32x4.pmax(bestB, b1));
    bestA = f32x4.pmin(bestA, a1);
    bestB = f32x4.pmin(bestB, b1);
    index = i32x4.add(index, one);
    whichA = v128.bitselect(index, whichA, f32x4.lt(a2, bestA));
    whichB = v128.bitselect(index, whichB, f32x4.lt(b2, bestB));
    nextA = f32x4.pmin(nextA, f32x4.pmax(bestA, a2));
    nextB = f32x4.pmin(nextB, f32x4.pmax(bestB, b2));
    bestA = f32x4.pmin(bestA, a2);
    bestB = f32x4.pmin(bestB, b2);
    index = i32x4.add(index, one);
    whichA = v128.bitselect(index, whichA, f32x4.lt(a3, bestA));
    whichB = v128.bitselect(index, whichB, f32x4.lt(b3, bestB));
    nextA = f32x4.pmin(nextA, f32x4.pmax(bestA, a3));
    nextB = f32x4.pmin(nextB, f32x4.pmax(bestB, b3));
    bestA = f32x4.pmin(bestA, a3);
    bestB = f32x4.pmin(bestB, b3);
    index = i32x4.add(index, one);
  }

  const two = f32x4.splat(2);
  const six = f32x4.splat(6);
  const errorCentre = f32x4.splat(centreError);
  const errorRow = f32x4.splat(rowError);
  // error of a score ≤ e; gap g = (second² - own²)/2 ≥ next - best - 2e; second - own ≥ g / √(own² + g).
  const errorA = f32x4.add(errorCentre, f32x4.mul(errorRow, normA));
  const errorB = f32x4.add(errorCentre, f32x4.mul(errorRow, normB));
  const gapA = f32x4.sub(f32x4.sub(nextA, bestA), f32x4.mul(two, errorA));
  const gapB = f32x4.sub(f32x4.sub(nextB, bestB), f32x4.mul(two, errorB));
  const ownA = f32x4.add(f32x4.add(normA, f32x4.mul(two, bestA)), f32x4.mul(six, errorA));
  const ownB = f32x4.add(f32x4.add(normB, f32x4.mul(two, bestB)), f32x4.mul(six, errorB));
  v128.store(results, f32x4.div(gapA, f32x4.sqrt(f32x4.pmax(f32x4.add(ownA, gapA), none))));
  v128.store(results, f32x4.div(gapB, f32x4.sqrt(f32x4.pmax(f32x4.add(ownB, gapB), none))), 16);
  v128.store(results, whichA, 32);
  v128.store(results, whichB, 48);
}

/** The definition: smallest squared distance in f64, the lowest segment of equals. */
function exactNearest(args: usize, row: usize): usize {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const segments = argument(args, 4);
  const values = argument(args, 5) + 8 * row;
  const scale = load<f64>(args + 8 * 21);
  let centre = argument(args, 8);
  let smallest = Infinity;
  let label: usize = 0;
  for (let c: usize = 0; c < segments; c++) {
    let distance: f64 = 0;
    for (let j: usize = 0; j < columns; j++) {
      const x = (load<f64>(values + 8 * j * rows) - load<f64>(centre)) * scale;
      distance += x * x;
      centre += 8;
    }
    if (distance < smallest) {
      smallest = distance;
      label = c;
    }
  }
  return label;
}

/**
 * Sums of the block by segment from scratch. Rows are first put in order of segment, so that a segment's sums stay
 * in registers.
 */
function sumAnew(args: usize, sums: usize, first: usize, count: usize, order: usize, starts: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const segments = argument(args, 4);
  const values = argument(args, 5) + 8 * first;
  const weights = argument(args, 6) == 0 ? 0 : argument(args, 6) + 8 * first;
  const shift = argument(args, 22);
  const stride: usize = 8 * (columns + 1);
  orderBySegment(argument(args, 13) + 4 * first, count, segments, order, starts);
  for (let c: usize = 0; c < segments; c++) {
    const from = order + (<usize>load<u32>(starts + (c << 2)) << 2);
    const to = order + (<usize>load<u32>(starts + (c << 2), 4) << 2);
    const out = sums + c * stride;
    let j: usize = 0;
    for (; j + 8 <= columns; j += 8) sumEight(values + 8 * j * rows, 8 * rows, weights, shift + 8 * j, from, to, out + 8 * j);
    for (; j < columns; j++) sumOne(values + 8 * j * rows, weights, load<f64>(shift + 8 * j), from, to, out + 8 * j);
    let weight: f64 = 0;
    if (weights == 0) weight = <f64>((to - from) >> 2);
    else for (let at = from; at < to; at += 4) weight += load<f64>(weights + <usize>load<u32>(at));
    store<f64>(out + 8 * columns, weight);
  }
}

/** Byte offsets (8 × row) of the rows by segment, and where in that list each segment starts. */
function orderBySegment(labels: usize, count: usize, segments: usize, order: usize, starts: usize): void {
  memory.fill(starts, 0, 4 * (segments + 2));
  for (let i: usize = 0; i < count; i++) {
    const slot = starts + (<usize>load<u32>(labels + (i << 2)) << 2);
    store<u32>(slot, load<u32>(slot, 8) + 1, 8);
  }
  for (let c: usize = 1; c <= segments; c++) {
    const slot = starts + (c << 2);
    store<u32>(slot, load<u32>(slot) + load<u32>(slot, 4), 4);
  }
  for (let i: usize = 0; i < count; i++) {
    const slot = starts + (<usize>load<u32>(labels + (i << 2)) << 2);
    const place = load<u32>(slot, 4);
    store<u32>(slot, place + 1, 4);
    store<u32>(order + (<usize>place << 2), <u32>(i << 3));
  }
}

@inline
function sumEight(a: usize, step: usize, weights: usize, shift: usize, from: usize, to: usize, out: usize): void {
  const b = a + step;
  const c = b + step;
  const d = c + step;
  const e = d + step;
  const f = e + step;
  const g = f + step;
  const h = g + step;
  const origin0 = v128.load(shift);
  const origin1 = v128.load(shift, 16);
  const origin2 = v128.load(shift, 32);
  const origin3 = v128.load(shift, 48);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let at = from; at < to; at += 4) {
    const row = <usize>load<u32>(at);
    let x0 = f64x2.sub(v128.load64_lane(b + row, v128.load64_zero(a + row), 1), origin0);
    let x1 = f64x2.sub(v128.load64_lane(d + row, v128.load64_zero(c + row), 1), origin1);
    let x2 = f64x2.sub(v128.load64_lane(f + row, v128.load64_zero(e + row), 1), origin2);
    let x3 = f64x2.sub(v128.load64_lane(h + row, v128.load64_zero(g + row), 1), origin3);
    if (weights != 0) {
      const w = v128.load64_splat(weights + row);
      x0 = f64x2.mul(x0, w);
      x1 = f64x2.mul(x1, w);
      x2 = f64x2.mul(x2, w);
      x3 = f64x2.mul(x3, w);
    }
    s0 = f64x2.add(s0, x0);
    s1 = f64x2.add(s1, x1);
    s2 = f64x2.add(s2, x2);
    s3 = f64x2.add(s3, x3);
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

@inline
function sumOne(a: usize, weights: usize, origin: f64, from: usize, to: usize, out: usize): void {
  let sum: f64 = 0;
  for (let at = from; at < to; at += 4) {
    const row = <usize>load<u32>(at);
    const x = load<f64>(a + row) - origin;
    sum += weights == 0 ? x : x * load<f64>(weights + row);
  }
  store<f64>(out, sum);
}

/** Moves the changed rows from one segment's sums to another's. */
function sumChanges(args: usize, sums: usize, changes: usize, changed: usize): void {
  const columns = argument(args, 1);
  const step = 8 * argument(args, 0);
  const values = argument(args, 5);
  const labels = argument(args, 13);
  const weights = argument(args, 6);
  const shift = argument(args, 22);
  const stride: usize = 8 * (columns + 1);
  for (let n: usize = 0; n < changed; n++) {
    const row = <usize>load<u32>(changes + (n << 3));
    const from = sums + <usize>load<u32>(changes + (n << 3), 4) * stride;
    const to = sums + <usize>load<u32>(labels + (row << 2)) * stride;
    const w = weights == 0 ? 1 : load<f64>(weights + (row << 3));
    const pair = f64x2.splat(w);
    let x = values + (row << 3);
    let j: usize = 0;
    for (; j + 16 < stride; j += 16) {
      const both = v128.load64_lane(x + step, v128.load64_zero(x), 1);
      const term = f64x2.mul(f64x2.sub(both, v128.load(shift + j)), pair);
      v128.store(from + j, f64x2.sub(v128.load(from + j), term));
      v128.store(to + j, f64x2.add(v128.load(to + j), term));
      x += 2 * step;
    }
    for (; j + 8 < stride; j += 8) {
      const term = (load<f64>(x) - load<f64>(shift + j)) * w;
      store<f64>(from + j, load<f64>(from + j) - term);
      store<f64>(to + j, load<f64>(to + j) + term);
      x += step;
    }
    store<f64>(from + j, load<f64>(from + j) - w);
    store<f64>(to + j, load<f64>(to + j) + w);
  }
}
