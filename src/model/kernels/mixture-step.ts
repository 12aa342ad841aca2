import { expOf, logOf } from "./exp-log.ts";
import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/** Rows that are worked on at once. */
const tileRows = 128;

/** Bytes of scratch memory that a thread needs. */
export function mixtureScratch(columns: number, k: number): number {
  return 8 * tileRows * (columns + 3 + k);
}

/** Sums that a component leaves in `sums`, each in two lanes. */
export function mixtureWidth(columns: number, diagonal: boolean): number {
  return 1 + (diagonal ? 2 * columns : (columns * (columns + 3)) / 2);
}

/**
 * One pass of EM for a Gaussian mixture over a block of rows: log densities, responsibilities, and the weighted sums
 * of which the next parameters are made. Responsibilities live for a tile of 128 rows.
 *
 * With z = x - m of a component, log π + log N(x) is `offset - ½ |F z|²`, F the inverse of the covariance's Cholesky
 * factor. Component c's sums are Σr, and for each column i, Σ r zᵢ zⱼ for j = i … (diagonal: j = i) and Σ r zᵢ;
 * even and odd rows of a tile are summed apart.
 *
 * args: rows, columns, k, rows of a block, values (f64, column-major), weights (f64; 0: all one), means (f64, k ×
 * columns), factors (f64, of each component the rows of F up to the diagonal, or its diagonal), offsets (f64, k),
 * diagonal (0 or 1), sums (f64, blocks × k × width × 2, zeroed; 0: not wanted), totals (f64, blocks × 4: weighted log
 * likelihood and entropy of the responsibilities, even and odd rows), labels (i32; 0: not wanted), given (1: `labels`
 * are read and are the whole of the responsibilities, no density is worked out), and where no sums are wanted:
 * probabilities of the label (f64 by row; 0), log densities (f64 by row; 0), responsibilities (f64, k × rows; 0);
 * scratch, bytes of scratch of a thread.
 */
export const mixtureStep: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const k = argument(args, 2);
  const blockRows = argument(args, 3);
  const values = new Float64Array(memory, argument(args, 4), rows * columns);
  const weights = argument(args, 5) === 0 ? null : new Float64Array(memory, argument(args, 5), rows);
  const means = new Float64Array(memory, argument(args, 6), k * columns);
  const diagonal = argument(args, 9) === 1;
  const factorSize = diagonal ? columns : (columns * (columns + 1)) / 2;
  const factors = new Float64Array(memory, argument(args, 7), k * factorSize);
  const offsets = new Float64Array(memory, argument(args, 8), k);
  const width = 2 * mixtureWidth(columns, diagonal);
  const sumsAt = argument(args, 10);
  const sums = sumsAt === 0 ? null : new Float64Array(memory, sumsAt + 8 * block * k * width, k * width);
  const totals = new Float64Array(memory, argument(args, 11) + 32 * block, 4);
  const labels = argument(args, 12) === 0 ? null : new Int32Array(memory, argument(args, 12), rows);
  const given = argument(args, 13) === 1;
  const perRow = (i: number, length: number): Float64Array | null =>
    argument(args, i) === 0 ? null : new Float64Array(memory, argument(args, i), length);
  const probabilities = perRow(14, rows);
  const densities = perRow(15, rows);
  const responsibilities = perRow(16, k * rows);
  const z = new Float64Array(columns * tileRows);
  const shares = new Float64Array(k * tileRows);
  const end = Math.min((block + 1) * blockRows, rows);
  totals.fill(0);

  for (let first = block * blockRows; first < end; first += tileRows) {
    const count = Math.min(tileRows, end - first);
    const centre = (c: number): void => {
      for (let j = 0; j < columns; j++) {
        const mean = means[c * columns + j]!;
        for (let t = 0; t < count; t++) z[j * tileRows + t] = values[j * rows + first + t]! - mean;
      }
    };
    if (given) {
      for (let t = 0; t < count; t++) {
        for (let c = 0; c < k; c++) {
          shares[c * tileRows + t] = labels![first + t] === c ? (weights === null ? 1 : weights[first + t]!) : 0;
        }
      }
    } else {
      for (let c = 0; c < k; c++) {
        centre(c);
        for (let t = 0; t < count; t++) {
          const squared = diagonal
            ? diagonalDistance(z, t, columns, factors, c * factorSize)
            : fullDistance(z, t, columns, factors, c * factorSize);
          shares[c * tileRows + t] = offsets[c]! - 0.5 * squared;
        }
      }
      for (let t = 0; t < count; t++) {
        const row = first + t;
        let best = 0;
        let most = shares[t]!;
        for (let c = 1; c < k; c++) {
          if (!(shares[c * tileRows + t]! > most)) continue;
          best = c;
          most = shares[c * tileRows + t]!;
        }
        let sum = 0;
        let spread = 0;
        for (let c = 0; c < k; c++) {
          const gap = shares[c * tileRows + t]! - most;
          const below = gap < -709 ? -709 : gap;
          const share = expOf(below);
          shares[c * tileRows + t] = share;
          sum += share;
          spread += share * below;
        }
        const logSum = logOf(sum);
        const inverse = 1 / sum;
        const weight = weights === null ? 1 : weights[row]!;
        totals[t & 1]! += weight * (most + logSum);
        totals[2 + (t & 1)]! += weight * (logSum - spread * inverse);
        const factor = sums === null ? inverse : inverse * weight;
        for (let c = 0; c < k; c++) shares[c * tileRows + t]! *= factor;
        if (sums !== null) continue;
        if (labels !== null) labels[row] = best;
        if (probabilities !== null) probabilities[row] = shares[best * tileRows + t]!;
        if (densities !== null) densities[row] = most + logSum;
        if (responsibilities === null) continue;
        for (let c = 0; c < k; c++) responsibilities[c * rows + row] = shares[c * tileRows + t]!;
      }
    }
    if (sums === null) continue;
    for (let c = 0; c < k; c++) {
      centre(c);
      const own = shares.subarray(c * tileRows, c * tileRows + count);
      addSums(z, own, columns, diagonal, sums.subarray(c * width, (c + 1) * width));
    }
  }
};

