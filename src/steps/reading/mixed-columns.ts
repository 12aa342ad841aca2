import type { Table } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import { saysId } from "../column-kinds.ts";
import { quoted } from "./decision.ts";
import { unlikeMarksWarnings } from "./unlike-marks.ts";
import { twoDigitYear } from "./candidates.ts";
import { familyOf } from "./date-families.ts";
import { notationOf, notNumber } from "./number-shapes.ts";
import { placeOf } from "./place-of.ts";
import { short } from "./word-evidence.ts";

/** Columns whose first odd value is looked up in the file; finding its line reads the file once more. */
const placedColumns = 5;

/** A column with more values that do not fit, as a share of those present, is no damaged one but text. */
const mostOdd = 0.2;

/** Whether the values that do not fit are numbers or dates too, so that the column is text for how they are written alone. */
function isLikeOthers(value: string): boolean {
  return (notationOf(value) & notNumber) === 0 || familyOf(value) !== null;
}

/**
 * A warning for each column that is text because of a few values that are no number, date or boolean, with the line of
 * the first, or because files write its numbers with different decimal marks. Columns of codes may hold what they like.
 */
export async function mixedColumnWarnings(
  table: Table,
  sources: readonly Source[],
): Promise<readonly { readonly code: string; readonly message: string }[]> {
  const unlike = unlikeMarksWarnings(table, sources);
  const told = new Set(unlike.map(({ column }) => column));
  const mixed = table.columns.filter(
    ({ name, present, oddValue }) =>
      !told.has(name) &&
      oddValue !== undefined &&
      (oddValue.count <= Math.max(1, present * mostOdd) || isLikeOthers(oddValue.value)) &&
      !saysId(name),
  );
  const warnings: { code: string; message: string }[] = [];
  for (const { name, why, present, oddValue, asideBy } of mixed.slice(0, placedColumns)) {
    const { value, row, count } = oddValue!;
    const { line } = await placeOf(sources, row, name);
    const where = line === undefined ? `row ${row + 1}` : `line ${line}`;
    const values = `${count} of ${present} values ${count === 1 ? "does" : "do"} not fit`;
    const wayOut =
      asideBy === undefined ? "" : `; ${asideBy} ${asideBy.startsWith("--dates") ? "sets" : "set"} such rows aside`;
    const message = `${short(name)} stays text: ${why}; ${values}, first ${quoted(value)} on ${where}${wayOut}`;
    warnings.push({ code: "mixed-column", message });
  }
  const more = mixed.length - warnings.length;
  for (const { name, type, why } of table.columns) {
    if (type !== "text" || !why.endsWith(twoDigitYear)) continue;
    const column = short(name);
    const message = `${column} stays text: ${why}; --dates ${column}=dmy reads it with the day first, ${column}=mdy with the month`;
    warnings.push({ code: "two-digit-years", message });
  }
  warnings.unshift(...unlike.map(({ code, message }) => ({ code, message })));
  if (more > 0)
    warnings.push({ code: "mixed-column", message: `${more} more columns stay text because of single values` });
  return warnings;
}
