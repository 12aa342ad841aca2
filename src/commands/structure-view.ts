import type { Json } from "../core/report.ts";
import type { MethodName } from "../model/cluster/clustering.ts";
import type { Structure } from "../model/metrics/structure.ts";
import type { structureBlocks } from "../report/structure.ts";

/** The test of structure as its blocks take it; null: nobody asked. */
export function structureView(structure: Structure | null, method: MethodName): Parameters<typeof structureBlocks>[0] {
  if (structure === null) return { verdict: "not judged", reason: "nobody asked" };
  return {
    verdict: structure.verdict === "clusters" ? "found" : "none",
    silhouette: structure.observed,
    gaussian: structure.gaussian,
    shuffled: structure.shuffled,
    rows: structure.rows,
    isOther: method !== "k-means",
  };
}

/** The verdict in one word; null: nobody asked. */
export function structureWord(structure: Structure | null): "found" | "none" | null {
  return structure === null ? null : structure.verdict === "clusters" ? "found" : "none";
}

/** What it was measured against, as the JSON reports have it. */
export function structureJson(structure: Structure | null): Json {
  if (structure === null) return null;
  const { observed, gaussian, shuffled, rows } = structure;
  return {
    rows,
    silhouette: observed,
    gaussian: { ...gaussian },
    shuffled: shuffled === null ? null : { ...shuffled },
  };
}
