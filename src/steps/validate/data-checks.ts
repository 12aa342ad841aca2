import type { Column, ColumnType } from "../../core/schema.ts";
import { commonContent } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { didYouMean } from "../../core/suggest.ts";
import { splitList } from "../../core/options.ts";
import { SegmentError } from "../../core/errors.ts";
import { asText, matchesWhole } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { matchColumns } from "../match-columns.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { isMissingSql, plainSpacesSql } from "../reading/number-sql.ts";
import { requireSettled } from "../reading/ties.ts";
import { textSql } from "../reading/values.ts";
import { asked, badAsk, type Ask, type CheckKind } from "./asks.ts";
import { isDay, plainNumber, readBounds, type Bound, type Bounds } from "./bounds.ts";
import { asDates, asNumbers, ownValues, type ReadingContext, type TypedValues } from "./read-as.ts";
import { keyColumns, splitColumn } from "./split-column.ts";

/** A data check of a table, ready to be run. */
export interface DataCheck {
  readonly check: CheckKind;
  /** The column, or `a + b` of a key; null for a check of the whole table. */
  readonly column: string | null;
  /** What was asked, in words such as `18..99`. */
  readonly asked: string;
  readonly test: Test;
}

/** How a check is decided; all SQL over the table's relation. */
export type Test =
  /** Rows for which `fails` is true. `shown` is the text of what is wrong with them. `what` says more of a failure. */
  | { readonly by: "rows"; readonly fails: Sql; readonly shown: Sql; readonly what?: string; readonly blurred?: Sql }
  /** Rows that share their key with another; those for which `missing` is true have none. */
  | { readonly by: "keys"; readonly keys: readonly Sql[]; readonly missing: Sql; readonly shown: Sql }
  /** Rows for which `fails` is true, and how far the newest day is from a given one. */
  | {
      readonly by: "newest";
      readonly fails: Sql;
      readonly shown: Sql;
      readonly newest: Sql;
      readonly asOf: string;
      readonly days: number;
    }
  /** Known without a look at the rows; `failing` is 0 where it is about rows and none fails. */
  | { readonly by: "table"; readonly passed: boolean; readonly found: string; readonly failing: 0 | null };

/**
 * Turns what was asked into checks of this table, in the order asked. Columns that a check reads by their type must be
 * settled. Costs one scan more for each text column that is checked as numbers or dates. Throws `unknown-column`,
 * `bad-option-value`, `bad-rules`, `ambiguous-input`.
 */
export async function dataChecks(
  context: ReadingContext,
  asks: readonly Ask[],
  asOf: string | null,
): Promise<readonly DataCheck[]> {
  const checks: DataCheck[] = [];
  for (const ask of asks) checks.push(...(await checksOf(context, ask, asOf)));
  return checks;
}

async function checksOf(context: ReadingContext, ask: Ask, asOf: string | null): Promise<readonly DataCheck[]> {
  const { table } = context;
  switch (ask.kind) {
    case "not-null": {
      const { names } = asked(ask.origin, () => matchColumns(table.columns, [String(ask.words)], "--not-null"));
      return table.columns.filter(({ name }) => names.includes(name)).map(notNull);
    }
    case "unique":
      return [unique(keyColumns(table.columns, ask))];
    case "range":
      return [await range(context, ask)];
    case "set":
      return [inSet(context, ask)];
    case "regex":
      return [await regex(context, ask)];
    case "schema":
      return [await ofType(context, ask)];
    case "rows":
      return [rowCount(table.rows, ask)];
    case "fresh":
      return [await fresh(context, ask, asOf)];
  }
}

/** The text of a cell as the output has it. */
function cellText(column: Column): Sql {
  const text = textSql(column);
  return column.stored === "typed" ? asText(text) : text;
}

function notNull(column: Column): DataCheck {
  const isText = column.stored === "text" && column.type === "text" && column.oddValue === undefined;
  const { missing } = ownValues(column);
  return {
    check: "not-null",
    column: column.name,
    asked: "a value in every row",
    test: {
      by: "rows",
      fails: missing,
      shown: sql`coalesce(${cellText(column)}, '')`,
      ...(isText && column.tie === undefined ? { blurred: sql`${isMissingSql(column.ref)} and not ${missing}` } : {}),
    },
  };
}

