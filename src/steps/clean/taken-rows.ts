import type { Engine, OrderedRelation, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { carriedPosition, carrying, positionSql } from "../row-position.ts";
import { stagedRelation, wrongSql, type FormColumn } from "./form.ts";
import type { EmailCheck } from "./settings.ts";

/** Rows that checks set aside. */
export interface SetAside extends OrderedRelation {
  /** The row's number from 0 as it was read. */
  readonly row: Sql;
  /** The place of the first column whose check sets it aside, from 0. */
  readonly column: Sql;
  /** The values as they were read, by column. */
  readonly values: readonly Sql[];
}

/** Whether an action takes rows away. */
export function removes(action: EmailCheck | null): boolean {
  return action === "drop" || action === "quarantine";
}

/**
 * How many rows each column's check takes away, of those that no column before it took: `wrong` tells by column whether
 * the value of a row is wrong, over `relation`; null where the column takes none. One scan, where any does.
 */
export async function takenRows(
  engine: Engine,
  relation: Sql,
  wrong: readonly (Sql | null)[],
): Promise<readonly number[]> {
  if (wrong.every((one) => one === null)) return wrong.map(() => 0);
  const rows = await engine.rows(
    sql`
      select
        column_1,
        count(*) as rows_1
      from (select ${firstOf(wrong)} as column_1 from ${relation})
      where column_1 is not null
      group by column_1
    `,
    wrong.length,
  );
  const counts = new Map(rows.map((row) => [Number(row["column_1"]), Number(row["rows_1"])]));
  return wrong.map((_, i) => counts.get(i) ?? 0);
}

/** The rows that checks of some actions take away, each with the first column that is to blame. */
export function setAsideRows(
  table: Table,
  columns: readonly FormColumn[],
  actions: readonly (EmailCheck | null)[],
  wanted: readonly EmailCheck[],
): SetAside {
  const taking = takingColumns(columns, actions);
  const others = columns.filter((column) => !taking.includes(column));
  const staged = stagedRelation(table, [...taking, ...others.map((column) => ({ ...column, stages: [] }))]);
  const { refs, judged } = staged;
  const asides = taking.map((column) => wanted.includes(actions[columns.indexOf(column)]!));
  const isAside = join(
    asides.flatMap((is, i) => (is ? [sql`${i}`] : [])),
    ", ",
  );
  const values = columns.map((_, i) => identifier(`value_${i + 1}`));
  const of = (column: FormColumn): Sql =>
    refs[[...taking, ...others].findIndex((one) => one.column === column.column)]![0]!;
  const numbered = sql`
    (
      select
        ${join(
          [
            sql`${firstOf(judged.slice(0, taking.length).map(wrongSql))} as taking_1`,
            sql`${positionSql(staged)} as row_1`,
            ...columns.map((column, i) => sql`${of(column)} as ${values[i]!}`),
            ...carriedPosition(staged),
          ],
          ",\n",
        )}
      from ${staged.relation}
    )
  `;
  const places = taking.map((column, i) => sql`when ${i} then ${columns.indexOf(column)}`);
  return {
    ...carrying(staged, sql`(select * from ${numbered} where taking_1 in (${isAside}))`),
    row: identifier("row_1"),
    column: sql`
      case taking_1
        ${join(places, "\n")}
      end
    `,
    values,
  };
}

function takingColumns(columns: readonly FormColumn[], actions: readonly (EmailCheck | null)[]): readonly FormColumn[] {
  return columns.filter(({ judge }, i) => judge != null && removes(actions[i]!));
}

/** The place of the first condition that holds; null where none does. */
function firstOf(conditions: readonly (Sql | null)[]): Sql {
  const cases = conditions.flatMap((holds, i) => (holds === null ? [] : [sql`when ${holds} then ${i}`]));
  return sql`
    case
      ${join(cases, "\n")}
    end
  `;
}
