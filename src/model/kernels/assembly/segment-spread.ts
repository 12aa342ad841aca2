import { argument } from "./argument";

const blockRows: usize = 8192;

/** Compiled version of `segmentSums`; see the TypeScript version for the arguments. */
export function segmentSums(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const weights = argument(args, 4);
  const labels = argument(args, 5);
  const from: usize = <usize>block * blockRows;
  const to = min<usize>(from + blockRows, rows);
  const out: usize = argument(args, 7) + 8 * <usize>block * k * columns;
  for (let j: usize = 0; j < columns; j++) {
    const values: usize = argument(args, 3) + 8 * j * rows;
    const centres: usize = argument(args, 6) + 8 * j;
    const sums: usize = out + 8 * j;
    for (let i = from; i < to; i++) {
      const at: usize = 8 * <usize>load<i32>(labels + 4 * i) * columns;
      const gap = load<f64>(values + 8 * i) - load<f64>(centres + at);
      const term = weights == 0 ? gap : gap * load<f64>(weights + 8 * i);
      store<f64>(sums + at, load<f64>(sums + at) + term);
    }
  }
}

/** Compiled version of `segmentSpread`; see the TypeScript version for the arguments. */
export function segmentSpread(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const values = argument(args, 3);
  const weights = argument(args, 4);
  const labels = argument(args, 5);
  const centres = argument(args, 6);
  const from: usize = <usize>block * blockRows;
  const to = min<usize>(from + blockRows, rows);
  const out: usize = argument(args, 7) + 16 * <usize>block * k;
  for (let i = from; i < to; i++) {
    const label = <usize>load<i32>(labels + 4 * i);
    const centre: usize = centres + 8 * label * columns;
    let squares: f64 = 0;
    for (let j: usize = 0; j < columns; j++) {
      const gap = load<f64>(values + 8 * (j * rows + i)) - load<f64>(centre + 8 * j);
      squares += gap * gap;
    }
    const weight: f64 = weights == 0 ? 1 : load<f64>(weights + 8 * i);
    const at: usize = out + 16 * label;
    store<f64>(at, load<f64>(at) + weight * sqrt(squares));
    store<f64>(at + 8, load<f64>(at + 8) + weight * squares);
  }
}
