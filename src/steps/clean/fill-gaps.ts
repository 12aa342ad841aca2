import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { inOldOrder, numbered } from "../row-position.ts";
import { missingFlag } from "./flag-of.ts";
import { groupName, withGroups } from "./groups.ts";
import { asType, learnedSql, typeWith } from "./literals.ts";
import type { CleanModel } from "./model.ts";
import { neighbourRelation, neighbourType, type OrderedColumn } from "./neighbours.ts";
import type { Fill } from "./numbers-model.ts";
import { orderedFills, type OrderedFill } from "./settings.ts";

/** Cells of a column that were filled, and those that nothing filled. */
export interface FillFacts extends Fill {
  readonly count: number;
  readonly left: number;
  /** Those of rows in no group of the model, then of each group; empty where fills are not by group. */
  readonly byGroup: readonly number[];
}

const columnsAtOnce = 25;

interface Filled {
  readonly column: Column;
  readonly fill: Fill;
  /** What is in the gap's place, null for nothing, as SQL over the filling relation. */
  readonly value: Sql;
  readonly type: Column["type"];
}

/**
 * Fills the gaps of a table in form by what the model holds. Rows stay in their order. One scan of the columns filled; a
 * sort of them besides where a row's neighbours fill, and one of the table where the engine keeps its order by itself.
 */
export async function fillGaps(
  engine: Engine,
  table: Table,
  model: CleanModel,
): Promise<{ readonly table: Table; readonly facts: readonly FillFacts[] }> {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const fills = model.fills.filter(({ column }) => byName.has(column));
  if (fills.length === 0) return { table, facts: [] };
  const { relation, base, filled } = fillingRelation(table, model, fills);
  const facts = await countGaps(engine, relation, filled, model);
  const flags = filled.flatMap(({ column, fill: { flag } }) => (flag ? [missingFlag(column, table)] : []));
  const replaced = new Set(flags.map(({ name }) => name));
  const columns = table.columns
    .filter(({ name }) => !replaced.has(name))
    .map((column): DerivedColumn => {
      const at = filled.findIndex((one) => one.column === column);
      if (at < 0) return passed(column);
      const { value, type } = filled[at]!;
      const whole = sql`coalesce(${asType(column, column.ref, type)}, ${value})`;
      return {
        ...derived(column.name, type, column.stored, whole, column.present + facts[at]!.count),
        why: column.why,
      };
    });
  const made = deriveTable(base, [...columns, ...flags], { relation });
  // A cluster does not sort its tables back.
  const isMoved = fills.some(({ how }) => orderedHow(how) !== null) && !engine.rowsStay;
  return { table: inOldOrder(made, table, isMoved), facts };
}

/** The table's relation with what fills beside it: groups where some fills are by group, neighbours where some are of those. */
function fillingRelation(
  table: Table,
  { by, orderBy }: CleanModel,
  fills: readonly Fill[],
): { readonly relation: Sql; readonly base: Table; readonly filled: readonly Filled[] } {
  const columnOf = (name: string): Column => table.columns.find((one) => one.name === name)!;
  const ordered = fills.flatMap(({ column, how }): readonly OrderedColumn[] => {
    const own = orderedHow(how);
    return own === null ? [] : [{ column: columnOf(column), how: own }];
  });
  const isGrouped = by !== null && fills.some(({ groups }) => groups !== null);
  const base = ordered.length === 0 ? table : numbered(table);
  const near =
    ordered.length === 0
      ? table.relation
      : neighbourRelation({ ...base, position: base.position! }, ordered, {
          by: by === null ? null : columnOf(by.column),
          orderBy: columnOf(orderBy!),
        });
  const relation = isGrouped ? withGroups({ ...table, relation: near }, by) : near;
  const filled = fills.map((fill): Filled => {
    const column = columnOf(fill.column);
    const how = orderedHow(fill.how);
    if (how !== null) {
      const place = ordered.findIndex((one) => one.column === column);
      return { column, fill, value: identifier(`neighbour_${place + 1}`), type: neighbourType(column.type, how) };
    }
    const all = [fill.value!, ...(fill.groups ?? []).map((own) => own ?? fill.value!)];
    const type = typeWith(column.type, all);
    return { column, fill, value: learnedSql(column, type, all, groupName), type };
  });
  return { relation, base, filled };
}

/** The fill, where it is one of neighbours. */
function orderedHow(how: Fill["how"]): OrderedFill | null {
  return orderedFills.find((one) => one === how) ?? null;
}

async function countGaps(
  engine: Engine,
  relation: Sql,
  filled: readonly Filled[],
  { by }: CleanModel,
): Promise<readonly FillFacts[]> {
  const facts: FillFacts[] = [];
  const isGrouped = filled.some(({ fill: { groups } }) => groups !== null);
  for (let start = 0; start < filled.length; start += columnsAtOnce) {
    const some = filled.slice(start, start + columnsAtOnce);
    const counts = some.flatMap(({ column: { ref }, value }, i) => [
      sql`count(*) filter (where ${ref} is null and ${value} is not null) as ${identifier(`filled_${i + 1}`)}`,
      sql`count(*) filter (where ${ref} is null and ${value} is null) as ${identifier(`left_${i + 1}`)}`,
    ]);
    const groups = isGrouped ? [sql`${groupName} as ${identifier("place_1")}`] : [];
    const rows = await engine.rows(
      sql`
        select
          ${join([...groups, ...counts], ",\n")}
        from ${relation}
        ${isGrouped ? sql`group by ${groupName}` : sql``}
      `,
      1 + (by?.names.length ?? 0),
    );
    some.forEach(({ fill }, i) => {
      const byGroup = new Array<number>(fill.groups === null ? 0 : 1 + fill.groups.length).fill(0);
      let [count, left] = [0, 0];
      for (const row of rows) {
        const own = Number(row[`filled_${i + 1}`]);
        count += own;
        left += Number(row[`left_${i + 1}`]);
        if (fill.groups !== null) byGroup[Number(row["place_1"])]! += own;
      }
      facts.push({ ...fill, count, left, byGroup });
    });
  }
  return facts;
}
