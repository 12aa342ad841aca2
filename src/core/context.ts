import type { Compute } from "./compute.ts";
import type { Matrix } from "./matrix.ts";
import type { Column, ColumnType } from "./schema.ts";
import type { Compression, DelimitedSource, FileFormat, ReadOptions, Source } from "./source.ts";
import type { Sql } from "./sql.ts";

/** Everything a command may touch. Built by `wire.ts`; tests build one of their own. */
export interface Context {
  readonly engine: Engine;
  readonly io: Io;
  readonly compute: Compute;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The tool's version, for models and reports. */
  readonly version: string;
}

/** What stands behind `from`, and the order of its rows. */
export interface OrderedRelation {
  readonly relation: Sql;
  /**
   * The row's number in a query over the relation, from 0 in a loaded table, later with gaps where rows were removed.
   * Absent where the engine keeps rows in order by itself.
   */
  readonly position?: Sql;
}

/** A table inside the engine. Rows have a fixed order, that of the input. */
export interface LoadedTable extends OrderedRelation {
  readonly rows: number;
  readonly columns: readonly LoadedColumn[];
}

/** A column as the engine holds it; `name` is the user's, `ref` stands for it in a query over `relation`. */
export interface LoadedColumn {
  readonly name: string;
  readonly ref: Sql;
  readonly type: ColumnType;
  readonly stored: "text" | "typed";
  /** What the engine did to a type that tables here do not have, such as "nested values, kept as JSON text". */
  readonly note?: string;
  /** The column as its Parquet file has it, and DuckDB's name of that type, where the engine turned it into another type. */
  readonly own?: { readonly ref: Sql; readonly type: string };
  /**
   * What the text of a text column stands for as its sender states it, in the notation that tables are written in.
   */
  readonly stated?: ColumnType;
  /**
   * What the text of a text column may stand for: only `text` (a string of Parquet, which has all types of its own),
   * anything but whole numbers alone (a string of JSON, which could have said these, and has no dates or amounts), or,
   * absent, anything (delimited text, which has no types).
   */
  readonly strings?: "text" | "not-whole";
}

