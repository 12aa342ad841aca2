import type { Encoding } from "../../core/source.ts";
import { codePages } from "./code-pages.ts";
import type { ReadText } from "./read-text.ts";
import { openLineLocator } from "./line-locator.ts";
import type { PlainFile } from "./plain-file.ts";
import type { Quarantine } from "./quarantine.ts";
import { exactText, faultField, faultWords, isBlankRow, type RecordFault } from "./record-fault.ts";
import { scanRecords, type ScannedRecord } from "./scan-records.ts";
import type { AsideLine } from "./table-structure.ts";

/** Writes to the quarantine what is no row of the table. */
export interface Aside {
  record(record: ScannedRecord, fault: RecordFault): void;
  /** The lines below the table, `line` being the first. Reads them again where there are rows of delimiters among them. */
  footer(line: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * For one file. The byte offset is that of the user's own file, of its decompressed content, or, where the text was
 * converted, that of the same line in the file before.
 */
export function asideOf(
  file: PlainFile,
  { text, layout, rules, blankBelow }: ReadText,
  names: readonly string[],
  quarantine: Quarantine | null,
): Aside {
  const isCopy = text.path !== file.path;
  const locator = isCopy && quarantine !== null ? openLineLocator(file.path, text.encoding, text.origin ?? 0) : null;
  const add = (line: number, offset: number, column: string, reason: string, raw: Buffer): void =>
    quarantine?.add({
      file: file.label,
      line,
      byte: locator === null ? offset : locator.offsetOf(line),
      column,
      reason,
      raw: exactText(raw),
    });
  const record = ({ shape, window, line, offset }: ScannedRecord, fault: RecordFault): void => {
    const bytes = window.buffer.subarray(window.start, shape.end);
    const field = faultField(fault, shape, bytes, layout.layout.delimiter, rules);
    const raw = fault === "encoding" && rules.foreign !== null ? bytesBefore(bytes, text.encoding) : bytes;
    add(line, offset, names[field] ?? "", faultWords(fault, shape, bytes, rules), raw);
  };
  return {
    record,
    async footer(first, signal) {
      const lines = new Map(layout.structure.footer.map((one) => [one.offset, one]));
      const [start] = lines.keys();
      if (start === undefined || quarantine === null) return;
      const put = ({ offset, line, raw, why }: AsideLine): void =>
        add(first + line, offset, "", `below the table: ${why}`, raw);
      if (blankBelow === 0) return lines.forEach(put);
      const below = { from: start, to: Infinity, line: first };
      await scanRecords(text.path, below, layout.layout, signal, null, (one) => {
        const known = lines.get(one.offset);
        if (known !== undefined) put(known);
        else if (isBlankRow(one.shape, one.window.buffer, one.window.start, rules.delimiter)) record(one, "blank");
        return true;
      });
    },
    close: () => locator?.close(),
  };
}

/** A line of a converted text as the bytes that it was converted from. */
function bytesBefore(bytes: Buffer, encoding: Encoding): Buffer {
  if (encoding === "utf-8" || encoding === "utf-16le" || encoding === "utf-16be") return bytes;
  const high = codePages[encoding];
  return Buffer.from(
    [...bytes.toString("utf8")].map((sign) => (sign < "\x80" ? sign.charCodeAt(0) : 128 + high.indexOf(sign))),
  );
}
