import { SegmentError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Transformation } from "../../model/stats/power-transform.ts";
import { usualDetails, type FitDetails, type Scaler, type ScalingMethod } from "../../model/stats/column-scaling.ts";

const powers = [
  "log",
  "log10",
  "log1p",
  "box-cox",
  "yeo-johnson",
  "quantile",
  "quantile-normal",
] as const satisfies readonly Transformation[];
const scalers = ["zscore", "minmax", "robust", "maxabs"] as const satisfies readonly Scaler[];
const words = ["auto", "adaptive", "none", ...scalers, ...powers];

/** A method, or `adaptive`: one for each column, by its values. */
export type AskedMethod = ScalingMethod | "adaptive";

/** The method of all columns and those of single ones, by name. */
export interface Methods {
  readonly all: AskedMethod;
  readonly byColumn: ReadonlyMap<string, AskedMethod>;
  readonly details: FitDetails;
}

/**
 * Reads `--method`: a method for all columns, `COL=METHOD` for one. A method is `auto`, a scaler, a power, or a power and
 * a scaler with a plus between them; hyphens and case are free. Throws `unknown-choice` with a did-you-mean, and
 * `bad-option-value` where two methods are given for the same columns.
 */
export function readMethods(
  items: readonly string[],
  details: FitDetails = usualDetails,
  usual: ScalingMethod = "auto",
): Methods {
  let all: AskedMethod | null = null;
  const byColumn = new Map<string, AskedMethod>();
  for (const item of items) {
    const cut = item.lastIndexOf("=");
    const column = cut < 0 ? null : item.slice(0, cut).trim();
    const method = readMethod(item.slice(cut + 1).trim());
    const before: AskedMethod | null = column === null ? all : (byColumn.get(column) ?? null);
    if (before !== null) throw twoMethods(column, before, method);
    if (column === null) all = method;
    else byColumn.set(column, method);
  }
  return { all: all ?? usual, byColumn, details };
}

function readMethod(text: string): AskedMethod {
  const parts = text.split("+").map((part) => findWord(part, text));
  const [first, second] = parts as [string, string | undefined];
  const power = powers.find((one) => one === first);
  const scaler = scalers.find((one) => one === (second ?? first));
  if (parts.length === 1) {
    if (first === "auto" || first === "adaptive") return first;
    if (first === "none") return { power: "none", scaler: "none" };
    return power === undefined ? { power: "none", scaler: scaler! } : { power, scaler: "none" };
  }
  if (parts.length === 2 && power !== undefined && scaler !== undefined) return { power, scaler };
  const turned = parts.length === 2 && powers.some((one) => one === second) && scalers.some((one) => one === first);
  throw new SegmentError("bad-option-value", `--method ${text}: a chain is one transform, then one scaler`, {
    hint: turned ? `did you mean ${second}+${first}?` : "such as log1p+zscore or yeo-johnson+zscore",
  });
}

/** `z-score` and `BoxCox` are words too: hyphens and case are free. */
function findWord(given: string, text: string): string {
  const bare = (word: string): string => word.trim().toLowerCase().replaceAll("-", "");
  const found = words.find((word) => bare(word) === bare(given));
  if (found !== undefined) return found;
  const list = `${words.join(", ")}, or a chain such as log1p+zscore`;
  throw new SegmentError("unknown-choice", `--method ${text}: not one of ${list}`, {
    hint: didYouMean(given.trim(), words),
  });
}

function twoMethods(column: string | null, before: AskedMethod, method: AskedMethod): SegmentError {
  const where = column === null ? "every column" : column;
  const both = `${methodWords(before)} and ${methodWords(method)}`;
  const chain =
    typeof before === "object" && typeof method === "object" && before.scaler === "none" && method.power === "none"
      ? `for one after the other write ${before.power}+${method.scaler}; for one column `
      : "for one column ";
  const hint = `${chain}write COL=METHOD`;
  return new SegmentError("bad-option-value", `--method gives two methods for ${where}: ${both}`, { hint });
}

/** A method as the user writes it: `log1p+zscore`. */
export function methodWords(method: AskedMethod): string {
  if (typeof method === "string") return method;
  const power = method.power === "mirrored-log1p" ? "log1p" : method.power;
  return [power, method.scaler].filter((word) => word !== "none").join("+") || "none";
}
