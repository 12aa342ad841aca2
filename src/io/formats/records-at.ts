import type { RawRecord } from "../../core/source.ts";
import { SegmentError } from "../../core/errors.ts";
import { isSkipped, type Layout } from "./record.ts";
import { faultOf, type RecordRules } from "./record-fault.ts";
import { scanRecords } from "./scan-records.ts";
import type { TextRegion } from "./text-region.ts";

/**
 * The readable records `indices` (from 0, the header counted, rising) of a text file as they stand there. `own`: whether
 * offsets are those of the user's file. Reads the file up to the last of them. Throws `bug` when one is not there.
 */
export async function recordsAt(
  path: string,
  region: TextRegion,
  layout: Layout,
  rules: RecordRules,
  nul: boolean,
  indices: readonly number[],
  own: boolean,
  signal: AbortSignal,
): Promise<readonly RawRecord[]> {
  const found: RawRecord[] = [];
  let seen = 0;
  if (indices.length === 0) return found;
  await scanRecords(path, region, layout, signal, null, (record) => {
    const { shape, window, line, offset } = record;
    if (isSkipped(shape, rules.fields, seen === 0)) return true;
    if (faultOf(record, rules, seen === 0, nul) !== null) return true;
    if (seen++ !== indices[found.length]) return true;
    const raw = window.buffer.toString("utf8", window.start, shape.end);
    found.push({ line, byte: own ? offset : null, raw });
    return found.length < indices.length;
  });
  if (found.length < indices.length) {
    throw new SegmentError("bug", `record ${indices[found.length]} was asked for, ${seen} were found`);
  }
  return found;
}
