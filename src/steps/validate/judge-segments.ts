import type { Compute } from "../../core/compute.ts";
import type { Context } from "../../core/context.ts";
import type { Matrix } from "../../core/matrix.ts";
import { type Categories, pickCategories } from "../../model/cluster/categories.ts";
import { methods } from "../../model/cluster/methods/index.ts";
import { buildHierarchy } from "../../model/cluster/hierarchical.ts";
import type { Linkage } from "../../model/cluster/tree-of-points.ts";
import type { Refit } from "../../model/cluster/refit.ts";
import { embedRows } from "../../model/embed/embedding.ts";
import { collapse } from "../../model/collapse.ts";
import { bootstrapStability, type SegmentStability } from "../../model/metrics/bootstrap-stability.ts";
import { type Dunn, dunnIndex } from "../../model/metrics/dunn.ts";
import { dispersion } from "../../model/metrics/dispersion.ts";
import { refitAgreement, type RefitAgreement } from "../../model/metrics/refit-agreement.ts";
import { silhouettes, type Silhouette } from "../../model/metrics/silhouette.ts";
import { findStructure, type Structure } from "../../model/metrics/structure.ts";
import { smallestHashes } from "../../model/metrics/structure-sample.ts";
import { pickRows, pickWithWords, type RowsWithWords } from "../../model/pick-rows.ts";
import type { SegmentSpace } from "./segment-features.ts";
import type { SegmentLabels } from "./segment-labels.ts";

/** How good the segments of a table are. */
export interface SegmentFigures {
  readonly segments: readonly JudgedSegment[];
  /** Rows in no segment. */
  readonly noise: number;
  readonly rows: number;
  /** Rows of a segment that have no place in the space, for a missing value that is not filled. */
  readonly unplaced: number;
  /** Null with fewer than two segments. */
  readonly silhouette: Pick<Silhouette, "mean" | "ci95" | "anchors"> | null;
  readonly calinskiHarabasz: number | null;
  readonly daviesBouldin: number | null;
  /** Null with fewer than two segments, or where the rows stay elsewhere. */
  readonly dunn: Dunn | null;
}

export interface JudgedSegment {
  readonly segment: number | string;
  readonly size: number;
  /** Of the rows that are in a segment. */
  readonly share: number;
  /** Mean silhouette and the share of rows below zero; null where there is none to take. */
  readonly silhouette: number | null;
  readonly belowZero: number | null;
}

/** The rows that are in a segment and have a place in the space. */
export interface PlacedRows extends RowsWithWords {
  /** The rows in the columns, where `matrix` has them embedded; else the same. */
  readonly inColumns: Matrix;
  readonly labels: Int32Array;
  readonly k: number;
  /** Row of the table of each. */
  readonly tableRows: Int32Array;
  /** All rows that have a place in the space, -1 for one in no segment: what a method that finds noise is fitted on. */
  readonly all: LabeledRows;
}

export interface LabeledRows extends RowsWithWords {
  readonly labels: Int32Array;
}

/** Those rows, in the numeric memory; `categories` are the words by row of the table. */
export function placeRows(
  compute: Compute,
  { byRow, names }: SegmentLabels,
  { rows, embedding }: SegmentSpace,
  categories: Categories | null = null,
): PlacedRows {
  const { matrix, kept } = rows;
  const everyone = Int32Array.from({ length: matrix.rows }, (_, i) => byRow[kept === null ? i : kept[i]!]!);
  const picked = everyone.map((_, i) => i).filter((i) => everyone[i]! >= 0);
  const all = {
    matrix: embedding === null ? matrix : embedRows(compute, matrix, embedding),
    categories: categories === null ? null : pickCategories(compute, categories, kept),
    labels: everyone,
  };
  const tableRows = kept === null ? picked : picked.map((i) => kept[i]!);
  const about = { k: names.length, tableRows, all };
  if (picked.length === matrix.rows) return { ...all, ...about, inColumns: matrix };
  return {
    ...pickWithWords(compute, all, picked),
    ...about,
    inColumns: pickRows(compute, matrix, picked),
    labels: picked.map((i) => everyone[i]!),
  };
}

