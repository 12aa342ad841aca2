import type { ColumnType } from "./column-type.ts";

/** What a file was found to be, and how its bytes are to be read. */

export type FileFormat = "csv" | "parquet" | "ndjson" | "json";
/** What a file that is read may be; a workbook is never written. */
export type InputFormat = FileFormat | "xlsx";
export type Compression = "none" | "gzip" | "zstd";
export const encodings = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "cp1252",
  "iso-8859-1",
  "iso-8859-15",
  "macroman",
  "cp850",
] as const;
export type Encoding = (typeof encodings)[number];
export type DecimalMark = "." | ",";
export type DateOrder = "ymd" | "dmy" | "mdy";
/** Dates as numbers: days of a spreadsheet (from 1900, or from 1904), seconds or milliseconds since the beginning of 1970. */
export type DateCount = "excel" | "excel1904" | "epoch" | "epoch-ms";

/** One thing that detection decided, with the evidence in words, as `ingest` prints it. */
export interface Evidence {
  readonly subject: string;
  readonly found: string;
  readonly why: string;
}

/** Something of a file that the user should look at. */
export interface SourceNotice {
  readonly code: string;
  /** In words, without the name of the file. */
  readonly message: string;
}

/** What evidence is about that names of the header held characters without width. */
export const unseenSubject = "characters that are not seen";

/** How the user overrides detection; every member has an option of the same name. */
export interface ReadOptions {
  readonly from?: InputFormat | undefined;
  /** Of a workbook: the name of the sheet, or its number from 1. */
  readonly sheet?: string | undefined;
  /** Of a database: the table, or the query, that is read. */
  readonly table?: string | undefined;
  readonly query?: string | undefined;
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly header?: boolean | undefined;
  /** Lines before the table, those of the header not counted. */
  readonly skipLines?: number | undefined;
  /** Records that make up the header; 0 is `header: false`. */
  readonly headerRows?: number | undefined;
  /** Lines behind the table. */
  readonly footerLines?: number | undefined;
  /** How a quote inside a quoted field is written; a dialect file settles it. */
  readonly escape?: "double" | "backslash" | undefined;
  /** Records of nothing but delimiters are rows: so has `segment` itself written them. */
  readonly blankRows?: "kept" | undefined;
  /**
   * The other options come from a dialect file: what they settle must be what would be found, but for those that the user
   * settled when it was saved.
   */
  readonly frozen?: { readonly settled: readonly string[] } | undefined;
  /** Rows that cannot be read go to this file instead of stopping the run. */
  readonly quarantine?: string | undefined;
}

/** How the user settles a tie between two readings of the text. */
export interface ReadingOptions {
  readonly decimal?: DecimalMark | undefined;
  /** By column name; the key `*` stands for every column. */
  readonly dates?: ReadonlyMap<string, DateOrder | DateCount | "none"> | undefined;
  /** What a schema says of columns, by name: it holds wherever the values allow it, and is no error where they do not. */
  readonly declared?: ReadonlyMap<string, DeclaredNotation> | undefined;
}

/** How a schema says that a column is written; null where it does not say. */
export interface DeclaredNotation {
  readonly type: ColumnType | null;
  /** Of dates. */
  readonly order: DateOrder | null;
  /** Of numbers. */
  readonly decimal: DecimalMark | null;
}

interface SourceBase {
  /** As the user named it; `<stdin>` for standard input. */
  readonly label: string;
  /** A plain file that the engine can read whole: the user's own, or a verified copy in the spool folder. */
  readonly path: string;
  readonly spooled: boolean;
  readonly compression: Compression;
  readonly encoding: Encoding;
  readonly evidence: readonly Evidence[];
  /** Rows set aside because they could not be read. */
  readonly quarantined: number;
  /** Those among them that hold nothing at all. */
  readonly blankRows?: number;
  readonly notices?: readonly SourceNotice[];
  /** The `segment` process that sent it, such as `segment clean`. */
  readonly sender?: string;
  /** Types of the columns as the sender states them, null where it does not; texts are in the notation that tables are written in. */
  readonly stated?: readonly (ColumnType | null)[];
  /** Some of its values are others by the user's word (missing, ticks), so that its own lines are not what the table holds. */
  readonly isChanged?: boolean;
}

