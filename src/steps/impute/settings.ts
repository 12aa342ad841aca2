import { SegmentError } from "../../core/errors.ts";
import type { KnnWeights } from "../../model/impute/knn.ts";
import { imputeMethods, type ImputeMethod, type RulesByColumn } from "../clean/settings.ts";

/** How gaps are filled by models. */
export interface ImputeSettings {
  readonly methods: RulesByColumn<ImputeMethod>;
  readonly neighbors: number;
  readonly weights: KnnWeights;
  readonly scaled: boolean;
  /** Of `iterative`: rounds stop when values move less than this times the largest. */
  readonly tol: number;
  readonly flag: boolean;
  readonly seed: number;
  /** Several tables whose gaps are drawn; null: one whose gaps hold what is expected. */
  readonly imputations: number | null;
  /** Columns without a gap are learned too, as a model for other rows needs it. */
  readonly fillsAll: boolean;
}

/**
 * Parts `--impute` into models (`knn`, `age=forest`) and all other rules, which come back as they were. Throws
 * `bad-option-value` for a column, or all, with two of them.
 */
export function splitImpute(items: readonly string[]): {
  readonly methods: RulesByColumn<ImputeMethod>;
  readonly others: readonly string[];
} {
  let all: ImputeMethod | null = null;
  const byColumn = new Map<string, ImputeMethod>();
  const others: string[] = [];
  const named = new Set<string>();
  for (const item of items) {
    const cut = item.lastIndexOf("=");
    const method = imputeMethods.find((one) => one === item.slice(cut + 1).trim());
    if (method === undefined) {
      others.push(item);
      named.add(item.slice(0, Math.max(0, item.search(/=(?:[^=]*$|constant:)/))).trim());
      continue;
    }
    const name = item.slice(0, Math.max(0, cut)).trim();
    if (cut >= 0 && name === "") throw new SegmentError("bad-option-value", `--impute ${item}: not COLUMN=RULE`);
    if (cut < 0 && all !== null) throw twice("all columns", "name the columns of one of them: COL=RULE");
    if (cut >= 0 && byColumn.has(name)) throw twice(name, "leave out one or the other");
    if (cut < 0) all = method;
    else byColumn.set(name, method);
  }
  if (all !== null && named.has("")) throw twice("all columns", "name the columns of one of them: COL=RULE");
  for (const name of byColumn.keys()) if (named.has(name)) throw twice(name, "leave out one or the other");
  return { methods: { all, byColumn }, others };
}

function twice(of: string, hint: string): SegmentError {
  return new SegmentError("bad-option-value", `--impute gives ${of} two rules`, { hint });
}
