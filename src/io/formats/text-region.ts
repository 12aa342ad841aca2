/** The part of a text file that holds its table: what stands before and behind is no record. */
export interface TextRegion {
  /** Bytes `from … to` of the file; `to` is Infinity for its end. */
  readonly from: number;
  readonly to: number;
  /** Physical line that begins at `from`, counted from 1. */
  readonly line: number;
}

/** The region that begins at a byte of the first line, behind a byte order mark, and has no end but the file's. */
export function wholeText(from: number): TextRegion {
  return { from, to: Infinity, line: 1 };
}
