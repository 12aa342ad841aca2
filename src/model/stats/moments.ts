import type { Compute } from "../../core/compute.ts";
import { fixedSum } from "../fixed-sum.ts";
import { inMemory, placeInMemory } from "../in-memory.ts";
import { columnMomentsBlock } from "../kernels/column-moments.ts";

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
 * blocks and a fixed tree; powers are taken in units of the column's range, so they neither overflow nor vanish.
 * Costs about 3 ns a value and thread; an array outside the numeric memory is copied there first.
 */
export function moments(compute: Compute, values: Float64Array, weights: Float64Array | null = null): Moments {
  const mark = compute.mark();
  try {
    const frame = compute.f64(2);
    const blocks = Math.ceil(values.length / columnMomentsBlock);
    const out = compute.f64(4 * blocks);
    const column = [values.length, inMemory(compute, values).byteOffset, placeInMemory(compute, weights)];
    compute.run("columnExtent", blocks, [...column, out.byteOffset]);
    const { count, minimum, maximum, weight } = extentOf(out);
    if (count === 0) {
      const none = NaN;
      return { count, weight, mean: none, variance: none, standardDeviation: none, skewness: none, minimum, maximum };
    }
    const powers = (shift: number, unit: number): readonly [number, number, number] => {
      frame[0] = shift;
      frame[1] = unit;
      compute.run("columnPowers", blocks, [...column, frame.byteOffset, out.byteOffset]);
      return [0, 1, 2].map((p) => fixedSum(everyThird(out, p, blocks)) / weight) as [number, number, number];
    };
    const start = minimum + (maximum / 2 - minimum / 2);
    const near = start + powers(start, 1)[0];
    const range = Math.max(maximum - near, near - minimum);
    if (!(range > 0)) {
      const mean = Math.min(maximum, Math.max(minimum, near));
      return { count, weight, mean, variance: 0, standardDeviation: 0, skewness: 0, minimum, maximum };
    }
    const unit = 2 ** -Math.max(-1000, Math.min(1000, Math.floor(Math.log2(range))));
    // `near` is the mean but for rounding; the rest moves the second and third moment by less than they are exact.
    const [rest, second, third] = powers(near, unit);
    const deviation = Math.sqrt(second);
    return {
      count,
      weight,
      mean: Math.min(maximum, Math.max(minimum, near + rest / unit)),
      variance: second / unit / unit,
      standardDeviation: deviation / unit,
      skewness: second > 0 ? third / (second * deviation) : 0,
      minimum,
      maximum,
    };
  } finally {
    compute.release(mark);
  }
}

function extentOf(blocks: Float64Array): Pick<Moments, "count" | "minimum" | "maximum" | "weight"> {
  let count = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (let at = 0; at < blocks.length; at += 4) {
    count += blocks[at]!;
    minimum = Math.min(minimum, blocks[at + 1]!);
    maximum = Math.max(maximum, blocks[at + 2]!);
  }
  if (count === 0) return { count, minimum: NaN, maximum: NaN, weight: 0 };
  const weight = fixedSum(Float64Array.from({ length: blocks.length / 4 }, (_, b) => blocks[4 * b + 3]!));
  return { count, minimum, maximum, weight };
}

function everyThird(blocks: Float64Array, first: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, b) => blocks[3 * b + first]!);
}
