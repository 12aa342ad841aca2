import type { Context, LoadedTable, Table } from "../core/context.ts";
import type { ColumnType } from "../core/schema.ts";
import { SegmentError } from "../core/errors.ts";
import { flagName } from "../core/options.ts";
import {
  unseenSubject,
  type DateCount,
  type Encoding,
  type InputFormat,
  type ReadingOptions,
  type ReadOptions,
  type Source,
} from "../core/source.ts";
import { describeTable, examineTable } from "./describe.ts";
import { parseDialect } from "./file-dialect/file-dialect.ts";
import { settling } from "./file-dialect/freeze-dialect.ts";
import { heldTicks } from "./file-dialect/held-ticks.ts";
import { holdReadings } from "./file-dialect/hold-readings.ts";
import { type NamedDialect, openByDialect } from "./file-dialect/open-by-dialect.ts";
import { isDateCount } from "./reading/day-counts.ts";
import { refuseIdleReading } from "./idle-reading.ts";
import { withoutNullWords } from "./reading/null-words.ts";
import { parseReadingOptions } from "./reading/reading-options.ts";
import { withTicked } from "./reading/ticked-columns.ts";
import { withTypedCounts } from "./reading/typed-counts.ts";
import { openColumnsWarning } from "./reading/ties.ts";
import { columnsLacking, describeBySchema } from "./roles/declare.ts";
import { readSchema, type TableSchema } from "./roles/schema-file.ts";
import { describeFitting } from "./set-aside/describe-fitting.ts";
import { openValueAside, type ValueAside } from "./set-aside/value-aside.ts";

/** The reading options of a command line, as their table types them. */
export interface ReadWords {
  readonly from?: InputFormat | undefined;
  readonly sheet?: string | undefined;
  readonly table?: string | undefined;
  readonly query?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly encoding?: Encoding | undefined;
  readonly header?: boolean | undefined;
  readonly skipLines?: number | undefined;
  readonly headerRows?: number | undefined;
  readonly footerLines?: number | undefined;
  readonly decimal?: "." | "," | undefined;
  readonly dates?: readonly string[] | undefined;
  /** Words for a missing value beside those that the reader knows. */
  readonly null?: readonly string[] | undefined;
  /** Columns of ticks: an empty cell is a no. */
  readonly ticked?: readonly string[] | undefined;
  /** A file that `--save-dialect` wrote: it settles all of the above. */
  readonly dialect?: string | undefined;
  readonly quarantine?: string | undefined;
  readonly schema?: string | undefined;
}

/** Reading options that a saved model holds: columns of ticks, and what the numbers of columns of dates count. */
export interface LearnedReading {
  readonly ticked: readonly string[];
  readonly counts: Readonly<Record<string, DateCount>>;
}

/** What of the reading options of a command line a model holds; undefined where that is nothing. */
export function learnedReading(words: ReadWords): LearnedReading | undefined {
  const counts = [...(parseReadingOptions(words).dates ?? [])].flatMap(([name, count]) =>
    isDateCount(count) ? [[name, count] as const] : [],
  );
  const { ticked = [] } = words;
  return ticked.length + counts.length === 0 ? undefined : { ticked, counts: Object.fromEntries(counts) };
}

export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** A table that is open, with what its files were and what deserves a word. */
export interface OpenedTable {
  readonly table: Table;
  readonly sources: readonly Source[];
  readonly quarantined: number;
  readonly warnings: readonly Warning[];
  /** Columns of types that tables here do not have, with what the engine did to them. */
  readonly retyped?: readonly { readonly name: string; readonly note: string }[];
  /** What `--schema` declares; null without it. */
  readonly schema: TableSchema | null;
}

/**
 * Opens, loads and describes the inputs of a command. Columns that can be read in two ways stay text, with a warning. With
 * `schema: "made"`, a schema file that is not there, or is empty, is none: the command writes it; with `"judged"`, what
 * does not fit it is no error: the command checks it. `learned` is how a saved model's own table was read, for columns
 * that are here and not of that type already. Reading options that the inputs have no use for are refused, unless `idle`
 * ones are allowed because they are of other tables too; `asides`: the command sets rows aside by itself. Throws
 * `bad-rules`, `schema-mismatch`, `usage`.
 */
