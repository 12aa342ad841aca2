import { isNumberOrDate, isPlausible } from "./plausible.ts";
import { emptyShape, fieldsOf, type Layout, readRecord } from "./record.ts";
import type { SamplePieces } from "./sample-pieces.ts";

/** What reading the sample by one layout gives. */
export interface LayoutTrial {
  readonly layout: Layout;
  readonly records: number;
  /** The most frequent number of fields (on equal terms that of the first record), and the share of records with it. */
  readonly fields: number;
  readonly share: number;
  readonly fewest: number;
  readonly most: number;
  /** Fields of the first record. */
  readonly first: number;
  readonly broken: number;
  readonly quoted: number;
  /** Share of the non-empty fields that look whole. */
  readonly plausible: number;
  /** Share of the non-empty fields, the first record's apart, that are a number or a date by their shape. */
  readonly typed: number;
  /** The first record has such a field. */
  readonly typedFirst: boolean;
  /** In some column every non-empty value behind the first record is quoted, at least two of them. */
  readonly quotesAColumn: boolean;
}

const recordsPerPiece = 1000;
const recordsTyped = 200;

/** Reads the sample by one layout. Cost: one pass over the sample. */
export function tryLayout(sample: SamplePieces, layout: Layout): LayoutTrial {
  const shape = emptyShape();
  const counts = new Map<number, number>();
  const typing = typingOf();
  let records = 0;
  let first = 0;
  let broken = 0;
  let quoted = 0;
  for (const [index, piece] of sample.pieces.entries()) {
    let brokenHere = 0;
    const here = new Map<number, number>();
    let at = 0;
    for (let n = 0; at < piece.length && n < recordsPerPiece; n++) {
      // A piece ends in the middle of a record when a quoted field spans its last line.
      if (!readRecord(piece, at, piece.length, sample.whole, layout, shape)) break;
      const from = at;
      at = shape.next;
      if (shape.blank && layout.delimiter !== -1) continue;
      if (shape.broken !== "") {
        brokenHere++;
        continue;
      }
      if (first === 0) first = shape.fields;
      here.set(shape.fields, (here.get(shape.fields) ?? 0) + 1);
      if (shape.quoted) quoted++;
      if (n < recordsTyped && index < 4) typing.add(fieldsOf(piece, from, shape.end, layout), index === 0 && n === 0);
    }
    // A stretch that begins inside a quoted field says nothing about the layout.
    if (index > 0 && brokenHere > 0) continue;
    broken += brokenHere;
    for (const [fields, count] of here) {
      counts.set(fields, (counts.get(fields) ?? 0) + count);
      records += count;
    }
  }
  let fields = first;
  for (const [number, count] of counts) if (count > (counts.get(fields) ?? 0)) fields = number;
  const numbers = [...counts.keys()];
  return {
    layout,
    records,
    fields,
    share: records === 0 ? 0 : (counts.get(fields) ?? 0) / records,
    fewest: Math.min(...numbers),
    most: Math.max(...numbers),
    first,
    broken,
    quoted,
    ...typing.result(),
  };
}

function typingOf(): {
  add(fields: readonly { readonly bytes: Buffer; readonly quoted: boolean }[], isFirst: boolean): void;
  result(): Pick<LayoutTrial, "plausible" | "typed" | "typedFirst" | "quotesAColumn">;
} {
  let filled = 0;
  let plausible = 0;
  let data = 0;
  let typed = 0;
  let typedFirst = false;
  const unquotedColumns = new Set<number>();
  const quotedInColumn = new Map<number, number>();
  return {
    add(fields, isFirst) {
      for (const [column, field] of fields.entries()) {
        if (column >= 500) break;
        if (field.bytes.length === 0 && !field.quoted) continue;
        const text = field.bytes.subarray(0, 256).toString("utf8");
        filled++;
        if (field.quoted || isPlausible(text)) plausible++;
        const isValue = isNumberOrDate(text);
        if (isFirst) {
          typedFirst ||= isValue;
          continue;
        }
        data++;
        if (isValue) typed++;
        if (field.quoted) quotedInColumn.set(column, (quotedInColumn.get(column) ?? 0) + 1);
        else unquotedColumns.add(column);
      }
    },
    result: () => ({
      plausible: filled === 0 ? 1 : plausible / filled,
      typed: data === 0 ? 0 : typed / data,
      typedFirst,
      quotesAColumn: [...quotedInColumn].some(([column, count]) => count > 1 && !unquotedColumns.has(column)),
    }),
  };
}
