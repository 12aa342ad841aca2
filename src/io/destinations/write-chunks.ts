import { closeSync, openSync, writeSync } from "node:fs";
import { throwIfInterrupted, writeError } from "../file-errors.ts";

const flushAt = 1 << 20;

/**
 * Writes text chunks to a new plain file as UTF-8, a megabyte at a time, serving timers and signals in between. Throws
 * `cannot-write`, `disk-full`, `interrupted`, what the chunks throw.
 */
export async function writeChunks(path: string, chunks: Iterable<string>, signal: AbortSignal): Promise<void> {
  let pending: string[] = [];
  let length = 0;
  const descriptor = openForWriting(path);
  const flush = (): void => {
    const bytes = Buffer.from(pending.join(""), "utf8");
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    } catch (error) {
      throw writeError(error, path);
    }
    pending = [];
    length = 0;
  };
  try {
    for (const chunk of chunks) {
      pending.push(chunk);
      length += chunk.length;
      if (length < flushAt) continue;
      flush();
      await new Promise((resolve) => setImmediate(resolve));
      throwIfInterrupted(signal);
    }
    flush();
  } finally {
    closeSync(descriptor);
  }
}

function openForWriting(path: string): number {
  try {
    return openSync(path, "w", 0o600);
  } catch (error) {
    throw writeError(error, path);
  }
}
