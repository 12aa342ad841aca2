import type { Compute } from "../../core/compute.ts";
import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { compareLabels, countLabels } from "../cluster/labels.ts";
import { findColumn } from "../match-columns.ts";
import { isMissingSql, plainSpacesSql } from "../reading/number-sql.ts";
import { placeOf } from "../reading/place-of.ts";
import { textSql, valueSql } from "../reading/values.ts";
import { inOrder, positionSql } from "../row-position.ts";

/** The segments of a table's column. */
export interface SegmentLabels {
  /** Their names: numbers and parts (`2.1`) rising, else texts by falling size. */
  readonly names: readonly (number | string)[];
  /** By row: the place in `names`; -1 for a row in no segment. */
  readonly byRow: Int32Array;
}

const segmentsMaximum = 1000;

/** The segments of a table's column, counted. */
export interface CountedSegments {
  readonly names: SegmentLabels["names"];
  /** Rows of each. */
  readonly sizes: readonly number[];
  /** The column. */
  readonly name: string;
}

/**
 * Reads a column of segments: whole numbers, of which 0 stands for none, or texts; a missing value is in none. `known` are
 * segments that there should be, in the table or not. Throws `too-many-segments` for more than 1,000 different values,
 * `ambiguous-input` for a number that is none, with the place.
 */
export async function segmentLabels(
  engine: Engine,
  compute: Compute,
  table: Table,
  sources: readonly Source[],
  column: Column,
  known: readonly number[],
): Promise<SegmentLabels> {
  const counted = await countSegments(engine, table, sources, column, known);
  return readLabels(engine, compute, table, counted);
}

/** The segments of a column and their sizes, as `segmentLabels` finds them. Throws as it does. */
export async function countSegments(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  column: Column,
  known: readonly number[],
): Promise<CountedSegments> {
  const label = labelSql(column);
  const counted = await engine.rows(
    sql`
      select label_1, count(*) as rows_1
      from (select ${label} as label_1 from ${table.relation})
      where label_1 is not null
      group by label_1
      order by rows_1 desc, label_1
      limit ${segmentsMaximum + 1}
    `,
    segmentsMaximum + 1,
  );
  if (counted.length > segmentsMaximum) {
    const message = `${column.name} holds more than ${segmentsMaximum} different values and cannot be a column of segments`;
    throw new SegmentError("too-many-segments", message, { hint: "name the column of segments with --name" });
  }
  const found = counted.map((row) => row["label_1"]);
  const { name } = column;
  if (!isNumber(column)) {
    const labels = counted.map((row) => ({ label: String(row["label_1"]), rows: Number(row["rows_1"]) }));
    if (labels.every((one) => isPart(one.label))) labels.sort((a, b) => compareLabels(a.label, b.label));
    return { names: labels.map((one) => one.label), sizes: labels.map(({ rows }) => rows), name };
  }
  const wrong = found.find((one) => !Number.isSafeInteger(one) || Number(one) < 0);
  if (wrong !== undefined) {
    const parts = await countParts(engine, table, column);
    if (parts !== null) return { names: [...parts.keys()], sizes: [...parts.values()], name };
    throw await wrongNumber(engine, table, sources, column, label, wrong);
  }
  const sizes = new Map(counted.map((row) => [Number(row["label_1"]), Number(row["rows_1"])]));
  const numbers = [...new Set([...sizes.keys(), ...known])].filter((one) => one !== 0).sort((a, b) => a - b);
  return { names: numbers, sizes: numbers.map((one) => sizes.get(one) ?? 0), name };
}

/** Rows by label where a column says parts of segments (`2.1`, `2.10`), as text that could be taken for fractions; else null. */
async function countParts(engine: Engine, table: Table, column: Column): Promise<ReadonlyMap<string, number> | null> {
  if (column.stored !== "text") return null;
  const counts = await countLabels(engine, table, column);
  const labels = [...counts.keys()];
  return labels.every(isPart) && labels.every((label) => hasSibling(label, labels)) ? counts : null;
}

