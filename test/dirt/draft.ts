/** What a column of the clean truth holds, which says how a value that was read is compared with it. */
export type Kind = "text" | "number" | "date" | "timestamp" | "boolean";

export interface TruthColumn {
  readonly name: string;
  readonly kind: Kind;
}

/** A table that is about to be written as a polluted file: its cells as texts, and the truth of each row beside it. */
export interface Draft {
  columns: TruthColumn[];
  /** Header lines; none for a file without. */
  header: string[][];
  /** By row and column, null for an empty field. */
  cells: (string | null)[][];
  /** By row and column in plain notation: `.` for decimals, ISO dates, `true` and `false`; null where missing. */
  truth: (string | null)[][];
  /** Rows that may be set aside, since they cannot be read as they stand. */
  bad: Set<number>;
  delimiter: string;
  quote: string;
  quoteAll: boolean;
  encoding: "utf-8" | "cp1252" | "latin-1" | "utf-16le" | "utf-16be";
  mark: boolean;
  newline: (line: number) => string;
  lastNewline: boolean;
  /** Lines before the header and behind the last row. */
  before: string[];
  after: string[];
  /** Lines before row `i`. */
  between: Map<number, string[]>;
  /** What is done to the written line of row `i`. */
  rewrite: Map<number, (line: string) => string>;
}

/** A draft as the bytes of a file. */
export function bytesOf(draft: Draft): Buffer {
  const lines = [
    ...draft.before,
    ...draft.header.map((names) => lineOf(draft, names)),
    ...draft.cells.flatMap((cells, i) => {
      const line = lineOf(draft, cells);
      return [...(draft.between.get(i) ?? []), draft.rewrite.get(i)?.(line) ?? line];
    }),
    ...draft.after,
  ];
  const text = lines
    .map((line, i) => line + (i < lines.length - 1 || draft.lastNewline ? draft.newline(i) : ""))
    .join("");
  return encode(draft, text);
}

/** One record, its fields quoted where they must be. */
export function lineOf({ delimiter, quote, quoteAll }: Draft, cells: readonly (string | null)[]): string {
  return cells
    .map((cell) => {
      if (cell === null) return "";
      const needs = quoteAll || cell.includes(delimiter) || cell.includes(quote) || /[\r\n]/.test(cell);
      return needs ? quote + cell.replaceAll(quote, quote + quote) + quote : cell;
    })
    .join(delimiter);
}

function encode({ encoding, mark }: Draft, text: string): Buffer {
  switch (encoding) {
    case "utf-8":
      return Buffer.from((mark ? "\ufeff" : "") + text, "utf8");
    case "latin-1":
    case "cp1252":
      return Buffer.from(Array.from(text, byteOf));
    case "utf-16le":
      return Buffer.from((mark ? "\ufeff" : "") + text, "utf16le");
    case "utf-16be":
      return Buffer.from((mark ? "\ufeff" : "") + text, "utf16le").swap16();
  }
}

const windows: ReadonlyMap<string, number> = new Map([
  ["€", 0x80],
  ["’", 0x92],
  ["œ", 0x9c],
  ["–", 0x96],
]);

function byteOf(letter: string): number {
  const code = windows.get(letter) ?? letter.codePointAt(0)!;
  if (code > 255) throw new Error(`${letter} is in no single-byte encoding of Western Europe`);
  return code;
}
