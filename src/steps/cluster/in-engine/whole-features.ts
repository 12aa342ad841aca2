import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Sql } from "../../../core/sql.ts";
import { skewLimit, type ScaleMethod } from "../../../model/stats/scaling.ts";
import { join, sql } from "../../../sql/template.ts";
import { engineQuantiles } from "../../in-engine/engine-quantiles.ts";
import { rawSql } from "../assign-sql.ts";
import type { FeatureTransform, ModelFeature } from "../model.ts";
import { requirePresent } from "./apply-in-engine.ts";
import { columnMoments, doubleSql, type WholeMoments } from "./column-moments.ts";

/** Features as all rows teach them, and how many values of each are missing. */
export interface WholeFeatures {
  readonly features: readonly ModelFeature[];
  readonly missing: readonly number[];
}

/**
 * Features chosen by a sample, learned anew from all rows: fills, whether a logarithm is taken, centres and scales. Means and
 * deviations to about 1e-12 of a column's range, the rest exactly. Throws `not-finite`, `missing-values`, `bad-weights`.
 */
export async function wholeFeatures(
  engine: Engine,
  table: Table,
  sampled: readonly ModelFeature[],
  scale: ScaleMethod,
  weight: Sql | null,
): Promise<WholeFeatures> {
  if (weight !== null) await requireWholeWeights(engine, table, weight);
  const column = ({ source }: ModelFeature): Sql => doubleSql(table, source);
  const momentsOf = (from: Table, features: readonly ModelFeature[]): Promise<readonly WholeMoments[]> =>
    columnMoments(
      engine,
      from,
      features.map((feature) => ({ name: feature.source, value: rawSql(feature, column(feature)) })),
      weight,
    );
  const bare = sampled.map((feature) => ({
    ...feature,
    fill: null,
    transform: { ...feature.transform, log1p: false },
  }));
  const raw = await momentsOf(table, bare);
  sampled.forEach(({ missing, source }, j) => requirePresent(missing, source, raw[j]!.missing));
  const isMedian = ({ missing, fill }: ModelFeature): boolean => missing === "median" && fill !== null;
  const medians = await engineQuantiles(
    engine,
    table.relation,
    sampled.filter(isMedian).map((feature) => ({ value: column(feature), probabilities: [0.5] })),
    weight,
  );
  let next = 0;
  const filled = bare.map((feature, j): ModelFeature => {
    const { missing, fill } = sampled[j]!;
    const median = isMedian(sampled[j]!) ? medians[next++]![0]! : null;
    return { ...feature, fill: missing === "mean" && fill !== null ? raw[j]!.mean : (median ?? fill) };
  });
  const missing = raw.map((moments) => moments.missing);
  const kept = keptRows(table, filled);
  const scaled = filled.filter(({ transform }) => transform.kind !== "none" && transform.kind !== "given");
  const transforms = new Map(
    scale === "robust" ? await quartileTransforms(scaled) : await momentTransforms(scaled, scale === "auto"),
  );
  const features = filled.map((feature) => ({ ...feature, transform: transforms.get(feature) ?? feature.transform }));
  return { features, missing };

  async function quartileTransforms(
    of: readonly ModelFeature[],
  ): Promise<Iterable<readonly [ModelFeature, FeatureTransform]>> {
    const quartiles = await engineQuantiles(
      engine,
      kept.relation,
      of.map((feature) => ({ value: rawSql(feature, column(feature)), probabilities: [0.25, 0.5, 0.75] })),
      weight,
    );
    return of.map((feature, j) => {
      const [low, middle, high] = quartiles[j] as [number, number, number];
      return [feature, { ...feature.transform, center: middle, scale: spread(high - low) }];
    });
  }

  /** As `fitTransform`: the logarithm where it leaves less skewness. */
  async function momentTransforms(
    of: readonly ModelFeature[],
    isAuto: boolean,
  ): Promise<Iterable<readonly [ModelFeature, FeatureTransform]>> {
    if (of.length === 0) return [];
    const plain = await momentsOf(kept, of);
    const skewed = of.filter((_, j) => isAuto && plain[j]!.minimum >= 0 && plain[j]!.skewness > skewLimit);
    const logged = skewed.map((feature) => ({ ...feature, transform: { ...feature.transform, log1p: true } }));
    const tried = skewed.length === 0 ? [] : await momentsOf(kept, logged);
    return of.map((feature, j) => {
      const own = plain[j]!;
      const log = tried[skewed.indexOf(feature)];
      const log1p = log !== undefined && Math.abs(log.skewness) < own.skewness;
      const { mean, standardDeviation, minimum, maximum } = log1p ? log : own;
      const frame =
        feature.transform.kind === "minmax"
          ? { center: minimum, scale: spread(maximum - minimum) }
          : { center: mean, scale: spread(standardDeviation) };
      return [feature, { ...feature.transform, log1p, ...frame }];
    });
  }
}

function spread(range: number): number {
  return range > 0 ? range : 1;
}

/** The rows that are clustered: those without a gap in a feature that is not filled. */
function keptRows(table: Table, features: readonly ModelFeature[]): Table {
  const gaps = features.filter(({ fill }) => fill === null).map(({ source }) => doubleSql(table, source));
  if (gaps.length === 0) return table;
  const present = gaps.map((gap) => sql`${gap} is not null`);
  return { ...table, relation: sql`(select * from ${table.relation} where ${join(present, " and ")})` };
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
