import { constants, createReadStream, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { isatty, ReadStream } from "node:tty";

/** A stream on an open descriptor, whatever is behind it; reading a pipe or terminal does not hold up an exit. */
export function readDescriptor(descriptor: number): Readable {
  const stats = fstatSync(descriptor);
  // Node keeps a stream of its own on descriptor 0, and two on one pipe would take turns.
  if (descriptor === 0 && !stats.isFile()) return process.stdin;
  if (isatty(descriptor)) return new ReadStream(descriptor);
  if (stats.isFIFO() || stats.isSocket()) return new Socket({ fd: descriptor, readable: true, writable: false });
  return createReadStream("", { fd: descriptor, autoClose: descriptor > 2, highWaterMark: 1 << 20 });
}

/** Opens a FIFO or device. A FIFO that nobody writes to yet is waited for, by its reading, without holding up an exit. */
export function openToRead(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}
