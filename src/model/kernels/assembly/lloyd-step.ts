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
  const changes = scratch + 4 * blockRows;
  const mode = argument(args, 15);

  let active: usize = 0;
  if (mode == 1) active = everyRow(list, first, count);
  else if (mode != 3) active = rowsInDoubt(args, list, first, count);
  const changed: usize = active == 0 ? 0 : nearest(args, list, active, changes, scratch + 12 * blockRows);

  store<i32>(argument(args, 16) + 4 * <usize>block, <i32>changed);
  const sums = argument(args, 17);
  if (sums == 0) return;
  const own = sums + 8 * <usize>block * argument(args, 4) * (argument(args, 1) + 1);
  if (mode != 0 || changed * 8 > count) sumAnew(args, own, first, count);
  else if (changed > 0) sumChanges(args, own, changes, changed);
}

@inline
function everyRow(list: usize, first: usize, count: usize): usize {
  for (let i: usize = 0; i < count; i++) store<u32>(list + 4 * i, <u32>(first + i));
  return count;
}

/** Rows whose bound does not rule out a change of segment. */
@inline
function rowsInDoubt(args: usize, list: usize, first: usize, count: usize): usize {
  const drift = argument(args, 11);
  const bounds = argument(args, 12) + 4 * first;
  const labels = argument(args, 13) + 4 * first;
  let active: usize = 0;
  let i: usize = 0;
  for (; i + 2 <= count; i += 2) {
    const at = i << 2;
    const d0 = load<f32>(drift + (<usize>load<u32>(labels + at) << 2));
    const d1 = load<f32>(drift + (<usize>load<u32>(labels + at, 4) << 2));
    store<u32>(list + (active << 2), <u32>(first + i));
    active += <usize>(load<f32>(bounds + at) <= d0);
    store<u32>(list + (active << 2), <u32>(first + i + 1));
    active += <usize>(load<f32>(bounds + at, 4) <= d1);
  }
  if (i < count) {
    const d0 = load<f32>(drift + (<usize>load<u32>(labels + (i << 2)) << 2));
    store<u32>(list + (active << 2), <u32>(first + i));
    active += <usize>(load<f32>(bounds + (i << 2)) <= d0);
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
  const errorCentre = f32x4.splat(<f32>load<f64>(args + 8 * 14));
  const errorRow = f32x4.splat(<f32>(load<f64>(args + 8 * 20)));
  const quadBytes = columns << 4;
  const tileEnd = columns << 5;
  const two = f32x4.splat(2);
  const six = f32x4.splat(6);
  const one = i32x4.splat(1);
  const none = f32x4.splat(tiny);
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

/** Sums of the block by segment from scratch; four columns at a time. */
function sumAnew(args: usize, sums: usize, first: usize, count: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const segments = argument(args, 4);
  const labels = argument(args, 13) + 4 * first;
  const weights = argument(args, 6);
  const shift = argument(args, 22);
  const stride: usize = 8 * (columns + 1);
  memory.fill(sums, 0, segments * stride);
  let j: usize = 0;
  for (; j + 4 <= columns; j += 4) {
    const a = argument(args, 5) + 8 * (j * rows + first);
    const b = a + 8 * rows;
    const c = b + 8 * rows;
    const d = c + 8 * rows;
    const originA = v128.load(shift + 8 * j);
    const originC = v128.load(shift + 8 * j, 16);
    const to = sums + 8 * j;
    for (let i: usize = 0; i < count; i++) {
      const slot = to + <usize>load<u32>(labels + (i << 2)) * stride;
      const at = i << 3;
      let ab = f64x2.sub(v128.load64_lane(b + at, v128.load64_zero(a + at), 1), originA);
      let cd = f64x2.sub(v128.load64_lane(d + at, v128.load64_zero(c + at), 1), originC);
      if (weights != 0) {
        const w = v128.load64_splat(weights + 8 * (first + i));
        ab = f64x2.mul(ab, w);
        cd = f64x2.mul(cd, w);
      }
      v128.store(slot, f64x2.add(v128.load(slot), ab));
      v128.store(slot, f64x2.add(v128.load(slot, 16), cd), 16);
    }
  }
  for (; j < columns; j++) {
    const a = argument(args, 5) + 8 * (j * rows + first);
    const origin = load<f64>(shift + 8 * j);
    for (let i: usize = 0; i < count; i++) {
      const slot = sums + <usize>load<u32>(labels + (i << 2)) * stride + 8 * j;
      const x = load<f64>(a + (i << 3)) - origin;
      const w = weights == 0 ? x : x * load<f64>(weights + 8 * (first + i));
      store<f64>(slot, load<f64>(slot) + w);
    }
  }
  for (let i: usize = 0; i < count; i++) {
    const slot = sums + <usize>load<u32>(labels + (i << 2)) * stride + 8 * columns;
    const w = weights == 0 ? 1 : load<f64>(weights + 8 * (first + i));
    store<f64>(slot, load<f64>(slot) + w);
  }
}

/** Moves the changed rows from one segment's sums to another's. */
function sumChanges(args: usize, sums: usize, changes: usize, changed: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const labels = argument(args, 13);
  const weights = argument(args, 6);
  const shift = argument(args, 22);
  const stride: usize = 8 * (columns + 1);
  for (let j: usize = 0; j <= columns; j++) {
    const a = argument(args, 5) + 8 * j * rows;
    const origin = j < columns ? load<f64>(shift + 8 * j) : 0;
    const to = sums + 8 * j;
    for (let n: usize = 0; n < changed; n++) {
      const row = <usize>load<u32>(changes + (n << 3));
      const x = j < columns ? load<f64>(a + (row << 3)) - origin : 1;
      const w = weights == 0 ? x : x * load<f64>(weights + (row << 3));
      const from = to + <usize>load<u32>(changes + (n << 3), 4) * stride;
      const slot = to + <usize>load<u32>(labels + (row << 2)) * stride;
      store<f64>(from, load<f64>(from) - w);
      store<f64>(slot, load<f64>(slot) + w);
    }
  }
}