/** A loaded table whose columns have been given their reading. */
export interface Table extends OrderedRelation {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** Numbers by row that go back beside the table. */
export interface NewColumn {
  readonly name: string;
  /** NaN in a Float64Array is written as null. */
  readonly values: Int32Array | Float64Array;
  /** What whole numbers in `values` stand for, where the column is one of texts; any other number is null. */
  readonly words?: ReadonlyMap<number, string>;
}

/** A relation with new columns beside its own, which have their names still, the position among them. */
export interface AttachedTable {
  readonly relation: Sql;
  /** The new columns inside queries over the relation, in the order given; no name of the relation's own hides them. */
  readonly refs: readonly Sql[];
}

/** The kept result of a query; its columns have the query's names. */
export interface StoredQuery {
  readonly relation: Sql;
  readonly rows: number;
}

export interface Engine {
  /** Whether rows stay where the engine is, because there may be too many of them: only aggregates and samples come here. */
  readonly rowsStay: boolean;
  /** Loads one or more files of the same columns as one table, in the order given. Throws `columns-differ`, `broken-file`, `duplicate-columns`. */
  load(sources: readonly Source[]): Promise<LoadedTable>;
  /** Names and types of a query's columns. */
  columns(query: Sql): Promise<readonly { readonly name: string; readonly type: ColumnType }[]>;
  /** Runs a query whose result is small; throws when it has more than `maximum` rows. Integers come as number where exact, else bigint. */
  rows(query: Sql, maximum: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Reads `columns.length` double columns of `rows` rows, in the query's order, into the numeric memory; null becomes NaN. */
  matrix(query: Sql, columns: readonly string[], rows: number, compute: Compute): Promise<Matrix>;
  /** Stores columns by row, in the order of rows, beside a relation; gives the relation that has both, in the same order. */
  attach(table: OrderedRelation, rows: number, columns: readonly NewColumn[]): Promise<AttachedTable>;
  /**
   * Keeps the result of a query in the engine, beyond the memory on disk; gives what stands for it. In the query's order
   * where the engine keeps one, else in none. `apart` for what further steps build upon step by step: a cluster then forgets
   * what the rows were made from, so that plans over plans stay short, and cannot make them again should a machine of it fail.
   */
  store(query: Sql, how?: { readonly apart: boolean }): Promise<StoredQuery>;
  /** Lets go of what `store` kept. */
  forget(stored: StoredQuery): Promise<void>;
  /** Writes one ordered query to a Parquet file that another process reads at once: uncompressed, on all threads. */
  hand(query: Sql, path: string): Promise<number>;
  /** Writes one ordered query to a plain file; gives the rows written. */
  write(query: Sql, path: string, format: FileFormat): Promise<number>;
  /** The SQL, values in place, of what `load` did, for `--explain`; runs in a fresh DuckDB. */
  explain(query: Sql): string;
  close(): Promise<void>;
}

/** A table that is the lines of its file with more fields at their ends. */
export interface LinesWith {
  readonly source: DelimitedSource;
  /** Names of all columns, those of the file first. */
  readonly header: readonly string[];
  /** The new fields by row. */
  readonly columns: readonly Int32Array[];
}

/** Where a table goes. */
export interface Destination {
  /** Null: standard output. */
  readonly path: string | null;
  readonly format: FileFormat;
  readonly compression: Compression;
  /** Between the fields of delimited text; tab for `.tsv`. */
  readonly delimiter: "," | "\t";
}

/** A file of a folder: its text, or what writes a table to the path it is given and tells the rows. */
export type FileContent = string | ((path: string) => Promise<number>);

export interface Io {
  /** Opens files, quoted globs, `-` or (no input) standard input. Nothing of a source is read later than this but `path`. */
  open(inputs: readonly string[], options: ReadOptions): Promise<readonly Source[]>;
  /** The destination that `--output` and `--format` name; null when the table is not written (a terminal). */
  destination(output: string | undefined, format: FileFormat | undefined): Destination | null;
  /** Hands `write` a temporary path, then puts what it wrote in place whole, or leaves what was there. */
  save(destination: Destination, write: (path: string) => Promise<number>): Promise<number>;
  /**
   * Where the reader of standard output is a `segment` process, has a table written to a file that it will find, in the
   * place of text through the pipe; gives the rows. Null, and nothing is written, for any other reader.
   */
  hand(write: (path: string) => Promise<number>): Promise<number | null>;
  /**
   * Writes the lines of a comma-separated file with fields added to a plain path: what the engine would write, without
   * its reading and writing every field. Gives the rows written; null, and nothing is written, where the file holds a
   * quote, so that fields are more than what stands between commas.
   */
  writeLinesWith(lines: LinesWith, path: string): Promise<number | null>;
  /** Writes the bytes of a file to a path that `save` gave; false, and nothing is written, where it can be read only once. */
  copyFile(from: string, path: string): Promise<boolean>;
  readText(path: string): Promise<string>;
  /** Atomic, UTF-8. `beforeInPlace` runs when the text is written but not yet in its place; if it throws, it never is. */
  saveText(path: string, text: string, beforeInPlace?: () => Promise<void>): Promise<void>;
  /** Writes text in chunks to a path that `save` gave, or (null) to a new file of the spool folder; gives the path. Memory for one chunk. */
  writeText(path: string | null, chunks: Iterable<string>): Promise<string>;
  /** Atomic: a folder of files, swapped in whole with its `manifest.json`; a folder with other files is refused. */
  saveFolder(path: string, files: ReadonlyMap<string, FileContent>): Promise<void>;
  /** Removes the spool folder. */
  close(): Promise<void>;
}

/** What is known of one of the two output streams. */
export interface TerminalStream {
  readonly isTerminal: boolean;
  readonly width: number;
  readonly colour: boolean;
  readonly unicode: boolean;
  write(text: string): Promise<void>;
}

export interface Terminal {
  readonly stdinIsTerminal: boolean;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  /** One line on standard error, rewritten in place, only at a terminal and only after half a second; empty text clears it. */
  progress(text: string): void;
}
