import { sum } from "./sum.ts";

/**
 * Logarithmic lengths of a column, as both power families see it: the transform of a length y at rate r is
 * ∫₀ʸ exp(r·s) ds, where r is λ, and λ - 2 below zero in the two-sided family of Yeo and Johnson.
 */
export interface LogLengths {
  readonly lengths: Float64Array;
  /** How many rows each length stands for; null: one. */
  readonly counts: Float64Array | null;
  readonly twoSided: boolean;
}

/** Lengths in a unit of their own size, in which λ is of the order of 1. */
interface Scaled {
  readonly lengths: Float64Array;
  readonly counts: Float64Array | null;
  /** What the rate below zero is less than λ. */
  readonly lag: number;
  /** Mean length where the family is two-sided; one-sided ones are centred, and it is 0. */
  readonly tilt: number;
}

/** Lengths of a block, whose moments are taken about its own mean and then merged. */
const blockLength = 1024;
/** From so many lengths on, the search starts on an even sample of them. */
const sampledFrom = 65_536;
const sampleLength = 8192;
/** Below this exponent the closed forms cancel, and a short series is exact. */
const seriesBelow = 1 / 32;
/** Exponents beyond are scaled down, so that squares of what they give stay within a double. */
const largestExponent = 250;
/** A Newton step shorter than this leaves an error of its square. */
const lastStep = 1e-9;
const mostSteps = 200;

/**
 * The λ of maximum likelihood under a normal model of the transformed values (Box and Cox 1964; Yeo and Johnson 2000).
 * The negative profile log-likelihood per row, ½ ln Var z(λ) - λ·ȳ, is strictly convex in λ for both families (Kouider
 * and Chen 1995; Marchand et al. 2022), so its one minimum is found by Newton steps within a bracket on exact first and
 * second derivatives, from block moments about block means. At least two distinct lengths; one-sided ones must be
 * centred. Costs about 4 passes of 30 ns a length on one thread.
 */
export function likeliestPower({ lengths, counts, twoSided }: LogLengths): number {
  const total = counts === null ? lengths.length : sum(counts);
  const unit = powerOfTwo(lengths, counts, total);
  const scaled = lengths.map((y) => y / unit);
  const tilt = twoSided ? sum(scaled, counts) / total : 0;
  const lag = twoSided ? 2 * unit : 0;
  const start = twoSided ? unit : 0;
  return search({ lengths: scaled, counts, lag, tilt }, sampledStart(scaled, counts, lag, start)) / unit;
}

/** The root mean square length as a power of two, by which dividing is exact. */
function powerOfTwo(lengths: Float64Array, counts: Float64Array | null, total: number): number {
  let largest = 0;
  for (const y of lengths) largest = Math.max(largest, Math.abs(y));
  const squares = lengths.map((y) => (y / largest) ** 2);
  return 2 ** Math.round(Math.log2(largest) + Math.log2(sum(squares, counts) / total) / 2);
}

function sampledStart(lengths: Float64Array, counts: Float64Array | null, lag: number, start: number): number {
  if (lengths.length < sampledFrom) return start;
  const stride = Math.floor(lengths.length / sampleLength);
  const thin = (of: Float64Array): Float64Array =>
    Float64Array.from({ length: sampleLength }, (_, i) => of[i * stride]!);
  const some = thin(lengths);
  const weights = counts === null ? null : thin(counts);
  const mean = sum(some, weights) / (weights === null ? sampleLength : sum(weights));
  if (some.every((y) => y === some[0])) return start;
  if (lag > 0) return search({ lengths: some, counts: weights, lag, tilt: mean }, start);
  return search({ lengths: some.map((y) => y - mean), counts: weights, lag, tilt: 0 }, start);
}

function search(scaled: Scaled, start: number): number {
  let power = start;
  let low = -Infinity;
  let high = Infinity;
  for (let n = 0; n < mostSteps; n++) {
    const { slope, curvature } = derivatives(scaled, power);
    if (slope === 0) return power;
    if (slope > 0) high = power;
    else low = power;
    const unit = Math.max(1, Math.abs(power));
    const newton = curvature > 0 ? -slope / curvature : -Math.sign(slope) * Infinity;
    const step = Math.max(-2 * unit, Math.min(2 * unit, newton));
    if (Math.abs(step) <= lastStep * unit) return power + step;
    let next = power + step;
    if (next <= low || next >= high) next = low + (high - low) / 2;
    if (next === low || next === high) return next;
    power = next;
  }
  return power;
}

