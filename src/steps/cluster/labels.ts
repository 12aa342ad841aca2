import type { Compute } from "../../core/compute.ts";
import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import { isMissingSql, plainSpacesSql } from "../reading/number-sql.ts";
import { textSql, valueSql } from "../reading/values.ts";
import { inOrder } from "../row-position.ts";

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
    const message = `${column.name} holds more than ${segmentsMaximum} different values and cannot be one of segments or labels`;
    throw new SegmentError("too-many-segments", message, { hint: "name another column" });
  }
  const counts = found.map((row): [string, number] => [String(row["label_1"]), Number(row["rows_1"])]);
  return new Map(counts.sort(([a], [b]) => compareLabels(a, b)));
}

/** By row: the place of its label in `labels`; -1 for another, or none. */
export async function labelPlaces(
  engine: Engine,
  compute: Compute,
  table: Table,
  column: Column,
  labels: readonly string[],
): Promise<Int32Array> {
  if (labels.length === 0) return new Int32Array(table.rows).fill(-1);
  const cases = labels.map((label, at) => sql`when ${label} then ${at}`);
  const code = sql`case ${labelSql(column)} ${join(cases, " ")} else -1 end`;
  const query = sql`select cast(${code} as double) as code_1 from ${table.relation}${inOrder(table)}`;
  return Int32Array.from(columnOf(await engine.matrix(query, ["code_1"], table.rows, compute), 0));
}

/** A row's segment as text; null where missing, and for 0. Numbers that are written apart (`2.10`) stay apart. */
export function labelSql(column: Column): Sql {
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
