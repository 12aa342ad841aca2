import type { Compute } from "../../../core/compute.ts";
import type { Engine } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import { mostDrawn, oversampling, rounds } from "../../../model/cluster/draw-candidates.ts";
import { drawKey } from "../../../model/cluster/row-hash.ts";
import { reclusterCandidates } from "../../../model/cluster/seed-parallel.ts";
import { join, sql } from "../../../sql/template.ts";
import { withDraws } from "./hash-sql.ts";
import { inSteps, stepsFor } from "./lloyd.ts";
import { distanceOf, double, labelOf, nearestQuery, type Centres } from "./nearest-sql.ts";
import { x, type EnginePoints } from "./points.ts";

/**
 * Starting centres for each k by k-means‖ (Bahmani et al. 2012), as `seedParallel` draws them, over points that stay in the
 * engine: two queries a round, of which a few rows come back (twice the largest k on average). The points are kept once
 * more, with the distance to their nearest candidate.
 */
export async function seedInEngine(
  engine: Engine,
  compute: Compute,
  points: EnginePoints,
  ks: readonly number[],
  { starts, seed, progress }: { readonly starts: number; readonly seed: number; progress(text: string): void },
): Promise<readonly Centres[]> {
  const k = Math.max(...ks);
  const xs = Array.from({ length: points.columns }, (_, j) => x(j));
  const kept = [...xs, sql`w_1`, sql`id_1`, sql`id_2`];
  const read = async (query: Sql, most: number): Promise<Float64Array[]> =>
    (await engine.rows(query, most)).map((row) => Float64Array.from(xs, (_, j) => Number(row[`x_${j + 1}`])));
  progress("starting centres");
  const found = await read(
    sql`
      select ${join(xs, ", ")}
      from (
        ${withDraws(sql`select ${join(kept, ", ")} from ${points.relation} where w_1 > 0`, drawKey(seed, 0))}
      )
      order by -ln(draw_1) / w_1, ${join(xs, ", ")}
      limit 1
    `,
    1,
  );
  const squares = 4 * points.columns * points.largest ** 2;
  const steps = stepsFor(points.weight, squares);
  let state = await engine.store(
    sql`
      select ${join(kept, ", ")}, ${distanceOf(0)} as closest_1, ${labelOf(0)} as nearest_1
      from (
        ${nearestQuery(points.relation, points.columns, [centresOf(found)], kept)}
      )
      where w_1 > 0
    `,
  );
  const totalOf = async (): Promise<number> => {
    const [row = {}] = await engine.rows(
      sql`select sum(${inSteps(sql`(w_1 * closest_1)`, steps)}) as total_1 from ${state.relation}`,
      1,
    );
    return Number(row["total_1"] ?? 0) / steps;
  };
  let total = await totalOf();
  for (let round = 1; total > 0 && (round <= rounds || found.length < k); round++) {
    progress(`starting centres: round ${round}`);
    const draws = sql`
      select ${join(xs, ", ")}
      from (
        ${withDraws(sql`select ${join(kept, ", ")}, closest_1 from ${state.relation}`, drawKey(seed, round))}
      )
      where draw_1 < w_1 * closest_1 * ${double(oversampling(k) / total)}
      order by ${join(xs, ", ")}
      limit ${mostDrawn(k)}
    `;
    const heaviest = sql`
      select ${join(xs, ", ")}
      from ${state.relation}
      where closest_1 > 0
      order by w_1 * closest_1 desc, ${join(xs, ", ")}
      limit 1
    `;
    const drawn = await read(round <= mostRounds ? draws : heaviest, mostDrawn(k));
    if (drawn.length === 0) continue;
    const before = state;
    state = await engine.store(withCandidates(before.relation, points.columns, kept, drawn, found.length));
    total = await totalOf();
    await engine.forget(before);
    found.push(...drawn);
  }
  const weights = new Float64Array(found.length);
  const weightSum = stepsFor(points.weight, 1);
  const counted = await engine.rows(
    sql`
      select nearest_1, sum(${inSteps(sql`w_1`, weightSum)}) as weight_1
      from ${state.relation}
      group by nearest_1
    `,
    found.length,
  );
  for (const row of counted) weights[Number(row["nearest_1"])] = Number(row["weight_1"]) / weightSum;
  await engine.forget(state);
  const values = centresOf(found).values;
  const centres: Centres[] = [];
  for (const own of ks)
    centres.push({ k: own, values: await reclusterCandidates(compute, values, weights, own, { starts, seed }) });
  return centres;
}

/** Rounds from which on the farthest point is taken instead of a draw. */
const mostRounds = 100;

function centresOf(found: readonly Float64Array[]): Centres {
  const d = found[0]?.length ?? 0;
  const values = new Float64Array(found.length * d);
  found.forEach((row, n) => values.set(row, n * d));
  return { k: found.length, values };
}

/** The state with new candidates taken in, the first of them number `from`. */
function withCandidates(
  state: Sql,
  columns: number,
  kept: readonly Sql[],
  drawn: readonly Float64Array[],
  from: number,
): Sql {
  const known = [...kept, sql`closest_1`, sql`nearest_1`];
  const isNearer = sql`${distanceOf(0)} < closest_1`;
  return sql`
    select
      ${join(kept, ", ")},
      case when ${isNearer} then ${distanceOf(0)} else closest_1 end as closest_1,
      case when ${isNearer} then ${labelOf(0)} + ${from} else nearest_1 end as nearest_1
    from (
      ${nearestQuery(state, columns, [centresOf(drawn)], known)}
    )
  `;
}
