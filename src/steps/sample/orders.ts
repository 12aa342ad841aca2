import type { Draws } from "./draws.ts";
import type { History } from "./history.ts";

/** One order of a record. */
export interface Order {
  readonly day: number;
  /** Cents, at least 1. */
  readonly amount: number;
}

/**
 * The orders behind a history, oldest first: as many as it has, between the day of sign-up and the last order, the
 * last one on that day, amounts that sum to its revenue to the cent. Integer arithmetic only.
 */
export function ordersOf(draws: Draws, history: History): readonly Order[] {
  const { orders, revenue, signup, lastOrder } = history;
  if (orders === 0) return [];
  const days = Array.from({ length: orders }, (_, i) =>
    i === 0 ? lastOrder : signup + draws.below(lastOrder - signup + 1),
  ).sort((a, b) => a - b);
  const weights = days.map(() => 300 + draws.below(1000));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let weightSoFar = 0;
  let paid = 0;
  return days.map((day, i) => {
    weightSoFar += weights[i] as number;
    const upTo = Math.floor((revenue * weightSoFar) / total);
    const amount = upTo - paid;
    paid = upTo;
    return { day, amount };
  });
}
