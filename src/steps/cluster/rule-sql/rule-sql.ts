import type { AssignmentRule } from "../../../model/cluster/assignment-rule.ts";
import type { ModelCategory } from "../model-category.ts";
import { densityTreeSql } from "./density-tree-sql.ts";
import { gowerSql, prototypesSql } from "./mixed-sql.ts";
import { mixtureSql } from "./mixture-sql.ts";
import { coreRowsSql, nearestRowSql } from "./nearest-row-sql.ts";
import type { LabelledRows, PlacedRows } from "./steps.ts";

/**
 * What a rule makes of rows, as steps of a `with` query: the arithmetic of the kernels in their order, so that a row goes where it
 * goes here; only logarithms and exponentials may differ in their last bits. `categories` are the model's, their words in the
 * rows. Throws `singular-covariance`, `bad-model`, `usage`.
 */
export function ruleSql(
  rows: PlacedRows,
  rule: AssignmentRule,
  categories: readonly ModelCategory[],
  wantsProbability: boolean,
): LabelledRows {
  switch (rule.kind) {
    case "mixture":
      return mixtureSql(rows, rule.model, wantsProbability);
    case "core-rows":
      return coreRowsSql(rows, rule.model);
    case "nearest-row":
      return nearestRowSql(rows, rule.model);
    case "density-tree":
      return densityTreeSql(rows, rule.model);
    case "prototypes":
      return prototypesSql(rows, rule.model, categories);
    case "gower":
      return gowerSql(rows, rule.model, categories);
  }
}

/** Whether a rule looks at every pair of a row and one that the model holds: such a query is dear, and its rows lose their order. */
export function looksAtPairs(rule: AssignmentRule | null): boolean {
  return rule?.kind === "core-rows" || rule?.kind === "nearest-row" || rule?.kind === "density-tree";
}
