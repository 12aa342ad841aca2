import type { Compute } from "../../core/compute.ts";
import { inMemory } from "../in-memory.ts";
import { kneedle } from "../metrics/kneedle.ts";
import { kdTree } from "../neighbours/kd-tree.ts";
import { squaredCoreDistances } from "../neighbours/mutual-reachability.ts";
import type { Points } from "./prepared-points.ts";

/**
 * DBSCAN's minimum of neighbours where none is given: twice the columns (Sander, Ester, Kriegel, Xu 1998), but no less
 * than the natural logarithm of the rows, as chance clumps of noise grow with the table; 5–50.
 */
export function proposeMinSamples(rows: number, columns: number): number {
  return Math.max(5, Math.min(50, Math.max(2 * columns, Math.round(Math.log(rows)))));
}

/** HDBSCAN's minimum sizes where none are given. */
export interface ProposedSizes {
  /** The square root of the rows, 5 to 1,000: segments that are worth a name, more of them in larger tables. */
  readonly minClusterSize: number;
  /** As for DBSCAN, but no more than the minimum size. */
  readonly minSamples: number;
}

export function proposeSizes(rows: number, columns: number): ProposedSizes {
  const minClusterSize = Math.max(5, Math.min(1000, Math.round(Math.sqrt(rows))));
  return { minClusterSize, minSamples: Math.min(minClusterSize, proposeMinSamples(rows, columns)) };
}

/** Points of the k-distance curve that the knee is looked for on. */
const curvePoints = 1000;

export interface ProposedEpsilon {
  readonly epsilon: number;
  /** Where on the curve ε stands, as the share of rows that would be core points. */
  readonly coreShare: number;
  /** Whether the curve has a knee; without one ε is the distance of the 90 % of rows that lie densest. */
  readonly hasKnee: boolean;
  /** The curve: distances by falling size, evenly spread over the rows. */
  readonly curve: readonly number[];
}

/**
 * ε by the knee of the k-distance curve (Ester et al. 1996; Satopää et al. 2011): each row's distance to its
 * `minSamples`th row, itself included, by falling size. Whole weights from 1 act as repeated rows there, others count
 * as one row. Null where no row has so many rows at a distance above 0.
 */
export async function proposeEpsilon(
  compute: Compute,
  points: Points,
  minSamples: number,
): Promise<ProposedEpsilon | null> {
  const { rows, columns, values } = points.matrix;
  if (rows === 0 || columns.length === 0) return null;
  const mark = compute.mark();
  try {
    const tree = kdTree(compute, inMemory(compute, values), rows);
    await compute.breathe();
    const isWhole = points.weights?.every((weight) => Number.isInteger(weight) && weight >= 1) ?? false;
    const weights = isWhole ? compute.f64(rows) : null;
    if (weights !== null) tree.order.forEach((row, position) => (weights[position] = points.weights![row]!));
    const squares = await squaredCoreDistances(compute, tree, weights, minSamples);
    const distances = squares.filter((square) => square > 0 && square < Infinity);
    if (distances.length === 0) return null;
    // Rows that coincide with enough others stand at the low end; only what is above 0 can be an ε.
    distances.sort().reverse();
    const count = Math.min(curvePoints, distances.length);
    const at = (n: number): number => (count === 1 ? 0 : Math.round((n * (distances.length - 1)) / (count - 1)));
    const curve = Array.from({ length: count }, (_, n) => Math.sqrt(distances[at(n)]!) / tree.scale);
    const xs = curve.map((_, n) => n);
    const knee = kneedle(xs, curve);
    const chosen = knee ?? Math.floor(count / 10);
    const beyond = squares.reduce((sum, square) => sum + (square > distances[at(chosen)]! ? 1 : 0), 0);
    return { epsilon: curve[chosen]!, coreShare: 1 - beyond / rows, hasKnee: knee !== null, curve };
  } finally {
    compute.release(mark);
  }
}
