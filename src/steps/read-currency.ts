import { SegmentError } from "../core/errors.ts";
import type { Column } from "../core/schema.ts";

/** The one currency that the reader found beside the numbers of a column; null where there is none. */
export function readCurrency({ reading, stored }: Column): string | null {
  return stored === "text" && "amounts" in reading ? (reading.amounts?.currency ?? null) : null;
}

/** What a model holds of the currency of a column that it learns from. */
export function unitMember(column: Column | undefined): { readonly unit?: string } {
  const unit = column === undefined ? null : readCurrency(column);
  return unit === null ? {} : { unit };
}

/** A bare dollar sign may be of the dollar of the model. */
export function isSameCurrency(code: string, unit: string): boolean {
  return code === unit || (code === "$" && unit === "USD") || (code === "USD" && unit === "$");
}

/** Throws `model-mismatch` where a column is written in another currency than the one it had when the model was learned. */
export function requireUnits(
  wanted: readonly { readonly name: string; readonly unit?: string }[],
  columns: readonly Column[],
  file: string,
): void {
  for (const { name, unit } of wanted) {
    const column = columns.find((one) => one.name === name);
    const read = column === undefined ? null : readCurrency(column);
    if (unit !== undefined && read !== null && !isSameCurrency(read, unit)) {
      throw otherCurrency(name, [read], unit, { file });
    }
  }
}

/** The error of amounts in another currency than the model's. */
export function otherCurrency(
  name: string,
  found: readonly string[],
  unit: string,
  { file, hint }: { readonly file?: string; readonly hint?: string },
): SegmentError {
  return new SegmentError(
    "model-mismatch",
    `${name} holds amounts in ${found.join(", ")}, and the model knows it in ${unit}`,
    {
      place: { ...(file === undefined ? {} : { file }), column: name },
      hint: hint ?? "convert the amounts, or learn a model from a table in this currency",
    },
  );
}
