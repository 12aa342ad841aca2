import { afterAll, expect, test } from "vitest";
import { columnSumsBlock } from "../../../src/model/kernels/column-sums.ts";
import { openCompute } from "../../../src/workers/pool.ts";

const wasm = openCompute({ threads: 2, backend: "wasm" });
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => wasm.close());

function sums(compute: typeof wasm, rows: number, weighted: boolean, power: number): Float64Array {
  const columns = 3;
  const values = compute.f64(rows * columns);
  for (let i = 0; i < values.length; i++) values[i] = Math.sin(i * 12.9898) * 43758.5453;
  const weights = compute.f64(rows);
  for (let i = 0; i < rows; i++) weights[i] = (i % 5) / 4;
  const shift = compute.f64(columns);
  shift.set([0.1, -7, 1e5]);
  const blocks = Math.ceil(rows / columnSumsBlock);
  const out = compute.f64(blocks * columns);
  const weightsAt = weighted ? weights.byteOffset : 0;
  const args = [rows, columns, values.byteOffset, weightsAt, shift.byteOffset, power, out.byteOffset];
  compute.run("columnSums", blocks, args);
  return out.slice();
}

const cases = [1, 7, 8, 13, 8192, 20_001].flatMap((rows) =>
  [false, true].flatMap((weighted) => [1, 2].map((power) => ({ rows, weighted, power }))),
);

test.each(cases)("compiled and TypeScript sums agree to the bit: %o", ({ rows, weighted, power }) => {
  expect(sums(wasm, rows, weighted, power)).toEqual(sums(plain, rows, weighted, power));
});
