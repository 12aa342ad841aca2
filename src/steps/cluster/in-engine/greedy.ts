import type { Engine } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import { drawKey } from "../../../model/cluster/row-hash.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { withDraws } from "./hash-sql.ts";
import { inSteps, stepsFor } from "./lloyd.ts";
import { distanceOf, nearestQuery, type Centres } from "./nearest-sql.ts";
import { x, type EnginePoints } from "./points.ts";

/**
 * Starting centres for each k and start by greedy k-means++ (Arthur and Vassilvitskii 2007) over points that stay in the
 * engine: two queries a centre, one that draws 2 + ln k points by weight × squared distance (Efraimidis and Spirakis 2006:
 * the least -ln(u) / weight), one that says which of them lowers the sum most. The first k centres of the largest k serve
 * every smaller one. Starts follow each other for each k.
 */
export async function greedyInEngine(
  engine: Engine,
  points: EnginePoints,
  ks: readonly number[],
  { starts, seed, progress }: { readonly starts: number; readonly seed: number; progress(text: string): void },
): Promise<readonly Centres[]> {
  const k = Math.max(...ks);
  const all: Centres[] = [];
  for (let start = 0; start < starts; start++) {
    const found: Float64Array[] = [];
    while (found.length < k) {
      progress(`starting centres: start ${start + 1} of ${starts}, centre ${found.length + 1} of ${k}`);
      const next = await nextCentre(engine, points, found, k, drawKey(seed, start * k + found.length));
      // Fewer distinct points than centres: the last one stands for the rest.
      found.push(next ?? found.at(-1)!);
    }
    for (const own of ks) all.push(centresOf(found.slice(0, own)));
  }
  return all;
}

async function nextCentre(
  engine: Engine,
  points: EnginePoints,
  found: readonly Float64Array[],
  k: number,
  key: number,
): Promise<Float64Array | null> {
  const d = points.columns;
  const xs = Array.from({ length: d }, (_, j) => x(j));
  const kept = [...xs, sql`w_1`, sql`id_1`, sql`id_2`];
  const near = (groups: readonly Centres[]): Sql => nearestQuery(points.relation, d, groups, kept);
  const chance = found.length === 0 ? sql`w_1` : sql`w_1 * ${distanceOf(0)}`;
  const from = found.length === 0 ? sql`select ${join(kept, ", ")} from ${points.relation}` : near([centresOf(found)]);
  const trials = found.length === 0 ? 1 : 2 + Math.floor(Math.log(k));
  const rows = await engine.rows(
    sql`
      select ${join(xs, ", ")}
      from (
        ${withDraws(sql`select * from (${from}) where ${chance} > 0`, key)}
      )
      order by -ln(draw_1) / (${chance}), ${join(xs, ", ")}
      limit ${trials}
    `,
    trials,
  );
  const drawn = rows.map((row) => Float64Array.from(xs, (_, j) => Number(row[`x_${j + 1}`])));
  if (drawn.length < 2) return drawn[0] ?? null;
  const steps = stepsFor(points.weight, 4 * d * points.largest ** 2);
  const sums = drawn.map(
    (_, n) => sql`sum(${inSteps(sql`(w_1 * ${distanceOf(n)})`, steps)}) as ${identifier(`sum_${n + 1}`)}`,
  );
  const [row = {}] = await engine.rows(
    sql`select ${join(sums, ", ")} from (${near(drawn.map((own) => centresOf([...found, own])))})`,
    1,
  );
  const totals = drawn.map((_, n) => Number(row[`sum_${n + 1}`]));
  return drawn[totals.indexOf(Math.min(...totals))]!;
}

function centresOf(found: readonly Float64Array[]): Centres {
  const d = found[0]?.length ?? 0;
  const values = new Float64Array(found.length * d);
  found.forEach((row, n) => values.set(row, n * d));
  return { k: found.length, values };
}
