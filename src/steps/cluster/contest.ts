import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import type { MethodName } from "../../model/cluster/clustering.ts";
import { methods } from "../../model/cluster/methods/index.ts";
import { expandLabels } from "../../model/collapse.ts";
import { adjustedRandIndex } from "../../model/metrics/adjusted-rand-index.ts";
import { neighbourAgreement } from "../../model/metrics/neighbour-agreement.ts";
import { smallestHashes } from "../../model/metrics/structure-sample.ts";
import { pickRows } from "../../model/pick-rows.ts";
import { createRandom } from "../../model/random.ts";
import { chooseFit, fitCandidates, type FitOptions } from "./fit.ts";

/** The methods that meet, the simpler first. */
export const contestMethods = [
  "k-means",
  "hierarchical",
  "gmm",
  "genie",
  "hdbscan",
] as const satisfies readonly MethodName[];

/** What one method showed. */
export interface Contestant {
  readonly method: MethodName;
  /** The number of segments it chose or found, or was asked for; null where it could not be fitted. */
  readonly k: number | null;
  /** Of rows with their nearest others (`neighbourAgreement`); null: fewer than two segments. */
  readonly agreement: number | null;
  /** Mean adjusted Rand index of fits of halves of the rows, on the rows that two halves share. */
  readonly stability: number | null;
  /** Mean silhouette, a row in no segment counting as 0. */
  readonly silhouette: number | null;
  /** Share of the rows that are in no segment. */
  readonly noise: number;
  /** Why it took no part. */
  readonly out: string | null;
}

export interface Contest {
  readonly winner: MethodName;
  /** In the order of `contestMethods`. */
  readonly contestants: readonly Contestant[];
  /** The rule in words. */
  readonly rule: string;
  /** Rows drawn by hash that it was held on; null: all. */
  readonly rows: number | null;
}

/** Rows that the contest is held on at most, and those that stability is measured on. */
const mostRows = 20_000;
const stabilityRows = 2000;
const halves = 10;
/**
 * What is short of full agreement with the neighbours is a few rows along the boundaries: as few, half as many again, or two
 * thousandths more, all tie.
 */
const tieOfDisagreement = { times: 1.5, more: 0.002 } as const;
/** Figures so near to the best tie with it. */
const ties = { stability: 0.05, silhouette: 0.01 } as const;

/** The rule that `holdContest` follows, as printed. */
export const contestRule =
  "the methods whose boundaries part the fewest neighbours (up to half as many again, or 0.002 more, tie); of them the most stable (within 0.05), " +
  "then the highest silhouette (within 0.01), then the simplest";

/**
 * Fits the family, each method with its own choice of k, and names the method that the data speak for. Every fit is judged on the
 * same rows, at most 20,000 drawn by hash. Where a number of segments is asked for, methods that find their own take no part.
 * Leaves nothing in the numeric memory. Throws what k-means throws where no method can be fitted.
 */
export async function holdContest(
  compute: Compute,
  table: Matrix,
  tableWeights: Float64Array | null,
  options: Omit<FitOptions, "method" | "judged">,
): Promise<Contest> {
  const mark = compute.mark();
  try {
    const drawn = smallestHashes(table.rows, mostRows, options.seed);
    const isAll = drawn.length === table.rows;
    const matrix = isAll ? table : pickRows(compute, table, drawn);
    const weights =
      isAll || tableWeights === null ? tableWeights : Float64Array.from(drawn, (row) => tableWeights[row]!);
    const contestants: Contestant[] = [];
    let refusal: unknown = null;
    for (const method of contestMethods) {
      try {
        contestants.push(await contestantOf(compute, matrix, weights, { ...options, method }));
      } catch (error) {
        if (!(error instanceof SegmentError) || error.code === "bug") throw error;
        refusal ??= error;
        contestants.push({ ...absent(method), out: error.message });
      }
    }
    const winner = winnerOf(contestants);
    if (winner === null) throw refusal;
    return { winner, contestants, rule: contestRule, rows: isAll ? null : drawn.length };
  } finally {
    compute.release(mark);
  }
}

function absent(method: MethodName): Omit<Contestant, "out"> {
  return { method, k: null, agreement: null, stability: null, silhouette: null, noise: 0 };
}

