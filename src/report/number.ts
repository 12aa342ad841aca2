/**
 * Numbers for people: thousands apart by a space, a decimal point, as many decimals as the size deserves. Nothing here
 * depends on a locale. Rounding is that of `toFixed`; NaN is a dash.
 */

const none = "—";

/** A count: `120 431`. A fraction is rounded to the nearest whole number (weights need not be whole). */
export function formatCount(value: number): string {
  return formatFixed(value, 0);
}

/** Fixed decimals, thousands apart: `1 204.50`; never a negative zero. */
export function formatFixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return none;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Math.abs(value) >= 1e15) return exponent(value);
  const digits = Math.abs(value).toFixed(decimals);
  const [whole = "", fraction] = digits.split(".");
  const grouped = whole.length < 4 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, " ");
  const sign = value < 0 && /[1-9]/.test(digits) ? "-" : "";
  return fraction === undefined ? sign + grouped : `${sign}${grouped}.${fraction}`;
}

/** Three significant digits and a letter: `412k`, `15.8k`, `1.58M`; below one thousand `412`, `41.2`, `4.12`, `0.412`. */
export function formatCompact(value: number): string {
  if (!Number.isFinite(value)) return formatFixed(value, 0);
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001) return exponent(value);
  const rounded = Number(size.toPrecision(3));
  const step = rounded < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(rounded) / 3 + 1e-9));
  if (rounded >= 1e15) return exponent(value);
  const scaled = rounded / 1000 ** step;
  return (value < 0 ? "-" : "") + scaled.toFixed(decimalsFor(scaled)) + ["", "k", "M", "B", "T"][step];
}

/** A share of 0–1 as `21.4%`. What is not nothing is never printed as nothing: `<0.1%`, and `>99.9%` likewise. */
export function formatShare(share: number, decimals = 1): string {
  if (!Number.isFinite(share)) return formatFixed(share, 0);
  const least = 10 ** -decimals;
  const percent = share * 100;
  const text = formatFixed(percent, decimals);
  if (percent > 0 && Number(percent.toFixed(decimals)) === 0) return `<${least.toFixed(decimals)}%`;
  if (percent < 100 && Number(percent.toFixed(decimals)) === 100) return `>${(100 - least).toFixed(decimals)}%`;
  return `${text}%`;
}

/** A change in whole percent: `-25%`, `+3%`. */
export function formatChange(change: number): string {
  if (!Number.isFinite(change)) return none;
  const text = formatFixed(change * 100, 0);
  return `${change > 0 && text !== "0" ? "+" : ""}${text}%`;
}

/** A z-score: `+2.4`, `-0.4`, `0.0`. */
export function formatSigned(value: number, decimals = 1): string {
  const text = formatFixed(value, decimals);
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text;
}

/** The half-width of an interval on a scale of 1, without the zero before the point: `.01`, `.004`, `<.001`. */
export function formatHalfWidth(value: number): string {
  if (!Number.isFinite(value)) return none;
  if (value > 0 && value < 0.0005) return "<.001";
  return formatFixed(value, value < 0.0095 && value > 0 ? 3 : 2).replace(/^0\./, ".");
}

/**
 * A formatter for the values of one column, so that their decimal points stand under each other: whole numbers stay
 * whole; else the decimals that give the largest of them about three significant digits.
 */
export function measureFormat(values: readonly (number | null)[]): (value: number | null) => string {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest >= 1e15 || (largest > 0 && largest < 0.001)) {
    return (value) => (value === null || Number.isNaN(value) ? none : value === 0 ? "0" : exponent(value));
  }
  const whole = finite.every((value) => Number.isInteger(value));
  const decimals = whole ? 0 : decimalsFor(largest);
  return (value) => (value === null ? none : formatFixed(value, decimals));
}

/** One value on its own, by the rule of `measureFormat`. */
export function formatMeasure(value: number | null): string {
  return measureFormat([value])(value);
}

function decimalsFor(size: number): number {
  if (size >= 99.95) return 0;
  if (size >= 9.995) return 1;
  return size >= 0.9995 ? 2 : 3;
}

function exponent(value: number): string {
  return value.toExponential(2).replace("e+", "e");
}
