import { closeSync, openSync } from "node:fs";
import type { Encoding } from "../../core/source.ts";
import { readAt } from "./file-window.ts";

/** Finds where physical lines of a file begin, asked for in rising order. */
export interface LineLocator {
  /** Offset of line `line`, counted from 1. */
  offsetOf(line: number): number;
  close(): void;
}

const pieceBytes = 1 << 18;

/** Over a file in its own encoding, whose text begins at `from`. Reads as far as it is asked, once. */
export function openLineLocator(path: string, encoding: Encoding, from: number): LineLocator {
  const width = encoding === "utf-16le" || encoding === "utf-16be" ? 2 : 1;
  const low = encoding === "utf-16be" ? 1 : 0;
  const descriptor = openSync(path, "r");
  let line = 1;
  let start = from;
  let base = from;
  let bytes = readAt(descriptor, base, pieceBytes);
  let at = 0;
  const unit = (i: number): number => (width === 1 ? bytes[i]! : bytes[i + low]! | (bytes[i + 1 - low]! << 8));
  return {
    offsetOf(wanted) {
      while (line < wanted) {
        // The unit behind a CR must be in sight.
        if (at + 2 * width > bytes.length && base + bytes.length > base + at) {
          const more = readAt(descriptor, base + at, pieceBytes);
          if (more.length > bytes.length - at) {
            base += at;
            bytes = more;
            at = 0;
          }
        }
        if (at + width > bytes.length) return start;
        const here = unit(at);
        const next = at + 2 * width <= bytes.length ? unit(at + width) : -1;
        at += width;
        if (here === 10 || (here === 13 && next !== 10)) {
          line++;
          start = base + at;
        }
      }
      return start;
    },
    close: () => closeSync(descriptor),
  };
}
