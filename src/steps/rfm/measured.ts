import type { Table } from "../../core/context.ts";
import type { ReadingOptions } from "../../core/source.ts";
import type { ModelColumn } from "../model-file.ts";
import type { Warning } from "../open-table.ts";

/** A table that has the columns `recency`, `frequency` and `monetary`, and how it came from the rows that were read. */
export interface Measured {
  readonly table: Table;
  /** The day that recency is counted to, as YYYY-MM-DD; null where the table held days already. */
  readonly asOf: string | null;
  /** Rows left out because they are after it. */
  readonly afterAsOf: number;
  /** Rows left out because they lack a value, by `--missing drop`. */
  readonly dropped: number;
  /** Rows folded into another of the same customer. */
  readonly grouped: number;
  readonly warnings: readonly Warning[];
  /** The columns of the roles as they were read, in the order of the roles. */
  readonly columns: readonly ModelColumn[];
}

export interface MeasureOptions {
  /** As YYYY-MM-DD; undefined: the last date in the data. */
  readonly asOf: string | undefined;
  readonly missing: "error" | "drop" | undefined;
  /** How the user settled what can be read in two ways. */
  readonly reading: ReadingOptions;
}
