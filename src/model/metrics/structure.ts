import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { fitKMeans } from "../cluster/k-means.ts";
import { preparePoints } from "../cluster/prepared-points.ts";
import { countDistinct } from "../count-distinct.ts";
import type { Points } from "../cluster/prepared-points.ts";
import { createRandom } from "../random.ts";
import { covariance } from "../stats/correlation.ts";
import type { Labeling } from "./labeling.ts";
import { choleskyFactor, fillGaussian, fillShuffled } from "./reference-tables.ts";
import { rowHash } from "./row-hash.ts";
import { structureSample } from "./structure-sample.ts";
import { tableSilhouettes } from "./table-silhouettes.ts";
import type { LabeledTable } from "./table-silhouettes.ts";

/** What the reference tables of one kind reached. */
export interface ReferenceSilhouettes {
  readonly tables: number;
  /** The best silhouette of any of them. */
  readonly max: number;
  readonly median: number;
}

export interface Structure {
  /** `none`: the segments cut one cloud. */
  readonly verdict: "clusters" | "none";
  /** Best mean silhouette of the sample over the ks. */
  readonly observed: number;
  /** Against tables from one Gaussian of the same covariance. */
  readonly gaussian: ReferenceSilhouettes;
  /** Against tables whose columns were shuffled each for itself; null for a single column. */
  readonly shuffled: ReferenceSilhouettes | null;
  readonly rows: number;
  readonly ks: readonly number[];
}

export interface StructureOptions {
  /** Candidate numbers of segments; those above the sample's distinct rows are left out. */
  readonly ks: readonly number[];
  readonly seed: number;
  /** Rows looked at. Default 2,000. */
  readonly rows?: number;
}

const tables = 19;
const defaultRows = 2000;

/**
 * Is there structure at all? The best mean silhouette of k-means over the candidate ks, on at most 2,000 hash-sampled
 * rows, must exceed those of all of 19 tables drawn from one Gaussian of the sample's covariance, and of all of 19
 * with each column shuffled alone. Rows and reference tables go through the same procedure, so data that is itself
 * such a table passes one of the two by luck in 1 of 20 cases (a Monte Carlo test, Barnard 1963). No threshold is
 * involved. A single column has the Gaussian only. Groups that only one column shows, or that are a full grid of
 * independent columns, survive the shuffling, and count as none. Costs about 0.8 s of processor time at
 * 2,000 × 8 and ks 2 to 10.
 */
export async function findStructure(compute: Compute, points: Points, options: StructureOptions): Promise<Structure> {
  const mark = compute.mark();
  try {
    const sample = structureSample(points, options.rows ?? defaultRows, options.seed);
    const { rows, columns } = sample.matrix;
    const table: Matrix = { rows, columns, values: compute.f64(rows * columns.length) };
    table.values.set(sample.matrix.values);
    const ks = options.ks.filter((k) => k >= 2 && k <= countDistinct(table, k));
    const labeled: LabeledTable[] = [];
    const label = async (): Promise<void> => {
      const points = { matrix: { ...table, values: table.values.slice() }, weights: sample.weights };
      labeled.push({ points, labelings: await labelingsOf(compute, { ...points, matrix: table }, ks, options.seed) });
    };
    await label();
    const factor = choleskyFactor(covariance(compute, table, sample.weights), columns.length);
    for (let t = 0; t < tables; t++) {
      fillGaussian(table, factor, createRandom(options.seed, `structure gaussian ${t}`));
      await label();
    }
    for (let t = 0; t < tables && columns.length > 1; t++) {
      fillShuffled(table, sample.matrix, rowHash(options.seed, t));
      await label();
    }
    const best = (await tableSilhouettes(compute, labeled)).map((silhouettes) => Math.max(0, ...silhouettes));
    const observed = best[0]!;
    const gaussian = best.slice(1, 1 + tables);
    const shuffled = best.slice(1 + tables);
    const exceeds = [...gaussian, ...shuffled].every((silhouette) => observed > silhouette);
    return {
      verdict: exceeds ? "clusters" : "none",
      observed,
      gaussian: summary(gaussian),
      shuffled: shuffled.length === 0 ? null : summary(shuffled),
      rows,
      ks,
    };
  } finally {
    compute.release(mark);
  }
}

/** The fits that sample and reference tables share; a k above a table's distinct rows is left out. */
async function labelingsOf(compute: Compute, points: Points, ks: readonly number[], seed: number): Promise<Labeling[]> {
  const mark = compute.mark();
  try {
    const prepared = preparePoints(compute, points);
    const labelings: Labeling[] = [];
    for (const k of ks) {
      if (countDistinct(points.matrix, k) < k) continue;
      const options = { k, starts: 3, maxIter: 100, tol: 1e-4, seed, init: null };
      labelings.push({ k, labels: (await fitKMeans(compute, prepared, options)).labels.slice() });
    }
    return labelings;
  } finally {
    compute.release(mark);
  }
}

function summary(silhouettes: number[]): ReferenceSilhouettes {
  const sorted = silhouettes.sort((a, b) => a - b);
  return { tables: sorted.length, max: sorted[sorted.length - 1]!, median: sorted[sorted.length >> 1]! };
}
