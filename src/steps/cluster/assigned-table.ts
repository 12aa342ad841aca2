import type { Table } from "../../core/context.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import { identifier, sql } from "../../sql/template.ts";
import { plainReading } from "../derive.ts";
import { carrying } from "../row-position.ts";
import { assignSql } from "./assign-sql.ts";
import type { ClusterModel } from "./model.ts";
import { extraNames } from "./row-extras.ts";
import type { Extra } from "./settings.ts";

const extraTypes: Readonly<Record<Extra, ColumnType>> = {
  name: "text",
  silhouette: "number",
  distance: "number",
  second: "integer",
  probability: "number",
  outlier: "number",
};

/** The table with the segment that SQL finds, and what else is asked of each row but its silhouette, as a table. */
export function assignedBySql(table: Table, model: ClusterModel, extras: readonly Extra[]): Table {
  const added = [model.name, ...extraNames(model.name, extras)];
  const kept = table.columns.filter(({ name }) => !added.includes(name));
  const columns = kept.map((column): Column => {
    const reading = column.stored === "text" && column.tie === undefined ? plainReading(column.type) : column.reading;
    return { ...column, reading, ref: identifier(column.name) };
  });
  return {
    ...carrying(table, sql`(${assignSql(table, model, extras)})`),
    rows: table.rows,
    columns: [...columns, ...segmentColumns(table, model.name, extras)],
  };
}

/** The columns that a segment and extras of it are, beside those of a table of as many rows. */
export function segmentColumns(
  { rows }: Pick<Table, "rows">,
  name: string,
  extras: readonly Extra[],
): readonly Column[] {
  const own = (of: string, type: ColumnType): Column => ({
    name: of,
    ref: identifier(of),
    type,
    stored: "typed",
    reading: plainReading(type),
    present: rows,
    why: "made by this run",
  });
  return [own(name, "integer"), ...extras.map((extra) => own(`${name}_${extra}`, extraTypes[extra]))];
}
