import { closeSync, fstatSync, openSync } from "node:fs";
import { contentEnd } from "./content-end.ts";
import { readAt } from "./file-window.ts";
import type { TextRegion } from "./text-region.ts";

/** Pieces of a text file: the first is its beginning, the others begin behind a line end; the last ends where the text does. */
export interface SamplePieces {
  readonly pieces: readonly Buffer[];
  /** Where each of them begins in the file. */
  readonly offsets: readonly number[];
  /** The first piece is the whole text. */
  readonly whole: boolean;
}

const smallFile = 1 << 18;
const headBytes = 1 << 16;
const largestHead = 1 << 22;
const pieceBytes = 1 << 14;
const windows = 8;

/**
 * The beginning of a text and eight stretches drawn evenly over the rest, the last of them its end; enough of each for
 * whole records. Blank lines and rows of delimiters at the end are left out.
 */
export function samplePieces(path: string, region: TextRegion): SamplePieces {
  const { from } = region;
  const to = contentEnd(path, from, region.to);
  const descriptor = openSync(path, "r");
  try {
    const size = Math.min(to, fstatSync(descriptor).size) - from;
    if (size <= smallFile) return { pieces: [readAt(descriptor, from, size)], offsets: [from], whole: true };
    let length = headBytes;
    let head = readAt(descriptor, from, length);
    while (length < largestHead && length < size && linesIn(head) < 20) {
      length *= 4;
      head = readAt(descriptor, from, Math.min(length, size));
    }
    if (head.length >= size) return { pieces: [head], offsets: [from], whole: true };
    const pieces = [head.subarray(0, head.lastIndexOf(lineEnd(head)) + 1)];
    const offsets = [from];
    const width = Math.min(
      largestHead,
      Math.max(pieceBytes, Math.ceil((head.length / Math.max(1, linesIn(head))) * 8)),
    );
    for (let i = 1; i <= windows; i++) {
      const offset = from + head.length + Math.floor(((size - head.length - width) * i) / windows);
      if (offset <= from + head.length) continue;
      const bytes = readAt(descriptor, offset, width);
      const end = lineEnd(bytes);
      const start = bytes.indexOf(end) + 1;
      const stop = i === windows ? bytes.length : bytes.lastIndexOf(end) + 1;
      if (stop <= start) continue;
      pieces.push(bytes.subarray(start, stop));
      offsets.push(offset + start);
    }
    return { pieces, offsets, whole: false };
  } finally {
    closeSync(descriptor);
  }
}

function lineEnd(bytes: Buffer): number {
  return bytes.includes(10) ? 10 : 13;
}

function linesIn(bytes: Buffer): number {
  const end = lineEnd(bytes);
  let lines = 0;
  for (let at = bytes.indexOf(end); at !== -1 && lines < 10_000; at = bytes.indexOf(end, at + 1)) lines++;
  return lines;
}
