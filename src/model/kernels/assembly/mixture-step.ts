import { argument } from "./argument";
import { expOfTwo, logOf } from "./exp-log";
import { centreTile, diagonalDensities, fullDensities, tileBytes, tileRows } from "./mixture-density";
import { addDiagonalSums, addFullSums } from "./mixture-sums";
import { thread } from "./thread";

/** Compiled version of `mixtureStep`; see the TypeScript version for the arguments. */
export function mixtureStep(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const blockRows = argument(args, 3);
  const values = argument(args, 4);
  const weights = argument(args, 5);
  const means = argument(args, 6);
  const factors = argument(args, 7);
  const offsets = argument(args, 8);
  const diagonal = argument(args, 9) == 1;
  const sums = argument(args, 10);
  const totals = argument(args, 11) + 32 * <usize>block;
  const labels = argument(args, 12);
  const given = argument(args, 13) == 1;
  const scratch = argument(args, 17) + <usize>thread * argument(args, 18);
  const z = scratch;
  const left = z + (columns + 1) * tileBytes;
  const shares = left + 2 * tileBytes;
  const factorBytes: usize = diagonal ? 8 * columns : 4 * columns * (columns + 1);
  const sumBytes: usize = 16 * (1 + (diagonal ? 2 * columns : (columns * (columns + 3)) / 2));
  const ownSums = sums + <usize>block * k * sumBytes;
  const ones = z + columns * tileBytes;
  for (let t: usize = 0; t < tileBytes; t += 8) store<f64>(ones + t, 1);
  v128.store(totals, f64x2.splat(0));
  v128.store(totals, f64x2.splat(0), 16);

  const end = min<usize>((<usize>block + 1) * blockRows, rows);
  for (let first = <usize>block * blockRows; first < end; first += tileRows) {
    const count = min<usize>(tileRows, end - first);
    const tile = values + 8 * first;
    const ownWeights: usize = weights == 0 ? 0 : weights + 8 * first;
    if (given) {
      givenShares(labels + 4 * first, ownWeights, k, count, shares);
    } else {
      for (let c: usize = 0; c < k; c++) {
        centreTile(tile, 8 * rows, columns, means + 8 * c * columns, count, z);
        const offset = load<f64>(offsets + 8 * c);
        const to = shares + c * tileBytes;
        if (diagonal) diagonalDensities(z, columns, factors + c * factorBytes, offset, count, to);
        else fullDensities(z, columns, factors + c * factorBytes, offset, count, to);
      }
      if (sums != 0) {
        share(ownWeights, k, count, shares, totals, true, 0);
      } else {
        if (labels != 0) heaviest(k, count, shares, labels + 4 * first);
        const densities = argument(args, 15);
        share(ownWeights, k, count, shares, totals, false, densities == 0 ? 0 : densities + 8 * first);
        const probabilities = argument(args, 14);
        if (probabilities != 0) ownShares(labels + 4 * first, count, shares, probabilities + 8 * first);
        const responsibilities = argument(args, 16);
        if (responsibilities != 0) {
          for (let c: usize = 0; c < k; c++) {
            memory.copy(responsibilities + 8 * (c * rows + first), shares + c * tileBytes, 8 * count);
          }
        }
      }
    }
    if (sums == 0) continue;
    for (let c: usize = 0; c < k; c++) {
      centreTile(tile, 8 * rows, columns, means + 8 * c * columns, count, z);
      if (diagonal) addDiagonalSums(z, columns, shares + c * tileBytes, count, ownSums + c * sumBytes);
      else addFullSums(z, columns, shares + c * tileBytes, count, left, ownSums + c * sumBytes);
    }
  }
}

/** From log densities to responsibilities; adds to the totals, and gives the log densities of rows where wanted. */
function share(
  weights: usize,
  k: usize,
  count: usize,
  shares: usize,
  totals: usize,
  weighted: bool,
  densities: usize,
): void {
  const end = shares + k * tileBytes;
  const lowest = f64x2.splat(-709);
  let likelihood = v128.load(totals);
  let entropy = v128.load(totals, 16);
  for (let t: usize = 0; t < count; t += 2) {
    const first = shares + 8 * t;
    let most = v128.load(first);
    for (let at = first + tileBytes; at < end; at += tileBytes) most = f64x2.pmax(most, v128.load(at));
    let sum = f64x2.splat(0);
    let spread = f64x2.splat(0);
    for (let at = first; at < end; at += tileBytes) {
      const below = f64x2.pmax(f64x2.sub(v128.load(at), most), lowest);
      const part = expOfTwo(below);
      v128.store(at, part);
      sum = f64x2.add(sum, part);
      spread = f64x2.add(spread, f64x2.mul(part, below));
    }
    const logSum = f64x2.replace_lane(
      f64x2.splat(logOf(f64x2.extract_lane(sum, 0))),
      1,
      logOf(f64x2.extract_lane(sum, 1)),
    );
    const inverse = f64x2.div(f64x2.splat(1), sum);
    const density = f64x2.add(most, logSum);
    const single = t + 1 == count;
    let weight = f64x2.splat(1);
    if (weights != 0) {
      weight = single ? v128.load64_zero(weights + 8 * t) : v128.load(weights + 8 * t);
    } else if (single) {
      weight = f64x2.replace_lane(weight, 1, 0);
    }
    likelihood = f64x2.add(likelihood, f64x2.mul(weight, density));
    entropy = f64x2.add(entropy, f64x2.mul(weight, f64x2.sub(logSum, f64x2.mul(spread, inverse))));
    // A row after the last has weight 0, and thereby no share.
    const factor = weighted ? f64x2.mul(inverse, weight) : inverse;
    for (let at = first; at < end; at += tileBytes) v128.store(at, f64x2.mul(v128.load(at), factor));
    if (densities != 0) {
      store<f64>(densities + 8 * t, f64x2.extract_lane(density, 0));
      if (!single) store<f64>(densities + 8 * t, f64x2.extract_lane(density, 1), 8);
    }
  }
  v128.store(totals, likelihood);
  v128.store(totals, entropy, 16);
}

/** Each row is wholly its label's, by its weight. */
function givenShares(labels: usize, weights: usize, k: usize, count: usize, shares: usize): void {
  const padded: usize = (count + 1) & ~1;
  for (let c: usize = 0; c < k; c++) {
    const to = shares + c * tileBytes;
    for (let t: usize = 0; t < padded; t++) store<f64>(to + 8 * t, 0);
  }
  for (let t: usize = 0; t < count; t++) {
    const label = <usize>load<u32>(labels + 4 * t);
    if (label < k) store<f64>(shares + label * tileBytes + 8 * t, weights == 0 ? 1 : load<f64>(weights + 8 * t));
  }
}

/** The component of the highest log density, ties to the lowest. */
function heaviest(k: usize, count: usize, shares: usize, labels: usize): void {
  for (let t: usize = 0; t < count; t++) {
    let best: usize = 0;
    let most = load<f64>(shares + 8 * t);
    for (let c: usize = 1; c < k; c++) {
      const x = load<f64>(shares + c * tileBytes + 8 * t);
      if (x > most) {
        most = x;
        best = c;
      }
    }
    store<i32>(labels + 4 * t, <i32>best);
  }
}

function ownShares(labels: usize, count: usize, shares: usize, out: usize): void {
  for (let t: usize = 0; t < count; t++) {
    store<f64>(out + 8 * t, load<f64>(shares + <usize>load<u32>(labels + 4 * t) * tileBytes + 8 * t));
  }
}
