import { createReadStream, statSync } from "node:fs";
import { createGunzip, type Gunzip } from "node:zlib";
import { SegmentError } from "../core/errors.ts";
import { readError, systemCode } from "./file-errors.ts";
import { openWindow } from "./formats/file-window.ts";
import { copyToFile } from "./write-stream.ts";

/**
 * Decompresses a gzip file, of one or more members, to `to`; every member's CRC and length are checked. Throws
 * `truncated-file`, `broken-file` (also for bytes behind the last member, zeros apart), `disk-full`, `interrupted`.
 */
export async function gunzipTo(path: string, to: string, label: string, signal: AbortSignal): Promise<void> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  try {
    await copyToFile(createReadStream(path, { highWaterMark: 1 << 20 }), [gunzip], to, signal);
  } catch (error) {
    throw gzipError(error, label);
  }
  await refuseTrailing(path, gunzip, label);
}

function gzipError(error: unknown, label: string): SegmentError {
  switch (systemCode(error)) {
    case "Z_BUF_ERROR":
      return truncatedError(label, "gzip", error);
    case "Z_DATA_ERROR":
    case "Z_NEED_DICT":
    case "Z_STREAM_ERROR":
      return brokenError(label, "gzip", error instanceof Error ? error.message : "", error);
    default:
      return readError(error, label);
  }
}

/** zlib stops without a word where the next member should begin but something else stands. */
async function refuseTrailing(path: string, gunzip: Gunzip, label: string): Promise<void> {
  const used = gunzip.bytesWritten;
  if (used >= statSync(path).size) return;
  const { window, refill, close } = openWindow(path, used);
  try {
    while (!window.atEnd) {
      refill();
      for (let i = window.start; i < window.end; i++) {
        if (window.buffer[i] !== 0)
          throw brokenError(label, "gzip", `${statSync(path).size - used} bytes behind its end are not gzip`);
      }
      window.start = window.end;
    }
  } finally {
    close();
  }
}

/** A compressed file that ends too early. */
export function truncatedError(label: string, kind: string, cause?: unknown): SegmentError {
  return new SegmentError("truncated-file", `the ${kind} file is cut short`, {
    place: { file: label },
    hint: "fetch or write it again",
    cause,
  });
}

/** A compressed file whose content does not fit its checks. */
export function brokenError(label: string, kind: string, what: string, cause?: unknown): SegmentError {
  return new SegmentError("broken-file", `the ${kind} file is damaged${what === "" ? "" : ` (${what})`}`, {
    place: { file: label },
    hint: "fetch or write it again",
    cause,
  });
}
