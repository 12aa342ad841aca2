import type { Block, Report } from "../../src/core/report.ts";
import { chooseKBlocks, clusterTitle } from "../../src/report/choose-k.ts";
import { columnsBlocks, warningsOf } from "../../src/report/columns.ts";
import { describeBlocks } from "../../src/report/describe.ts";
import { profileBlocks } from "../../src/report/profile.ts";
import { segmentSentences, sentenceBlocks } from "../../src/report/sentences.ts";
import { silhouetteBlocks } from "../../src/report/silhouette.ts";
import { sizesBlocks } from "../../src/report/sizes.ts";
import { structureBlocks } from "../../src/report/structure.ts";

/** The figures of a made-up run of three segments, used by the tests of all renderers. */
export const candidates = [
  candidate(2, 412_310.5, 0.412, 0.011, 48_213.4, 1.214, 0.311),
  candidate(3, 309_821.2, 0.613, 0.009, 61_022.9, 0.871, 0.152),
  candidate(4, 287_455.1, 0.478, 0.0042, 52_310.2, 1.032, 0.084),
  candidate(10, 158_002.3, 0.331, 0.012, 39_877.6, 1.341, 0.0004),
];

function candidate(
  k: number,
  inertia: number,
  silhouette: number,
  halfWidth: number,
  calinskiHarabasz: number,
  daviesBouldin: number,
  smallest: number,
) {
  return { k, inertia, silhouette, halfWidth, calinskiHarabasz, daviesBouldin, smallest };
}

/** 20 values falling evenly from `from` to `to`. */
function falling(from: number, to: number): readonly number[] {
  return Array.from({ length: 20 }, (_, at) => from + ((to - from) * at) / 19);
}

const columns = ["recency", "orders", "revenue", "emails_opened", "returns"];
const z = [
  [-0.92, 1.31, 2.14, 1.02, -0.61],
  [0.11, -0.22, -0.31, -0.45, 0.04],
  [1.62, -0.91, -0.72, -0.53, 0.02],
];

/** Everything that a clustering report may hold. */
export function sampleReport(): Report {
  const sentences = segmentSentences({ columns, segments: [1, 2, 3], z });
  const shares = [0.512, 0.336, 0.152];
  const blocks: readonly Block[] = [
    clusterTitle({
      lead: "choose k",
      method: "k-means",
      rows: 120_431,
      features: 5,
      seed: 42,
      seeding: "greedy",
      starts: 10,
    }),
    ...chooseKBlocks({ candidates, chosen: 3, knee: 3, tolerance: 0.01, criterion: "inertia" }),
    ...structureBlocks({
      isOther: false,
      verdict: "found",
      silhouette: 0.598,
      gaussian: { tables: 2, max: 0.24 },
      shuffled: { tables: 2, max: 0.31 },
      rows: 2000,
    }),
    ...silhouetteBlocks({
      segments: [
        { segment: 1, rows: 61_661, mean: 0.72, quantiles: falling(0.9, 0.1), belowZero: 0.003 },
        { segment: 2, rows: 40_465, mean: 0.31, quantiles: falling(0.65, -0.2), belowZero: 0.214 },
        { segment: 3, rows: 18_305, mean: 0.55, quantiles: falling(0.8, -0.04), belowZero: 0.061 },
      ],
      mean: 0.613,
      ci95: [0.604, 0.622],
      anchors: 10_000,
    }),
    ...sizesBlocks({
      segments: [
        { segment: 1, size: 61_661, share: 0.512, valueShare: 0.842 },
        { segment: 2, size: 40_465, share: 0.336, valueShare: 0.132 },
        { segment: 3, size: 18_305, share: 0.152, valueShare: 0.026 },
      ],
      valueColumn: "revenue",
      weighted: false,
      unassigned: 12,
    }),
    ...sentenceBlocks(
      [1, 2, 3].map((segment, s) => ({ segment, share: shares[s] ?? 0, description: sentences[s] ?? "" })),
    ),
    ...profileBlocks({
      columns,
      segments: [1, 2, 3],
      z,
      medians: [
        [12, 9, 1204.5, 14, 0],
        [55, 3, 180.25, 4, 0],
        [311, 1, 40, 1, 1],
      ],
      means: [
        [15.25, 9.75, 1530.125, 15.5, 0.25],
        [60.5, 3.25, 210.5, 4.75, 0.5],
        [330.125, 1.5, 52.25, 1.25, 0.625],
      ],
      everyone: { medians: [41, 4, 300, 5, 0], means: [80.5, 6.125, 862.75, 9.5, 0.375] },
      imputed: [
        [0, 0, 0.012, 0, 0],
        [0, 0, 0.081, 0, 0],
        [0, 0, 0.25, 0, 0],
      ],
    }),
    ...describeBlocks({
      segments: [1, 2, 3],
      categories: [
        {
          column: "country",
          values: [
            { value: "FR", everyone: 0.612, shares: [0.7, 0.55, 0.45] },
            { value: "BE", everyone: 0.2, shares: [0.1, 0.3, 0.3] },
            { value: null, everyone: 0.05, shares: [0.05, 0.05, 0.05] },
          ],
          rest: { values: 7, everyone: 0.138, shares: [0.15, 0.1, 0.2] },
        },
      ],
      numbers: [{ column: "age", everyone: 44, medians: [47, 41, null] }],
    }),
    ...columnsBlocks({
      used: columns.map((column) => ({
        column,
        scaling: column === "revenue" ? "log1p (skew 4.1 → 0.3), z-score" : "z-score",
        missing: column === "revenue" ? 8_430 : 0,
        missingShare: column === "revenue" ? 0.07 : 0,
        filledWith: column === "revenue" ? "median" : null,
        fill: column === "revenue" ? 301.25 : null,
      })),
      leftOut: [
        { column: "customer_id", reason: "an identifier by its name, and every value differs" },
        { column: "postcode", reason: "a code by its name" },
      ],
      correlated: [{ a: "orders", b: "revenue", r: 0.962 }],
    }),
  ];
  return {
    command: "cluster",
    blocks,
    json: {
      schema: "segment/cluster@1",
      version: "0.1.0",
      input: { rows: 120_431, used: 120_419, quarantined: 0 },
      merged: 0,
      grouped: 0,
      removed: 0,
      output: { rows: 120_431 },
      warnings: warningsOf(blocks),
    },
  };
}
