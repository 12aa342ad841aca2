import { SegmentError } from "../../core/errors.ts";
import { grouped } from "./grouped.ts";
import type { DetectedLayout } from "./detect-layout.ts";
import type { Survey } from "./survey.ts";

/** The error for records that cannot be read: the first of them, how many there are, and the way out. */
export function structureError(
  label: string,
  layout: DetectedLayout,
  seen: Survey,
  firstIsBad: boolean,
  delimiterGiven: boolean,
): SegmentError {
  const bad = seen.firstBad[0]!;
  const place = { file: label, line: bad.line };
  const all = seen.bad === 1 ? "the only such record" : `${grouped(seen.bad)} such records`;
  const aside = "set such records aside with --quarantine FILE";
  if (bad.reason === "fields") {
    const delimiter = layout.layout.delimiter === -1 ? "" : ` (delimiter ${shown(layout.layout.delimiter)})`;
    const what = `${bad.found} ${bad.found === 1 ? "field" : "fields"}, ${layout.fields} expected`;
    const other = delimiterGiven ? "" : ", or name the delimiter with --delimiter";
    return new SegmentError("ragged-rows", `${what}${delimiter}; ${all}`, {
      place,
      hint: firstIsBad
        ? `remove the lines before the header${other} (--delimiter tab reads one column)`
        : `${aside}${other}`,
    });
  }
  const what = bad.reason === "unclosed" ? "a quote is opened and never closed" : "text after a closing quote";
  return new SegmentError(
    "bad-quotes",
    `${what}; ${seen.bad === 1 ? all : `${all} (lines ${seen.firstBad.map((b) => b.line).join(", ")}${seen.bad > seen.firstBad.length ? " …" : ""})`}`,
    {
      place,
      hint: firstIsBad
        ? "read quotes as plain characters with --quote none"
        : `${aside}, or read quotes as plain characters with --quote none`,
    },
  );
}

function shown(delimiter: number): string {
  return delimiter === 9 ? "tab" : `\`${String.fromCharCode(delimiter)}\``;
}
