import { closeSync, openSync, writeSync } from "node:fs";
import { fieldsOf, isSkipped, type Layout, type RawField } from "./record.ts";
import { scanRecords, type ScannedRecord } from "./scan-records.ts";

/** How a normal copy is written. */
export interface RewriteOptions {
  readonly from: number;
  readonly layout: Layout;
  readonly fields: number;
  /** Good records to leave out at the beginning: 1 for a header. */
  readonly drop: number;
  /** The delimiter of the copy, a byte. */
  readonly delimiter: number;
  /** Called for every record that cannot be read. */
  readonly onBad: (record: ScannedRecord) => void;
}

const QUOTE = 34;
const LF = 10;
const flushAt = 1 << 20;

/**
 * Copies the readable records of a delimited file in one notation: LF, `"` doubled inside, quotes where a field was
 * quoted or needs them, no blank lines (but for the missing value of a one-column file). Returns the records written.
 */
export async function rewrite(path: string, to: string, options: RewriteOptions, signal: AbortSignal): Promise<number> {
  const { layout, fields, delimiter } = options;
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
  const asIs = layout.quote === QUOTE && layout.escape === "double" && layout.delimiter === delimiter;
  let good = 0;
  try {
    await scanRecords(path, options.from, layout, signal, null, (record) => {
      const { shape, window } = record;
      if (isSkipped(shape, fields, good === 0)) return true;
      if (shape.broken !== "" || shape.fields !== fields) {
        options.onBad(record);
        return true;
      }
      if (good++ < options.drop) return true;
      if (asIs && !shape.spaced) {
        reserve(shape.end - window.start + 1);
        used += window.buffer.copy(buffer, used, window.start, shape.end);
      } else {
        for (const [j, field] of fieldsOf(window.buffer, window.start, shape.end, layout).entries()) {
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
