import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError, type Place } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { timestampOfMicros, tryDecimal, tryNumber, valueAtLeast } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { presentSql } from "../export/filter-sql.ts";
import { isNumber } from "../rfm/column-type.ts";
import { placeOf } from "../reading/place-of.ts";
import { requireSettled } from "../reading/ties.ts";
import { valueSql } from "../reading/values.ts";
import { eventColumns, exportLayouts, type EventColumn, type ExportName, type Origin } from "./exports.ts";
import { mergeRepeated } from "./merge-repeated.ts";
import { filledText, findPart, takenSql, type FoundPart } from "./part-sql.ts";
import { unpackEvents } from "./unpack-events.ts";

/** The events of an export, and what became of its columns. */
export interface NamedEvents {
  readonly name: ExportName;
  readonly title: string;
  readonly table: Table;
  /** Rows read, and those more that lists of events gave. */
  readonly rows: number;
  readonly unpacked: number;
  /** Events that are there more than once, folded into their first, and the columns that say so. */
  readonly merged: number;
  readonly mergedBy: readonly string[];
  readonly recognised: readonly RecognisedColumn[];
  /** Columns of the export that are kept by their paths. */
  readonly others: number;
  /** Values of the revenue that are no numbers, so that it is text; null where there are none. */
  readonly oddRevenue: OddValues | null;
}

/** Values that do not fit, the first of them and where it stands. */
export interface OddValues {
  readonly count: number;
  readonly first: string;
  readonly place: Place;
}

/** A column of events, the columns it was made of (none: the file has none of them), how, and the events that have a value. */
export interface RecognisedColumn {
  readonly column: EventColumn;
  readonly from: readonly string[];
  readonly how: string;
  readonly present: number;
}

/**
 * The events of a known export: the columns of `eventColumns`, which all exports have in common, empty where the file has
 * nothing for them, then all others by their paths. `sources` tell where a value stands. Throws `schema-mismatch` for a file
 * that lacks what the export has, `not-dates` for times of several units.
 */
export async function nameEvents(
  context: Context,
  given: Table,
  name: ExportName,
  sources: readonly Source[],
): Promise<NamedEvents> {
  const { engine } = context;
  const layout = exportLayouts[name];
  context.terminal.progress("unpacking events");
  const { table: events, unpacked } = await unpackEvents(context, given, layout);
  const { table, merged, by, row } = await mergeRepeated(engine, events, layout);
  // Events that were unpacked have no line.
  const placed: PlacedTable = { table, sources: unpacked === 0 ? sources : [], row };
  const used = new Set<string>();
  const made: (Made & Omit<RecognisedColumn, "present">)[] = [];
  for (const column of eventColumns) {
    const origin = layout.columns[column] ?? { from: [] };
    const found = originsIn(table, origin, name, column, given);
    requireSettled(
      table,
      found.map((one) => one.column.name),
    );
    const one = await eventColumn(engine, placed, name, column, found, origin);
    made.push({ ...one, column, from: found.map((of) => of.column.name) });
    if (found.length === 1 && found[0]!.taken === null) used.add(found[0]!.column.name);
  }
  const common = new Set<string>(eventColumns);
  const others = table.columns
    .filter((column) => !used.has(column.name))
    .map((column) => ({
      ...passed(column),
      name: common.has(column.name.toLowerCase()) ? `${name}.${column.name}` : column.name,
    }));
  const present = await presentCounts(
    engine,
    table,
    made.map(({ value }) => value),
  );
  const columns = made.map(({ column, whole, type, stored, value, how }, i): DerivedColumn => ({
    ...(whole === undefined
      ? derived(column, type, type === "timestamp" ? "typed" : (stored ?? "text"), value, present[i]!)
      : { ...passed(whole), name: column, present: present[i]! }),
    why: how,
  }));
  return {
    name,
    title: layout.title,
    table: deriveTable(table, [...columns, ...others]),
    rows: given.rows,
    unpacked,
    merged,
    mergedBy: by,
    recognised: made.map(({ column, from, how }, i) => ({ column, from, how, present: present[i]! })),
    others: others.length,
    oddRevenue: made.find(({ column }) => column === "revenue")?.odd ?? null,
  };
}

