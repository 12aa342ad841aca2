import { closeSync, openSync, writeSync } from "node:fs";
import { fieldsOf, isSkipped, type Layout, type RawField } from "./record.ts";
import { faultOf, type RecordFault, type RecordRules } from "./record-fault.ts";
import { scanRecords, type ScannedRecord } from "./scan-records.ts";
import type { TextRegion } from "./text-region.ts";

/** How a normal copy is written. */
export interface RewriteOptions {
  readonly region: TextRegion;
  readonly layout: Layout;
  readonly rules: RecordRules;
  /** Fields that are copied: one less than a record has where the last is always empty. */
  readonly keep: number;
  /** The text has a NUL byte somewhere. */
  readonly nul: boolean;
  /** Good records to leave out at the beginning: 1 for a header. */
  readonly drop: number;
  /** The delimiter of the copy, a byte. */
  readonly delimiter: number;
  /** Called for every record that is no row. */
  readonly onBad: (record: ScannedRecord, fault: RecordFault) => void;
}

const QUOTE = 34;
const LF = 10;
const flushAt = 1 << 20;

/**
 * Copies the readable records of a delimited file in one notation: LF, `"` doubled inside, quotes where a field was
 * quoted or needs them, no blank lines (but for the missing value of a one-column file). Returns the records written.
 */
export async function rewrite(path: string, to: string, options: RewriteOptions, signal: AbortSignal): Promise<number> {
  const { layout, rules, keep, delimiter } = options;
  const { fields } = rules;
  const out = openSync(to, "wx", 0o600);
  let buffer = Buffer.allocUnsafe(flushAt * 2);
  let used = 0;
  const flush = (): void => {
    for (let at = 0; at < used;) at += writeSync(out, buffer, at, used - at);
    used = 0;
  };
  const reserve = (bytes: number): void => {
    if (used + bytes <= buffer.length) return;
    flush();
    if (bytes > buffer.length) buffer = Buffer.allocUnsafe(bytes);
  };
  const write = (field: RawField): void => {
    const { bytes, quoted } = field;
    reserve(bytes.length * 2 + 3);
    if (!quoted && !needsQuotes(bytes, delimiter)) {
      used += bytes.copy(buffer, used);
      return;
    }
    buffer[used++] = QUOTE;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === QUOTE) buffer[used++] = QUOTE;
      buffer[used++] = byte;
    }
    buffer[used++] = QUOTE;
  };
  const asIs =
    layout.quote === QUOTE && layout.escape === "double" && layout.delimiter === delimiter && keep === fields;
  let good = 0;
  try {
    await scanRecords(path, options.region, layout, signal, null, (record) => {
      const { shape, window } = record;
      if (isSkipped(shape, fields, good === 0)) return true;
      const fault = faultOf(record, rules, good === 0, options.nul);
      if (fault !== null) {
        options.onBad(record, fault);
        return true;
      }
      if (good++ < options.drop) return true;
      if (asIs && !shape.spaced) {
        reserve(shape.end - window.start + 1);
        used += window.buffer.copy(buffer, used, window.start, shape.end);
      } else {
        for (const [j, field] of fieldsOf(window.buffer, window.start, shape.end, layout).entries()) {
          if (j === keep) break;
          reserve(1);
          if (j > 0) buffer[used++] = delimiter;
          write(field);
        }
      }
      reserve(1);
      buffer[used++] = LF;
      if (used >= flushAt) flush();
      return true;
    });
    flush();
    return good - Math.min(good, options.drop);
  } finally {
    closeSync(out);
  }
}

function needsQuotes(bytes: Buffer, delimiter: number): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE || byte === delimiter || byte === LF || byte === 13) return true;
  }
  return false;
}
