import { SegmentError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";

export type MissingRule = "median" | "mean" | "zero" | "drop" | "error";
export type Extra = "name" | "silhouette" | "distance" | "second" | "probability" | "outlier";

/** The numbers of segments to try, rising. `asked` is how the user said it. */
export interface KChoice {
  readonly asked: "one" | "range" | "auto";
  readonly candidates: readonly number[];
}

const missingRules: readonly MissingRule[] = ["median", "mean", "zero", "drop", "error"];
/** All that `--with` adds. */
export const extras: readonly Extra[] = ["name", "silhouette", "distance", "second", "probability", "outlier"];
const rangeMaximum = 1000;

/** Reads `--k`: `5`, `2..12` or `auto`. Throws `bad-option-value` (exit 2) for k ≤ 1, a reversed range and other words. */
export function readK(text: string): KChoice {
  const word = text.trim();
  if (word === "auto") return { asked: "auto", candidates: range(2, 10) };
  const match = /^(-?\d+)(?:\s*\.\.\.?\s*(-?\d+))?$/.exec(word);
  if (match === null) throw badK(text, "write a number, a range such as 2..12, or auto");
  const low = Number(match[1]);
  const high = match[2] === undefined ? low : Number(match[2]);
  if (low < 2) throw badK(text, "at least 2 segments");
  if (high < low) throw badK(text, `the range is reversed: ${high}..${low}`);
  if (high - low >= rangeMaximum) throw badK(text, `at most ${rangeMaximum} candidates in a range`);
  if (high > 1_000_000) throw badK(text, "at most 1000000 segments");
  return { asked: match[2] === undefined ? "one" : "range", candidates: range(low, high) };
}

/** Reads `--missing`: a rule for all columns, and `COL=RULE` for one. */
export function readMissing(items: readonly string[]): {
  all: MissingRule;
  byColumn: ReadonlyMap<string, MissingRule>;
} {
  let all: MissingRule = "median";
  const byColumn = new Map<string, MissingRule>();
  for (const item of items) {
    const cut = item.lastIndexOf("=");
    const rule = checkWord("--missing", item.slice(cut + 1).trim(), missingRules);
    if (cut < 0) all = rule;
    else byColumn.set(item.slice(0, cut).trim(), rule);
  }
  return { all, byColumn };
}

/** Reads `--with`. */
export function readExtras(items: readonly string[]): readonly Extra[] {
  const chosen = new Set(items.map((item) => checkWord("--with", item, extras)));
  return extras.filter((extra) => chosen.has(extra));
}

function checkWord<Word extends string>(option: string, given: string, allowed: readonly Word[]): Word {
  const found = allowed.find((word) => word === given);
  if (found !== undefined) return found;
  throw new SegmentError("unknown-choice", `${option} ${given}: not one of ${allowed.join(", ")}`, {
    hint: didYouMean(given, allowed),
  });
}

function badK(text: string, hint: string): SegmentError {
  return new SegmentError("bad-option-value", `--k ${text}`, { hint });
}

function range(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}
