import type { Engine, Table } from "../../core/context.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { flagOf } from "./check-emails.ts";
import { asType, doubleOf, literalOf, typeWith } from "./literals.ts";
import type { Bounds, CleanModel } from "./model.ts";

/** Cells of a column outside its bounds, in rows that the checks before left. */
export type OutlierFacts = Bounds & { readonly count: number };

/** A table whose outliers were treated. */
export interface TreatedOutliers {
  readonly table: Table;
  readonly facts: readonly OutlierFacts[];
  /** Rows dropped. */
  readonly removed: number;
}

/** Columns counted in one query: DuckDB's planning grows with the square of their number. */
const columnsAtOnce = 25;

/** A column with bounds. */
interface Bounded {
  readonly column: Column;
  readonly bounds: Bounds;
}

/** Treats the outliers of a table in form as the model says. Rows stay in their order. One scan of the columns with bounds. */
export async function treatOutliers(engine: Engine, table: Table, model: CleanModel): Promise<TreatedOutliers> {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const bounded = model.outliers.flatMap((bounds): readonly Bounded[] => {
    const column = byName.get(bounds.column);
    return column === undefined ? [] : [{ column, bounds }];
  });
  if (bounded.length === 0) return { table, facts: [], removed: 0 };
  const { outlierAction } = model;
  const { facts, dropped } = await countOutliers(engine, table, bounded);
  const isDrop = outlierAction === "drop";
  const removed = isDrop ? dropped : 0;
  const flags =
    outlierAction !== "flag"
      ? []
      : bounded.map(({ column: { name } }, i) => flagOf(`${name}_outlier`, outlier(i), table));
  const replaced = new Set(flags.map(({ name }) => name));
  const columns = table.columns
    .filter(({ name }) => !replaced.has(name))
    .map((column): DerivedColumn => {
      const at = bounded.findIndex((one) => one.column === column);
      if (at < 0) return passed(column);
      const { bounds } = bounded[at]!;
      switch (outlierAction) {
        case "null": {
          const value = sql`case when not ${outlier(at)} then ${column.ref} end`;
          return { ...passed(column), value, present: column.present - facts[at]!.count };
        }
        case "clip": {
          const type = typeWith(column.type, [bounds.low, bounds.high]);
          const value = clippedSql(column, type, bounds, outlier(at));
          return { ...derived(column.name, type, column.stored, value, column.present), why: column.why };
        }
        case "flag":
        case "drop":
          return passed(column);
      }
    });
  const relation = judgedRelation(table, bounded);
  const where = isDrop ? { where: sql`not (${anyOutlier(bounded)})`, rows: table.rows - removed } : {};
  return { table: deriveTable(table, [...columns, ...flags], { relation, ...where }), facts, removed };
}

/** The table's relation with `outlier_1`, `outlier_2` … beside it. */
function judgedRelation(table: Table, bounded: readonly Bounded[]): Sql {
  const judgements = bounded.map(({ column, bounds }, i) => sql`${isOutsideSql(column, bounds)} as ${outlier(i)}`);
  return sql`
    (
      select
        *,
        ${join(judgements, ",\n")}
      from ${table.relation}
    )
  `;
}

function outlier(place: number): Sql {
  return identifier(`outlier_${place + 1}`);
}

function anyOutlier(bounded: readonly Bounded[]): Sql {
  return join(
    bounded.map((_, i) => outlier(i)),
    " or ",
  );
}

function isOutsideSql(column: Column, { low, high }: Bounds): Sql {
  if (low === null && high === null) return sql`false`;
  return sql`coalesce(not (${doubleOf(column)} between ${low ?? -Infinity} and ${high ?? Infinity}), false)`;
}

function clippedSql(column: Column, type: ColumnType, { low, high }: Bounds, isOutside: Sql): Sql {
  const own = asType(column, column.ref, type);
  if (low === null && high === null) return own;
  const [least, most] = [low ?? high!, high ?? low!].map((end) => literalOf(column, type, end));
  return sql`
    case
      when not ${isOutside} then ${own}
      when ${doubleOf(column)} < ${low ?? -Infinity} then ${least!}
      else ${most!}
    end
  `;
}

async function countOutliers(
  engine: Engine,
  table: Table,
  bounded: readonly Bounded[],
): Promise<{ readonly facts: readonly OutlierFacts[]; readonly dropped: number }> {
  const facts: OutlierFacts[] = [];
  let dropped = 0;
  for (let start = 0; start < bounded.length; start += columnsAtOnce) {
    const some = bounded.slice(start, start + columnsAtOnce);
    const counts = some.map((_, i) => sql`count(*) filter (where ${outlier(i)}) as ${identifier(`outliers_${i + 1}`)}`);
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(counts, ",\n")}
        from ${judgedRelation(table, some)}
      `,
      1,
    );
    some.forEach(({ bounds }, i) => facts.push({ ...bounds, count: Number(row[`outliers_${i + 1}`]) }));
  }
  if (facts.some(({ count }) => count > 0)) {
    const [row = {}] = await engine.rows(
      sql`
        select count(*) as ${identifier("rows_1")}
        from ${judgedRelation(table, bounded)}
        where ${anyOutlier(bounded)}
      `,
      1,
    );
    dropped = Number(row["rows_1"]);
  }
  return { facts, dropped };
}
