import { SegmentError } from "../../core/errors.ts";
import type { DetectedLayout } from "./detect-layout.ts";
import { delimiterName } from "./delimiter-words.ts";
import { grouped } from "./grouped.ts";
import type { BadRecord, Survey } from "./survey.ts";

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
        ? `leave out lines before the header with --skip-lines N${other} (--delimiter tab reads one column)`
        : `${aside}${other}`,
    });
  }
  const [code, what] = faults[bad.reason];
  const lines = seen.firstBad.map(({ line }) => line).join(", ");
  const places = `${all} (lines ${lines}${seen.bad > seen.firstBad.length ? " …" : ""})`;
  const isQuote = code === "bad-quotes";
  const plain = "read quotes as plain characters with --quote none";
  return new SegmentError(code, `${what}; ${seen.bad === 1 ? all : places}`, {
    place,
    hint: hintOf(bad.reason, isQuote ? (firstIsBad ? plain : `${aside}, or ${plain}`) : aside),
  });
}

const faults = {
  "after-quote": ["bad-quotes", "text after a closing quote"],
  unclosed: ["bad-quotes", "a quote is opened and never closed"],
  nul: ["bad-encoding", "a NUL byte"],
  encoding: ["bad-encoding", "a line in another encoding than the others"],
  header: ["ragged-rows", "the header again"],
} as const;

function hintOf(reason: BadRecord["reason"], usual: string): string {
  if (reason !== "nul") return usual;
  return `${usual}, name the encoding with --encoding if it is not UTF-8, or remove the NUL bytes (tr -d '\\000')`;
}

function shown(delimiter: number): string {
  return delimiterName(String.fromCharCode(delimiter));
}

/** The error for a file without a single row. */
export function noRows(
  label: string,
  what: string,
  hint = "a table needs at least one row; if the first line is data, add --no-header",
): SegmentError {
  return new SegmentError("no-rows", what, {
    place: { file: label },
    hint,
  });
}
