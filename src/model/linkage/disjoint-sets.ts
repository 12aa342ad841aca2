/** Disjoint sets of the numbers 0 … size - 1, each known by its least member. */
export interface DisjointSets {
  /** The least number of the set that holds `item`. Near-constant amortised cost. */
  find(item: number): number;
  /** Makes one set of two; false where they were one already. */
  union(a: number, b: number): boolean;
}

/** Sets of one number each. Memory 4 bytes a number. Path halving; the least member is the root, so that no order of unions shows. */
export function disjointSets(size: number): DisjointSets {
  const parent = new Int32Array(size);
  for (let i = 0; i < size; i++) parent[i] = i;
  const find = (item: number): number => {
    let at = item;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  return {
    find,
    union(a, b) {
      const left = find(a);
      const right = find(b);
      if (left === right) return false;
      if (left < right) parent[right] = left;
      else parent[left] = right;
      return true;
    },
  };
}
