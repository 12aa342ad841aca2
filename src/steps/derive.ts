import type { Table } from "../core/context.ts";
import type { Column, ColumnType, Reading } from "../core/schema.ts";
import type { Sql } from "../core/sql.ts";
import { identifier, join, sql } from "../sql/template.ts";
import { noWords, yesWords } from "./reading/boolean-words.ts";
import { carriedPosition, carrying } from "./row-position.ts";

/** A column of a table that is made from another: what it is, and its value over the relation it is made from. */
export type DerivedColumn = Omit<Column, "ref"> & { readonly value: Sql };

/** A column as it is. */
export function passed(column: Column): DerivedColumn {
  const { ref, ...rest } = column;
  return { ...rest, value: ref };
}

/** A column in plain notation: `value` gives text that `plainReading` reads (`text`), or a value of the type (`typed`). */
export function derived(
  name: string,
  type: ColumnType,
  stored: "text" | "typed",
  value: Sql,
  present: number,
): DerivedColumn {
  const why = "made by this run";
  return { name, type, stored, reading: plainReading(type), present, why, isPlain: true, value };
}

/** How the notation in which tables are written is read: decimal point, ISO dates, words for yes and no. */
export function plainReading(type: ColumnType): Reading {
  switch (type) {
    case "integer":
    case "number":
      return { type, decimal: ".", thousands: "" };
    case "date":
      return { type, order: "ymd", format: "%Y-%m-%d" };
    case "timestamp":
      return { type, order: "ymd", format: "%Y-%m-%d %H:%M:%S" };
    case "boolean":
      return { type, yes: yesWords, no: noWords };
    case "text":
      return { type };
  }
}

/**
 * A table made from another by one query: each column an expression over the rows of the old one, which stay in their
 * order; those that `where` does not hold for are left out, and `rows` says how many are left. `relation` is what the
 * expressions, and the table's position, read where that is more than the table's own.
 */
export function deriveTable(
  table: Table,
  columns: readonly DerivedColumn[],
  given: { readonly relation?: Sql; readonly where?: Sql; readonly rows?: number } = {},
): Table {
  const refs = columns.map((_, i) => identifier(`c_${i + 1}`));
  const values = [...columns.map(({ value }, i) => sql`${value} as ${refs[i]!}`), ...carriedPosition(table)];
  const filter = given.where === undefined ? sql`` : sql`where ${given.where}`;
  const relation = sql`
    (
      select
        ${join(values, ",\n")}
      from ${given.relation ?? table.relation}
      ${filter}
    )
  `;
  return {
    ...carrying(table, relation),
    rows: given.rows ?? table.rows,
    columns: columns.map((column, i) => columnAt(column, refs[i]!)),
  };
}

function columnAt({ value: _value, ...column }: DerivedColumn, ref: Sql): Column {
  return { ...column, ref };
}
