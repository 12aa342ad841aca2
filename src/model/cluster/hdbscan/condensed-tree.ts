import type { MergeTree } from "./merge-tree.ts";

/**
 * What is left of single linkage when parts below a minimum size count as points that fall out: cluster 0 holds all,
 * every other one begins where its parent splits in two parts of that size. Densities are 1 / distance, infinite
 * at distance 0. A parent comes before its children.
 */
export interface CondensedTree {
  /** By cluster; -1 for the first. */
  readonly parents: readonly number[];
  /** By cluster: the density at which it begins; 0 for the first. */
  readonly births: readonly number[];
  /** By cluster: its weight when it begins. */
  readonly sizes: readonly number[];
  /** By point: the cluster that it falls out of, and the density at which it does. */
  readonly clusterOf: Int32Array;
  readonly densities: Float64Array;
}

/**
 * Condenses single linkage (Campello, Moulavi, Zimek, Sander 2015; McInnes, Healy 2017). A point of weight w is w
 * points that join at its core distance. O(points).
 */
export function condensedTree(
  tree: MergeTree,
  weights: Float64Array | null,
  coreDistances: Float64Array,
  minClusterSize: number,
): CondensedTree {
  const { points, left, right, heights } = tree;
  const parents = [-1];
  const births = [0];
  const sizes = [sum(weights) ?? points];
  const clusterOf = new Int32Array(points);
  const densities = new Float64Array(points);
  const sizeOf = (node: number): number => (node >= points ? tree.sizes[node - points]! : (weights?.[node] ?? 1));
  const below = new Int32Array(points + 1);
  /** All points under a node leave a cluster. */
  const drop = (node: number, cluster: number, density: number): void => {
    let top = 0;
    below[top++] = node;
    while (top > 0) {
      const at = below[--top]!;
      if (at < points) {
        clusterOf[at] = cluster;
        densities[at] = density;
      } else {
        below[top++] = left[at - points]!;
        below[top++] = right[at - points]!;
      }
    }
  };

  const pending = [2 * points - 2, 0];
  while (pending.length > 0) {
    const cluster = pending.pop()!;
    const node = pending.pop()!;
    if (node < points) {
      drop(node, cluster, 1 / coreDistances[node]!);
      continue;
    }
    const density = 1 / heights[node - points]!;
    const parts = [left[node - points]!, right[node - points]!];
    const isSplit = parts.every((part) => sizeOf(part) >= minClusterSize);
    for (const part of parts) {
      if (isSplit) {
        pending.push(part, parents.length);
        parents.push(cluster);
        births.push(density);
        sizes.push(sizeOf(part));
      } else if (sizeOf(part) >= minClusterSize) pending.push(part, cluster);
      else drop(part, cluster, density);
    }
  }
  return { parents, births, sizes, clusterOf, densities };
}

function sum(weights: Float64Array | null): number | null {
  return weights === null ? null : weights.reduce((total, weight) => total + weight, 0);
}
