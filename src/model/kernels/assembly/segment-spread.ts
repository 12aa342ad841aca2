import { argument } from "./argument";

const blockRows: usize = 8192;

/** Compiled version of `segmentSums`; see the TypeScript version for the arguments. */
export function segmentSums(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const labels = argument(args, 5);
  const order = argument(args, 7);
  const ends: usize = argument(args, 8) + 4 * <usize>block * k;
  const out: usize = argument(args, 9) + 8 * <usize>block * k * columns;
  const from: usize = <usize>block * blockRows;
  const to = min<usize>(from + blockRows, rows);
  for (let i = from; i < to; i++) {
    const end: usize = ends + 4 * <usize>load<i32>(labels + 4 * i);
    store<i32>(end, load<i32>(end) + 1);
  }
  let place = <i32>from;
  for (let c: usize = 0; c < k; c++) {
    const size = load<i32>(ends + 4 * c);
    store<i32>(ends + 4 * c, place);
    place += size;
  }
  for (let i = from; i < to; i++) {
    const end: usize = ends + 4 * <usize>load<i32>(labels + 4 * i);
    const at = load<i32>(end);
    store<i32>(order + 4 * <usize>at, <i32>i);
    store<i32>(end, at + 1);
  }
  let start: usize = order + 4 * from;
  for (let c: usize = 0; c < k; c++) {
    const end: usize = order + 4 * <usize>load<i32>(ends + 4 * c);
    for (let j: usize = 0; j < columns; j += 4) sumFour(args, start, end, c, j, out);
    start = end;
  }
}

/** The sums of up to four columns from j on, for the rows listed in `start … end`. */
@inline
function sumFour(args: usize, start: usize, end: usize, c: usize, j: usize, out: usize): void {
  const columns = argument(args, 1);
  const weights = argument(args, 4);
  const column: usize = 8 * argument(args, 0);
  const left: usize = columns - j;
  // Columns past the end are read as the first of the four, and their sums are not stored.
  const step1: usize = left > 1 ? column : 0;
  const step2: usize = left > 2 ? 2 * column : 0;
  const step3: usize = left > 3 ? 3 * column : 0;
  const values: usize = argument(args, 3) + j * column;
  const centre: usize = argument(args, 6) + 8 * (c * columns + j);
  const c0 = load<f64>(centre);
  const c1 = left > 1 ? load<f64>(centre, 8) : 0;
  const c2 = left > 2 ? load<f64>(centre, 16) : 0;
  const c3 = left > 3 ? load<f64>(centre, 24) : 0;
  let t0: f64 = 0;
  let t1: f64 = 0;
  let t2: f64 = 0;
  let t3: f64 = 0;
  for (let p = start; p < end; p += 4) {
    const row: usize = 8 * <usize>load<i32>(p);
    const at = values + row;
    const w: f64 = weights == 0 ? 1 : load<f64>(weights + row);
    t0 += (load<f64>(at) - c0) * w;
    t1 += (load<f64>(at + step1) - c1) * w;
    t2 += (load<f64>(at + step2) - c2) * w;
    t3 += (load<f64>(at + step3) - c3) * w;
  }
  const to: usize = out + 8 * (c * columns + j);
  store<f64>(to, t0);
  if (left > 1) store<f64>(to, t1, 8);
  if (left > 2) store<f64>(to, t2, 16);
  if (left > 3) store<f64>(to, t3, 24);
}

/** Compiled version of `segmentSpread`; see the TypeScript version for the arguments. */
export function segmentSpread(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const values = argument(args, 3);
  const weights = argument(args, 4);
  const order = argument(args, 7);
  const ends: usize = argument(args, 8) + 4 * <usize>block * k;
  const out: usize = argument(args, 9) + 16 * <usize>block * k;
  const column: usize = 8 * rows;
  const last: usize = columns * column;
  let start: usize = order + 4 * <usize>block * blockRows;
  for (let c: usize = 0; c < k; c++) {
    const end: usize = order + 4 * <usize>load<i32>(ends + 4 * c);
    let distances: f64 = 0;
    let inertia: f64 = 0;
    for (let p = start; p < end; p += 4) {
      const row: usize = 8 * <usize>load<i32>(p);
      let centre: usize = argument(args, 6) + 8 * c * columns;
      let squares: f64 = 0;
      for (let at: usize = 0; at < last; at += column) {
        const gap = load<f64>(values + at + row) - load<f64>(centre);
        squares += gap * gap;
        centre += 8;
      }
      const weight: f64 = weights == 0 ? 1 : load<f64>(weights + row);
      distances += weight * sqrt(squares);
      inertia += weight * squares;
    }
    store<f64>(out + 16 * c, distances);
    store<f64>(out + 16 * c, inertia, 8);
    start = end;
  }
}
