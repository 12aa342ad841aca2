import type { Engine } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import { listedRows } from "../../../sql/functions.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { distanceOf, double, labelOf, nearestQuery, ownDistance, type Centres } from "./nearest-sql.ts";
import { weightSteps, x, type EnginePoints } from "./points.ts";

export interface EngineLloydOptions {
  readonly maxIter: number;
  /** Squared shift of the centres, in all, from which a run counts as converged. */
  readonly tolerance: number;
  progress(text: string): void;
}

/** What a run of one k came to. */
export interface EngineFit {
  readonly k: number;
  /** k × columns, row-major, in the scaled space. */
  readonly centres: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
  /** By segment: sum of weights, and of weight × squared distance to the centre. */
  readonly weights: Float64Array;
  readonly squares: Float64Array;
  /** Means of the segments as they are under the centres, k × columns: the centres, where no row moved at last. */
  readonly means: Float64Array;
  /** By segment: sum of weight × squared distance and of weight × distance to the mean. */
  readonly squaresAboutMean: Float64Array;
  readonly distancesToMean: Float64Array;
}

/** Sums by segment under some centres. */
interface SegmentSums {
  readonly weights: Float64Array;
  /** Weight × value, k × columns. */
  readonly sums: Float64Array;
}

/**
 * Lloyd's algorithm over points that stay in the engine, for several k at once: one query an iteration, whose result is one
 * row for each segment of each k, whatever the number of points. scikit-learn's rules, those of `lloyd`: a run ends when no
 * sum changes or the squared shifts add up to no more than the tolerance; a segment without weight takes the farthest point.
 * Sums are of whole numbers (weight × value in steps of 2^-s, s as large as 63 bits allow, about 2^-36 for ten million
 * points), so they are the same in any order. A pass costs k × columns multiplications a point and k.
 */
export async function lloydInEngine(
  engine: Engine,
  points: EnginePoints,
  starts: readonly Centres[],
  { maxIter, tolerance, progress }: EngineLloydOptions,
): Promise<readonly EngineFit[]> {
  const runs = starts.map(({ k, values }) => ({
    k,
    values,
    iterations: 0,
    converged: false,
    last: null as SegmentSums | null,
  }));
  for (;;) {
    const open = runs.filter(({ converged, iterations }) => !converged && iterations < maxIter);
    if (open.length === 0) break;
    progress(
      `k-means: iteration ${open[0]!.iterations + 1}, ${open.length === 1 ? `k = ${open[0]!.k}` : `${open.length} numbers of segments`}`,
    );
    const all = await sumBySegment(engine, points, open);
    for (const [i, run] of open.entries()) {
      const sums = all[i]!;
      run.iterations++;
      const still = run.last !== null && isSame(run.last, sums);
      run.last = sums;
      const next = await nextCentres(engine, points, run, sums);
      const shift = squaredShift(run.values, next);
      run.values = next;
      run.converged = still || shift <= tolerance;
    }
  }
  progress("k-means: the last assignment");
  const judged = await spreadBySegment(engine, points, runs);
  return runs.map(({ k, values, iterations, converged }, i) => ({
    k,
    centres: values,
    iterations,
    converged,
    ...judged[i]!,
  }));
}

function isSame(a: SegmentSums, b: SegmentSums): boolean {
  return a.weights.every((one, i) => one === b.weights[i]) && a.sums.every((one, i) => one === b.sums[i]);
}

function squaredShift(from: Float64Array, to: Float64Array): number {
  return from.reduce((sum, one, i) => sum + (to[i]! - one) ** 2, 0);
}

async function nextCentres(
  engine: Engine,
  points: EnginePoints,
  from: Centres,
  given: SegmentSums,
): Promise<Float64Array> {
  const { k, values } = from;
  const d = points.columns;
  const weights = given.weights.slice();
  const sums = given.sums.slice();
  const empty = Array.from({ length: k }, (_, c) => c).filter((c) => weights[c] === 0);
  if (empty.length > 0) {
    for (const [n, far] of (await farthestPoints(engine, points, from, empty.length)).entries()) {
      const to = empty[n]!;
      for (let j = 0; j < d; j++) {
        const moved = far.values[j]! * far.weight;
        sums[far.label * d + j]! -= moved;
        sums[to * d + j] = moved;
      }
      weights[far.label]! -= far.weight;
      weights[to] = far.weight;
    }
  }
  const heaviest = weights.indexOf(Math.max(...weights));
  const next = new Float64Array(values.length);
  for (let c = 0; c < k; c++) {
    const own = weights[c]! > 0 ? c : heaviest;
    for (let j = 0; j < d; j++) next[c * d + j] = sums[own * d + j]! / weights[own]!;
  }
  return next;
}

