import type { CategoryType } from "../normalize/encode/encoding.ts";

/** A categorical column that rows are clustered by. Its codes are the places of the words; a missing one is the last code. */
export interface ModelCategory {
  readonly column: string;
  readonly type: CategoryType;
  /** In rising order. */
  readonly words: readonly string[];
  /** Whether the fit had rows without a word, which is a word of its own then. */
  readonly hasMissing: boolean;
}

/** What a missing word is called. */
export const missingWord = "(missing)";

/** How many codes a column has: one a word, and one for a missing word where the fit had one. */
export function codesOf({ words, hasMissing }: ModelCategory): number {
  return words.length + (hasMissing ? 1 : 0);
}

/** The word of a code. */
export function wordOf({ words }: ModelCategory, code: number): string {
  return words[code] ?? missingWord;
}
