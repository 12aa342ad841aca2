import { closeSync, openSync, readSync } from "node:fs";

/** A sliding view on a file: `buffer[start … end)` are the bytes from `base + start` of the file. */
export interface FileWindow {
  buffer: Buffer;
  start: number;
  end: number;
  /** Offset in the file of `buffer[0]`. */
  base: number;
  atEnd: boolean;
}

/** Bytes read at a time. */
export const windowBytes = 1 << 20;

/** Opens a file for `refill`, to read it from `offset` up to `limit` or its end. `close` must be called. */
export function openWindow(
  path: string,
  offset = 0,
  limit = Infinity,
): { window: FileWindow; refill: () => number; close: () => void } {
  const descriptor = openSync(path, "r");
  const window: FileWindow = { buffer: Buffer.allocUnsafe(windowBytes), start: 0, end: 0, base: offset, atEnd: false };
  return { window, refill: () => refill(window, descriptor, limit), close: () => closeSync(descriptor) };
}

/**
 * Moves what is left (`start … end`) to the front and reads on behind it, growing the buffer when what is left fills
 * more than half. Returns where the new bytes begin in the buffer; `atEnd` is set once the file has no more.
 */
function refill(window: FileWindow, descriptor: number, limit: number): number {
  const left = window.end - window.start;
  if (left > window.buffer.length / 2) {
    const larger = Buffer.allocUnsafe(window.buffer.length * 2);
    window.buffer.copy(larger, 0, window.start, window.end);
    window.buffer = larger;
  } else if (left > 0) {
    window.buffer.copyWithin(0, window.start, window.end);
  }
  window.base += window.start;
  window.start = 0;
  window.end = left;
  while (window.end < window.buffer.length) {
    const wanted = Math.min(window.buffer.length - window.end, limit - window.base - window.end);
    const got = wanted <= 0 ? 0 : readSync(descriptor, window.buffer, window.end, wanted, window.base + window.end);
    if (got === 0) {
      window.atEnd = true;
      break;
    }
    window.end += got;
  }
  return left;
}

/** The bytes `offset … offset + length` of a file, fewer at its end. */
export function readRange(path: string, offset: number, length: number): Buffer {
  const descriptor = openSync(path, "r");
  try {
    return readAt(descriptor, offset, length);
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes `offset … offset + length` of an open file, fewer at its end. */
export function readAt(descriptor: number, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const got = readSync(descriptor, buffer, filled, length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
}
