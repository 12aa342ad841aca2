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
  const own = (name: string, type: ColumnType): Column => ({
    name,
    ref: identifier(name),
    type,
    stored: "typed",
    reading: plainReading(type),
    present: table.rows,
    why: "made by this run",
  });
  const more = extras.map((extra) => own(`${model.name}_${extra}`, extraTypes[extra]));
  return {
    ...carrying(table, sql`(${assignSql(table, model, extras)})`),
    rows: table.rows,
    columns: [...columns, own(model.name, "integer"), ...more],
  };
}
