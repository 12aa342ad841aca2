import { statSync } from "node:fs";
import type { SourceNotice } from "../../core/source.ts";
import { contentEnd } from "./content-end.ts";
import type { DetectedLayout } from "./detect-layout.ts";
import { readRange } from "./file-window.ts";
import { findFooter, footerReason } from "./footer.ts";
import { grouped } from "./grouped.ts";
import { tryLayout } from "./layout-trial.ts";
import { isBlankRow, type RecordRules } from "./record-fault.ts";
import type { SamplePieces } from "./sample-pieces.ts";
import { sampleRows, type SampleRows } from "./sample-rows.ts";
import { scanRecords } from "./scan-records.ts";
import type { Survey } from "./survey.ts";
import type { AsideLine } from "./table-structure.ts";
import type { TextRegion } from "./text-region.ts";
import { type JudgedTotals, judgeTotals, valuesOf } from "./totals.ts";
import { isTotalsLabel, mayBeTotalsLabel } from "./totals-label.ts";

/** What stands below a table, and where it ends. */
export interface TableEnd {
  readonly footer: readonly AsideLine[];
  /** Physical lines from the first of these to the end of the text, and rows of delimiters alone among them. */
  readonly footerLines: number;
  readonly blankRows: number;
  /** Offset at which the table ends. */
  readonly to: number;
  readonly notices: readonly SourceNotice[];
}

/** What is known of a text whose end is looked at. */
export interface SurveyedText {
  readonly path: string;
  /** The text as far as the user leaves it to be looked at. */
  readonly outer: TextRegion;
  /** The table, as the sample showed it, and what was counted there. */
  readonly region: TextRegion;
  readonly layout: DetectedLayout;
  readonly rules: RecordRules;
  readonly seen: Survey;
}

const recordsSeen = 40;
const mostBytes = 1 << 22;
const mostLines = 20;
/** A line that its place shows to be no row has its numbers added up in texts of at most so many bytes. */
const addedUp = 1 << 26;

/**
 * Looks at the last records of a surveyed text, from the beginning of one of them, for lines that are no rows. A line of
 * the shape of a row that is labelled as totals is one where its numbers are the sums or means of the rows above; else it
 * is kept, with a notice. Cost: a short read; one pass over the rows where such a line is the last.
 */
