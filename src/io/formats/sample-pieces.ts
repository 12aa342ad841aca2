import { closeSync, fstatSync, openSync } from "node:fs";
import { readAt } from "./file-window.ts";

/** Pieces of a text file: the first is its beginning, the others begin behind a line end; each ends behind one. */
export interface SamplePieces {
  readonly pieces: readonly Buffer[];
  /** The first piece is the whole file. */
  readonly whole: boolean;
}

const smallFile = 1 << 18;
const headBytes = 1 << 16;
const largestHead = 1 << 22;
const pieceBytes = 1 << 14;
const windows = 8;

/** The beginning of a text file and eight stretches drawn evenly over the rest; enough of each for whole records. */
export function samplePieces(path: string, from: number): SamplePieces {
  const descriptor = openSync(path, "r");
  try {
    const size = fstatSync(descriptor).size - from;
    if (size <= smallFile) return { pieces: [readAt(descriptor, from, size)], whole: true };
    let length = headBytes;
    let head = readAt(descriptor, from, length);
    while (length < largestHead && length < size && linesIn(head) < 20) {
      length *= 4;
      head = readAt(descriptor, from, Math.min(length, size));
    }
    if (head.length >= size) return { pieces: [head], whole: true };
    const pieces = [wholeLines(head, false)];
    const width = Math.min(
      largestHead,
      Math.max(pieceBytes, Math.ceil((head.length / Math.max(1, linesIn(head))) * 8)),
    );
    for (let i = 1; i <= windows; i++) {
      const offset = from + head.length + Math.floor(((size - head.length - width) * i) / windows);
      if (offset > from + head.length) pieces.push(wholeLines(readAt(descriptor, offset, width), true));
    }
    return { pieces: pieces.filter((piece) => piece.length > 0), whole: false };
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

function wholeLines(bytes: Buffer, dropFirst: boolean): Buffer {
  const end = lineEnd(bytes);
  return bytes.subarray(dropFirst ? bytes.indexOf(end) + 1 : 0, bytes.lastIndexOf(end) + 1);
}
