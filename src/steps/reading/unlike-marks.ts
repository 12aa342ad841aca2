import type { Table } from "../../core/context.ts";
import type { DecimalMark, DelimitedSource, Source } from "../../core/source.ts";
import { isMissing, notation, notationOf, notNumber } from "./number-shapes.ts";
import { short } from "./word-evidence.ts";

/**
 * A warning for each column that is text because one file writes its numbers with a decimal point and another with a
 * decimal comma, by the records drawn from each.
 */
export function unlikeMarksWarnings(
  table: Table,
  sources: readonly Source[],
): readonly { readonly column: string; readonly code: string; readonly message: string }[] {
  const files = sources.filter((source) => source.format === "csv");
  if (files.length < 2) return [];
  return table.columns.flatMap(({ name, type, stored, oddValue }) => {
    if (type !== "text" || stored !== "text" || oddValue === undefined) return [];
    const points = files.filter((file) => markOf(file, name) === ".");
    const commas = files.filter((file) => markOf(file, name) === ",");
    if (points.length === 0 || commas.length === 0) return [];
    const message =
      `${short(name)} stays text: ${labels(commas)} with a decimal comma, ${labels(points)} with a decimal point; to read ` +
      "each file by its own marks give it as a source of its own, such as --source a=FILE --source b=FILE --combine union";
    return [{ column: name, code: "unlike-marks", message }];
  });
}

/** The decimal mark of the numbers in a column of a file; null where they have none, or two, or the values are none. */
function markOf({ columns, sample }: DelimitedSource, name: string): DecimalMark | null {
  const index = columns.indexOf(name);
  if (index < 0) return null;
  let bits = 0;
  for (const record of sample) {
    const value = record[index] ?? null;
    if (value !== null && !isMissing(value)) bits |= notationOf(value);
  }
  if ((bits & notNumber) !== 0) return null;
  const point = (bits & (notation.point | notation.commaGroupsPoint | notation.spaceGroupsPoint)) !== 0;
  const comma = (bits & (notation.comma | notation.pointGroupsComma | notation.spaceGroupsComma)) !== 0;
  if (point === comma) return null;
  return point ? "." : ",";
}

function labels(files: readonly DelimitedSource[]): string {
  const shown = files.slice(0, 3).map(({ label }) => label);
  const more = files.length > 3 ? ` and ${files.length - 3} more` : "";
  return `${shown.join(", ")}${more}`;
}