function unique(columns: readonly Column[]): DataCheck {
  const missing = columns.map((column) => ownValues(column).missing);
  return {
    check: "unique",
    column: columns.map(({ name }) => name).join(" + "),
    asked: columns.length === 1 ? "no value twice" : "no combination twice",
    test: {
      by: "keys",
      keys: columns.map(({ ref }) => ref),
      missing: sql`(${join(missing, " or ")})`,
      shown: join(
        columns.map((column) => cellText(column)),
        " || ' + ' || ",
      ),
    },
  };
}

async function range(context: ReadingContext, ask: Ask): Promise<DataCheck> {
  const isRange = (text: string): boolean => typeof readBounds(text) !== "string";
  const { column, argument } = splitColumn(context.table.columns, ask, "COLUMN:LOW..HIGH", isRange);
  const bounds = readBounds(String(argument));
  if (typeof bounds === "string") {
    throw badAsk(ask.origin, bounds, "write it like age:18..99, age:18.. or signup:2020-01-01..2024-12-31");
  }
  requireSettled(context.table, [column.name]);
  const isNumber = column.type === "integer" || column.type === "number";
  const isDate = column.type === "date" || column.type === "timestamp";
  const wanted = bounds.kind === "numbers" ? isNumber : isDate;
  if (!wanted && column.type !== "text") {
    const holds = isNumber ? "numbers" : isDate ? "dates" : "yes and no";
    throw badAsk(ask.origin, `the range is one of ${bounds.kind}, and ${column.name} holds ${holds}`);
  }
  const typed = wanted
    ? ownValues(column)
    : bounds.kind === "numbers"
      ? await asNumbers(context, column)
      : await asDates(context, column);
  const { low, high } = bounds;
  return {
    check: "range",
    column: column.name,
    asked: `${low?.text ?? ""}..${high?.text ?? ""}`,
    test: { by: "rows", fails: outside(typed, bounds), shown: cellText(column) },
  };
}

/** Whether a value lies outside, or is not of the column's type. */
function outside(typed: TypedValues, bounds: Bounds): Sql {
  return orUnfit(
    typed,
    sql`not (${bounds.kind === "numbers" ? insideNumbers(typed, bounds) : insideDates(typed, bounds)})`,
  );
}

/** Whether `fails` holds for a value, or it has none in the type: a missing one passes. */
function orUnfit({ fits, missing }: TypedValues, fails: Sql): Sql {
  return fits === null ? fails : sql`(coalesce(${fails}, true) and not ${missing})`;
}

function insideNumbers({ value: number, column }: TypedValues, { low, high }: Bounds): Sql {
  const isWhole = column.type === "integer";
  const limit = (bound: Bound | null, open: number, inwards: (x: number) => number): Sql | null => {
    if (bound?.kind !== "number") return isWhole ? null : value(open);
    const end = numberValue(bound.text);
    return value(isWhole && typeof end === "number" ? inwards(end) : end);
  };
  // An infinite value lies in no range, open or not.
  return between(number, limit(low, -Number.MAX_VALUE, Math.ceil), limit(high, Number.MAX_VALUE, Math.floor));
}

function between(of: Sql, low: Sql | null, high: Sql | null): Sql {
  if (low === null) return sql`${of} <= ${high}`;
  return high === null ? sql`${of} >= ${low}` : sql`${of} between ${low} and ${high}`;
}

/** A number in plain notation; a whole one beyond 2^53 keeps its digits. Null for anything else. */
function numberValue(text: string): number | bigint | null {
  const number = plainNumber(text);
  const isLong = number !== null && /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(number);
  return isLong ? BigInt(text.replace(/^\+/, "")) : number;
}

function insideDates({ value: time }: TypedValues, { low, high }: Bounds): Sql {
  const day = sql`cast(${time} as date)`;
  const moment = sql`cast(${time} as timestamp)`;
  const end = ({ kind, text }: Bound): Sql =>
    kind === "date" ? sql`cast(${text} as date)` : sql`cast(${text} as timestamp)`;
  const ends = [low, high].map((bound) => (bound === null ? null : end(bound)));
  const of = (bound: Bound | null): Sql => (bound?.kind === "date" ? day : moment);
  if (low === null || high === null || low.kind === high.kind) return between(of(low ?? high), ends[0]!, ends[1]!);
  return sql`${of(low)} >= ${ends[0]!} and ${of(high)} <= ${ends[1]!}`;
}

