import { argument } from "./argument";
import { thread } from "./thread";

/** Compiled version of `prototypeStep`; see the TypeScript version for the arguments. */
export function prototypeStep(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const categoryColumns = argument(args, 2);
  const blockRows = argument(args, 3);
  const segments = argument(args, 4);
  const weights = argument(args, 6);
  const centres = argument(args, 8);
  const modes = argument(args, 9);
  const gamma = load<f64>(args + 8 * 10);
  const scale = load<f64>(args + 8 * 11);
  const labels = argument(args, 12);
  const costs = argument(args, 13);
  const tile = argument(args, 20) + <usize>thread * argument(args, 21);
  const codeTile = tile + 32 * columns;
  const four = codeTile + 16 * categoryColumns;
  const first = <usize>block * blockRows;
  const end = first + min<usize>(blockRows, rows - first);
  const one = f64x2.splat(1);
  let changed: i32 = 0;
  let total: f64 = 0;
  for (let row: usize = first; row < end; row += 4) {
    const valid = min<usize>(4, end - row);
    gatherRows(args, row, valid, tile, codeTile);
    let c0 = f64x2.splat(Infinity);
    let c1 = c0;
    let n0 = f64x2.splat(0);
    let n1 = n0;
    let number = n0;
    let centre = centres;
    let mode = modes;
    for (let c: usize = 0; c < segments; c++) {
      costsOf(tile, codeTile, four, centre, mode, gamma, scale);
      const a = v128.load(four);
      const b = v128.load(four, 16);
      const nearerA = f64x2.lt(a, c0);
      const nearerB = f64x2.lt(b, c1);
      c0 = v128.bitselect(a, c0, nearerA);
      c1 = v128.bitselect(b, c1, nearerB);
      n0 = v128.bitselect(number, n0, nearerA);
      n1 = v128.bitselect(number, n1, nearerB);
      number = f64x2.add(number, one);
      centre += 8 * columns;
      mode += 4 * categoryColumns;
    }
    v128.store(four, c0);
    v128.store(four, c1, 16);
    v128.store64_lane(four, i32x4.trunc_sat_f64x2_s_zero(n0), 0, 32);
    v128.store64_lane(four, i32x4.trunc_sat_f64x2_s_zero(n1), 0, 40);
    for (let r: usize = 0; r < valid; r++) {
      const least = load<f64>(four + 8 * r);
      const label = load<i32>(four + 4 * r, 32);
      const at = labels + 4 * (row + r);
      store<f64>(costs + 8 * (row + r), least);
      changed += <i32>(load<i32>(at) != label);
      store<i32>(at, label);
      total += weights == 0 ? least : least * load<f64>(weights + 8 * (row + r));
    }
  }
  store<i32>(argument(args, 14) + 4 * <usize>block, changed);
  store<f64>(argument(args, 15) + 8 * <usize>block, total);
  if (argument(args, 16) != 0) sumRows(args, <usize>block, first, end);
}

/** Compiled version of `prototypePotentials`; see the TypeScript version for the arguments. */
export function prototypePotentials(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const categoryColumns = argument(args, 2);
  const blockRows = argument(args, 3);
  const many = argument(args, 4);
  const weights = argument(args, 6);
  const gamma = load<f64>(args + 8 * 10);
  const scale = load<f64>(args + 8 * 11);
  const closest = argument(args, 12);
  const keep = argument(args, 13) == 1;
  const out = argument(args, 14) + 8 * <usize>block * many;
  const tile = argument(args, 15) + <usize>thread * argument(args, 16);
  const codeTile = tile + 32 * columns;
  const four = codeTile + 16 * categoryColumns;
  const first = <usize>block * blockRows;
  const end = first + min<usize>(blockRows, rows - first);
  memory.fill(out, 0, 8 * many);
  for (let row: usize = first; row < end; row += 4) {
    const valid = min<usize>(4, end - row);
    gatherRows(args, row, valid, tile, codeTile);
    let centre = argument(args, 8);
    let mode = argument(args, 9);
    for (let n: usize = 0; n < many; n++) {
      costsOf(tile, codeTile, four, centre, mode, gamma, scale);
      let sum = load<f64>(out + 8 * n);
      for (let r: usize = 0; r < valid; r++) {
        const at = closest + 8 * (row + r);
        const least = min<f64>(load<f64>(at), load<f64>(four + 8 * r));
        if (keep) store<f64>(at, least);
        sum += weights == 0 ? least : least * load<f64>(weights + 8 * (row + r));
      }
      store<f64>(out + 8 * n, sum);
      centre += 8 * columns;
      mode += 4 * categoryColumns;
    }
  }
}

