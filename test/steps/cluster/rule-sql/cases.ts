import { readFileSync, writeFileSync } from "node:fs";
import { cluster } from "../../../../src/commands/cluster.ts";
import { methods } from "../../../../src/model/cluster/methods/index.ts";
import { mergeInModel } from "../../../../src/steps/cluster/merged-segments.ts";
import { readModel, toFitted, type ClusterModel } from "../../../../src/steps/cluster/model.ts";
import type { Extra } from "../../../../src/steps/cluster/settings.ts";
import { readModelFile } from "../../../../src/steps/model-file.ts";
import { callCommand } from "../../../../src/wire.ts";
import { lcg } from "../../../model/cluster/data.ts";

type ClusterGiven = Parameters<typeof callCommand<(typeof cluster)["options"]>>[2];

/** How a model is fitted, and on which of the tables. */
export interface RuleCase {
  readonly name: string;
  readonly table: "grid" | "cloud";
  readonly options: ClusterGiven;
  /** It adds no SQL to what the other cases have. */
  readonly isAlike?: true;
  /** Segments that are joined under one number afterwards, the two largest. */
  readonly joined?: true;
}

const grid = { columns: ["a", "b", "c"], scale: "none" } as const;
const scaled = { columns: ["a", "b", "c", "d"], missing: ["median", "d=drop"] } as const;
const cloud = { columns: ["a", "b"], scale: "none" } as const;

/** Every rule that a model may have, in each of its forms. */
export const ruleCases: readonly RuleCase[] = [
  {
    isAlike: true,
    name: "k-medoids, the nearest centre",
    table: "grid",
    options: { ...grid, method: "k-medoids", k: "3" },
  },
  ...(["full", "tied", "diagonal", "spherical"] as const).map((covariance): RuleCase => ({
    ...(covariance === "tied" || covariance === "spherical" ? { isAlike: true } : {}),
    name: `a mixture of ${covariance} covariances`,
    table: "grid",
    options: { ...scaled, method: "gmm", k: "3", covariance },
  })),
  {
    isAlike: true,
    name: "a variational mixture",
    table: "grid",
    options: { ...scaled, method: "bayesian-gmm", k: "5" },
  },
  { name: "a mixture with joined segments", table: "grid", joined: true, options: { ...grid, method: "gmm", k: "3" } },
  { name: "DBSCAN with all its core rows", table: "grid", options: { ...grid, method: "dbscan", epsilon: 2 } },
  { name: "DBSCAN with some of its core rows", table: "cloud", options: { ...cloud, method: "dbscan", epsilon: 0.03 } },
  { name: "OPTICS", table: "grid", options: { ...scaled, method: "optics", minSamples: 6 } },
  { isAlike: true, name: "Ward's tree", table: "grid", options: { ...grid, method: "hierarchical", k: "3" } },
  { name: "Genie", table: "grid", options: { ...grid, method: "genie", k: "4" } },
  { name: "HDBSCAN with all rows", table: "grid", options: { ...grid, method: "hdbscan", minClusterSize: 12 } },
  {
    isAlike: true,
    name: "HDBSCAN by its leaves, scaled rows",
    table: "grid",
    options: { ...scaled, method: "hdbscan", minClusterSize: 8, minSamples: 3, selection: "leaf" },
  },
  {
    isAlike: true,
    name: "HDBSCAN with joined segments",
    table: "grid",
    joined: true,
    options: { ...grid, method: "hdbscan" },
  },
  { name: "HDBSCAN with some of its rows", table: "cloud", options: { ...cloud, method: "hdbscan" } },
  {
    name: "k-prototypes",
    table: "grid",
    options: { ...scaled, method: "k-prototypes", k: "4", categories: ["plan", "country", "vip"] },
  },
  {
    name: "k-modes",
    table: "grid",
    options: { exclude: ["a", "b", "c", "d"], method: "k-prototypes", k: "3", categories: ["plan", "country"] },
  },
  {
    name: "medoids by Gower's distance",
    table: "grid",
    options: { ...scaled, method: "k-medoids", distance: "gower", k: "4", categories: ["plan", "country"] },
  },
  { name: "principal components", table: "grid", options: { ...scaled, k: "4", embed: "pca", embedSize: 2 } },
  {
    isAlike: true,
    name: "a mixture on principal components",
    table: "grid",
    options: { ...scaled, method: "gmm", k: "3", embed: "pca", embedSize: 2 },
  },
  { name: "an autoencoder", table: "grid", options: { ...scaled, k: "4", embed: "autoencoder", embedSize: 2 } },
  {
    isAlike: true,
    name: "HDBSCAN on an autoencoder",
    table: "grid",
    options: { ...scaled, method: "hdbscan", embed: "autoencoder", embedSize: 2 },
  },
];

