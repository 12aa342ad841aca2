import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import { assignedPoints } from "../../model/cluster/assigned-points.ts";
import type { Clustering, MethodName, MethodOptions } from "../../model/cluster/clustering.ts";
import { methods } from "../../model/cluster/methods/index.ts";
import type { Points } from "../../model/cluster/prepared-points.ts";
import { collapse, type Collapsed } from "../../model/collapse.ts";
import { countDistinct } from "../../model/count-distinct.ts";
import { chooseK, type ChosenK } from "../../model/metrics/choose-k.ts";
import { dispersion } from "../../model/metrics/dispersion.ts";
import { segmentWeights } from "../../model/metrics/labeling.ts";
import { silhouettes, type Silhouette } from "../../model/metrics/silhouette.ts";
import { findStructure, type Structure } from "../../model/metrics/structure.ts";
import type { KChoice } from "./settings.ts";
import { type Vote, voteOnK } from "./vote-on-k.ts";

export interface FitOptions extends MethodOptions {
  readonly method: MethodName;
  readonly k: KChoice;
  /** Whether anyone will read how good the segments are; a choice of k needs it anyway. */
  readonly judged: boolean;
}

/** One k that was tried. */
export interface FittedK {
  readonly result: Clustering;
  /** Null when not judged. */
  readonly silhouette: Silhouette | null;
  /** Null when not judged, or undefined (as many segments as rows). */
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  /** Sum of weights by segment of the result. */
  readonly sizes: Float64Array;
}

export interface Fit {
  /** Distinct rows with how often they stand, or the rows themselves. */
  readonly points: Points;
  /** Point of each row of the matrix; null: row i is point i. */
  readonly rowToPoint: Int32Array | null;
  readonly tried: readonly FittedK[];
  readonly chosen: FittedK;
  readonly choice: ChosenK | null;
  /** What each criterion says of k; empty where there was no choice, or nobody reads of it. */
  readonly votes: readonly Vote[];
  readonly structure: Structure | null;
  /** Points that the segments were found among, where those were not all; else null. */
  readonly drawn: number | null;
}

/** Numbers of segments over which structure is looked for, whatever k was asked for. */
const structureKs = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/** A number that the method found by itself says nothing of what k-means would find. */
function structureKsOf(method: MethodName, ks: readonly number[]): readonly number[] {
  return methods[method].k === "asked" ? [...new Set([...structureKs, ...ks])] : structureKs;
}

/**
 * Fits every candidate k and chooses one. `matrix` is scaled, without NaN; its labels live in the numeric memory.
 * Throws `all-rows-equal`, `too-few-rows`, `too-many-segments` for a k that was asked for, and what the method throws.
 */
export async function fitSegments(
  compute: Compute,
  matrix: Matrix,
  weights: Float64Array | null,
  options: FitOptions,
): Promise<Fit> {
  const { collapsed, fits } = await fitCandidates(compute, matrix, weights, options);
  return judgeFits(compute, collapsed, fits, options, null);
}

/** A clustering for every candidate k, on the rows or where the method allows it on distinct rows. Throws as `fitSegments`. */
export async function fitCandidates(
  compute: Compute,
  matrix: Matrix,
  weights: Float64Array | null,
  options: Omit<FitOptions, "judged">,
): Promise<{ readonly collapsed: Collapsed; readonly fits: readonly Clustering[] }> {
  const method = methods[options.method];
  const collapsed =
    method.folds && options.limits === null && options.categories === null
      ? collapse(compute, matrix, weights)
      : { points: matrix, weights, rowToPoint: null };
  const points: Points = { matrix: collapsed.points, weights: collapsed.weights };
  const { categories } = options;
  const rows = categories === null ? points.matrix : { ...points.matrix, codes: categories.codes };
  const ks = candidatesFor(options.k, countDistinct(rows, Math.max(...options.k.candidates), points.weights));
  return { collapsed, fits: await method.fit(compute, points, ks, options) };
}

/** What is known of a fit of rows that are not all here. */
export type WholeFigures = Pick<FittedK, "sizes" | "calinskiHarabasz" | "daviesBouldin">;

/**
 * Judges fits and chooses one of them. `whole` are the figures by fit where the points are a sample of what was fitted.
 */
