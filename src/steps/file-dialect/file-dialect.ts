import { SegmentError } from "../../core/errors.ts";
import { type Reading, typeWords } from "../../core/schema.ts";
import { type Encoding, encodings, type FileFormat } from "../../core/source.ts";
import { didYouMean } from "../../core/suggest.ts";

/** How the files of a nightly run are written, as `--save-dialect` saves it and `--dialect` applies it. */
export interface FileDialect {
  readonly schema: "segment/file-dialect@1";
  readonly format: FileFormat | "table";
  /** Absent for formats that say so themselves. */
  readonly encoding?: Encoding | undefined;
  readonly text?: DialectText | undefined;
  /** The options by which the user settled what the file left open, such as `delimiter`. */
  readonly settled: readonly string[];
  readonly columns: readonly DialectColumn[];
}

/** The layout of delimited text. */
export interface DialectText {
  /** Empty for one column. */
  readonly delimiter: string;
  /** Empty for none. */
  readonly quote: string;
  readonly escape: "double" | "backslash";
  /** For the record: another line ending reads the same. */
  readonly lineEnding: "lf" | "crlf" | "cr" | "mixed" | "none";
  readonly skipLines: number;
  readonly headerRows: number;
  readonly footerLines: number;
  readonly trailingDelimiter: boolean;
}

/** A column and how its text is read. */
export interface DialectColumn {
  readonly name: string;
  readonly reading: Reading;
}

const top = ["schema", "format", "encoding", "text", "settled", "columns"] as const;
const textKeys = [
  "delimiter",
  "quote",
  "escape",
  "lineEnding",
  "skipLines",
  "headerRows",
  "footerLines",
  "trailingDelimiter",
] as const;

/** The text of a dialect file: JSON where the name ends in `.json`, else YAML. */
export async function printDialect(dialect: FileDialect, path: string): Promise<string> {
  if (path.toLowerCase().endsWith(".json")) return `${JSON.stringify(dialect, null, 2)}\n`;
  const { stringify } = await import("yaml");
  return stringify(dialect, { lineWidth: 0 });
}

/** Reads the text of a dialect file, YAML or JSON. Throws `bad-dialect` with the file and the member that is wrong. */
export async function parseDialect(text: string, file: string): Promise<FileDialect> {
  const wrong = (what: string, hint = "give a file that segment ingest --save-dialect wrote"): SegmentError =>
    new SegmentError("bad-dialect", what, { place: { file }, hint });
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { logLevel: "silent" });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const what = broken.message.split(" at line ")[0]!.split("\n")[0]!;
    throw new SegmentError("bad-dialect", `is not YAML: ${what}`, {
      place: { file, ...(broken.linePos === undefined ? {} : { line: broken.linePos[0].line }) },
    });
  }
  const root: unknown = document.toJS();
  if (!isRecord(root) || root["schema"] !== "segment/file-dialect@1") throw wrong("is no dialect file");
  requireKeys(root, top, "");
  const { format, encoding, text: own, settled, columns } = root;
  if (!isOneOf(format, ["csv", "parquet", "ndjson", "json", "table"] as const))
    throw wrong(`format: ${shown(format)} is no format`);
  if (encoding !== undefined && !isOneOf(encoding, encodings)) throw wrong(`encoding: ${shown(encoding)} is unknown`);
  if (!Array.isArray(settled) || settled.some((one) => typeof one !== "string"))
    throw wrong("settled: not a list of options");
  if (format === "csv" && own === undefined) throw wrong("text: the layout is missing");
  if (!Array.isArray(columns) || columns.length === 0) throw wrong("columns: no list of columns");
  return {
    schema: "segment/file-dialect@1",
    format,
    encoding,
    text: own === undefined ? undefined : layout(own),
    settled,
    columns: columns.map(column),
  };

  function layout(given: unknown): DialectText {
    if (!isRecord(given)) throw wrong("text: not a layout");
    requireKeys(given, textKeys, "text.");
    const { delimiter, quote, escape, lineEnding, skipLines, headerRows, footerLines, trailingDelimiter } = given;
    const count = (name: string, value: unknown): number => {
      if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 1000) return value;
      throw wrong(`text.${name}: ${shown(value)} is no number of lines`);
    };
    if (!isSign(delimiter)) throw wrong(`text.delimiter: ${shown(delimiter)} is not one plain character`);
    if (!isSign(quote)) throw wrong(`text.quote: ${shown(quote)} is not one plain character`);
    if (!isOneOf(escape, ["double", "backslash"] as const)) throw wrong(`text.escape: ${shown(escape)} is unknown`);
    if (!isOneOf(lineEnding, ["lf", "crlf", "cr", "mixed", "none"] as const))
      throw wrong(`text.lineEnding: ${shown(lineEnding)} is unknown`);
    if (typeof trailingDelimiter !== "boolean") throw wrong("text.trailingDelimiter: neither true nor false");
    return {
      delimiter,
      quote,
      escape,
      lineEnding,
      skipLines: count("skipLines", skipLines),
      headerRows: count("headerRows", headerRows),
      footerLines: count("footerLines", footerLines),
      trailingDelimiter,
    };
  }

  function column(given: unknown, i: number): DialectColumn {
    const at = `columns[${i}]`;
    if (!isRecord(given) || typeof given["name"] !== "string") throw wrong(`${at}: no column with a name`);
    requireKeys(given, ["name", "reading"], `${at}.`);
    const { name, reading } = given;
    if (!isReading(reading)) throw wrong(`${at} (${name}): the reading is none that segment knows`);
    return { name, reading };
  }

  function requireKeys(given: Readonly<Record<string, unknown>>, known: readonly string[], before: string): void {
    for (const key of Object.keys(given))
      if (!known.includes(key)) throw wrong(`${before}${key} is unknown`, didYouMean(key, known));
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOneOf<const T extends readonly string[]>(value: unknown, list: T): value is T[number] {
  return typeof value === "string" && list.includes(value);
}

function isSign(value: unknown): value is string {
  return typeof value === "string" && value.length <= 1 && value <= "~" && !/[\r\n\0]/.test(value);
}

/** Whether the members that a reading of each type needs are there; what else it holds is its type's own. */
function isReading(value: unknown): value is Reading {
  if (!isRecord(value) || typeof value["type"] !== "string" || !(value["type"] in typeWords)) return false;
  const isWords = (list: unknown): boolean => Array.isArray(list) && list.every((word) => typeof word === "string");
  switch (value["type"]) {
    case "integer":
    case "number":
      return (
        isOneOf(value["decimal"], [".", ","]) &&
        typeof value["thousands"] === "string" &&
        ["", ".", ",", " ", "'"].includes(value["thousands"])
      );
    case "date":
    case "timestamp":
      return typeof value["order"] === "string" && typeof value["format"] === "string";
    case "boolean":
      return isWords(value["yes"]) && isWords(value["no"]);
    default:
      return true;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}
