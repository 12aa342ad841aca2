import { expOf, logOf } from "../kernels/exp-log.ts";
import { createRandom } from "../random.ts";
import type { BlockSource } from "./block-source.ts";

/** Rows drawn from a stream, and what one pass over it tells. */
export interface DrawnRows {
  readonly count: number;
  /** count × columns, column-major. */
  readonly values: Float64Array;
  readonly weights: Float64Array;
  /** Rows of the stream. */
  readonly rows: number;
}

/**
 * At most `size` rows of a stream, each set of so many with the same chance, in one pass that holds no more than these and a block
 * (Li 1994, Reservoir-sampling algorithms of time complexity O(n(1 + log(N/n))), algorithm L). The draw depends on the seed and the
 * order of the rows, not on how they are cut into blocks. Weights go with their rows and have no part in the draw.
 */
export async function drawRows(source: BlockSource, size: number, seed: number): Promise<DrawnRows> {
  const { columns } = source;
  const random = createRandom(seed, "rows of a stream");
  const kept = new Float64Array(size * columns);
  const keptWeights = new Float64Array(size);
  let draws = 0;
  const logUniform = (): number => logOf(1 - random.uniform(draws++));
  let threshold = 1;
  let next = 0;
  let rows = 0;
  await source.restart();
  for (let block = await source.next(); block !== null; block = await source.next()) {
    const { matrix, weights } = block;
    const end = rows + matrix.rows;
    for (; next < end;) {
      const slot = next < size ? next : Math.floor(random.uniform(draws++) * size);
      const row = next - rows;
      for (let j = 0; j < columns; j++) kept[slot * columns + j] = matrix.values[j * matrix.rows + row]!;
      keptWeights[slot] = weights === null ? 1 : weights[row]!;
      next++;
      if (next < size) continue;
      threshold *= expOf(logUniform() / size);
      next += Math.floor(logUniform() / logOf(1 - threshold));
    }
    rows = end;
  }
  const count = Math.min(size, rows);
  const values = new Float64Array(count * columns);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < columns; j++) values[j * count + i] = kept[i * columns + j]!;
  }
  return { count, values, weights: keptWeights.slice(0, count), rows };
}
