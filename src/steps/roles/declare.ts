import type { Engine, LoadedColumn, LoadedTable, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { typeWords, type Column, type ColumnType } from "../../core/schema.ts";
import type { DateCount, DeclaredNotation, ReadingOptions, Source } from "../../core/source.ts";
import { describeTable, type ExaminedTable, examineTable } from "../describe.ts";
import { dateCounts } from "../reading/day-counts.ts";
import { saysComma, saysPoint } from "../reading/decide-numbers.ts";
import { notNumber } from "../reading/number-shapes.ts";
import type { UnfitValues } from "../reading/odd-values.ts";
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
  const { given, declared } = byColumn(loaded, schema, isJudged);
  // Whoever judges the fit tells whole numbers from others by itself.
  const asked = isJudged ? withoutWhole(schema) : schema;
  const told = toldOptions(options, asked);
  const table = await describeTable(engine, given, sources, told);
  const settled = settlingOptions(table, declared, told);
  const read = settled === null ? table : await describeTable(engine, given, sources, settled);
  const fault = isJudged ? null : faultIn(read, declared, sources, schema.file);
  if (fault !== null) throw await fault();
  return declaredTable(read, schema);
}

/**
 * What `describeBySchema` finds, with the values that do not fit the schema or the options instead of throwing; `fault` is
 * the error that stands for those of the schema, null where there are none.
 */
export async function examineBySchema(
  engine: Engine,
  loaded: LoadedTable,
  sources: readonly Source[],
  options: ReadingOptions,
  schema: TableSchema,
): Promise<ExaminedTable & { readonly fault: (() => Promise<SegmentError>) | null }> {
  const { given, declared } = byColumn(loaded, schema, false);
  const told = toldOptions(options, schema);
  const found = await examineTable(engine, given, sources, told);
  const settled = settlingOptions(found.table, declared, told, found.odd);
  const read = settled === null ? found : await examineTable(engine, given, sources, settled);
  const asked = read.refused.map((values) => {
    const { name } = values.evidence.column;
    return options.dates?.has(name) === true ? values : statedBy(values, declared.get(name)!, schema.file);
  });
  const fault = faultIn(read.table, declared, sources, schema.file);
  if (asked.length > 0 || fault === null) return { ...read, refused: asked, fault: asked.length > 0 ? fault : null };
  const unfit = read.table.columns.flatMap((column) => {
    const own = declared.get(column.name);
    return own === undefined || faultOf(column, own) === null ? [] : unfitOf(read.odd.get(column.name), own, options);
  });
  return { ...read, refused: unfit.map(([values, own]) => statedBy(values, own, schema.file)), fault };
}

function statedBy(values: UnfitValues, { type }: SchemaColumn, file: string): UnfitValues {
  return { ...values, stated: `the type ${type} that ${file} states` };
}

/** The values of a column that is text because of them, where it is of the kind that the schema states. */
function unfitOf(
  values: UnfitValues | undefined,
  own: SchemaColumn,
  options: ReadingOptions,
): readonly (readonly [UnfitValues, SchemaColumn])[] {
  if (values === undefined) return [];
  const { kind } = values.evidence.candidate;
  const { bits } = values.evidence;
  if (kind === "boolean" && own.type === "boolean") return [[values, own]];
  if (kind === "date" && (own.type === "date" || own.type === "timestamp")) return [[values, own]];
  if (kind !== "number" || !isNumber(own.type)) return [];
  const isMixed = (bits & notNumber) === 0 && (bits & saysPoint) !== 0 && (bits & saysComma) !== 0;
  const isComma = (own.decimal ?? options.decimal) === ",";
  return [[isMixed && isComma ? { ...values, bits: bits & saysPoint } : values, own]];
}

/** The columns as the schema has them. Throws `schema-mismatch` for a table with none of them. */
function byColumn(
  loaded: LoadedTable,
  schema: TableSchema,
  isJudged: boolean,
): { readonly given: LoadedTable; readonly declared: ReadonlyMap<string, SchemaColumn> } {
  const declared = new Map(schema.columns.map((column) => [column.name, column]));
  if (!isJudged && !loaded.columns.some(({ name }) => declared.has(name))) {
    throw new SegmentError("schema-mismatch", "the table has none of the columns of the schema", {
      place: { file: schema.file },
      hint: `it is of ${nameList(schema.columns.map(({ name }) => name))}`,
    });
  }
  const columns = loaded.columns.map((column) => asDeclared(column, declared.get(column.name)));
  return { given: { ...loaded, columns }, declared };
}

