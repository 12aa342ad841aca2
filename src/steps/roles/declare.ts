import type { Engine, LoadedColumn, LoadedTable, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { typeWords, type Column, type ColumnType } from "../../core/schema.ts";
import type { DateCount, DeclaredNotation, ReadingOptions, Source } from "../../core/source.ts";
import { describeTable } from "../describe.ts";
import { dateCounts } from "../reading/day-counts.ts";
import { placeOf } from "../reading/place-of.ts";
import type { SchemaColumn, TableSchema } from "./schema-file.ts";

/**
 * Describes a loaded table by a schema: what it calls text stays text, and dates and numbers are written as it says wherever
 * every value fits that, whatever the rest of the file speaks for. Each column has what is declared of it. Cost: that of
 * `describeTable`, twice where it settles whether numbers count days or seconds. Unless the fit is judged elsewhere, throws `schema-mismatch` with the place of the first value that does not fit.
 */
export async function describeBySchema(
  engine: Engine,
  loaded: LoadedTable,
  sources: readonly Source[],
  options: ReadingOptions,
  schema: TableSchema,
  isJudged: boolean,
): Promise<Table> {
  const declared = new Map(schema.columns.map((column) => [column.name, column]));
  if (!isJudged && !loaded.columns.some(({ name }) => declared.has(name))) {
    throw new SegmentError("schema-mismatch", "the table has none of the columns of the schema", {
      place: { file: schema.file },
      hint: `it is of ${nameList(schema.columns.map(({ name }) => name))}`,
    });
  }
  const columns = loaded.columns.map((column) => asDeclared(column, declared.get(column.name)));
  const given = { ...loaded, columns };
  const told = { ...options, declared: new Map(schema.columns.map((column) => [column.name, notationOf(column)])) };
  const table = await describeTable(engine, given, sources, told);
  const settled = settlingOptions(table, declared, told);
  const read = settled === null ? table : await describeTable(engine, given, sources, settled);
  if (!isJudged) await requireFit(read, declared, sources, schema.file);
  return {
    ...read,
    columns: read.columns.map((column) => {
      const own = declared.get(column.name);
      if (own === undefined) return column;
      return { ...column, declared: { type: own.type, role: own.role }, declaredNotation: notationOf(own) };
    }),
  };
}

/** The columns of a schema that a table has not. */
export function columnsLacking(schema: TableSchema, table: Table): readonly string[] {
  const has = new Set(table.columns.map(({ name }) => name));
  return schema.columns.map(({ name }) => name).filter((name) => !has.has(name));
}

function asDeclared(column: LoadedColumn, declared: SchemaColumn | undefined): LoadedColumn {
  if (declared?.type !== "text" || column.stored !== "text") return column;
  const { stated: _, ...rest } = column;
  return { ...rest, strings: "text", note: "by the schema" };
}

/** How a schema says that a column is written; numbers without a word for it have a decimal point. */
function notationOf({ type, order, decimal }: SchemaColumn): DeclaredNotation {
  return {
    type,
    order: isCount(order) ? null : order,
    decimal: decimal ?? (isNumber(type) ? "." : null),
  };
}

/** The options with what the schema says of numbers that may count days or seconds; null where it says nothing of them. */
function settlingOptions(
  { columns }: Table,
  declared: ReadonlyMap<string, SchemaColumn>,
  options: ReadingOptions,
): ReadingOptions | null {
  const dates = new Map(options.dates);
  for (const { name, type, reading } of columns) {
    const own = declared.get(name);
    if (own === undefined || options.dates?.has(name) === true) continue;
    // The numbers of a night may leave it open.
    const isCounted = "order" in reading && isCount(reading.order);
    if (isNumber(own.type) && isCounted) dates.set(name, "none");
    if (isCount(own.order) && isNumber(type)) dates.set(name, own.order);
  }
  return dates.size === (options.dates?.size ?? 0) ? null : { ...options, dates };
}

async function requireFit(
  table: Table,
  declared: ReadonlyMap<string, SchemaColumn>,
  sources: readonly Source[],
  file: string,
): Promise<void> {
  const faults = table.columns.flatMap((column) => {
    const own = declared.get(column.name);
    const what = own === undefined ? null : faultOf(column, own);
    return what === null ? [] : [{ column, what }];
  });
  const [first] = faults;
  if (first === undefined) return;
  const shown = faults.slice(0, 8).map(({ column, what }) => `${column.name} ${what}`);
  const more = faults.length > 8 ? ` and ${faults.length - 8} more` : "";
  const { name, oddValue } = first.column;
  const place = oddValue === undefined ? { column: name } : await placeOf(sources, oddValue.row, name);
  throw new SegmentError("schema-mismatch", `the table is not as ${file} says: ${shown.join(", ")}${more}`, {
    place,
    hint: "correct the value, or the type of the column in the schema",
  });
}

function faultOf(column: Column, { type, order, decimal }: SchemaColumn): string | null {
  const { reading, present, tie } = column;
  if (tie !== undefined || present === 0 || type === null) return null;
  if (column.type !== type && !(isNumber(column.type) && isNumber(type))) {
    const odd = column.oddValue === undefined ? "" : ` (such as “${column.oddValue.value.slice(0, 40)}”)`;
    return `is ${typeWords[column.type]}${odd}, not ${typeWords[type]}`;
  }
  if (column.stored !== "text") return null;
  const isOther = "order" in reading && order !== null && reading.order !== order && reading.order !== "ymd";
  if (isOther) return `is written ${reading.order}, not ${order}`;
  const isComma = "decimal" in reading && reading.decimal === "," && decimal !== ",";
  return isComma ? "has a decimal comma, not a point" : null;
}

function isCount(order: SchemaColumn["order"]): order is DateCount {
  return dateCounts.some((count) => count === order);
}

function isNumber(type: ColumnType | null): boolean {
  return type === "integer" || type === "number";
}

function nameList(names: readonly string[]): string {
  return names.slice(0, 12).join(", ") + (names.length > 12 ? ` and ${names.length - 12} more` : "");
}
