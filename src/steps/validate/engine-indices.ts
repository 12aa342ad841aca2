import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { indicesOf } from "../../model/metrics/dispersion.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { featureSql } from "../cluster/assign-sql.ts";
import { inSteps, stepsFor } from "../cluster/in-engine/lloyd.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";
import type { ModelFeature } from "../cluster/model.ts";
import type { SegmentFigures } from "./judge-segments.ts";

/** Means of segments that one statement holds. */
const meansAtOnce = 2000;

/**
 * Indices of segments whose rows stay in the engine, to about 1e-9: `place` is the place of a row's segment in SQL over the
 * table's relation, null for none, below `k`. Sums of whole numbers, the same in any order: two scans and one for every
 * 2,000 means, of which a row for each segment comes back.
 */
export async function engineIndices(
  engine: Engine,
  table: Table,
  features: readonly ModelFeature[],
  place: Sql,
  k: number,
): Promise<Pick<SegmentFigures, "calinskiHarabasz" | "daviesBouldin">> {
  const d = features.length;
  const xs = features.map((_, j) => identifier(`_scaled_${j + 1}`));
  const { query } = featureSql(table, features, [sql`${place} as place_1`]);
  const relation = sql`
    (
      select *
      from (
        ${query}
      )
      where place_1 is not null and ${join(
        xs.map((x) => sql`${x} is not null`),
        " and ",
      )}
    )
  `;
  const ends = xs.map((x, j) => sql`max(abs(${x})) as ${identifier(`most_${j + 1}`)}`);
  const [facts = {}] = await engine.rows(sql`select count(*) as rows_1, ${join(ends, ", ")} from ${relation}`, 1);
  const rows = Number(facts["rows_1"]);
  const largest = Math.max(0, ...xs.map((_, j) => Number(facts[`most_${j + 1}`] ?? 0)));
  const steps = stepsFor(rows, largest);
  const weights = new Float64Array(k);
  const means = new Float64Array(k * d);
  const sums = xs.map((x, j) => sql`sum(${inSteps(x, steps)}) as ${identifier(`sum_${j + 1}`)}`);
  const totals = await engine.rows(
    sql`
      select place_1, count(*) as rows_1, ${join(sums, ", ")}
      from ${relation}
      group by place_1
    `,
    k,
  );
  for (const row of totals) {
    const c = Number(row["place_1"]);
    weights[c] = Number(row["rows_1"]);
    xs.forEach((_, j) => (means[c * d + j] = Number(row[`sum_${j + 1}`]) / steps / weights[c]!));
  }
  const squares = new Float64Array(k);
  const distances = new Float64Array(k);
  const used = [...weights.keys()].filter((c) => weights[c]! > 0);
  const each = Math.max(1, Math.floor(meansAtOnce / d));
  for (let from = 0; from < used.length; from += each) {
    const some = used.slice(from, from + each);
    const apart = xs.map((x, j) => {
      const cases = some.map((c) => sql`when ${c} then ${double(means[c * d + j]!)}`);
      return sql`${x} - case place_1 ${join(cases, " ")} end as ${identifier(`apart_${j + 1}`)}`;
    });
    const terms = xs.map((_, j) => sql`${identifier(`apart_${j + 1}`)} * ${identifier(`apart_${j + 1}`)}`);
    const furthest = 4 * d * largest ** 2;
    const [fine, plain] = [stepsFor(rows, furthest), stepsFor(rows, Math.sqrt(furthest))];
    const spread = await engine.rows(
      sql`
        select place_1, sum(${inSteps(sql`square_1`, fine)}) as squares_1, sum(${inSteps(sql`sqrt(square_1)`, plain)}) as distances_1
        from (
          select place_1, ${join(terms, " + ")} as square_1
          from (
            select place_1, ${join(apart, ", ")}
            from ${relation}
            where place_1 in (${join(
              some.map((c) => sql`${c}`),
              ", ",
            )})
          )
        )
        group by place_1
      `,
      some.length,
    );
    for (const row of spread) {
      squares[Number(row["place_1"])] = Number(row["squares_1"]) / fine;
      distances[Number(row["place_1"])] = Number(row["distances_1"]) / plain;
    }
  }
  return indicesOf(weights, means, squares, distances);
}
