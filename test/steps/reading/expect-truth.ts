import { expect } from "vitest";
import type { Engine, Table } from "../../../src/core/context.ts";
import { asText } from "../../../src/sql/functions.ts";
import { identifier, join, sql } from "../../../src/sql/template.ts";
import { textSql, valueSql } from "../../../src/steps/reading/values.ts";
import { inOrder } from "../../../src/steps/row-position.ts";
import type { TruthColumn } from "./truth-table.ts";

/** Columns of a table must have the types, the values and, of numbers, the plain texts that are written down for them. One query. */
export async function expectTruth(
  engine: Engine,
  table: Table,
  truths: ReadonlyMap<string, TruthColumn>,
): Promise<void> {
  const columns = table.columns.filter(({ name }) => truths.has(name));
  const isNumber = ({ type }: { readonly type: string }): boolean => type === "integer" || type === "number";
  for (const { name, type, why, present } of columns) {
    const { type: own, cells } = truths.get(name)!;
    expect([name, type, why]).toEqual([name, own, why]);
    expect([name, present]).toEqual([name, cells.filter(([, value]) => value !== null).length]);
  }
  const selected = columns.flatMap((column, i) => {
    const value = isNumber(column) ? valueSql(column) : asText(valueSql(column));
    return [
      sql`${value} as ${identifier(`value_${i + 1}`)}`,
      sql`${textSql(column)} as ${identifier(`plain_${i + 1}`)}`,
    ];
  });
  const rows = await engine.rows(
    sql`select ${join(selected, ", ")} from ${table.relation}${inOrder(table)}`,
    table.rows,
  );
  columns.forEach((column, i) => {
    const { cells } = truths.get(column.name)!;
    const found = cells.map(([text], row) => [text, rows[row]![`value_${i + 1}`]]);
    expect(found).toEqual(cells.map(([text, own]) => [text, own !== null && isNumber(column) ? Number(own) : own]));
    if (!isNumber(column)) return;
    const texts = cells.map(([text], row) => [text, rows[row]![`plain_${i + 1}`]]);
    expect(texts).toEqual(cells.map(([text, own]) => [text, own ?? (text === "" ? null : text)]));
  });
}
