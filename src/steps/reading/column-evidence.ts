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
  | { readonly kind: "date"; readonly family: DateFamily; readonly example: string }
  | { readonly kind: "boolean"; readonly example: string };

/** A column with its candidate and values drawn from it, nulls and null words left out. */
export interface SampledColumn {
  readonly column: LoadedColumn;
  readonly candidate: Candidate;
  readonly values: readonly string[];
}

/** What the whole table said of a column: `bits` are those of its kind (0 where nothing is present). */
export interface ColumnEvidence extends SampledColumn {
  /** Rows that are not null and not empty. */
  readonly held: number;
  /** Rows that hold a value that is no null word either. */
  readonly present: number;
  readonly bits: number;
}
