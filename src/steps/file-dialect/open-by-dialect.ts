import type { Context } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ReadOptions, Source, TextLayout } from "../../core/source.ts";
import type { FileDialect } from "./file-dialect.ts";

/** A dialect with the name of its file, for messages. */
export interface NamedDialect {
  readonly dialect: FileDialect;
  readonly file: string;
}

/**
 * Opens inputs as a dialect says, guessing nothing. Throws `dialect-mismatch` where a file does not fit it, naming what
 * differs, what was expected and what was found; other errors as they are where the file is written as expected.
 */
export async function openByDialect(
  { io }: Pick<Context, "io">,
  inputs: readonly string[],
  { dialect, file }: NamedDialect,
  quarantine: string | undefined,
): Promise<readonly Source[]> {
  let sources: readonly Source[];
  try {
    sources = await io.open(inputs, optionsOf(dialect, quarantine));
  } catch (error) {
    if (error instanceof SegmentError && error.message.startsWith("--sheet ") && dialect.sheet !== undefined) {
      const more = error.hint === "" ? "" : `; ${error.hint}`;
      const parts = [`sheet: ${quoted(dialect.sheet)} expected, and the workbook has none such${more}`];
      throw mismatch([{ label: error.place.file ?? "the input", parts }], file, inputs);
    }
    if (!(error instanceof SegmentError) || !explainable.has(error.code)) throw error;
    const found = await differences(io, inputs, dialect);
    if (found.length > 0) throw mismatch(found, file, inputs);
    if (error.code !== "dialect-mismatch") throw error;
    throw mismatch([{ label: error.place.file ?? "the input", parts: [error.message] }], file, inputs);
  }
  const found = sources.flatMap((source) => {
    const parts = partsOf(source, dialect);
    return parts.length === 0 ? [] : [{ label: source.label, parts }];
  });
  if (found.length === 0) return sources;
  const free = await differences(io, inputs, dialect);
  throw mismatch(free.length > 0 ? free : found, file, inputs);
}

const explainable: ReadonlySet<string> = new Set([
  "dialect-mismatch",
  "ambiguous-input",
  "ragged-rows",
  "bad-quotes",
  "bad-encoding",
  "broken-file",
  "duplicate-columns",
  "no-rows",
  "binary-input",
]);

function optionsOf(
  { format, sheet, encoding, text, settled }: FileDialect,
  quarantine: string | undefined,
): ReadOptions {
  const from = format === "table" ? undefined : format;
  if (text === undefined) return { from, encoding, quarantine };
  return {
    from,
    sheet,
    encoding,
    delimiter: text.delimiter === "" ? "none" : text.delimiter,
    quote: text.quote,
    escape: text.escape,
    headerRows: text.headerRows,
    // What stands around the table is looked for, and must be what it was, but where the user has said where it is.
    ...(settled.includes("skipLines") ? { skipLines: text.skipLines } : {}),
    ...(settled.includes("footerLines") ? { footerLines: text.footerLines } : {}),
    // The text that is made of a sheet is written by us.
    frozen: { settled: format === "xlsx" ? [...settled, "delimiter", "quote", "encoding"] : settled },
    quarantine,
  };
}

interface Difference {
  readonly label: string;
  readonly parts: readonly string[];
}

/** What differs from the dialect where the inputs are looked at afresh; none where they cannot be read a second time, or at all. */
async function differences(
  io: Context["io"],
  inputs: readonly string[],
  dialect: FileDialect,
): Promise<readonly Difference[]> {
  if (inputs.length === 0 || inputs.includes("-")) return [];
  let sources: readonly Source[];
  try {
    sources = await openFreely(io, inputs, dialect);
  } catch (error) {
    if (error instanceof SegmentError) return [];
    throw error;
  }
  return sources.flatMap((source) => {
    const parts = partsOf(source, dialect);
    return parts.length === 0 ? [] : [{ label: source.label, parts }];
  });
}

/** The sheet is part of what is looked at, but for a file that has none. */
async function openFreely(
  io: Context["io"],
  inputs: readonly string[],
  { sheet }: FileDialect,
): Promise<readonly Source[]> {
  if (sheet === undefined) return io.open(inputs, {});
  return io.open(inputs, { sheet }).catch((error: unknown) => {
    if (error instanceof SegmentError && error.code === "usage") return io.open(inputs, {});
    throw error;
  });
}

