import { readFileSync } from "node:fs";
import type { Compute } from "../../../src/core/compute.ts";
import { cloudRows, matrixOf } from "./data.ts";
import type { Points } from "../../../src/model/cluster/prepared-points.ts";

/** Data of a reference case, as `data` of fixtures/reference/density/make.py makes them. */
export interface DataSpec {
  readonly file?: string;
  readonly kind?: "cloud" | "bumps";
  readonly rows?: number;
  readonly columns?: number;
  readonly seed?: number;
  readonly scale?: number;
  readonly grid?: number;
  readonly power?: number;
  readonly constant?: number;
  readonly outlier?: number;
}

const files = new URL("../../../fixtures/reference/k-means/", import.meta.url);

/** The recorded cases. */
export function densityReference(): unknown {
  return JSON.parse(readFileSync(new URL("../density/reference.json", files), "utf8"));
}

export function dataRows(spec: DataSpec): number[][] {
  if (spec.file !== undefined) {
    const lines = readFileSync(new URL(spec.file, files), "utf8").trim().split("\n");
    return lines.slice(0, spec.rows).map((line) => line.split(",").map(Number));
  }
  return cloudRows(spec.rows!, spec.columns!, spec.seed!).map((row, i) =>
    row.map((u, j) => {
      const x = (spec.kind === "bumps" ? u + 3 * (Math.floor(i / 2 ** j) % 2) : u) * (spec.scale ?? 1);
      if (i === 0 && spec.outlier !== undefined) return spec.outlier;
      if (j === spec.constant) return 7;
      const rounded = spec.grid === undefined ? x : Math.floor(x * spec.grid) / spec.grid;
      return spec.power === 3 ? rounded * rounded * rounded : rounded;
    }),
  );
}

/** The points of a case; `weights` of n gives 1 … n by row. */
export function densityPoints(compute: Compute, spec: DataSpec, weights: number | null): Points {
  const rows = dataRows(spec);
  return {
    matrix: matrixOf(compute, rows),
    weights: weights === null ? null : Float64Array.from(rows, (_, i) => ((i * 7) % weights) + 1),
  };
}

/** Labels as the reference writes them: "0" for noise, then "1" … */
export function labelText(labels: ArrayLike<number>): string {
  return Array.from(labels, (label) => String.fromCodePoint(49 + label)).join("");
}