export async function openTable(
  context: Context,
  inputs: readonly string[],
  words: ReadWords,
  how: {
    readonly schema?: "made" | "judged";
    readonly learned?: LearnedReading | undefined;
    readonly idle?: "allowed";
    readonly asides?: boolean;
  } = {},
): Promise<OpenedTable> {
  const schema = words.schema === undefined ? null : await loadSchema(context, words.schema, how.schema === "made");
  const frozen = await readDialect(context, words);
  const given = parseReadingOptions(words);
  context.terminal.progress("opening");
  const files =
    frozen === null
      ? await context.io.open(inputs, readOptionsOf(words))
      : await openByDialect(context, inputs, frozen, words.quarantine);
  if (how.idle === undefined)
    refuseIdleReading(files, words, { isStated: isStated(words, schema), asides: how.asides === true });
  context.terminal.progress("loading");
  const { engine } = context;
  const read = await engine.load(files);
  const learned = fittingReading(read, how.learned);
  const typed = withCounts(given, { ...typedCounts(read, learned), ...frozen?.dialect.counts });
  const present = withoutNullWords(
    read,
    files,
    [...(frozen?.dialect.nullWords ?? []), ...(words.null ?? [])],
    how.idle,
  );
  const aside = words.quarantine === undefined ? null : openValueAside(context, words.quarantine);
  const ticks = await heldTicks(engine, present, frozen, inputs, aside);
  const tickedNames = [...new Set([...learned.ticked, ...(words.ticked ?? [])])];
  const ticked = await withTicked(engine, ticks.table, ticks.sources, tickedNames, aside);
  const loaded = await withTypedCounts(engine, ticked.table, ticked.sources, typed, aside);
  const readingOptions = await withTextCounts(context, loaded, given, typed, learned);
  const described = await describe(context, loaded, readingOptions, schema, how, aside);
  const held =
    frozen === null ? described : await holdReadings(engine, described.table, described.sources, frozen, inputs, aside);
  await aside?.save();
  const { table, sources } = held;
  const quarantined = sources.reduce((total, source) => total + source.quarantined, 0);
  const warnings: Warning[] = [];
  const open = openColumnsWarning(table);
  if (open !== null) warnings.push(open);
  const lacking = schema === null || how.schema === "judged" ? [] : columnsLacking(schema, table);
  if (lacking.length > 0) {
    const names = lacking.slice(0, 8).join(", ") + (lacking.length > 8 ? ` and ${lacking.length - 8} more` : "");
    warnings.push({
      code: "schema-columns-missing",
      message: `the schema has columns that the table has not: ${names}`,
    });
  }
  for (const source of sources) {
    const unseen = source.evidence.find(({ subject }) => subject === unseenSubject);
    if (unseen === undefined) continue;
    const place = sources.length > 1 ? `${source.label}: ` : "";
    warnings.push({ code: "unseen-in-header", message: `${place}${unseen.subject} ${unseen.why}: ${unseen.found}` });
  }
  const below = sources.flatMap((source) =>
    source.format === "csv" ? (source.layout?.footer ?? []).map((line) => ({ ...line, label: source.label })) : [],
  );
  if (below.length > 0) warnings.push(footerWarning(below, sources.length > 1, words.quarantine));
  const others = [...new Set(sources.flatMap((source) => (source.format === "parquet" ? (source.others ?? []) : [])))];
  if (others.length > 0) warnings.push(othersWarning(others));
  for (const { label, notices } of sources)
    for (const { code, message } of notices ?? [])
      warnings.push({ code, message: sources.length > 1 ? `${label}: ${message}` : message });
  const unfit = aside?.rows() ?? 0;
  if (unfit > 0) {
    const rows =
      unfit === 1
        ? "1 row holds a value that does not fit what is stated of its column"
        : `${unfit} rows hold values that do not fit what is stated of their columns`;
    const message = `${rows}, and went to ${words.quarantine}: first in ${aside?.first()}`;
    warnings.push({ code: "quarantined-values", message });
  }
  const blank = sources.reduce((total, { blankRows }) => total + (blankRows ?? 0), 0);
  const unread = quarantined - below.length - blank - unfit;
  if (unread > 0) {
    const message = `${unread} ${unread === 1 ? "row" : "rows"} could not be read and went to ${words.quarantine ?? "the quarantine"}`;
    warnings.push({ code: "quarantined-rows", message });
  }
  const retyped = read.columns.flatMap(({ name, note }) => (note === undefined ? [] : [{ name, note }]));
  return { table, sources, quarantined, warnings, retyped, schema };
}

/**
 * The options with the counts of a saved model for text that is numbers here: what is dates as it stands was counted once,
 * and is no longer.
 */
async function withTextCounts(
  { engine }: Context,
  { table, sources }: { readonly table: LoadedTable; readonly sources: readonly Source[] },
  given: ReadingOptions,
  typed: ReadingOptions,
  { counts }: LearnedReading,
): Promise<ReadingOptions> {
  if (Object.keys(counts).length === 0) return typed;
  const { table: found } = await examineTable(engine, table, sources, typed);
  const counted = found.columns.filter(({ name, stored, type }) => {
    const isTime = type === "date" || type === "timestamp";
    return stored === "text" && !isTime && name in counts && given.dates?.has(name) !== true;
  });
  if (counted.length === 0) return typed;
  return withCounts(given, Object.fromEntries(counted.map(({ name }) => [name, counts[name]!])));
}

/** Describes a table; what does not fit goes `aside` where there is such a place. */
async function describe(
  context: Context,
  { table, sources }: { readonly table: LoadedTable; readonly sources: readonly Source[] },
  options: ReadingOptions,
  schema: TableSchema | null,
  how: { readonly schema?: "made" | "judged" },
  aside: ValueAside | null,
): Promise<{ readonly table: Table; readonly sources: readonly Source[] }> {
  const { engine } = context;
  const isJudged = how.schema === "judged";
  if (aside !== null && !(isJudged && schema !== null))
    return describeFitting(context, table, sources, options, schema, aside);
  const described =
    schema === null
      ? await describeTable(engine, table, sources, options)
      : await describeBySchema(engine, table, sources, options, schema, isJudged);
  return { table: described, sources };
}

