import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { DateCount, Source, TextLayout } from "../../core/source.ts";
import { isDateCount } from "../reading/day-counts.ts";
import { parseReadingOptions } from "../reading/reading-options.ts";
import type { DialectText, FileDialect } from "./file-dialect.ts";

/** Reading options that settle what a file leaves open, by the names they have in a dialect file. */
export const settling = [
  "delimiter",
  "quote",
  "encoding",
  "skipLines",
  "headerRows",
  "footerLines",
  "decimal",
  "dates",
] as const;

/**
 * All that was decided of the files of a described table, for the next run. `given`: the reading options of this one.
 * Throws `usage` where the files are written in different ways.
 */
export function freezeDialect(
  table: Table,
  sources: readonly Source[],
  given: Readonly<Partial<Record<Exclude<(typeof settling)[number], "dates"> | "header", unknown>>> & GivenWords,
): FileDialect {
  const [first, ...others] = sources.map(partOf);
  if (first === undefined) throw new SegmentError("bug", "no source to take a dialect from");
  for (const [i, other] of others.entries()) {
    if (JSON.stringify(other) === JSON.stringify(first)) continue;
    throw new SegmentError("usage", `${sources[i + 1]!.label} is not written as ${sources[0]!.label} is`, {
      hint: "save a dialect for each: segment ingest FILE --save-dialect FILE.yaml",
    });
  }
  const settled: string[] = settling.filter((name) => given[name] !== undefined);
  if (given.header === false) settled.push("headerRows");
  const some = (list: readonly string[] | undefined): readonly string[] | undefined =>
    list === undefined || list.length === 0 ? undefined : list;
  return {
    schema: "segment/file-dialect@2",
    ...first,
    ...(first.format === "xlsx" ? { sheet: given.sheet } : {}),
    settled: [...new Set(settled)],
    nullWords: some(given.null),
    ticked: some(given.ticked),
    counts: typedCounts(table, given.dates),
    columns: table.columns.map(({ name, reading }) => ({ name, reading })),
  };
}

/** Reading options that hold words of their own. */
interface GivenWords {
  readonly sheet?: string | undefined;
  readonly dates?: readonly string[] | undefined;
  readonly null?: readonly string[] | undefined;
  readonly ticked?: readonly string[] | undefined;
}

/** What the numbers of typed columns count by `--dates`. */
function typedCounts(
  { columns }: Table,
  dates: readonly string[] | undefined,
): Readonly<Record<string, DateCount>> | undefined {
  const asked = parseReadingOptions({ dates }).dates;
  const counts = columns.flatMap(({ name, stored }) => {
    const count = asked?.get(name);
    return stored === "typed" && count !== undefined && isDateCount(count) ? [[name, count] as const] : [];
  });
  return counts.length === 0 ? undefined : Object.fromEntries(counts);
}

function partOf(source: Source): Pick<FileDialect, "format" | "encoding" | "text"> {
  switch (source.format) {
    case "csv":
      if (source.sheet !== undefined) return { format: "xlsx", text: textOf(source.layout) };
      return { format: "csv", encoding: source.encoding, text: textOf(source.layout) };
    case "json":
    case "ndjson":
      return { format: source.format, encoding: source.encoding };
    case "parquet":
      return { format: "parquet" };
    case "remote": {
      const { content, text, encoding } = source;
      if (text === undefined) return { format: content };
      return { format: content, encoding, text: textOf(text.layout) };
    }
  }
}

function textOf(layout: TextLayout | undefined): DialectText {
  if (layout === undefined) throw new SegmentError("bug", "delimited text without a layout");
  const { delimiter, quote, escape, newline, skipLines, headerRows, footerLines, trailingDelimiter } = layout;
  return { delimiter, quote, escape, lineEnding: newline, skipLines, headerRows, footerLines, trailingDelimiter };
}
