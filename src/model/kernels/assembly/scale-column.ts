import { argument } from "./argument";

const blockRows: usize = 8192;

/** Compiled version of `scaleColumn`; see the TypeScript version for the arguments. */
export function scaleColumn(block: i32, args: usize): void {
  const first: usize = <usize>block * blockRows;
  const count = min<usize>(blockRows, argument(args, 0) - first);
  let from: usize = argument(args, 1) + 8 * first;
  const frame = argument(args, 2);
  let to: usize = argument(args, 3) + 8 * first;
  const center = v128.load64_splat(frame);
  const scale = v128.load64_splat(frame + 8);
  const fill = v128.load64_splat(frame + 16);
  const end: usize = to + 8 * (count & ~1);
  for (; to < end; to += 16) {
    v128.store(to, scaled(v128.load(from), center, scale, fill));
    from += 16;
  }
  if ((count & 1) == 1) v128.store64_lane(to, scaled(v128.load64_zero(from), center, scale, fill), 0);
}

@inline
function scaled(x: v128, center: v128, scale: v128, fill: v128): v128 {
  const y = f64x2.div(f64x2.sub(x, center), scale);
  return v128.bitselect(y, fill, f64x2.eq(y, y));
}
