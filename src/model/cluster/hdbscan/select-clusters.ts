import type { CondensedTree } from "./condensed-tree.ts";

export interface SelectionOptions {
  /** `eom`: the clusters of greatest excess of mass; `leaf`: those without children. */
  readonly selection: "eom" | "leaf";
  /** Distance below which clusters are not split further; 0: none. */
  readonly selectionEpsilon: number;
  /** Whether all rows may be one segment. */
  readonly allowSingle: boolean;
}

export interface Selection {
  /** By cluster: the selected cluster that it is or lies in, -1 for none. */
  readonly selectedOf: Int32Array;
  /** By cluster: its stability, the sum over its points of the density gained in it; infinite where points coincide. */
  readonly stabilities: Float64Array;
}

/**
 * Chooses clusters of a condensed tree by scikit-learn's conventions (Campello et al. 2013; Malzer, Baum 2020 for the
 * distance threshold): a cluster is kept unless its children's stabilities sum to more than its own. `weights` by row,
 * null: all one; rows in the order in which they are summed are those of `order` (point of each row).
 */
export function selectClusters(
  tree: CondensedTree,
  weights: Float64Array | null,
  order: Int32Array,
  options: SelectionOptions,
): Selection {
  const count = tree.parents.length;
  const stabilities = new Float64Array(count);
  for (const point of order) {
    const cluster = tree.clusterOf[point]!;
    stabilities[cluster]! += (tree.densities[point]! - tree.births[cluster]!) * (weights?.[point] ?? 1);
  }
  const children: number[][] = tree.parents.map(() => []);
  for (let c = 1; c < count; c++) {
    const parent = tree.parents[c]!;
    children[parent]!.push(c);
    stabilities[parent]! += (tree.births[c]! - tree.births[parent]!) * tree.sizes[c]!;
  }
  let selected: Set<number>;
  if (options.selection === "eom") selected = excessOfMass(tree, children, stabilities, options);
  else {
    const leaves = children.flatMap((below, c) => (below.length === 0 && c > 0 ? [c] : []));
    // A tree without a split has its root for a leaf where one segment is allowed; scikit-learn then finds none.
    selected = new Set(count === 1 && options.allowSingle ? [0] : leaves);
    if (count > 1) selected = mergeClose(tree, selected, options);
  }
  const selectedOf = new Int32Array(count);
  for (let c = 0; c < count; c++) {
    if (selected.has(c)) selectedOf[c] = c;
    else selectedOf[c] = c === 0 ? -1 : selectedOf[tree.parents[c]!]!;
  }
  return { selectedOf, stabilities };
}

function excessOfMass(
  tree: CondensedTree,
  children: readonly (readonly number[])[],
  stabilities: Float64Array,
  options: SelectionOptions,
): Set<number> {
  const count = tree.parents.length;
  const masses = stabilities.slice();
  const isKept = new Uint8Array(count);
  for (let c = count - 1; c >= (options.allowSingle ? 0 : 1); c--) {
    let below = 0;
    for (const child of children[c]!) below += masses[child]!;
    isKept[c] = below > masses[c]! ? 0 : 1;
    masses[c] = Math.max(below, masses[c]!);
  }
  const selected = new Set<number>();
  const inside = new Uint8Array(count);
  for (let c = 0; c < count; c++) {
    const parent = tree.parents[c]!;
    inside[c] = parent >= 0 && (inside[parent] === 1 || isKept[parent] === 1) ? 1 : 0;
    if (isKept[c] === 1 && inside[c] === 0) selected.add(c);
  }
  return selected.has(0) || count === 1 ? selected : mergeClose(tree, selected, options);
}

/** Replaces clusters that began below the distance threshold by the nearest ancestor that did not. */
function mergeClose(tree: CondensedTree, selected: Set<number>, options: SelectionOptions): Set<number> {
  const { selectionEpsilon: epsilon, allowSingle } = options;
  if (epsilon === 0) return selected;
  const merged = new Set<number>();
  for (const leaf of selected) {
    let at = leaf;
    while (1 / tree.births[at]! < epsilon) {
      const parent = tree.parents[at]!;
      if (parent === 0 && !allowSingle) break;
      at = parent;
      if (parent === 0) break;
    }
    merged.add(at);
  }
  return merged;
}
