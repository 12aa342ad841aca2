/** One end of a range. Dates and times are ISO text, `2024-02-29` and `2024-02-29 10:00:00`. */
export type Bound =
  | { readonly kind: "number"; readonly text: string; readonly value: number }
  | { readonly kind: "date" | "timestamp"; readonly text: string };

/** `LOW..HIGH`, both ends in; null is an open end, never both. */
export interface Bounds {
  readonly kind: "numbers" | "dates";
  readonly low: Bound | null;
  readonly high: Bound | null;
}

/**
 * Reads `18..99`, `0..`, `..99`, `2020-01-01..2024-12-31` or a mix of days and times; a text that says in words what is
 * wrong with it instead.
 */
export function readBounds(text: string): Bounds | string {
  const at = text.indexOf("..");
  if (at < 0) return "not LOW..HIGH";
  const ends = [text.slice(0, at).trim(), text.slice(at + 2).trim()] as const;
  if (ends[0] === "" && ends[1] === "") return "a range needs at least one end";
  const bounds = ends.map((end) => (end === "" ? null : readBound(end)));
  const wrong = bounds.findIndex((bound, i) => bound === null && ends[i] !== "");
  if (wrong >= 0) return `${ends[wrong]} is neither a number nor a date`;
  const [low = null, high = null] = bounds;
  const isNumber = (low ?? high)!.kind === "number";
  if (low !== null && high !== null) {
    if ((high.kind === "number") !== isNumber) return "one end is a number and the other a date";
    if (isAbove(low, high)) return `the range is reversed: ${high.text}..${low.text}`;
  }
  return { kind: isNumber ? "numbers" : "dates", low, high };
}

/** A number in plain notation, an ISO date or an ISO date and time; null for anything else. */
function readBound(text: string): Bound | null {
  const value = plainNumber(text);
  if (value !== null) return { kind: "number", text, value };
  const [day = "", time, ...rest] = text.split(/[T ]/);
  if (rest.length > 0 || !isDay(day)) return null;
  if (time === undefined) return { kind: "date", text: day };
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(time);
  return match === null ? null : { kind: "timestamp", text: `${day} ${match[1]!}:${match[2]!}:${match[3] ?? "00"}` };
}

/** The value of digits with a decimal point or an exponent; null for anything else. */
export function plainNumber(text: string): number | null {
  if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Whether a text is a day of the calendar, as `2024-02-29`. */
export function isDay(text: string): boolean {
  const match = /^([1-9]\d{3})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const day = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return day.toISOString().slice(0, 10) === text;
}

/** Days from one day to another, both as `2024-02-29`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

function isAbove(low: Bound, high: Bound): boolean {
  if (low.kind === "number" && high.kind === "number") return low.value > high.value;
  // A day ends after every time of it.
  return low.text > (high.kind === "date" ? `${high.text} 24` : high.text);
}
