import { isUtf8 } from "node:buffer";
import type { RecordShape } from "./record.ts";
import type { ScannedRecord } from "./scan-records.ts";
import { firstBadByte } from "./utf8-check.ts";

/** Why a record is no row. */
export type RecordFault = "fields" | "after-quote" | "unclosed" | "encoding" | "nul" | "header" | "blank";

/** What a record must be to be a row. */
export interface RecordRules {
  readonly fields: number;
  readonly delimiter: number;
  /** Records of nothing but delimiters are rows too: a table that `segment` itself has sent. */
  readonly keepsBlank: boolean;
  /**
   * The first record as it stands in the file, or every one of a header of several lines: where it comes again, files were
   * put together with their headers.
   */
  readonly headers: readonly Buffer[];
  /** The first record of the region is the header, and no fault. */
  readonly headed: boolean;
  /** Lines that are not UTF-8 are faults of their records, not of the file. */
  readonly lenient: boolean;
  /** Lines in another encoding than the rest, in a text that was converted. */
  readonly foreign: ReadonlySet<number> | null;
}

/** The rules of a text that has nothing unusual. */
export function plainRules(fields: number, delimiter: number): RecordRules {
  return { fields, delimiter, keepsBlank: false, headers: [], headed: false, lenient: false, foreign: null };
}

/** The fault of a record, or null for a row or the header. `isFirst`: no row has come before it. `nul`: the text has a NUL byte. */
export function faultOf(
  { shape, window, line }: ScannedRecord,
  rules: RecordRules,
  isFirst: boolean,
  nul: boolean,
): RecordFault | null {
  if (shape.broken !== "") return shape.broken;
  const { foreign, headers, headed, lenient } = rules;
  // Files that were put together have a byte order mark inside.
  if (window.buffer[window.start] === mark[0] && headers.length > 0 && isMarked(window.buffer, window.start)) {
    const bytes = window.buffer.subarray(window.start + mark.length, shape.end);
    if (headers.some((one) => bytes.equals(one))) return "header";
  }
  if (shape.fields !== rules.fields) return "fields";
  if (!rules.keepsBlank && isBlankRow(shape, window.buffer, window.start, rules.delimiter)) return "blank";
  if (foreign !== null) for (let i = line; i < line + shape.lines; i++) if (foreign.has(i)) return "encoding";
  if (!nul && !lenient && headers.length === 0) return null;
  const bytes = window.buffer.subarray(window.start, shape.end);
  if (nul && bytes.includes(0)) return "nul";
  if (lenient && !isUtf8(bytes)) return "encoding";
  const isHeader = !(isFirst && headed) && headers.some((one) => bytes.length === one.length && bytes.equals(one));
  return isHeader ? "header" : null;
}

/** The byte order mark of UTF-8. */
const mark = Buffer.from("\ufeff");

function isMarked(bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === mark[1] && bytes[at + 2] === mark[2];
}

/** Whether a record of several fields holds nothing but delimiters, and spaces between them. */
export function isBlankRow(
  { fields, quoted, end }: RecordShape,
  bytes: Buffer,
  start: number,
  delimiter: number,
): boolean {
  if (fields < 2 || quoted) return false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte !== delimiter && byte !== 32 && byte !== 9) return false;
  }
  return true;
}

/** The fault in words, for the quarantine. */
export function faultWords(
  fault: RecordFault,
  shape: RecordShape,
  bytes: Buffer,
  { fields, foreign }: RecordRules,
): string {
  switch (fault) {
    case "after-quote":
      return "text after a closing quote";
    case "unclosed":
      return "quote never closed";
    case "fields":
      return `${shape.fields} ${shape.fields === 1 ? "field" : "fields"}, ${fields} expected`;
    case "nul":
      return "a NUL byte";
    case "header":
      return "the header again";
    case "blank":
      return "a blank row: every field is empty";
    case "encoding": {
      if (foreign !== null) return "a line of UTF-8 in a file of another encoding";
      const byte = bytes[firstBadByte(bytes)] ?? 0;
      return `byte ${byte.toString(16).toUpperCase()} is not UTF-8`;
    }
  }
}

/** The field (from 0) that a fault concerns first, or -1 where it is the record as a whole. */
export function faultField(
  fault: RecordFault,
  shape: RecordShape,
  bytes: Buffer,
  delimiter: number,
  rules: RecordRules,
): number {
  if (fault === "fields") return shape.fields < rules.fields ? shape.fields : -1;
  if (fault === "after-quote" || fault === "unclosed") return shape.fields - 1;
  if (fault === "header" || fault === "blank" || shape.quoted || rules.foreign !== null) return -1;
  const at = fault === "nul" ? bytes.indexOf(0) : firstBadByte(bytes);
  let field = 0;
  for (let i = 0; i < at; i++) if (bytes[i] === delimiter) field++;
  return field;
}

/** A line as text: what is UTF-8 as it is, any other byte as `\xE9`. */
export function exactText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  let text = "";
  let rest = bytes;
  for (let bad = firstBadByte(rest); bad !== -1; bad = firstBadByte(rest)) {
    text += `${rest.toString("utf8", 0, bad)}\\x${rest[bad]!.toString(16).toUpperCase().padStart(2, "0")}`;
    rest = rest.subarray(bad + 1);
  }
  return text + rest.toString("utf8");
}