/** Four rows side by side; of fewer the last is repeated. */
@inline
function gatherRows(args: usize, row: usize, valid: usize, tile: usize, codeTile: usize): void {
  const rows = argument(args, 0);
  let values = argument(args, 5) + 8 * row;
  let codes = argument(args, 7) + 4 * row;
  const codesEnd = codeTile + 16 * argument(args, 2);
  if (valid == 4) {
    for (let to = tile; to < codeTile; to += 32, values += 8 * rows) {
      v128.store(to, v128.load(values));
      v128.store(to, v128.load(values, 16), 16);
    }
    for (let to = codeTile; to < codesEnd; to += 16, codes += 4 * rows) v128.store(to, v128.load(codes));
    return;
  }
  for (let to = tile; to < codeTile; to += 32, values += 8 * rows) {
    for (let r: usize = 0; r < 4; r++) store<f64>(to + 8 * r, load<f64>(values + 8 * min(r, valid - 1)));
  }
  for (let to = codeTile; to < codesEnd; to += 16, codes += 4 * rows) {
    for (let r: usize = 0; r < 4; r++) store<i32>(to + 4 * r, load<i32>(codes + 4 * min(r, valid - 1)));
  }
}

/** The costs of four rows to a prototype, into `four`, which is where the tile of codes ends. */
@inline
function costsOf(
  tile: usize,
  codeTile: usize,
  four: usize,
  centre: usize,
  mode: usize,
  gamma: f64,
  scale: f64,
): void {
  const factor = f64x2.splat(scale);
  let a = f64x2.splat(0);
  let b = a;
  for (let at = tile; at < codeTile; at += 32, centre += 8) {
    const origin = v128.load64_splat(centre);
    const x = f64x2.mul(f64x2.sub(v128.load(at), origin), factor);
    const y = f64x2.mul(f64x2.sub(v128.load(at, 16), origin), factor);
    a = f64x2.add(a, f64x2.mul(x, x));
    b = f64x2.add(b, f64x2.mul(y, y));
  }
  let unlike = i32x4.splat(0);
  for (let at = codeTile; at < four; at += 16, mode += 4) {
    unlike = i32x4.sub(unlike, i32x4.ne(v128.load(at), v128.load32_splat(mode)));
  }
  const price = f64x2.splat(gamma);
  a = f64x2.add(a, f64x2.mul(price, f64x2.convert_low_i32x4_s(unlike)));
  const high = v128.shuffle<i64>(unlike, unlike, 1, 1);
  b = f64x2.add(b, f64x2.mul(price, f64x2.convert_low_i32x4_s(high)));
  v128.store(four, a);
  v128.store(four, b, 16);
}

function sumRows(args: usize, block: usize, first: usize, end: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const categoryColumns = argument(args, 2);
  const segments = argument(args, 4);
  const weights = argument(args, 6);
  const labels = argument(args, 12);
  const width = columns + 1 + argument(args, 19);
  const sums = argument(args, 16) + 8 * block * segments * width;
  const shift = argument(args, 17);
  const offsets = argument(args, 18);
  memory.fill(sums, 0, 8 * segments * width);
  for (let row: usize = first; row < end; row++) {
    const w = weights == 0 ? 1.0 : load<f64>(weights + 8 * row);
    let to = sums + 8 * width * <usize>load<u32>(labels + 4 * row);
    let from = argument(args, 5) + 8 * row;
    for (let j: usize = 0; j < columns; j++, to += 8, from += 8 * rows) {
      store<f64>(to, load<f64>(to) + (load<f64>(from) - load<f64>(shift + 8 * j)) * w);
    }
    store<f64>(to, load<f64>(to) + w);
    to += 8;
    let codes = argument(args, 7) + 4 * row;
    for (let j: usize = 0; j < categoryColumns; j++, codes += 4 * rows) {
      const code = load<i32>(codes);
      if (code < 0) continue;
      const slot = to + 8 * <usize>(load<i32>(offsets + 4 * j) + code);
      store<f64>(slot, load<f64>(slot) + w);
    }
  }
}
