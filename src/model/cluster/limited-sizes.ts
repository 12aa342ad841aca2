import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";

/** Rows that a segment may hold, both inclusive. */
export interface SizeLimits {
  readonly least: number;
  readonly most: number;
}

/** Distances that are held at once. */
const mostDistances = 40_000_000;

/** Why k segments of such sizes cannot hold so many rows, in words; null: they can. */
export function whyNotLimited(rows: number, k: number, { least, most }: SizeLimits): string | null {
  if (k * least > rows) return `${k} segments of at least ${least} rows need ${k * least} rows, and there are ${rows}`;
  if (k * most < rows) return `${k} segments of at most ${most} rows hold ${k * most} rows, and there are ${rows}`;
  return null;
}

/**
 * The segment of each row, at the least sum of squared distances to the centres that sizes within the limits allow: exact, by
 * successive shortest paths from the nearest centres (Bradley, Bennett and Demiriz 2000 state the problem). One row moves along
 * each path, over at most k segments, and of rows that cost the same the first moves. 8 bytes × rows × k, and for each row that
 * is moved O(k³ + k · log rows). Leaves only the labels in the numeric memory. Throws `bad-option-value` for limits that
 * cannot hold the rows, `too-many-rows` beyond 40 million distances.
 */
export function assignWithinLimits(
  compute: Compute,
  matrix: Matrix,
  centres: Float64Array,
  k: number,
  limits: SizeLimits,
): Int32Array {
  const { rows } = matrix;
  const why = whyNotLimited(rows, k, limits);
  if (why !== null)
    throw new SegmentError("bad-option-value", why, { hint: "widen --min-size or --max-size, or change --k" });
  if (rows * k > mostDistances) {
    const message = `${rows} rows in ${k} segments are too many for limits of their sizes (${mostDistances} pairs at most)`;
    throw new SegmentError("too-many-rows", message, { hint: "fit a sample of the rows, or leave the limits out" });
  }
  const labels = compute.i32(rows);
  const mark = compute.mark();
  const squares = squaredDistances(compute, matrix, centres, k);
  const sizes = new Int32Array(k);
  for (let i = 0; i < rows; i++) {
    let nearest = 0;
    for (let c = 1; c < k; c++) if (squares[i * k + c]! < squares[i * k + nearest]!) nearest = c;
    labels[i] = nearest;
    sizes[nearest]!++;
  }
  const moves = openMoves(labels, squares, k);
  const isOver = (c: number): boolean => sizes[c]! > limits.most;
  const isUnder = (c: number): boolean => sizes[c]! < limits.least;
  for (;;) {
    const from = sizes.findIndex((_, c) => isOver(c));
    const to = from < 0 ? sizes.findIndex((_, c) => isUnder(c)) : -1;
    if (from < 0 && to < 0) break;
    const path = cheapestPath(moves, sizes, limits, from < 0 ? slack(k) : from, to < 0 ? slack(k) : to);
    for (let n = 1; n < path.length; n++) {
      const [a, b] = [path[n - 1]!, path[n]!];
      if (a === slack(k) || b === slack(k)) continue;
      moves.move(a, b);
      sizes[a]!--;
      sizes[b]!++;
    }
  }
  compute.release(mark);
  return labels;
}

/** Stands for room that segments have: those below the upper limit take a row, those above the lower one give it. */
function slack(k: number): number {
  return k;
}

function squaredDistances(
  compute: Compute,
  { rows, columns, values }: Matrix,
  centres: Float64Array,
  k: number,
): Float64Array {
  const squares = compute.f64(rows * k);
  squares.fill(0);
  const d = columns.length;
  for (let j = 0; j < d; j++) {
    for (let i = 0; i < rows; i++) {
      const x = values[j * rows + i]!;
      for (let c = 0; c < k; c++) squares[i * k + c]! += (x - centres[c * d + j]!) ** 2;
    }
  }
  return squares;
}

/** The cheapest row to move from each segment to each other. */
interface Moves {
  readonly k: number;
  /** What it adds to the sum; infinite where there is no row. */
  cost(from: number, to: number): number;
  /** Moves that row. */
  move(from: number, to: number): void;
}