function inSet(context: ReadingContext, ask: Ask): DataCheck {
  const { column, argument } = splitColumn(context.table.columns, ask, "COLUMN:A,B,C");
  const members = typeof argument === "string" ? splitList(argument) : argument;
  if (members.length === 0) throw badAsk(ask.origin, "the set is empty", "write it like country:FR,BE,CH");
  const isNumber = (column.type === "integer" || column.type === "number") && column.tie === undefined;
  const { value: own, missing } = ownValues(column);
  const isFlag = column.type === "boolean" && column.tie === undefined;
  const list = isNumber
    ? members.flatMap((member) => numberValue(member) ?? [])
    : members.map((member) => (isFlag ? member.toLowerCase() : member));
  const text = isFlag ? sql`lower(${plainSpacesSql(cellText(column))})` : cellText(column);
  const listed = join(list.map(value), ", ");
  const isIn = list.length === 0 ? sql`false` : sql`${isNumber ? own : text} in (${listed})`;
  return {
    check: "set",
    column: column.name,
    asked: members.join(", "),
    test: { by: "rows", fails: sql`(not coalesce(${isIn}, false) and not ${missing})`, shown: cellText(column) },
  };
}

async function regex(context: ReadingContext, ask: Ask): Promise<DataCheck> {
  const { column, argument } = splitColumn(context.table.columns, ask, "COLUMN:PATTERN");
  const pattern = String(argument);
  if (pattern === "") throw badAsk(ask.origin, "the pattern is empty");
  try {
    await context.engine.rows(sql`select ${matchesWhole(sql`''`, value(pattern))} as matches`, 1);
  } catch (error) {
    if (!(error instanceof SegmentError) || error.code !== "engine-failed") throw error;
    throw badAsk(ask.origin, `not a pattern of RE2: ${error.message}`);
  }
  const { missing } = ownValues(column);
  const text = cellText(column);
  return {
    check: "regex",
    column: column.name,
    asked: pattern,
    test: { by: "rows", fails: sql`(not ${matchesWhole(text, value(pattern))} and not ${missing})`, shown: text },
  };
}

const columnTypes: readonly ColumnType[] = ["text", "integer", "number", "boolean", "date", "timestamp"];

/** Whether every value of a column is of a type: whole numbers are numbers, and delimited text, which has no types, is text. */
async function ofType(context: ReadingContext, ask: Ask): Promise<DataCheck> {
  const { table, sources } = context;
  const { name, word } = typeWords(table.columns, ask);
  const wanted = columnTypes.find((type) => type === word);
  if (wanted === undefined) {
    throw badAsk(
      ask.origin,
      `${word} is no type`,
      didYouMean(word, columnTypes) || `types are ${columnTypes.join(", ")}`,
    );
  }
  const check = { check: "schema", column: name, asked: wanted } as const;
  const column = table.columns.find((one) => one.name === name);
  if (column === undefined) {
    const near = didYouMean(
      name,
      table.columns.map((one) => one.name),
    );
    return {
      ...check,
      test: {
        by: "table",
        passed: false,
        found: near === "" ? "no such column" : `no such column; ${near}`,
        failing: null,
      },
    };
  }
  if (wanted !== "text") requireSettled(table, [name]);
  const { type, stored, present } = column;
  if (type === wanted || (type === "integer" && wanted === "number") || present === 0) {
    return { ...check, test: { by: "table", passed: true, found: present === 0 ? "no value" : type, failing: 0 } };
  }
  // Strings of Parquet and JSON are declared so; delimited text may stand for anything, and is text as it is.
  const isDelimited = stored === "text" && commonContent(sources) === "csv";
  if (isDelimited && wanted === "text")
    return { ...check, test: { by: "table", passed: true, found: "text", failing: 0 } };
  const shown = cellText(column);
  const own = ownValues(column);
  const every: Test = { by: "rows", fails: sql`(not ${own.missing})`, shown, what: `the column holds ${type}` };
  if (!isDelimited) return { ...check, test: every };
  const words = await valuesOfType(context, column, wanted);
  if (words === null) return { ...check, test: every };
  return { ...check, test: { by: "rows", fails: sql`(not ${words.fits} and not ${words.missing})`, shown } };
}

