import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Sql } from "../../../core/sql.ts";
import { join, sql } from "../../../sql/template.ts";
import { rawSql } from "../assign-sql.ts";
import type { ModelFeature } from "../model.ts";
import { requirePresent } from "./apply-in-engine.ts";
import { columnMoments, doubleSql } from "./column-moments.ts";

/** Features as all rows teach them, and how many values of each are missing. */
export interface WholeFeatures {
  readonly features: readonly ModelFeature[];
  readonly missing: readonly number[];
}

/**
 * Features learned from a sample, learned anew from all rows where that takes sums and extremes alone: fills by the mean,
 * z-scores, minmax. Medians and quartiles, and whether a logarithm is taken, stay those of the sample. Throws `not-finite`,
 * `missing-values`, `bad-weights`.
 */
export async function wholeFeatures(
  engine: Engine,
  table: Table,
  sampled: readonly ModelFeature[],
  weight: Sql | null,
): Promise<WholeFeatures> {
  if (weight !== null) await requireWholeWeights(engine, table, weight);
  const raw = await columnMoments(
    engine,
    table,
    sampled.map(({ source }) => ({ name: source, value: doubleSql(table, source) })),
    weight,
  );
  sampled.forEach(({ missing, source }, j) => requirePresent(missing, source, raw[j]!.missing));
  const filled = sampled.map((feature, j) =>
    feature.missing === "mean" && feature.fill !== null ? { ...feature, fill: raw[j]!.mean } : feature,
  );
  // Scaling is learned from the rows that are clustered: those without a gap that nothing fills.
  const held = filled.flatMap(({ fill, source }, j) =>
    fill === null && raw[j]!.missing > 0 ? [sql`${doubleSql(table, source)} is not null`] : [],
  );
  const scaled = await columnMoments(
    engine,
    table,
    filled.map((feature) => {
      const value = rawSql(feature, doubleSql(table, feature.source));
      return {
        name: feature.source,
        value: held.length === 0 ? value : sql`case when ${join(held, " and ")} then ${value} end`,
      };
    }),
    weight,
  );
  const features = filled.map((feature, j): ModelFeature => {
    const { mean, standardDeviation, minimum, maximum } = scaled[j]!;
    const spread = (range: number): number => (range > 0 ? range : 1);
    const { transform } = feature;
    switch (transform.kind) {
      case "zscore":
        return { ...feature, transform: { ...transform, center: mean, scale: spread(standardDeviation) } };
      case "minmax":
        return { ...feature, transform: { ...transform, center: minimum, scale: spread(maximum - minimum) } };
      default:
        return feature;
    }
  });
  return { features, missing: raw.map(({ missing }) => missing) };
}

async function requireWholeWeights(engine: Engine, table: Table, weight: Sql): Promise<void> {
  const [row = {}] = await engine.rows(
    sql`
      select count(*) filter (where not coalesce(${weight} >= 0 and ${weight} < ${Infinity}, false)) as bad_1, max(${weight}) as most_1
      from ${table.relation}
    `,
    1,
  );
  const bad = Number(row["bad_1"]);
  if (bad > 0)
    throw new SegmentError("bad-weights", `${bad} weights are missing, negative or infinite`, {
      hint: "weights are numbers of rows: zero or more",
    });
  if (!(Number(row["most_1"]) > 0)) throw new SegmentError("bad-weights", "every weight is zero");
}
