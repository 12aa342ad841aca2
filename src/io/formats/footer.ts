import { isTyped } from "./plausible.ts";
import { isComment } from "./preamble.ts";
import type { SampleRows } from "./sample-rows.ts";
import { isTotalsLabel } from "./totals-label.ts";
import type { TotalsVerdict } from "./totals.ts";

/** What a column of the table holds in the sampled rows, totals apart: rows, those that hold something, and numbers, dates or addresses. */
export interface ColumnFact {
  readonly rows: number;
  readonly filled: number;
  readonly typed: number;
}

/** A line below the table that is no record of it. */
export interface FooterLine {
  readonly index: number;
  readonly why: string;
}

const mostLines = 20;

const notes =
  /^(?:\(?\d[\d ., \u00a0\u202f]*\s(?:rows?|lines?|records?|results?|lignes?|enregistrements?|r[ée]sultats?|fiches?|clients?)\b|(?:g[ée]n[ée]r[ée]|generated|export(?:[ée]|ed)?|extraite?|extracted|[ée]dit[ée]|imprim[ée]|printed|created|cr[ée][ée])\s+(?:le|on|at|the|by|par|du|de|from|:)|(?:nombre (?:de|d['’])|number of|row count|count\b|rows?\b|lignes?\b|enregistrements?\b|records?\b)[^;,\t|]*[:=]?|source ?:|page \d+|fin (?:de|du|d['’])|end of|(?:©|copyright|confidentie?l))/iu;

/**
 * The lines at the end of a text that are no records of the table of `fields` fields: totals, counts, dates of printing.
 * Only the last lines are looked at, from the end upwards, and only where the line itself and its place both speak for it;
 * a row that happens to hold the word total is a row. `from` is the first row of the table in these records; `verdicts`
 * say, by record, what the numbers of lines with a label are to the rows above, where that is known.
 */
export function findFooter(
  rows: SampleRows,
  from: number,
  fields: number,
  facts: readonly ColumnFact[],
  verdicts: ReadonlyMap<number, TotalsVerdict> = new Map(),
): readonly FooterLine[] {
  if (fields < 2) return [];
  const { records } = rows;
  const found: FooterLine[] = [];
  for (let i = records.length - 1; i > from && found.length < mostLines; i--) {
    if (records[i]!.blank || (records[i]!.fields === fields && rows.filled(i) === 0)) continue;
    const placed = footerReason(rows, i, fields, facts);
    const verdict = verdicts.get(i);
    if (placed === null && verdict?.isTotals !== true) break;
    const said = verdict === undefined || verdict.words === "" ? "" : verdict.words;
    const label =
      rows
        .cells(i)
        .find(({ text }) => text !== null && text.trim() !== "")
        ?.text?.trim() ?? "";
    const why = placed ?? `it begins with “${label}”`;
    const link = verdict?.isTotals === true ? "and" : "though";
    found.unshift({ index: i, why: said === "" ? why : `${why}, ${link} ${said}` });
  }
  return found;
}

/** Whether a record begins as one of totals does: where it stands tells whether it is one. */
export function isTotals(cells: readonly { readonly text: string | null }[]): boolean {
  const label = cells.find(({ text }) => text !== null && text.trim() !== "")?.text ?? "";
  return isTotalsLabel(label);
}

/** Whether a blank line stands before record `i`, and the rows before that have none between them. */
function hasGap(rows: SampleRows, i: number, fields: number): boolean {
  const isBlank = (at: number): boolean => {
    const record = rows.records[at];
    return record !== undefined && (record.blank || (record.fields === fields && rows.filled(at) === 0));
  };
  let at = i - 1;
  // Behind one blank line there may be several lines of a footer.
  const isPart = (): boolean => rows.records[at]!.fields !== fields || isTotals(rows.cells(at));
  for (let step = 0; step < mostLines && at > 0 && !isBlank(at) && isPart(); step++) at--;
  if (!isBlank(at)) return false;
  while (isBlank(at)) at--;
  return at < 1 || !isBlank(at - 1);
}

/** Why record `i`, below which all others are no rows, is none by its shape and place; null where it may be one. */
export function footerReason(
  rows: SampleRows,
  i: number,
  fields: number,
  counts: readonly ColumnFact[],
): string | null {
  const gap = hasGap(rows, i, fields);
  const facts = counts.map(({ rows: all, filled, typed }) => ({
    filled: filled / Math.max(1, all),
    typed: typed / Math.max(1, filled),
  }));
  const record = rows.records[i]!;
  if (record.broken !== "") return isComment(rows.raw(i)) || gap ? "text behind the table" : null;
  const cells = rows.cells(i).map(({ text }) => text?.trim() ?? "");
  const filled = cells.filter((text) => text !== "");
  const at = cells.findIndex((text) => text !== "");
  const label = cells[at]!;
  const isEven = record.fields === fields;
  const count = `${record.fields} ${record.fields === 1 ? "field" : "fields"}, ${fields} expected`;
  if (isComment(rows.raw(i)) && (!isEven || filled.length === 1 || (facts[0]?.typed ?? 0) >= 0.9))
    return "it begins as a comment does";
  const values = cells.slice(at + 1).filter((text) => text !== "");
  if (isTotalsLabel(label) && values.every(isTyped)) {
    if (!isEven) return `it begins with “${label}”; ${count}`;
    if (gap) return `it begins with “${label}”, behind a blank line`;
    const open = cells.filter((text, j) => text === "" && (facts[j]?.filled ?? 0) >= 0.95).length;
    if (open > 0) {
      const which = open === 1 ? "a column that every other row fills" : `${open} columns that every other row fills`;
      return `it begins with “${label}” and leaves open ${which}`;
    }
    if (!isTyped(label) && (facts[at]?.typed ?? 0) >= 0.9)
      return `it has “${label}” in a column of numbers, dates or addresses`;
    const odd = cells.findIndex((text, j) => j > at && text !== "" && (facts[j]?.typed ?? 1) <= 0.05);
    return odd === -1 ? null : `it begins with “${label}” and has “${cells[odd]!}” in a column of words`;
  }
  if (isEven && (filled.length > 1 || fields < 3)) return null;
  if (filled.length <= 2 && notes.test(label)) return `a remark: ${isEven ? "all other fields are empty" : count}`;
  if (filled.length <= 2 && gap && !isTyped(label) && /[\s:]/.test(label) && record.fields < fields)
    return `text behind a blank line; ${count}`;
  return null;
}
