import { nameWords } from "../column-kinds.ts";
import type { ColumnFigures } from "./profile-table.ts";

const day = 86_400_000;

/** Numbers that people type for a missing value. */
export const sentinelNumbers: ReadonlySet<number> = new Set([
  -1, -9, -99, -999, -9999, 99, 999, 9999, 99_999, 999_999, 9_999_999, 99_999_999,
]);
/** Dates that systems give for one. */
const sentinelDays = [
  "0001-01-01",
  "1753-01-01",
  "1899-12-30",
  "1899-12-31",
  "1900-01-01",
  "1970-01-01",
  "2099-12-31",
  "9999-12-31",
  "2999-12-31",
];

/**
 * The days of a column of dates that systems give for none, the earliest first, and the rows that hold them; null where some
 * is the column's first or last, but not among the listed values.
 */
export function sentinelDaysOf({
  groups,
  numbers,
}: {
  readonly groups: ColumnFigures["groups"];
  readonly numbers: NonNullable<ColumnFigures["numbers"]>;
}): { readonly days: readonly string[]; readonly rows: number | null } {
  const listed = groups.listed
    .map(({ value, rows }) => ({ day: String(value).slice(0, 10), rows }))
    .filter(({ day }) => isSentinelDay(day));
  const found = new Set(listed.map(({ day }) => day));
  const ends = [numbers.minimum, numbers.maximum].map(dayText).filter((end) => isSentinelDay(end) && !found.has(end));
  const rows = ends.length > 0 ? null : listed.reduce((sum, one) => sum + one.rows, 0);
  return { days: [...new Set([...found, ...ends])].toSorted(), rows };
}

/** Whether an ISO date is one that systems give for none. */
function isSentinelDay(date: string): boolean {
  return sentinelDays.includes(date);
}

/** A day since 1970 as an ISO date. */
export function dayText(days: number): string {
  const date = new Date(Math.floor(days) * day);
  return Number.isNaN(date.getTime()) ? "—" : date.toISOString().slice(0, 10);
}

/** Whether a day since 1970 is one that systems give for none. */
export function isFarDay(days: number): boolean {
  return isSentinelDay(dayText(days));
}

/** Nobody is older. */
const oldestAge = 120;

/**
 * Numbers of a column that most likely stand for a missing value, the smallest first: at the ends of a column alone, far from
 * its other values; of ages also those that are none.
 */
export function sentinelNumbersOf({
  column,
  numbers,
  groups,
  role,
}: Pick<ColumnFigures, "column" | "numbers" | "groups" | "role">): readonly {
  readonly value: number;
  readonly rows: number;
}[] {
  if (numbers === null || (role !== "measure" && role !== "money")) return [];
  const isAge = nameWords(column.name).some((word) => word === "age");
  const typed = groups.listed
    .slice(0, 20)
    .flatMap(({ value, rows }) => (typeof value === "number" ? [{ value, rows }] : []));
  const noAge = ({ value }: { readonly value: number }): boolean => isAge && (value < 0 || value > oldestAge);
  const odd = typed.filter((one) => (sentinelNumbers.has(one.value) && one.rows >= 3) || noAge(one));
  const negative = odd.filter(({ value }) => value < 0);
  const allNegative = negative.reduce((sum, { rows }) => sum + rows, 0) === numbers.negatives;
  const [, , q1, , q3] = numbers.quantiles as [number, number, number, number, number];
  const isFar = (value: number): boolean => value > q3 + 3 * (q3 - q1) || isAlone(value, groups);
  const isTop = ({ value }: { readonly value: number }): boolean =>
    odd.some((one) => one.value === numbers.maximum) &&
    typed.every((one) => one.value <= value || odd.some((other) => other.value === one.value));
  const positive = odd.filter((one) => one.value >= 0 && isTop(one) && (isFar(one.value) || noAge(one)));
  return [...(allNegative ? negative : []), ...positive].toSorted((a, b) => a.value - b.value);
}

/** Whether all other values of a column are known and no more than a fifth of one. */
function isAlone(value: number, { listed, distinct }: ColumnFigures["groups"]): boolean {
  if (listed.length !== distinct) return false;
  return listed.every((one) => one.value === value || Math.abs(Number(one.value)) * 5 <= value);
}
