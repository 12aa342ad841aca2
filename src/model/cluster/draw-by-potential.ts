import type { Random } from "../random.ts";

/** What rows are drawn from: weights are null where all are one. */
export interface DrawnFrom {
  readonly rows: number;
  readonly weights: Float64Array | null;
  readonly totalWeight: number;
}

/** The row at a share of the total weight. */
export function drawByWeight(points: DrawnFrom, uniform: number): number {
  const { rows, weights, totalWeight } = points;
  if (weights === null) return Math.min(rows - 1, Math.floor(uniform * rows));
  let left = uniform * totalWeight;
  let last = 0;
  for (let i = 0; i < rows; i++) {
    const w = weights[i]!;
    if (w === 0) continue;
    last = i;
    left -= w;
    if (left < 0) return i;
  }
  return last;
}

/**
 * Rows drawn with chance weight × `closest` (the squared distance to the nearest chosen centre, or another cost); none when all of
 * these are 0. `byBlock` holds their sums over blocks of so many rows.
 */
export function drawCandidates(
  points: DrawnFrom,
  closest: Float32Array | Float64Array,
  byBlock: Float64Array,
  blockRows: number,
  candidates: number,
  random: Random,
  firstDraw: number,
): number[] {
  const total = byBlock.reduce((sum, x) => sum + x, 0);
  if (!(total > 0)) return [];
  const drawn: number[] = [];
  for (let n = 0; n < candidates; n++) {
    let left = random.uniform(firstDraw + n) * total;
    let block = 0;
    let lastBlock = 0;
    for (; block < byBlock.length; block++) {
      if (byBlock[block]! === 0) continue;
      lastBlock = block;
      if (left < byBlock[block]!) break;
      left -= byBlock[block]!;
    }
    drawn.push(drawInBlock(points, closest, Math.min(block, lastBlock), blockRows, left));
  }
  return drawn;
}

function drawInBlock(
  points: DrawnFrom,
  closest: Float32Array | Float64Array,
  block: number,
  blockRows: number,
  along: number,
): number {
  const end = Math.min(points.rows, (block + 1) * blockRows);
  let left = along;
  let last = block * blockRows;
  for (let i = block * blockRows; i < end; i++) {
    const share = closest[i]! * (points.weights?.[i] ?? 1);
    if (share === 0) continue;
    last = i;
    left -= share;
    if (left < 0) break;
  }
  return last;
}

/** The drawn row of the lowest potential, of equals the first; `out` holds the potentials by block and row drawn. */
export function lowestPotential(drawn: readonly number[], out: Float64Array, blocks: number): number {
  let best = drawn[0]!;
  let lowest = Infinity;
  drawn.forEach((row, n) => {
    let potential = 0;
    for (let b = 0; b < blocks; b++) potential += out[b * drawn.length + n]!;
    if (potential < lowest) {
      lowest = potential;
      best = row;
    }
  });
  return best;
}
