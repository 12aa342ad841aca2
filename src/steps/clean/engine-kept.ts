import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import {
  iqrBoundsOf,
  madBoundsOf,
  percentileBounds,
  xmrBoundsOf,
  zscoreBoundsOf,
  type OutlierBounds,
} from "../../model/stats/outlier-bounds.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { columnMoments, doubleSql, type WholeMoments } from "../cluster/in-engine/column-moments.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";
import { engineFacts } from "../in-engine/engine-facts.ts";
import { engineQuantiles } from "../in-engine/engine-quantiles.ts";
import { valueSql } from "../reading/values.ts";
import { positionSql } from "../row-position.ts";
import { placeSql, type AskedBounds, type AskedFill, type KeptNumbers, type LearningBy } from "./kept-numbers.ts";
import type { Limits } from "./numbers-model.ts";
import { windowSql } from "./row-order.ts";
import { treatOutliers } from "./treat-outliers.ts";

/** Values learned from at once, each of a column and a group: a query has so many aggregates. */
const seriesAtOnce = 24;
/** Each of them is scanned for several times. */
const mostSeries = 240;

/** A column's values of all rows, or of a group, as SQL over a relation; null where missing. */
interface Series {
  readonly name: string;
  readonly value: Sql;
}

/**
 * Numbers that stay in the engine: quantiles and modes exactly, means and deviations to about 1e-12 of a column's range. A
 * few scans each for facts, bounds and fills of 24 columns or groups of one, and one for each mode. Throws
 * `bad-option-value` for more than 240 columns × groups.
 */
export async function engineKept(
  { engine }: Pick<Context, "engine">,
  table: Table,
  columns: readonly Column[],
  by: LearningBy,
): Promise<KeptNumbers> {
  const names = columns.map(({ name }) => name);
  return {
    facts: await engineFacts(engine, table, names),
    async boundsOf(asked) {
      const all = asked.flatMap((one) =>
        seriesOf(table, one.name, one.grouped ? by : null).map((series) => ({ ...series, asked: one })),
      );
      requireFew(all.length, by);
      const limits: (Limits | null)[] = [];
      for (let start = 0; start < all.length; start += seriesAtOnce) {
        limits.push(...(await limitsOf(engine, table, all.slice(start, start + seriesAtOnce), by)));
      }
      let next = 0;
      return asked.map(({ grouped }) => {
        const whole = limits[next++] ?? noLimits;
        const groups = grouped ? limits.slice(next, next + by.groups!.names.length) : null;
        next += groups?.length ?? 0;
        return { ...whole, groups };
      });
    },
    async left(bounded) {
      const outliers = bounded.outliers.map((one) =>
        one.action === "quarantine" ? { ...one, action: "drop" as const } : one,
      );
      const { table: left } = await treatOutliers(engine, table, { ...bounded, outliers });
      const counts = names.map(
        (name, i) => sql`count(*) filter (where ${doubleSql(left, name)} is null) as ${identifier(`gaps_${i + 1}`)}`,
      );
      const [row = {}] =
        counts.length === 0 ? [] : await engine.rows(sql`select ${join(counts, ", ")} from ${left.relation}`, 1);
      return {
        hasGap: (name) => left.rows < table.rows || Number(row[`gaps_${names.indexOf(name) + 1}`]) > 0,
        async fillsOf(asked) {
          const all = asked.flatMap((one) =>
            seriesOf(left, one.name, by).map((series) => ({ ...series, how: one.how })),
          );
          requireFew(all.length, by);
          const fills: number[] = [];
          for (let start = 0; start < all.length; start += seriesAtOnce) {
            fills.push(...(await fillsOf(engine, left, all.slice(start, start + seriesAtOnce))));
          }
          const each = 1 + (by.groups?.names.length ?? 0);
          return asked.map((_, i) => ({ all: fills[i * each]!, groups: fills.slice(i * each + 1, (i + 1) * each) }));
        },
      };
    },
  };
}

const noLimits: Limits = { low: null, high: null, least: null, most: null };

function requireFew(count: number, { groups }: LearningBy): void {
  if (count <= mostSeries) return;
  throw new SegmentError(
    "bad-option-value",
    `--by ${groups?.column}: ${count} columns and groups to learn from in a cluster`,
    {
      hint: `name fewer columns, or give a column of fewer groups: at most ${mostSeries} in all`,
    },
  );
}

/** A column of all rows, then of each group. */
function seriesOf(table: Table, name: string, by: LearningBy | null): readonly (Series & { readonly group: number })[] {
  const value = doubleSql(table, name);
  const groups = by?.groups ?? null;
  if (groups === null) return [{ name, value, group: 0 }];
  const place = placeSql(table, groups);
  const own = groups.names.map((_, g) => ({
    name,
    value: sql`case when ${place} = ${g + 1} then ${value} end`,
    group: g + 1,
  }));
  return [{ name, value, group: 0 }, ...own];
}

