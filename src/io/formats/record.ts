/** How delimited text is cut into records and fields, as byte values. */
export interface Layout {
  /** -1: one column, nothing separates. */
  readonly delimiter: number;
  /** -1: nothing is quoted. */
  readonly quote: number;
  /** A quote inside a quoted field is doubled, or follows a backslash. */
  readonly escape: "double" | "backslash";
}

/** What `readRecord` found; reused from record to record. */
export interface RecordShape {
  /** Where the next record begins. */
  next: number;
  /** End of the content, before the line ending. */
  end: number;
  fields: number;
  /** Physical lines it takes. */
  lines: number;
  /** The line ending behind it. */
  ending: "" | "\n" | "\r\n" | "\r";
  /** A field is quoted. */
  quoted: boolean;
  /** Spaces stand around the quotes of a field. */
  spaced: boolean;
  /** Nothing but spaces and tabs that are no delimiter. */
  blank: boolean;
  /** Text after a closing quote, or a quote never closed: then `next` and `end` are those of its first line alone. */
  broken: "" | "after-quote" | "unclosed";
}

/** A shape for `readRecord` to fill. */
export function emptyShape(): RecordShape {
  return {
    next: 0,
    end: 0,
    fields: 0,
    lines: 0,
    ending: "",
    quoted: false,
    spaced: false,
    blank: false,
    broken: "",
  };
}

/**
 * Whether a record is a blank line that counts for nothing: any in a file of several columns; in a file of one column,
 * where a blank line is a missing value, those above the first record.
 */
