import { SegmentError } from "../../core/errors.ts";
import { findFooter, isTotals, type ColumnFact } from "./footer.ts";
import { countHeaderRows } from "./header-rows.ts";
import type { LayoutTrial, SampledRecord } from "./layout-trial.ts";
import { isTyped } from "./plausible.ts";
import { findStart } from "./preamble.ts";
import type { SamplePieces } from "./sample-pieces.ts";
import { sampleRows, type SampleRows } from "./sample-rows.ts";

/** What of the structure the user has settled; `undefined` leaves it to the data. */
export interface GivenStructure {
  /** The text begins with the table: its first lines have been left out already. */
  readonly start?: boolean;
  /** Records of the header, 0 for none. */
  readonly headerRows?: number | undefined;
  /** The text ends with the table. */
  readonly end?: boolean;
}

/** A line that is no record of the table. */
export interface AsideLine {
  /** Offset in the file. */
  readonly offset: number;
  /** Physical lines between the beginning of the text, or of the footer, and it. */
  readonly line: number;
  readonly raw: Buffer;
  readonly why: string;
}

/** How the records of a sample make a table of so many fields. */
export interface TableStructure {
  readonly fields: number;
  readonly preamble: readonly AsideLine[];
  /** Offset in the file at which the table begins, and the physical lines before it. */
  readonly from: number;
  readonly linesBefore: number;
  /** Records of the header where they are known to be several, or one shorter than the rows; else null, for the whole file to tell. */
  readonly header: {
    readonly rows: readonly (readonly (string | null)[])[];
    /** Their bytes in the file, without line endings. */
    readonly raw: readonly Buffer[];
    readonly end: number;
    readonly lines: number;
  } | null;
  /** Every sampled record ends in a delimiter with nothing behind it, the header too. */
  readonly trailing: boolean;
  readonly footer: readonly AsideLine[];
  /** Physical lines from the first of these to the end. */
  readonly footerLines: number;
  readonly facts: readonly ColumnFact[];
  /** Sampled rows of the table, the first record of which may be a header, and those of another number of fields. */
  readonly body: readonly { readonly piece: number; readonly index: number }[];
  readonly ragged: number;
  readonly rowsOf: (piece: number) => SampleRows;
  /** What to throw where the header can be read in two ways. */
  readonly tie: SegmentError | null;
}

/**
 * Finds where the table begins and ends when its records have `fields` fields, which records are its header, and what is
 * set aside above and below.
 */
