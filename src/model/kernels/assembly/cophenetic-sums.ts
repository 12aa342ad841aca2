import { argument } from "./argument";

/** Compiled version of `copheneticSums`; see the TypeScript version for the arguments. */
export function copheneticSums(block: i32, args: usize): void {
  const count = argument(args, 0);
  const columns = argument(args, 1);
  const first = argument(args, 7) + <usize>block * argument(args, 2);
  const end = min<usize>(first + argument(args, 2), count);
  const values = argument(args, 3);
  const weights = argument(args, 4);
  const heights = argument(args, 5);
  const out = argument(args, 6);
  const stride: usize = 8 * count;
  let i = first;
  for (; i + 4 <= end; i += 4) {
    let h0 = f64x2.splat(0);
    let h1 = h0;
    let sum0 = h0;
    let sum1 = h0;
    let squares0 = h0;
    let squares1 = h0;
    let highs0 = h0;
    let highs1 = h0;
    let highSquares0 = h0;
    let highSquares1 = h0;
    let products0 = h0;
    let products1 = h0;
    for (let k = i + 1; k < count; k++) {
      let a = f64x2.splat(0);
      let b = f64x2.splat(0);
      let at = values;
      for (let j: usize = 0; j < columns; j++) {
        const other = v128.load64_splat(at + 8 * k);
        const x = f64x2.sub(v128.load(at + 8 * i), other);
        const y = f64x2.sub(v128.load(at + 8 * i, 16), other);
        a = f64x2.add(a, f64x2.mul(x, x));
        b = f64x2.add(b, f64x2.mul(y, y));
        at += stride;
      }
      const gap = v128.load64_splat(heights + 8 * (k - 1));
      let w0 = v128.load64_splat(weights + 8 * k);
      let w1 = w0;
      let g0 = gap;
      let g1 = gap;
      if (k < i + 4) {
        // Pairs among the four themselves: lane r meets k only where it lies after r.
        const r = k - i;
        const none = f64x2.splat(0);
        const lower = f64x2.replace_lane(none, 0, f64x2.extract_lane(gap, 0));
        const light = f64x2.replace_lane(none, 0, f64x2.extract_lane(w0, 0));
        if (r == 1) {
          g0 = lower;
          w0 = light;
        }
        if (r < 3) {
          g1 = none;
          w1 = none;
        } else {
          g1 = lower;
          w1 = light;
        }
      }
      h0 = f64x2.pmax(h0, g0);
      h1 = f64x2.pmax(h1, g1);
      const d0 = f64x2.sqrt(a);
      const d1 = f64x2.sqrt(b);
      const v0 = f64x2.mul(w0, d0);
      const v1 = f64x2.mul(w1, d1);
      sum0 = f64x2.add(sum0, v0);
      sum1 = f64x2.add(sum1, v1);
      squares0 = f64x2.add(squares0, f64x2.mul(v0, d0));
      squares1 = f64x2.add(squares1, f64x2.mul(v1, d1));
      const u0 = f64x2.mul(w0, h0);
      const u1 = f64x2.mul(w1, h1);
      highs0 = f64x2.add(highs0, u0);
      highs1 = f64x2.add(highs1, u1);
      highSquares0 = f64x2.add(highSquares0, f64x2.mul(u0, h0));
      highSquares1 = f64x2.add(highSquares1, f64x2.mul(u1, h1));
      products0 = f64x2.add(products0, f64x2.mul(v0, h0));
      products1 = f64x2.add(products1, f64x2.mul(v1, h1));
    }
    const weight0 = v128.load(weights + 8 * i);
    const weight1 = v128.load(weights + 8 * i, 16);
    const pair = out + 40 * i;
    storePair(pair, f64x2.mul(sum0, weight0));
    storePair(pair + 8, f64x2.mul(squares0, weight0));
    storePair(pair + 16, f64x2.mul(highs0, weight0));
    storePair(pair + 24, f64x2.mul(highSquares0, weight0));
    storePair(pair + 32, f64x2.mul(products0, weight0));
    storePair(pair + 80, f64x2.mul(sum1, weight1));
    storePair(pair + 88, f64x2.mul(squares1, weight1));
    storePair(pair + 96, f64x2.mul(highs1, weight1));
    storePair(pair + 104, f64x2.mul(highSquares1, weight1));
    storePair(pair + 112, f64x2.mul(products1, weight1));
  }
  for (; i < end; i++) {
    let height: f64 = 0;
    let sum: f64 = 0;
    let squares: f64 = 0;
    let highs: f64 = 0;
    let highSquares: f64 = 0;
    let products: f64 = 0;
    for (let k = i + 1; k < count; k++) {
      height = max<f64>(height, load<f64>(heights + 8 * (k - 1)));
      let squared: f64 = 0;
      for (let j: usize = 0; j < columns; j++) {
        const x = load<f64>(values + j * stride + 8 * i) - load<f64>(values + j * stride + 8 * k);
        squared += x * x;
      }
      const distance = sqrt(squared);
      const weighted = load<f64>(weights + 8 * k) * distance;
      sum += weighted;
      squares += weighted * distance;
      const high = load<f64>(weights + 8 * k) * height;
      highs += high;
      highSquares += high * height;
      products += weighted * height;
    }
    const weight = load<f64>(weights + 8 * i);
    store<f64>(out + 40 * i, sum * weight);
    store<f64>(out + 40 * i, squares * weight, 8);
    store<f64>(out + 40 * i, highs * weight, 16);
    store<f64>(out + 40 * i, highSquares * weight, 24);
    store<f64>(out + 40 * i, products * weight, 32);
  }
}

/** The sums of two points that follow one another. */
@inline
function storePair(to: usize, sums: v128): void {
  store<f64>(to, f64x2.extract_lane(sums, 0));
  store<f64>(to, f64x2.extract_lane(sums, 1), 40);
}