function fullDistance(z: Float64Array, t: number, columns: number, factors: Float64Array, from: number): number {
  let squared = 0;
  let at = from;
  for (let j = 0; j < columns; j++) {
    let y = 0;
    for (let i = 0; i <= j; i++) y += factors[at++]! * z[i * tileRows + t]!;
    squared += y * y;
  }
  return squared;
}

function diagonalDistance(z: Float64Array, t: number, columns: number, factors: Float64Array, from: number): number {
  let squared = 0;
  for (let j = 0; j < columns; j++) {
    const y = factors[from + j]! * z[j * tileRows + t]!;
    squared += y * y;
  }
  return squared;
}

function addSums(z: Float64Array, shares: Float64Array, columns: number, diagonal: boolean, sums: Float64Array): void {
  const weighted = new Float64Array(shares.length);
  let at = 0;
  addLanes(shares, sums, at);
  for (let i = 0; i < columns; i++) {
    for (let t = 0; t < shares.length; t++) weighted[t] = shares[t]! * z[i * tileRows + t]!;
    const last = diagonal ? i : columns - 1;
    for (let j = i; j <= last; j++) addProducts(weighted, z, j * tileRows, sums, (at += 2));
    addLanes(weighted, sums, (at += 2));
  }
}

function addLanes(values: Float64Array, sums: Float64Array, at: number): void {
  let even = 0;
  let odd = 0;
  for (let t = 0; t < values.length; t += 2) {
    even += values[t]!;
    if (t + 1 < values.length) odd += values[t + 1]!;
  }
  sums[at]! += even;
  sums[at + 1]! += odd;
}

function addProducts(weighted: Float64Array, z: Float64Array, from: number, sums: Float64Array, at: number): void {
  let even = 0;
  let odd = 0;
  for (let t = 0; t < weighted.length; t += 2) {
    even += weighted[t]! * z[from + t]!;
    if (t + 1 < weighted.length) odd += weighted[t + 1]! * z[from + t + 1]!;
  }
  sums[at]! += even;
  sums[at + 1]! += odd;
}
