import { expect } from "vitest";
import type { Engine, Table } from "../../../src/core/context.ts";
import { asText } from "../../../src/sql/functions.ts";
import { join, sql } from "../../../src/sql/template.ts";
import { textSql, valueSql } from "../../../src/steps/reading/values.ts";
import { inOrder } from "../../../src/steps/row-position.ts";
import type { TruthColumn } from "./truth-table.ts";

/** A column of a table must have the type, the values and the plain texts that are written down for it. */
export async function expectTruth(
  engine: Engine,
  table: Table,
  name: string,
  { type, cells }: TruthColumn,
): Promise<void> {
  const column = table.columns.find((one) => one.name === name)!;
  expect([column.type, column.why]).toEqual([type, column.why]);
  expect(column.present).toBe(cells.filter(([, value]) => value !== null).length);
  const value = type === "integer" || type === "number" ? valueSql(column) : asText(valueSql(column));
  const selected = join([sql`${value} as value_1`, sql`${textSql(column)} as text_1`], ", ");
  const rows = await engine.rows(sql`select ${selected} from ${table.relation}${inOrder(table)}`, cells.length);
  const isNumber = type === "integer" || type === "number";
  expect(rows.map((row, i) => [cells[i]![0], row["value_1"]])).toEqual(
    cells.map(([text, own]) => [text, own !== null && isNumber ? Number(own) : own]),
  );
  if (!isNumber) return;
  const texts = rows.map((row, i) => [cells[i]![0], row["text_1"]]);
  expect(texts).toEqual(cells.map(([text, own]) => [text, own ?? (text === "" ? null : text)]));
}