/** The columns of the file that a column of events is made of. */
function originsIn(
  table: Table,
  { from, ofRow = [], how, needed }: Origin,
  name: ExportName,
  column: EventColumn,
  given: Table,
): readonly FoundPart[] {
  const isListed = given.columns.some((one) => one.name === exportLayouts[name].list);
  const found = from.flatMap((part) => findPart(table, part) ?? []);
  if (!isListed) found.push(...ofRow.flatMap((part) => findPart(table, part) ?? []).slice(0, 1));
  if (needed === true && found.length === 0) {
    const shown = given.columns.slice(0, 12).map((one) => one.name);
    const more = given.columns.length > 12 ? ` and ${given.columns.length - 12} more` : "";
    const paths = from.map((part) => (typeof part === "string" ? part : part.path));
    throw new SegmentError(
      "schema-mismatch",
      `no ${exportLayouts[name].title}: ${column} needs ${paths.join(" or ")}`,
      {
        hint: `the file has ${shown.join(", ")}${more}`,
      },
    );
  }
  if (how === "first") return found.slice(0, 1);
  return how === "joined" && found.length < from.length ? [] : found;
}

const noText = sql`cast(null as varchar(10))`;

/** How a column of events is made. */
interface Made {
  readonly how: string;
  readonly value: Sql;
  /** Times are values, all else is text in plain notation but for numbers that are `typed`. */
  readonly type: "text" | "number" | "timestamp";
  readonly stored?: "typed";
  /** The one column that it is as it stands. */
  readonly whole?: Column;
  /** Values that make it text. */
  readonly odd?: OddValues;
}

/** The table of an export, with the files of its rows; none where rows have no place in them. */
interface PlacedTable {
  readonly table: Table;
  readonly sources: readonly Source[];
  /** The number of a row in the files, from 0. SQL. */
  readonly row: Sql;
}

async function eventColumn(
  engine: Engine,
  placed: PlacedTable,
  name: ExportName,
  column: EventColumn,
  found: readonly FoundPart[],
  { how }: Origin,
): Promise<Made> {
  const asTextColumn = (value: Sql, words: string): Made => ({ value, type: "text", how: words });
  const [first] = found;
  if (column === "event" && name === "matomo") {
    const value = first === undefined ? sql`'visit'` : sql`coalesce(${filledText(first.column)}, 'visit')`;
    const words = first === undefined ? "visit: one a row" : `${first.column.name}, visit without an action`;
    return asTextColumn(value, words);
  }
  if (first === undefined) return asTextColumn(noText, "not in the file");
  const words = found.map((one) => one.words).join(", else ");
  if (column === "time") {
    const times = await Promise.all(found.map((one) => timeOf(engine, placed, one.column)));
    const value = sql`coalesce(${join([...times.map((one) => one.of), sql`cast(null as timestamp)`], ", ")})`;
    const units = found.map((one, i) => `${one.words}${times[i]!.words}`).join(", else ");
    return { value, type: "timestamp", how: units };
  }
  const texts = sql`coalesce(${join([...found.map((one) => takenSql(one, filledText(one.column))), noText], ", ")})`;
  if (column === "revenue") return revenueOf(engine, placed, found, texts, words);
  if (how === "joined") {
    const parts = found.map((one) => filledText(one.column));
    const paths = found.map((one) => one.column.name).join(" and ");
    return asTextColumn(join(parts, " || '.' || "), `${paths}, with a point between`);
  }
  return asTextColumn(texts, words);
}

async function revenueOf(
  engine: Engine,
  placed: PlacedTable,
  found: readonly FoundPart[],
  texts: Sql,
  how: string,
): Promise<Made> {
  const [first] = found;
  if (found.length === 1 && first!.taken === null && isNumber(first!.column))
    return { value: first!.column.ref, type: "number", whole: first!.column, how };
  if (found.every(({ column }) => isNumber(column) && column.stored === "typed")) {
    const numbers = found.map((one) => takenSql(one, sql`cast(${presentSql(one.column)} as double)`));
    return {
      value: sql`coalesce(${join([...numbers, sql`cast(null as double)`], ", ")})`,
      type: "number",
      stored: "typed",
      how,
    };
  }
  const isOdd = sql`${texts} is not null and ${tryDecimal(texts)} is null`;
  const odd = await oddValues(engine, placed, texts, isOdd, first!.column.name);
  if (odd === null) return { value: texts, type: "number", how };
  return { value: texts, type: "text", how: `${how}, as text: not all are numbers`, odd };
}

const units = [
  { below: 1e11, words: ", seconds since 1970", micros: 1_000_000 },
  { below: 1e14, words: ", milliseconds since 1970", micros: 1_000 },
  { below: 1e17, words: ", microseconds since 1970", micros: 1 },
] as const;

