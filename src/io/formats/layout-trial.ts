import { emptyShape, fieldsOf, type Layout, type RawField, readRecord, type RecordShape } from "./record.ts";
import type { SamplePieces } from "./sample-pieces.ts";

/** One record of the sample: bytes `from … end` of piece `piece`, its line ending behind it. */
export interface SampledRecord {
  readonly piece: number;
  readonly from: number;
  readonly end: number;
  readonly next: number;
  readonly fields: number;
  /** Physical lines it takes. */
  readonly lines: number;
  readonly blank: boolean;
  readonly broken: RecordShape["broken"];
}

/** What reading the sample by one layout gives. */
export interface LayoutTrial {
  readonly layout: Layout;
  /** The records of every piece; those of a piece that seems to begin inside a quoted field are left out. */
  readonly pieces: readonly (readonly SampledRecord[])[];
  /** Readable records that are not blank. */
  readonly records: number;
  /** How many of them have each number of fields. */
  readonly counts: ReadonlyMap<number, number>;
  readonly fewest: number;
  readonly most: number;
  readonly broken: number;
  readonly quoted: number;
  /** In some column five of six values behind the first record stand in apostrophes, at least two of them. */
  readonly quotesAColumn: boolean;
}

const recordsPerPiece = 1000;
const recordsAskedForQuotes = 200;
const APOSTROPHE = 39;

/** Reads the sample by one layout. Cost: one pass over the sample. */
export function tryLayout(sample: SamplePieces, layout: Layout): LayoutTrial {
  const shape = emptyShape();
  const pieces: (readonly SampledRecord[])[] = [];
  const counts = new Map<number, number>();
  const columns = quotedColumns();
  let broken = 0;
  let quoted = 0;
  for (const [index, piece] of sample.pieces.entries()) {
    const records: SampledRecord[] = [];
    const atEnd = sample.whole || index === sample.pieces.length - 1;
    // The end of a text may hold a footer: its piece is read whole.
    const most = atEnd ? Infinity : recordsPerPiece;
    let brokenHere = 0;
    let at = 0;
    while (at < piece.length && records.length < most) {
      // A piece ends in the middle of a record when a quoted field spans its last line.
      if (!readRecord(piece, at, piece.length, atEnd, layout, shape)) break;
      // In a file of one column a blank line is a missing value.
      const blank = shape.blank && layout.delimiter !== -1;
      if (shape.broken !== "") brokenHere++;
      else if (shape.quoted) quoted++;
      if (layout.quote === APOSTROPHE && shape.broken === "" && index < 4 && records.length < recordsAskedForQuotes)
        columns.add(fieldsOf(piece, at, shape.end, layout), records.length === 0 && index === 0);
      records.push({
        piece: index,
        from: at,
        end: shape.end,
        next: shape.next,
        fields: shape.fields,
        lines: shape.lines,
        blank,
        broken: shape.broken,
      });
      at = shape.next;
    }
    // A stretch that begins inside a quoted field says nothing about the layout.
    if (index > 0 && brokenHere > 0) {
      pieces.push([]);
      continue;
    }
    pieces.push(records);
    broken += brokenHere;
    for (const { fields, blank, broken: fault } of records)
      if (!blank && fault === "") counts.set(fields, (counts.get(fields) ?? 0) + 1);
  }
  const numbers = [...counts.keys()];
  return {
    layout,
    pieces,
    records: [...counts.values()].reduce((sum, count) => sum + count, 0),
    counts,
    fewest: Math.min(...numbers),
    most: Math.max(...numbers),
    broken,
    quoted,
    quotesAColumn: columns.whole(),
  };
}

/** A field of a record of the sample; `text` is null where it is empty and not quoted. */
export interface SampledCell {
  readonly text: string | null;
  readonly quoted: boolean;
}

/** The fields of a record of the sample as text, each cut at 4,096 bytes. */
export function cellsOf(sample: SamplePieces, { layout }: LayoutTrial, record: SampledRecord): SampledCell[] {
  const fields = fieldsOf(sample.pieces[record.piece]!, record.from, record.end, layout);
  return fields.map(({ bytes, quoted }) => ({
    text: bytes.length === 0 && !quoted ? null : bytes.subarray(0, 4096).toString("utf8"),
    quoted,
  }));
}

/** The line as it stands in the file, without its ending. */
export function rawOf(sample: SamplePieces, record: SampledRecord): string {
  return sample.pieces[record.piece]!.toString("utf8", record.from, record.end);
}

function quotedColumns(): { add(fields: readonly RawField[], isFirst: boolean): void; whole(): boolean } {
  const unquoted = new Map<number, number>();
  const counts = new Map<number, number>();
  return {
    add(fields, isFirst) {
      if (isFirst) return;
      for (const [column, { bytes, quoted }] of fields.entries()) {
        if (column >= 500) break;
        if (quoted) counts.set(column, (counts.get(column) ?? 0) + 1);
        else if (bytes.length > 0) unquoted.set(column, (unquoted.get(column) ?? 0) + 1);
      }
    },
    whole: () => [...counts].some(([column, count]) => count > 1 && (unquoted.get(column) ?? 0) * 5 <= count),
  };
}
