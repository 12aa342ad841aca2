import { afterAll, expect, test } from "vitest";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

const wasm = openCompute({ threads: 2, backend: "wasm" });
const plain = openCompute({ threads: 1, backend: "typescript" });
afterAll(() => wasm.close());

function pack(compute: typeof wasm, rows: number, columns: number, weighted: boolean): readonly ArrayLike<number>[] {
  const padded = Math.ceil(columns / 4) * 4;
  const values = compute.f64(rows * columns);
  values.set(lcg(rows * columns, 7).map((u) => (u - 0.3) * 1000));
  const weights = compute.f64(rows);
  weights.set(lcg(rows, 8));
  const shift = compute.f64(columns);
  shift.set(lcg(columns, 9));
  const packed = compute.f32(rows * padded);
  const blocks = Math.ceil(rows / 100);
  const out = compute.f64(blocks * (2 * columns + 1));
  const data = [rows, columns, padded, 100, values.byteOffset, weighted ? weights.byteOffset : 0, shift.byteOffset];
  compute.run("packPoints", blocks, [...data, 2 ** -8, packed.byteOffset, out.byteOffset]);
  return [packed.slice(), out.slice()];
}

const cases = [1, 2, 3, 5, 99, 100, 203].flatMap((rows) => [1, 3, 4, 6].map((columns) => ({ rows, columns })));

test.each(cases)("compiled and TypeScript packing agree to the bit: %o", ({ rows, columns }) => {
  for (const weighted of [false, true]) {
    expect(pack(wasm, rows, columns, weighted)).toEqual(pack(plain, rows, columns, weighted));
  }
});

test("a packed row is its values about the shift, scaled, with zeros behind", () => {
  const [packed] = pack(wasm, 5, 3, false);
  const shift = lcg(3, 9);
  const values = lcg(15, 7).map((u) => (u - 0.3) * 1000);
  const row2 = [0, 1, 2].map((j) => Math.fround((values[j * 5 + 2]! - shift[j]!) / 256));
  expect([8, 9, 10, 11].map((n) => packed?.[n])).toEqual([...row2, 0]);
});
