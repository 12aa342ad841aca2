import type { Sql } from "../../../core/sql.ts";
import { triangleSize } from "../../../model/cluster/cholesky.ts";
import type { MixtureParameters } from "../../../model/cluster/em-rounds.ts";
import { componentOffsets } from "../../../model/cluster/mixture-model.ts";
import { listedRows } from "../../../sql/functions.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { withColumns } from "./hash-sql.ts";
import { double } from "./nearest-sql.ts";
import { x, type EnginePoints } from "./points.ts";

/** A mixture as densities are worked out with it: offsets are what is added to -½ |F z|². */
export interface MixtureDensities extends Pick<MixtureParameters, "means" | "factors"> {
  readonly k: number;
  readonly diagonal: boolean;
  readonly offsets: Float64Array;
}

/** The densities of a mixture's components, each with its weight. */
export function densitiesOf(
  { weights, means, factors }: MixtureParameters,
  k: number,
  diagonal: boolean,
): MixtureDensities {
  const offsets = componentOffsets(means.length / k, weights.map(Math.log), factors.logDeterminants);
  return { k, diagonal, means, factors, offsets };
}

/** Steps of the weighted log likelihood of a point, and of the entropy of its responsibilities. */
export interface TotalSteps {
  readonly likelihood: number;
  readonly entropy: number;
}

/**
 * A query of points with what a mixture makes of each, in the arithmetic of the kernel `mixtureStep`: `e_1` … are the
 * components' densities over the largest, `total_1` their sum, `label_1` the component of the largest (the first of equals, from
 * 0), `likelihood_1` and `entropy_1` weighted and in steps. Each step's text stands once in the next.
 */
export function densityQuery(points: EnginePoints, mixture: MixtureDensities, steps: TotalSteps): Sql {
  const { k } = mixture;
  const each = Array.from({ length: k }, (_, c) => c);
  const at = (stem: string, c: number): Sql => identifier(`${stem}_${c + 1}`);
  const kept = [...Array.from({ length: points.columns }, (_, j) => x(j)), sql`w_1`];
  const densities = distanceColumns(sql`select ${join(kept, ", ")} from ${points.relation}`, points.columns, mixture);
  const all = each.map((c) => at("p", c));
  const most = k === 1 ? all[0]! : sql`greatest(${join(all, ", ")})`;
  const cases = each.map((c) => sql`when ${all[c]!} then ${c}`);
  const largest = withColumns(densities, { most_1: most });
  // What lies further below is 0 beside the largest, and an infinity would make NaN of it.
  const gaps = withColumns(largest, {
    label_1: sql`case most_1 ${join(cases, " ")} end`,
    ...Object.fromEntries(each.map((c) => [`g_${c + 1}`, sql`greatest(${at("p", c)} - most_1, -709e0)`])),
  });
  const shares = withColumns(gaps, Object.fromEntries(each.map((c) => [`e_${c + 1}`, sql`exp(${at("g", c)})`])));
  const plus = (terms: readonly Sql[]): Sql => join(terms, " + ");
  const sums = withColumns(shares, {
    total_1: plus(each.map((c) => at("e", c))),
    spread_1: plus(each.map((c) => sql`${at("e", c)} * ${at("g", c)}`)),
  });
  return withColumns(withColumns(sums, { logsum_1: sql`ln(total_1)` }), {
    likelihood_1: sql`w_1 * (most_1 + logsum_1) * ${double(steps.likelihood)}`,
    entropy_1: sql`w_1 * (logsum_1 - spread_1 / total_1) * ${double(steps.entropy)}`,
  });
}

/** The log densities `p_1` … beside what the query has. */
function distanceColumns(
  query: Sql,
  columns: number,
  { k, diagonal, means, factors: { factors }, offsets }: MixtureDensities,
): Sql {
  const all = Array.from({ length: columns }, (_, j) => j);
  const of = (stem: string, c: number, j: number): string => `${stem}_${c + 1}_${j + 1}`;
  const named = (value: (c: number, j: number) => Sql, stem: string): Record<string, Sql> =>
    Object.fromEntries(
      Array.from({ length: k }, (_, c) => all.map((j): [string, Sql] => [of(stem, c, j), value(c, j)])).flat(),
    );
  const apart = (c: number, j: number): Sql => sql`(${x(j)} - ${double(means[c * columns + j]!)})`;
  const turned = diagonal
    ? withColumns(
        query,
        named((c, j) => sql`${double(factors[c * columns + j]!)} * ${apart(c, j)}`, "y"),
      )
    : withColumns(
        withColumns(query, named(apart, "z")),
        named((c, j) => {
          const from = c * triangleSize(columns) + triangleSize(j);
          const terms = all
            .slice(0, j + 1)
            .map((i) => sql`${double(factors[from + i]!)} * ${identifier(of("z", c, i))}`);
          return join(terms, " + ");
        }, "y"),
      );
  const densities = Array.from({ length: k }, (_, c): [string, Sql] => {
    const squares = all.map((j) => sql`${identifier(of("y", c, j))} * ${identifier(of("y", c, j))}`);
    return [`p_${c + 1}`, sql`${double(offsets[c]!)} - 5e-1 * (${join(squares, " + ")})`];
  });
  return withColumns(turned, Object.fromEntries(densities));
}

/**
 * A query of each point with each component, `c_1` from 0: the point's weight in it as `r_1`, and its likelihood and entropy
 * beside the first.
 */
export function responsibilityQuery(density: Sql, columns: number, k: number): Sql {
  const components = Array.from({ length: k }, (_, c) => c);
  const inverse = withColumns(density, { share_1: sql`w_1 / total_1` });
  const own = components.map((c) => sql`when ${c} then ${identifier(`e_${c + 1}`)}`);
  const first = (name: string): Sql =>
    sql`case c_1 when 0 then ${identifier(name)} else 0e0 end as ${identifier(name)}`;
  return sql`
    select
      c_1, case c_1 ${join(own, " ")} end * share_1 as r_1, ${first("likelihood_1")}, ${first("entropy_1")},
      ${join(
        Array.from({ length: columns }, (_, j) => x(j)),
        ", ",
      )}
    from (
      ${inverse}
    )
    cross join ${listedRows({ c_1: components })} as listed_1
  `;
}
