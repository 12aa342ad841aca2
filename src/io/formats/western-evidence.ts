import { isUtf8 } from "node:buffer";
import { openWindow } from "./file-window.ts";

/** What the bytes from 80 to FF of a text that is not UTF-8 say of its encoding. */
export interface WesternEvidence {
  readonly high: number;
  /** Bytes from C0: accented letters of Western languages in Windows-1252. */
  readonly letters: number;
  /** Bytes that would put a punctuation mark or a control character inside a word: a sign of an older code page. */
  readonly odd: number;
  /** Words of three or more accented letters in a row: a sign of Cyrillic, Greek or an Asian encoding. */
  readonly runs: number;
  /** By byte: how often it follows a lower-case letter, an upper-case letter, or begins a word of ASCII letters. */
  readonly beside: Readonly<Record<"lower" | "upper" | "start", Float64Array>>;
  /** By byte: how often it stands beside a digit, a space between them or none. */
  readonly byDigits: Float64Array;
  /** By byte. */
  readonly counts: Float64Array;
  /** Lines that hold such bytes: whole UTF-8, or not. */
  readonly utf8Lines: number;
  readonly otherLines: number;
  /** The numbers of the former as far as they are fewer than a million, and the first of the latter. */
  readonly utf8At: readonly number[];
  readonly otherAt: readonly number[];
  /** The first high byte and its line, in words. */
  readonly example: string;
}

const linesKept = 1_000_000;
const firstKept = 5;

/** Weighs the whole file from `from` on. One pass. */
export function westernEvidence(path: string, from = 0): WesternEvidence {
  const { window, refill, close } = openWindow(path, from);
  const beside = { lower: new Float64Array(256), upper: new Float64Array(256), start: new Float64Array(256) };
  const byDigits = new Float64Array(256);
  const counts = new Float64Array(256);
  const utf8At: number[] = [];
  const otherAt: number[] = [];
  let odd = 0;
  let runs = 0;
  let run = 0;
  let line = 1;
  let utf8Lines = 0;
  let otherLines = 0;
  let isHigh = false;
  let example = "";
  const endLine = (bytes: Buffer): void => {
    if (isHigh && isUtf8(bytes)) {
      if (utf8Lines++ < linesKept) utf8At.push(line);
    } else if (isHigh && otherLines++ < firstKept) otherAt.push(line);
    isHigh = false;
    line++;
  };
  try {
    while (!window.atEnd) {
      let i = refill();
      const { buffer, end } = window;
      let lineStart = window.start;
      for (; i < end; i++) {
        const byte = buffer[i]!;
        if (byte < 0x80) {
          if (byte === 10 || (byte === 13 && i + 1 < end && buffer[i + 1] !== 10)) {
            endLine(buffer.subarray(lineStart, i));
            lineStart = i + 1;
          }
          run = 0;
          continue;
        }
        isHigh = true;
        counts[byte]!++;
        if (example === "") example = `byte ${byte.toString(16).toUpperCase()} on line ${line}`;
        const next = i + 1 < end ? buffer[i + 1]! : 0;
        const before = i > lineStart ? buffer[i - 1]! : 0;
        if (isLetter(before)) beside[before >= 97 ? "lower" : "upper"][byte]!++;
        else if (before < 0x80 && isLetter(next)) beside.start[byte]!++;
        const second = before === 32 && i - 1 > lineStart ? buffer[i - 2]! : before;
        if (isDigit(second) || isDigit(next)) byDigits[byte]!++;
        if (byte >= 0xc0) {
          run++;
          if (run === 3) runs++;
        } else {
          run = 0;
          if (isLetter(before) && isLetter(next) && !insideWords.has(byte)) odd++;
        }
      }
      if (window.atEnd && lineStart < end) endLine(buffer.subarray(lineStart, end));
      window.start = lineStart;
    }
  } finally {
    close();
  }
  const sum = (low: number): number => counts.subarray(low).reduce((all, count) => all + count, 0);
  return {
    high: sum(128),
    letters: sum(0xc0),
    odd,
    runs,
    beside,
    byDigits,
    counts,
    utf8Lines,
    otherLines,
    utf8At,
    otherAt,
    example,
  };
}

/** Bytes below C0 that Western words do hold: apostrophes, dashes, Š Œ Ž š œ ž Ÿ, the soft hyphen and the no-break space. */
const insideWords: ReadonlySet<number> = new Set([
  0x91, 0x92, 0x96, 0x97, 0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f, 0xad, 0xa0, 0xb4, 0xb7,
]);

function isLetter(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90);
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
