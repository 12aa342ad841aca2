import { SegmentError } from "../../core/errors.ts";
import { isSkipped, type Layout } from "./record.ts";
import { faultOf, type RecordRules } from "./record-fault.ts";
import { scanRecords } from "./scan-records.ts";
import type { TextRegion } from "./text-region.ts";

/**
 * The physical line on which readable record `index` (from 0, the header counted) begins. Reads the file up to there.
 * Throws `bug` when there is no such record.
 */
export async function lineOfRecord(
  path: string,
  region: TextRegion,
  layout: Layout,
  rules: RecordRules,
  nul: boolean,
  index: number,
  signal: AbortSignal,
): Promise<number> {
  let found = 0;
  let seen = 0;
  await scanRecords(path, region, layout, signal, null, (record) => {
    if (isSkipped(record.shape, rules.fields, seen === 0)) return true;
    if (faultOf(record, rules, seen === 0, nul) !== null) return true;
    if (seen++ < index) return true;
    found = record.line;
    return false;
  });
  if (found === 0) throw new SegmentError("bug", `record ${index} was asked for, ${seen} were found`);
  return found;
}
