import { SegmentError } from "../../core/errors.ts";
import type { BoundsRule } from "../../model/stats/outlier-bounds.ts";
import { checkWord, readRules, type RulesByColumn } from "./settings.ts";

export type OutlierRule = BoundsRule["rule"];
export type OutlierAction = "flag" | "clip" | "winsorise" | "null" | "drop" | "quarantine";

export const outlierRules: readonly OutlierRule[] = ["iqr", "zscore", "mad", "percentile", "xmr", "bounds"];
export const outlierActions: readonly OutlierAction[] = ["flag", "clip", "winsorise", "null", "drop", "quarantine"];

/** Numbers that rules take where none are written with them. */
export interface RuleLimits {
  readonly iqrFactor: number;
  readonly zLimit: number;
}

/** The limit that Iglewicz and Hoaglin recommend. */
const madLimit = 3.5;
const percents = { low: 1, high: 99 } as const;

/**
 * Reads `--outliers`: `iqr` for every column that measures behaviour, `COL=zscore` for one, with numbers `mad:3.5`,
 * `percentile:1:99`, `bounds:0:10000` (either end may be empty). Throws `unknown-choice`, `bad-option-value`.
 */
export function readOutliers(items: readonly string[], limits: RuleLimits): RulesByColumn<BoundsRule> {
  const option = "--outliers";
  const rules = readRules(option, items, (word) => readRule(option, word, limits));
  if (rules.all?.rule === "bounds") {
    throw new SegmentError("bad-option-value", `${option}: bounds are those of a column`, {
      hint: "name it: revenue=bounds:0:10000",
    });
  }
  return rules;
}

/** Reads `--outlier-action`: `clip` for every column with a rule, `COL=null` for one. Throws like `readOutliers`. */
export function readOutlierActions(items: readonly string[]): RulesByColumn<OutlierAction> {
  const option = "--outlier-action";
  return readRules(option, items, (word) => checkWord(option, word, outlierActions));
}

/** The numbers of a rule, in the order in which they are written. */
export function ruleParameters(rule: BoundsRule): readonly (number | null)[] {
  switch (rule.rule) {
    case "iqr":
    case "zscore":
    case "mad":
      return [rule.limit];
    case "percentile":
    case "bounds":
      return [rule.low, rule.high];
    case "xmr":
      return [];
  }
}

/** A rule as its option is written: `iqr:1.5`, `percentile:1:99`, `bounds:0:`, `xmr`. */
export function ruleText(rule: OutlierRule, parameters: readonly (number | null)[]): string {
  return [rule, ...parameters.map((one) => one ?? "")].join(":");
}

function readRule(option: string, word: string, limits: RuleLimits): BoundsRule {
  const [name = "", ...texts] = word.split(":");
  const rule = checkWord(option, name, outlierRules);
  const wrong = (what: string, example: string): SegmentError =>
    new SegmentError("bad-option-value", `${option} ${word}: ${what}`, { hint: `write it like ${example}` });
  const numbers = texts.map((text) => (text.trim() === "" ? null : numberOf(text.trim())));
  if (numbers.some((number) => number !== null && Number.isNaN(number))) {
    throw wrong("not numbers with a decimal point", examples[rule]);
  }
  switch (rule) {
    case "iqr":
    case "zscore":
    case "mad": {
      const fallback = { iqr: limits.iqrFactor, zscore: limits.zLimit, mad: madLimit }[rule];
      const [limit = fallback] = numbers;
      if (numbers.length > 1 || limit === null || limit < 0)
        throw wrong(`${rule} takes one number, 0 or more`, examples[rule]);
      return { rule, limit };
    }
    case "percentile": {
      const [low, high] = numbers.length === 0 ? [percents.low, percents.high] : [numbers[0] ?? 0, numbers[1] ?? 100];
      if (numbers.length === 1 || numbers.length > 2 || !(low >= 0 && high <= 100 && low < high)) {
        throw wrong("percentile takes two percents from 0 to 100, the lower first", examples[rule]);
      }
      return { rule, low, high };
    }
    case "xmr":
      if (numbers.length > 0) throw wrong("xmr takes no number", examples[rule]);
      return { rule };
    case "bounds": {
      const [low = null, high = null] = numbers;
      if (numbers.length !== 2 || (low === null && high === null) || (low !== null && high !== null && low > high)) {
        throw wrong("bounds are two values, the lower first; one may be left empty", examples[rule]);
      }
      return { rule, low, high };
    }
  }
}

const examples: Readonly<Record<OutlierRule, string>> = {
  iqr: "revenue=iqr:3",
  zscore: "revenue=zscore:2.5",
  mad: "revenue=mad:3.5",
  percentile: "revenue=percentile:1:99",
  xmr: "revenue=xmr",
  bounds: "revenue=bounds:0:10000, or revenue=bounds:0:",
};

function numberOf(text: string): number {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text) + 0
    : Number.NaN;
}
