import type { Context } from "../core/context.ts";
import type { JsonReport } from "../core/report.ts";
import type { MethodName } from "../model/cluster/clustering.ts";
import type { EmbeddingFacts } from "../model/embed/embedding.ts";
import type { Contest } from "../steps/cluster/contest.ts";
import { accountJson, type RowAccount } from "../report/row-account.ts";
import type { CategoryProfile } from "../steps/cluster/category-profile.ts";
import type { Described } from "../steps/cluster/describe.ts";
import type { Fit } from "../steps/cluster/fit.ts";
import type { TableFit } from "../steps/cluster/fit-table.ts";
import type { KeptCompany } from "../steps/cluster/init-labels.ts";
import type { ClusterModel, ModelFeature } from "../steps/cluster/model.ts";
import type { FitSample } from "../steps/cluster/model-settings.ts";
import type { Numbered } from "../steps/cluster/number-segments.ts";
import type { PreparedRows } from "../steps/cluster/prepare.ts";
import type { SegmentProfiles } from "../steps/cluster/profile.ts";
import type { Dropped } from "../steps/cluster/select-features.ts";
import type { LearnedRules } from "../steps/explain/learn-rules.ts";
import type { OpenedTable } from "../steps/open-table.ts";

/** All that the report of a clustering is drawn from. */
export interface ClusterFacts {
  readonly opened: OpenedTable;
  readonly features: readonly ModelFeature[];
  /** Missing values by feature. */
  readonly missing: readonly number[];
  readonly dropped: readonly Dropped[];
  readonly rows: PreparedRows;
  /** By row of the matrix. */
  readonly rowWeights: Float64Array | null;
  readonly weightsColumn: string | null;
  readonly fit: Fit;
  readonly numbered: Numbered;
  readonly profiles: SegmentProfiles;
  /** Of the categorical columns; none with methods that go by numbers alone. */
  readonly categories: readonly CategoryProfile[];
  readonly categoriesNamed: boolean;
  readonly model: ClusterModel;
  /** Null: the starting centres were given. */
  readonly seeding: "greedy" | "parallel" | null;
  readonly linkage: string;
  /** What the segments were found in, in place of the columns; null: these. */
  readonly embedding: EmbeddingFacts | null;
  /** Where the method was not asked for. */
  readonly contest: Contest | null;
  readonly how: { readonly method: MethodName; readonly height: number | null; readonly init: Float64Array | null };
  /** The value column's name and its totals by segment. */
  readonly value: { readonly column: string; readonly totals: readonly number[] } | null;
  readonly described: readonly Described[];
  /** Rows that each row's silhouette was estimated from; null where exact or not written. */
  readonly silhouetteReference: number | null;
  /** Rows of a hierarchy that a saved model would give another segment. */
  readonly nearerElsewhere: number;
  /** Where labelled rows went that the fit started from; null where there were none. */
  readonly company: KeptCompany | null;
  /** What is to be said of the names file. */
  readonly notices: readonly { readonly code: string; readonly message: string }[];
  /** Null where nobody asked for them. */
  readonly rules: LearnedRules | null;
  /** The rules as SQL, where a file takes it. */
  readonly rulesText: string | null;
  /** Where only some rows came here: how many, drawn by this seed, and whether the segments were found among them alone. */
  readonly sample: (FitSample & { readonly isFit: boolean }) | null;
  /** Rows in no segment, and those of them that took part; null where the labels tell. */
  readonly counts: TableFit["counts"];
}

/** Rows that took part and lie in no segment. */
export function noiseOf({ counts, numbered }: ClusterFacts): number {
  return counts?.noise ?? numbered.labels.reduce((count, label) => (label < 0 ? count + 1 : count), 0);
}

/** Rows in no segment, whatever the reason. */
export function unassignedOf({ counts, numbered }: ClusterFacts): number {
  return counts?.unassigned ?? numbered.unassigned;
}

/** Every row that was read is written. */
export function accountOf({ table, quarantined }: OpenedTable): RowAccount {
  return { used: table.rows, quarantined, out: table.rows };
}

/** The envelope of a run of `cluster`. */
export function envelope(
  context: Context,
  schema: string,
  opened: OpenedTable,
  warnings: JsonReport["warnings"],
): JsonReport {
  return { schema, version: context.version, ...accountJson(accountOf(opened)), warnings };
}

/** Segments of the model by rising number. */
export function bySegment({ model }: ClusterFacts): ClusterModel["segments"] {
  return [...model.segments].sort((a, b) => a.segment - b.segment);
}
