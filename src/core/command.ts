import type { Context, LinesWith } from "./context.ts";
import type { ExitCode } from "./errors.ts";
import type { OptionsOf, OptionTable } from "./options.ts";
import type { Report } from "./report.ts";
import type { ColumnType } from "./schema.ts";
import type { Sql } from "./sql.ts";

/** A subcommand: its words for the help, its options, and what it does. */
export interface Command<T extends OptionTable = OptionTable> {
  /** `cluster`, or `sample customers` for a command of a group. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** `files`: zero or more inputs, standard input without; `words`: words that are no files; `none`: takes no input. */
  readonly inputs: "files" | "words" | "none";
  /** With `words`: what stands for them in the help, and whether it is one alone. */
  readonly words?: { readonly value: string; readonly help: string; readonly isOne: boolean };
  readonly options: T;
  readonly examples: readonly { readonly run: string; readonly does: string }[];
  run(context: Context, inputs: readonly string[], options: OptionsOf<T>): Promise<Outcome>;
}

/** What a command hands back: the caller writes the table, then draws the report, by the streams rule. */
export interface Outcome {
  readonly report: Report;
  readonly exit?: ExitCode;
  /** The table, if the command has one and it is wanted. */
  readonly table?: OutputTable | GeneratedTable;
  /** The command has a table and keeps it back, since a gate failed: the report goes where it would go beside the table. */
  readonly withheld?: boolean;
  /** Text that takes the place of both table and report on standard output, such as that of `--explain`. */
  readonly text?: string;
  /** Other files, such as a model; written after the table, whole or not at all. */
  readonly files?: readonly { readonly path: string; readonly text: string }[];
  /** Other tables, each written to a file of its own after the table, format by extension, whole or not at all. */
  readonly tables?: readonly { readonly path: string; readonly table: OutputTable | GeneratedTable }[];
  /** Folders of files by name, texts or tables in the format of their ending; swapped in whole. */
  readonly folders?: readonly { readonly path: string; readonly files: ReadonlyMap<string, string | OutputTable> }[];
}

/** A table inside the engine: one ordered query. */
export interface OutputTable {
  /** The text forms, for CSV: a value already in plain notation keeps its text. */
  readonly query: Sql;
  /** The same table as typed values, for Parquet and JSON. */
  readonly typed: Sql;
  /** The same text as the lines of the file with fields added, where that is all there is to it. */
  readonly lines?: LinesWith;
  /** A file that holds the table as it is to be written, byte for byte. */
  readonly copyOf?: string;
  readonly rows: number;
  /** Columns that can be read in two ways, passed on as text. */
  readonly open?: readonly string[];
  /** Columns that a preview at the terminal shows first. */
  readonly first?: readonly string[];
}

/** A table that the command makes itself, without an engine. */
export interface GeneratedTable {
  readonly rows: number;
  readonly columns: readonly GeneratedColumn[];
  /**
   * The table as CSV text in chunks, header first; made while it is read, and the same each time. The first chunk
   * holds the first ten rows, or all there are.
   */
  readonly csv: Iterable<string>;
  readonly first?: readonly string[];
}

/** A column of a generated table, with the type that it has in Parquet and JSON. */
export interface GeneratedColumn {
  readonly name: string;
  readonly type: ColumnType;
}
