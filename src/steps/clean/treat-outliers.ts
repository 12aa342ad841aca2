import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { itemAt } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { flagOf } from "./flag-of.ts";
import { groupName, withGroups, type Groups } from "./groups.ts";
import { asType, doubleOf, learnedSql, typeWith } from "./literals.ts";
import type { CleanModel } from "./model.ts";
import type { Bounds, Limits } from "./numbers-model.ts";
import type { QuarantinedCell } from "../set-aside/quarantine-lines.ts";
import { quarantinedRows } from "./quarantined-rows.ts";

/** Cells of a column outside its bounds, in rows that the checks before left. */
export interface OutlierFacts extends Bounds {
  readonly count: number;
  /** Those of rows in no group of the model, then of each group; empty where bounds are not by group. */
  readonly byGroup: readonly number[];
}

/** A table whose outliers were treated. */
export interface TreatedOutliers {
  readonly table: Table;
  readonly facts: readonly OutlierFacts[];
  /** Rows dropped, but for those set aside. */
  readonly removed: number;
  /** The rows set aside, in order. */
  readonly quarantined: readonly QuarantinedCell[];
}

/** Columns counted in one query: DuckDB's planning grows with the square of their number. */
const columnsAtOnce = 25;

/** A column with bounds. */
interface Bounded {
  readonly column: Column;
  readonly bounds: Bounds;
}

/**
 * Treats the outliers of a table in form as the model says. Rows stay in their order. One scan of the columns with bounds,
 * one more where rows are dropped. Throws `usage` where rows are to be set aside and the engine is a cluster.
 */
export async function treatOutliers(engine: Engine, table: Table, model: CleanModel): Promise<TreatedOutliers> {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const bounded = model.outliers.flatMap((bounds): readonly Bounded[] => {
    const column = byName.get(bounds.column);
    return column === undefined ? [] : [{ column, bounds }];
  });
  if (bounded.length === 0) return { table, facts: [], removed: 0, quarantined: [] };
  const facts = await countOutliers(engine, table, bounded, model.by);
  const relation = judgedRelation(table, bounded, model.by);
  const quarantined = await setAside(engine, table, bounded, relation);
  const dropping = ofActions(bounded, ["drop", "quarantine"]);
  const dropped = facts.some(({ count }, i) => count > 0 && dropping.includes(i))
    ? await countRows(engine, sql`${relation} where ${anyOf(dropping)}`)
    : 0;
  const flags = ofActions(bounded, ["flag"]).map((i) =>
    flagOf(`${bounded[i]!.column.name}_outlier`, outlier(i), { ...table, rows: table.rows - dropped }),
  );
  const replaced = new Set(flags.map(({ name }) => name));
  const columns = table.columns
    .filter(({ name }) => !replaced.has(name))
    .map((column): DerivedColumn => {
      const at = bounded.findIndex((one) => one.column === column);
      return at < 0 ? passed(column) : treated(bounded[at]!, outlier(at), facts[at]!.count);
    });
  const where = dropped > 0 ? { where: sql`not (${anyOf(dropping)})`, rows: table.rows - dropped } : {};
  return {
    table: deriveTable(table, [...columns, ...flags], { relation, ...where }),
    facts,
    removed: dropped - quarantined.length,
    quarantined,
  };
}

/** The limits of a column without group, then those of each group, which are the column's where a group has none. */
export function limitsByGroup(bounds: Bounds): readonly Limits[] {
  return [bounds, ...(bounds.groups ?? []).map((limits) => limits ?? bounds)];
}

/** The places of columns of which outliers are treated by one of some actions. */
function ofActions(bounded: readonly Bounded[], actions: readonly Bounds["action"][]): readonly number[] {
  return bounded.flatMap(({ bounds }, i) => (actions.includes(bounds.action) ? [i] : []));
}

/** The table's relation with `outlier_1`, `outlier_2` … beside it, and the place of the group where one is asked for. */
function judgedRelation(table: Table, bounded: readonly Bounded[], by: Groups | null): Sql {
  const isGrouped = by !== null && bounded.some(({ bounds }) => bounds.groups !== null);
  const judgements = bounded.map(({ column, bounds }, i) => sql`${isOutsideSql(column, bounds)} as ${outlier(i)}`);
  return sql`
    (
      select
        *,
        ${join(judgements, ",\n")}
      from ${isGrouped ? withGroups(table, by) : table.relation}
    )
  `;
}

function outlier(place: number): Sql {
  return identifier(`outlier_${place + 1}`);
}

function anyOf(places: readonly number[]): Sql {
  return join(places.map(outlier), " or ");
}

function isOutsideSql(column: Column, bounds: Bounds): Sql {
  const all = limitsByGroup(bounds);
  if (all.every(({ low, high }) => low === null && high === null)) return sql`false`;
  const low = numberByGroup(all.map((one) => one.low ?? -Infinity));
  const high = numberByGroup(all.map((one) => one.high ?? Infinity));
  return sql`coalesce(not (${doubleOf(column)} between ${low} and ${high}), false)`;
}

