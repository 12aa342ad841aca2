import { scanRecords, type ScannedRecord } from "./scan-records.ts";
import { fieldsOf, isSkipped, type Layout } from "./record.ts";
import { faultOf, type RecordFault, type RecordRules } from "./record-fault.ts";
import { surveyPlain } from "./survey-plain.ts";
import type { TextRegion } from "./text-region.ts";
import { utf8Check } from "./utf8-check.ts";

/** A record that cannot be read, and where it is. */
export interface BadRecord {
  readonly line: number;
  readonly offset: number;
  readonly reason: Exclude<RecordFault, "blank">;
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
  /** Records of nothing but delimiters, which are not among the bad, and the line of the first. */
  readonly blankRows: number;
  readonly firstBlank: number;
  /** Records among the bad that are the header again. */
  readonly headers: number;
  /** Every record ends in a delimiter with nothing behind it; only known where it was asked. */
  readonly openEnded: boolean;
  /** Offset of the first NUL byte, or -1. */
  readonly nul: number;
  /** False: every character is a printable one below U+0300 and no odd white space (see `assembly/scan.ts`). True: not known. */
  readonly odd: boolean;
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
 * Reads the region of a file that holds its table, in UTF-8, counting records and whatever stands in the way of reading
 * it in place. `rules` say what every record must be; `asksEnds` whether all leave their last field empty. One pass, two
 * where something is unusual; bounded memory. Throws `interrupted`, `bad-quotes`.
 */
export async function survey(
  path: string,
  region: TextRegion,
  layout: Layout,
  rules: RecordRules,
  asksEnds: boolean,
  signal: AbortSignal,
): Promise<Survey> {
  const isUnusual = asksEnds || rules.lenient || rules.foreign !== null;
  const plain = isUnusual ? null : await surveyPlain(path, region, layout, rules, signal);
  return plain ?? (await surveyAny(path, region, layout, rules, asksEnds, signal));
}

/** `survey` for text in any notation, byte by byte. */
export async function surveyAny(
  path: string,
  region: TextRegion,
  layout: Layout,
  rules: RecordRules,
  asksEnds: boolean,
  signal: AbortSignal,
): Promise<Survey> {
  const { fields } = rules;
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
  let position = region.from;
  let headers = 0;
  let blankRows = 0;
  let firstBlank = 0;
  let openEnded = asksEnds;
  let absent = [44, 59, 9, 124];
  const check = utf8Check();
  const oneColumn = fields === 1;
  const checked = {
    push(piece: Buffer): boolean {
      if (nul === -1 && piece.includes(0)) nul = position + piece.indexOf(0);
      if (oneColumn) absent = absent.filter((delimiter) => !piece.includes(delimiter));
      position += piece.length;
      return rules.lenient || check.push(piece);
    },
    finish: () => rules.lenient || check.finish(),
  };
  const visit = (record: ScannedRecord): boolean => {
    const { shape, line, offset, window } = record;
    lines = line + shape.lines - region.line;
    if (shape.ending === "\n") endings.lf++;
    else if (shape.ending === "\r\n") endings.crlf++;
    else if (shape.ending === "\r") endings.cr++;
    if (isSkipped(shape, fields, offsets.count() === 0)) {
      blankLines++;
      if (shape.end > window.start) spacedBlankLines++;
      return true;
    }
    const fault = faultOf(record, rules, offsets.count() === 0, nul !== -1);
    if (fault === "blank") {
      if (blankRows++ === 0) firstBlank = line;
      return true;
    }
    if (fault !== null) {
      bad++;
      if (fault === "header") headers++;
      if (firstBad.length < firstKept) firstBad.push({ line, offset, reason: fault, found: shape.fields });
      return true;
    }
    if (openEnded) openEnded = fieldsOf(window.buffer, window.start, shape.end, layout).at(-1)?.bytes.length === 0;
    quoted ||= shape.quoted;
    if (shape.spaced) spacedRecords++;
    offsets.add(offset);
    return true;
  };
  const utf8 = await scanRecords(path, region, layout, signal, checked, visit);
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
    blankRows,
    firstBlank,
    headers,
    openEnded,
    nul,
    odd: true,
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