/** What `--with` may ask of a model. */
export function extrasOf(model: ClusterModel): readonly Extra[] {
  const measured: readonly Extra[] = model.categories === undefined ? ["distance", "second"] : [];
  const figures = model.merged === undefined ? methods[model.method].figures : [];
  return ["name", ...measured, ...figures.filter((figure) => figure !== "outlier")];
}

/** Fits a case's model on a table, into a file. */
export async function fitCase(
  { table, options, joined }: RuleCase,
  put: (name: string, text: string) => string,
  path: string,
): Promise<ClusterModel> {
  const file = put(`fit-${table}.csv`, table === "grid" ? gridText(1, 360) : cloudText());
  await callCommand(cluster, [file], { ...options, threads: 1, saveModel: path, output: `${path}.out.csv` }, "0.0.0");
  const fitted = readModel(readModelFile(readFileSync(path, "utf8"), path));
  if (joined !== true) return fitted;
  const words = { name: "both", description: "both of them" };
  const merged = mergeInModel(fitted, [1, 2], 9, () => words);
  writeFileSync(path, JSON.stringify(toFitted(merged)));
  return readModel(readModelFile(readFileSync(path, "utf8"), path));
}

const header = "id,a,b,c,d,plan,country,vip\n";

/** Three blobs of whole numbers, of which many are equal or as far from each other, and rows anywhere; gaps, and words. */
export function gridText(seed: number, rows: number): string {
  const u = lcg(9 * rows, seed);
  const lines = Array.from({ length: rows }, (_, i) => {
    const own = u.subarray(9 * i, 9 * i + 9);
    const blob = i % 3;
    const isAnywhere = i % 11 === 7;
    const at = (j: number): number => {
      const spread = isAnywhere ? 40 : 3 + 2 * blob;
      return Math.floor(own[j]! * spread + own[j + 3]! * spread) + (isAnywhere ? -20 : 12 * ((blob >> (j & 1)) & 1));
    };
    const gap = (j: number): string => (i % 17 === 3 + j ? "" : String(at(j)));
    const plan = i % 23 === 4 ? "" : ["basic", "plus", "pro"][(blob + Math.floor(own[6]! * 1.4)) % 3];
    const country = ["FR", "DE", "IT", "ES"][Math.floor(own[7]! * 4)];
    const d = i % 19 === 5 ? "" : (10 * own[8]! + 3 * blob).toFixed(2);
    return `k${i},${gap(0)},${gap(1)},${at(2)},${d},${plan},${country},${own[6]! > 0.5 ? "yes" : "no"}\n`;
  });
  return header + lines.join("");
}

/** Two dense parts, one of them bent, and thin rows about them: more distinct ones than a model holds. */
function cloudText(): string {
  const u = lcg(4 * 12_000, 3);
  const lines = Array.from({ length: 12_000 }, (_, i) => {
    const [angle, r, x, y] = [...u.subarray(4 * i, 4 * i + 4)] as [number, number, number, number];
    if (i % 20 === 0) return `${(3 * x - 1.5).toFixed(6)},${(3 * y - 1.5).toFixed(6)}\n`;
    const turn = angle * 3;
    const [dx, dy] = i % 2 === 0 ? [Math.cos(turn), Math.sin(turn)] : [0.1 * angle, -0.4 + 0.1 * x];
    return `${(dx + 0.1 * r).toFixed(6)},${(dy + 0.1 * y).toFixed(6)}\n`;
  });
  return `a,b\n${lines.join("")}`;
}

/** Rows that no fit saw: others like them, far outliers, rows between segments, gaps in each column, words that are new. */
export function laterText(table: RuleCase["table"]): string {
  if (table === "grid") {
    const odd = [
      "f1,1000000,-1000000,3,5,basic,FR,yes",
      "f2,-1e9,1e9,1e9,-1e9,pro,DE,no",
      "f3,1e12,0,0,1,plus,XX,yes",
      "t1,9,9,6,5,gold,FR,no",
      "t2,12,6,8,4.5,,ES,yes",
      "t3,12,6,8,4.5,NA,ES,yes",
      "m1,,,,,,,",
      "m2,4,NA,5,2,plus,,no",
      "m3,-0,0,-0,0,pro,IT,",
      "m4,0,-0,0,-0,pro,IT,no",
    ];
    return `${gridText(2, 240)}${odd.join("\n")}\n`;
  }
  const u = lcg(400, 9);
  const lines = Array.from({ length: 200 }, (_, i) => `${3 * u[2 * i]! - 1.5},${3 * u[2 * i + 1]! - 1.5}`);
  return `a,b\n${lines.join("\n")}\n1e6,-1e6\n,0.2\n0.5,NA\n0.05,-0.35\n1,0.05\n`;
}
