import { SegmentError } from "../../core/errors.ts";
import { type Reading, typeWords } from "../../core/schema.ts";
import { type DateCount, type Encoding, encodings, type InputFormat } from "../../core/source.ts";
import { didYouMean } from "../../core/suggest.ts";
import { isDateCount } from "../reading/day-counts.ts";

/** How the files of a nightly run are written, as `--save-dialect` saves it and `--dialect` applies it. */
export interface FileDialect {
  /** The second where the file holds what the first has no member for: a workbook, `nullWords`, `ticked` or `counts`. */
  readonly schema: (typeof schemas)[number];
  readonly format: InputFormat | "table";
  /** Of a workbook, as `--sheet` named it; absent for the first that holds anything. */
  readonly sheet?: string | undefined;
  /** Absent for formats that say so themselves. */
  readonly encoding?: Encoding | undefined;
  readonly text?: DialectText | undefined;
  /** The options by which the user settled what the file left open, such as `delimiter`. */
  readonly settled: readonly string[];
  /** The words of `--null` and the columns of `--ticked`. */
  readonly nullWords?: readonly string[] | undefined;
  readonly ticked?: readonly string[] | undefined;
  /** What numbers of typed files count that are dates by `--dates`; text has it in its reading. */
  readonly counts?: Readonly<Record<string, DateCount>> | undefined;
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

const schemas = ["segment/file-dialect@1", "segment/file-dialect@2"] as const;
const newMembers = ["sheet", "nullWords", "ticked", "counts"] as const;
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
/** What a workbook has of a layout: the rest is that of text which is made of it. */
const sheetKeys = ["skipLines", "headerRows", "footerLines"] as const;
const sheetText = { delimiter: ",", quote: '"', escape: "double", lineEnding: "lf", trailingDelimiter: false } as const;

/** The text of a dialect file: JSON where the name ends in `.json`, else YAML. */
export async function printDialect(dialect: FileDialect, path: string): Promise<string> {
  const { schema: _, text, ...rest } = dialect;
  const own = dialect.format === "xlsx" && text !== undefined ? sheetKeys.map((key) => [key, text[key]]) : null;
  const layout = own === null ? text : Object.fromEntries(own);
  const isNew = dialect.format === "xlsx" || newMembers.some((name) => dialect[name] !== undefined);
  const { format, sheet, encoding, ...others } = rest;
  const printed = { schema: schemas[isNew ? 1 : 0], format, sheet, encoding, text: layout, ...others };
  if (path.toLowerCase().endsWith(".json")) return `${JSON.stringify(printed, null, 2)}\n`;
  const { stringify } = await import("yaml");
  return stringify(printed, { lineWidth: 0 });
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
  const schema = isRecord(root) ? root["schema"] : undefined;
  if (!isRecord(root) || !isOneOf(schema, schemas)) throw wrong("is no dialect file");
  requireKeys(root, schema === schemas[0] ? top : [...top, ...newMembers], "");
  const { format, sheet, encoding, text: own, settled, nullWords, ticked, counts, columns } = root;
  const formats = [
    "csv",
    "parquet",
    "ndjson",
    "json",
    "table",
    ...(schema === schemas[0] ? [] : ["xlsx" as const]),
  ] as const;
  if (!isOneOf(format, formats)) throw wrong(`format: ${shown(format)} is no format`);
  if (encoding !== undefined && !isOneOf(encoding, encodings)) throw wrong(`encoding: ${shown(encoding)} is unknown`);
  if (!Array.isArray(settled) || settled.some((one) => typeof one !== "string"))
    throw wrong("settled: not a list of options");
  if (sheet !== undefined && (typeof sheet !== "string" || format !== "xlsx"))
    throw wrong(`sheet: ${shown(sheet)} is no sheet of a workbook`);
  if ((format === "csv" || format === "xlsx") && own === undefined) throw wrong("text: the layout is missing");
  if (!Array.isArray(columns) || columns.length === 0) throw wrong("columns: no list of columns");
  return {
    schema,
    format,
    sheet,
    encoding,
    text: own === undefined ? undefined : format === "xlsx" ? ofSheet(own) : layout(own),
    settled,
    nullWords: wordsOf("nullWords", nullWords),
    ticked: wordsOf("ticked", ticked),
    counts: countsOf(counts),
    columns: columns.map(column),
  };

  function wordsOf(name: string, given: unknown): readonly string[] | undefined {
    if (given === undefined) return undefined;
    if (Array.isArray(given) && given.every((one): one is string => typeof one === "string")) return given;
    throw wrong(`${name}: no list of texts`);
  }

  function countsOf(given: unknown): Readonly<Record<string, DateCount>> | undefined {
    if (given === undefined) return undefined;
    if (!isRecord(given)) throw wrong("counts: no list of columns");
    return Object.fromEntries(
      Object.entries(given).map(([name, count]) => {
        if (typeof count === "string" && isDateCount(count)) return [name, count];
        throw wrong(`counts.${name}: ${shown(count)} counts nothing`);
      }),
    );
  }

  function ofSheet(given: unknown): DialectText {
    if (!isRecord(given)) throw wrong("text: not a layout");
    requireKeys(given, sheetKeys, "text.");
    return layout({ ...sheetText, ...given });
  }

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
