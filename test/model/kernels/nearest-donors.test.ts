import { afterAll, expect, test } from "vitest";
import { fillByKnn, fitKnn } from "../../../src/model/impute/knn.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

const engines = [1, 2, 3].map((threads) => openCompute({ threads, backend: "wasm" }));
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => Promise.all([...engines, plain].map((engine) => engine.close())));

/** Numbers with ties and gaps, and a column of three categories. */
function table(rows: number, columns: number) {
  const values = Float64Array.from(lcg(rows * columns, rows), (u, i) => {
    if ((i * 7) % 10 < 2) return Number.NaN;
    const isCategory = i >= rows * (columns - 1);
    return isCategory ? Math.floor(3 * u) : i % 3 === 0 ? Math.round(8 * u) : 10 * u;
  });
  return { rows, values, levels: Array.from({ length: columns }, (_, j) => (j === columns - 1 ? 3 : 0)) };
}

const cases = [1, 2, 17, 255, 256, 257, 700].flatMap((rows) =>
  [2, 5].flatMap((columns) => (["uniform", "distance"] as const).map((weights) => ({ rows, columns, weights }))),
);

test.each(cases)(
  "compiled and TypeScript neighbours fill the same bits on any threads: %o",
  ({ rows, columns, weights }) => {
    const given = table(rows, columns);
    const fill = (compute: (typeof engines)[number]): Float64Array => {
      const copy = { ...given, values: given.values.slice() };
      const model = fitKnn(compute, given, { neighbors: 4, weights, scaled: true, seed: 1 });
      fillByKnn(
        compute,
        model,
        copy,
        given.levels.map((_, j) => j),
      );
      return copy.values;
    };
    const expected = fill(plain);
    for (const engine of engines) expect(fill(engine)).toEqual(expected);
  },
);