export async function judgeFits(
  compute: Compute,
  collapsed: Collapsed,
  results: readonly Clustering[],
  options: Pick<FitOptions, "judged" | "method" | "seed" | "progress">,
  whole: readonly WholeFigures[] | null,
): Promise<Fit> {
  const points: Points = { matrix: collapsed.points, weights: collapsed.weights };
  const { tried, chosen, choice, judged } = await chooseFit(compute, points, results, options, whole);
  const isRead = options.judged && choice !== null;
  if (isRead) options.progress("criteria for k");
  const isKMeans = options.method === "k-means";
  const votes = isRead ? await voteOnK(compute, points, tried, choice, { seed: options.seed, isKMeans }) : [];
  if (judged) options.progress("structure");
  const structure = judged
    ? await findStructure(compute, points, {
        ks: structureKsOf(
          options.method,
          results.map(({ k }) => k),
        ),
        seed: options.seed,
      })
    : null;
  const { sample: drawn = null } = chosen.result;
  return { points, rowToPoint: collapsed.rowToPoint, tried, chosen, choice, votes, structure, drawn };
}

/** What was tried, with what tells of how good it is, and the one that is chosen. */
export async function chooseFit(
  compute: Compute,
  points: Points,
  results: readonly Clustering[],
  options: Pick<FitOptions, "judged" | "seed" | "progress">,
  whole: readonly WholeFigures[] | null,
): Promise<Pick<Fit, "tried" | "chosen" | "choice"> & { readonly judged: boolean }> {
  const ks = results.map(({ k }) => k);
  const judged = options.judged || ks.length > 1;
  if (judged) options.progress("silhouettes");
  const judgements = judged ? await judge(compute, points, results, options.seed) : null;
  const tried = results.map((result, i): FittedK => {
    const silhouette = judgements?.[i] ?? null;
    if (whole !== null) return { result, silhouette, ...whole[i]! };
    const mark = compute.mark();
    const placed = assignedPoints(compute, points, result);
    const indices = judged ? dispersion(compute, placed.points, placed.labeling, result.centres) : null;
    const sizes = indices?.weights ?? segmentWeights(placed.labeling, placed.points.weights);
    compute.release(mark);
    return {
      result,
      silhouette,
      calinskiHarabasz: indices?.calinskiHarabasz ?? null,
      daviesBouldin: indices?.daviesBouldin ?? null,
      sizes,
    };
  });
  const choice =
    tried.length < 2
      ? null
      : chooseK(
          tried.map(({ result, silhouette }) => ({
            k: result.k,
            inertia: result.inertia,
            silhouette: silhouette!.mean,
          })),
        );
  const chosen = tried.find(({ result }) => result.k === (choice?.k ?? ks[0]))!;
  return { tried, chosen, choice, judged };
}

/**
 * The silhouette of each clustering. Those that leave points in no segment are judged on the others, and a point in none
 * counts as 0 in the mean. Null for one segment alone.
 */
async function judge(
  compute: Compute,
  points: Points,
  results: readonly Clustering[],
  seed: number,
): Promise<readonly (Silhouette | null)[]> {
  if (results.every(({ k, labels }) => k > 1 && !labels.includes(-1))) {
    return silhouettes(compute, points, results, { seed });
  }
  const judged: (Silhouette | null)[] = [];
  for (const result of results) {
    if (result.k < 2) {
      judged.push(null);
      continue;
    }
    const mark = compute.mark();
    const { points: placed, labeling, share } = assignedPoints(compute, points, result);
    const [own] = await silhouettes(compute, placed, [labeling], { seed });
    compute.release(mark);
    const { mean, ci95, anchors, segments } = own!;
    const interval = ci95 === null ? null : ([ci95[0] * share, ci95[1] * share] as const);
    judged.push({ mean: mean * share, ci95: interval, anchors, segments, rows: share === 1 ? own!.rows : null });
  }
  return judged;
}

/**
 * The numbers of segments to try for so many distinct rows: a choice nobody limited ends where the data does; a k that was
 * asked for is asked of the fit, which refuses it. Throws `all-rows-equal`.
 */
export function candidatesFor({ asked, candidates }: KChoice, distinct: number): readonly number[] {
  if (distinct < 2) {
    throw new SegmentError("all-rows-equal", "every row has the same values in the clustered columns", {
      hint: "there is nothing to tell rows apart by; use other columns",
    });
  }
  return asked === "auto" ? candidates.filter((k) => k <= distinct) : candidates;
}
