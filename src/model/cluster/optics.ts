import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import { inMemory } from "../in-memory.ts";
import { rounded } from "../kernels/optics-steps.ts";
import { kdTree, treeArguments } from "../neighbours/kd-tree.ts";
import { squaredCoreDistances } from "../neighbours/mutual-reachability.ts";
import { nextUp } from "../neighbours/next-up.ts";
import type { Points } from "./prepared-points.ts";

export interface OpticsOptions {
  /** Rows within a row's core distance, itself included, at least 2. */
  readonly minSamples: number;
  /** Radius beyond which nothing is looked at; may be infinite. */
  readonly maxEpsilon: number;
}

/** The reachability plot. */
export interface OpticsResult {
  /** Rows in the order in which they were reached. */
  readonly ordering: Int32Array;
  /** By row: the distance at which it was reached, infinite where a new start was made. */
  readonly reachabilities: Float64Array;
  /** By row: the distance within which it has `minSamples` rows, infinite beyond `maxEpsilon`. */
  readonly coreDistances: Float64Array;
  /** By row: the row that it was reached from, -1 for none. */
  readonly predecessors: Int32Array;
}

/**
 * OPTICS (Ankerst, Breunig, Kriegel, Sander 1999), exact, by scikit-learn's conventions: distances are compared to 15
 * decimals, of rows equally near the first in the table comes first. A kd-tree knows the row that is nearest to what
 * was reached, and leaves out what a row cannot bring nearer. One thread; the same for any number. Throws
 * `bad-weights` for weights other than 1. Memory, beside the points, 9 bytes × rows × columns and some 50 × rows.
 * Leaves nothing in the numeric memory.
 */
export async function optics(
  compute: Compute,
  points: Points,
  options: OpticsOptions,
  progress?: (text: string) => void,
): Promise<OpticsResult> {
  const { rows, columns, values } = points.matrix;
  const { minSamples, maxEpsilon } = options;
  checkOptions(points, options);
  if (rows === 0) return emptyResult();
  const mark = compute.mark();
  try {
    progress?.("building the tree");
    const tree = kdTree(compute, inMemory(compute, columns.length === 0 ? compute.f64(rows) : values), rows);
    const cores = await squaredCoreDistances(compute, tree, null, minSamples, progress);
    for (let p = 0; p < rows; p++) {
      const distance = rounded(Math.sqrt(cores[p]!) / tree.scale);
      cores[p] = distance > maxEpsilon ? Infinity : distance;
    }
    await compute.breathe();
    const reaches = compute.f64(rows).fill(Infinity);
    const predecessors = compute.i32(rows).fill(-1);
    const ordering = compute.i32(rows);
    const nodes = 2 * tree.leaves - 1;
    const args = [
      ...treeArguments(compute, tree, 0),
      nextUp((maxEpsilon * tree.scale) ** 2),
      1 / tree.scale,
      ...[
        cores,
        reaches,
        predecessors,
        compute.u8(rows),
        tree.order,
        compute.i32(nodes),
        compute.f64(nodes),
        ordering,
      ].map((array) => array.byteOffset),
    ];
    for (let step = 0; step < rows; step += stepsAtOnce) {
      progress?.(`reached ${step} of ${rows} rows`);
      compute.run("opticsSteps", 1, [...args, step, Math.min(rows, step + stepsAtOnce)]);
      await compute.breathe();
    }
    const result: OpticsResult = {
      ordering: Int32Array.from(ordering, (position) => tree.order[position]!),
      reachabilities: new Float64Array(rows),
      coreDistances: new Float64Array(rows),
      predecessors: new Int32Array(rows),
    };
    tree.order.forEach((row, position) => {
      const from = predecessors[position]!;
      result.reachabilities[row] = reaches[position]!;
      result.coreDistances[row] = cores[position]!;
      result.predecessors[row] = from < 0 ? -1 : tree.order[from]!;
    });
    return result;
  } finally {
    compute.release(mark);
  }
}

const stepsAtOnce = 1024;

function checkOptions({ weights }: Points, { minSamples, maxEpsilon }: OpticsOptions): void {
  if (!(Number.isInteger(minSamples) && minSamples >= 2)) {
    throw new SegmentError(
      "bad-option-value",
      `the minimum of neighbours must be a whole number from 2, not ${minSamples}`,
      { hint: "leave it out to have one proposed" },
    );
  }
  if (!(maxEpsilon > 0)) {
    throw new SegmentError("bad-option-value", `ε must be a number above 0, not ${maxEpsilon}`, {
      hint: "leave it out to look at any distance",
    });
  }
  if (weights?.some((weight) => weight !== 1) !== true) return;
  throw new SegmentError("bad-weights", "OPTICS orders single rows and takes no weights", {
    hint: "leave the weights out, or use --method hdbscan, which takes whole weights",
  });
}

function emptyResult(): OpticsResult {
  return {
    ordering: new Int32Array(),
    reachabilities: new Float64Array(),
    coreDistances: new Float64Array(),
    predecessors: new Int32Array(),
  };
}
