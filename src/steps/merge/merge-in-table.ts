import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed } from "../derive.ts";
import { isMissingSql, plainSpacesSql } from "../reading/number-sql.ts";
import { textSql, valueSql } from "../reading/values.ts";

const segmentsMaximum = 1000;

/** Rows of each segment of a column by its label, as text: numbers rising by their parts (2, 2.1, 10), else texts. */
export async function countLabels(engine: Engine, table: Table, column: Column): Promise<ReadonlyMap<string, number>> {
  const found = await engine.rows(
    sql`
      select label_1, count(*) as rows_1
      from (select ${labelSql(column)} as label_1 from ${table.relation})
      where label_1 is not null
      group by label_1
      order by label_1
      limit ${segmentsMaximum + 1}
    `,
    segmentsMaximum + 1,
  );
  if (found.length > segmentsMaximum) {
    const message = `${column.name} holds more than ${segmentsMaximum} different values and cannot be a column of segments`;
    throw new SegmentError("too-many-segments", message, { hint: "name the column of segments with --name" });
  }
  const counts = found.map((row): [string, number] => [String(row["label_1"]), Number(row["rows_1"])]);
  return new Map(counts.sort(([a], [b]) => compareLabels(a, b)));
}

/** The table with some labels of a column replaced by one; every other value, and every other column, as it is. */
export function mergeInTable(table: Table, column: Column, labels: readonly string[], into: string): Table {
  const joins = join(
    labels.map((label) => sql`${label}`),
    ", ",
  );
  const isInteger = column.stored === "typed" && column.type === "integer";
  const isNumber = column.stored === "typed" && column.type === "number";
  const whole = isInteger ? sql`${Number(into)}` : isNumber ? sql`cast(${Number(into)} as double)` : sql`${into}`;
  const kept = column.stored === "typed" ? column.ref : textSql(column);
  const value = sql`case when ${labelSql(column)} in (${joins}) then ${whole} else ${kept} end`;
  const { name, type, stored, present } = column;
  return deriveTable(
    table,
    table.columns.map((one) => (one.name === name ? derived(name, type, stored, value, present) : passed(one))),
  );
}

/** A row's segment as text; null where missing, and for 0. Numbers that are written apart (`2.10`) stay apart. */
function labelSql(column: Column): Sql {
  const { type, stored } = column;
  if (type === "integer") return noZero(asText(valueSql(column)));
  if (stored === "typed") {
    if (type !== "number") return noZero(asText(column.ref));
    const whole = sql`${column.ref} = floor(${column.ref}) and abs(${column.ref}) < 1e15`;
    return noZero(
      sql`case when ${whole} then ${asText(sql`cast(${column.ref} as bigint)`)} else ${asText(column.ref)} end`,
    );
  }
  const text = textSql(column);
  return sql`case when not ${isMissingSql(text)} then ${noZero(plainSpacesSql(text))} end`;
}

function noZero(text: Sql): Sql {
  return sql`nullif(${text}, '0')`;
}

/** Numbers by their parts, then texts by their letters. */
export function compareLabels(a: string, b: string): number {
  const [left, right] = [a, b].map(partsOf);
  if (left === null || right === null) {
    if (left !== right) return left === null ? 1 : -1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const difference = (left![i] ?? -1) - (right![i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

function partsOf(label: string): readonly number[] | null {
  return /^\d+(\.\d+)*$/.test(label) ? label.split(".").map(Number) : null;
}
