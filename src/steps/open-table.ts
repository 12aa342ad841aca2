import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { flagName } from "../core/options.ts";
import type { Encoding, FileFormat, ReadOptions, Source } from "../core/source.ts";
import { describeTable } from "./describe.ts";
import { parseDialect } from "./file-dialect/file-dialect.ts";
import { holdReadings } from "./file-dialect/hold-readings.ts";
import { type NamedDialect, openByDialect } from "./file-dialect/open-by-dialect.ts";
import { parseReadingOptions } from "./reading/reading-options.ts";
import { openColumnsWarning } from "./reading/ties.ts";

/** The reading options of a command line, as their table types them. */
export interface ReadWords {
  readonly from?: FileFormat | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly encoding?: Encoding | undefined;
  readonly header?: boolean | undefined;
  readonly skipLines?: number | undefined;
  readonly headerRows?: number | undefined;
  readonly footerLines?: number | undefined;
  readonly decimal?: "." | "," | undefined;
  readonly dates?: readonly string[] | undefined;
  /** A file that `--save-dialect` wrote: it settles all of the above. */
  readonly dialect?: string | undefined;
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
  const frozen = await readDialect(context, words);
  context.terminal.progress("opening");
  const sources =
    frozen === null
      ? await context.io.open(inputs, readOptionsOf(words))
      : await openByDialect(context, inputs, frozen, words.quarantine);
  context.terminal.progress("loading");
  const loaded = await context.engine.load(sources);
  const described = await describeTable(context.engine, loaded, sources, readingOptions);
  const table = frozen === null ? described : await holdReadings(context.engine, described, sources, frozen, inputs);
  const quarantined = sources.reduce((total, source) => total + source.quarantined, 0);
  const warnings: Warning[] = [];
  const open = openColumnsWarning(table);
  if (open !== null) warnings.push(open);
  const below = sources.flatMap((source) =>
    source.format === "csv" ? (source.layout?.footer ?? []).map((line) => ({ ...line, label: source.label })) : [],
  );
  if (below.length > 0) warnings.push(footerWarning(below, sources.length > 1, words.quarantine));
  const unread = quarantined - below.length;
  if (unread > 0) {
    const message = `${unread} ${unread === 1 ? "row" : "rows"} could not be read and went to ${words.quarantine ?? "the quarantine"}`;
    warnings.push({ code: "quarantined-rows", message });
  }
  return { table, sources, quarantined, warnings };
}

/** How the words of a command line have files read. Throws `usage` for two that contradict each other. */
function readOptionsOf(words: ReadWords): ReadOptions {
  const { from, encoding, delimiter, quote, header, skipLines, headerRows, footerLines, quarantine } = words;
  if (header === false && headerRows !== undefined && headerRows > 0) {
    throw new SegmentError("usage", `--no-header and --header-rows ${headerRows} contradict each other`, {
      hint: "leave out one or the other",
    });
  }
  const isHeaded = header === false || headerRows === 0 ? false : undefined;
  return { from, encoding, delimiter, quote, header: isHeaded, skipLines, headerRows, footerLines, quarantine };
}

const settledByDialect = [
  "from",
  "delimiter",
  "quote",
  "encoding",
  "skipLines",
  "headerRows",
  "footerLines",
  "decimal",
  "dates",
] as const;

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
