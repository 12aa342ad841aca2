import { argument } from "./argument";

/** Compiled version of `lookUp`; see the TypeScript version for the arguments. */
export function lookUp(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const blockRows = argument(args, 1);
  const table = argument(args, 2) + 4 * <usize>block * argument(args, 3);
  const indices = argument(args, 4);
  const out = argument(args, 5);
  const first = <usize>block * blockRows;
  const end = first + min<usize>(blockRows, rows - first);
  for (let row = first; row < end; row++) {
    store<u32>(out + (row << 2), load<u32>(table + (<usize>load<u32>(indices + (row << 2)) << 2)));
  }
}
