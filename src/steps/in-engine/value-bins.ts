import type { Engine } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { listedRows } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";

/** Columns of doubles, null where missing, as SQL over a relation. */
export interface BinnedValues {
  readonly relation: Sql;
  readonly columns: readonly Sql[];
  /** Weights in whole steps, and the steps of a weight of 1; null: each row counts as one. */
  readonly weight: { readonly of: Sql; readonly steps: number } | null;
}

/** An interval of a column's values, both ends included, and the pivots that divide it: a bin ends with each. */
export interface DividedInterval {
  /** The place of the column. */
  readonly column: number;
  /** Null: no end. */
  readonly low: number | null;
  readonly high: number | null;
  readonly pivots: readonly number[];
}

/** The values that fall into a bin: of all of them, or of each distinct one. */
export interface Bin {
  /** The place of the interval. */
  readonly interval: number;
  readonly rows: number;
  /** Sum of weights, in steps; the rows without weights. */
  readonly weight: number;
  readonly low: number;
  readonly high: number;
}

/**
 * How many values fall into each bin of some intervals, those of a column apart from each other and rising; by
 * the distinct value too with `byValue`. One scan whatever the number of columns; throws beyond `maximum` bins.
 */
export async function valueBins(
  engine: Engine,
  { relation, columns, weight }: BinnedValues,
  intervals: readonly DividedInterval[],
  byValue: boolean,
  maximum: number,
): Promise<readonly Bin[]> {
  const used = [...new Set(intervals.map(({ column }) => column))];
  const owners: number[] = [];
  const binSql = used.map((column) => {
    const cuts: Cut[] = [];
    intervals.forEach(({ column: own, low, high, pivots }, interval) => {
      if (own !== column) return;
      const bin = (): number => owners.push(interval) - 1;
      if (low !== null) cuts.push({ until: sql`value_1 < ${double(low)}`, bin: null });
      for (const pivot of pivots) cuts.push({ until: sql`value_1 <= ${double(pivot)}`, bin: bin() });
      cuts.push({ until: high === null ? null : sql`value_1 <= ${double(high)}`, bin: bin() });
    });
    return caseOf(cuts);
  });
  const pick = (of: readonly Sql[]): Sql =>
    of.length === 1
      ? of[0]!
      : sql`case column_1 ${join(
          of.map((one, n) => sql`when ${n} then ${one}`),
          " ",
        )} end`;
  const own = used.map((_, n) => identifier(`v_${n + 1}`));
  const named = used.map((column, n) => sql`${columns[column]!} as ${own[n]!}`);
  const weights = weight === null ? [] : [sql`${weight.of} as weight_1`];
  const plain = sql`
    select ${join([...named, ...weights], ", ")}
    from ${relation}
  `;
  const kept = weight === null ? [] : [sql`weight_1`];
  // Adding 0 makes one zero of the two.
  const listed = sql`
    select ${join([...(used.length === 1 ? [] : [sql`column_1`]), sql`${pick(own)} + 0e0 as value_1`, ...kept], ", ")}
    from (
      ${plain}
    )${used.length === 1 ? sql`` : sql` cross join ${listedRows({ column_1: used.map((_, n) => n) })} as listed_1`}
    ${weight === null ? sql`` : sql`where weight_1 > 0`}
  `;
  const groups = [sql`bin_1`, ...(byValue ? [sql`value_1`] : [])];
  const found = await engine.rows(
    sql`
      select
        ${join(
          [
            ...groups,
            sql`count(*) as rows_1`,
            ...(weight === null
              ? []
              : [sql`sum(cast(floor(weight_1 * ${double(weight.steps)} + 5e-1) as bigint)) as weight_1`]),
            ...(byValue ? [] : [sql`min(value_1) as low_1`, sql`max(value_1) as high_1`]),
          ],
          ",\n",
        )}
      from (
        select ${join([sql`value_1`, ...kept, sql`${pick(binSql)} as bin_1`], ", ")}
        from (
          ${listed}
        )
        where value_1 is not null
      )
      where bin_1 is not null
      group by ${join(groups, ", ")}
    `,
    maximum,
  );
  return found.map((row) => ({
    interval: owners[Number(row["bin_1"])]!,
    rows: Number(row["rows_1"]),
    weight: Number(row[weight === null ? "rows_1" : "weight_1"]),
    low: Number(row[byValue ? "value_1" : "low_1"]),
    high: Number(row[byValue ? "value_1" : "high_1"]),
  }));
}

/** Values that no earlier cut has taken belong to a bin (or, null, to none) where `until` holds; null: all the rest. */
interface Cut {
  readonly until: Sql | null;
  readonly bin: number | null;
}

/** The bin of a value by bisection. */
function caseOf(cuts: readonly Cut[]): Sql {
  if (cuts.length === 0) return sql`null`;
  const [only] = cuts;
  if (cuts.length === 1) {
    const bin = only!.bin === null ? sql`null` : value(only!.bin);
    return only!.until === null ? bin : sql`case when ${only!.until} then ${bin} end`;
  }
  const half = Math.ceil(cuts.length / 2);
  const lower = cuts.slice(0, half);
  return sql`case when ${lower.at(-1)!.until!} then ${caseOf(lower)} else ${caseOf(cuts.slice(half))} end`;
}