/** For each pair of segments a heap of the rows of the first by what they cost in the second; what has left is skipped. */
function openMoves(labels: Int32Array, squares: Float64Array, k: number): Moves {
  const costOf = (row: number, from: number, to: number): number => squares[row * k + to]! - squares[row * k + from]!;
  const heaps = new Map<number, RowHeap>();
  const heapOf = (from: number, to: number): RowHeap => {
    const key = from * k + to;
    let heap = heaps.get(key);
    if (heap === undefined) {
      heap = rowHeap((row) => costOf(row, from, to));
      for (let row = 0; row < labels.length; row++) if (labels[row] === from) heap.push(row);
      heaps.set(key, heap);
    }
    return heap;
  };
  const first = (from: number, to: number): number => {
    const heap = heapOf(from, to);
    while (heap.size() > 0 && labels[heap.first()] !== from) heap.pop();
    return heap.size() === 0 ? -1 : heap.first();
  };
  return {
    k,
    cost(from, to) {
      const row = first(from, to);
      return row < 0 ? Number.POSITIVE_INFINITY : costOf(row, from, to);
    },
    move(from, to) {
      const row = first(from, to);
      labels[row] = to;
      // A row that comes back stands twice in its heap, which does no harm: both name the same move.
      for (let other = 0; other < k; other++) if (other !== to) heaps.get(to * k + other)?.push(row);
    },
  };
}

interface RowHeap {
  size(): number;
  /** The row of least cost, ties to the lower; only where there is one. */
  first(): number;
  push(row: number): void;
  pop(): void;
}

function rowHeap(costOf: (row: number) => number): RowHeap {
  const rows: number[] = [];
  const isBefore = (a: number, b: number): boolean => {
    const difference = costOf(rows[a]!) - costOf(rows[b]!);
    return difference < 0 || (difference === 0 && rows[a]! < rows[b]!);
  };
  const swap = (a: number, b: number): void => {
    const held = rows[a]!;
    rows[a] = rows[b]!;
    rows[b] = held;
  };
  return {
    size: () => rows.length,
    first: () => rows[0]!,
    push(row) {
      let at = rows.push(row) - 1;
      for (let up = (at - 1) >> 1; at > 0 && isBefore(at, up); up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    pop() {
      const last = rows.pop()!;
      if (rows.length === 0) return;
      rows[0] = last;
      let at = 0;
      for (;;) {
        let least = at;
        for (const below of [2 * at + 1, 2 * at + 2]) if (below < rows.length && isBefore(below, least)) least = below;
        if (least === at) return;
        swap(at, least);
        at = least;
      }
    },
  };
}

/**
 * The cheapest way from one segment to another, or from or to the room that segments have, by Bellman and Ford (costs may be
 * below 0; no way round is). Ties to the way found first.
 */
function cheapestPath(moves: Moves, sizes: Int32Array, limits: SizeLimits, from: number, to: number): number[] {
  const { k } = moves;
  const room = slack(k);
  const costs = Float64Array.from({ length: (k + 1) ** 2 }, (_, n) => {
    const [a, b] = [Math.floor(n / (k + 1)), n % (k + 1)];
    if (a === b) return Number.POSITIVE_INFINITY;
    if (b === room) return sizes[a]! < limits.most ? 0 : Number.POSITIVE_INFINITY;
    if (a === room) return sizes[b]! > limits.least ? 0 : Number.POSITIVE_INFINITY;
    return moves.cost(a, b);
  });
  const best = new Float64Array(k + 1).fill(Number.POSITIVE_INFINITY);
  const before = new Int32Array(k + 1).fill(-1);
  best[from] = 0;
  let changed = true;
  for (let round = 0; round <= k && changed; round++) {
    changed = false;
    for (let a = 0; a <= k; a++) {
      if (best[a] === Number.POSITIVE_INFINITY) continue;
      for (let b = 0; b <= k; b++) {
        const cost = best[a]! + costs[a * (k + 1) + b]!;
        // A difference within rounding is none: it must not send a row round in a circle.
        if (b === from || cost >= best[b]! - 1e-12 * Math.abs(cost)) continue;
        best[b] = cost;
        before[b] = a;
        changed = true;
      }
    }
  }
  const path = [to];
  while (path[0] !== from) path.unshift(before[path[0]!]!);
  return path;
}
