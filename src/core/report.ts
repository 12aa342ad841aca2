/** A report as data: what the renderers (terminal, Markdown, HTML) draw, beside the JSON document that says the same. */
export interface Report {
  /** Such as `cluster`; the JSON schema is `segment/<command>@<major>`. */
  readonly command: string;
  readonly blocks: readonly Block[];
  readonly json: JsonReport;
}

export type Block =
  /** First line of a report: parts joined by a middle dot. */
  | { readonly kind: "title"; readonly parts: readonly string[] }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: string; readonly emphasis?: "strong" | "dim" }
  /** A command line to paste, and what it does. Where it is too long for a line, it goes on after a backslash. */
  | { readonly kind: "command"; readonly text: string; readonly does: string }
  | { readonly kind: "notice"; readonly code: string; readonly text: string }
  | { readonly kind: "table"; readonly table: ReportTable };

export interface ReportTable {
  /** Kebab-case, unique in a report; `--tables` saves the table as `NAME.csv`. */
  readonly name: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly ReportRow[];
  /**
   * A table too wide for the terminal leaves no column out but goes on below in further parts, each of which begins
   * with this many first columns.
   */
  readonly repeat?: number;
  /** The same table as plain values in full precision, for files; it may hold columns and rows that are not drawn. */
  readonly data?: TableData;
}

/** Values by row; every row has `columns.length` of them, null where there is none. */
export interface TableData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface ReportColumn {
  readonly header: string;
  readonly align: "left" | "right";
  /** Columns of higher number are left out first when the terminal is too narrow; 0 always stays. */
  readonly priority?: number;
  /** Wraps within the remaining width (at most one column of a table). */
  readonly wrap?: boolean;
  /** Segment number that the column stands for, for the colour of its header. */
  readonly segment?: number;
}

export interface ReportRow {
  readonly cells: readonly Cell[];
  /** Marks the row that was chosen. */
  readonly chosen?: boolean;
  /** Segment number, for its colour. */
  readonly segment?: number;
}

/** The number is always printed as text; bar, spark and shade repeat it for the eye. */
export type Cell =
  | string
  | { readonly text: string; readonly bar: number; readonly style?: "block" | "line" }
  /** Values in -1…1 drawn as a row of eighth blocks; below zero a dot. */
  | { readonly text: string; readonly spark: readonly number[] }
  /** A z-score: ░ from 0.5, ▒ 1, ▓ 1.5, █ 2 in absolute value. */
  | { readonly text: string; readonly shade: number };

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The envelope that every JSON report has. Undefined members are left out; numbers are finite or null. */
export interface JsonReport {
  readonly schema: string;
  readonly version: string;
  readonly input: { readonly rows: number; readonly used: number; readonly quarantined: number };
  readonly merged: number;
  readonly grouped: number;
  readonly removed: number;
  readonly output: { readonly rows: number };
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly [key: string]: Json;
}
