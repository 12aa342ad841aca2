import type { Compute } from "../../core/compute.ts";
import { inHashOrder } from "../metrics/row-hash.ts";
import { createRandom } from "../random.ts";
import { binColumn, emptyBins } from "./binned.ts";
import { codedColumn, greatest, levelCounts, rowsOf, type CodedColumns } from "./coded-columns.ts";
import { growTree, type Tree } from "./grow-tree.ts";

/** Bounds that keep a model file small: about 0.3 MB a filled column. */
export const forestLimits = { rows: 10_000, trees: 50, leaves: 128 } as const;

const mostRounds = 10;
const leastRows = { numbers: 5, categories: 1 } as const;
/** Columns tried at a split for a number at least, where there are as many: with few that matter, fewer would mostly miss them. */
const triedOfNumbers = 5;

/** The trees that fill a column; `center` is added to the mean of what trees of numbers say. */
export interface Forest {
  readonly center: number;
  readonly trees: readonly Tree[];
}

/** What random forests fill gaps by. */
export interface ForestModel {
  readonly levels: readonly number[];
  /** By column, what a gap begins with: the mean or the most frequent level. */
  readonly starts: readonly number[];
  readonly counts: readonly (readonly number[])[];
  /** Columns that have a forest, in the order in which a round goes through them. */
  readonly order: readonly number[];
  /** By column; null where none was learned, and a gap keeps its start. */
  readonly forests: readonly (Forest | null)[];
  /** Rounds after which the values moved more than before, or ten. */
  readonly rounds: number;
}

/**
 * Learns to fill gaps by random forests (missForest, Stekhoven and Bühlmann 2012): each column with gaps, and each target,
 * on all others, in the order of rising gaps, until the values of numbers and of categories both move more than in the
 * round before; the forests of that round before are kept. Tried at a split: √columns, for numbers 5 at least; rows a
 * leaf: 5 for numbers, 1 for categories; 50 trees of 128 leaves on 10,000 rows, drawn by a hash, at most. Every column
 * holds a value. Of the seed alone, on one thread. Cost a round and column about 50 trees × rows × columns tried × 8
 * operations.
 */
export async function fitForest(
  compute: Compute,
  all: CodedColumns,
  targets: readonly number[],
  seed: number,
): Promise<ForestModel> {
  const columns = sampled(all, seed);
  const { rows, levels } = columns;
  const counts = levels.map((many, j) => (many === 0 ? [] : Array.from(levelCounts(codedColumn(columns, j), many))));
  const starts = levels.map((many, j) =>
    many === 0 ? meanOf(codedColumn(columns, j)) : greatest(counts[j]!, counts[j]!),
  );
  const gaps = levels.map((_, j) => gapsOf(codedColumn(columns, j)));
  const order = levels
    .map((_, j) => j)
    .filter((j) => targets.includes(j) || gaps[j]!.length > 0)
    .sort((a, b) => gaps[a]!.length - gaps[b]!.length || a - b);
  const base = { levels, starts, counts, order };
  const none = levels.map(() => null);
  if (levels.length < 2) return { ...base, order: [], forests: none, rounds: 1 };
  const values = { ...columns, values: columns.values.slice() };
  startGaps(values, gaps, starts);
  const frame = emptyBins(values);
  levels.forEach((_, j) => binColumn(frame, values, j));
  let kept: ForestModel = { ...base, forests: none, rounds: 1 };
  const samples: Bootstraps[] = [];
  let moved = { numbers: Infinity, categories: Infinity };
  const movable = order.some((j) => gaps[j]!.length > 0);
  for (let round = 1; round <= (movable ? mostRounds : 1); round++) {
    const before = values.values.slice();
    const forests: (Forest | null)[] = levels.map(() => null);
    for (const j of order) {
      samples[j] ??= bootstraps(rows, gaps[j]!, seed, j);
      forests[j] = growForest(values, frame, j, samples[j]!, createForestRandom(seed, round, j));
      predictColumn(values, { ...base, forests, rounds: 1 }, j, gaps[j]!);
      if (gaps[j]!.length > 0) binColumn(frame, values, j);
      await compute.breathe();
    }
    const now = movement(values.values, before, columns, gaps);
    const risen =
      (now.numbers > moved.numbers || now.numbers === 0) && (now.categories > moved.categories || now.categories === 0);
    if (round > 1 && risen) return kept;
    kept = { ...base, forests, rounds: round };
    moved = now;
  }
  return kept;
}

/** Fills the gaps of some columns in place: as many rounds as the model tells, by its forests. */
export function fillByForest(model: ForestModel, columns: CodedColumns, targets: readonly number[]): void {
  const withGaps: number[] = [];
  for (let i = 0; i < columns.rows; i++) {
    if (targets.some((j) => Number.isNaN(columns.values[j * columns.rows + i]!))) withGaps.push(i);
  }
  const some = rowsOf(columns, withGaps);
  const gaps = some.levels.map((_, j) => gapsOf(codedColumn(some, j)));
  startGaps(some, gaps, model.starts);
  for (let round = 0; round < model.rounds; round++) {
    for (const j of model.order) predictColumn(some, model, j, gaps[j]!);
  }
  for (const j of targets) {
    for (const i of gaps[j]!) columns.values[j * columns.rows + withGaps[i]!] = some.values[j * some.rows + i]!;
  }
}

