import type { DirtyFile } from "./corpus.ts";
import type { TruthColumn } from "./draft.ts";

/** What became of a polluted file. */
export interface Verdict {
  /** `exact`: every row and value. `set aside`: all but polluted rows, and those were said. `refused`: not read. */
  readonly outcome: "exact" | "set aside" | "refused" | "wrong";
  /** What is wrong, or what was said. */
  readonly why: string;
}

/** What a reader made of a file: names, and values as text; null where missing. */
export interface ReadTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/**
 * Compares what was read with the truth. `saidAside`: rows that the reader said it had set aside. Columns of a file
 * without a header have the reader's own names.
 */
export function judge({ draft }: DirtyFile, read: ReadTable, saidAside: number): Verdict {
  const { columns, truth, bad } = draft;
  if (read.names.length !== columns.length) return wrong(`${read.names.length} columns, not ${columns.length}`);
  const misnamed = draft.header.length === 0 ? -1 : columns.findIndex(({ name }, j) => name !== read.names[j]);
  if (misnamed >= 0)
    return wrong(`column ${misnamed + 1} is called ${read.names[misnamed]}, not ${columns[misnamed]!.name}`);
  let at = 0;
  let aside = 0;
  for (const [i, expected] of truth.entries()) {
    const row = read.rows[at];
    const off =
      row === undefined ? 0 : columns.findIndex((column, j) => !same(column, expected[j] ?? null, row[j] ?? null));
    if (off === -1) {
      at++;
      continue;
    }
    if (bad.has(i) && (row === undefined || row[0] !== expected[0])) {
      aside++;
      continue;
    }
    const shown = row === undefined ? "nothing" : JSON.stringify(row[off] ?? null);
    return wrong(`row ${i + 1}, ${columns[off]!.name}: ${shown}, not ${JSON.stringify(expected[off] ?? null)}`);
  }
  if (at < read.rows.length)
    return wrong(`${read.rows.length - at} rows that are none, such as ${JSON.stringify(read.rows[at])}`);
  if (aside > saidAside) return wrong(`${aside} rows are gone, of which ${saidAside} were set aside`);
  return aside > 0 ? { outcome: "set aside", why: `${aside} rows` } : { outcome: "exact", why: "" };
}

function wrong(why: string): Verdict {
  return { outcome: "wrong", why };
}

function same({ kind }: TruthColumn, expected: string | null, found: string | null): boolean {
  if (expected === null || found === null) return expected === found;
  switch (kind) {
    case "text":
      return expected === found;
    case "number":
      return found.trim() !== "" && Number(expected) === Number(found);
    case "date":
      return found === expected || found === `${expected} 00:00:00`;
    case "timestamp":
      return found.replace("T", " ").replace(/Z$|\.0+Z?$/, "") === expected;
    case "boolean":
      return found === expected;
  }
}
