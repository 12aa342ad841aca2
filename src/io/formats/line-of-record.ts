import { SegmentError } from "../../core/errors.ts";
import type { DetectedLayout } from "./detect-layout.ts";
import { isSkipped } from "./record.ts";
import { scanRecords } from "./scan-records.ts";

/**
 * The physical line on which readable record `index` (from 0, the header counted) begins. Reads the file up to there.
 * Throws `bug` when there is no such record.
 */
export async function lineOfRecord(
  path: string,
  from: number,
  layout: Pick<DetectedLayout, "layout" | "fields">,
  index: number,
  signal: AbortSignal,
): Promise<number> {
  let found = 0;
  let seen = 0;
  await scanRecords(path, from, layout.layout, signal, null, ({ shape, line }) => {
    if (isSkipped(shape, layout.fields, seen === 0)) return true;
    if (shape.broken !== "" || shape.fields !== layout.fields) return true;
    if (seen++ < index) return true;
    found = line;
    return false;
  });
  if (found === 0) throw new SegmentError("bug", `record ${index} was asked for, ${seen} were found`);
  return found;
}