interface FarPoint {
  readonly values: readonly number[];
  readonly weight: number;
  readonly label: number;
}

/** The points farthest from their own centres, ties by their values; none that lies on its centre. */
async function farthestPoints(
  engine: Engine,
  points: EnginePoints,
  from: Centres,
  count: number,
): Promise<readonly FarPoint[]> {
  const xs = Array.from({ length: points.columns }, (_, j) => x(j));
  const rows = await engine.rows(
    sql`
      select *
      from (
        ${nearestQuery(points.relation, points.columns, [from], [...xs, sql`w_1`])}
      )
      where w_1 > 0 and ${distanceOf(0)} > 0
      order by ${distanceOf(0)} desc, ${join(xs, ", ")}
      limit ${count}
    `,
    count,
  );
  return rows.map((row) => ({
    values: xs.map((_, j) => Number(row[`x_${j + 1}`])),
    weight: Number(row["w_1"]),
    label: Number(row["label_1"]),
  }));
}

/** Steps of a sum of `weight` terms of at most `largest`: the finest power of two that 62 bits hold. */
export function stepsFor(weight: number, largest: number): number {
  const bits =
    62 - Math.ceil(Math.log2(Math.max(weight, 1))) - Math.max(0, Math.ceil(Math.log2(Math.max(largest, 2 ** -20)) + 1));
  return 2 ** Math.max(0, Math.min(44, bits));
}

/** A double as a whole number of steps. */
export function inSteps(of: Sql, steps: number): Sql {
  return sql`cast(floor(${of} * ${double(steps)} + 5e-1) as bigint)`;
}

async function sumBySegment(
  engine: Engine,
  points: EnginePoints,
  groups: readonly Centres[],
): Promise<readonly SegmentSums[]> {
  const d = points.columns;
  const steps = stepsFor(points.weight, points.largest);
  const sums = Array.from({ length: d }, (_, j) => inSteps(sql`(w_1 * ${x(j)})`, steps));
  const rows = await bySegment(engine, points, groups, sums, []);
  return groups.map(({ k }, g) => {
    const weights = new Float64Array(k);
    const totals = new Float64Array(k * d);
    for (const { group, label, weight, values } of rows) {
      if (group !== g) continue;
      weights[label] = weight;
      values.forEach((sum, j) => (totals[label * d + j] = sum / steps));
    }
    return { weights, sums: totals };
  });
}

type Spread = Pick<EngineFit, "weights" | "squares" | "means" | "squaresAboutMean" | "distancesToMean">;

/** One scan, and another where the means are not the centres. */
async function spreadBySegment(
  engine: Engine,
  points: EnginePoints,
  groups: readonly Centres[],
): Promise<readonly Spread[]> {
  const d = points.columns;
  const furthest = 4 * d * points.largest ** 2;
  const steps = stepsFor(points.weight, furthest);
  const roots = stepsFor(points.weight, Math.sqrt(furthest));
  const plain = stepsFor(points.weight, points.largest);
  const sums = Array.from({ length: d }, (_, j) => inSteps(sql`(w_1 * ${x(j)})`, plain));
  const rows = await bySegment(engine, points, groups, sums, [
    (g) => inSteps(sql`(w_1 * ${distanceOf(g)})`, steps),
    (g) => inSteps(sql`(w_1 * sqrt(${distanceOf(g)}))`, roots),
  ]);
  const spreads = groups.map(({ k, values }, g) => {
    const means = values.slice();
    const [weights, squares, distances] = [new Float64Array(k), new Float64Array(k), new Float64Array(k)];
    for (const row of rows) {
      if (row.group !== g) continue;
      weights[row.label] = row.weight;
      squares[row.label] = row.values[d]! / steps;
      distances[row.label] = row.values[d + 1]! / roots;
      if (row.weight > 0) for (let j = 0; j < d; j++) means[row.label * d + j] = row.values[j]! / plain / row.weight;
    }
    return { k, values, weights, squares, means, squaresAboutMean: squares, distancesToMean: distances };
  });
  const moved = spreads.filter(({ values, means }) => means.some((mean, at) => mean !== values[at]));
  const about = await bySegment(
    engine,
    points,
    moved,
    [],
    [
      (g, { means }) => inSteps(sql`(w_1 * ${ownDistance(g, means, d)})`, steps),
      (g, { means }) => inSteps(sql`(w_1 * sqrt(${ownDistance(g, means, d)}))`, roots),
    ],
  );
  return spreads.map((spread) => {
    const g = moved.indexOf(spread);
    if (g < 0) return spread;
    const own = {
      ...spread,
      squaresAboutMean: new Float64Array(spread.k),
      distancesToMean: new Float64Array(spread.k),
    };
    for (const { group, label, values } of about) {
      if (group !== g) continue;
      own.squaresAboutMean[label] = values[0]! / steps;
      own.distancesToMean[label] = values[1]! / roots;
    }
    return own;
  });
}

