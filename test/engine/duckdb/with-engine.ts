import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import type { Engine } from "../../../src/core/context.ts";
import type { DelimitedSource, JsonSource, ParquetSource } from "../../../src/core/source.ts";
import { openDuckdb } from "../../../src/engine/duckdb/open.ts";

/** A scratch folder for the tests of a file, removed after them. */
export function scratch(): {
  path(name: string): string;
  put(name: string, content: string | Uint8Array): string;
  text(name: string): string;
} {
  const folder = mkdtempSync(join(tmpdir(), "segment-engine-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    put(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
    text: (name) => readFileSync(path(name), "utf8"),
  };
}

/** An engine of its own, to be closed by the caller. */
export function openEngine(
  spool: string,
  given: { threads?: number; memory?: number; signal?: AbortSignal } = {},
): Promise<Engine> {
  return openDuckdb({
    threads: given.threads ?? 2,
    memory: given.memory ?? 1 << 30,
    spool,
    signal: given.signal ?? new AbortController().signal,
  });
}

/** One engine for all tests of a file. */
export function sharedEngine(spool: string): () => Engine {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await openEngine(spool);
  });
  afterAll(() => engine?.close());
  return () => engine!;
}

const common = { spooled: false, compression: "none", encoding: "utf-8", evidence: [], quarantined: 0 } as const;

/** A comma-separated file with a header of one line. */
export function delimited(
  path: string,
  columns: readonly string[],
  rows: number,
  given: Partial<DelimitedSource> = {},
): DelimitedSource {
  return {
    ...common,
    label: "customers.csv",
    path,
    format: "csv",
    delimiter: ",",
    quote: '"',
    newline: "\n",
    columns,
    skip: 1,
    rows,
    sample: [],
    lineOf: (row) => Promise.resolve(row + 2),
    recordsAt: () => Promise.resolve([]),
    ...given,
  };
}

export function parquet(path: string, label = "customers.parquet"): ParquetSource {
  return { ...common, label, path, format: "parquet" };
}

export function json(path: string, format: "json" | "ndjson", label = `customers.${format}`): JsonSource {
  return { ...common, label, path, format };
}

/** The numeric memory as plain arrays: what the engine needs of it. */
export function plainCompute(): Compute {
  return {
    threads: 1,
    backend: "typescript",
    f64: (length) => new Float64Array(length),
    f32: (length) => new Float32Array(length),
    i32: (length) => new Int32Array(length),
    u8: (length) => new Uint8Array(length),
    mark: () => 0,
    release: () => undefined,
    run: () => undefined,
    breathe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
