import type { Compute } from "../../core/compute.ts";
import { createRandom } from "../random.ts";
import { bayesianRidge, drawnLine, meanLine } from "./bayesian-ridge.ts";
import { codedColumn, levelCounts, rowsOf, type CodedColumns } from "./coded-columns.ts";
import { asShares, blocksOf, collapsed, expanded, setLevel, sharesAt, type Block } from "./expanded.ts";
import { drawnPlace } from "./knn.ts";
import { triangle } from "./triangle.ts";

/** Rounds at most, as scikit-learn's IterativeImputer and R's mice do. */
const mostRounds = 10;

/** One regression of a round: of one numeric column on those of the other blocks, in their order. */
export interface RoundLine {
  readonly intercept: number;
  readonly coefficients: readonly number[];
  /** Standard deviation of the noise that a draw adds; 0 where values are means. */
  readonly deviation: number;
}

/** What chained regressions fill gaps by. */
export interface IterativeModel {
  readonly levels: readonly number[];
  /** By numeric column: what a gap begins with. */
  readonly means: readonly number[];
  /** How often each level of a column of categories stood; empty for numbers. */
  readonly counts: readonly (readonly number[])[];
  /** The columns in the order in which a round goes through them. */
  readonly order: readonly number[];
  /** By round and numeric column. */
  readonly rounds: readonly (readonly RoundLine[])[];
  /** Whether the last round moved the values less than the tolerance. */
  readonly converged: boolean;
}

/** One of several imputations, whose values are drawn. */
export interface Chain {
  readonly seed: number;
  readonly imputation: number;
}

export interface IterativeOptions {
  /** Rounds stop when the largest row sum of changes falls below this times the largest absolute value. */
  readonly tol: number;
  /** Draws lines and values in place of means; rounds then do not stop early. */
  readonly chain: Chain | null;
}

/**
 * Learns to fill gaps by chained Bayesian ridge regressions: every column on all others, in the order of rising gaps,
 * round after round (van Buuren and Groothuis-Oudshoorn 2011; the steps of scikit-learn's IterativeImputer). A category
 * is an indicator by level (one for two levels) whose regressions give the levels' shares. Every column holds a value.
 * Cost a round about 2 · rows with gaps · width² operations for each of the `width` numeric columns.
 */
export async function fitIterative(
  compute: Compute,
  columns: CodedColumns,
  { tol, chain }: IterativeOptions,
): Promise<IterativeModel> {
  const { rows, levels } = columns;
  const { blocks, width } = blocksOf(levels);
  const values = expanded(columns);
  const means = meansOf(values, rows, width);
  const gaps = blocks.map(({ start }) => gapsOf(values, rows, start));
  const largest = values.reduce((most, x) => (Math.abs(x) > most ? Math.abs(x) : most), 0);
  startAtMeans(values, rows, blocks, gaps, means);
  const counts = levels.map((many, j) => (many === 0 ? [] : Array.from(levelCounts(codedColumn(columns, j), many))));
  const order = blocks.map(({ column }) => column).sort((a, b) => gaps[a]!.length - gaps[b]!.length || a - b);
  const rounds: RoundLine[][] = [];
  const started = { levels, means: Array.from(means), counts, order };
  if (blocks.length === 1) return { ...started, rounds, converged: true };
  const regress = regressions(values, rows, width, means, gaps);
  let before = values.slice();
  for (let round = 0; round < mostRounds; round++) {
    const lines: RoundLine[] = new Array<RoundLine>(width);
    for (const j of order) {
      const block = blocks[j]!;
      regress(block).forEach((posterior, l) => {
        const e = block.start + l;
        const others = means.filter((_, k) => k < block.start || k >= block.start + block.width);
        if (chain === null) {
          const { intercept, coefficients } = meanLine(posterior, others, means[e]!);
          lines[e] = { intercept, coefficients: Array.from(coefficients), deviation: 0 };
        } else {
          const random = createRandom(chain.seed, `impute line ${chain.imputation} ${round} ${e}`);
          const { line, deviation } = drawnLine(posterior, others, means[e]!, random.normal);
          lines[e] = { intercept: line.intercept, coefficients: Array.from(line.coefficients), deviation };
        }
      });
      predict(values, rows, width, block, lines, gaps[j]!, levels[j]!, chain, round, null);
      await compute.breathe();
    }
    rounds.push(lines);
    if (chain !== null) continue;
    if (largestChange(values, before, rows, width) < tol * largest) return { ...started, rounds, converged: true };
    before = values.slice();
  }
  return { ...started, rounds, converged: chain !== null };
}

/**
 * Fills the gaps of some columns in place, by the rounds that the model holds: on the rows that it was learned from, what
 * the last round gave. A chain draws by the rows' numbers in their table, the place in `columns` where none are given.
 */
export function fillByIterative(
  model: IterativeModel,
  columns: CodedColumns,
  targets: readonly number[],
  chain: Chain | null = null,
  rowNumbers: ArrayLike<number> | null = null,
): void {
  const withGaps: number[] = [];
  for (let i = 0; i < columns.rows; i++) {
    if (targets.some((j) => Number.isNaN(columns.values[j * columns.rows + i]!))) withGaps.push(i);
  }
  const some = rowsOf(columns, withGaps);
  const { rows, levels } = some;
  const { blocks, width } = blocksOf(levels);
  const values = expanded(some);
  const gaps = blocks.map(({ start }) => gapsOf(values, rows, start));
  startAtMeans(values, rows, blocks, gaps, model.means);
  const numbers = rowNumbers === null ? withGaps : withGaps.map((i) => rowNumbers[i]!);
  model.rounds.forEach((lines, round) => {
    for (const j of model.order) {
      predict(values, rows, width, blocks[j]!, lines, gaps[j]!, levels[j]!, chain, round, numbers);
    }
  });
  for (const j of targets) {
    for (const i of gaps[j]!) {
      const value = collapsed(values, rows, blocks[j]!, i, levels[j]!, model.counts[j]!);
      columns.values[j * columns.rows + withGaps[i]!] = value;
    }
  }
}