/** Whether a label is of a whole segment, or of a part beside other parts of it: a lone `1.5` is a fraction. */
function hasSibling(label: string, labels: readonly string[]): boolean {
  const cut = label.lastIndexOf(".") + 1;
  return cut === 0 || labels.some((other) => other !== label && other.startsWith(label.slice(0, cut)));
}

/** Whether a label is a number, or that of a part: `2.1`. */
function isPart(label: string): boolean {
  return /^[1-9]\d*(\.[1-9]\d*)*$/.test(label);
}

/** The segments of the rows of a table, or of a sample of it, whose segments have been counted. */
export async function readLabels(
  engine: Engine,
  compute: Compute,
  table: Table,
  { names, name }: CountedSegments,
): Promise<SegmentLabels> {
  const column = findColumn(table.columns, name, "--name");
  const label = labelSql(column, names);
  if (!isNumber(column) || typeof names[0] === "string") {
    return { names, byRow: await codes(engine, compute, table, caseOf(label, names.map(String)), names.length) };
  }
  const places = new Map(names.map((one, at) => [one, at]));
  const query = sql`select cast(${label} as double) as code_1 from ${table.relation}${inOrder(table)}`;
  const values = columnOf(await engine.matrix(query, ["code_1"], table.rows, compute), 0);
  return { names, byRow: Int32Array.from(values, (one) => places.get(one) ?? -1) };
}

function isNumber({ type }: Column): boolean {
  return type === "integer" || type === "number";
}

function labelSql(column: Column, names: SegmentLabels["names"] = []): Sql {
  return isNumber(column) && typeof names[0] !== "string" ? valueSql(column) : nameSql(column);
}

/** The place of a row's segment among those counted; null for a row in none. */
export function placeSql(column: Column, { names }: CountedSegments): Sql {
  if (names.length === 0) return sql`cast(null as bigint)`;
  const cases = names.map((name, at) => sql`when ${name} then ${at}`);
  return sql`case ${labelSql(column, names)} ${join(cases, " ")} end`;
}

/** Whether a row is in a segment. */
export function isPlacedSql(column: Column): Sql {
  const label = labelSql(column);
  return isNumber(column) ? sql`coalesce(${label} <> 0, false)` : sql`(${label} is not null)`;
}

/** The name of a segment in a column that is no number; null where missing, and for 0. */
export function nameSql(column: Column): Sql {
  const text = column.stored === "typed" ? asText(column.ref) : textSql(column);
  const name = plainSpacesSql(text);
  return sql`case when not ${isMissingSql(text)} and ${name} <> '0' then ${name} end`;
}

function caseOf(label: Sql, names: readonly string[]): Sql {
  if (names.length === 0) return value(-1);
  const cases = names.map((name, at) => sql`when ${name} then ${at}`);
  return sql`case ${label} ${join(cases, " ")} else -1 end`;
}

async function codes(engine: Engine, compute: Compute, table: Table, code: Sql, names: number): Promise<Int32Array> {
  if (names === 0) return new Int32Array(table.rows).fill(-1);
  const query = sql`select cast(${code} as double) as code_1 from ${table.relation}${inOrder(table)}`;
  return Int32Array.from(columnOf(await engine.matrix(query, ["code_1"], table.rows, compute), 0));
}

async function wrongNumber(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  column: Column,
  label: Sql,
  wrong: unknown,
): Promise<SegmentError> {
  const position = identifier("position_1");
  const [row = {}] = await engine.rows(
    sql`
      select min(${position}) as first_1
      from (select ${label} as label_1, ${positionSql(table)} as ${position} from ${table.relation})
      where label_1 = ${wrong as number}
    `,
    1,
  );
  return new SegmentError(
    "ambiguous-input",
    `${String(wrong)} is no number of a segment: they are whole, from 1; 0 is none`,
    {
      place: await placeOf(sources, Number(row["first_1"]), column.name),
      hint: "write 0 for rows in no segment, or give the segments names",
    },
  );
}
