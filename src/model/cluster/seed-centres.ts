import type { Compute } from "../../core/compute.ts";
import { seedScratch } from "../kernels/seed-potentials.ts";
import { createRandom } from "../random.ts";
import { drawByWeight, drawCandidates, lowestPotential } from "./draw-by-potential.ts";
import type { PreparedPoints } from "./prepared-points.ts";

const blockRows = 4096;

/**
 * Starting centres (k × columns, row-major, in the data's units) by greedy k-means++ (Arthur and Vassilvitskii
 * 2007; 2 + ⌊ln k⌋ candidates for each, the one that lowers the potential most is kept). Weights multiply the
 * chance to be drawn. Distances are f32; the centres are rows of the table. Needs k distinct rows of positive
 * weight. Two passes over the packed points for each centre.
 */
export function seedCentres(
  compute: Compute,
  points: PreparedPoints,
  k: number,
  seed: number,
  start: number,
): Float64Array {
  const { rows, columns, padded } = points;
  const random = createRandom(seed, `k-means++ ${start}`);
  const candidates = 2 + Math.floor(Math.log(k));
  const mark = compute.mark();
  const blocks = Math.ceil(rows / blockRows);
  const closest = compute.f32(Math.ceil(rows / 8) * 8);
  closest.fill(3e38);
  const batch = compute.f32(candidates * padded);
  const out = compute.f64(blocks * candidates);
  const scratchBytes = Math.ceil(seedScratch(padded, candidates) / 64) * 64;
  const scratch = compute.u8(scratchBytes * compute.threads);
  const chosen: number[] = [];

  /** Potentials of the listed rows as next centre, by block; one row kept lowers `closest` for good. */
  const potentials = (list: readonly number[], keep: boolean): void => {
    list.forEach((row, n) => batch.set(points.packed.subarray(row * padded, (row + 1) * padded), n * padded));
    const data = [rows, columns, padded, blockRows, points.packed.byteOffset, points.weights?.byteOffset ?? 0];
    const rest = [closest.byteOffset, keep ? 1 : 0, out.byteOffset, scratch.byteOffset, scratchBytes];
    compute.run("seedPotentials", blocks, [...data, batch.byteOffset, list.length, ...rest]);
  };

  let draws = 0;
  let next = drawByWeight(points, random.uniform(draws++));
  for (;;) {
    chosen.push(next);
    if (chosen.length === k) break;
    potentials([next], true);
    const drawn = drawCandidates(points, closest, out.slice(0, blocks), blockRows, candidates, random, draws);
    draws += candidates;
    if (drawn.length === 0) {
      next = farthestRow(points, chosen);
      continue;
    }
    potentials(drawn, false);
    next = lowestPotential(drawn, out, blocks);
  }
  compute.release(mark);
  const centres = new Float64Array(k * columns);
  chosen.forEach((row, c) => {
    for (let j = 0; j < columns; j++) centres[c * columns + j] = points.values[j * rows + row]!;
  });
  return centres;
}

/**
 * The row farthest from the chosen ones, in f64: for rows so near one another that f32 sees no distance. Where
 * squares underflow too, the first row that equals none of them.
 */
function farthestRow(points: PreparedPoints, chosen: readonly number[]): number {
  const { rows, columns, values, weights, scale } = points;
  let farthest = -1;
  let distance = -1;
  for (let i = 0; i < rows; i++) {
    if (weights !== null && weights[i] === 0) continue;
    let nearest = Infinity;
    let equal = false;
    for (const c of chosen) {
      let squared = 0;
      let same = true;
      for (let j = 0; j < columns; j++) {
        const x = (values[j * rows + i]! - values[j * rows + c]!) * scale;
        squared += x * x;
        same &&= values[j * rows + i] === values[j * rows + c];
      }
      nearest = Math.min(nearest, squared);
      equal ||= same;
    }
    if (!equal && nearest > distance) {
      farthest = i;
      distance = nearest;
    }
  }
  return farthest;
}