/** A line of a file that is no record of its table. */
export interface AsideText {
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

/** How a delimited file is laid out, as it was found: what a dialect file keeps. */
export interface TextLayout {
  /** Empty for a file of one column. */
  readonly delimiter: string;
  readonly quote: string;
  readonly escape: "double" | "backslash";
  readonly newline: "lf" | "crlf" | "cr" | "mixed" | "none";
  /** Physical lines before the table, and those among them that are no blank lines. */
  readonly skipLines: number;
  readonly preamble: readonly AsideText[];
  readonly headerRows: number;
  /** Physical lines behind the table, and those among them that are set aside. */
  readonly footerLines: number;
  readonly footer: readonly AsideText[];
  /** Every record ends in a delimiter with nothing behind it, which is no column. */
  readonly trailingDelimiter: boolean;
  /** How well the layout fits, from 0 to 1, and the one that fits best after it. */
  readonly score: number;
  readonly rival: { readonly delimiter: string; readonly columns: number; readonly score: number } | null;
}

/** Delimited text: UTF-8, rectangular (every record has `columns.length` fields), LF or CRLF throughout. */
export interface DelimitedSource extends SourceBase {
  readonly format: "csv";
  /** The sheet, where it stands for one of a workbook: lines are then its rows. */
  readonly sheet?: string;
  readonly delimiter: string;
  /** `"` or `'`; empty when no field is quoted. */
  readonly quote: string;
  readonly newline: "\n" | "\r\n";
  readonly columns: readonly string[];
  /** Physical lines of `path` before the first data record. */
  readonly skip: number;
  /** Data records in `path`. */
  readonly rows: number;
  /** The layout of the user's own file; absent for what was never one. */
  readonly layout?: TextLayout;
  /**
   * No character of `path` is a control character (line ends of records apart), white space other than the plain space,
   * a soft hyphen, or one from U+0300 on; absent where that is not known.
   */
  readonly plainCharacters?: true;
  /** At most 2,000 records drawn evenly over the whole file; null is an empty unquoted field. */
  readonly sample: readonly (readonly (string | null)[])[];
  /** The physical line in the user's own file on which data record `row` (from 0) begins. Reads the file again. */
  lineOf(row: number): Promise<number>;
  /** Some data records (from 0, rising) as they stand in the file. Reads the file again up to the last of them. */
  recordsAt(rows: readonly number[]): Promise<readonly RawRecord[]>;
}

/** A record as it stands in the user's file. */
export interface RawRecord {
  /** The physical line on which it begins. */
  readonly line: number;
  /** Offset in the user's file; null where that is compressed or not UTF-8. */
  readonly byte: number | null;
  readonly raw: string;
}

export interface JsonSource extends SourceBase {
  readonly format: "ndjson" | "json";
  /** Of JSON in lines, as of a delimited source. */
  readonly lineOf?: DelimitedSource["lineOf"];
  readonly recordsAt?: DelimitedSource["recordsAt"];
}

export interface ParquetSource extends SourceBase {
  readonly format: "parquet";
  /** What its sender counted. */
  readonly rows?: number;
  /** What the names of its folders say of all its rows (`year=2024`), as text. */
  readonly partition?: readonly { readonly name: string; readonly value: string | null }[];
  /** Files of its folder that are no Parquet, which are not read. */
  readonly others?: readonly string[];
}

/** What a cluster reads by itself: a path that it can reach, or a table of its catalogue. */
export interface RemoteSource extends SourceBase {
  readonly format: "remote";
  /** `table`: `path` names a table; else the format of the files at `path`. */
  readonly content: FileFormat | "table";
  /** The keys of JSON records in the order of their first appearance, as far as they were looked at. */
  readonly keys?: readonly string[];
  /** How delimited text is written; its columns as the header of the first file names them. */
  readonly text?: Pick<DelimitedSource, "delimiter" | "quote" | "columns"> & {
    readonly header: boolean;
    readonly layout: TextLayout;
    /** Whether a field holds a line break, in the part that was looked at. */
    readonly multiline: boolean;
  };
}

export type Source = DelimitedSource | JsonSource | ParquetSource | RemoteSource;

/** The delimiters of those sources that are delimited text. */
export function delimitersOf(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => {
    if (source.format === "csv") return [source.delimiter];
    return source.format === "remote" && source.text !== undefined ? [source.text.delimiter] : [];
  });
}

/** What the files of all sources hold, where that is the same for all; null where it differs. JSON in lines is JSON. */
export function commonContent(sources: readonly Source[]): Exclude<FileFormat, "ndjson"> | "table" | null {
  const contents = sources.map((source) => (source.format === "remote" ? source.content : source.format));
  const different = [...new Set(contents.map((content) => (content === "ndjson" ? "json" : content)))];
  return different.length === 1 ? different[0]! : null;
}