async function contestantOf(
  compute: Compute,
  matrix: Matrix,
  weights: Float64Array | null,
  options: Omit<FitOptions, "judged">,
): Promise<Contestant> {
  const { method, seed, k: asked } = options;
  const finds = methods[method].k === "found";
  if (finds && asked.asked === "one") {
    return { ...absent(method), out: `finds its own number of segments, and ${asked.candidates[0]} are asked for` };
  }
  options.progress(`contest: ${method}`);
  const mark = compute.mark();
  try {
    const { collapsed, fits } = await fitCandidates(compute, matrix, weights, options);
    const points = { matrix: collapsed.points, weights: collapsed.weights };
    const { chosen } = await chooseFit(compute, points, fits, { ...options, judged: true }, null);
    const { k } = chosen.result;
    if (finds && !asked.candidates.includes(k)) {
      const [least, most] = [asked.candidates[0], asked.candidates.at(-1)];
      return { ...absent(method), out: `found ${k} segments, not ${least} to ${most}` };
    }
    const labels = expandLabels(compute, chosen.result.labels, collapsed.rowToPoint);
    const [agreement = null] = await neighbourAgreement(compute, { matrix, weights }, [{ k, labels }], { seed });
    const noise = labels.reduce((count, label) => count + (label < 0 ? 1 : 0), 0) / matrix.rows;
    const how = { ...options, k: { asked: "one", candidates: [k] } } as const;
    const stability = await stabilityOf(compute, matrix, weights, how);
    return { method, k, agreement, stability, silhouette: chosen.silhouette?.mean ?? null, noise, out: null };
  } finally {
    compute.release(mark);
  }
}

/** A half that cannot be fitted agrees with none. */
async function stabilityOf(
  compute: Compute,
  table: Matrix,
  tableWeights: Float64Array | null,
  options: Omit<FitOptions, "judged">,
): Promise<number> {
  const outer = compute.mark();
  const drawn = smallestHashes(table.rows, stabilityRows, options.seed);
  const matrix = drawn.length === table.rows ? table : pickRows(compute, table, drawn);
  const found: (Int32Array | null)[] = [];
  for (let draw = 0; draw < halves; draw++) {
    options.progress(`contest: ${options.method}, half ${draw + 1} of ${halves}`);
    const mark = compute.mark();
    const rows = halfOf(matrix.rows, options.seed, draw);
    const weights = tableWeights === null ? null : Float64Array.from(rows, (row) => tableWeights[drawn[row]!]!);
    found.push(await labelsOf(compute, pickRows(compute, matrix, rows), weights, options, rows, matrix.rows));
    compute.release(mark);
  }
  let sum = 0;
  for (let draw = 1; draw < halves; draw++) {
    const [left, right] = [found[draw - 1]!, found[draw]!];
    if (left === null || right === null) continue;
    const shared = left.reduce<number[]>((rows, label, row) => {
      if (label !== notDrawn && right[row] !== notDrawn) rows.push(row);
      return rows;
    }, []);
    sum += adjustedRandIndex(
      shared.map((row) => left[row]!),
      shared.map((row) => right[row]!),
    );
  }
  compute.release(outer);
  return sum / (halves - 1);
}

const notDrawn = -2;

async function labelsOf(
  compute: Compute,
  matrix: Matrix,
  weights: Float64Array | null,
  options: Omit<FitOptions, "judged">,
  rows: Uint32Array,
  all: number,
): Promise<Int32Array | null> {
  try {
    const { collapsed, fits } = await fitCandidates(compute, matrix, weights, {
      ...options,
      starts: 3,
      progress: () => {},
    });
    const labels = expandLabels(compute, fits[0]!.labels, collapsed.rowToPoint);
    const byRow = new Int32Array(all).fill(notDrawn);
    rows.forEach((row, i) => (byRow[row] = labels[i]!));
    return byRow;
  } catch (error) {
    if (error instanceof SegmentError && error.code !== "bug") return null;
    throw error;
  }
}

function halfOf(rows: number, seed: number, draw: number): Uint32Array {
  const random = createRandom(seed, `half ${draw} of the contest`);
  const keys = Float64Array.from({ length: rows }, (_, row) => random.uniform(row));
  const order = Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
  return order.subarray(0, Math.ceil(rows / 2)).sort();
}

/** Each criterion leaves those that tie with the best; null where none took part. */
function winnerOf(contestants: readonly Contestant[]): MethodName | null {
  const present = contestants.filter(({ out, k }) => out === null && k !== null);
  const parted = (one: Contestant): number => 1 - (one.agreement ?? Number.NEGATIVE_INFINITY);
  const fewest = present.reduce((least, one) => Math.min(least, parted(one)), Number.POSITIVE_INFINITY);
  const { times, more } = tieOfDisagreement;
  let tied = present.filter((one) => parted(one) <= times * fewest + more);
  for (const criterion of ["stability", "silhouette"] as const) {
    const figure = (one: Contestant): number => one[criterion] ?? Number.NEGATIVE_INFINITY;
    const best = tied.reduce((most, one) => Math.max(most, figure(one)), Number.NEGATIVE_INFINITY);
    // The least that float64 adds to a difference of exactly so much must not break the tie.
    if (best > Number.NEGATIVE_INFINITY) tied = tied.filter((one) => best - figure(one) <= ties[criterion] + 1e-12);
  }
  return tied[0]?.method ?? null;
}
