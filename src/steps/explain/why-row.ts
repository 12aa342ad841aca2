import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import type { RuleAssignment } from "../../model/cluster/assignment-rule.ts";
import type { MixtureModel } from "../../model/cluster/mixture-model.ts";
import { centreFacts, nearestBisector, type CentreFacts } from "../../model/explain/centre-facts.ts";
import { firstChanges, type LabelsOf, type Way } from "../../model/explain/first-change.ts";
import { mixedFacts, type MixedSpace } from "../../model/explain/mixed-facts.ts";
import { type MixtureFacts, mixtureFacts } from "../../model/explain/mixture-facts.ts";
import { shortestBetween } from "../../model/explain/shortest-between.ts";
import { invertTransform, transformValue } from "../../model/stats/scaling.ts";
import type { ModelFeature } from "../cluster/model.ts";

/** What segments are told apart by, and one row. */
export interface ExplainedRow {
  readonly features: readonly ModelFeature[];
  /** k × features, row-major, in the scaled space. */
  readonly centres: Float64Array;
  /**
   * By feature: the values of the table, of which a change takes one; null where any number will do. Of a column that came scaled,
   * only these have a value in its own unit.
   */
  readonly observed: readonly (Float64Array | null)[];
  /** What `assign` goes by: the nearest centre, that of least cost by numbers and words, the components of a mixture, or the rows nearby. */
  readonly decides: "nearest" | "mixed" | "rows" | MixtureModel;
  /** Null but where numbers and words decide. */
  readonly mixed: MixedRow | null;
  /** The row's segment has centres besides the one that is among `centres`, so that no bisector of these need be its border. */
  readonly isJoined: boolean;
  /** The row's segment, -1 for none; null for that which `assign` gives. */
  readonly own: number | null;
  /** In the columns' own units, gaps filled. */
  readonly values: readonly number[];
  /** By feature: the values of the table, within which a change is looked for. */
  readonly ranges: readonly Range[];
  /**
   * The segment of each row of a scaled matrix, and how surely it is there where the rule has such a figure; by each row's words,
   * or those of the explained row.
   */
  assign(matrix: Matrix, words?: readonly Int32Array[]): Promise<RuleAssignment>;
}

/** The words of a row, as codes, among those of centres. */
export interface MixedRow {
  readonly space: MixedSpace;
  /** By column of words; -1 for one that the fit has not seen. */
  readonly codes: Int32Array;
  /** How many words each column has. */
  readonly sizes: readonly number[];
}

/** Another word that gives the row another segment. */
export interface WordChange {
  /** Place among the columns of words. */
  readonly column: number;
  readonly to: number;
  readonly segment: number;
}

export interface Range {
  readonly minimum: number;
  readonly maximum: number;
  /** Every value of the table is a whole number, and so must be that after a change. */
  readonly isWhole: boolean;
}

/** Another value of a column that gives the row another segment. */
export interface ColumnChange {
  readonly column: number;
  readonly to: number;
  readonly segment: number;
  /** How far that is in scaled units. */
  readonly size: number;
}

/** Other values of several columns that give the row another segment. */
export interface JointChange {
  /** By feature, in its own unit. */
  readonly to: readonly number[];
  readonly segment: number;
  readonly size: number;
  /** `smallest`: no smaller one does; `found`: one that is smaller than any of one column, and a smaller one may be. */
  readonly kind: "smallest" | "found";
  /** Features that would have a value below or above all of the table. */
  readonly outside: readonly number[];
}

export interface WhyRow {
  /** Distances to the centres; by them too the second and the contributions, where no mixture says otherwise. */
  readonly facts: CentreFacts;
  /** Of a mixture; else null. */
  readonly mixture: MixtureFacts | null;
  /** How surely the row is in its segment, 0–1; null where the rule has no such figure. */
  readonly probability: number | null;
  /** Each verified by assigning the changed row, the smallest first; at most one downwards and one upwards a column. */
  readonly changes: readonly ColumnChange[];
  /** The first word of each column that does, where words decide too. */
  readonly wordChanges: readonly WordChange[];
  /** By column of words, as `facts.contributions`; null without words. */
  readonly wordContributions: readonly number[] | null;
  /** Null where none was found, or where the rule gives the row another segment already. */
  readonly joint: JointChange | null;
  /** The segment that the rule gives the row; differs from its own only where that is of another rule. */
  readonly byRule: number;
}

/**
 * Why a row is in its segment: distances to the centres, what each column adds, and the smallest changes that move it, found
 * by `assign` alone, whatever its rule.
 */
