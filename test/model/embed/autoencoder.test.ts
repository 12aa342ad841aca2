import { afterAll, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import {
  autoencoderDefaults,
  autoencoderError,
  encode,
  fitAutoencoder,
  type AutoencoderOptions,
} from "../../../src/model/embed/autoencoder.ts";
import { networkGradient, networkLoss, networkOutput, openNetwork } from "../../../src/model/embed/network.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { cloudRows, lcg, matrixOf } from "../cluster/data.ts";

const engines = [
  openCompute({ threads: 2, backend: "wasm" }),
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 4, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

/** Rows on a sheet that is bent in eight columns, with a little noise. */
function bentSheet(rows: number, seed: number): number[][] {
  const noise = lcg(8 * rows, seed + 1);
  return cloudRows(rows, 2, seed).map(([a, b], i) => {
    const [u, v] = [2 * a! - 1, 2 * b! - 1];
    const row = [u, v, u * u, u * v, v * v, Math.sin(3 * u), Math.cos(3 * v), Math.sin(2 * (u + v))];
    return row.map((x, j) => x + 0.05 * (noise[8 * i + j]! - 0.5));
  });
}

async function fit(
  engine: Compute,
  rows: readonly (readonly number[])[],
  options: Partial<AutoencoderOptions>,
  weights: Float64Array | null = null,
) {
  const mark = engine.mark();
  const matrix = matrixOf(engine, rows);
  const found = await fitAutoencoder(
    engine,
    { matrix, weights },
    { ...autoencoderDefaults, code: 2, seed: 1, ...options },
  );
  const codes = encode(engine, matrix, found.model);
  const whole = autoencoderError(engine, { matrix, weights }, found.model);
  const all = { ...found, whole, codes: { ...codes, values: codes.values.slice() } };
  engine.release(mark);
  return all;
}

/** A small network on given rows, and its loss by the definition. */
function smallNetwork(engine: Compute, rows: readonly (readonly number[])[]) {
  const sizes = [3, 5, 2, 4, 3];
  const matrix = matrixOf(engine, rows);
  const work = openNetwork(engine, sizes, { rows: rows.length, gradientRows: rows.length });
  work.parameters.set(lcg(work.parameters.length, 9).map((x) => 2 * x - 1));
  const weights = engine.f64(rows.length);
  weights.set(rows.map((_, i) => (i % 3) / 2));
  const means = engine.f64(3);
  means.set([0.5, 0.25, 0]);
  const list = engine.i32(rows.length);
  list.set(rows.map((_, i) => rows.length - 1 - i));
  const input = { values: matrix.values, rowStep: 1, columnStep: rows.length, weights, means, scale: 2 };
  const outputsOf = (row: readonly number[]): number[] => {
    let below = row.map((x, j) => 2 * (x - means[j]!));
    let at = 0;
    for (let l = 1; l < sizes.length; l++) {
      const [inputs, units] = [sizes[l - 1]!, sizes[l]!];
      const biases = at + units * inputs;
      below = Array.from({ length: units }, (_, u) => {
        const total = below.reduce(
          (sum, x, i) => sum + x * work.parameters[at + u * inputs + i]!,
          work.parameters[biases + u]!,
        );
        return l % 2 === 1 ? Math.tanh(total) : total;
      });
      at = biases + units;
    }
    return below;
  };
  const lossOf = (): number =>
    rows.reduce((sum, row, i) => {
      const squared = outputsOf(row).reduce((s, y, j) => s + (y - 2 * (row[j]! - means[j]!)) ** 2, 0);
      return sum + weights[i]! * squared;
    }, 0);
  return { sizes, matrix, work, input, list, lossOf, outputsOf };
}

test.each([engines[0], engines[3]])("the gradient agrees with finite differences of the loss: $backend", (engine) => {
  const mark = engine.mark();
  const { work, input, list, lossOf } = smallNetwork(engine, cloudRows(37, 3, 4));
  const gradient = new Float64Array(work.parameters.length);
  const loss = networkGradient(work, input, list, gradient);
  expect(Math.abs(loss / lossOf() - 1)).toBeLessThan(1e-12);
  expect(Math.abs(networkLoss(work, input, list) / loss - 1)).toBeLessThan(1e-14);
  const step = 1e-5;
  for (let p = 0; p < gradient.length; p++) {
    const at = work.parameters[p]!;
    work.parameters[p] = at + step;
    const above = lossOf();
    work.parameters[p] = at - step;
    const below = lossOf();
    work.parameters[p] = at;
    expect(Math.abs((above - below) / (2 * step) - 2 * gradient[p]!)).toBeLessThan(
      1e-7 * Math.max(1, Math.abs(gradient[p]!)),
    );
  }
  engine.release(mark);
});

test("a network's outputs are those of the definition, in blocks and in what is left of one", () => {
  const engine = engines[0];
  const mark = engine.mark();
  const rows = cloudRows(1100, 3, 5);
  const { sizes, matrix, work, input, outputsOf } = smallNetwork(engine, rows);
  const out = networkOutput(engine, matrix, { sizes, parameters: work.parameters.slice() }, input);
  rows.forEach((row, i) => {
    outputsOf(row).forEach((y, j) => expect(Math.abs(out[j * rows.length + i]! - y)).toBeLessThan(1e-13));
  });
  engine.release(mark);
});

test("on a bent sheet its held-out error is a small part of that of as many principal components", async () => {
  const found = await fit(engines[0], bentSheet(3000, 7), { epochs: 60 });
  expect(found.rows).toEqual({ train: 2700, heldOut: 300 });
  expect(found.error.heldOut).toBeLessThan(0.2 * found.pcaError.heldOut);
  expect(found.error.train).toBeLessThan(0.2 * found.pcaError.train);
  expect(found.pcaError.heldOut).toBeLessThan(found.meanError.heldOut);
  // 2,700 and 300 rows.
  expect(found.whole / (0.9 * found.error.train + 0.1 * found.error.heldOut)).toBeCloseTo(1, 12);
  expect(found.codes.columns).toEqual(["code1", "code2"]);
});

test("on a flat sheet principal components are as good, and it says so", async () => {
  const rows = cloudRows(1000, 2, 3).map(([u, v]) => [u!, v!, u! + v!, u! - v!, 2 * u!]);
  const found = await fit(engines[0], rows, { epochs: 30, hidden: 16 });
  expect(found.pcaError.heldOut).toBeLessThan(1e-20);
  expect(found.error.heldOut).toBeGreaterThan(found.pcaError.heldOut);
  expect(found.error.heldOut).toBeLessThan(0.02 * found.meanError.heldOut);
});

test("the same bits on any number of threads and on plain kernels, also with weights", async () => {
  const rows = bentSheet(701, 3);
  const weights = Float64Array.from(rows, (_, i) => (i % 4) / 2);
  const options = { epochs: 3, hidden: 9, batch: 100 };
  const first = await fit(engines[0], rows, options, weights);
  for (const engine of engines.slice(1)) expect(await fit(engine, rows, options, weights)).toEqual(first);
  expect(await fit(engines[0], rows, { ...options, seed: 2 }, weights)).not.toEqual(first);
});

test("training ends when the held-out error no longer falls, and the best pass is kept", async () => {
  // Noise without structure.
  const found = await fit(engines[0], cloudRows(200, 6, 8), { patience: 6, epochs: 500 });
  expect(found.converged).toBe(true);
  expect(found.epochs).toBeGreaterThanOrEqual(6);
  expect(found.bestEpoch).toBeLessThanOrEqual(found.epochs);
  expect(found.error.heldOut).toBeLessThanOrEqual(found.meanError.heldOut * 1.1);
});

test("errors are in the units of the columns", async () => {
  const rows = bentSheet(300, 5);
  const options = { epochs: 2, hidden: 8 };
  const plain = await fit(engines[0], rows, options);
  const large = await fit(
    engines[0],
    rows.map((row) => row.map((x) => 1024 * x)),
    options,
  );
  expect(large.error.heldOut / plain.error.heldOut / 1024 ** 2).toBeCloseTo(1, 9);
  expect(large.model.scale).toBe(plain.model.scale / 1024);
});

test("a table of equal rows is given back", async () => {
  const found = await fit(
    engines[0],
    Array.from({ length: 50 }, () => [1e6, 2, 3]),
    { epochs: 5, hidden: 4 },
  );
  expect(found.error).toEqual({ train: 0, heldOut: 0 });
  expect(found.meanError).toEqual({ train: 0, heldOut: 0 });
});

test("a code as long as a row and too few rows are refused", async () => {
  await expect(fit(engines[0], bentSheet(100, 1), { code: 8 })).rejects.toThrow("a code of 8 columns for rows of 8");
  await expect(fit(engines[0], bentSheet(10, 1), {})).rejects.toThrow("an autoencoder on 10 rows, 1 of them held out");
  await expect(fit(engines[0], bentSheet(100, 1), {}, new Float64Array(100))).rejects.toThrow(
    "rows of positive weight",
  );
});
