import type { Context, Table } from "../core/context.ts";
import type { FileFormat, Source } from "../core/source.ts";
import { describeTable } from "./describe.ts";
import { withoutNullWords } from "./reading/null-words.ts";
import { parseReadingOptions } from "./reading/reading-options.ts";
import { withTicked } from "./reading/ticked-columns.ts";
import { withTypedCounts } from "./reading/typed-counts.ts";
import { openColumnsWarning } from "./reading/ties.ts";

/** The reading options of a command line, as their table types them. */
export interface ReadWords {
  readonly from?: FileFormat | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly encoding?: "utf-8" | "utf-16le" | "utf-16be" | "cp1252" | undefined;
  readonly header?: boolean | undefined;
  readonly decimal?: "." | "," | undefined;
  readonly dates?: readonly string[] | undefined;
  /** Words for a missing value beside those that the reader knows. */
  readonly null?: readonly string[] | undefined;
  /** Columns of ticks: an empty cell is a no. */
  readonly ticked?: readonly string[] | undefined;
  readonly quarantine?: string | undefined;
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
}

/** Opens, loads and describes the inputs of a command. Columns that can be read in two ways stay text, with a warning. */
export async function openTable(context: Context, inputs: readonly string[], words: ReadWords): Promise<OpenedTable> {
  const readingOptions = parseReadingOptions(words);
  context.terminal.progress("opening");
  const files = await context.io.open(inputs, {
    from: words.from,
    encoding: words.encoding,
    delimiter: words.delimiter,
    quote: words.quote,
    header: words.header === false ? false : undefined,
    quarantine: words.quarantine,
  });
  context.terminal.progress("loading");
  const given = await context.engine.load(files);
  const present = withoutNullWords(given, files, words.null ?? []);
  const { table: ticked, sources } = await withTicked(
    context.engine,
    present.table,
    present.sources,
    words.ticked ?? [],
  );
  const loaded = await withTypedCounts(context.engine, ticked, readingOptions);
  const table = await describeTable(context.engine, loaded, sources, readingOptions);
  const quarantined = sources.reduce((total, source) => total + source.quarantined, 0);
  const warnings: Warning[] = [];
  const open = openColumnsWarning(table);
  if (open !== null) warnings.push(open);
  if (quarantined > 0) {
    const message = `${quarantined} ${quarantined === 1 ? "row" : "rows"} could not be read and went to ${words.quarantine ?? "the quarantine"}`;
    warnings.push({ code: "quarantined-rows", message });
  }
  return { table, sources, quarantined, warnings };
}
