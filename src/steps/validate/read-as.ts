import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column, Tie } from "../../core/schema.ts";
import { commonContent, delimitersOf, type ReadingOptions, type Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { sql } from "../../sql/template.ts";
import { plainReading } from "../derive.ts";
import { notationOfTextSql } from "../reading/amount-sql.ts";
import { sampleColumn } from "../reading/candidates.ts";
import type { ColumnEvidence } from "../reading/column-evidence.ts";
import { writtenTimeSql, type DateFamily } from "../reading/date-families.ts";
import { decideDates, type DateEvidence } from "../reading/decide-dates.ts";
import { decideNumbers } from "../reading/decide-numbers.ts";
import type { Decision } from "../reading/decision.ts";
import { notation, notNumber } from "../reading/number-shapes.ts";
import { isMissingSql, isPlainNumberSql, plainSpacesSql } from "../reading/number-sql.ts";
import { sampleValues } from "../reading/sample-values.ts";
import { surveyTable } from "../reading/survey.ts";
import { declaredNotations } from "../reading/reading-options.ts";
import { dateTie, decimalTie, requireSettled } from "../reading/ties.ts";
import { dateBit } from "../reading/value-bits.ts";
import { valueSql } from "../reading/values.ts";

/** The values of a column in a type; all SQL over the table's relation. */
export interface TypedValues {
  /** The value, null where missing or not of the type. */
  readonly value: Sql;
  /** Whether there is none: null, empty, blank, a null word, not a number. */
  readonly missing: Sql;
  /** Whether a value that is there is of the type; null where the column's reading says that all are. */
  readonly fits: Sql | null;
  readonly column: Column;
}

/** What of a table tells how the text of its columns is read. */
export interface ReadingContext {
  readonly engine: Engine;
  readonly table: Table;
  readonly sources: readonly Source[];
  readonly options: ReadingOptions;
  /** What text columns were read as, so that several checks of one ask for it once. */
  readonly readings: Map<string, TypedValues>;
}

/** The values of a column by its own reading. A text is missing where it is empty or blank. */
export function ownValues(column: Column): TypedValues {
  const { ref, stored, type } = column;
  if (stored === "typed") {
    const value = type === "number" ? sql`nullif(${ref}, ${Number.NaN})` : ref;
    return { value, missing: sql`${value} is null`, fits: null, column };
  }
  // Where most values are numbers, dates or flags, a word such as n/a stands for none, as it does where all are.
  if (type === "text" && column.oddValue === undefined && column.tie === undefined) {
    return { value: ref, missing: sql`(${ref} is null or ${plainSpacesSql(ref)} = '')`, fits: null, column };
  }
  return { value: valueSql(column), missing: isMissingSql(ref), fits: null, column };
}

/** Notations that a decimal point alone explains. */
const plainNotations =
  notation.integer | notation.plain | notation.point | notation.eitherPoint | notation.exponent | notation.infinite;

/**
 * A text column as numbers, where not every value is one: its marks are decided, as those of any column, on the values
 * that are, and the others do not fit. One scan of the column. Throws `ambiguous-input` where two readings tie.
 */
export async function asNumbers(context: ReadingContext, column: Column): Promise<TypedValues> {
  return once(context, `number ${column.name}`, () => readNumbers(context, column));
}

async function readNumbers(context: ReadingContext, column: Column): Promise<TypedValues> {
  const { table, sources, options } = context;
  const evidence = await mostly(context, column, "number");
  const bits = evidence.bits & ~notNumber;
  const delimiters = delimitersOf(sources);
  const isJson = commonContent(sources) === "json";
  const told = { ...options, declared: declaredNotations([column]) };
  const decision: Decision | null =
    bits === 0 ? null : decideNumbers([{ ...evidence, bits }], delimiters, told, isJson)[0]!.decision;
  if (decision?.kind === "open")
    throwTie(table, column, decimalTie([{ name: column.name, example: decision.example }]));
  const isRead = decision?.kind === "read" && "decimal" in decision.reading;
  const reading = isRead ? decision.reading : plainReading("number");
  const bit = notationOfTextSql(column.ref);
  const allowed = sql`((${bit}) & ${isRead ? notNumber : ~plainNotations & 0x7fffffff} = 0)`;
  const fits = sql`(coalesce(${isPlainNumberSql(column.ref, "plain")}, false) or ${allowed})`;
  return typedBy(column, fits, { ...column, type: reading.type, reading });
}

const isoDays: DateFamily = {
  kind: "digits",
  separator: "-",
  yearFirst: true,
  yearDigits: 4,
  time: "none",
  zone: false,
};

/**
 * A text column as dates or times, where not every value is one: written as most values that are dates, in the order that
 * they allow; ISO days where there are none. One scan of the column. Throws `ambiguous-input` where two orders tie.
 */
export async function asDates(context: ReadingContext, column: Column): Promise<TypedValues> {
  return once(context, `date ${column.name}`, () => readDates(context, column));
}

async function readDates(context: ReadingContext, column: Column): Promise<TypedValues> {
  const { table, options } = context;
  const evidence = await mostly(context, column, "date");
  const bits = evidence.bits & ~dateBit.odd;
  const words = { dayFirst: null, monthFirst: null };
  const told = { ...options, declared: declaredNotations([column]) };
  const { decided, refused } = decideDates([{ ...(evidence as DateEvidence), bits }], told, words, null);
  if (refused.length > 0) {
    throw new SegmentError("bad-option-value", `--dates ${refused[0]!.order} does not fit the dates of ${column.name}`);
  }
  const { decision } = decided[0]!;
  if (bits !== 0 && decision.kind === "open") {
    throwTie(table, column, dateTie([{ name: column.name, example: decision.example }]));
  }
  const reading = bits !== 0 && decision.kind === "read" && "format" in decision.reading ? decision.reading : plainDate;
  const fits = sql`((${writtenTimeSql(column.ref, reading)}) is not null)`;
  return typedBy(column, fits, { ...column, type: reading.type, reading });
}

async function once(
  { readings }: ReadingContext,
  name: string,
  read: () => Promise<TypedValues>,
): Promise<TypedValues> {
  const values = readings.get(name) ?? (await read());
  readings.set(name, values);
  return values;
}

const plainDate = { type: "date", order: "ymd", format: "%Y-%m-%d" } as const;

function typedBy(column: Column, fits: Sql, read: Column): TypedValues {
  return {
    value: sql`case when ${fits} then ${valueSql(read)} end`,
    missing: isMissingSql(column.ref),
    fits,
    column: read,
  };
}

/** What a text column's values say of it when it is taken for one of numbers or dates. */
async function mostly(
  { engine, table, sources, options }: ReadingContext,
  column: Column,
  kind: "number" | "date",
): Promise<ColumnEvidence> {
  const loaded = { name: column.name, ref: column.ref, type: "text", stored: "text" } as const;
  const alone = { ...table, columns: [loaded] };
  const sampled = sampleColumn(loaded, (await sampleValues(engine, alone, sources)).get(loaded) ?? [], options);
  const example = sampled.values[0] ?? "";
  const candidate =
    sampled.candidate.kind === kind
      ? sampled.candidate
      : kind === "number"
        ? ({ kind, check: null, example } as const)
        : ({ kind, written: [{ family: isoDays, example }], example } as const);
  const [evidence] = await surveyTable(engine, alone, [{ ...sampled, candidate }], null);
  return evidence!;
}

function throwTie(table: Table, column: Column, tie: Tie): never {
  requireSettled({ ...table, columns: [{ ...column, tie }] });
  throw new SegmentError("bug", "a tie was settled");
}
