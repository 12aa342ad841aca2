import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { assignToMixture } from "./assign-mixture.ts";
import { type Categories, noCategories } from "./categories.ts";
import { assignByDbscan, type DbscanModel } from "./dbscan-model.ts";
import { assignGower, type Gower, type MixedRows } from "./gower.ts";
import { assignByHdbscan, type HdbscanModel } from "./hdbscan/hdbscan-model.ts";
import { assignPrototypes, type PrototypeModel } from "./k-prototypes.ts";
import type { MixtureModel } from "./mixture-model.ts";
import { assignToNearestRow, type NearestRowModel } from "./nearest-row.ts";

/** What gives other rows a segment, where that is not the nearest centre. In the units of the matrix; segments from 0. */
export type AssignmentRule =
  /** The component of the highest responsibility. */
  | { readonly kind: "mixture"; readonly model: MixtureModel }
  /** The segment of a core row within ε. */
  | { readonly kind: "core-rows"; readonly model: DbscanModel }
  /** The cluster that the row would fall out of last. */
  | { readonly kind: "density-tree"; readonly model: HdbscanModel }
  /** The segment of the nearest of some rows. */
  | { readonly kind: "nearest-row"; readonly model: NearestRowModel }
  /** The prototype of least cost. */
  | { readonly kind: "prototypes"; readonly model: PrototypeModel }
  /** The segment of the medoid that is nearest by Gower's distance. */
  | { readonly kind: "gower"; readonly model: GowerModel };

/** Medoids, segment by segment, and the distance to them. */
export interface GowerModel {
  readonly gower: Gower;
  readonly medoids: MixedRows;
}

export interface RuleAssignment {
  /** From 0, -1 for none; in the numeric memory. */
  readonly labels: Int32Array;
  /** By row, 0–1; null where the rule has none. In the numeric memory. */
  readonly probabilities: Float64Array | null;
}

/**
 * Segments of rows by a rule; leaves only what it gives in the numeric memory. `categories` are those of the rows, for the rules
 * that go by them. Throws as the assignment of each kind.
 */
export async function assignByRule(
  compute: Compute,
  matrix: Matrix,
  rule: AssignmentRule,
  categories: Categories | null = null,
): Promise<RuleAssignment> {
  const own = categories ?? noCategories(compute, matrix.rows);
  switch (rule.kind) {
    case "prototypes":
      return { labels: assignPrototypes(compute, matrix, own, rule.model), probabilities: null };
    case "gower": {
      const { gower, medoids } = rule.model;
      return { labels: assignGower(compute, matrix, own, gower, medoids).labels, probabilities: null };
    }
    case "mixture": {
      const { labels, probabilities } = assignToMixture(compute, matrix, rule.model);
      return { labels, probabilities };
    }
    case "core-rows":
      return { labels: await assignByDbscan(compute, matrix, rule.model), probabilities: null };
    case "density-tree":
      return assignByHdbscan(compute, matrix, rule.model);
    case "nearest-row":
      return { labels: await assignToNearestRow(compute, matrix, rule.model), probabilities: null };
  }
}