function partsOf(source: Source, dialect: FileDialect): readonly string[] {
  const format = formatOf(source);
  if (format !== dialect.format) return [`format: ${dialect.format} expected, ${format} found`];
  const parts: string[] = [];
  const differ = (subject: string, expected: string, found: string): void => {
    if (expected !== found) parts.push(`${subject}: ${expected} expected, ${found} found`);
  };
  const layout = source.format === "csv" ? source.layout : source.format === "remote" ? source.text?.layout : undefined;
  const { text, encoding, settled } = dialect;
  // ASCII alone is the same in every code page.
  if (encoding !== undefined && source.format !== "parquet" && !isAlike(encoding, source.encoding))
    if (!settled.includes("encoding")) differ("encoding", encoding, source.encoding);
  if (text !== undefined && layout !== undefined) {
    if (format !== "xlsx" && !settled.includes("delimiter"))
      differ("delimiter", signName(text.delimiter), signName(layout.delimiter));
    if (format !== "xlsx" && !settled.includes("quote") && layout.quote !== '"')
      differ("quote", signName(text.quote), signName(layout.quote));
    differ("lines before the table", String(text.skipLines), String(layout.skipLines));
    differ("lines of the header", String(text.headerRows), String(layout.headerRows));
    differ("lines below the table", String(text.footerLines), String(layout.footerLines));
    differ("delimiter at the end of every line", yesNo(text), yesNo(layout));
  }
  if (source.format === "csv") parts.push(...columnParts(dialect, source.columns));
  else if (source.format === "remote" && source.text !== undefined)
    parts.push(...columnParts(dialect, source.text.columns));
  return parts;
}

/** A sheet of a workbook comes as text. */
function formatOf(source: Source): FileDialect["format"] {
  if (source.format === "csv") return source.sheet === undefined ? "csv" : "xlsx";
  return source.format === "remote" ? source.content : source.format;
}

function isAlike(expected: string, found: string): boolean {
  return found === "utf-8" && !expected.startsWith("utf-16");
}

function yesNo({ trailingDelimiter }: Pick<TextLayout, "trailingDelimiter">): string {
  return trailingDelimiter ? "yes" : "no";
}

function signName(sign: string): string {
  if (sign === "") return "none";
  return sign === "\t" ? "tab" : sign === " " ? "space" : `\`${sign}\``;
}

/** What differs in the names of columns: missing, new, renamed in place, or in another order. */
export function columnParts({ columns }: FileDialect, found: readonly string[]): readonly string[] {
  const expected = columns.map(({ name }) => name);
  const missing = expected.filter((name) => !found.includes(name));
  const added = found.filter((name) => !expected.includes(name));
  if (missing.length === 0 && added.length === 0) {
    const at = expected.findIndex((name, i) => name !== found[i]);
    if (at === -1) return [];
    return [`order of columns: ${quoted(expected[at]!)} expected as column ${at + 1}, ${quoted(found[at]!)} found`];
  }
  const renamed =
    expected.length === found.length && missing.every((name) => added.includes(found[expected.indexOf(name)]!));
  if (renamed) {
    return missing.map((name) => {
      const at = expected.indexOf(name);
      return `column ${at + 1}: ${quoted(name)} expected, ${quoted(found[at]!)} found`;
    });
  }
  return [
    ...(missing.length > 0 ? [`columns: ${missing.map(quoted).join(", ")} missing`] : []),
    ...(added.length > 0 ? [`columns: ${added.map(quoted).join(", ")} not expected`] : []),
  ];
}

function quoted(name: string): string {
  return `“${name.length > 40 ? `${name.slice(0, 39)}…` : name}”`;
}

function mismatch(found: readonly Difference[], file: string, inputs: readonly string[]): SegmentError {
  const [first] = found;
  const more = found.length === 1 ? "" : ` (and ${found.length - 1} more files do not fit)`;
  return new SegmentError("dialect-mismatch", `does not fit ${file}: ${first!.parts.slice(0, 6).join("; ")}${more}`, {
    place: { file: first!.label },
    hint: wayOut(file, inputs),
  });
}

/** How to go on where a file does not fit its dialect. */
export function wayOut(file: string, inputs: readonly string[]): string {
  const name = inputs.length === 1 ? inputs[0]! : "FILE";
  return `mend the export, or look at the file and settle it anew: segment ingest ${name} --save-dialect ${file}`;
}
