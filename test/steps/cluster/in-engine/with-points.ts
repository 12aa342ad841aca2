import { tmpdir } from "node:os";
import { afterAll, beforeAll } from "vitest";
import type { Compute } from "../../../../src/core/compute.ts";
import type { Engine, Table } from "../../../../src/core/context.ts";
import type { Sql } from "../../../../src/core/sql.ts";
import { preparePoints, type PreparedPoints } from "../../../../src/model/cluster/prepared-points.ts";
import { sql } from "../../../../src/sql/template.ts";
import { storePoints, type EnginePoints } from "../../../../src/steps/cluster/in-engine/points.ts";
import type { ModelFeature } from "../../../../src/steps/cluster/model.ts";
import { openCompute } from "../../../../src/workers/pool.ts";
import { openEngine } from "../../../engine/duckdb/with-engine.ts";
import { lcg, matrixOf } from "../../../model/cluster/data.ts";
import { column } from "../columns.ts";

export type Rows = readonly (readonly number[])[];

/** An engine and the numeric core for the tests of a file. */
export interface Both {
  readonly engine: Engine;
  readonly compute: Compute;
}

export function withBoth(threads = 2): () => Both {
  const compute = openCompute({ threads: 2 });
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await openEngine(tmpdir(), { threads });
  });
  afterAll(async () => {
    await engine?.close();
    await compute.close();
  });
  return () => ({ engine: engine!, compute });
}

/** A table of numeric columns `v_1` … from rows; NaN is missing. */
export async function tableOf(engine: Engine, rows: Rows): Promise<Table> {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, j) => ({
    name: `v_${j + 1}`,
    values: Float64Array.from(rows, (row) => row[j]!),
  }));
  const { relation, refs } = await engine.attach({ relation: sql`range(${rows.length})` }, rows.length, columns);
  return {
    relation,
    rows: rows.length,
    columns: columns.map(({ name }, j) => column(name, "number", { ref: refs[j]! })),
  };
}

/** A feature that is taken as it is. */
export function asItIs(name: string, given: Partial<ModelFeature> = {}): ModelFeature {
  const transform = { kind: "none", log1p: false, center: 0, scale: 1 } as const;
  return { column: name, source: name, missing: "drop", fill: null, transform, ...given };
}

/** Points in the engine from rows, unscaled; weights by row. */
export async function pointsOf(engine: Engine, rows: Rows, weights: readonly number[] | null): Promise<EnginePoints> {
  const table = await tableOf(engine, weights === null ? rows : rows.map((row, i) => [...row, weights[i]!]));
  const features = rows[0]!.map((_, j) => asItIs(`v_${j + 1}`));
  return storePoints(engine, table, features, weights === null ? null : weightOf(table));
}

/** A table's last column as its weights. */
export function weightOf(table: Table): Sql {
  return table.columns.at(-1)!.ref;
}

/** The same rows for the numeric core, above the caller's mark. */
export function preparedOf(compute: Compute, rows: Rows, weights: readonly number[] | null): PreparedPoints {
  const matrix = matrixOf(compute, rows);
  return preparePoints(compute, { matrix, weights: weights === null ? null : Float64Array.from(weights) });
}

/** Rows in another order, the same for the same seed. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const keys = lcg(items.length, seed);
  return Array.from(items.keys())
    .sort((a, b) => keys[a]! - keys[b]!)
    .map((i) => items[i]!);
}

/** Weights that are multiples of an eighth, some of them 0. */
export function eighths(rows: number, seed: number): number[] {
  return Array.from(lcg(rows, seed), (u) => Math.floor(u * 33) / 8);
}

/** Clustered rows whose values repeat: a grid of an eighth about `k` places. */
export function gridRows(rows: number, columns: number, k: number, seed: number): number[][] {
  const numbers = lcg(rows * (columns + 1), seed);
  return Array.from({ length: rows }, (_, i) => {
    const own = numbers.subarray(i * (columns + 1), (i + 1) * (columns + 1));
    const place = Math.floor(own[0]! * k);
    return Array.from(own.subarray(1), (u, j) => 4 * ((place >> j) & 3) + Math.floor(u * 16) / 8);
  });
}
