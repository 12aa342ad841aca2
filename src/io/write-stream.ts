import { createWriteStream } from "node:fs";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SegmentError } from "../core/errors.ts";

/** Streams `source`, through the transforms, into a new file of mode 0600. Bounded memory. Throws system errors, `interrupted`. */
export async function copyToFile(
  source: Readable,
  transforms: readonly Transform[],
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const target = createWriteStream(path, { flags: "wx", mode: 0o600, highWaterMark: 1 << 20 });
  try {
    await pipeline([source, ...transforms, target], { signal });
  } catch (error) {
    if (signal.aborted) throw new SegmentError("interrupted", "interrupted", { cause: error });
    throw error;
  }
}
