import type { AskedEncoding } from "./read-encodings.ts";
import { byCodePoint } from "./category-sql.ts";

/** Categories with their slots, and the rows of each slot. */
export interface GroupedCategories {
  readonly categories: readonly string[];
  readonly slots: readonly number[];
  readonly grouped: boolean;
  readonly counts: readonly number[];
  /** The categories with a slot of their own, in the order of the slots. */
  readonly kept: readonly string[];
}

/**
 * Gives each category a slot, in their order; those of fewer than `minCount` rows, and the rarest beyond `limit` slots,
 * share the last. Of equally frequent ones the first by code point are kept. In a given order every value of it has a slot
 * and all others are unknown.
 */
export function groupCategories(
  counted: readonly { readonly value: string; readonly count: number }[],
  { order }: Pick<AskedEncoding, "order">,
  minCount: number,
  limit: number,
): GroupedCategories {
  if (order !== null) {
    const rows = new Map(counted.map(({ value, count }) => [value, count]));
    const counts = order.map((value) => rows.get(value) ?? 0);
    return { categories: order, slots: order.map((_, i) => i), grouped: false, counts, kept: order };
  }
  const ranked = [...counted].sort((a, b) => b.count - a.count || byCodePoint(a.value, b.value));
  const frequent = ranked.filter(({ count }) => count >= minCount);
  const fits = frequent.length + (frequent.length < ranked.length ? 1 : 0) <= limit;
  const own = new Set((fits ? frequent : frequent.slice(0, limit - 1)).map(({ value }) => value));
  const kept = counted.filter(({ value }) => own.has(value)).map(({ value }) => value);
  const slotOf = new Map(kept.map((value, slot) => [value, slot]));
  const grouped = kept.length < counted.length;
  const slots = counted.map(({ value }) => slotOf.get(value) ?? kept.length);
  const counts = new Array<number>(kept.length + (grouped ? 1 : 0)).fill(0);
  counted.forEach(({ count }, i) => (counts[slots[i]!]! += count));
  return { categories: counted.map(({ value }) => value), slots, grouped, counts, kept };
}
