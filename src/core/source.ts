import type { ColumnType } from "./column-type.ts";

/** What a file was found to be, and how its bytes are to be read. */

export type FileFormat = "csv" | "parquet" | "ndjson" | "json";
export type Compression = "none" | "gzip" | "zstd";
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "cp1252";
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

/** How the user overrides detection; every member has an option of the same name. */
export interface ReadOptions {
  readonly from?: FileFormat | undefined;
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly header?: boolean | undefined;
  /** Rows that cannot be read go to this file instead of stopping the run. */
  readonly quarantine?: string | undefined;
}

/** How the user settles a tie between two readings of the text. */
export interface ReadingOptions {
  readonly decimal?: DecimalMark | undefined;
  /** By column name; the key `*` stands for every column. */
  readonly dates?: ReadonlyMap<string, DateOrder | DateCount | "none"> | undefined;
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
  /** The `segment` process that sent it, such as `segment clean`. */
  readonly sender?: string;
  /** Types of the columns as the sender states them, null where it does not; texts are in the notation that tables are written in. */
  readonly stated?: readonly (ColumnType | null)[];
  /** Some of its values are others by the user's word (missing, ticks), so that its own lines are not what the table holds. */
  readonly isChanged?: boolean;
}

/** Delimited text: UTF-8, rectangular (every record has `columns.length` fields), LF or CRLF throughout. */
export interface DelimitedSource extends SourceBase {
  readonly format: "csv";
  readonly delimiter: string;
  /** `"` or `'`; empty when no field is quoted. */
  readonly quote: string;
  readonly newline: "\n" | "\r\n";
  readonly columns: readonly string[];
  /** Physical lines of `path` before the first data record. */
  readonly skip: number;
  /** Data records in `path`. */
  readonly rows: number;
  /** At most 2,000 records drawn evenly over the whole file; null is an empty unquoted field. */
  readonly sample: readonly (readonly (string | null)[])[];
  /** The physical line in the user's own file on which data record `row` (from 0) begins. Reads the file again. */
  lineOf(row: number): Promise<number>;
}

export interface JsonSource extends SourceBase {
  readonly format: "ndjson" | "json";
}

export interface ParquetSource extends SourceBase {
  readonly format: "parquet";
  /** What its sender counted. */
  readonly rows?: number;
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
