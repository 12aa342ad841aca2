import type { Json } from "../core/report.ts";
import { enoughFidelity } from "../model/explain/segment-rules.ts";
import { type RulesInput, ruleText } from "../report/rules.ts";
import type { LearnedRules } from "../steps/explain/learn-rules.ts";

/** Rules as their report shows them. */
export function rulesView({ rules, segments, none, columns, fidelity, sample, required }: LearnedRules): RulesInput {
  return {
    rules: rules.map(({ boxes, share, precision, recall }, c) => ({
      segment: segments[c]!,
      any: boxes.map((box) => box.map(({ column, ...bounds }) => ({ column: columns[column]!.name, ...bounds }))),
      share,
      precision,
      recall,
    })),
    none,
    fidelity,
    enough: enoughFidelity,
    sample,
    required,
  };
}

/** Rules, as the JSON report has them. */
export function rulesJson(learned: LearnedRules): Json {
  const { rules, fidelity, enough, sample, required } = rulesView(learned);
  return {
    fidelity,
    enough: fidelity >= enough,
    rows: learned.rows,
    sample,
    columns: learned.columns.map(({ name, fill }) => ({ column: name, missing_as: fill })),
    required,
    segments: rules.map((rule) => ({
      segment: rule.segment,
      rule: rule.any.length === 0 ? null : ruleText(rule),
      any: rule.any.map((bounds) => bounds.map(({ column, above, atMost }) => ({ column, above, at_most: atMost }))),
      share: rule.share,
      precision: rule.precision,
      recall: rule.recall,
    })),
  };
}
