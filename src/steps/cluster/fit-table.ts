import type { Context, Table } from "../../core/context.ts";
import type { AssignmentRule } from "../../model/cluster/assignment-rule.ts";
import type { Embedding } from "../../model/embed/embedding.ts";
import { fitByMiniBatch, storeRows } from "./fit-mini-batch.ts";
import { type Fit, type FitOptions, fitSegments } from "./fit.ts";
import { countAssigned } from "./in-engine/count-assigned.ts";
import { doubleSql } from "./in-engine/column-moments.ts";
import { fitInEngine } from "./in-engine/fit-in-engine.ts";
import { fitMixtureInEngine } from "./in-engine/fit-mixture.ts";
import { fitsBySums } from "./in-engine/fit-rows.ts";
import { storePoints } from "./in-engine/points.ts";
import type { ModelCategory } from "./model-category.ts";
import type { ModelFeature } from "./model.ts";
import type { PreparedRows } from "./prepare.ts";
import type { Extra } from "./settings.ts";

/** What is fitted: the table, and the rows of it that are here. */
export interface FittedTable {
  readonly table: Table;
  readonly features: readonly ModelFeature[];
  readonly categories: readonly ModelCategory[];
  readonly embedding: Embedding | null;
  /** Name of the column of weights; null: all one. */
  readonly weights: string | null;
  /** The rows that are here, scaled, and the same where centres are. */
  readonly rows: PreparedRows;
  readonly space: PreparedRows;
  /** By row of the matrix. */
  readonly rowWeights: Float64Array | null;
  /** Whether the rows that are here are only some of the table's. */
  readonly isSample: boolean;
  readonly miniBatch: boolean;
  /** Whether what assigns rows is wanted; with rows that stay in a cluster it always is. */
  readonly isKept: boolean;
  /** Name of the column of segments. */
  readonly name: string;
  /** What else is asked of each row. */
  readonly extras: readonly Extra[];
}

/** A fit, and what is known of all rows of the table where they are not all here. */
export interface TableFit {
  readonly fit: Fit;
  readonly rule: AssignmentRule | null;
  /** Whether the segments were found among the rows that are here, and the others assigned by SQL. */
  readonly isSampleFit: boolean;
  /** Rows of the table in no segment, and those of them that lack no value; null where the rows that are here tell. */
  readonly counts: { readonly unassigned: number; readonly noise: number } | null;
  /** The table with its segments, as `countAssigned` kept it. */
  readonly assigned: Table | null;
}

/**
 * Fits the segments of a table wherever its rows are: here; block by block; in a cluster by sums over all rows (k-means, mixtures);
 * or, for the other methods, on the rows that came here, with the sizes that SQL finds among all. Throws as `fitSegments`.
 */
export async function fitTable(
  context: Pick<Context, "engine" | "compute">,
  given: FittedTable,
  how: FitOptions,
): Promise<TableFit> {
  const { engine, compute } = context;
  const { table, features, embedding, categories, weights, rows, space, rowWeights, isSample, isKept } = given;
  const weight = weights === null ? null : doubleSql(table, weights);
  const here = { matrix: rows.matrix, weights: rowWeights, isSample };
  const ruleOf = async ({ chosen }: Fit): Promise<AssignmentRule | null> => (await chosen.result.rule?.()) ?? null;
  const counted = (fitted: number): TableFit["counts"] =>
    isSample ? { unassigned: table.rows - fitted, noise: 0 } : null;
  if (given.miniBatch) {
    const stored = await storeRows(engine, table, features, weight);
    const fit = await fitByMiniBatch(engine, compute, stored, here, how);
    return {
      fit,
      rule: isKept ? await ruleOf(fit) : null,
      isSampleFit: false,
      counts: counted(stored.rows),
      assigned: null,
    };
  }
  if (!engine.rowsStay) {
    const fit = await fitSegments(compute, space.matrix, rowWeights, how);
    return { fit, rule: isKept ? await ruleOf(fit) : null, isSampleFit: false, counts: null, assigned: null };
  }
  if (fitsBySums(how.method) && embedding === null) {
    const points = await storePoints(engine, table, features, weight);
    const fit =
      how.method === "gmm"
        ? await fitMixtureInEngine(context, points, here, how)
        : await fitInEngine(context, points, here, how);
    return { fit, rule: await ruleOf(fit), isSampleFit: false, counts: counted(points.rows), assigned: null };
  }
  const fit = await fitSegments(compute, space.matrix, rowWeights, how);
  const rule = await ruleOf(fit);
  how.progress("counting the rows of each segment");
  const about = {
    name: given.name,
    method: how.method,
    rule,
    embedding,
    ...(categories.length === 0 ? {} : { categories }),
  };
  const found = await countAssigned(engine, table, about, features, fit, weights, given.extras);
  const { sizes, assigned, ...counts } = found;
  return { fit: { ...fit, chosen: { ...fit.chosen, sizes } }, rule, isSampleFit: isSample, counts, assigned };
}