function meansOf(values: Float64Array, rows: number, width: number): Float64Array {
  return Float64Array.from({ length: width }, (_, e) => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < rows; i++) {
      const x = values[e * rows + i]!;
      if (x !== x) continue;
      sum += x;
      count++;
    }
    const mean = sum / count;
    let rest = 0;
    for (let i = 0; i < rows; i++) {
      const x = values[e * rows + i]!;
      if (x === x) rest += x - mean;
    }
    return mean + rest / count;
  });
}

function gapsOf(values: Float64Array, rows: number, e: number): Int32Array {
  const gaps: number[] = [];
  for (let i = 0; i < rows; i++) if (Number.isNaN(values[e * rows + i]!)) gaps.push(i);
  return Int32Array.from(gaps);
}

function startAtMeans(
  values: Float64Array,
  rows: number,
  blocks: readonly Block[],
  gaps: readonly Int32Array[],
  means: ArrayLike<number>,
): void {
  for (const { column, start, width } of blocks) {
    for (let l = 0; l < width; l++) for (const i of gaps[column]!) values[(start + l) * rows + i] = means[start + l]!;
  }
}

/**
 * Gives the posteriors of a block's columns given the values as they are now. Rows without any gap never change: their
 * triangle is made once and stands for them in every regression.
 */
function regressions(
  values: Float64Array,
  rows: number,
  width: number,
  means: Float64Array,
  gaps: readonly Int32Array[],
): (block: Block) => ReturnType<typeof bayesianRidge> {
  const hasGap = new Uint8Array(rows);
  for (const some of gaps) for (const i of some) hasGap[i] = 1;
  const changing: number[] = [];
  const complete: number[] = [];
  for (let i = 0; i < rows; i++) (hasGap[i] === 1 ? changing : complete).push(i);
  const size = width + 1;
  const start = new Float64Array(complete.length * size);
  start.fill(1, 0, complete.length);
  for (let e = 0; e < width; e++) {
    for (let n = 0; n < complete.length; n++) {
      start[(e + 1) * complete.length + n] = values[e * rows + complete[n]!]! - means[e]!;
    }
  }
  const fixed = triangle(start, complete.length, size);
  return (block) => {
    const own = new Set(gaps[block.column]);
    const known = changing.filter((i) => !own.has(i));
    const columns = Array.from({ length: width }, (_, e) => e);
    const isOwn = (e: number): boolean => e >= block.start && e < block.start + block.width;
    const sorted = [...columns.filter((e) => !isOwn(e)), ...columns.filter(isOwn)];
    const high = size + known.length;
    const stacked = new Float64Array(high * size);
    const put = (at: number, from: number): void => {
      for (let r = 0; r < size; r++) stacked[at * high + r] = fixed[r * size + from]!;
    };
    put(0, 0);
    stacked.fill(1, size, high);
    sorted.forEach((e, c) => {
      put(c + 1, e + 1);
      const at = (c + 1) * high + size;
      for (let n = 0; n < known.length; n++) stacked[at + n] = values[e * rows + known[n]!]! - means[e]!;
    });
    return bayesianRidge(triangle(stacked, high, size), size, block.width);
  };
}

/** Sets the gaps of a block to what a round's lines say of them, or a draw about it. */
function predict(
  values: Float64Array,
  rows: number,
  width: number,
  block: Block,
  lines: readonly RoundLine[],
  gaps: Int32Array,
  levels: number,
  chain: Chain | null,
  round: number,
  rowOf: readonly number[] | null,
): void {
  if (gaps.length === 0) return;
  for (let l = 0; l < block.width; l++) {
    const e = block.start + l;
    const { intercept, coefficients, deviation } = lines[e]!;
    const found = new Float64Array(gaps.length).fill(intercept);
    let c = 0;
    for (let k = 0; k < width; k++) {
      if (k >= block.start && k < block.start + block.width) continue;
      const coefficient = coefficients[c++]!;
      for (let n = 0; n < gaps.length; n++) found[n]! += coefficient * values[k * rows + gaps[n]!]!;
    }
    if (chain !== null && levels === 0) {
      const random = createRandom(chain.seed, `impute value ${chain.imputation} ${round} ${e}`);
      for (let n = 0; n < gaps.length; n++) found[n]! += deviation * random.normal(rowOf?.[gaps[n]!] ?? gaps[n]!);
    }
    for (let n = 0; n < gaps.length; n++) values[e * rows + gaps[n]!] = found[n]!;
  }
  if (levels === 0) return;
  const random =
    chain === null ? null : createRandom(chain.seed, `impute level ${chain.imputation} ${round} ${block.start}`);
  for (const i of gaps) {
    asShares(values, rows, block, i);
    if (random === null) continue;
    const level = drawnPlace(sharesAt(values, rows, block, i), random.uniform(rowOf?.[i] ?? i));
    setLevel(values, rows, block, i, level);
  }
}

/** The largest sum, over a row, of absolute changes: the matrix norm that scikit-learn stops by. */
function largestChange(values: Float64Array, before: Float64Array, rows: number, width: number): number {
  const sums = new Float64Array(rows);
  for (let e = 0; e < width; e++) {
    for (let i = 0; i < rows; i++) sums[i]! += Math.abs(values[e * rows + i]! - before[e * rows + i]!);
  }
  return sums.reduce((most, x) => (x > most ? x : most), 0);
}
