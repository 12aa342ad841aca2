import { SegmentError } from "../core/errors.ts";
import type { Column } from "../core/schema.ts";
import { didYouMean } from "../core/suggest.ts";

/** Columns that a list of names, globs and type words chose. */
export interface MatchedColumns {
  /** In table order. */
  readonly names: readonly string[];
  /** Those that were named in full, not by a glob or a type word. */
  readonly exact: ReadonlySet<string>;
}

/** What a pattern is matched with. */
type NamedColumn = Pick<Column, "name" | "type">;

const typeWords: Readonly<Record<string, readonly Column["type"][]>> = {
  ":numeric": ["integer", "number"],
  ":date": ["date", "timestamp"],
  ":text": ["text"],
};

/**
 * Resolves `--columns` and `--exclude`: names, globs (`*`, `?`) and `:numeric`, `:date`, `:text`. A name that exists
 * wins over its reading as a glob. Throws `unknown-column` for a name that is none and a pattern that matches none.
 */
export function matchColumns(
  columns: readonly NamedColumn[],
  patterns: readonly string[],
  option: string,
): MatchedColumns {
  const chosen = new Set<string>();
  const exact = new Set<string>();
  const known = new Set(columns.map((column) => column.name));
  for (const pattern of patterns) {
    if (known.has(pattern)) {
      chosen.add(pattern);
      exact.add(pattern);
      continue;
    }
    const types = Object.hasOwn(typeWords, pattern) ? typeWords[pattern] : undefined;
    const isGlob = /[*?]/.test(pattern);
    if (types === undefined && !isGlob) throw unknownColumn(pattern, columns, option);
    const matches = types === undefined ? globMatcher(pattern) : undefined;
    const found = columns.filter((column) =>
      matches === undefined ? types!.includes(column.type) : matches(column.name),
    );
    if (found.length === 0) {
      throw new SegmentError("unknown-column", `${option} ${pattern} matches no column`, { hint: listNames(columns) });
    }
    for (const column of found) chosen.add(column.name);
  }
  return { names: columns.map((column) => column.name).filter((name) => chosen.has(name)), exact };
}

/** The column of that name. Throws `unknown-column` with a did-you-mean. */
export function findColumn<C extends NamedColumn>(columns: readonly C[], name: string, option: string): C {
  const column = columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw unknownColumn(name, columns, option);
  return column;
}

function unknownColumn(name: string, columns: readonly NamedColumn[], option: string): SegmentError {
  const near = didYouMean(
    name,
    columns.map((column) => column.name),
  );
  return new SegmentError("unknown-column", `${option}: no column ${name}`, {
    hint: near === "" ? listNames(columns) : near,
  });
}

function listNames(columns: readonly NamedColumn[]): string {
  const shown = columns
    .slice(0, 12)
    .map((column) => (column.name.length > 40 ? `${column.name.slice(0, 39)}…` : column.name));
  return `columns: ${shown.join(", ")}${columns.length > 12 ? ` and ${columns.length - 12} more` : ""}`;
}

/** Whole-name match; `?` is one code point. Cost O(letters of the name × letters of the pattern) at worst. */
function globMatcher(pattern: string): (name: string) => boolean {
  const wanted = [...pattern];
  return (name) => {
    const letters = [...name];
    let i = 0;
    let j = 0;
    let star = -1;
    let resume = 0;
    while (i < letters.length) {
      if (wanted[j] === "*") {
        star = j++;
        resume = i;
      } else if (j < wanted.length && (wanted[j] === "?" || wanted[j] === letters[i])) {
        i++;
        j++;
      } else if (star >= 0) {
        // The last star takes one letter more.
        j = star + 1;
        i = ++resume;
      } else return false;
    }
    while (wanted[j] === "*") j++;
    return j === wanted.length;
  };
}
