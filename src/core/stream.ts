import type { ColumnType } from "./column-type.ts";
import type { ExitCode } from "./errors.ts";
import type { FileFormat } from "./source.ts";

/** A table that one `segment` process has sent whole to another on a pipe. */
export interface SentTable {
  readonly format: FileFormat;
  readonly columns: readonly SentColumn[];
  readonly rows: number;
  /** Bytes written to the pipe. */
  readonly bytes: number;
  /** The Parquet file that holds the table where nothing went through the pipe; it belongs to the reader. */
  readonly handed?: string;
}

export interface SentColumn {
  readonly name: string;
  /** Null: can be read in two ways, and passed on as text for the reader to settle. */
  readonly type: ColumnType | null;
}

/** The stage of a pipe that failed first, and the code it ended with. */
export interface StageFailure {
  /** Such as `segment clean`. */
  readonly stage: string;
  readonly exit: Exclude<ExitCode, 0>;
}
