import type { LoadedColumn } from "../../core/context.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { DateFamily } from "./date-families.ts";
import type { FastCheck } from "./number-sql.ts";

/** What the sample lets a column be; the whole table is asked whether it is. */
export type Candidate =
  | { readonly kind: "typed" }
  /** Its sender says what it is. */
  | { readonly kind: "stated"; readonly type: ColumnType }
  /** `why` where it looks like something else. */
  | { readonly kind: "text"; readonly why?: string }
  | { readonly kind: "number"; readonly check: FastCheck; readonly example: string }
  | DateCandidate
  | { readonly kind: "boolean"; readonly example: string };

/** Dates in one way of writing or several. */
export interface DateCandidate {
  readonly kind: "date";
  /** The commonest first; one at least. */
  readonly written: readonly WrittenDates[];
  readonly example: string;
  /** What the column is where not every value is such a date: it only looked like one. */
  readonly otherwise?: Candidate;
}

/** A way of writing dates with one of them. */
export interface WrittenDates {
  readonly family: DateFamily;
  readonly example: string;
}

/** A column with its candidate and values drawn from it, nulls and null words left out. */
export interface SampledColumn {
  readonly column: LoadedColumn;
  readonly candidate: Candidate;
  readonly values: readonly string[];
}

/** Values of a column that have something in common. */
export interface ValueGroup {
  /** Numbers: the currency or percent sign beside them, empty for none. Dates: the place of their way of writing in the candidate. */
  readonly key: string;
  readonly rows: number;
  readonly bits: number;
}

/** What the whole table said of a column: `bits` are those of its kind (0 where nothing is present). */
export interface ColumnEvidence extends SampledColumn {
  /** Rows that are not null and not empty. */
  readonly held: number;
  /** Rows that hold a value that is no null word either. */
  readonly present: number;
  readonly bits: number;
  /** The values that are present, by what they have in common; one group or none where the kind has no groups. */
  readonly groups: readonly ValueGroup[];
}
