import type { Role } from "../../core/role.ts";
import type { ListedValue } from "./value-groups.ts";

/** Columns whose values are meant to be one word each. */
export const spelledRoles: ReadonlySet<Role> = new Set([
  "category",
  "label",
  "event",
  "city",
  "country",
  "name",
  "first-name",
  "last-name",
]);

/** Values that differ by capital letters, accents and spaces alone; the one that most rows have first. */
export interface Spellings {
  readonly values: readonly string[];
  /** Rows of all but the first. */
  readonly rows: number;
}

/**
 * The values of a column that have several spellings, those that concern most rows first. An accent more or less is another
 * spelling, but for names: Léo and Leo are two. Outer spaces alone make none.
 */
export function spellings(listed: readonly ListedValue[], isName = false): readonly Spellings[] {
  const byFold = new Map<string, ListedValue[]>();
  for (const one of listed) {
    if (typeof one.value !== "string" || !/\p{L}/u.test(one.value)) continue;
    const plain = isName ? one.value.normalize("NFC") : one.value.normalize("NFD").replace(/\p{M}/gu, "");
    const key = plain.toLowerCase().replace(/\s+/gu, " ").trim();
    byFold.set(key, [...(byFold.get(key) ?? []), one]);
  }
  return [...byFold.values()]
    .filter((some) => new Set(some.map(({ value }) => String(value).trim())).size > 1)
    .map((some) => ({
      values: some.map(({ value }) => String(value)),
      rows: some.slice(1).reduce((sum, { rows }) => sum + rows, 0),
    }))
    .toSorted((a, b) => b.rows - a.rows || (a.values[0]! < b.values[0]! ? -1 : 1));
}