/** The schema in a file; null where `mayLack` and there is none, or an empty one. Throws `bad-rules`, `file-missing`. */
export async function loadSchema({ io }: Context, file: string, mayLack: boolean): Promise<TableSchema | null> {
  let text: string;
  try {
    text = await io.readText(file);
  } catch (error) {
    if (mayLack && error instanceof SegmentError && error.code === "file-missing") return null;
    throw error;
  }
  return mayLack && text.trim() === "" ? null : readSchema(text, file);
}

/** Whether the user states how some column is read, so that values may not fit. */
export function isStated(words: ReadWords, schema: TableSchema | null): boolean {
  const named = (words.dates ?? []).some((item) => item.includes("="));
  return schema !== null || named || (words.ticked ?? []).length > 0 || words.dialect !== undefined;
}

/** How the words of a command line have files read. Throws `usage` for two that contradict each other. */
function readOptionsOf(words: ReadWords): ReadOptions {
  const { from, sheet, table, query, encoding, delimiter, quote, header } = words;
  const { skipLines, headerRows, footerLines, quarantine } = words;
  if (header === false && headerRows !== undefined && headerRows > 0) {
    throw new SegmentError("usage", `--no-header and --header-rows ${headerRows} contradict each other`, {
      hint: "leave out one or the other",
    });
  }
  const isHeaded = header === false || headerRows === 0 ? false : undefined;
  const place = { skipLines, headerRows, footerLines, header: isHeaded };
  return { from, sheet, table, query, encoding, delimiter, quote, quarantine, ...place };
}

const settledByDialect = ["from", "sheet", ...settling] as const;

/** What numbers count, as a dialect or a model says; an option says more. */
function withCounts(options: ReadingOptions, counts: LearnedReading["counts"]): ReadingOptions {
  if (Object.keys(counts).length === 0) return options;
  return { ...options, dates: new Map([...Object.entries(counts), ...(options.dates ?? [])]) };
}

/** As far as columns are there and not of that type already. */
function fittingReading({ columns }: LoadedTable, learned: LearnedReading | undefined): LearnedReading {
  const { ticked = [], counts = {} } = learned ?? {};
  const isOpen = (name: string, types: readonly ColumnType[]): boolean =>
    columns.some((one) => one.name === name && (one.stored === "text" || types.includes(one.type)));
  return {
    ticked: ticked.filter((name) => isOpen(name, [])),
    counts: Object.fromEntries(Object.entries(counts).filter(([name]) => isOpen(name, ["integer", "number"]))),
  };
}

/** Those of numbers in typed files, which are dates before the table is described. */
function typedCounts({ columns }: LoadedTable, { counts }: LearnedReading): LearnedReading["counts"] {
  const typed = new Set(columns.filter(({ stored }) => stored === "typed").map(({ name }) => name));
  return Object.fromEntries(Object.entries(counts).filter(([name]) => typed.has(name)));
}

async function readDialect({ io }: Context, words: ReadWords): Promise<NamedDialect | null> {
  const file = words.dialect;
  if (file === undefined) return null;
  const given = settledByDialect.filter((name) => words[name] !== undefined).map((name) => `--${flagName(name)}`);
  if (words.header === false) given.push("--no-header");
  if (given.length > 0) {
    throw new SegmentError(
      "usage",
      `--dialect settles how files are read, so ${given.join(", ")} would have no effect`,
      {
        hint: "leave out one or the other, or save another dialect with segment ingest --save-dialect",
      },
    );
  }
  return { dialect: await parseDialect(await io.readText(file), file), file };
}

/** Files of a folder of Parquet files that are not read. */
function othersWarning(others: readonly string[]): Warning {
  const shown = others.slice(0, 5).join(", ") + (others.length > 5 ? ` and ${others.length - 5} more` : "");
  const are = others.length === 1 ? "a file of the folder is" : "files of the folder are";
  return { code: "files-not-read", message: `${are} no Parquet, and not read: ${shown}` };
}

/** What was left out below the tables, with the first such line. */
function footerWarning(
  lines: readonly { readonly label: string; readonly line: number; readonly text: string; readonly why: string }[],
  several: boolean,
  quarantine: string | undefined,
): Warning {
  const [first] = lines;
  const { label, line, text, why } = first!;
  const place = several ? `${label} line ${line}` : `line ${line}`;
  const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  const count =
    lines.length === 1 ? "1 line below the table is no row" : `${lines.length} lines below the table are no rows`;
  const went = quarantine === undefined ? "left out" : `went to ${quarantine}`;
  const verb = lines.length === 1 ? "was" : "were";
  const message = `${count} and ${quarantine === undefined ? `${verb} ${went}` : went}: ${place} “${shown}” (${why}); if ${lines.length === 1 ? "it is a row" : "they are rows"}, add --footer-lines 0`;
  return { code: "footer-lines", message };
}
