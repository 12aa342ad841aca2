import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { flagName } from "../core/options.ts";
import { unseenSubject, type Encoding, type InputFormat, type ReadOptions, type Source } from "../core/source.ts";
import { describeTable } from "./describe.ts";
import { parseDialect } from "./file-dialect/file-dialect.ts";
import { settling } from "./file-dialect/freeze-dialect.ts";
import { holdReadings } from "./file-dialect/hold-readings.ts";
import { type NamedDialect, openByDialect } from "./file-dialect/open-by-dialect.ts";
import { withoutNullWords } from "./reading/null-words.ts";
import { parseReadingOptions } from "./reading/reading-options.ts";
import { withTicked } from "./reading/ticked-columns.ts";
import { withTypedCounts } from "./reading/typed-counts.ts";
import { openColumnsWarning } from "./reading/ties.ts";
import { columnsLacking, describeBySchema } from "./roles/declare.ts";
import { readSchema, type TableSchema } from "./roles/schema-file.ts";

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
 * does not fit it is no error: the command checks it. Throws `bad-rules`, `schema-mismatch`.
 */
export async function openTable(
  context: Context,
  inputs: readonly string[],
  words: ReadWords,
  how: { readonly schema?: "made" | "judged" } = {},
): Promise<OpenedTable> {
  const readingOptions = parseReadingOptions(words);
  const schema = words.schema === undefined ? null : await loadSchema(context, words.schema, how.schema === "made");
  const frozen = await readDialect(context, words);
  context.terminal.progress("opening");
  const files =
    frozen === null
      ? await context.io.open(inputs, readOptionsOf(words))
      : await openByDialect(context, inputs, frozen, words.quarantine);
  context.terminal.progress("loading");
  const { engine } = context;
  const given = await engine.load(files);
  const present = withoutNullWords(given, files, words.null ?? []);
  const { table: ticked, sources } = await withTicked(engine, present.table, present.sources, words.ticked ?? []);
  const loaded = await withTypedCounts(engine, ticked, readingOptions);
  const described =
    schema === null
      ? await describeTable(engine, loaded, sources, readingOptions)
      : await describeBySchema(engine, loaded, sources, readingOptions, schema, how.schema === "judged");
  const table = frozen === null ? described : await holdReadings(engine, described, sources, frozen, inputs);
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
  const unread = quarantined - below.length;
  if (unread > 0) {
    const message = `${unread} ${unread === 1 ? "row" : "rows"} could not be read and went to ${words.quarantine ?? "the quarantine"}`;
    warnings.push({ code: "quarantined-rows", message });
  }
  const retyped = given.columns.flatMap(({ name, note }) => (note === undefined ? [] : [{ name, note }]));
  return { table, sources, quarantined, warnings, retyped, schema };
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

const settledByDialect = ["from", ...settling] as const;

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
  const message = `${count} and ${quarantine === undefined ? `${verb} ${went}` : went}: ${place} “${shown}” (${why}); if it is one, add --footer-lines 0`;
  return { code: "footer-lines", message };
}
