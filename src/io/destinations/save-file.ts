import {
  closeSync,
  chmodSync,
  constants,
  createReadStream,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { SegmentError } from "../../core/errors.ts";
import { systemCode, throwIfInterrupted, writeError } from "../file-errors.ts";
import type { Spool } from "../spool.ts";
import { resolveTarget, type Target } from "./target.ts";
import { temporaryBeside } from "./temporary-name.ts";
import { writeDescriptor } from "./write-descriptor.ts";

/** Outcome of `saveFile`: what `write` returned. */
export type Write = (path: string) => Promise<number>;

/**
 * Puts a file in place whole: `write` fills a hidden temporary file in the target's folder, which is flushed to disk and
 * renamed over the target, whose mode it takes. A device or FIFO gets the bytes directly. On any failure the target is
 * as it was. `ending` is that of the temporary name. Throws `cannot-write`, `disk-full`, `interrupted`, what `write` throws.
 */
export async function saveFile(
  path: string,
  ending: string,
  spool: Spool,
  signal: AbortSignal,
  write: Write,
): Promise<number> {
  let target: Target;
  try {
    target = resolveTarget(path);
  } catch (error) {
    throw writeError(error, path);
  }
  if (target.kind === "folder")
    throw new SegmentError("cannot-write", "a folder, not a file", { place: { file: path } });
  if (target.kind === "stream") return await intoStream(target.path, path, ending, spool, signal, write);

  const temporary = temporaryBeside(target.path, ending);
  const forget = spool.guard(temporary);
  try {
    const result = await write(temporary);
    throwIfInterrupted(signal);
    flush(temporary);
    chmodSync(temporary, target.kind === "file" ? target.mode : 0o666 & ~process.umask());
    renameSync(temporary, target.path);
    flushFolder(dirname(target.path));
    return result;
  } catch (error) {
    rmSync(temporary, { force: true });
    throw namedAs(path, temporary, writeError(error, path));
  } finally {
    forget();
  }
}

/** The user's name for the file in place of the temporary one, and where a failure to write names no file at all. */
function namedAs(path: string, temporary: string, error: SegmentError): SegmentError {
  const { file } = error.place;
  if (file !== temporary && !(file === undefined && error.exit === 4)) return error;
  const message = error.message.replaceAll(temporary, path);
  return new SegmentError(error.code, message, {
    place: { ...error.place, file: path },
    hint: error.hint,
    cause: error.cause ?? error,
  });
}

async function intoStream(
  device: string,
  label: string,
  ending: string,
  spool: Spool,
  signal: AbortSignal,
  write: Write,
): Promise<number> {
  const file = spool.file(ending);
  const result = await write(file);
  try {
    const descriptor = await openDevice(device, signal);
    try {
      await writeDescriptor(createReadStream(file, { highWaterMark: 1 << 18 }), descriptor, signal);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw writeError(error, label);
  } finally {
    rmSync(file, { force: true });
  }
  return result;
}

const retryAfterMs = 20;

/** Opens a device or FIFO for writing; a FIFO that nobody reads yet is waited for, without holding up an exit. */
async function openDevice(path: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (systemCode(error) !== "ENXIO" || !statSync(path).isFIFO()) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    throwIfInterrupted(signal);
  }
}

/** Makes what a file holds last through a power cut. */
export function flush(path: string): void {
  const descriptor = openSync(path, "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a rename last through a power cut; file systems that cannot flush a folder are left to their own ways. */
export function flushFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows and some network file systems refuse; the rename itself has been done.
  }
}