export function tableStructure(
  sample: SamplePieces,
  trial: LayoutTrial,
  fields: number,
  given: GivenStructure,
  label: string,
): TableStructure {
  const all = trial.pieces.map((_, piece) => sampleRows(sample, trial, piece));
  const rowsOf = (piece: number): SampleRows => all[piece]!;
  const head = rowsOf(0);
  const start = given.start === true ? { index: 0, preamble: [], shortHeader: false } : findStart(head, fields);
  const offset = (record: SampledRecord): number => sample.offsets[record.piece]! + record.from;
  const linesOf = (rows: SampleRows, from: number, to: number): number =>
    rows.records.slice(from, to).reduce((sum, { lines }) => sum + lines, 0);
  const aside = (rows: SampleRows, index: number, origin: number, why: string): AsideLine => {
    const record = rows.records[index]!;
    const raw = sample.pieces[record.piece]!.subarray(record.from, record.end);
    return { offset: offset(record), line: linesOf(rows, origin, index), raw, why };
  };

  const isRow = ({ blank, broken, fields: own }: SampledRecord): boolean => !blank && broken === "" && own === fields;
  const found =
    start.shortHeader || given.headerRows !== undefined
      ? { count: given.headerRows ?? 1, tie: null }
      : countHeaderRows(head, start.index, fields, label);
  const headerRows = start.shortHeader ? 1 : found.count;
  const taken = headerRows > 1 || start.shortHeader ? headerIndexes(head, start.index, headerRows) : [];
  const first = taken.length === 0 ? start.index : taken.at(-1)! + 1;

  const last = trial.pieces.length - 1;
  const facts = columnFacts(all, first, fields, isRow);
  const end = rowsOf(last);
  const ends = given.end === true ? [] : findFooter(end, last === 0 ? first + 1 : 0, fields, facts);
  const footerAt = ends[0]?.index ?? Infinity;

  const body: { piece: number; index: number }[] = [];
  let ragged = 0;
  for (const [piece, { records }] of all.entries()) {
    for (const [index, record] of records.entries()) {
      if (record.blank || (piece === 0 && index < first) || (piece === last && index >= footerAt)) continue;
      if (isRow(record)) body.push({ piece, index });
      else ragged++;
    }
  }
  const isOpenEnded = ({ piece, index }: { piece: number; index: number }): boolean =>
    rowsOf(piece).cells(index).at(-1)?.text === null;
  const lacksLast = (i: number): boolean => head.records[i]!.fields < fields || head.cells(i).at(-1)?.text === null;
  const spread = body.filter((_, i) => i < 20 || i % 29 === 0);
  const trailing =
    fields > 1 && (body.length > 1 || taken.length > 0) && spread.every(isOpenEnded) && taken.every(lacksLast);
  const above = head.records.slice(0, start.preamble.length === 0 && taken.length === 0 ? 0 : start.index);
  return {
    fields,
    preamble: start.preamble.map((index) => aside(head, index, 0, "above the table")),
    from: above.length === 0 ? sample.offsets[0]! : offset(head.records[start.index]!),
    linesBefore: linesOf(head, 0, above.length),
    header:
      taken.length === 0
        ? null
        : {
            rows: taken.map((i) => head.texts(i)),
            raw: taken.map((i) => aside(head, i, 0, "").raw),
            end: sample.offsets[0]! + head.records[taken.at(-1)!]!.next,
            lines: linesOf(head, start.index, taken.at(-1)! + 1),
          },
    trailing,
    footer: ends.map(({ index, why }) => aside(end, index, footerAt, why)),
    footerLines: ends.length === 0 ? 0 : linesOf(end, footerAt, end.records.length),
    facts,
    body,
    ragged,
    rowsOf,
    tie: start.rival === undefined ? found.tie : titleTie(label, head.raw(start.index), start.rival),
  };
}

function titleTie(label: string, line: string, rival: number): SegmentError {
  const all = `--skip-lines ${rival}`;
  const shown = line.length > 60 ? `${line.slice(0, 59)}…` : line;
  return new SegmentError(
    "ambiguous-input",
    `“${shown}” may be the header, or stand above a table that begins on line ${rival + 1}`,
    {
      place: { file: label, line: 1 },
      hint: `settle it with ${all}, or with as many lines as stand above the header (0 for none)`,
    },
  );
}

/** The records of the header: `count` of them from `start`, blank lines between them left out. */
function headerIndexes({ records }: SampleRows, start: number, count: number): number[] {
  const indexes: number[] = [];
  for (let i = start; i < records.length && indexes.length < count; i++) if (!records[i]!.blank) indexes.push(i);
  return indexes;
}

/** Rows of the head, and of every other piece. */
const rowsAsked = [150, 40] as const;

function columnFacts(
  all: readonly SampleRows[],
  first: number,
  fields: number,
  isRow: (record: SampledRecord) => boolean,
): readonly ColumnFact[] {
  const counts = Array.from({ length: Math.min(fields, 1000) }, () => ({ rows: 0, filled: 0, typed: 0 }));
  for (const [piece, rows] of all.entries()) {
    let asked = 0;
    for (const [index, record] of rows.records.entries()) {
      // The record at `first` may be a header.
      if (!isRow(record) || (piece === 0 && index <= first) || isTotals(rows.cells(index))) continue;
      if (++asked > rowsAsked[piece === 0 ? 0 : 1]) break;
      for (const [j, { text }] of rows.cells(index).entries()) {
        const count = counts[j];
        if (count === undefined) break;
        count.rows++;
        if (text === null || text.trim() === "") continue;
        count.filled++;
        if (isTyped(text)) count.typed++;
      }
    }
  }
  return counts;
}
