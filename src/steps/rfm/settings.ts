import { SegmentError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import { measures, type Measure } from "../../model/rfm/score.ts";

/** Weights of the three scores in the composite: zero or more, not all zero. */
export interface ScoreWeights {
  readonly r: number;
  readonly f: number;
  readonly m: number;
}

const letters = ["r", "f", "m"] as const;

/** Reads `--as-of`, a day as YYYY-MM-DD; undefined where it is not given. Throws `bad-option-value`. */
export function readAsOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const day = text.trim();
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(day) && day >= "1000") return day;
  throw new SegmentError("bad-option-value", `--as-of ${text}: not a day`, { hint: "write it like 2024-12-31" });
}

/** Reads `--cuts`: `MEASURE=A,B,C,D` with four strictly rising numbers, at most once each. Throws `bad-option-value`. */
export function readCuts(items: readonly string[]): ReadonlyMap<Measure, readonly number[]> {
  const cuts = new Map<Measure, readonly number[]>();
  for (const item of items) {
    const wrong = (what: string, hint: string): SegmentError =>
      new SegmentError("bad-option-value", `--cuts ${item}: ${what}`, { hint });
    const equals = item.indexOf("=");
    const example = "write it like --cuts recency=30,60,90,180";
    if (equals < 0) throw wrong("not MEASURE=CUTS", example);
    const name = item.slice(0, equals).trim();
    const measure = measures.find((one) => one === name);
    if (measure === undefined) {
      throw new SegmentError("unknown-choice", `--cuts ${item}: ${name} is not one of ${measures.join(", ")}`, {
        hint: didYouMean(name, measures),
      });
    }
    if (cuts.has(measure)) throw wrong(`${measure} has cuts already`, "give each measure its cuts once");
    const numbers = item
      .slice(equals + 1)
      .split(",")
      .map((text) => readNumber(text));
    if (numbers.some(Number.isNaN)) throw wrong("not all are numbers", example);
    if (numbers.length !== 4) throw wrong(`${numbers.length} cuts; five scores need four`, example);
    if (numbers.some((cut, i) => i > 0 && cut <= numbers[i - 1]!)) throw wrong("the cuts do not rise", example);
    cuts.set(measure, numbers);
  }
  return cuts;
}

/** Reads `--weights`: `r=1`, `f=1`, `m=2`, all three; null where it is not given. Throws `bad-option-value`. */
export function readWeights(items: readonly string[] | undefined): ScoreWeights | null {
  if (items === undefined) return null;
  const given = items.join(",");
  const wrong = (what: string): SegmentError =>
    new SegmentError("bad-option-value", `--weights ${given}: ${what}`, {
      hint: "write it like --weights r=1,f=1,m=2",
    });
  const weights = new Map<string, number>();
  for (const item of items) {
    const [name = "", text = ""] = item.split("=").map((part) => part.trim());
    const letter = letters.find((one) => one === name);
    if (letter === undefined || !item.includes("=")) throw wrong("not a weight each for r, f and m");
    if (weights.has(letter)) throw wrong(`${letter} stands twice`);
    const weight = readNumber(text);
    if (!(weight >= 0)) throw wrong(`${text} is no number of zero or more`);
    weights.set(letter, weight);
  }
  const missing = letters.find((letter) => !weights.has(letter));
  if (missing !== undefined) throw wrong(`${missing} is missing`);
  const [r, f, m] = letters.map((letter) => weights.get(letter)!) as [number, number, number];
  if (!(r + f + m > 0)) throw wrong("all weights are zero");
  if (!Number.isFinite(r + f + m)) throw wrong("the weights are too large");
  return { r, f, m };
}

/** A finite decimal number, or NaN. */
function readNumber(text: string): number {
  const number = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}