/** A time in UTC from dates and times, or from a count since 1970 whose unit its size tells. Throws `not-dates`. */
async function timeOf(
  engine: Engine,
  placed: PlacedTable,
  column: Column,
): Promise<{ readonly of: Sql; readonly words: string }> {
  const { table } = placed;
  if (column.type === "timestamp") return { of: valueSql(column), words: "" };
  if (column.type === "date")
    return { of: sql`cast(${valueSql(column)} as timestamp)`, words: ", the beginning of the day" };
  const number = isNumber(column) ? sql`cast(${valueSql(column)} as double)` : tryNumber(filledText(column));
  const [row = {}] = await engine.rows(
    sql`
      select
        min(${number}) as smallest,
        max(${number}) as largest,
        count(*) filter (where ${presentSql(column)} is not null and ${number} is null) as odd
      from ${table.relation}
    `,
    1,
  );
  const [smallest, largest] = [Number(row["smallest"] ?? 0), Number(row["largest"] ?? 0)];
  const unit = units.find(({ below }) => largest < below);
  const isMixed = unit !== undefined && smallest > 0 && units.find(({ below }) => smallest < below) !== unit;
  if (Number(row["odd"]) > 0 || unit === undefined || smallest < 0 || isMixed) {
    throw await mixedTimes(engine, placed, column, number);
  }
  const micros =
    column.type === "integer"
      ? sql`(${valueSql(column)} * ${unit.micros})`
      : sql`cast(round(${number} * ${unit.micros}) as bigint)`;
  return { of: timestampOfMicros(micros), words: unit.words };
}

/** The error of times that are no counts, or counts in several units: with the first value that is not like most. */
async function mixedTimes(engine: Engine, placed: PlacedTable, column: Column, number: Sql): Promise<SegmentError> {
  const text = filledText(column);
  const kind = sql`
    case
      when ${number} is null or ${number} < 0 then ${units.length + 1}
      ${join(
        units.map(({ below }, i) => sql`when ${number} < ${below} then ${i}`),
        "\n",
      )}
      else ${units.length}
    end
  `;
  const [most = {}] = await engine.rows(
    sql`
      select kind_1, count(*) as rows_1
      from (
        select ${kind} as kind_1
        from ${placed.table.relation}
        where ${text} is not null
      )
      group by kind_1
      order by rows_1 desc, kind_1
      limit 1
    `,
    1,
  );
  const unit = units[Number(most["kind_1"])];
  const isOdd =
    unit === undefined ? sql`${text} is not null` : sql`${text} is not null and ${kind} <> ${units.indexOf(unit)}`;
  const odd = await oddValues(engine, placed, text, isOdd, column.name);
  const usual = unit === undefined ? "" : `, and most are${unit.words.slice(1)}`;
  const shown = odd === null ? "" : `: ${quotedValue(odd.first)} is not${usual}`;
  return new SegmentError("not-dates", `the times are neither dates nor counts since 1970 in one unit${shown}`, {
    place: odd?.place ?? { column: column.name },
    hint: `mend the export; segment profile ${placed.sources[0]?.label ?? "FILE"} shows what the column holds`,
  });
}

/** A value as a message shows it. */
export function quotedValue(text: string): string {
  return `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
}

async function oddValues(
  engine: Engine,
  { table, sources, row: number }: PlacedTable,
  text: Sql,
  isOdd: Sql,
  column: string,
): Promise<OddValues | null> {
  const [row = {}] = await engine.rows(
    sql`
      select count(*) as rows_1, min(row_1) as first_1, ${valueAtLeast(identifier("text_1"), identifier("row_1"), sql`1 = 1`)} as value_1
      from (
        select ${number} as row_1, ${text} as text_1, ${isOdd} as is_odd_1
        from ${table.relation}
      )
      where is_odd_1
    `,
    1,
  );
  const count = Number(row["rows_1"]);
  if (count === 0) return null;
  const place = sources.length === 0 ? { column } : await placeOf(sources, Number(row["first_1"]), column);
  return { count, first: String(row["value_1"]), place };
}

async function presentCounts(engine: Engine, table: Table, values: readonly Sql[]): Promise<readonly number[]> {
  const counts = values.map((value, i) => sql`count(${value}) as ${identifier(`present_${i}`)}`);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  return values.map((_, i) => Number(row[`present_${i}`]));
}
