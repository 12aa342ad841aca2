import type { ColumnType } from "./column-type.ts";
import type { DeclaredColumn } from "./role.ts";
import type { DateCount, DateOrder, DecimalMark } from "./source.ts";
import type { Sql } from "./sql.ts";

export type { ColumnType } from "./column-type.ts";

/** What a column of each type holds, as a sentence says it. */
export const typeWords: Readonly<Record<ColumnType, string>> = {
  text: "text",
  integer: "numbers",
  number: "numbers",
  boolean: "yes or no",
  date: "dates",
  timestamp: "times",
};

export type ThousandsMark = "" | "." | "," | " " | "'";

/** How the text of a column is turned into values; decided on every row of the table, not on a sample. */
export type Reading =
  | { readonly type: "text" }
  | {
      readonly type: "integer" | "number";
      readonly decimal: DecimalMark;
      readonly thousands: ThousandsMark;
      /** Present where numbers have more than their digits and marks beside them (`12 €`, `(12,5)`, `12-`, `12 %`). */
      readonly amounts?: AmountReading;
    }
  /**
   * `format` is a strptime pattern, such as `%d/%m/%Y`, where `%B` is a month in letters, or the name of a count, such as
   * `excel`; `order` says which reading of the digits it stands for. `formats`: all of them, where values are written in
   * several ways, the commonest first.
   */
  | {
      readonly type: "date" | "timestamp";
      readonly order: DateOrder | DateCount;
      readonly format: string;
      readonly formats?: readonly string[];
    }
  | { readonly type: "boolean"; readonly yes: readonly string[]; readonly no: readonly string[] };

/** What the numbers of a column are amounts of. */
export interface AmountReading {
  /** ISO 4217 code, or the sign where that is of several countries (`$`); null where no value names one. */
  readonly currency: string | null;
  /** Percentages keep their number: `12 %` is 12. */
  readonly percent: boolean;
}

/** Two readings that the data cannot tell apart. */
export interface Tie {
  readonly columns: readonly string[];
  /** A value that shows it, as it stands in the file. */
  readonly example: string;
  /** What the example would mean in each reading, and the option that chooses it, such as `--dates signup=dmy`. */
  readonly readings: readonly { readonly meaning: string; readonly option: string }[];
}

/** A column of a loaded table. */
export interface Column {
  readonly name: string;
  /** The column as the engine holds it, in a query over the table's relation. */
  readonly ref: Sql;
  readonly type: ColumnType;
  /** `text`: the engine holds the file's own text, to be read by `reading`. `typed`: the engine holds values. */
  readonly stored: "text" | "typed";
  readonly reading: Reading;
  /** Rows that hold a value: not null, not empty, not a null word. */
  readonly present: number;
  /** Why this reading, in words. */
  readonly why: string;
  /** Its text is in the notation that tables are written in, and need not be rewritten. */
  readonly isPlain?: boolean;
  /** Where two readings tie: the column passes through as text, and using it is an error. */
  readonly tie?: Tie;
  /** First value (row from 0) that does not fit in a column of mostly numbers, dates or booleans, and how many there are. */
  readonly oddValue?: { readonly value: string; readonly row: number; readonly count: number };
  /** What the file of `--schema` says of it. */
  readonly declared?: DeclaredColumn;
}

/** Words that stand for a missing value in a column of numbers, dates or booleans (compared in lower case, trimmed). */
export const nullWords: readonly string[] = [
  "",
  "na",
  "n/a",
  "nan",
  "null",
  "none",
  "nil",
  "nd",
  "n.d.",
  "vide",
  "-",
  "--",
  "?",
  "#n/a",
  "\\n",
];
