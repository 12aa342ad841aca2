import type { Block } from "../core/report.ts";
import { formatCount, formatFixed } from "./number.ts";

/** Whether the data has more structure than tables without any; silhouettes are the best over k, on the same rows. */
export type StructureInput =
  | {
      readonly verdict: "found" | "none";
      readonly silhouette: number;
      /** Best silhouettes of tables drawn from one Gaussian of the same covariance. */
      readonly gaussian: readonly number[];
      /** Best silhouettes of tables with each column shuffled alone; null with one column. */
      readonly shuffled: readonly number[] | null;
      readonly rows: number;
    }
  | { readonly verdict: "not judged"; readonly reason: string };

/** The verdict in one line, and beneath it what it was measured against. */
export function structureBlocks(input: StructureInput): readonly Block[] {
  if (input.verdict === "not judged") {
    return [{ kind: "text", text: `structure: not judged, ${input.reason}` }];
  }
  const { silhouette, gaussian, shuffled, rows } = input;
  const best = formatFixed(silhouette, 2);
  const references = [
    `${gaussian.length} drawn from one Gaussian cloud (highest ${highest(gaussian)})`,
    ...(shuffled === null ? [] : [`${shuffled.length} with each column shuffled (highest ${highest(shuffled)})`]),
  ].join(" and ");
  const verdict = input.verdict === "found" ? "structure: found" : "structure: none, these segments cut one cloud";
  const against = input.verdict === "found" ? "exceeds those of" : "does not exceed those of all";
  return [
    { kind: "text", text: verdict, emphasis: "strong" },
    {
      kind: "text",
      text: `best silhouette ${best} ${against} reference tables without structure: ${references}; on ${formatCount(rows)} rows`,
      emphasis: "dim",
    },
  ];
}

function highest(values: readonly number[]): string {
  return formatFixed(Math.max(...values), 2);
}
