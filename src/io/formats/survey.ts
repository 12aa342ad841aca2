import { scanRecords, type ScannedRecord } from "./scan-records.ts";
import { isSkipped, type Layout } from "./record.ts";
import { surveyPlain } from "./survey-plain.ts";
import { utf8Check } from "./utf8-check.ts";

/** A record that cannot be read, and where it is. */
export interface BadRecord {
  readonly line: number;
  readonly offset: number;
  readonly reason: "fields" | "after-quote" | "unclosed";
  readonly found: number;
}

/** What a pass over every byte of a delimited file has shown. */
export interface Survey {
  /** False: the file is not UTF-8, and the other members are worth nothing. */
  readonly utf8: boolean;
  /** Readable records that are not blank lines, the header included. */
  readonly records: number;
  readonly lines: number;
  /** Blank lines (in a one-column file these are records and not counted here), and those among them that hold spaces. */
  readonly blankLines: number;
  readonly spacedBlankLines: number;
  readonly endings: { readonly lf: number; readonly crlf: number; readonly cr: number };
  /** Some field is quoted. */
  readonly quoted: boolean;
  readonly spacedRecords: number;
  readonly bad: number;
  /** The first of them, at most `firstKept`. */
  readonly firstBad: readonly BadRecord[];
  /** Offset of the first NUL byte, or -1. */
  readonly nul: number;
  /** The first of `,` `;` tab `|` that does not occur in a one-column file, or -1. */
  readonly absentDelimiter: number;
  /** Byte offsets of records 0, stride, 2·stride …; fewer than `offsetsKept`. */
  readonly offsets: Float64Array;
  readonly stride: number;
}

const firstKept = 5;
/** Offsets kept at most; the compiled scan has as many. */
const offsetsKept = 8192;

/**
 * Reads a whole delimited file of UTF-8 text, counting records and whatever stands in the way of reading it in place.
 * `fields` is the number that every record must have. One pass, bounded memory. Throws `interrupted`, `bad-quotes`.
 */
export async function survey(
  path: string,
  from: number,
  layout: Layout,
  fields: number,
  signal: AbortSignal,
): Promise<Survey> {
  return (
    (await surveyPlain(path, from, layout, fields, signal)) ?? (await surveyAny(path, from, layout, fields, signal))
  );
}

/** `survey` for text in any notation, byte by byte. */
export async function surveyAny(
  path: string,
  from: number,
  layout: Layout,
  fields: number,
  signal: AbortSignal,
): Promise<Survey> {
  const endings = { lf: 0, crlf: 0, cr: 0 };
  const firstBad: BadRecord[] = [];
  const offsets = offsetKeeper();
  let lines = 0;
  let blankLines = 0;
  let spacedBlankLines = 0;
  let quoted = false;
  let spacedRecords = 0;
  let bad = 0;
  let nul = -1;
  let position = from;
  let absent = [44, 59, 9, 124];
  const check = utf8Check();
  const oneColumn = fields === 1;
  const checked = {
    push(piece: Buffer): boolean {
      if (nul === -1 && piece.includes(0)) nul = position + piece.indexOf(0);
      if (oneColumn) absent = absent.filter((delimiter) => !piece.includes(delimiter));
      position += piece.length;
      return check.push(piece);
    },
    finish: check.finish,
  };
  const visit = ({ shape, line, offset, window }: ScannedRecord): boolean => {
    lines = line + shape.lines - 1;
    if (shape.ending === "\n") endings.lf++;
    else if (shape.ending === "\r\n") endings.crlf++;
    else if (shape.ending === "\r") endings.cr++;
    if (isSkipped(shape, fields, offsets.count() === 0)) {
      blankLines++;
      if (shape.end > window.start) spacedBlankLines++;
      return true;
    }
    if (shape.broken !== "" || shape.fields !== fields) {
      bad++;
      if (firstBad.length < firstKept)
        firstBad.push({ line, offset, reason: shape.broken === "" ? "fields" : shape.broken, found: shape.fields });
      return true;
    }
    quoted ||= shape.quoted;
    if (shape.spaced) spacedRecords++;
    offsets.add(offset);
    return true;
  };
  const utf8 = await scanRecords(path, from, layout, signal, checked, visit);
  return {
    utf8,
    records: offsets.count(),
    lines,
    blankLines,
    spacedBlankLines,
    endings,
    quoted,
    spacedRecords,
    bad,
    firstBad,
    nul,
    absentDelimiter: absent[0] ?? -1,
    offsets: offsets.kept(),
    stride: offsets.stride(),
  };
}

interface OffsetKeeper {
  add(offset: number): void;
  count(): number;
  stride(): number;
  kept(): Float64Array;
}

/** Keeps every stride-th offset, doubling the stride whenever it runs out of room. */
function offsetKeeper(): OffsetKeeper {
  const slots = new Float64Array(offsetsKept);
  let count = 0;
  let stride = 1;
  let next = 0;
  let used = 0;
  return {
    add(offset) {
      if (count === next) {
        if (used === offsetsKept) {
          for (let i = 0; i < offsetsKept / 2; i++) slots[i] = slots[2 * i]!;
          used = offsetsKept / 2;
          stride *= 2;
          next = used * stride;
        }
        if (count === next) {
          slots[used++] = offset;
          next += stride;
        }
      }
      count++;
    },
    count: () => count,
    stride: () => stride,
    kept: () => slots.slice(0, used),
  };
}
