import type { Engine } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { listedRows } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { inSteps } from "../cluster/in-engine/lloyd.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";

/** Columns of doubles, null where missing, as SQL over a relation. */
export interface BinnedValues {
  readonly relation: Sql;
  readonly columns: readonly Sql[];
  /** Weights in whole steps, and the steps of a weight of 1; null: each row counts as one. */
  readonly weight: { readonly of: Sql; readonly steps: number } | null;
}

/** An interval of a column's values, both ends included. */
export interface ValueInterval {
  /** The place of the column. */
  readonly column: number;
  readonly low: number;
  readonly high: number;
}

/** Values that follow each other: all of a column, those of a bin, or one of them. */
export interface ValueBin {
  /** The place of the column, or of the interval. */
  readonly of: number;
  readonly rows: number;
  /** Sum of weights, in steps; the rows without weights. */
  readonly weight: number;
  readonly low: number;
  readonly high: number;
}

/** Bins by the distance to the lower end of an interval, and by the logarithm where its ends are octaves apart. */
const evenBins = 512;
const logBins = 128;
/** The most bins that an interval falls into. */
export const binsEach = evenBins + logBins + 4;
/** Beyond the logarithm of every double. */
const longest = 746;

/** All values of each column as one bin; none for a column without values. One scan. */
export function wholeBins(engine: Engine, values: BinnedValues): Promise<readonly ValueBin[]> {
  const columns = values.columns.map((_, column) => column);
  const whole = { columns, keys: columns.map((_, n) => [sql`${n}`]), byValue: false };
  return binned(engine, values, whole, columns.length);
}

/** Each distinct value of some intervals, those of a column apart from each other. One scan. Throws beyond `maximum` values. */
export function valuesWithin(
  engine: Engine,
  values: BinnedValues,
  intervals: readonly ValueInterval[],
  maximum: number,
): Promise<readonly ValueBin[]> {
  return binned(engine, values, { ...keysOf(intervals, [(_, i) => sql`${i}`]), byValue: true }, maximum);
}

/**
 * Divides some intervals, those of a column apart from each other, into at most `binsEach` bins each, by rising values.
 * One with two values or more falls into two bins or more: the even ones leave 1/512 of its width, those of logarithms
 * 1/128 of its octaves. One scan.
 */
export async function valueBins(
  engine: Engine,
  values: BinnedValues,
  intervals: readonly ValueInterval[],
): Promise<readonly ValueBin[]> {
  const asked = keysOf(intervals, [(_, i) => sql`${i}`, evenSql, logSql]);
  const bins = await binned(engine, values, { ...asked, byValue: false }, binsEach * intervals.length);
  return intervals.flatMap((_, i) => inOrder(bins.filter(({ of }) => of === i)));
}

/** Bins by rising values. Those that overlap are one, should an engine's logarithm not rise with every value. */
function inOrder(bins: readonly ValueBin[]): readonly ValueBin[] {
  const merged: ValueBin[] = [];
  for (const bin of bins.toSorted((a, b) => a.low - b.low)) {
    const last = merged.at(-1);
    if (last === undefined || last.high < bin.low) {
      merged.push(bin);
      continue;
    }
    const [rows, weight, high] = [last.rows + bin.rows, last.weight + bin.weight, Math.max(last.high, bin.high)];
    merged[merged.length - 1] = { ...last, rows, weight, high };
  }
  return merged;
}

type Key = (interval: ValueInterval, place: number) => Sql;

interface AskedBins {
  /** The columns that are read, and by column the keys of a value, null for one in no interval. */
  readonly columns: readonly number[];
  readonly keys: readonly (readonly Sql[])[];
  readonly byValue: boolean;
}

function keysOf(intervals: readonly ValueInterval[], all: readonly Key[]): Pick<AskedBins, "columns" | "keys"> {
  const columns = [...new Set(intervals.map(({ column }) => column))];
  const keys = columns.map((column) =>
    all.map((key) => {
      const cases = intervals.flatMap((interval, i) => {
        const { low, high } = interval;
        const isWithin = sql`value_1 >= ${double(low)} and value_1 <= ${double(high)}`;
        return interval.column === column ? [sql`when ${isWithin} then ${key(interval, i)}`] : [];
      });
      return sql`case ${join(cases, " ")} end`;
    }),
  );
  return { columns, keys };
}