export async function endOfTable(text: SurveyedText, signal: AbortSignal): Promise<TableEnd> {
  const { path, outer, region, layout, rules, seen } = text;
  const { structure } = layout;
  const none: TableEnd = { footer: [], footerLines: 0, blankRows: 0, to: outer.to, notices: [] };
  const end = contentEnd(path, region.from, outer.to);
  const first = firstOffset(seen, end);
  if (first === null || rules.fields < 2) return { ...none, ...structure, to: region.to };
  const bytes = readRange(path, first.offset, end - first.offset);
  const sample: SamplePieces = { pieces: [bytes], offsets: [first.offset], whole: false };
  const rows = sampleRows(sample, tryLayout(sample, layout.layout), 0);
  const offsetOf = (index: number): number => first.offset + rows.records[index]!.from;
  const from = first.isFirst ? 1 : -1;

  const candidates = labelled(rows, from, text);
  const [upper] = candidates;
  let judged: JudgedTotals | null = null;
  if (upper !== undefined) {
    const isOpen = candidates.some((i) => footerReason(rows, i, rules.fields, structure.facts) === null);
    const above = { ...region, to: offsetOf(upper) };
    const lines = candidates.map((i) => rows.texts(i));
    if (isOpen || above.to - above.from <= addedUp)
      judged = await judgeTotals(path, above, layout.layout, rules, seen.nul !== -1, lines, signal);
  }
  const verdicts = new Map(
    candidates.map((index, i) => [index, judged?.verdicts[i] ?? { isTotals: false, words: "" }]),
  );
  const found = findFooter(rows, from, rules.fields, structure.facts, verdicts);
  const at = found[0]?.index ?? rows.records.length;
  const linesTo = (index: number): number =>
    rows.records.slice(upper, index).reduce((sum, { lines }) => sum + lines, 0);
  const notices = judged === null ? [] : noticesOf(judged);
  if (found.length === 0) return { ...none, notices };

  const to = offsetOf(at);
  const below = await linesBelow(text, { from: to, to: outer.to, line: 0 }, signal);
  const footer = found.map(({ index, why }): AsideLine => {
    const { from: start, end: stop } = rows.records[index]!;
    const line = rows.records.slice(at, index).reduce((sum, { lines }) => sum + lines, 0);
    return { offset: offsetOf(index), line, raw: bytes.subarray(start, stop), why };
  });
  return { footer, footerLines: below.lines, blankRows: below.blankRows, to, notices };

  function noticesOf({ inside, firstInside, nextLine }: JudgedTotals): readonly SourceNotice[] {
    const told: SourceNotice[] = [];
    const kept = candidates.findLast((i) => i < at);
    const words = kept === undefined ? "" : verdicts.get(kept)!.words;
    const isLast = kept !== undefined && rows.records.slice(kept + 1, at).every(({ blank }) => blank);
    if (isLast && words !== "" && isTotalsLabel(labelOf(rows, kept))) {
      const line = nextLine + linesTo(kept);
      const shown = rows.raw(kept).slice(0, 80);
      told.push({
        code: "totals-kept",
        message: `line ${line} “${shown}” begins as a line of totals does, but ${words}: it is kept as a row; if it is none, add --footer-lines ${restOf(kept)}`,
      });
    }
    if (inside > 0) {
      const what = inside === 1 ? "1 row inside the table holds" : `${grouped(inside)} rows inside the table hold`;
      told.push({
        code: "totals-inside",
        message: `${what} the sums of rows above (line ${firstInside}${inside === 1 ? "" : " …"}): kept as rows, as only the last lines may be left out`,
      });
    }
    return told;
  }

  function restOf(index: number): number {
    return rows.records.slice(index).reduce((sum, { lines }) => sum + lines, 0);
  }
}

/** A record near the end whose offset is known: so many from the end as are looked at, and not too many bytes. */
function firstOffset({ offsets, records, stride }: Survey, end: number): { offset: number; isFirst: boolean } | null {
  let at = offsets.length - 1;
  while (at > 0 && records - at * stride < recordsSeen && end - offsets[at - 1]! <= mostBytes) at--;
  const offset = offsets[at];
  return offset === undefined || offset >= end ? null : { offset, isFirst: at === 0 };
}

/** The last records that have the shape of a row and begin with a label of totals, from the first of them on. */
function labelled(rows: SampleRows, from: number, { layout, rules }: SurveyedText): readonly number[] {
  const found: number[] = [];
  for (let i = rows.records.length - 1, steps = 0; i > from && steps < mostLines; i--) {
    const { blank, broken, fields } = rows.records[i]!;
    if (blank || (fields === rules.fields && rows.filled(i) === 0)) continue;
    steps++;
    const isRow = broken === "" && fields === rules.fields;
    if (isRow && mayBeTotalsLabel(labelOf(rows, i)) && valuesOf(rows.texts(i)).length > 0) found.unshift(i);
    else if (footerReason(rows, i, rules.fields, layout.structure.facts) === null) break;
  }
  return found;
}

function labelOf(rows: SampleRows, index: number): string {
  return (
    rows
      .cells(index)
      .find(({ text }) => text !== null && text.trim() !== "")
      ?.text?.trim() ?? ""
  );
}

/** The physical lines of a region below a table, and its rows of delimiters alone. */
async function linesBelow(
  { path, layout, rules }: SurveyedText,
  region: TextRegion,
  signal: AbortSignal,
): Promise<{ readonly lines: number; readonly blankRows: number }> {
  let lines = 0;
  let blankRows = 0;
  if (region.from >= statSync(path).size) return { lines, blankRows };
  await scanRecords(path, region, layout.layout, signal, null, ({ shape, window }) => {
    lines += shape.lines;
    if (isBlankRow(shape, window.buffer, window.start, rules.delimiter)) blankRows++;
    return true;
  });
  return { lines, blankRows };
}
