import type { Block } from "../core/report.ts";
import { formatCount, formatFixed } from "./number.ts";

/** Tables without structure, and the best silhouette of any of them. */
interface References {
  readonly tables: number;
  readonly max: number;
}

/** Whether the data has more structure than tables without any; silhouettes are the best over k, on the same rows. */
export type StructureInput =
  | {
      readonly verdict: "found" | "none";
      readonly silhouette: number;
      /** Tables drawn from one Gaussian of the same covariance. */
      readonly gaussian: References;
      /** Tables with each column shuffled alone; null with one column. */
      readonly shuffled: References | null;
      readonly rows: number;
      /** Whether the segments that are shown are those of another method than k-means, whose silhouettes these are. */
      readonly isOther: boolean;
    }
  | { readonly verdict: "not judged"; readonly reason: string };

/** The verdict in one line, and beneath it what it was measured against. */
export function structureBlocks(input: StructureInput): readonly Block[] {
  if (input.verdict === "not judged") {
    return [{ kind: "text", text: `structure: not judged, ${input.reason}` }];
  }
  const { silhouette, gaussian, shuffled, rows, isOther } = input;
  const highest = Math.max(gaussian.max, shuffled?.max ?? gaussian.max);
  // As many decimals as it takes to see which is higher.
  const decimals = [2, 3].find((count) => formatFixed(silhouette, count) !== formatFixed(highest, count)) ?? 4;
  const best = formatFixed(silhouette, decimals);
  const told = ({ tables, max }: References, how: string): string =>
    `${tables} ${how} (highest ${formatFixed(max, decimals)})`;
  const references = [
    told(gaussian, "drawn from one Gaussian cloud"),
    ...(shuffled === null ? [] : [told(shuffled, "with each column shuffled")]),
  ].join(" and ");
  const verdict =
    input.verdict === "found"
      ? "structure: found"
      : isOther
        ? "structure: none that k-means sees, these segments may cut one cloud"
        : "structure: none, these segments cut one cloud";
  const against = input.verdict === "found" ? "exceeds those of" : "does not exceed those of all";
  return [
    { kind: "text", text: verdict, emphasis: "strong" },
    {
      kind: "text",
      text: `best silhouette ${isOther ? "of k-means " : ""}${best} ${against} reference tables without structure: ${references}; on ${formatCount(rows)} rows`,
      emphasis: "dim",
    },
  ];
}
