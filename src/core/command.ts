import type { Context } from "./context.ts";
import type { ExitCode } from "./errors.ts";
import type { OptionsOf, OptionTable } from "./options.ts";
import type { Report } from "./report.ts";
import type { FileFormat } from "./source.ts";
import type { Sql } from "./sql.ts";

/** A subcommand: its words for the help, its options, and what it does. */
export interface Command<T extends OptionTable = OptionTable> {
  /** `cluster`, or `sample customers` for a command of a group. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** `files`: zero or more inputs, standard input without; `none`: takes no input. */
  readonly inputs: "files" | "none";
  readonly options: T;
  readonly examples: readonly { readonly run: string; readonly does: string }[];
  run(context: Context, inputs: readonly string[], options: OptionsOf<T>): Promise<Outcome>;
}

/** What a command hands back: the caller writes the table, then draws the report, by the streams rule. */
export interface Outcome {
  readonly report: Report;
  readonly exit?: ExitCode;
  /** The table, if the command has one and it is wanted. */
  readonly table?: OutputTable;
}

/** One ordered query, and the columns that a preview at the terminal shows first. */
export interface OutputTable {
  readonly query: Sql;
  readonly rows: number;
  /** The same table as typed values (Parquet, JSON), where text and typed forms differ. */
  readonly typed: Sql;
  readonly format?: FileFormat;
}
