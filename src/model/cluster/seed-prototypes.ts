import { createRandom } from "../random.ts";
import { drawByWeight, drawCandidates, lowestPotential } from "./draw-by-potential.ts";
import type { PrototypeWork } from "./prototype-work.ts";
import { sum } from "../stats/sum.ts";

const blockRows = 4096;

/**
 * Puts k rows of the table as prototypes into the work, by greedy k-means++ (Arthur and Vassilvitskii 2007) as `seedCentres` does
 * it, with the cost of k-prototypes in place of the squared distance, in f64. Needs k distinct rows of positive weight.
 */
export function seedPrototypes(work: PrototypeWork, seed: number, start: number): void {
  const { compute, rows, columns, k, scale, categories, weights } = work;
  const m = categories.columns.length;
  const random = createRandom(seed, `k-prototypes++ ${start}`);
  const candidates = 2 + Math.floor(Math.log(k));
  const from = { rows, weights, totalWeight: weights === null ? rows : sum(weights) };
  const mark = compute.mark();
  const blocks = Math.ceil(rows / blockRows);
  const closest = compute.f64(rows);
  closest.fill(Infinity);
  const centres = compute.f64(candidates * columns);
  const modes = compute.i32(candidates * m);
  const out = compute.f64(blocks * candidates);

  const potentials = (list: readonly number[], keep: boolean): void => {
    list.forEach((row, n) => copyRow(work, row, centres, modes, n));
    const sizes = [rows, columns, m, blockRows, list.length];
    const data = [work.values.byteOffset, work.weightsAt, categories.codes.byteOffset];
    const model = [centres.byteOffset, modes.byteOffset, work.gamma * scale * scale, scale];
    const rest = [closest.byteOffset, keep ? 1 : 0, out.byteOffset, work.scratch.byteOffset, work.scratchBytes];
    compute.run("prototypePotentials", blocks, [...sizes, ...data, ...model, ...rest]);
  };

  const chosen: number[] = [];
  let draws = 0;
  let next = drawByWeight(from, random.uniform(draws++));
  for (;;) {
    copyRow(work, next, work.centres, work.modes, chosen.length);
    chosen.push(next);
    if (chosen.length === k) break;
    potentials([next], true);
    const drawn = drawCandidates(from, closest, out.slice(0, blocks), blockRows, candidates, random, draws);
    draws += candidates;
    if (drawn.length === 0) {
      next = firstOther(work, chosen);
      continue;
    }
    potentials(drawn, false);
    next = lowestPotential(drawn, out, blocks);
  }
  compute.release(mark);
}

function copyRow(work: PrototypeWork, row: number, centres: Float64Array, modes: Int32Array, to: number): void {
  const { rows, columns, values, categories } = work;
  const m = categories.columns.length;
  for (let j = 0; j < columns; j++) centres[to * columns + j] = values[j * rows + row]!;
  for (let j = 0; j < m; j++) modes[to * m + j] = categories.codes[j * rows + row]!;
}

/** The first row that equals none of the chosen, for costs that underflow. */
function firstOther({ rows, values, weights, categories }: PrototypeWork, chosen: readonly number[]): number {
  const equal = (array: Float64Array | Int32Array, a: number, b: number): boolean => {
    for (let at = 0; at < array.length; at += rows) if (array[at + a] !== array[at + b]) return false;
    return true;
  };
  for (let i = 0; i < rows; i++) {
    if (weights !== null && weights[i] === 0) continue;
    if (!chosen.some((row) => equal(values, row, i) && equal(categories.codes, row, i))) return i;
  }
  return chosen[0]!;
}