interface SegmentRow {
  readonly group: number;
  readonly label: number;
  readonly weight: number;
  readonly values: readonly number[];
}

/**
 * Sums of whole numbers by group and segment: `shared` are the same for every group, `own` differ. For several groups the
 * points are first summed by all their labels together, which are few, then those sums by each label.
 */
async function bySegment<Group extends Centres>(
  engine: Engine,
  points: EnginePoints,
  groups: readonly Group[],
  shared: readonly Sql[],
  own: readonly ((g: number, group: Group) => Sql)[],
): Promise<readonly SegmentRow[]> {
  const rows: SegmentRow[] = [];
  for (let from = 0; from < groups.length;) {
    let to = from + 1;
    let centres = groups[from]!.k;
    while (to < groups.length && centres + groups[to]!.k <= centresAtOnce) centres += groups[to++]!.k;
    const found = await bySegmentAtOnce(engine, points, groups.slice(from, to), shared, own);
    for (const row of found) rows.push({ ...row, group: row.group + from });
    from = to;
  }
  return rows;
}

/** Centres that share one scan: a longer statement takes longer to plan than another scan. */
const centresAtOnce = 80;

async function bySegmentAtOnce<Group extends Centres>(
  engine: Engine,
  points: EnginePoints,
  groups: readonly Group[],
  shared: readonly Sql[],
  own: readonly ((g: number, group: Group) => Sql)[],
): Promise<readonly SegmentRow[]> {
  const xs = Array.from({ length: points.columns }, (_, j) => x(j));
  const nearest = nearestQuery(points.relation, points.columns, groups, [...xs, sql`w_1`]);
  const labels = groups.map((_, g) => labelOf(g));
  const weight = sql`sum(cast(w_1 * ${double(weightSteps)} as bigint)) as weight_1`;
  const sharedSums = shared.map((of, n) => sql`sum(${of}) as ${identifier(`sum_${n + 1}`)}`);
  const ownName = (g: number, n: number): Sql => identifier(`own_${g + 1}_${n + 1}`);
  const ownSums = groups.flatMap((group, g) => own.map((of, n) => sql`sum(${of(g, group)}) as ${ownName(g, n)}`));
  const together = sql`
    select ${join([...labels, weight, ...sharedSums, ...ownSums], ", ")}
    from (
      ${nearest}
    )
    group by ${join(labels, ", ")}
  `;
  const count = groups.reduce((sum, { k }) => sum + k, 0);
  const names = [...shared.map((_, n) => `sum_${n + 1}`), ...own.map((_, n) => `total_${n + 1}`)];
  const pick = (of: (g: number) => Sql): Sql =>
    sql`case group_1 ${join(
      groups.map((_, g) => sql`when ${g} then ${of(g)}`),
      " ",
    )} end`;
  const split =
    groups.length === 1
      ? sql`
          select 0 as group_1, ${labels[0]!} as segment_1, weight_1, ${join(
            [
              ...shared.map((_, n) => identifier(`sum_${n + 1}`)),
              ...own.map((_, n) => sql`${ownName(0, n)} as ${identifier(`total_${n + 1}`)}`),
            ],
            ", ",
          )}
          from (
            ${together}
          )
        `
      : sql`
          select group_1, segment_1, sum(weight_1) as weight_1, ${join(
            names.map((name) => sql`sum(${identifier(name)}) as ${identifier(name)}`),
            ", ",
          )}
          from (
            select group_1, ${pick(labelOf)} as segment_1, weight_1, ${join(
              [
                ...shared.map((_, n) => identifier(`sum_${n + 1}`)),
                ...own.map((_, n) => sql`${pick((g) => ownName(g, n))} as ${identifier(`total_${n + 1}`)}`),
              ],
              ", ",
            )}
            from (
              ${together}
            )
            cross join ${listedRows({ group_1: groups.map((_, g) => g) })} as listed_1
          )
          group by group_1, segment_1
        `;
  const rows = await engine.rows(split, count);
  return rows.map((row) => ({
    group: Number(row["group_1"]),
    label: Number(row["segment_1"]),
    weight: Number(row["weight_1"]) / weightSteps,
    values: names.map((name) => Number(row[name])),
  }));
}
