import { closeSync, openSync, writeSync } from "node:fs";

/** Collects the records that could not be read. */
export interface Quarantine {
  /** Where they are, in a form that `save` can put in place. */
  readonly path: string;
  add(row: QuarantinedRow): void;
  close(): void;
}

export interface QuarantinedRow {
  readonly file: string;
  readonly line: number;
  /** Offset in the user's file; null where that is compressed or not UTF-8. */
  readonly byte: number | null;
  /** The name of the column it concerns, or empty. */
  readonly column: string;
  readonly reason: string;
  readonly raw: string;
}

/** Opens a CSV file of columns file, line, byte, column, reason, raw; it has its header even when no row follows. */
export function openQuarantine(path: string): Quarantine {
  const descriptor = openSync(path, "wx", 0o600);
  const write = (cells: readonly string[]): void => {
    const bytes = Buffer.from(`${cells.map(quoted).join(",")}\n`, "utf8");
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
  };
  write(["file", "line", "byte", "column", "reason", "raw"]);
  return {
    path,
    add: ({ file, line, byte, column, reason, raw }) =>
      write([file, String(line), byte === null ? "" : String(byte), column, reason, raw]),
    close: () => closeSync(descriptor),
  };
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