/** Limits of some series; null where one has no value. */
async function limitsOf(
  engine: Engine,
  table: Table,
  all: readonly (Series & { readonly asked: AskedBounds; readonly group: number })[],
  by: LearningBy,
): Promise<readonly (Limits | null)[]> {
  const shares = all.map(({ asked: { rule } }): readonly number[] => {
    switch (rule.rule) {
      case "iqr":
        return [0.25, 0.75];
      case "mad":
        return [0.5];
      case "percentile":
        return [rule.low / 100, rule.high / 100];
      default:
        return [];
    }
  });
  const asks = all
    .map(({ value }, i) => ({ value, probabilities: shares[i]! }))
    .filter((one) => one.probabilities.length > 0);
  const found = await engineQuantiles(engine, table.relation, asks);
  let next = 0;
  const quantiles = shares.map((own) => (own.length === 0 ? [] : found[next++]!));
  const deviating = all.flatMap(({ asked, value }, i) =>
    asked.rule.rule === "mad" && !Number.isNaN(quantiles[i]![0]!)
      ? [{ i, value: sql`abs(${value} - ${double(quantiles[i]![0]!)})`, probabilities: [0.5] }]
      : [],
  );
  const deviations = await engineQuantiles(engine, table.relation, deviating);
  const moments = await momentsOf(engine, table, all);
  const limits: (Limits | null)[] = [];
  for (const [i, one] of all.entries()) {
    const { rule } = one.asked;
    const [low = Number.NaN, high = Number.NaN] = quantiles[i]!;
    let bounds: OutlierBounds;
    switch (rule.rule) {
      case "iqr":
        bounds = iqrBoundsOf(low, high, rule.limit);
        break;
      case "zscore":
        bounds = zscoreBoundsOf(moments[i]!, rule.limit);
        break;
      case "mad":
        bounds = madBoundsOf(low, deviations[deviating.findIndex((own) => own.i === i)]?.[0] ?? Number.NaN, rule.limit);
        break;
      case "percentile":
        bounds = percentileBounds(low, high);
        break;
      case "xmr":
        bounds = xmrBoundsOf(moments[i]!.mean, await movingRange(engine, table, one, by));
        break;
      case "bounds":
        bounds = rule;
    }
    if (moments[i]!.count === 0) limits.push(null);
    else
      limits.push({
        low: bounds.low,
        high: bounds.high,
        ...(one.asked.ends ? await endsOf(engine, table, one, bounds) : noEnds),
      });
  }
  return limits;
}

const noEnds = { least: null, most: null } as const;

async function momentsOf(engine: Engine, table: Table, series: readonly Series[]): Promise<readonly WholeMoments[]> {
  return series.length === 0 ? [] : columnMoments(engine, table, series, null);
}

/** The mean distance of a value to the one before it, in an order. */
async function movingRange(
  engine: Engine,
  table: Table,
  { name, value }: Series,
  { orderBy }: LearningBy,
): Promise<number> {
  const [number, order, row, range] = ["number_1", "order_1", "row_1", "range_1"].map(identifier) as [
    Sql,
    Sql,
    Sql,
    Sql,
  ];
  const ordered = table.columns.find((one) => one.name === orderBy)!;
  const relation = sql`
    (
      select abs(${number} - lag(${number}) over (${windowSql({ by: null, order, position: row })})) as ${range}
      from (
        select
          ${value} as ${number},
          ${valueSql(ordered)} as ${order},
          ${positionSql(table)} as ${row}
        from ${table.relation}
      )
      where ${number} is not null
    )
  `;
  const [found] = await columnMoments(engine, { ...table, relation }, [{ name, value: range }], null);
  return found!.mean;
}

async function endsOf(
  engine: Engine,
  table: Table,
  { value }: Series,
  { low, high }: OutlierBounds,
): Promise<Pick<Limits, "least" | "most">> {
  const [row = {}] = await engine.rows(
    sql`
      select min(number_1) as least_1, max(number_1) as most_1
      from (
        select ${value} as number_1
        from ${table.relation}
      )
      where number_1 between ${double(low ?? -Infinity)} and ${double(high ?? Infinity)}
    `,
    1,
  );
  const end = (name: string): number | null =>
    row[name] === null || row[name] === undefined ? null : Number(row[name]) + 0;
  return { least: end("least_1"), most: end("most_1") };
}

async function fillsOf(
  engine: Engine,
  table: Table,
  all: readonly (Series & Pick<AskedFill, "how">)[],
): Promise<readonly number[]> {
  const medians = all.filter(({ how }) => how === "median");
  const means = all.filter(({ how }) => how === "mean");
  const middles = await engineQuantiles(
    engine,
    table.relation,
    medians.map(({ value }) => ({ value, probabilities: [0.5] })),
  );
  const found = await momentsOf(engine, table, means);
  const fills: number[] = [];
  for (const one of all) {
    if (one.how === "median") fills.push(middles[medians.indexOf(one)]![0]!);
    else if (one.how === "mean") fills.push(found[means.indexOf(one)]!.mean);
    else fills.push(await modeOf(engine, table.relation, one.value));
  }
  return fills;
}

/** As `mode` of `model/stats`. */
async function modeOf(engine: Engine, relation: Sql, value: Sql): Promise<number> {
  const [row] = await engine.rows(
    sql`
      select value_1, count(*) as rows_1
      from (
        select ${value} + 0e0 as value_1
        from ${relation}
      )
      where value_1 is not null
      group by value_1
      order by rows_1 desc, value_1
      limit 1
    `,
    1,
  );
  return row === undefined ? Number.NaN : Number(row["value_1"]);
}
