import { closeSync, fstatSync, openSync } from "node:fs";
import { SegmentError } from "../../core/errors.ts";
import type { ReadOptions } from "../../core/source.ts";
import type { GivenLayout } from "./detect-layout.ts";
import { readAt, readRange } from "./file-window.ts";
import { type TextRegion, wholeText } from "./text-region.ts";

/** The part of a text that options leave to be looked at, and what is settled of it. */
export interface GivenRegion {
  readonly outer: TextRegion;
  readonly known: GivenLayout;
  /** Lines left out before it. */
  readonly skipped: number;
}

/**
 * Leaves out the lines that `--skip-lines` and `--footer-lines` name, and the line by which Excel is told the delimiter
 * (`sep=;`). Throws `no-rows` where nothing is left.
 */
export function givenRegion(
  { path, from }: { readonly path: string; readonly from: number },
  options: ReadOptions,
  given: GivenLayout,
  label: string,
): GivenRegion {
  let known = given;
  let outer = wholeText(from);
  const separator = /^"?sep=([^\r\n"])"?(\r\n|\n|\r)/i.exec(readRange(path, from, 16).toString("latin1"));
  if (separator !== null && known.delimiter === undefined)
    known = { ...known, delimiter: separator[1]!.charCodeAt(0), delimiterWhy: `line 1 says ${separator[0].trim()}` };
  const { skipLines, footerLines, headerRows } = options;
  if (skipLines !== undefined) {
    outer = { ...outer, from: behindLines(path, from, skipLines, label), line: skipLines + 1 };
    known = { ...known, start: true };
  } else if (separator !== null) {
    outer = { ...outer, from: from + separator[0].length, line: 2 };
  }
  if (footerLines !== undefined) {
    outer = { ...outer, to: beforeLines(path, outer.from, footerLines, label) };
    known = { ...known, end: true };
  }
  if (options.header === false) known = { ...known, headerRows: 0 };
  else if (headerRows !== undefined) known = { ...known, headerRows };
  return { outer, known, skipped: outer.line - 1 };
}

const pieceBytes = 1 << 16;

/** The offset behind `count` physical lines. */
function behindLines(path: string, from: number, count: number, label: string): number {
  if (count === 0) return from;
  const descriptor = openSync(path, "r");
  try {
    let left = count;
    for (let at = from; ;) {
      // One byte more tells CR from CRLF.
      const bytes = readAt(descriptor, at, pieceBytes + 1);
      for (let i = 0; i < Math.min(bytes.length, pieceBytes); i++) {
        const isEnd = bytes[i] === 10 || (bytes[i] === 13 && bytes[i + 1] !== 10);
        if (isEnd && --left === 0) {
          if (i + 1 >= bytes.length) throw tooMany(label, `--skip-lines ${count}`);
          return at + i + 1;
        }
      }
      if (bytes.length <= pieceBytes) throw tooMany(label, `--skip-lines ${count}`);
      at += pieceBytes;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** The offset at which the last `count` physical lines begin. */
function beforeLines(path: string, from: number, count: number, label: string): number {
  if (count === 0) return Infinity;
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    let left = count;
    let next = -1;
    for (let end = size; end > from;) {
      const start = Math.max(from, end - pieceBytes);
      const bytes = readAt(descriptor, start, end - start);
      for (let i = bytes.length - 1; i >= 0; i--) {
        const byte = bytes[i]!;
        const isEnd = byte === 10 || (byte === 13 && next !== 10);
        next = byte;
        // The end of the last line is no line of its own.
        if (isEnd && start + i < size - 1 && --left === 0) return start + i + 1;
      }
      end = start;
    }
    throw tooMany(label, `--footer-lines ${count}`);
  } finally {
    closeSync(descriptor);
  }
}

function tooMany(label: string, option: string): SegmentError {
  return new SegmentError("no-rows", `${option} leaves no line`, {
    place: { file: label },
    hint: "leave the option out to have the lines around the table found",
  });
}
