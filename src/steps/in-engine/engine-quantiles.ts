import type { Engine } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { interpolated } from "../../model/stats/quantile.ts";
import { sql } from "../../sql/template.ts";
import { valueBins, valuesWithin, wholeBins, type BinnedValues, type ValueInterval } from "./value-bins.ts";

/** A column of doubles, null where missing, as SQL over a relation, and the probabilities whose quantiles are sought. */
export interface QuantileColumn {
  readonly value: Sql;
  readonly probabilities: readonly number[];
}

/** Rows of an interval that are fetched instead of divided further, and of all that are fetched at once. */
const fetchedRows = 8192;
const fetchedAtOnce = 8 * fetchedRows;
/** Intervals that are divided in one scan. */
const intervalsAtOnce = 32;
/** Steps of weights that are not whole. */
const weightSteps = 2 ** 20;

/**
 * Quantiles as `quantiles` of `model/stats` defines them, of columns that stay in the engine: the same bits, but for
 * weights that are not whole, which are taken in steps of 2^-20. No column may hold an infinite value; NaN for one that
 * has none. The interval around each rank sought is divided into some hundred bins a scan until it holds one value, or so
 * few rows that its values are fetched: two scans for 8,192 rows, four for some hundred million, at most ten, and one of
 * them serves 32 intervals. A scan gives a row for each bin, or at most 65,536 values.
 */
export async function engineQuantiles(
  engine: Engine,
  relation: Sql,
  columns: readonly QuantileColumn[],
  weight: Sql | null = null,
): Promise<readonly (readonly number[])[]> {
  if (columns.length === 0) return [];
  const values: BinnedValues = {
    relation,
    columns: columns.map((column) => column.value),
    weight: weight === null ? null : { of: weight, steps: await stepsOf(engine, relation, weight) },
  };
  const whole = await wholeBins(engine, values);
  const targets: Target[] = [];
  const found = columns.map(({ probabilities }, column) => {
    const all = whole.find(({ of }) => of === column);
    if (all === undefined) return probabilities.map(() => Number.NaN);
    const isWhole = values.weight === null || values.weight.steps === 1;
    // Weights that are not whole are first divided by their mean.
    const unit = isWhole ? 1 : all.weight / all.rows;
    const count = isWhole ? all.weight : all.rows;
    const targetOf = (rank: number): Target => {
      const beyond = rank * unit >= all.weight;
      const interval = { column, low: beyond ? all.high : all.low, high: all.high, rows: all.rows, below: 0 };
      const target = { before: rank * unit, interval };
      targets.push(target);
      return target;
    };
    return probabilities.map((p) => {
      const h = Math.max(0, count - 1) * p;
      const rank = Math.floor(h);
      return { low: targetOf(rank), high: targetOf(rank + 1), share: h - rank };
    });
  });
  await narrow(engine, values, targets);
  return found.map((ends) =>
    ends.map((end) =>
      typeof end === "number" ? end : interpolated(end.low.interval.low, end.high.interval.low, end.share),
    ),
  );
}

/** Values of a column among which one that is sought lies; both ends are among them. */
interface Interval extends ValueInterval {
  readonly rows: number;
  /** Weight of the values below it. */
  readonly below: number;
}

/** The least value such that it and the values below it weigh more than `before`. */
interface Target {
  readonly before: number;
  interval: Interval;
}

/** Narrows the interval of each target to one value. */
async function narrow(engine: Engine, values: BinnedValues, targets: readonly Target[]): Promise<void> {
  for (;;) {
    const open = new Map<string, { readonly interval: Interval; readonly targets: Target[] }>();
    for (const target of targets) {
      const { interval } = target;
      if (interval.low === interval.high) continue;
      const key = `${interval.column} ${interval.low}`;
      const known = open.get(key);
      if (known === undefined) open.set(key, { interval, targets: [target] });
      else known.targets.push(target);
    }
    if (open.size === 0) return;
    const all = [...open.values()].sort(({ interval: a }, { interval: b }) => a.column - b.column || a.low - b.low);
    const few = all.filter(({ interval }) => interval.rows <= fetchedRows);
    const many = all.filter(({ interval }) => interval.rows > fetchedRows);
    const batches = [
      ...inBatches(few, ({ interval }) => interval.rows, fetchedAtOnce),
      ...inBatches(many, () => 1, intervalsAtOnce),
    ];
    for (const batch of batches) {
      const intervals = batch.map(({ interval }) => interval);
      const isFew = intervals[0]!.rows <= fetchedRows;
      const bins = isFew
        ? (await valuesWithin(engine, values, intervals, fetchedAtOnce)).toSorted((a, b) => a.low - b.low)
        : await valueBins(engine, values, intervals);
      batch.forEach(({ interval, targets: own }, i) => {
        let { below } = interval;
        let left = own;
        for (const { of, low, high, rows, weight } of bins) {
          if (of !== i) continue;
          const isHere = ({ before }: Target): boolean => before < below + weight;
          for (const target of left.filter(isHere)) {
            target.interval = { column: interval.column, low, high, rows, below };
          }
          left = left.filter((target) => !isHere(target));
          below += weight;
        }
      });
    }
  }
}

function inBatches<T>(items: readonly T[], sizeOf: (item: T) => number, most: number): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let size = Infinity;
  for (const item of items) {
    if (size + sizeOf(item) > most) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)!.push(item);
    size += sizeOf(item);
  }
  return batches;
}

/** Steps in which all weights are whole: 1, or a fine part of it for weights that are not. */
async function stepsOf(engine: Engine, relation: Sql, weight: Sql): Promise<number> {
  const [row = {}] = await engine.rows(
    sql`
      select count(*) filter (where weight_1 > 0 and weight_1 <> floor(weight_1)) as parts_1
      from (
        select ${weight} as weight_1
        from ${relation}
      )
    `,
    1,
  );
  return Number(row["parts_1"]) === 0 ? 1 : weightSteps;
}