/** Which values of a column of delimited text are of a type that not all are; null where none can be. */
async function valuesOfType(
  context: ReadingContext,
  column: Column,
  wanted: ColumnType,
): Promise<{ readonly missing: Sql; readonly fits: Sql } | null> {
  const missing = isMissingSql(column.ref);
  const isWhole = (of: Column): Sql => matchesWhole(plainSpacesSql(textSql(of)), value("[+-]?[0-9]+"));
  if (wanted === "integer" && column.type === "number") return { missing, fits: isWhole(column) };
  if (column.type !== "text") return null;
  switch (wanted) {
    case "integer":
    case "number": {
      const { fits, column: read } = await asNumbers(context, column);
      return { missing, fits: wanted === "number" ? fits! : sql`(${fits!} and ${isWhole(read)})` };
    }
    case "date":
    case "timestamp": {
      const { fits, column: read } = await asDates(context, column);
      return read.type === wanted ? { missing, fits: fits! } : null;
    }
    case "boolean": {
      const words = join([...yesWords, ...noWords].map(value), ", ");
      return { missing, fits: sql`(lower(${plainSpacesSql(column.ref)}) in (${words}))` };
    }
    case "text":
      return null;
  }
}

/** `COLUMN:TYPE`, where the column need not exist. */
function typeWords(columns: readonly Column[], ask: Ask): { readonly name: string; readonly word: string } {
  if (ask.column !== null) return { name: ask.column, word: String(ask.words).trim().toLowerCase() };
  const text = String(ask.words);
  const at = text.lastIndexOf(":");
  if (at <= 0) {
    const isColumn = columns.some(({ name }) => name === text.trim());
    throw badAsk(ask.origin, "not COLUMN:TYPE", isColumn ? `types are ${columnTypes.join(", ")}` : "");
  }
  return {
    name: text.slice(0, at).trim(),
    word: text
      .slice(at + 1)
      .trim()
      .toLowerCase(),
  };
}

function rowCount(rows: number, ask: Ask): DataCheck {
  const text = String(ask.words).trim();
  const bounds = /^\d+$/.test(text) ? readBounds(`${text}..${text}`) : readBounds(text);
  const ends = typeof bounds === "string" ? [] : [bounds.low, bounds.high];
  const counts = ends.map((end) => (end?.kind === "number" && /^\d+$/.test(end.text) ? end.value : null));
  if (ends.length === 0 || ends.some((end, i) => end !== null && counts[i] === null)) {
    throw badAsk(ask.origin, `${text} is no range of row counts`, "write it like 1000..2000, 1000.. or ..2000");
  }
  const [low = null, high = null] = counts;
  const passed = (low === null || rows >= low) && (high === null || rows <= high);
  return {
    check: "rows",
    column: null,
    asked: text,
    test: { by: "table", passed, found: String(rows), failing: null },
  };
}

async function fresh(context: ReadingContext, ask: Ask, asOf: string | null): Promise<DataCheck> {
  const { table } = context;
  const { column, argument } = splitColumn(table.columns, ask, "COLUMN:DAYS", (text) => /^\s*\d+\s*$/.test(text));
  const words = String(argument).trim();
  if (!/^\d{1,6}$/.test(words)) throw badAsk(ask.origin, `${words} is no number of days`, "write it like signup:30");
  if (asOf === null) throw badAsk(ask.origin, "freshness is measured from a given day", "add --as-of 2024-12-31");
  requireSettled(table, [column.name]);
  const isDate = column.type === "date" || column.type === "timestamp";
  if (!isDate && column.type !== "text") throw badAsk(ask.origin, `${column.name} holds ${column.type}, not dates`);
  const typed = isDate ? ownValues(column) : await asDates(context, column);
  const day = sql`cast(${typed.value} as date)`;
  const later = sql`${day} > cast(${asOf} as date)`;
  const fails = orUnfit(typed, later);
  const days = Number(words);
  return {
    check: "fresh",
    column: column.name,
    asked: `${days} ${days === 1 ? "day" : "days"} before ${asOf}`,
    test: {
      by: "newest",
      fails,
      shown: cellText(column),
      newest: sql`max(case when ${day} <= cast(${asOf} as date) then ${day} end)`,
      asOf,
      days,
    },
  };
}

/** Reads `--as-of`. Throws `bad-option-value`. */
export function readAsOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (isDay(text.trim())) return text.trim();
  throw new SegmentError("bad-option-value", `--as-of ${text}: not a day`, { hint: "write it like 2024-12-31" });
}
