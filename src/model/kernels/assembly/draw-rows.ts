import { argument } from "./argument";

const blockDraws: usize = 16384;

/** Compiled version of `drawRows`; see the TypeScript version for the arguments. */
export function drawRows(block: i32, args: usize): void {
  const draws = argument(args, 0);
  const rows = <f64>argument(args, 1);
  const key0 = <u32>argument(args, 2);
  const key1 = <u32>argument(args, 3);
  const stream = <u32>argument(args, 4);
  const out = argument(args, 5);
  const first: usize = <usize>block * blockDraws;
  const end = min<usize>(first + blockDraws, draws);
  for (let i = first; i < end; i++) {
    let c0 = <u32>i;
    let c1: u32 = 0;
    let c2 = stream;
    let c3: u32 = 0;
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < 10; round++) {
      const product0 = <u64>0xd2511f53 * c0;
      const product1 = <u64>0xcd9e8d57 * c2;
      c0 = <u32>(product1 >> 32) ^ c1 ^ k0;
      c1 = <u32>product1;
      c2 = <u32>(product0 >> 32) ^ c3 ^ k1;
      c3 = <u32>product0;
      k0 += 0x9e3779b9;
      k1 += 0xbb67ae85;
    }
    const uniform = (<f64>(c0 >> 5) * 67108864.0 + <f64>(c1 >> 6)) / 9007199254740992.0;
    store<i32>(out + (i << 2), <i32>min(rows - 1, floor(uniform * rows)));
  }
}
