import type { Engine } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import { triangleSize } from "../../../model/cluster/cholesky.ts";
import type { EmPass } from "../../../model/cluster/em-rounds.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { type PointSpread, readStepSum, stepsOf, stepSums } from "./exact-sums.ts";
import { inSteps } from "./lloyd.ts";
import { densityQuery, responsibilityQuery, type MixtureDensities, type TotalSteps } from "./mixture-sql.ts";
import { double, labelOf, nearestQuery, type Centres } from "./nearest-sql.ts";
import { x, type EnginePoints } from "./points.ts";

/** Points that stay in the engine, with what bounds the sums over them. */
export interface SpreadPoints {
  readonly engine: Engine;
  readonly points: EnginePoints;
  readonly spread: PointSpread;
}

/**
 * One round's sums under a mixture, in the layout of `estimatesOf`, about the components' means: one query, of which k rows
 * come here. Differences from a mean are taken in powers of two in which their weighted squares over all points add up to no
 * more than the points' weight W; so no sum exceeds W, and a term is exact to 2^-62 W (ten million rows: 2^-38), whatever the
 * columns' units and however far outliers lie.
 */
export async function sumComponents(at: SpreadPoints, mixture: MixtureDensities): Promise<EmPass> {
  const { points } = at;
  const steps = totalSteps(at, mixture);
  const rows = responsibilityQuery(densityQuery(points, mixture, steps), points.columns, mixture.k);
  const found = await sumBy(at, rows, mixture.means, mixture.k, mixture.diagonal ? "diagonal" : "full", true);
  const logLikelihood = found.rows.reduce(
    (sum, row) => sum + readStepSum(row, "likelihood", steps.likelihood, points.points),
    0,
  );
  return { sums: found.sums, logLikelihood };
}

/** The same sums where every point belongs wholly to the nearest of some centres, about `means`. */
export async function sumNearest(
  at: SpreadPoints,
  centres: Centres,
  means: Float64Array,
  diagonal: boolean,
): Promise<Float64Array> {
  const { points } = at;
  const xs = Array.from({ length: points.columns }, (_, j) => x(j));
  const nearest = nearestQuery(points.relation, points.columns, [centres], [...xs, sql`w_1`]);
  const rows = sql`
    select ${labelOf(0)} as c_1, w_1 as r_1, ${join(xs, ", ")}
    from (
      ${nearest}
    )
  `;
  return (await sumBy(at, rows, means, centres.k, diagonal ? "diagonal" : "full", false)).sums;
}

/** What a mixture makes of the points, by the component of the highest responsibility. */
export interface MixtureSegments {
  readonly logLikelihood: number;
  /** Of the responsibilities: -Σ r ln r. */
  readonly entropy: number;
  /** Sum of weights by component. */
  readonly weights: Float64Array;
  /** Their points' weighted means, k × columns; those of the mixture where there are none. */
  readonly means: Float64Array;
  /** Weighted sums of squared distances, and of distances, to these means. */
  readonly squares: Float64Array;
  readonly distances: Float64Array;
}

/** Two queries, of which a row for each component that owns points comes here. */
export async function describeSegments(at: SpreadPoints, mixture: MixtureDensities): Promise<MixtureSegments> {
  const { engine, points, spread } = at;
  const { k } = mixture;
  const d = points.columns;
  const steps = totalSteps(at, mixture);
  const density = densityQuery(points, mixture, steps);
  const xs = Array.from({ length: d }, (_, j) => x(j));
  const labelled = sql`
    select label_1 as c_1, w_1 as r_1, likelihood_1, entropy_1, ${join(xs, ", ")}
    from (
      ${density}
    )
  `;
  const found = await sumBy(at, labelled, mixture.means, k, "none", true);
  const total = (name: string, of: number): number =>
    found.rows.reduce((sum, row) => sum + readStepSum(row, name, of, points.points), 0);
  const means = mixture.means.slice();
  for (let c = 0; c < k; c++) {
    if (!(found.weights[c]! > 0)) continue;
    for (let j = 0; j < d; j++) means[c * d + j]! += found.sums[c * (d + 1) + 1 + j]! / found.weights[c]!;
  }
  const apart = xs.map(
    (own, j) => sql`(${own} - ${byComponent(Array.from({ length: k }, (_, c) => means[c * d + j]!))})`,
  );
  const { scales } = frameOf(spread, means, k);
  const reach = Math.sqrt(d) * Math.max(...scales.map((scale) => 1 / scale));
  const [plain, squared] = [stepsOf(points.weight * reach), stepsOf(points.weight * reach ** 2)];
  const measured = sql`
    select c_1, r_1, ${join(
      apart.map((one) => sql`${one} * ${one}`),
      " + ",
    )} as square_1
    from (
      ${labelled}
    )
  `;
  const rows = await engine.rows(
    sql`
      select c_1, ${join([...stepSums(identifier("squares_1"), "square", points.points), ...stepSums(identifier("distances_1"), "distance", points.points)], ", ")}
      from (
        select c_1, r_1 * square_1 * ${double(squared)} as squares_1, r_1 * sqrt(square_1) * ${double(plain)} as distances_1
        from (
          ${measured}
        )
      )
      group by c_1
    `,
    k,
  );
  const [squares, distances] = [new Float64Array(k), new Float64Array(k)];
  for (const row of rows) {
    squares[Number(row["c_1"])] = readStepSum(row, "square", squared, points.points);
    distances[Number(row["c_1"])] = readStepSum(row, "distance", plain, points.points);
  }
  return {
    logLikelihood: total("likelihood", steps.likelihood),
    entropy: Math.max(0, total("entropy", steps.entropy)),
    weights: found.weights,
    means,
    squares,
    distances,
  };
}

