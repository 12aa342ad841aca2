import { argument } from "./argument";

const blockRows: usize = 8192;

/** Compiled version of `columnExtent`; see the TypeScript version for the arguments. */
export function columnExtent(block: i32, args: usize): void {
  const first: usize = <usize>block * blockRows;
  const end = min<usize>(first + blockRows, argument(args, 0));
  const values = argument(args, 1);
  const weights = argument(args, 2);
  const out: usize = argument(args, 3) + 32 * <usize>block;
  let count = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  let weight: f64 = 0;
  for (let i = first; i < end; i++) {
    const x = load<f64>(values + 8 * i);
    const w: f64 = weights == 0 ? 1 : load<f64>(weights + 8 * i);
    if (x != x || !(w > 0)) continue;
    count++;
    if (x < minimum) minimum = x;
    if (x > maximum) maximum = x;
    weight += w;
  }
  store<f64>(out, count);
  store<f64>(out, minimum, 8);
  store<f64>(out, maximum, 16);
  store<f64>(out, weight, 24);
}

/** Compiled version of `columnPowers`; see the TypeScript version for the arguments. */
export function columnPowers(block: i32, args: usize): void {
  const first: usize = <usize>block * blockRows;
  const count = min<usize>(blockRows, argument(args, 0) - first);
  const values: usize = argument(args, 1) + 8 * first;
  const weights = argument(args, 2);
  const weighted = weights != 0;
  const w: usize = weights + 8 * first;
  const shift = v128.load64_splat(argument(args, 3));
  const unit = v128.load64_splat(argument(args, 3) + 8);
  const one = f64x2.splat(1);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let b2 = f64x2.splat(0);
  let b3 = f64x2.splat(0);
  const whole: usize = 8 * (count & ~3);
  for (let at: usize = 0; at < whole; at += 32) {
    const ga = f64x2.mul(f64x2.sub(v128.load(values + at), shift), unit);
    const gb = f64x2.mul(f64x2.sub(v128.load(values + at, 16), shift), unit);
    // NaN takes a weight of nothing, and its terms are cleared bit by bit.
    const isA = f64x2.eq(ga, ga);
    const isB = f64x2.eq(gb, gb);
    const wa = weighted ? v128.load(w + at) : one;
    const wb = weighted ? v128.load(w + at, 16) : one;
    const sa = f64x2.mul(ga, ga);
    const sb = f64x2.mul(gb, gb);
    a1 = f64x2.add(a1, v128.and(isA, f64x2.mul(ga, wa)));
    b1 = f64x2.add(b1, v128.and(isB, f64x2.mul(gb, wb)));
    a2 = f64x2.add(a2, v128.and(isA, f64x2.mul(sa, wa)));
    b2 = f64x2.add(b2, v128.and(isB, f64x2.mul(sb, wb)));
    a3 = f64x2.add(a3, v128.and(isA, f64x2.mul(f64x2.mul(sa, ga), wa)));
    b3 = f64x2.add(b3, v128.and(isB, f64x2.mul(f64x2.mul(sb, gb), wb)));
  }
  for (let i: usize = count & ~3; i < count; i++) {
    const low: i32 = <i32>(i & 1);
    const g = (load<f64>(values + 8 * i) - load<f64>(argument(args, 3))) * load<f64>(argument(args, 3) + 8);
    if (g != g) continue;
    const weight: f64 = weighted ? load<f64>(w + 8 * i) : 1;
    const square = g * g;
    if ((i & 2) == 0) {
      a1 = f64x2.add(a1, lane(g * weight, low));
      a2 = f64x2.add(a2, lane(square * weight, low));
      a3 = f64x2.add(a3, lane(square * g * weight, low));
    } else {
      b1 = f64x2.add(b1, lane(g * weight, low));
      b2 = f64x2.add(b2, lane(square * weight, low));
      b3 = f64x2.add(b3, lane(square * g * weight, low));
    }
  }
  const out: usize = argument(args, 4) + 24 * <usize>block;
  store<f64>(out, total(a1, b1));
  store<f64>(out, total(a2, b2), 8);
  store<f64>(out, total(a3, b3), 16);
}

/** x in lane 0 or 1, and zero in the other. */
@inline
function lane(x: f64, at: i32): v128 {
  return at == 0 ? f64x2.replace_lane(f64x2.splat(0), 0, x) : f64x2.replace_lane(f64x2.splat(0), 1, x);
}

@inline
function total(a: v128, b: v128): f64 {
  return (
    f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1) + (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1))
  );
}
