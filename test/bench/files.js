import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's folder, and the cache in which generated data and outputs lie (`BENCH_CACHE` to move it). */
export const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cache = process.env.BENCH_CACHE ?? join(top, "node_modules", ".cache", "segment-bench");

/** A file of the races' own code. */
export function here(name) {
  return join(top, "test", "bench", name);
}

/** The Python with the rivals: `PYTHON`, else the environment of `setup.sh`. */
export function python() {
  if (process.env.PYTHON !== undefined) return process.env.PYTHON;
  const own = join(cache, "venv", "bin", "python");
  if (!existsSync(own)) throw new Error("no Python with scikit-learn: run test/bench/setup.sh, or set PYTHON");
  return own;
}

/** The environment of both sides: two threads, and nothing that would hold a rival's library back. */
export function environment() {
  const { OPENBLAS_CORETYPE: _, ...rest } = process.env;
  return { ...rest, OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2", NO_COLOR: "1" };
}

/** Path of generated data, made when it is not there yet. */
export function data(kind, rows, columns, ending) {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `${kind}-${rows}x${columns}.${ending}`);
  if (!existsSync(path)) {
    const fresh = join(cache, `fresh-${process.pid}.${ending}`);
    execFileSync(python(), [here("generate.py"), kind, String(rows), String(columns), fresh], { env: environment() });
    renameSync(fresh, path);
  }
  return path;
}

/** Path of a file that a race writes. */
export function scratch(name) {
  mkdirSync(cache, { recursive: true });
  return join(cache, name);
}

/** Hands each row of a file of row-major doubles to `visit(index, row)`; the row is valid during the call. */
export function readDoubles(path, rows, columns, visit) {
  const descriptor = openSync(path, "r");
  const part = new Float64Array(columns * 16_384);
  const bytes = new Uint8Array(part.buffer);
  try {
    for (let row = 0; row < rows;) {
      const length = readSync(descriptor, bytes, 0, bytes.length, row * columns * 8);
      const held = length / (8 * columns);
      if (held < 1 || !Number.isInteger(held)) throw new Error(`${path} does not hold ${rows} × ${columns} doubles`);
      for (let i = 0; i < held; i++) visit(row + i, part.subarray(i * columns, (i + 1) * columns));
      row += held;
    }
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Distinct rows spread over a file, as starting centres; `aside` moves each coordinate by up to so much, so that rows
 * on a grid are not equally far from two of them, which rounding alone would decide.
 */
export function startingCentres(path, rows, columns, k, aside = 0) {
  const chosen = new Map();
  const step = Math.floor(rows / (4 * k));
  readDoubles(path, rows, columns, (at, row) => {
    const key = row.join();
    if (at % step === 0 && chosen.size < k && !chosen.has(key)) chosen.set(key, Array.from(row));
  });
  return [...chosen.values()].map((centre, c) => centre.map((x, j) => x + aside * Math.sin(1 + c * columns + j)));
}

/** Labels of a file of 32-bit integers. */
export function readLabels(path) {
  const bytes = readFileSync(path);
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
