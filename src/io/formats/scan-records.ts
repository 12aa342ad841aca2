import { SegmentError } from "../../core/errors.ts";
import { throwIfInterrupted } from "../file-errors.ts";
import { openWindow, type FileWindow } from "./file-window.ts";
import { emptyShape, type Layout, readRecord, type RecordShape } from "./record.ts";
import type { TextRegion } from "./text-region.ts";
import { type Utf8Check } from "./utf8-check.ts";

/** One record of a text file, valid during the call that hands it over. */
export interface ScannedRecord {
  readonly shape: RecordShape;
  readonly window: FileWindow;
  /** Physical line on which it begins, from 1. */
  readonly line: number;
  /** Offset in the file at which it begins. */
  readonly offset: number;
}

/** A record that grows beyond this with a quote open is taken for a quote never closed. */
const longestRecord = 1 << 26;
const bytesBetweenPauses = 1 << 25;

/**
 * Hands every record of a region of a text file, blank lines included, to `visit` in order, until it returns false. `check` sees
 * every byte; when it finds one that is no UTF-8 the scan ends with false. Timers and signals are served every 32 MB.
 * Throws `bad-quotes` for a record over 64 MB, `interrupted`.
 */
export async function scanRecords(
  path: string,
  region: TextRegion,
  layout: Layout,
  signal: AbortSignal,
  check: Pick<Utf8Check, "push" | "finish"> | null,
  visit: (record: ScannedRecord) => boolean,
): Promise<boolean> {
  const { window, refill, close } = openWindow(path, region.from, region.to);
  const shape = emptyShape();
  const record = { shape, window, line: region.line, offset: region.from };
  let sincePause = 0;
  try {
    for (;;) {
      const fresh = refill();
      sincePause += window.end - fresh;
      if (check !== null && !check.push(window.buffer.subarray(fresh, window.end))) return false;
      const forced = window.end - window.start > longestRecord;
      let atEnd = window.atEnd || forced;
      while (window.start < window.end) {
        if (!readRecord(window.buffer, window.start, window.end, atEnd, layout, shape)) break;
        if (forced && atEnd) {
          if (shape.broken === "" && shape.next === window.end && !window.atEnd) throw tooLong(record.line);
          atEnd = window.atEnd;
        }
        record.offset = window.base + window.start;
        if (!visit(record)) return true;
        record.line += shape.lines;
        window.start = shape.next;
      }
      if (window.atEnd) break;
      if (sincePause >= bytesBetweenPauses) {
        sincePause = 0;
        await new Promise((resolve) => setImmediate(resolve));
        throwIfInterrupted(signal);
      }
    }
    return check === null || check.finish();
  } finally {
    close();
  }
}

function tooLong(line: number): SegmentError {
  return new SegmentError("bad-quotes", "the record that begins here is longer than 64 MB", {
    place: { line },
    hint: "this does not look like delimited text with one record a line",
  });
}
