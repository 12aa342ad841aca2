import type { Reading } from "../../core/schema.ts";
import type { ColumnEvidence } from "./column-evidence.ts";

/** What became of a column: its reading, or the two that tie, or text with the bits that kept it from being more. */
export type Decision =
  | { readonly kind: "read"; readonly reading: Reading; readonly why: string }
  | { readonly kind: "open"; readonly tie: "decimal" | "dates"; readonly example: string; readonly why: string }
  /** `bits`: those of values that do not fit; 0 where no value stands out. `keys`: groups of values that do not fit. */
  | { readonly kind: "text"; readonly why: string; readonly bits: number; readonly keys?: readonly string[] };

/** A column with what was decided of it. */
export interface Decided {
  readonly evidence: ColumnEvidence;
  readonly decision: Decision;
}

/** A text column that never looked like anything else. */
export function plainText(why: string): Decision {
  return { kind: "text", why, bits: 0 };
}

/** A value as it is quoted in a sentence. */
export function quoted(value: string): string {
  const text = value.length > 40 ? `${value.slice(0, 39)}…` : value;
  return text.trim() === text && !text.includes(",") ? text : `"${text}"`;
}
