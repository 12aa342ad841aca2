import { argument } from "./argument";
import { sumAnew, sumChanges } from "./lloyd-sums";
import { thread } from "./thread";
import { gatherTile } from "./tile";
import { scoreTile } from "./score-tile";

/** Bounds are kept a little smaller than computed, so that no rounding can make them too large. */
const caution: f32 = 0.9999990463256836;

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