export function isSkipped(shape: RecordShape, fields: number, isFirst: boolean): boolean {
  return shape.blank && (fields !== 1 || isFirst);
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const BACKSLASH = 92;

/**
 * Reads the record that begins at `start` of `buffer[… limit)` into `shape`: RFC 4180, any line ending, a quote in
 * the middle of an unquoted field being a plain character. False when the record's end is not in the buffer yet.
 */
export function readRecord(
  buffer: Uint8Array,
  start: number,
  limit: number,
  atEnd: boolean,
  layout: Layout,
  shape: RecordShape,
): boolean {
  const { delimiter, quote } = layout;
  const backslash = layout.escape === "backslash";
  shape.fields = 1;
  shape.lines = 1;
  shape.quoted = false;
  shape.spaced = false;
  shape.broken = "";
  let blank = true;
  // The field holds nothing but spaces so far, so that a quote would open it.
  let fresh = true;
  let i = start;
  while (i < limit) {
    const byte = buffer[i]!;
    if (byte === delimiter) {
      shape.fields++;
      fresh = true;
      blank = false;
      i++;
    } else if (byte === LF) {
      shape.ending = "\n";
      shape.end = i;
      shape.next = i + 1;
      shape.blank = blank;
      return true;
    } else if (byte === CR) {
      if (i + 1 === limit && !atEnd) return false;
      const pair = i + 1 < limit && buffer[i + 1] === LF;
      shape.ending = pair ? "\r\n" : "\r";
      shape.end = i;
      shape.next = i + (pair ? 2 : 1);
      shape.blank = blank;
      return true;
    } else if (byte === quote && fresh) {
      if (i > start && buffer[i - 1] === SPACE && delimiter !== SPACE) shape.spaced = true;
      shape.quoted = true;
      blank = false;
      fresh = false;
      const after = skipQuoted(buffer, i + 1, limit, atEnd, quote, backslash, shape);
      if (after === needMore) return false;
      if (after === unclosed) return breakOff(buffer, start, limit, atEnd, shape, "unclosed");
      i = after;
      if (delimiter !== SPACE) {
        while (i < limit && buffer[i] === SPACE) {
          shape.spaced = true;
          i++;
        }
      }
      if (i < limit) {
        const next = buffer[i]!;
        if (next !== delimiter && next !== LF && next !== CR)
          return breakOff(buffer, start, limit, atEnd, shape, "after-quote");
      }
    } else {
      if (byte !== SPACE) {
        fresh = false;
        if (byte !== TAB) blank = false;
      } else if (delimiter === SPACE) fresh = false;
      i++;
    }
  }
  if (!atEnd) return false;
  shape.ending = "";
  shape.end = limit;
  shape.next = limit;
  shape.blank = blank;
  return true;
}

const needMore = -1;
const unclosed = -2;

/** The position behind the closing quote of a field whose content begins at `i`; counts the lines it spans. */
function skipQuoted(
  buffer: Uint8Array,
  i: number,
  limit: number,
  atEnd: boolean,
  quote: number,
  backslash: boolean,
  shape: RecordShape,
): number {
  while (i < limit) {
    const byte = buffer[i]!;
    if (byte === quote) {
      if (i + 1 === limit) return atEnd ? limit : needMore;
      if (buffer[i + 1] !== quote) return i + 1;
      i += 2;
    } else if (backslash && byte === BACKSLASH) {
      if (i + 1 >= limit) break;
      // The character behind a backslash is plain, but a line still ends there.
      i += buffer[i + 1] === LF || buffer[i + 1] === CR ? 1 : 2;
    } else {
      if (byte === LF || (byte === CR && !(i + 1 < limit && buffer[i + 1] === LF))) {
        if (byte === CR && i + 1 === limit && !atEnd) return needMore;
        shape.lines++;
      }
      i++;
    }
  }
  return atEnd ? unclosed : needMore;
}

/** Ends a record with broken quotes at its first physical line, so that reading goes on at the next. */
function breakOff(
  buffer: Uint8Array,
  start: number,
  limit: number,
  atEnd: boolean,
  shape: RecordShape,
  broken: "after-quote" | "unclosed",
): boolean {
  let i = start;
  while (i < limit && buffer[i] !== LF && buffer[i] !== CR) i++;
  if (!atEnd && i + 1 >= limit) return false;
  const pair = i + 1 < limit && buffer[i] === CR && buffer[i + 1] === LF;
  shape.end = i;
  shape.ending = i >= limit ? "" : pair ? "\r\n" : buffer[i] === CR ? "\r" : "\n";
  shape.next = i + shape.ending.length;
  shape.lines = 1;
  shape.blank = false;
  shape.broken = broken;
  return true;
}

/** A field as bytes of one record: quotes resolved, `quoted` telling an empty text from a missing value. */
export interface RawField {
  readonly bytes: Buffer;
  readonly quoted: boolean;
}

/** The fields of a whole record `start … end` that `readRecord` has accepted. */
export function fieldsOf(buffer: Buffer, start: number, end: number, layout: Layout): RawField[] {
  const { delimiter, quote } = layout;
  const fields: RawField[] = [];
  let i = start;
  for (;;) {
    let open = i;
    if (delimiter !== SPACE) while (open < end && buffer[open] === SPACE) open++;
    if (quote !== -1 && open < end && buffer[open] === quote) {
      const close = closingQuote(buffer, open + 1, end, layout);
      fields.push({ bytes: unescape(buffer.subarray(open + 1, close), layout), quoted: true });
      i = close + 1;
      if (delimiter !== SPACE) while (i < end && buffer[i] === SPACE) i++;
    } else {
      const from = i;
      while (i < end && buffer[i] !== delimiter) i++;
      fields.push({ bytes: buffer.subarray(from, i), quoted: false });
    }
    if (i >= end) return fields;
    i++;
  }
}

function closingQuote(buffer: Buffer, from: number, end: number, layout: Layout): number {
  let i = from;
  while (i < end) {
    if (buffer[i] === layout.quote) {
      if (buffer[i + 1] !== layout.quote || i + 1 >= end) return i;
      i += 2;
    } else if (layout.escape === "backslash" && buffer[i] === BACKSLASH) i += 2;
    else i++;
  }
  return end;
}

function unescape(bytes: Buffer, layout: Layout): Buffer {
  const backslash = layout.escape === "backslash";
  if (!bytes.includes(layout.quote) && !(backslash && bytes.includes(BACKSLASH))) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    const next = bytes[i + 1];
    if (byte === layout.quote && next === layout.quote) i++;
    else if (backslash && byte === BACKSLASH && (next === layout.quote || next === BACKSLASH)) {
      out[length++] = next;
      i++;
      continue;
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/** The fields as text: null for an empty unquoted one. The bytes must be UTF-8. */
export function textOf(fields: readonly RawField[]): (string | null)[] {
  return fields.map((field) => (field.bytes.length === 0 && !field.quoted ? null : field.bytes.toString("utf8")));
}