/** Sizes, silhouettes and indices of the segments, by the metrics that `cluster` reports; sizes alone without a space. */
export async function judgeSegments(
  compute: Compute,
  labels: SegmentLabels,
  placed: PlacedRows | null,
  seed: number,
): Promise<SegmentFigures> {
  const { names, byRow } = labels;
  const sizes = names.map(() => 0);
  let noise = 0;
  for (const label of byRow) {
    if (label < 0) noise++;
    else sizes[label]!++;
  }
  const assigned = byRow.length - noise;
  const used = new Set(placed?.labels).size;
  const judged = placed === null || used < 2 ? null : await judge(compute, placed, seed);
  return {
    segments: names.map((segment, c) => {
      const own = judged?.silhouette.segments[c];
      const has = own !== undefined && own.rows > 0;
      return {
        segment,
        size: sizes[c]!,
        share: assigned === 0 ? 0 : sizes[c]! / assigned,
        silhouette: has ? own.mean : null,
        belowZero: has ? own.negative : null,
      };
    }),
    noise,
    rows: byRow.length,
    unplaced: placed === null ? 0 : assigned - placed.labels.length,
    silhouette: judged === null ? null : overAll(judged.silhouette, placed!),
    calinskiHarabasz: judged?.calinskiHarabasz ?? null,
    daviesBouldin: judged?.daviesBouldin ?? null,
    dunn: judged?.dunn ?? null,
  };
}

/** The mean over all rows that have a place, those in no segment with 0. */
function overAll({ mean, ci95, anchors }: Silhouette, { labels, all }: PlacedRows): SegmentFigures["silhouette"] {
  const share = labels.length / all.labels.length;
  return { mean: mean * share, ci95: ci95 === null ? null : [ci95[0] * share, ci95[1] * share], anchors };
}

async function judge(compute: Compute, placed: PlacedRows, seed: number) {
  const { points, labels } = foldRows(compute, placed);
  const labeling = { k: placed.k, labels };
  const [silhouette] = await silhouettes(compute, points, [labeling], { seed });
  const { calinskiHarabasz, daviesBouldin } = dispersion(compute, points, labeling, origins(points.matrix, labeling));
  const dunn = await dunnIndex(compute, placed.matrix, placed.labels, { seed });
  return { silhouette: silhouette!, calinskiHarabasz, daviesBouldin, dunn };
}

/** Identical rows of the same segment as one point with a weight, as in a fit: the segment is a column more to compare. */
function foldRows(compute: Compute, { matrix, labels }: PlacedRows) {
  const { rows, columns } = matrix;
  const width = columns.length;
  const values = compute.f64(rows * (width + 1));
  values.set(matrix.values);
  for (let i = 0; i < rows; i++) values[width * rows + i] = labels[i]!;
  const folded = collapse(compute, { rows, columns: [...columns, ""], values }, null);
  const { points } = folded;
  if (points.rows === rows && folded.rowToPoint === null) return { points: { matrix, weights: null }, labels };
  const own = points.values.subarray(width * points.rows);
  return {
    points: {
      matrix: { rows: points.rows, columns, values: points.values.subarray(0, width * points.rows) },
      weights: folded.weights,
    },
    labels: Int32Array.from(own),
  };
}

/** The first row of each segment, about which sums are taken. */
function origins({ rows, columns, values }: Matrix, { k, labels }: { k: number; labels: Int32Array }): Float64Array {
  const first = new Int32Array(k).fill(-1);
  for (let i = rows - 1; i >= 0; i--) first[labels[i]!] = i;
  const centres = new Float64Array(k * columns.length);
  first.forEach((row, c) => {
    if (row >= 0) columns.forEach((_, j) => (centres[c * columns.length + j] = values[j * rows + row]!));
  });
  return centres;
}

/** Rows that a tree is built over to tell how well it keeps their distances, at most. */
const mostTreeRows = 5000;

/** How well a tree of the rows keeps their distances; null with fewer than three rows. */
export interface TreeFigure {
  readonly correlation: number | null;
  readonly linkage: Linkage;
  /** Rows it is over. */
  readonly rows: number;
}

