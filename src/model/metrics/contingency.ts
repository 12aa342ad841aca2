import { adjustedRand, pairs } from "./adjusted-rand-index.ts";
import { logGamma } from "../stats/gamma-functions.ts";
import { optimalAssignment } from "../stats/optimal-assignment.ts";
import { sum } from "../stats/sum.ts";

/** How often each pair of a segment (row) and a class (column) stands in the rows of a table. */
export interface Contingency {
  readonly rows: number;
  readonly columns: number;
  /** `rows × columns`, row-major; whole numbers. */
  readonly counts: Float64Array;
}

/** How far two divisions of the same rows agree. */
export interface Agreement {
  /** Adjusted Rand index (Hubert and Arabie 1985). */
  readonly ari: number;
  /** Adjusted mutual information, against the mean of both entropies (Vinh, Epps and Bailey 2010). */
  readonly ami: number;
  /** Normalised mutual information, by the mean of both entropies. */
  readonly nmi: number;
  /** How far each segment holds one class alone, and each class lies in one segment (Rosenberg and Hirschberg 2007). */
  readonly homogeneity: number;
  readonly completeness: number;
  readonly vMeasure: number;
  /** Fowlkes and Mallows (1983): geometric mean of pair precision and pair recall. */
  readonly fowlkesMallows: number;
}

/**
 * Agreement of two divisions by their contingency table, each figure as scikit-learn defines it: two divisions that are one
 * group each, or the same up to names, agree with 1; the V-measure and the normalised mutual information are the same number.
 * An empty table agrees with 1. Cost O(rows × columns) and, for the expected mutual information, the spread of each cell's
 * hypergeometric distribution.
 */
export function agreementOf(table: Contingency): Agreement {
  const { rowSums, columnSums, total } = marginsOf(table);
  const mutual = mutualInformation(table, rowSums, columnSums, total);
  const [left, right] = [entropy(rowSums, total), entropy(columnSums, total)];
  const homogeneity = right === 0 ? 1 : mutual / right;
  const completeness = left === 0 ? 1 : mutual / left;
  const vMeasure =
    homogeneity + completeness === 0 ? 0 : (2 * homogeneity * completeness) / (homogeneity + completeness);
  return {
    ari: adjustedRand(pairSum(table.counts), pairSum(rowSums), pairSum(columnSums), pairs(total)),
    ami: adjustedMutual(mutual, left, right, rowSums, columnSums, total),
    nmi: vMeasure,
    homogeneity,
    completeness,
    vMeasure,
    fowlkesMallows: fowlkesMallows(table, rowSums, columnSums),
  };
}

/** The column that each row of a table goes with, one to one, so that most is shared (Hungarian method); -1 for none. */
export function alignedColumns({ rows, columns, counts }: Contingency): Int32Array {
  const aligned = optimalAssignment(counts, rows, columns);
  return aligned.map((column, row) => (column >= 0 && counts[row * columns + column]! > 0 ? column : -1));
}

interface Margins {
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
  readonly total: number;
}

function marginsOf({ rows, columns, counts }: Contingency): Margins {
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      rowSums[i]! += counts[i * columns + j]!;
      columnSums[j]! += counts[i * columns + j]!;
    }
  }
  return { rowSums, columnSums, total: sum(rowSums) };
}

function pairSum(counts: Float64Array): number {
  return sum(counts.map(pairs));
}

/** Without a pair of rows that are together in both divisions there is nothing found again: 0. */
function fowlkesMallows({ counts }: Contingency, rowSums: Float64Array, columnSums: Float64Array): number {
  const together = pairSum(counts);
  const [left, right] = [pairSum(rowSums), pairSum(columnSums)];
  return together === 0 ? 0 : Math.sqrt(together / left) * Math.sqrt(together / right);
}

function entropy(sums: Float64Array, total: number): number {
  const used = sums.filter((n) => n > 0);
  if (used.length < 2) return 0;
  return -sum(used.map((n) => (n / total) * (Math.log(n) - Math.log(total))));
}

function mutualInformation(
  { rows, columns, counts }: Contingency,
  rowSums: Float64Array,
  columnSums: Float64Array,
  total: number,
): number {
  const terms = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const n = counts[i * columns + j]!;
      if (n > 0) terms[i * columns + j] = (n / total) * Math.log((n / rowSums[i]!) * (total / columnSums[j]!));
    }
  }
  return Math.max(0, sum(terms));
}

function adjustedMutual(
  mutual: number,
  left: number,
  right: number,
  rowSums: Float64Array,
  columnSums: Float64Array,
  total: number,
): number {
  const groups = (sums: Float64Array): number => sums.reduce((count, n) => count + (n > 0 ? 1 : 0), 0);
  const [rows, columns] = [groups(rowSums), groups(columnSums)];
  if (rows === columns && (rows < 2 || rows === total)) return 1;
  if (left === 0 || right === 0) return 0;
  const expected = expectedMutualInformation(rowSums, columnSums, total);
  const most = (left + right) / 2;
  const room = most - expected;
  // By chance alone both may share all that they can.
  return room === 0
    ? 1
    : (mutual - expected) / (room < 0 ? Math.min(room, -Number.EPSILON) : Math.max(room, Number.EPSILON));
}

/**
 * The mutual information that two divisions of these sizes share by chance (Vinh, Epps and Bailey 2010, equation 24a): each
 * cell's is a mean over a hypergeometric distribution, summed from its mode outwards until nothing is added.
 */
export function expectedMutualInformation(rowSums: Float64Array, columnSums: Float64Array, total: number): number {
  let expected = 0;
  for (const a of rowSums) {
    for (const b of columnSums) if (a > 0 && b > 0) expected += cellMean(a, b, total);
  }
  return expected;
}

function cellMean(a: number, b: number, total: number): number {
  const least = Math.max(0, a + b - total);
  const most = Math.min(a, b);
  const mode = Math.min(most, Math.max(least, Math.floor(((a + 1) * (b + 1)) / (total + 2))));
  const logChance =
    logFactorial(a) +
    logFactorial(b) +
    logFactorial(total - a) +
    logFactorial(total - b) -
    logFactorial(total) -
    logFactorial(mode) -
    logFactorial(a - mode) -
    logFactorial(b - mode) -
    logFactorial(total - a - b + mode);
  const highest = Math.exp(logChance);
  const term = (n: number, chance: number): number =>
    n === 0 ? 0 : chance * (n / total) * (Math.log(n / a) + Math.log(total / b));
  let mean = term(mode, highest);
  let chance = highest;
  for (let n = mode; n < most && chance > highest * negligible; n++) {
    chance *= ((a - n) * (b - n)) / ((n + 1) * (total - a - b + n + 1));
    mean += term(n + 1, chance);
  }
  chance = highest;
  for (let n = mode; n > least && chance > highest * negligible; n--) {
    chance *= (n * (total - a - b + n)) / ((a - n + 1) * (b - n + 1));
    mean += term(n - 1, chance);
  }
  return mean;
}

function logFactorial(n: number): number {
  return logGamma(n + 1);
}

const negligible = 1e-20;
