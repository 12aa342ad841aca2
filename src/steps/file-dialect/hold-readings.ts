import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { type Column, type Reading, typeWords } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { matchesPart } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { placeOf } from "../reading/place-of.ts";
import { valueSql } from "../reading/values.ts";
import { positionSql } from "../row-position.ts";
import type { ValueAside } from "../set-aside/value-aside.ts";
import { type NamedDialect, wayOut } from "./open-by-dialect.ts";

/**
 * Gives the columns of a described table the readings of a dialect, whatever the data of this run would suggest. Every
 * value must be readable by them, but for rows that `aside` takes: those of columns of which most values are. Cost: one
 * scan; one more for each column that does not fit. Throws `dialect-mismatch` with the first column that does not fit, its
 * first such value and the place of it.
 */
export async function holdReadings(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  { dialect, file }: NamedDialect,
  inputs: readonly string[],
  aside: ValueAside | null,
): Promise<{ readonly table: Table; readonly sources: readonly Source[] }> {
  const frozen = new Map(dialect.columns.map(({ name, reading }) => [name, reading]));
  const refuse = (what: string, place: object = { file: sources[0]?.label }): SegmentError =>
    new SegmentError("dialect-mismatch", `does not fit ${file}: ${what}`, { place, hint: wayOut(file, inputs) });
  const columns = table.columns.map((column): Column => {
    const reading = frozen.get(column.name);
    if (reading === undefined) throw refuse(`column ${column.name} is not expected`);
    if (column.stored === "typed" || column.isPlain === true) {
      if (column.type === reading.type) return column;
      throw refuse(`${column.name} holds ${typeWords[column.type]} (${column.type}), ${reading.type} expected`);
    }
    const found = otherMark(column.reading, reading);
    if (found !== null) throw refuse(`${column.name}: ${found}`, { file: sources[0]?.label, column: column.name });
    const { tie: _tie, oddValue: _odd, ...rest } = column;
    return { ...rest, type: reading.type, reading, why: `as ${file} says` };
  });
  const held = { ...table, columns };
  const counts = await countValues(engine, held);
  const counted = columns.map((column, i) => ({ ...column, present: counts[i]!.present }));
  const faulty = columns.flatMap((column, i) => (counts[i]!.unread === 0 ? [] : [{ column, ...counts[i]! }]));
  const [first] = faulty;
  if (first === undefined) return { table: { ...held, columns: counted }, sources };
  const unreadError = async ({ column, unread }: (typeof faulty)[number]): Promise<SegmentError> => {
    const { text, row } = await firstUnread(engine, held, column);
    const more = unread === 1 ? "the only such value" : `${unread} such values`;
    const place = await placeOf(sources, row, column.name);
    return refuse(
      `“${text.slice(0, 60)}” is no ${wordsOf(column.reading)}, which ${column.name} holds; ${more}`,
      place,
    );
  };
  const most = aside === null ? first : faulty.find(({ present, unread }) => unread * 2 > present);
  if (aside === null || most !== undefined) throw await unreadError(most ?? first);
  const unfit = faulty.map(({ column }) => ({
    column: column.name,
    ref: column.ref,
    isUnfit: states(column).unread,
    isCostly: true,
    reason: (text: string) => `“${text}” is no ${wordsOf(column.reading)}, which ${file} expects`,
  }));
  const left = await aside.take(table, sources, unfit, () => unreadError(first));
  return holdReadings(engine, left.table, left.sources, { dialect, file }, inputs, aside);
}

/** The mark that the data of this run are sure to be written with, where the dialect has another. */
function otherMark(found: Reading, expected: Reading): string | null {
  if (!("decimal" in found && "decimal" in expected) || found.decimal === expected.decimal) return null;
  if (found.type !== "number" && found.thousands === "") return null;
  const name = { ".": "point", ",": "comma" } as const;
  return `decimal ${name[expected.decimal]} expected, decimal ${name[found.decimal]} found`;
}

function wordsOf(reading: Reading): string {
  switch (reading.type) {
    case "integer":
      return `whole number${marksOf(reading)}`;
    case "number":
      return `number${marksOf(reading)}`;
    case "date":
    case "timestamp":
      return `${reading.type === "date" ? "date" : "time"} written ${reading.format}`;
    case "boolean":
      return "word for yes or no";
    case "text":
      return "text";
  }
}

function marksOf({ decimal, thousands }: Reading & { readonly type: "integer" | "number" }): string {
  const mark = decimal === "," ? " with a decimal comma" : "";
  return thousands === "" ? mark : `${mark}${mark === "" ? " with" : " and"} thousands parted by “${thousands}”`;
}

/** A value that is there, and one that is there and cannot be read. */
function states(column: Column): { readonly present: Sql; readonly unread: Sql } {
  const { ref, reading, stored } = column;
  if (stored === "typed") return { present: sql`${ref} is not null`, unread: sql`false` };
  if (reading.type === "text") return { present: sql`${ref} <> ''`, unread: sql`false` };
  const present = sql`not ${isMissingSql(ref)}`;
  const isForeign = "decimal" in reading ? sql`or ${matchesPart(ref, value(foreignNumber(reading)))}` : sql``;
  return { present, unread: sql`${present} and (${valueSql(column)} is null ${isForeign})` };
}

/**
 * A pattern of texts that a cast would read once the marks are taken out, though they are written otherwise: groups that
 * are not of three digits, the other decimal mark, zeros in front (a code), underscores.
 */
function foreignNumber({ decimal, thousands }: Reading & { readonly type: "integer" | "number" }): string {
  const group = { "": null, " ": "[ \u00a0\u202f]", "'": "['’]", ".": "[.]", ",": "," }[thousands];
  const other = decimal === "," ? "." : ",";
  return [
    "_",
    "^[-+(]?0[0-9]",
    ...(thousands === other ? [] : [`[${other}]`]),
    ...(group === null ? [] : [`${group}[0-9]{1,2}([^0-9]|$)`, `${group}[0-9]{4}`, `[0-9]{4}${group}[0-9]`]),
  ].join("|");
}

async function countValues(
  engine: Engine,
  table: Table,
): Promise<readonly { readonly present: number; readonly unread: number }[]> {
  const counts = table.columns.flatMap((column, i) => {
    const { present, unread } = states(column);
    return [
      sql`count(case when ${present} then 1 end) as ${name("present", i)}`,
      sql`count(case when ${unread} then 1 end) as ${name("unread", i)}`,
    ];
  });
  const [row] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  return table.columns.map((_, i) => ({
    present: Number(row?.[`present_${i}`] ?? 0),
    unread: Number(row?.[`unread_${i}`] ?? 0),
  }));
}

async function firstUnread(
  engine: Engine,
  table: Table,
  column: Column,
): Promise<{ readonly text: string; readonly row: number }> {
  const [row] = await engine.rows(
    sql`
      select
        ${column.ref} as value_1,
        position_1
      from (
        select
          *,
          ${positionSql(table)} as position_1
        from ${table.relation}
      )
      where ${states(column).unread}
      order by position_1
      limit 1
    `,
    1,
  );
  if (row === undefined) throw new SegmentError("bug", `no value of ${column.name} is unread`);
  return { text: String(row["value_1"]), row: Number(row["position_1"]) };
}

function name(what: string, i: number): Sql {
  return identifier(`${what}_${i}`);
}
