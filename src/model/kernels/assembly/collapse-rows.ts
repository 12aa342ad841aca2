import { argument } from "./argument";
import { thread } from "./thread";

/** Compiled version of `collapseRows`; see the TypeScript version for the arguments. */
export function collapseRows(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const most = argument(args, 3);
  const values = argument(args, 4);
  const weights = argument(args, 5);
  const local = argument(args, 6);
  const firstRows = argument(args, 7) + 4 * <usize>block * most;
  const sums = argument(args, 8) + 8 * <usize>block * most;
  const found = argument(args, 9) + 4 * <usize>block;
  const slots = argument(args, 11);
  const table = argument(args, 10) + <usize>thread * 4 * slots;
  const first = <usize>block * blockRows;
  const end = first + min<usize>(blockRows, rows - first);
  const step: usize = 8 * rows;
  const mask = <u32>(slots - 1);
  memory.fill(table, 0, 4 * slots);
  let count: u32 = 0;
  for (let row = first; row < end; row++) {
    let hash: u64 = 0;
    let at = values + 8 * row;
    for (let j: usize = 0; j < columns; j++) {
      // Adding 0 makes one zero of the two.
      hash = (hash ^ reinterpret<u64>(load<f64>(at) + 0)) * 0x9e3779b97f4a7c15;
      hash ^= hash >> 32;
      at += step;
    }
    let slot = <u32>hash & mask;
    let id: u32 = 0;
    for (;;) {
      id = load<u32>(table + (<usize>slot << 2));
      if (id == 0) break;
      if (equalRows(values, step, columns, row, <usize>load<u32>(firstRows + ((<usize>id - 1) << 2)))) break;
      slot = (slot + 1) & mask;
    }
    if (id == 0) {
      if (count == <u32>most) {
        store<i32>(found, -1);
        return;
      }
      store<u32>(firstRows + (<usize>count << 2), <u32>row);
      store<f64>(sums + (<usize>count << 3), 0);
      count++;
      id = count;
      store<u32>(table + (<usize>slot << 2), id);
    }
    store<u32>(local + (row << 2), id - 1);
    const sum = sums + ((<usize>id - 1) << 3);
    store<f64>(sum, load<f64>(sum) + (weights == 0 ? 1 : load<f64>(weights + (row << 3))));
  }
  store<i32>(found, count);
}

@inline
function equalRows(values: usize, step: usize, columns: usize, a: usize, b: usize): bool {
  let x = values + 8 * a;
  let y = values + 8 * b;
  for (let j: usize = 0; j < columns; j++) {
    if (load<f64>(x) != load<f64>(y)) return false;
    x += step;
    y += step;
  }
  return true;
}