/** First and second derivative in λ of the negative profile log-likelihood per row. */
function derivatives(scaled: Scaled, power: number): { readonly slope: number; readonly curvature: number } {
  const { lengths, counts } = scaled;
  const shift = Math.max(0, steepest(scaled, power) - largestExponent);
  const images: Images = {
    z: new Float64Array(blockLength),
    first: new Float64Array(blockLength),
    second: new Float64Array(blockLength),
  };
  let all: Moments | null = null;
  for (let from = 0; from < lengths.length; from += blockLength) {
    const size = Math.min(blockLength, lengths.length - from);
    transformBlock(scaled, power, shift, lengths.subarray(from, from + size), images);
    const block = blockMoments(images, size, counts === null ? null : counts.subarray(from, from + size));
    all = all === null ? block : merged(all, block);
  }
  const { zz, zFirst, firstFirst, zSecond } = all!;
  const ratio = zFirst / zz;
  return { slope: ratio - scaled.tilt, curvature: (firstFirst + zSecond) / zz - 2 * ratio * ratio };
}

/** The largest exponent that a length has at a power. */
function steepest({ lengths, lag }: Scaled, power: number): number {
  let low = 0;
  let high = 0;
  for (const y of lengths) {
    if (y < low) low = y;
    if (y > high) high = y;
  }
  return Math.max(power * high, (power - lag) * low);
}

/** The transformed lengths of a block and their first two derivatives in λ. */
interface Images {
  readonly z: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/**
 * With the exponent t = r·y and φₖ(t) = ∫₀¹ sᵏ⁻¹ exp(t·s) ds: z = y·φ₁, its derivative y²·φ₂, the second y³·φ₃; all
 * times exp(-shift), which no ratio of moments feels.
 */
function transformBlock(
  { lag }: Scaled,
  power: number,
  shift: number,
  lengths: Float64Array,
  { z, first, second }: Images,
): void {
  const damping = Math.exp(-shift);
  for (let i = 0; i < lengths.length; i++) {
    const y = lengths[i]!;
    const t = (y < 0 ? power - lag : power) * y;
    let one: number;
    let two: number;
    let three: number;
    if (t < seriesBelow && t > -seriesBelow) {
      one = t === 0 ? damping : (Math.expm1(t) / t) * damping;
      two = series(t, 1 / 2, 1 / 3, 1 / 8, 1 / 30, 1 / 144, 1 / 840, 1 / 5760, 1 / 45_360) * damping;
      three = series(t, 1 / 3, 1 / 4, 1 / 10, 1 / 36, 1 / 168, 1 / 960, 1 / 6480, 1 / 50_400) * damping;
    } else if (t > largestExponent) {
      const grown = Math.exp(t - shift);
      one = grown / t;
      two = (grown - one) / t;
      three = (grown - 2 * two) / t;
    } else {
      const grown = Math.expm1(t);
      one = grown / t;
      two = (grown + 1 - one) / t;
      three = ((grown + 1 - 2 * two) / t) * damping;
      one *= damping;
      two *= damping;
    }
    z[i] = y * one;
    first[i] = y * y * two;
    second[i] = y * y * y * three;
  }
}

function series(
  t: number,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
): number {
  return a + t * (b + t * (c + t * (d + t * (e + t * (f + t * (g + t * h))))));
}

/** Means of the transformed values and of their derivatives, and sums of products about those means. */
interface Moments {
  readonly weight: number;
  readonly z: number;
  readonly first: number;
  readonly second: number;
  readonly zz: number;
  readonly zFirst: number;
  readonly firstFirst: number;
  readonly zSecond: number;
}

function blockMoments({ z, first, second }: Images, size: number, counts: Float64Array | null): Moments {
  let weight = 0;
  let meanZ = 0;
  let meanFirst = 0;
  let meanSecond = 0;
  for (let i = 0; i < size; i++) {
    const w = counts === null ? 1 : counts[i]!;
    weight += w;
    meanZ += w * z[i]!;
    meanFirst += w * first[i]!;
    meanSecond += w * second[i]!;
  }
  meanZ /= weight;
  meanFirst /= weight;
  meanSecond /= weight;
  let zz = 0;
  let zFirst = 0;
  let firstFirst = 0;
  let zSecond = 0;
  for (let i = 0; i < size; i++) {
    const w = counts === null ? 1 : counts[i]!;
    const a = z[i]! - meanZ;
    const b = first[i]! - meanFirst;
    zz += w * a * a;
    zFirst += w * a * b;
    firstFirst += w * b * b;
    zSecond += w * a * (second[i]! - meanSecond);
  }
  return { weight, z: meanZ, first: meanFirst, second: meanSecond, zz, zFirst, firstFirst, zSecond };
}

/** Chan, Golub and LeVeque 1983. */
function merged(a: Moments, b: Moments): Moments {
  const weight = a.weight + b.weight;
  const share = b.weight / weight;
  const both = a.weight * share;
  const z = b.z - a.z;
  const first = b.first - a.first;
  const second = b.second - a.second;
  return {
    weight,
    z: a.z + z * share,
    first: a.first + first * share,
    second: a.second + second * share,
    zz: a.zz + b.zz + z * z * both,
    zFirst: a.zFirst + b.zFirst + z * first * both,
    firstFirst: a.firstFirst + b.firstFirst + first * first * both,
    zSecond: a.zSecond + b.zSecond + z * second * both,
  };
}