/** The cophenetic correlation of the tree that a linkage makes of the placed rows, of more than 5,000 of so many drawn by hash. */
export async function judgeTree(
  { compute, terminal }: Context,
  { matrix }: PlacedRows,
  { linkage, seed }: { readonly linkage: Linkage; readonly seed: number },
): Promise<TreeFigure | null> {
  if (matrix.rows < 3) return null;
  terminal.progress("tree of the rows");
  const mark = compute.mark();
  try {
    const drawn = smallestHashes(matrix.rows, mostTreeRows, seed);
    const own = drawn.length === matrix.rows ? matrix : pickRows(compute, matrix, drawn);
    const how = { linkage, stages: "one", microClusters: 0, seed } as const;
    const { cophenetic } = await buildHierarchy(compute, { matrix: own, weights: null }, how);
    return { correlation: cophenetic.correlation, linkage, rows: own.rows };
  } finally {
    compute.release(mark);
  }
}

/** How stable the segments are, and on which rows that was found out. */
/** Numbers of segments over which structure is looked for, as `cluster` does. */
const structureKs = [2, 3, 4, 5, 6, 7, 8, 9, 10];

export interface StabilityFigures {
  /** Whether there is structure at all: what is stable need not be valid. Null with fewer than two segments. */
  readonly structure: Structure | null;
  readonly by: Refit;
  /** Whether words were fitted too. */
  readonly usesWords: boolean;
  readonly draws: number;
  /** Rows that were drawn from. */
  readonly rows: number;
  /** Rows that might have been. */
  readonly of: number;
  /** By segment; null for one without a row among them. */
  readonly segments: readonly (SegmentStability | null)[];
  /** Null with fewer than two segments among them. */
  readonly refits: RefitAgreement | null;
}

/**
 * The bootstrap over the placed rows, of a method that finds noise over those in no segment too, or a hash sample of them where they are
 * more than `sampleRows`.
 */
export async function judgeStability(
  { compute, terminal }: Context,
  placed: PlacedRows,
  {
    draws,
    seed,
    sampleRows,
    by,
  }: { readonly draws: number; readonly seed: number; readonly sampleRows: number; readonly by: Refit },
): Promise<StabilityFigures> {
  const drawnFrom: LabeledRows = methods[by.method].k === "found" ? placed.all : placed;
  const of = drawnFrom.labels.length;
  let { labels }: { labels: Int32Array } = drawnFrom;
  let table: RowsWithWords = drawnFrom;
  if (of > sampleRows) {
    const rows = Int32Array.from(smallestHashes(of, sampleRows, seed));
    table = pickWithWords(compute, drawnFrom, rows);
    labels = Int32Array.from(rows, (row) => drawnFrom.labels[row]!);
  }
  const found =
    labels.length === 0
      ? []
      : await bootstrapStability(
          compute,
          table,
          { k: placed.k, labels },
          {
            draws,
            seed,
            by,
            progress: (draw) => terminal.progress(`stability: draw ${draw} of ${draws}`),
          },
        );
  const used = new Set(labels.filter((label) => label >= 0)).size;
  const refits =
    used < 2
      ? null
      : await refitAgreement(
          compute,
          table,
          { k: used, labels },
          { seed, by, progress: (text) => terminal.progress(text) },
        );
  const segments = Array.from({ length: placed.k }, (_, c) => {
    const one = found[c];
    return one === undefined || Number.isNaN(one.jaccard) ? null : one;
  });
  terminal.progress("structure");
  const { matrix } = table;
  const hasRows = used > 1 && matrix.columns.length > 0;
  const structure = hasRows
    ? await findStructure(compute, { matrix, weights: null }, { ks: [...new Set([...structureKs, used])], seed })
    : null;
  return { by, usesWords: placed.categories !== null, draws, rows: labels.length, of, segments, refits, structure };
}

/** What a mean Jaccard coefficient says, in the words of Hennig's `clusterboot`. */
export function stabilityWords(jaccard: number): string {
  if (jaccard >= 0.85) return "highly stable";
  if (jaccard >= 0.75) return "stable";
  return jaccard >= 0.6 ? "a pattern" : "not to be trusted";
}
