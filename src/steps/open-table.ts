import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { Encoding, InputFormat, Source } from "../core/source.ts";
import { describeTable } from "./describe.ts";
import { withoutNullWords } from "./reading/null-words.ts";
import { parseReadingOptions } from "./reading/reading-options.ts";
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
  context.terminal.progress("opening");
  const files = await context.io.open(inputs, {
    from: words.from,
    sheet: words.sheet,
    table: words.table,
    query: words.query,
    encoding: words.encoding,
    delimiter: words.delimiter,
    quote: words.quote,
    header: words.header === false ? false : undefined,
    skipLines: words.skipLines,
    headerRows: words.headerRows,
    footerLines: words.footerLines,
    quarantine: words.quarantine,
  });
  context.terminal.progress("loading");
  const { engine } = context;
  const given = await engine.load(files);
  const { table: loaded, sources } = withoutNullWords(given, files, words.null ?? []);
  const table =
    schema === null
      ? await describeTable(engine, loaded, sources, readingOptions)
      : await describeBySchema(engine, loaded, sources, readingOptions, schema, how.schema === "judged");
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
  if (quarantined > 0) {
    const message = `${quarantined} ${quarantined === 1 ? "row" : "rows"} could not be read and went to ${words.quarantine ?? "the quarantine"}`;
    warnings.push({ code: "quarantined-rows", message });
  }
  return { table, sources, quarantined, warnings, schema };
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
