import type { Cell } from "../../core/report.ts";
import { visibleText } from "../display-text.ts";

/** What bars, sparks, shades and marks are drawn with. */
export interface Glyphs {
  /** Empty to full in equal steps. */
  readonly block: readonly string[];
  readonly line: readonly string[];
  /** Lowest to highest. */
  readonly spark: readonly string[];
  readonly belowZero: string;
  /** Below 0.5, then from 0.5, 1, 1.5 and 2. */
  readonly shade: readonly string[];
  readonly chosen: string;
  readonly ellipsis: string;
  /** Data and words as this set of glyphs can show them, harmless to a terminal. */
  text(text: string): string;
}

/** Unicode block elements and box drawing. */
export const unicodeGlyphs: Glyphs = {
  block: ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
  line: ["", "╸", "━"],
  spark: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  belowZero: "·",
  shade: ["", "░", "▒", "▓", "█"],
  chosen: "▶",
  ellipsis: "…",
  text: visibleText,
};

/** The same in ASCII: heights of a spark are the digits 1 to 8. The words' own punctuation is put into ASCII too, data letters are left. */
export const asciiGlyphs: Glyphs = {
  block: ["", "#"],
  line: ["", "="],
  spark: ["1", "2", "3", "4", "5", "6", "7", "8"],
  belowZero: ".",
  shade: ["", "'", ":", "%", "#"],
  chosen: ">",
  ellipsis: "...",
  text: (text) => toAscii(visibleText(text)),
};

const replacements: ReadonlyMap<string, string> = new Map([
  ["·", "."],
  ["—", "-"],
  ["–", "-"],
  ["−", "-"],
  ["…", "..."],
  ["≥", ">="],
  ["≤", "<="],
  ["±", "+/-"],
  ["×", "x"],
  ["η", "eta"],
  ["ρ", "rho"],
  ["→", "->"],
  ["←", "<-"],
  ["▶", ">"],
  ["∞", "inf"],
  ["“", '"'],
  ["”", '"'],
  ["‘", "'"],
  ["’", "'"],
  ["«", '"'],
  ["»", '"'],
  ["├", "+"],
  ["└", "+"],
  ["│", "|"],
  ["─", "-"],
  ["░", "'"],
  ["▒", ":"],
  ["▓", "%"],
  ["█", "#"],
  ["\u00a0", " "],
  ["\u2009", " "],
  ["\u202f", " "],
]);
const replaceable = new RegExp(`[${[...replacements.keys()].join("")}]`, "g");

/** A middle dot between words separates them; in parentheses it stands for the glyph. */
function toAscii(text: string): string {
  return text
    .replace(/ · (?![^(]*\))/g, " | ")
    .replace(replaceable, (character) => replacements.get(character) ?? character);
}

/** A bar for `share` (0–1, else cut to that) of `width` cells; what is not nothing shows at least one step. */
export function drawBar(share: number, width: number, style: "block" | "line", glyphs: Glyphs): string {
  const set = style === "block" ? glyphs.block : glyphs.line;
  const full = set.length - 1;
  if (!(share > 0) || width <= 0) return "";
  const steps = Math.max(1, Math.round(Math.min(1, share) * width * full));
  return (set[full] ?? "").repeat(Math.floor(steps / full)) + (set[steps % full] ?? "");
}

/** Values in -1…1, drawn as at most `width` columns taken evenly from first to last. */
export function drawSpark(values: readonly number[], width: number, glyphs: Glyphs): string {
  const count = Math.min(width, values.length);
  const highest = glyphs.spark.length - 1;
  let drawn = "";
  for (let i = 0; i < count; i++) {
    const at = count === 1 ? 0 : Math.round((i * (values.length - 1)) / (count - 1));
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) drawn += " ";
    else if (value < 0) drawn += glyphs.belowZero;
    else drawn += glyphs.spark[Math.min(highest, Math.floor(value * (highest + 1)))] ?? "";
  }
  return drawn;
}

/** The shade of a z-score, or nothing below 0.5 in absolute value. */
export function drawShade(z: number, glyphs: Glyphs): string {
  return glyphs.shade[shadeLevel(z)] ?? "";
}

/** 0 below 0.5 in absolute value, then 1 from 0.5, 2 from 1, 3 from 1.5, 4 from 2. */
export function shadeLevel(z: number): number {
  return Number.isNaN(z) ? 0 : Math.min(4, Math.floor(Math.abs(z) * 2));
}

/** The words of a cell, without its drawing. */
export function cellText(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}
