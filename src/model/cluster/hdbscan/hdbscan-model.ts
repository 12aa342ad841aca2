import type { Compute } from "../../../core/compute.ts";
import type { Matrix } from "../../../core/matrix.ts";
import { inMemory } from "../../in-memory.ts";
import { nearestRows } from "../../neighbours/nearest-rows.ts";
import { keptRows, reachesOf, treeOfKept, valuesOf } from "../kept-rows.ts";
import type { Points } from "../prepared-points.ts";
import type { HdbscanResult } from "./hdbscan.ts";

/** What assigns new rows to HDBSCAN's segments; plain data. Distances stand for densities (1 / distance). */
export interface HdbscanModel {
  readonly minSamples: number;
  /** Distinct rows of the fit that it holds: all, or 10,000. */
  readonly rows: number;
  /** rows × columns, column-major, in the units of the matrix. */
  readonly values: readonly number[];
  /** How many rows of the fit each stands for; null: one. */
  readonly weights: readonly number[] | null;
  readonly coreDistances: readonly number[];
  /** The cluster of the condensed tree that each leaves, and the distance at which it does. */
  readonly clusterOf: readonly number[];
  readonly leaves: readonly number[];
  /** Distance of each to its fifth nearest other one; null where all rows are held. */
  readonly reaches: readonly number[] | null;
  /**
   * By cluster of the condensed tree: its parent (-1 for the first), the distance at which it begins (0 for the
   * first).
   */
  readonly parents: readonly number[];
  readonly begins: readonly number[];
  /** By cluster: its segment, -1 for none. */
  readonly segmentOf: readonly number[];
  /** By segment: the least distance at which a row or a part leaves it. */
  readonly ends: readonly number[];
}

export async function hdbscanModel(
  compute: Compute,
  { matrix, weights }: Points,
  fit: HdbscanResult,
  minSamples: number,
  seed: number,
): Promise<HdbscanModel> {
  const kept = keptRows(compute, matrix, weights, fit.labels, () => true, seed);
  const rows = kept.rows.length;
  const values = valuesOf(matrix, kept.rows);
  const { tree, segmentOf } = fit;
  return {
    minSamples,
    rows,
    values,
    weights: kept.weights.every((weight) => weight === 1) ? null : kept.weights,
    coreDistances: kept.rows.map((row) => fit.coreDistances[row]!),
    clusterOf: kept.rows.map((row) => tree.clusterOf[row]!),
    leaves: kept.rows.map((row) => 1 / tree.densities[row]!),
    reaches: kept.isAll ? null : await reachesOf(compute, values, rows),
    parents: tree.parents,
    begins: tree.births.map((density, c) => (c === 0 ? 0 : 1 / density)),
    segmentOf: Array.from(segmentOf),
    ends: fit.greatestDensities.map((density) => 1 / density),
  };
}

export interface HdbscanAssignment {
  /** From 0, -1 for noise; in the numeric memory. */
  readonly labels: Int32Array;
  /** 0–1, 0 for noise; in the numeric memory. */
  readonly probabilities: Float64Array;
}

/**
 * Segments of rows that were not in the fit, which stays as it is. Where the model holds all rows of the fit, the
 * hdbscan package's approximate prediction: a row joins the neighbour of least mutual reachability among 2 ×
 * (minSamples - 1), and belongs to the cluster of that neighbour that holds at this distance; the row's own core
 * distance counts minSamples rows of the fit. Else the same with the nearest rows held and without a core distance of
 * its own, and the row stays in the segment if it is no farther from that neighbour than the neighbour is from its
 * fifth nearest one held.
 */
export async function assignByHdbscan(
  compute: Compute,
  matrix: Matrix,
  model: HdbscanModel,
): Promise<HdbscanAssignment> {
  const labels = compute.i32(matrix.rows).fill(-1);
  const probabilities = compute.f64(matrix.rows);
  if (model.ends.length === 0 || matrix.rows === 0) return { labels, probabilities };
  const mark = compute.mark();
  try {
    const tree = treeOfKept(compute, model.values, model.rows);
    const { minSamples, reaches } = model;
    const k = Math.min(model.rows, Math.max(2 * (minSamples - 1), minSamples, 2));
    await nearestRows(compute, tree, inMemory(compute, matrix.values), matrix.rows, k, (found) => {
      for (let i = 0; i < found.count; i++) {
        const rows = found.rows.subarray(i * k, (i + 1) * k);
        const distances = found.distances.subarray(i * k, (i + 1) * k);
        const { neighbour, distance } = nearestByReachability(model, rows, distances);
        const cluster = clusterAt(model, neighbour, distance);
        let segment = model.segmentOf[cluster]!;
        if (segment < 0 && reaches !== null && distance <= reaches[neighbour]!) {
          segment = model.segmentOf[model.clusterOf[neighbour]!]!;
        }
        if (segment < 0) continue;
        labels[found.first + i] = segment;
        const end = model.ends[segment]!;
        probabilities[found.first + i] = distance <= end ? 1 : end / distance;
      }
    });
    return { labels, probabilities };
  } finally {
    compute.release(mark);
  }
}

/** The neighbour of least mutual reachability, of equals the nearest. */
function nearestByReachability(
  model: HdbscanModel,
  rows: Int32Array,
  distances: Float64Array,
): { neighbour: number; distance: number } {
  let core = 0;
  if (model.reaches === null) {
    let weight = 0;
    for (let n = 0; n < rows.length && weight < model.minSamples; n++) {
      weight += model.weights?.[rows[n]!] ?? 1;
      core = distances[n]!;
    }
  }
  let neighbour = -1;
  let distance = Infinity;
  for (let n = 0; n < rows.length; n++) {
    const reach = Math.max(core, distances[n]!, model.coreDistances[rows[n]!]!);
    if (reach < distance) {
      distance = reach;
      neighbour = rows[n]!;
    }
  }
  return { neighbour, distance };
}

/** The cluster that a row which joins a neighbour at a distance is in. */
function clusterAt(model: HdbscanModel, neighbour: number, distance: number): number {
  // Compared as densities, which the fit's distances were: a reciprocal's reciprocal may be off by its last bit.
  const density = 1 / distance;
  let cluster = model.clusterOf[neighbour]!;
  if (1 / model.leaves[neighbour]! <= density) return cluster;
  while (cluster > 0 && 1 / model.begins[cluster]! >= density) cluster = model.parents[cluster]!;
  return cluster;
}