/** The ends themselves are in two bins. */
function evenSql({ low, high }: ValueInterval): Sql {
  const unit = high - low === Infinity ? 0.5 : 1;
  const range = high * unit - low * unit;
  // The least doubles have no reciprocal.
  const lift = range < 2 ** -1000 ? 2 ** 100 : 1;
  const apart = unit === 1 ? sql`(value_1 - ${double(low)})` : sql`(value_1 * 5e-1 - ${double(low * unit)})`;
  const lifted = lift === 1 ? apart : sql`${apart} * ${double(lift)}`;
  return sql`cast(floor(${lifted} * ${double(evenBins / (range * lift))}) as bigint)`;
}

function logSql({ low, high }: ValueInterval): Sql {
  const scaled = (from: number, scale: number): Sql =>
    sql`cast(floor((length_1 - ${double(from)}) * ${double(scale)}) as bigint)`;
  if (low <= 0 && high >= 0) {
    const part = scaled(-longest, logBins / 2 / (2 * longest));
    return sql`case when value_1 > 0 then 1 + ${part} when value_1 < 0 then -1 - ${part} else 0 end`;
  }
  const [near, far] = [
    Math.log(Math.min(Math.abs(low), Math.abs(high))),
    Math.log(Math.max(Math.abs(low), Math.abs(high))),
  ];
  if (far - near < 1) return sql`0`;
  const part = scaled(near, logBins / (far - near));
  return low > 0 ? part : sql`-${part}`;
}

async function binned(
  engine: Engine,
  { relation, columns, weight }: BinnedValues,
  asked: AskedBins,
  maximum: number,
): Promise<readonly ValueBin[]> {
  const used = asked.columns;
  const single = used.length === 1;
  const pick = (of: readonly Sql[]): Sql =>
    single
      ? of[0]!
      : sql`case column_1 ${join(
          of.map((one, n) => sql`when ${n} then ${one}`),
          " ",
        )} end`;
  const own = used.map((_, n) => identifier(`v_${n + 1}`));
  const weights = weight === null ? [] : [sql`weight_1`];
  const read = used.map((column, n) => sql`${columns[column]!} as ${own[n]!}`);
  // Adding 0 makes one zero of the two.
  const listed = sql`
    select ${join([sql`${pick(own)} + 0e0 as value_1`, ...(single ? [] : [sql`column_1`]), ...weights], ", ")}
    from (
      select ${join([...read, ...(weight === null ? [] : [sql`${weight.of} as weight_1`])], ", ")}
      from ${relation}
    )${single ? sql`` : sql` cross join ${listedRows({ column_1: used.map((_, n) => n) })} as listed_1`}
  `;
  const lengthed = sql`
    select *, case when value_1 = 0 then null else ln(abs(value_1)) end as length_1
    from (
      ${listed}
    )
    where value_1 is not null${weight === null ? sql`` : sql` and weight_1 > 0`}
  `;
  const keys = asked.keys[0]!.map((_, at) => identifier(`key_${at + 1}`));
  const keyed = keys.map((name, at) => sql`${pick(asked.keys.map((all) => all[at]!))} as ${name}`);
  const sums = weight === null ? [] : [sql`sum(${inSteps(sql`weight_1`, weight.steps)}) as weight_1`];
  const ends = asked.byValue ? [] : [sql`min(value_1) as low_1`, sql`max(value_1) as high_1`];
  const groups = asked.byValue ? [...keys, sql`value_1`] : keys;
  const found = await engine.rows(
    sql`
      select
        ${join([...groups, sql`count(*) as rows_1`, ...sums, ...ends], ",\n")}
      from (
        select ${join([sql`value_1`, ...weights, ...keyed], ", ")}
        from (
          ${lengthed}
        )
      )
      where key_1 is not null
      group by ${join(groups, ", ")}
    `,
    maximum,
  );
  return found.map((row) => ({
    of: Number(row["key_1"]),
    rows: Number(row["rows_1"]),
    weight: Number(row[weight === null ? "rows_1" : "weight_1"]),
    low: Number(row[asked.byValue ? "value_1" : "low_1"]),
    high: Number(row[asked.byValue ? "value_1" : "high_1"]),
  }));
}
