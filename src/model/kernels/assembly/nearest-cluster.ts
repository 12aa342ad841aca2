import { argument } from "./argument";
import { thread } from "./thread";

const caution: f64 = 0.99999999999909050530;
/** Columns after which a group of clusters is given up when it is too far already. */
const stretch: usize = 16;

/** Compiled version of `nearestCluster`; see the TypeScript version for the arguments. */
export function nearestCluster(block: i32, args: usize): void {
  const columns = argument(args, 0);
  const slots = argument(args, 1);
  const leaves = argument(args, 2);
  const coordinates = argument(args, 3);
  const weights = argument(args, 4);
  const numbers = argument(args, 5);
  const boxes = argument(args, 6);
  const lightest = argument(args, 7);
  const held = argument(args, 8);
  const origin = argument(args, 9);
  const weight = load<f64>(args, 8 * 10);
  const own = <i32>load<f64>(args, 8 * 11);
  const out = argument(args, 14) + 24 * <usize>block;
  const stack = argument(args, 15) + 1024 * <usize>thread;
  const heavy = f64x2.splat(weight);
  let best = load<f64>(args, 8 * 12);
  let found: i32 = -1;
  let scanned: f64 = 0;

  const root = argument(args, 13) + <usize>block;
  store<f64>(stack, leastOf(root, columns, boxes, lightest, held, origin, weight));
  store<u32>(stack, <u32>root, 8);
  let depth: usize = 16;
  while (depth > 0) {
    depth -= 16;
    const least = load<f64>(stack + depth);
    if (least > best || least == Infinity) continue;
    const node = <usize>load<u32>(stack + depth, 8);
    if (node < leaves) {
      const a: usize = 2 * node;
      const one = leastOf(a, columns, boxes, lightest, held, origin, weight);
      const other = leastOf(a + 1, columns, boxes, lightest, held, origin, weight);
      const otherFirst = other < one;
      store<f64>(stack + depth, otherFirst ? one : other);
      store<u32>(stack + depth, <u32>(otherFirst ? a : a + 1), 8);
      store<f64>(stack + depth, otherFirst ? other : one, 16);
      store<u32>(stack + depth, <u32>(otherFirst ? a + 1 : a), 24);
      depth += 32;
      continue;
    }
    const leaf = node - leaves;
    scanned += 1;
    const stride: usize = 8 * slots;
    for (let s: usize = 0; s < slots; s += 4) {
      const slot = leaf * slots + s;
      const v0 = v128.load(weights + 8 * slot);
      const v1 = v128.load(weights + 8 * slot, 16);
      const f0 = f64x2.div(f64x2.mul(heavy, v0), f64x2.add(heavy, v0));
      const f1 = f64x2.div(f64x2.mul(heavy, v1), f64x2.add(heavy, v1));
      const limit = f64x2.splat(best);
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      let at = coordinates + leaf * columns * stride + 8 * s;
      let j: usize = 0;
      let open: i32 = 15;
      while (j < columns) {
        const end = min<usize>(columns, j + stretch);
        for (; j < end; j++) {
          const o = v128.load64_splat(origin + 8 * j);
          const x = f64x2.sub(v128.load(at), o);
          const y = f64x2.sub(v128.load(at, 16), o);
          a = f64x2.add(a, f64x2.mul(x, x));
          b = f64x2.add(b, f64x2.mul(y, y));
          at += stride;
        }
        const near0 = i64x2.bitmask(f64x2.le(f64x2.mul(f0, a), limit));
        const near1 = i64x2.bitmask(f64x2.le(f64x2.mul(f1, b), limit));
        open = near0 | (near1 << 2);
        if (open == 0) break;
      }
      while (open != 0) {
        const lane = ctz(open);
        open &= open - 1;
        const pair = lane < 2 ? f64x2.mul(f0, a) : f64x2.mul(f1, b);
        const value = (lane & 1) == 0 ? f64x2.extract_lane(pair, 0) : f64x2.extract_lane(pair, 1);
        const number = load<i32>(numbers + 4 * (slot + <usize>lane));
        if (number == own) continue;
        if (value < best || (value == best && found >= 0 && number < found)) {
          best = value;
          found = number;
        }
      }
    }
  }
  store<f64>(out, best);
  store<f64>(out, <f64>found, 8);
  store<f64>(out, scanned, 16);
}

/** Less than the value of any cluster below a node; infinite where there is none. */
@inline
function leastOf(
  node: usize,
  columns: usize,
  boxes: usize,
  lightest: usize,
  held: usize,
  origin: usize,
  weight: f64,
): f64 {
  if (load<i32>(held + 4 * node) == 0) return Infinity;
  const width: usize = 8 * columns;
  const low = boxes + 2 * width * node;
  const zero = f64x2.splat(0);
  let sum = zero;
  let at: usize = 0;
  for (; at + 16 <= width; at += 16) {
    const o = v128.load(origin + at);
    const below = f64x2.sub(v128.load(low + at), o);
    const above = f64x2.sub(o, v128.load(low + width + at));
    const x = f64x2.pmax(zero, f64x2.pmax(below, above));
    sum = f64x2.add(sum, f64x2.mul(x, x));
  }
  let squared = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if (at < width) {
    const o = load<f64>(origin + at);
    const x = max<f64>(max<f64>(load<f64>(low + at) - o, o - load<f64>(low + width + at)), 0);
    squared += x * x;
  }
  const light = load<f64>(lightest + 8 * node);
  return ((weight * light) / (weight + light)) * squared * caution;
}
