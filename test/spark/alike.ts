import { expect } from "vitest";
import type { Json } from "../../src/core/report.ts";

/**
 * Expects two reports to say the same: members, words and whole numbers equal, other numbers within 1e-9 of each other
 * relatively or 1e-12 absolutely.
 */
export function expectAlike(found: Json, expected: Json): void {
  expect(differences(found, expected, "")).toEqual([]);
}

function differences(a: Json, b: Json, at: string): string[] {
  if (typeof a === "number" && typeof b === "number") return isNear(a, b) ? [] : [`${at}: ${a}, not ${b}`];
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") {
    return a === b ? [] : [`${at}: ${JSON.stringify(a)}, not ${JSON.stringify(b)}`];
  }
  const [own, other] = [Object.entries(a), Object.entries(b)];
  if (own.map(([key]) => key).join() !== other.map(([key]) => key).join()) {
    return [`${at}: ${Object.keys(a).join()}, not ${Object.keys(b).join()}`];
  }
  return own.flatMap(([key, value], i) => differences(value as Json, other[i]![1] as Json, `${at}.${key}`));
}

function isNear(a: number, b: number): boolean {
  if (Number.isInteger(a) && Number.isInteger(b)) return a === b;
  return Math.abs(a - b) <= Math.max(1e-12, 1e-9 * Math.max(Math.abs(a), Math.abs(b)));
}
