import { argument } from "./argument";

@inline
function placeOf(distances: usize, tileRows: usize, low: usize, high: usize): usize {
  const tile = <usize>load<u32>(tileRows + ((low >> 3) << 2)) + (high >> 3);
  return distances + (tile << 9) + ((low & 7) << 6) + ((high & 7) << 3);
}

/** Compiled version of `matrixNearest`; see the TypeScript version for the arguments. */
export function matrixNearest(block: i32, args: usize): void {
  const first = <usize>block * argument(args, 1);
  const end = min<usize>(first + argument(args, 1), argument(args, 0));
  const alive = argument(args, 2);
  const distances = argument(args, 3);
  const tileRows = argument(args, 4);
  const own = argument(args, 5);
  const out = argument(args, 7) + 16 * <usize>block;
  let best = load<f64>(args, 8 * 6);
  let nearest: f64 = -1;
  let a = first;
  for (; a < end; a++) {
    const row = <usize>load<u32>(alive + 4 * a);
    if (row >= own) break;
    const distance = load<f64>(placeOf(distances, tileRows, row, own));
    if (distance < best) {
      best = distance;
      nearest = <f64>row;
    }
  }
  if (a < end && <usize>load<u32>(alive + 4 * a) == own) a++;
  for (; a < end; a++) {
    const row = <usize>load<u32>(alive + 4 * a);
    const distance = load<f64>(placeOf(distances, tileRows, own, row));
    if (distance < best) {
      best = distance;
      nearest = <f64>row;
    }
  }
  store<f64>(out, best);
  store<f64>(out, nearest, 8);
}

/** Compiled version of `matrixJoin`; see the TypeScript version for the arguments. */
export function matrixJoin(block: i32, args: usize): void {
  const first = <usize>block * argument(args, 1);
  const end = min<usize>(first + argument(args, 1), argument(args, 0));
  const alive = argument(args, 2);
  const distances = argument(args, 3);
  const tileRows = argument(args, 4);
  const low = argument(args, 5);
  const high = argument(args, 6);
  const one = load<f64>(args, 8 * 7);
  const other = load<f64>(args, 8 * 8);
  const both = one + other;
  for (let a = first; a < end; a++) {
    const row = <usize>load<u32>(alive + 4 * a);
    if (row == low || row == high) continue;
    const gone = load<f64>(placeOf(distances, tileRows, min<usize>(row, low), max<usize>(row, low)));
    const at = placeOf(distances, tileRows, min<usize>(row, high), max<usize>(row, high));
    const kept = load<f64>(at);
    if (one > 0) store<f64>(at, (one * gone + other * kept) / both);
    else if (gone > kept) store<f64>(at, gone);
  }
}
