import { argument } from "./argument";
import { thread } from "./thread";

const tilesPerBlock: usize = 4;

/** Compiled version of `pairSums`; see the TypeScript version for the arguments. */
export function pairSums(block: i32, args: usize): void {
  const perTable = argument(args, 0);
  const table: usize = <usize>block / perTable;
  const own: usize = argument(args, 1) + 48 * table;
  const rows = argument(own, 0);
  const columns = argument(own, 1);
  const values = argument(own, 2);
  const order = argument(own, 3);
  const ends = argument(own, 4);
  const slots = argument(own, 5);
  const weights: usize = values + ((4 * rows * columns + 15) & ~15);
  const tiled: usize = weights + ((4 * rows + 15) & ~15);
  const tiles: usize = (rows + 15) / 16;
  const out: usize = argument(args, 2) + 128 * table * tiles * slots;
  const scratch: usize = argument(args, 3) + <usize>thread * argument(args, 4);
  const first: usize = (<usize>block % perTable) * tilesPerBlock;
  const last = min<usize>(first + tilesPerBlock, tiles);
  const width: usize = 4 * columns;
  for (let tile = first; tile < last; tile++) {
    distancesTo(tiled + 16 * tile * width, values, weights, rows, width, scratch);
    let place = order;
    for (let slot: usize = 0; slot < slots; slot++) {
      const end: usize = order + 4 * <usize>load<i32>(ends + 4 * slot);
      sumSlot(out + 128 * (tile * slots + slot), place, end, scratch);
      place = end;
    }
  }
}

/** Weighted distances from the sixteen rows of a tile to every row, rows × 16. */
function distancesTo(anchors: usize, values: usize, weights: usize, rows: usize, width: usize, to: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const at: usize = values + row * width;
    let d0 = f32x4.splat(0);
    let d1 = f32x4.splat(0);
    let d2 = f32x4.splat(0);
    let d3 = f32x4.splat(0);
    let near = anchors;
    for (let from = at; from < at + width; from += 4) {
      const x = v128.load32_splat(from);
      const g0 = f32x4.sub(x, v128.load(near));
      const g1 = f32x4.sub(x, v128.load(near, 16));
      const g2 = f32x4.sub(x, v128.load(near, 32));
      const g3 = f32x4.sub(x, v128.load(near, 48));
      d0 = f32x4.add(d0, f32x4.mul(g0, g0));
      d1 = f32x4.add(d1, f32x4.mul(g1, g1));
      d2 = f32x4.add(d2, f32x4.mul(g2, g2));
      d3 = f32x4.add(d3, f32x4.mul(g3, g3));
      near += 64;
    }
    const w = v128.load32_splat(weights + 4 * row);
    const here: usize = to + 64 * row;
    v128.store(here, f32x4.mul(w, f32x4.sqrt(d0)), 0);
    v128.store(here, f32x4.mul(w, f32x4.sqrt(d1)), 16);
    v128.store(here, f32x4.mul(w, f32x4.sqrt(d2)), 32);
    v128.store(here, f32x4.mul(w, f32x4.sqrt(d3)), 48);
  }
}

/** Sums of the distances of the rows listed in `place … end`, in chunks of 256. */
function sumSlot(out: usize, place: usize, end: usize, distances: usize): void {
  while (place < end) {
    const stop = min<usize>(place + 1024, end);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    for (; place < stop; place += 4) {
      const at: usize = distances + 64 * <usize>load<i32>(place);
      s0 = f32x4.add(s0, v128.load(at, 0));
      s1 = f32x4.add(s1, v128.load(at, 16));
      s2 = f32x4.add(s2, v128.load(at, 32));
      s3 = f32x4.add(s3, v128.load(at, 48));
    }
    addFour(out, s0);
    addFour(out + 32, s1);
    addFour(out + 64, s2);
    addFour(out + 96, s3);
  }
}

/** Adds four f32 to four f64. */
@inline
function addFour(to: usize, s: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(s)));
  const high = f64x2.promote_low_f32x4(v128.shuffle<i32>(s, s, 2, 3, 2, 3));
  v128.store(to, f64x2.add(v128.load(to, 16), high), 16);
}
