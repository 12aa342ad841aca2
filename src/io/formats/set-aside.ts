import type { Encoding } from "../../core/source.ts";
import { codePages } from "./code-pages.ts";
import type { ReadText } from "./read-text.ts";
import { openLineLocator } from "./line-locator.ts";
import type { PlainFile } from "./plain-file.ts";
import type { Quarantine } from "./quarantine.ts";
import { exactText, faultField, faultWords, type RecordFault } from "./record-fault.ts";
import type { ScannedRecord } from "./scan-records.ts";

/** Writes to the quarantine what is no row of the table. */
export interface Aside {
  record(record: ScannedRecord, fault: RecordFault): void;
  /** The lines below the table, `line` being the first. */
  footer(line: number): void;
  close(): void;
}

/**
 * For one file. The byte offset is that of the user's own file, of its decompressed content, or, where the text was
 * converted, that of the same line in the file before.
 */
export function asideOf(
  file: PlainFile,
  { text, layout, rules }: ReadText,
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
  return {
    record({ shape, window, line, offset }, fault) {
      const bytes = window.buffer.subarray(window.start, shape.end);
      const field = faultField(fault, shape, bytes, layout.layout.delimiter, rules);
      const raw = fault === "encoding" && rules.foreign !== null ? bytesBefore(bytes, text.encoding) : bytes;
      add(line, offset, names[field] ?? "", faultWords(fault, shape, bytes, rules), raw);
    },
    footer(first) {
      for (const { offset, line, raw, why } of layout.structure.footer)
        add(first + line, offset, "", `below the table: ${why}`, raw);
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