export async function whyRow(compute: Compute, row: ExplainedRow): Promise<WhyRow> {
  const { features, centres, values, assign } = row;
  const names = features.map(({ column }) => column);
  const point = Float64Array.from(features, (feature, j) => scaledOf(feature, values[j]!));
  const labelsOf: LabelsOf = async (points) => {
    const mark = compute.mark();
    try {
      return Int32Array.from((await assign(matrixOf(compute, names, points))).labels);
    } finally {
      compute.release(mark);
    }
  };
  const mark = compute.mark();
  const { labels, probabilities } = await assign(matrixOf(compute, names, [point]));
  const byRule = labels[0]!;
  const probability = probabilities?.[0] ?? null;
  compute.release(mark);
  const own = row.own ?? byRule;
  const mixed = row.mixed === null ? null : mixedFacts(point, row.mixed.codes, row.mixed.space, own);
  const facts = mixed ?? centreFacts(point, centres, own);
  const mixture = typeof row.decides === "string" || own < 0 ? null : mixtureFacts(point, row.decides, own);
  const wordContributions = mixed?.wordContributions ?? null;
  const found = { facts, wordContributions, mixture, probability, byRule };
  if (byRule !== own) return { ...found, changes: [], wordChanges: [], joint: null };
  const moved = { ...row, own, unlike: mixed?.unlike ?? null };
  const changes = await columnChanges(moved, point, labelsOf);
  const wordChanges = await changesOfWords(compute, moved, point);
  return { ...found, changes, wordChanges, joint: await jointChange(moved, point, changes, labelsOf) };
}

/** The first other word of each column with which the row, its numbers as they are, is in another segment. */
async function changesOfWords(
  compute: Compute,
  { mixed, own, features, assign }: PlacedRow,
  point: Float64Array,
): Promise<readonly WordChange[]> {
  if (mixed === null) return [];
  const { codes, sizes } = mixed;
  const tries = sizes.flatMap((size, column) =>
    Array.from({ length: size }, (_, to) => ({ column, to })).filter(({ to }) => to !== codes[column]),
  );
  if (tries.length === 0) return [];
  const words = tries.map(({ column, to }) => codes.with(column, to));
  const mark = compute.mark();
  const names = features.map(({ column }) => column);
  const { labels } = await assign(
    matrixOf(
      compute,
      names,
      tries.map(() => point),
    ),
    words,
  );
  const moved = tries.map((one, i) => ({ ...one, segment: labels[i]! })).filter(({ segment }) => segment !== own);
  compute.release(mark);
  return sizes.flatMap((_, column) => moved.find((one) => one.column === column) ?? []);
}

function matrixOf(compute: Compute, columns: readonly string[], points: readonly Float64Array[]): Matrix {
  const values = compute.f64(points.length * columns.length);
  points.forEach((one, i) => one.forEach((x, j) => (values[j * points.length + i] = x)));
  return { rows: points.length, columns, values };
}

/** A value in a feature's own unit as it is clustered. */
function scaledOf({ transform }: ModelFeature, value: number): number {
  const { kind } = transform;
  return kind === "given" || kind === "none" ? value : transformValue({ ...transform, kind }, value);
}

/** The value in a feature's own unit that a scaled one stands for. */
export function unscaledOf({ transform }: ModelFeature, scaled: number): number {
  const { kind } = transform;
  return kind === "given" || kind === "none" ? scaled : invertTransform({ ...transform, kind }, scaled);
}

type PlacedRow = ExplainedRow & {
  readonly own: number;
  /** By segment: what unlike words cost; null without words. */
  readonly unlike: readonly number[] | null;
};

async function columnChanges(
  { features, own, values, ranges, observed }: PlacedRow,
  point: Float64Array,
  labelsOf: LabelsOf,
): Promise<readonly ColumnChange[]> {
  const within = features.flatMap((_, column) => {
    const { minimum, maximum } = ranges[column]!;
    const value = values[column]!;
    return [
      ...(minimum < value ? [{ column, end: minimum }] : []),
      ...(maximum > value ? [{ column, end: maximum }] : []),
    ];
  });
  const place = (column: number, scaled: number): Float64Array => point.map((x, j) => (j === column ? scaled : x));
  const ways = within.map(({ column, end }): Way => {
    const last = scaledOf(features[column]!, end);
    return (t) => place(column, t === 1 ? last : point[column]! + t * (last - point[column]!));
  });
  const found = await firstChanges(ways, own, labelsOf);
  const changes: ColumnChange[] = [];
  for (const [w, { column, end }] of within.entries()) {
    const change = found[w];
    if (change === null || change === undefined) continue;
    const feature = features[column]!;
    const exact = unscaledOf(feature, ways[w]!(change.t)[column]!);
    const known = observed[column]!;
    const candidates =
      known === null
        ? valuesBeyond(values[column]!, exact, end, ranges[column]!.isWhole)
        : [observedBeyond(known, values[column]!, exact) ?? end, end];
    const labels = await labelsOf(candidates.map((value) => place(column, scaledOf(feature, value))));
    const at = labels.findIndex((label) => label !== own);
    if (at < 0) continue;
    const to = candidates[at]!;
    changes.push({ column, to, segment: labels[at]!, size: Math.abs(scaledOf(feature, to) - point[column]!) });
  }
  return changes.sort((a, b) => a.size - b.size || a.column - b.column);
}