function withoutWhole(schema: TableSchema): TableSchema {
  const columns = schema.columns.map((one) => (one.type === "integer" ? { ...one, type: "number" as const } : one));
  return { ...schema, columns };
}

/** The options with how a schema says that columns are written. */
function toldOptions(options: ReadingOptions, { columns }: TableSchema): ReadingOptions {
  return { ...options, declared: new Map(columns.map((column) => [column.name, notationOf(column)])) };
}

/** A table whose columns have what a schema declares of them. */
export function declaredTable(table: Table, schema: TableSchema): Table {
  const declared = new Map(schema.columns.map((column) => [column.name, column]));
  const columns = table.columns.map((column) => {
    const own = declared.get(column.name);
    if (own === undefined) return column;
    return { ...column, declared: { type: own.type, role: own.role }, declaredNotation: notationOf(own) };
  });
  return { ...table, columns };
}

/** The columns of a schema that a table has not. */
export function columnsLacking(schema: TableSchema, table: Table): readonly string[] {
  const has = new Set(table.columns.map(({ name }) => name));
  return schema.columns.map(({ name }) => name).filter((name) => !has.has(name));
}

function asDeclared(column: LoadedColumn, declared: SchemaColumn | undefined): LoadedColumn {
  if (declared?.type === undefined || declared.type === null || column.stored !== "text") return column;
  if (declared.type !== "text") {
    // What the file calls a string is what the schema says that it is.
    if (column.strings === undefined || column.note !== undefined) return column;
    const { strings: _strings, ...open } = column;
    return open;
  }
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

/**
 * The options with what the schema says of numbers that may count days or seconds and, given what is odd of them, of dates;
 * null where it says nothing of them.
 */
function settlingOptions(
  { columns }: Table,
  declared: ReadonlyMap<string, SchemaColumn>,
  options: ReadingOptions,
  odd?: ReadonlyMap<string, UnfitValues>,
): ReadingOptions | null {
  const dates = new Map(options.dates);
  for (const { name, type, reading } of columns) {
    const own = declared.get(name);
    if (own === undefined || options.dates?.has(name) === true) continue;
    // The numbers of a night may leave it open.
    const isCounted = "order" in reading && isCount(reading.order);
    if (isNumber(own.type) && isCounted) dates.set(name, "none");
    if (isCount(own.order) && isNumber(type)) dates.set(name, own.order);
    // With the order stated, the values that are against it are known.
    const isOddDate = type === "text" && odd?.get(name)?.evidence.candidate.kind === "date";
    if (isOddDate && (own.type === "date" || own.type === "timestamp") && own.order !== null && !isCount(own.order))
      dates.set(name, own.order);
  }
  return dates.size === (options.dates?.size ?? 0) ? null : { ...options, dates };
}

/** The error that a table is which does not fit; null where it does. */
function faultIn(
  table: Table,
  declared: ReadonlyMap<string, SchemaColumn>,
  sources: readonly Source[],
  file: string,
): (() => Promise<SegmentError>) | null {
  const faults = table.columns.flatMap((column) => {
    const own = declared.get(column.name);
    const what = own === undefined ? null : faultOf(column, own);
    return what === null ? [] : [{ column, what }];
  });
  const [first] = faults;
  if (first === undefined) return null;
  return async () => {
    const shown = faults.slice(0, 8).map(({ column, what }) => `${column.name} ${what}`);
    const more = faults.length > 8 ? ` and ${faults.length - 8} more` : "";
    const { name, oddValue } = first.column;
    const place = oddValue === undefined ? { column: name } : await placeOf(sources, oddValue.row, name);
    return new SegmentError("schema-mismatch", `the table is not as ${file} says: ${shown.join(", ")}${more}`, {
      place,
      hint: "correct the value, or the type of the column in the schema, or set rows of single values aside with --quarantine FILE",
    });
  };
}

function faultOf(column: Column, { type, order, decimal }: SchemaColumn): string | null {
  const { reading, present, tie } = column;
  if (tie !== undefined || present === 0 || type === null) return null;
  if (column.type !== type && !(isNumber(column.type) && isNumber(type))) {
    const odd = column.oddValue === undefined ? "" : ` (such as “${column.oddValue.value.slice(0, 40)}”)`;
    return `is ${typeWords[column.type]}${odd}, not ${type === "integer" ? "whole numbers" : typeWords[type]}`;
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