function sampled(columns: CodedColumns, seed: number): CodedColumns {
  if (columns.rows <= forestLimits.rows) return columns;
  const all = Array.from({ length: columns.rows }, (_, i) => i);
  return rowsOf(
    columns,
    inHashOrder(seed, all)
      .slice(0, forestLimits.rows)
      .sort((a, b) => a - b),
  );
}

function meanOf(column: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const x of column) {
    if (x !== x) continue;
    sum += x;
    count++;
  }
  return sum / count;
}

function gapsOf(column: Float64Array): Int32Array {
  const gaps: number[] = [];
  for (let i = 0; i < column.length; i++) if (Number.isNaN(column[i]!)) gaps.push(i);
  return Int32Array.from(gaps);
}

function startGaps(columns: CodedColumns, gaps: readonly Int32Array[], starts: readonly number[]): void {
  gaps.forEach((some, j) => {
    for (const i of some) columns.values[j * columns.rows + i] = starts[j]!;
  });
}

function createForestRandom(seed: number, round: number, j: number): (tree: number) => ReturnType<typeof createRandom> {
  return (tree) => createRandom(seed, `impute forest ${round} ${j} ${tree}`);
}

function growForest(
  columns: CodedColumns,
  frame: ReturnType<typeof emptyBins>,
  j: number,
  { known, rows: samples }: Bootstraps,
  randomOf: (tree: number) => ReturnType<typeof createRandom>,
): Forest {
  const { levels } = columns;
  const column = codedColumn(columns, j);
  const isNumber = levels[j] === 0;
  const center = isNumber ? meanOf(column.filter((_, i) => known.length === columns.rows || isIn(known, i))) : 0;
  const response = isNumber ? column.map((x) => x - center) : column;
  const from = levels.map((_, k) => k).filter((k) => k !== j);
  const tried = Math.max(1, Math.floor(Math.sqrt(from.length)));
  const trees = samples.map((rows, t) => {
    return growTree(frame, levels, response, levels[j]!, rows, {
      from,
      tried: isNumber ? Math.max(Math.min(from.length, triedOfNumbers), tried) : tried,
      leastRows: isNumber ? leastRows.numbers : leastRows.categories,
      mostLeaves: forestLimits.leaves,
      random: randomOf(t),
    });
  });
  return { center, trees };
}

/** The rows that hold a value of a column, and those drawn with replacement for each tree, in every round the same. */
interface Bootstraps {
  readonly known: Int32Array;
  readonly rows: readonly Int32Array[];
}

function bootstraps(rows: number, gaps: Int32Array, seed: number, j: number): Bootstraps {
  const gapped = new Set(gaps);
  const known = Int32Array.from({ length: rows }, (_, i) => i).filter((i) => !gapped.has(i));
  const drawn = Array.from({ length: forestLimits.trees }, (_, t) => {
    const random = createRandom(seed, `impute bootstrap ${j} ${t}`);
    return known.map((_, i) => known[Math.floor(random.uniform(i) * known.length)]!);
  });
  return { known, rows: drawn };
}

/** Whether a rising list holds a number. */
function isIn(rising: Int32Array, wanted: number): boolean {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return rising[low] === wanted;
}

function predictColumn(columns: CodedColumns, { forests, counts }: ForestModel, j: number, gaps: Int32Array): void {
  const { rows, values, levels } = columns;
  const forest = forests[j]!;
  if (forest === null) return;
  const votes = new Float64Array(Math.max(1, levels[j]!));
  for (const i of gaps) {
    votes.fill(0);
    let sum = 0;
    for (const { columns: asked, values: at, children } of forest.trees) {
      let node = 0;
      while (asked[node]! >= 0) {
        const column = asked[node]!;
        const x = values[column * rows + i]!;
        const isLeft = levels[column] === 0 ? x <= at[node]! : x === at[node]!;
        node = children[node]! + (isLeft ? 0 : 1);
      }
      if (levels[j] === 0) sum += at[node]!;
      else votes[at[node]!]! += 1;
    }
    values[j * rows + i] = levels[j] === 0 ? forest.center + sum / forest.trees.length : greatest(votes, counts[j]!);
  }
}

/** How far filled cells moved: the share of squares for numbers, the share of cells for categories; 0 where there are none. */
function movement(
  now: Float64Array,
  before: Float64Array,
  { rows, levels }: CodedColumns,
  gaps: readonly Int32Array[],
): { readonly numbers: number; readonly categories: number } {
  let [difference, squares, changed, cells] = [0, 0, 0, 0];
  levels.forEach((many, j) => {
    for (const i of gaps[j]!) {
      const x = now[j * rows + i]!;
      const y = before[j * rows + i]!;
      if (many > 0) {
        cells++;
        if (x !== y) changed++;
      } else {
        difference += (x - y) ** 2;
        squares += x * x;
      }
    }
  });
  return { numbers: squares === 0 ? 0 : difference / squares, categories: cells === 0 ? 0 : changed / cells };
}