/** Values at which a change may be told, the plainest first: none beyond `end`, and whole where they must be. */
function valuesBeyond(from: number, exact: number, end: number, isWhole: boolean): readonly number[] {
  const sign = end > from ? 1 : -1;
  const isWithin = (value: number): boolean => sign * value <= sign * end && sign * value > sign * from;
  if (isWhole) {
    const first = sign > 0 ? Math.ceil(exact) : Math.floor(exact);
    return [first, first + sign, end].filter(isWithin);
  }
  return [plainBeyond(from, exact), exact, exact + sign * 1e-9 * Math.abs(exact - from), end].filter(isWithin);
}

/** The shortest decimal at or a little beyond a value, seen from another: a change by at most 2% more. */
function plainBeyond(from: number, exact: number): number {
  const sign = exact > from ? 1 : -1;
  const low = sign * exact;
  const high = low + 0.02 * Math.abs(exact - from);
  return high > low ? sign * shortestBetween(low, high) : exact;
}

/** Of some values the one nearest to `from` that is at least as far from it as `exact`, on the same side; null for none. */
function observedBeyond(observed: Float64Array, from: number, exact: number): number | null {
  const sign = exact > from ? 1 : -1;
  let nearest: number | null = null;
  for (let i = 0; i < observed.length; i++) {
    const value = observed[i]!;
    if (sign * value >= sign * exact && (nearest === null || sign * value < sign * nearest)) nearest = value;
  }
  return nearest;
}

async function jointChange(
  row: PlacedRow,
  point: Float64Array,
  changes: readonly ColumnChange[],
  labelsOf: LabelsOf,
): Promise<JointChange | null> {
  const { features, centres, own, values, ranges, observed, decides, isJoined, mixed, unlike } = row;
  const width = features.length;
  // Unlike words add to a squared distance what no number changes.
  const isSquared = decides === "nearest" || (mixed !== null && mixed.space.prices === null);
  const isNearest = isSquared && own >= 0 && !isJoined;
  const aim = isNearest ? nearestBisector(point, centres, own, unlike) : await firstOnTheWay();
  if (aim === null) return null;
  const exact = features.map((feature, j) =>
    aim.point[j] === point[j] ? values[j]! : unscaledOf(feature, aim.point[j]!),
  );
  const plain = exact.map((to, j) => {
    if (to === values[j]) return to;
    const known = observed[j]!;
    return known === null ? plainBeyond(values[j]!, to) : (observedBeyond(known, values[j]!, to) ?? to);
  });
  const further = (part: number): readonly number[] =>
    features.map((feature, j) =>
      aim.point[j] === point[j]
        ? values[j]!
        : unscaledOf(feature, point[j]! + (1 + part) * (aim.point[j]! - point[j]!)),
    );
  const candidates = [plain, exact, further(1e-9), further(1e-6), further(1e-3)];
  const scaled = candidates.map((to) => Float64Array.from(features, (feature, j) => scaledOf(feature, to[j]!)));
  const labels = await labelsOf(scaled);
  const at = labels.findIndex((label) => label !== own);
  if (at < 0) return null;
  const to = candidates[at]!;
  const size = Math.hypot(...scaled[at]!.map((x, j) => x - point[j]!));
  if (!isNearest && changes.length > 0 && changes[0]!.size <= size) return null;
  return {
    to,
    segment: labels[at]!,
    size,
    kind: isNearest ? "smallest" : "found",
    outside: to.flatMap((value, j) =>
      value !== values[j] && (value < ranges[j]!.minimum || value > ranges[j]!.maximum) ? [j] : [],
    ),
  };

  /**
   * The shortest of some straight ways, up to where the segment changes: to the centres of the other segments, and across the
   * planes through the places where single columns change it, which for a flat border are that border.
   */
  async function firstOnTheWay(): Promise<{ readonly point: Float64Array } | null> {
    const others = Array.from({ length: centres.length / width }, (_, c) => c).filter((c) => c !== own);
    const ends = [
      ...others.map((c) => centres.subarray(c * width, (c + 1) * width)),
      ...acrossPlanes(values, point, changes),
    ];
    const ways = ends.map(
      (end): Way =>
        (t) =>
          point.map((x, j) => x + t * (end[j]! - x)),
    );
    const found = await firstChanges(ways, own, labelsOf);
    const changed = found.flatMap((change, w) => (change === null ? [] : [ways[w]!(change.t)]));
    const length = (end: Float64Array): number => Math.hypot(...end.map((x, j) => x - point[j]!));
    const shortest = changed.reduce<Float64Array | null>(
      (best, end) => (best === null || length(end) < length(best) ? end : best),
      null,
    );
    return shortest === null ? null : { point: shortest };
  }
}

/** By segment that single columns lead to: twice the way to the plane through the places where they do. */
function acrossPlanes(
  values: readonly number[],
  point: Float64Array,
  changes: readonly ColumnChange[],
): readonly Float64Array[] {
  return [...new Set(changes.map(({ segment }) => segment))].map((segment) => {
    const normal = new Float64Array(point.length);
    for (const { column, to, segment: own, size } of changes) {
      // The smaller change of a column comes first.
      if (own === segment && size > 0 && normal[column] === 0) normal[column] = Math.sign(to - values[column]!) / size;
    }
    const squares = normal.reduce((sum, x) => sum + x * x, 0);
    return point.map((x, j) => x + (2 * normal[j]!) / squares);
  });
}
