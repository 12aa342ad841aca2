import type { Categories } from "../../model/cluster/categories.ts";
import { codesOf, type ModelCategory, wordOf } from "./model-category.ts";
import type { GroupedRows } from "./profile.ts";

/** The most frequent word of a column by segment. */
export interface CategoryProfile {
  readonly column: string;
  /** Different words, without that of a missing one. */
  readonly words: number;
  /** Rows without a word. */
  readonly missing: number;
  /** By segment, in the order of `grouped`. */
  readonly modes: readonly CategoryMode[];
  /** Of all rows in a segment. */
  readonly everyone: CategoryMode;
}

/** A word, and its share of the rows, 0–1. */
export interface CategoryMode {
  readonly word: string;
  readonly share: number;
  /** Its share of all rows in a segment. */
  readonly everyone: number;
}

/** The most frequent words by column and segment, of equals the first in order; `categories` are by row of the table. One pass a column. */
export function profileCategories(
  model: readonly ModelCategory[],
  categories: Categories,
  grouped: GroupedRows,
): readonly CategoryProfile[] {
  return model.map((category, j): CategoryProfile => {
    const codes = categories.codes.subarray(j * categories.rows, (j + 1) * categories.rows);
    const bySegment = grouped.groups.map(({ rows, weights }) => {
      const totals = new Float64Array(codesOf(category));
      for (let i = 0; i < rows.length; i++) totals[codes[rows[i]!]!]! += weights === null ? 1 : weights[i]!;
      return totals;
    });
    const all = new Float64Array(codesOf(category));
    for (const totals of bySegment) totals.forEach((total, code) => (all[code]! += total));
    const whole = all.reduce((sum, total) => sum + total, 0);
    const modeOf = (totals: Float64Array): CategoryMode => {
      const own = totals.reduce((sum, total) => sum + total, 0);
      let mode = 0;
      totals.forEach((total, code) => {
        if (total > totals[mode]!) mode = code;
      });
      const share = (total: number, of: number): number => (of > 0 ? total / of : 0);
      return { word: wordOf(category, mode), share: share(totals[mode]!, own), everyone: share(all[mode]!, whole) };
    };
    const missing = category.hasMissing
      ? codes.reduce((count, code) => count + (code === category.words.length ? 1 : 0), 0)
      : 0;
    const about = { column: category.column, words: category.words.length, missing };
    return { ...about, modes: bySegment.map(modeOf), everyone: modeOf(all) };
  });
}