/** Where points are taken about, k × columns, and the powers of two that what lies between is multiplied by. */
interface Frame {
  readonly means: Float64Array;
  readonly scales: Float64Array;
}

/** By Minkowski's inequality no root mean square about a place is larger than that about the mean and their distance. */
function frameOf({ means: middle, meanSquares }: PointSpread, means: Float64Array, k: number): Frame {
  const d = middle.length;
  const scales = Float64Array.from({ length: k * d }, (_, n) => {
    const reach = Math.sqrt(meanSquares[n % d]!) + Math.abs(means[n]! - middle[n % d]!);
    return reach > 0 ? 2 ** -Math.ceil(Math.log2(reach)) : 1;
  });
  return { means, scales };
}

/**
 * The log likelihood of a point lies between that of any one component, and the largest offset and ln k: of the components the
 * one is taken whose squared distances add up to the least at most, by Minkowski's inequality over the columns.
 */
function totalSteps({ points, spread }: SpreadPoints, mixture: MixtureDensities): TotalSteps {
  const {
    k,
    diagonal,
    offsets,
    factors: { factors },
  } = mixture;
  const d = points.columns;
  const { scales } = frameOf(spread, mixture.means, k);
  const squares = Array.from({ length: k }, (_, c) => {
    let sum = 0;
    for (let j = 0; j < d; j++) {
      let root = 0;
      for (let i = diagonal ? j : 0; i <= j; i++) {
        const factor = diagonal ? factors[c * d + j]! : factors[c * triangleSize(d) + triangleSize(j) + i]!;
        root += Math.abs(factor) / scales[c * d + i]!;
      }
      sum += root * root;
    }
    return sum;
  });
  const offset = offsets.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const likelihood = offset + Math.log(k) + Math.min(...squares) / 2;
  return { likelihood: stepsOf(points.weight * likelihood), entropy: stepsOf(points.weight * (Math.log(k) + 1)) };
}

/** What `sumBy` found: sums k × width, in the layout that its moments have. */
interface Summed {
  readonly weights: Float64Array;
  readonly sums: Float64Array;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Sums of `rows` (component `c_1` from 0, weight in it `r_1`, and the columns) by component, about `means`. `none`: Σr and Σ r z of each
 * column; else as the kernel `mixtureStep` has them. With `totals` also those of `likelihood_1` and `entropy_1`.
 */
async function sumBy(
  { engine, points, spread }: SpreadPoints,
  rows: Sql,
  means: Float64Array,
  k: number,
  moments: "full" | "diagonal" | "none",
  totals: boolean,
): Promise<Summed> {
  const d = points.columns;
  const { scales } = frameOf(spread, means, k);
  const steps = stepsOf(points.weight);
  const z = (j: number): Sql => identifier(`z_${j + 1}`);
  const all = Array.from({ length: d }, (_, j) => j);
  const ofColumn = (of: Float64Array, j: number): Sql =>
    byComponent(Array.from({ length: k }, (_, c) => of[c * d + j]!));
  const framed = all.map((j) => sql`(${x(j)} - ${ofColumn(means, j)}) * ${ofColumn(scales, j)} as ${z(j)}`);
  // Each sum with the columns of its factors.
  const terms: { readonly value: Sql; readonly of: readonly number[] }[] = [{ value: sql`r_1`, of: [] }];
  for (const i of all) {
    const last = moments === "none" ? i - 1 : moments === "full" ? d - 1 : i;
    for (let j = i; j <= last; j++) terms.push({ value: sql`(r_1 * ${z(i)} * ${z(j)})`, of: [i, j] });
    terms.push({ value: sql`(r_1 * ${z(i)})`, of: [i] });
  }
  const sums = terms.map(({ value }, n) => sql`sum(${inSteps(value, steps)}) as ${identifier(`sum_${n + 1}`)}`);
  const names = totals ? ["likelihood", "entropy"] : [];
  const wholes = names.flatMap((name) => stepSums(identifier(`${name}_1`), name, points.points));
  const passed = names.map((name) => identifier(`${name}_1`));
  const found = await engine.rows(
    sql`
      select c_1, ${join([...sums, ...wholes], ", ")}
      from (
        select ${join([sql`c_1`, sql`r_1`, ...framed, ...passed], ", ")}
        from (
          ${rows}
        )
      )
      group by c_1
    `,
    k,
  );
  const width = terms.length;
  const out = new Float64Array(k * width);
  const weights = new Float64Array(k);
  for (const row of found) {
    const c = Number(row["c_1"]);
    terms.forEach(({ of }, n) => {
      const unit = of.reduce((product, j) => product * scales[c * d + j]!, steps);
      out[c * width + n] = Number(row[`sum_${n + 1}`]) / unit;
    });
    weights[c] = out[c * width]!;
  }
  return { weights, sums: out, rows: found };
}

/** A number for each component. */
function byComponent(of: readonly number[]): Sql {
  if (of.every((one) => one === of[0])) return double(of[0]!);
  return sql`case c_1 ${join(
    of.map((one, c) => sql`when ${c} then ${double(one)}`),
    " ",
  )} end`;
}