/** The number of a row's group, of a list that begins with that of no group. */
function numberByGroup(numbers: readonly number[]): Sql {
  const isOne = numbers.every((number) => number === numbers[0]);
  return isOne ? sql`${numbers[0]!}` : sql`cast(${itemAt(value(numbers), sql`1 + ${groupName}`)} as double)`;
}

/** A column of which outliers are treated. */
function treated({ column, bounds }: Bounded, isOutside: Sql, count: number): DerivedColumn {
  switch (bounds.action) {
    case "null": {
      const kept = sql`case when not ${isOutside} then ${column.ref} end`;
      return { ...passed(column), value: kept, present: column.present - count };
    }
    case "clip":
    case "winsorise": {
      const all = limitsByGroup(bounds);
      const ends = all.map((one) => (bounds.action === "clip" ? endsOf(one) : ([one.least, one.most] as const)));
      const type = typeWith(column.type, ends.flat());
      const moved = movedSql(column, type, all, ends, isOutside);
      return { ...derived(column.name, type, column.stored, moved, column.present), why: column.why };
    }
    case "flag":
    case "drop":
    case "quarantine":
      return passed(column);
  }
}

/** What takes the place of a value below, and of one above. */
type Ends = readonly [below: number | null, above: number | null];

/** No value is below a bound that there is not. */
function endsOf({ low, high }: Limits): Ends {
  return [low ?? high, high ?? low];
}

function movedSql(
  column: Column,
  type: ColumnType,
  all: readonly Limits[],
  ends: readonly Ends[],
  isOutside: Sql,
): Sql {
  const own = asType(column, column.ref, type);
  const first = ends.find(([below]) => below !== null);
  if (first === undefined) return own;
  // A group without bounds has no value outside: any end will do.
  const known = ends.map(([below, above]): readonly [number, number] => [below ?? first[0]!, above ?? first[1]!]);
  const below = learnedSql(
    column,
    type,
    known.map(([end]) => end),
    groupName,
  );
  const above = learnedSql(
    column,
    type,
    known.map(([, end]) => end),
    groupName,
  );
  return sql`
    case
      when not ${isOutside} then ${own}
      when ${doubleOf(column)} < ${numberByGroup(all.map(({ low }) => low ?? -Infinity))} then ${below}
      else ${above}
    end
  `;
}

async function countOutliers(
  engine: Engine,
  table: Table,
  bounded: readonly Bounded[],
  by: Groups | null,
): Promise<readonly OutlierFacts[]> {
  const facts: OutlierFacts[] = [];
  for (let start = 0; start < bounded.length; start += columnsAtOnce) {
    const some = bounded.slice(start, start + columnsAtOnce);
    const isGrouped = by !== null && some.some(({ bounds }) => bounds.groups !== null);
    const counts = some.map((_, i) => sql`count(*) filter (where ${outlier(i)}) as ${identifier(`outliers_${i + 1}`)}`);
    const groups = isGrouped ? [sql`${groupName} as ${identifier("place_1")}`] : [];
    const rows = await engine.rows(
      sql`
        select
          ${join([...groups, ...counts], ",\n")}
        from ${judgedRelation(table, some, by)}
        ${isGrouped ? sql`group by ${groupName}` : sql``}
      `,
      1 + (by?.names.length ?? 0),
    );
    some.forEach(({ bounds }, i) => {
      const byGroup = new Array<number>(bounds.groups === null ? 0 : 1 + bounds.groups.length).fill(0);
      let count = 0;
      for (const row of rows) {
        const own = Number(row[`outliers_${i + 1}`]);
        count += own;
        if (bounds.groups !== null) byGroup[Number(row["place_1"])]! += own;
      }
      facts.push({ ...bounds, count, byGroup });
    });
  }
  return facts;
}

async function countRows(engine: Engine, from: Sql): Promise<number> {
  const [row = {}] = await engine.rows(sql`select count(*) as ${identifier("rows_1")} from ${from}`, 1);
  return Number(row["rows_1"]);
}

async function setAside(
  engine: Engine,
  table: Table,
  bounded: readonly Bounded[],
  relation: Sql,
): Promise<readonly QuarantinedCell[]> {
  const places = ofActions(bounded, ["quarantine"]);
  if (places.length === 0) return [];
  if (engine.rowsStay) {
    throw new SegmentError(
      "usage",
      "--outlier-action quarantine does not work with --engine: rows of a cluster have no line",
      {
        hint: "flag the outliers, empty or drop them, or leave out --engine",
      },
    );
  }
  return quarantinedRows(
    engine,
    { ...table, relation },
    places.map((i) => ({ ...bounded[i]!, isOutside: outlier(i) })),
  );
}
