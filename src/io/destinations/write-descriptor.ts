import { write } from "node:fs";
import type { Readable } from "node:stream";
import { systemCode, throwIfInterrupted } from "../file-errors.ts";

/**
 * Writes a stream to an open descriptor, waiting for a slow reader. Resolves to false, quietly, when the reader has
 * closed the pipe. Throws system errors, `interrupted`.
 */
export async function writeDescriptor(source: Readable, descriptor: number, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const chunk of source) {
      if (!Buffer.isBuffer(chunk)) continue;
      for (let at = 0; at < chunk.length;) {
        throwIfInterrupted(signal);
        at += await writeSome(descriptor, chunk, at);
      }
    }
    return true;
  } catch (error) {
    if (systemCode(error) === "EPIPE") return false;
    throw error;
  } finally {
    source.destroy();
  }
}

const retryAfterMs = 5;

/** Bytes taken; 0, after a pause, when a pipe in non-blocking mode is full. */
function writeSome(descriptor: number, chunk: Buffer, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, chunk, at, chunk.length - at, null, (error, written) => {
      if (error === null) resolve(written);
      else if (systemCode(error) === "EAGAIN") setTimeout(resolve, retryAfterMs, 0);
      else reject(error);
    });
  });
}
