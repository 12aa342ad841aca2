const msPerDay = 86_400_000;
/** Texts of the days from 1870 to 2110, each made when first asked for. */
const firstDay = -36_525;
const texts: string[] = Array.from({ length: 87_660 }, () => "");

/** Days since 1970-01-01 of an ISO date; NaN when the text is none, or no day of the calendar. */
export function dayNumber(text: string): number {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return NaN;
  const day = Date.parse(`${text}T00:00:00Z`) / msPerDay;
  return Number.isInteger(day) && dayText(day) === text ? day : NaN;
}

/** The ISO date of a number of days since 1970-01-01. */
export function dayText(day: number): string {
  const known = texts[day - firstDay];
  if (known !== undefined && known !== "") return known;
  const text = new Date(day * msPerDay).toISOString().slice(0, 10);
  if (known !== undefined) texts[day - firstDay] = text;
  return text;
}

/** `2025-03-04T18:22:07Z` of a second since 1970-01-01 00:00 UTC. */
export function secondText(second: number): string {
  const day = Math.floor(second / 86_400);
  const rest = second - day * 86_400;
  const hour = Math.floor(rest / 3600);
  const minute = Math.floor(rest / 60) % 60;
  return `${dayText(day)}T${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(rest % 60)}Z`;
}

/** 7 → `07`; 0 … 99. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** 1250 → `12.50`; whole cents, not negative. */
export function moneyText(cents: number): string {
  return `${Math.floor(cents / 100)}.${twoDigits(cents % 100)}`;
}
