import { mixtureDefaults, type MixtureOptions } from "../../../src/model/cluster/gaussian-mixture.ts";
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { bumpRows, cloudRows } from "./data.ts";
import type { CovarianceType } from "../../../src/model/cluster/mixture-model.ts";

/** What `fixtures/reference/gaussian-mixture/make.py` records. */
export interface MixtureCase {
  readonly name: string;
  readonly data: {
    readonly file?: string;
    readonly kind?: "cloud" | "bumps";
    readonly rows?: number;
    readonly columns?: number;
    readonly seed?: number;
    readonly scale?: number;
    readonly offset?: number;
    readonly constant?: boolean;
    readonly outliers?: readonly number[];
  };
  readonly k: number;
  readonly type: CovarianceType;
  readonly rounds: number;
  readonly tol: number;
  readonly labels: "blocks" | "turns";
  readonly weights: number | null;
  readonly iterations: number;
  readonly converged: boolean;
  readonly lowerBound: number;
  readonly mixtureWeights: readonly number[];
  readonly means: readonly number[];
  readonly covariances: readonly number[] | null;
  readonly covarianceSum: number;
  readonly own: readonly number[];
  readonly shares: readonly number[];
  readonly predicted: string;
  readonly logLikelihood?: number;
  readonly bic?: number;
  readonly aic?: number;
  readonly entropy?: number;
  readonly bayesian?: Readonly<Record<string, string | number>>;
  readonly degreesOfFreedom?: readonly number[];
  readonly meanPrecision?: readonly number[];
  readonly logDensities?: readonly number[];
}

const folder = new URL("../../../fixtures/reference/", import.meta.url);
export const { cases: mixtureCases } = JSON.parse(
  readFileSync(new URL("gaussian-mixture/reference.json", folder), "utf8"),
) as { cases: readonly MixtureCase[] };

export function mixtureRows(data: MixtureCase["data"]): number[][] {
  const { rows = 0, columns = 0, seed = 0, scale = 1, offset = 0 } = data;
  const plain =
    data.file === undefined
      ? (data.kind === "cloud" ? cloudRows : bumpRows)(rows, columns, seed)
      : readFileSync(new URL(`k-means/${data.file}`, folder), "utf8")
          .trim()
          .split("\n")
          .map((line) => line.split(",").map(Number));
  const scaled = plain.map((row) => row.map((x) => x * scale + offset));
  const wide = data.constant === true ? scaled.map((row) => [...row, 5]) : scaled;
  return [...wide, ...(data.outliers ?? []).map((factor, i) => wide[i]!.map((x) => x * factor))];
}

/** The weight of each row, the same numbers over and over; null where the case has none. */
export function mixtureWeights({ weights }: MixtureCase, rows: number): number[] | null {
  return weights === null ? null : Array.from({ length: rows }, (_, i) => i % weights);
}

/** How a case is fitted. */
export function mixtureOptions(given: MixtureCase, rows: number): MixtureOptions {
  return {
    ...mixtureDefaults,
    k: given.k,
    covarianceType: given.type,
    maxIter: given.rounds,
    tol: given.tol,
    seed: 1,
    init: { labels: startingLabels(given, rows) },
  };
}

export function startingLabels(given: MixtureCase, rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) =>
    given.labels === "turns" ? i % given.k : Math.floor((i * given.k) / rows),
  );
}

/** Relative to the largest of the numbers, or of the number itself where it is alone. */
export function expectNear(found: ArrayLike<number>, expected: readonly number[], tolerance = 1e-9): void {
  expect(found.length).toBe(expected.length);
  const size = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const gap = expected.reduce((most, x, n) => Math.max(most, Math.abs(found[n]! - x)), 0);
  expect(gap).toBeLessThanOrEqual(tolerance * size);
}
