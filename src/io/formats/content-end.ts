import { closeSync, fstatSync, openSync } from "node:fs";
import { readAt } from "./file-window.ts";

const pieceBytes = 1 << 16;
/** Line ends, spaces, and what parts fields in most files. */
const empty: ReadonlySet<number> = new Set([10, 13, 32, 9, 44, 59, 124]);

/**
 * The offset behind the last line of bytes `from … to` that holds anything: what follows are blank lines and rows of
 * delimiters alone, such as the end of a sheet that was saved as text. Reads from the end upwards.
 */
export function contentEnd(path: string, from: number, to: number): number {
  const descriptor = openSync(path, "r");
  try {
    const size = Math.min(to, fstatSync(descriptor).size);
    for (let end = size; end > from;) {
      const start = Math.max(from, end - pieceBytes);
      const bytes = readAt(descriptor, start, end - start);
      let last = bytes.length - 1;
      while (last >= 0 && empty.has(bytes[last]!)) last--;
      if (last >= 0) return lineEnd(descriptor, start + last + 1, size);
      end = start;
    }
    return from;
  } finally {
    closeSync(descriptor);
  }
}

/** The offset behind the first line end at or behind `at`. */
function lineEnd(descriptor: number, at: number, size: number): number {
  for (let start = at; start < size; start += pieceBytes) {
    // One byte more tells CR from CRLF.
    const bytes = readAt(descriptor, start, Math.min(pieceBytes + 1, size - start));
    for (let i = 0; i < Math.min(bytes.length, pieceBytes); i++) {
      if (bytes[i] === 10) return start + i + 1;
      if (bytes[i] === 13) return start + i + (bytes[i + 1] === 10 ? 2 : 1);
    }
  }
  return size;
}
