import { sumBlocks, sumBlocksTwice } from "./sum.ts";

/** What is said of a column of numbers. NaN counts as missing and is skipped. */
export interface Moments {
  /** Rows that hold a value. */
  readonly count: number;
  /** Sum of their weights; equals `count` without weights. */
  readonly weight: number;
  /** NaN, like all that follows, when there is no value of positive weight. */
  readonly mean: number;
  /** Population variance (ddof 0). */
  readonly variance: number;
  readonly standardDeviation: number;
  /** Population skewness, third central moment over the cube of the standard deviation; 0 for a constant. */
  readonly skewness: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Moments of a column under frequency weights (a row of weight w is w rows). Two passes on centred data in fixed
 * blocks and a fixed tree; squares are taken in units of the column's range, so they neither overflow nor vanish.
 * Costs about 5 ns a value.
 */
export function moments(values: Float64Array, weights: Float64Array | null = null): Moments {
  const { count, minimum, maximum } = extent(values, weights);
  if (count === 0) {
    const none = NaN;
    return { count, weight: 0, mean: none, variance: none, standardDeviation: none, skewness: none, minimum, maximum };
  }
  const weight = weights === null ? count : totalWeight(values, weights);
  const start = minimum + (maximum / 2 - minimum / 2);
  const shift = meanOf(values, weights, weight, start);
  const mean = Math.min(maximum, Math.max(minimum, meanOf(values, weights, weight, shift)));
  const range = Math.max(maximum - mean, mean - minimum);
  if (!(range > 0)) {
    return { count, weight, mean, variance: 0, standardDeviation: 0, skewness: 0, minimum, maximum };
  }
  const unit = 2 ** -Math.max(-1000, Math.min(1000, Math.floor(Math.log2(range))));
  const [squares, cubes] = centralSums(values, weights, mean, unit);
  const second = squares / weight;
  const third = cubes / weight;
  const deviation = Math.sqrt(second);
  return {
    count,
    weight,
    mean,
    variance: second / unit / unit,
    standardDeviation: deviation / unit,
    skewness: second > 0 ? third / (second * deviation) : 0,
    minimum,
    maximum,
  };
}

function extent(values: Float64Array, weights: Float64Array | null): Pick<Moments, "count" | "minimum" | "maximum"> {
  let count = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x !== x || (weights !== null && !(weights[i]! > 0))) continue;
    count++;
    if (x < minimum) minimum = x;
    if (x > maximum) maximum = x;
  }
  return count === 0 ? { count, minimum: NaN, maximum: NaN } : { count, minimum, maximum };
}

function totalWeight(values: Float64Array, weights: Float64Array): number {
  return sumBlocks(values.length, (from, to) => {
    let total = 0;
    for (let i = from; i < to; i++) total += values[i]! === values[i]! ? weights[i]! : 0;
    return total;
  });
}

function meanOf(values: Float64Array, weights: Float64Array | null, weight: number, shift: number): number {
  const gaps = sumBlocks(values.length, (from, to) => {
    let total = 0;
    if (weights === null) {
      for (let i = from; i < to; i++) {
        const gap = values[i]! - shift;
        total += gap === gap ? gap : 0;
      }
    } else {
      for (let i = from; i < to; i++) {
        const gap = values[i]! - shift;
        total += gap === gap ? weights[i]! * gap : 0;
      }
    }
    return total;
  });
  return shift + gaps / weight;
}

/** Sums of the squares and of the cubes of `(x - mean) * unit`. */
function centralSums(
  values: Float64Array,
  weights: Float64Array | null,
  mean: number,
  unit: number,
): readonly [number, number] {
  return sumBlocksTwice(values.length, (from, to, out) => {
    let squares = 0;
    let cubes = 0;
    for (let i = from; i < to; i++) {
      const gap = (values[i]! - mean) * unit;
      const square = gap * gap;
      if (gap !== gap) continue;
      squares += weights === null ? square : weights[i]! * square;
      cubes += weights === null ? square * gap : weights[i]! * (square * gap);
    }
    out[0] = squares;
    out[1] = cubes;
  });
}
