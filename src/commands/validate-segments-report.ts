import type { Block, ReportRow, ReportTable } from "../core/report.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount, formatFixed, formatShare } from "../report/number.ts";
import { embeddingSize } from "../model/embed/embedding.ts";
import { refitBlocks } from "../report/refits.ts";
import { rulesBlocks } from "../report/rules.ts";
import { separationBlocks } from "../report/separation.ts";
import { structureBlocks } from "../report/structure.ts";
import {
  stabilityWords,
  type JudgedSegment,
  type SegmentFigures,
  type StabilityFigures,
  type TreeFigure,
} from "../steps/validate/judge-segments.ts";
import type { SegmentSpace } from "../steps/validate/segment-features.ts";
import { scalingWords } from "./cluster-report.ts";
import { rulesView } from "./rules-view.ts";
import { structureView } from "./structure-view.ts";
import { separationView } from "./validate-json.ts";
import type { SegmentFacts } from "./validate-report.ts";

const valueWidth = 32;
const shownColumns = 12;
const embeddingWords = { pca: "principal components", autoencoder: "columns of the autoencoder's code" } as const;

/** The segments of a table: sizes, silhouettes and indices, what parts them, how stable they are, and rules for them. */
export function segmentBlocks(facts: SegmentFacts): readonly Block[] {
  const { column, space, figures, stability, known, names } = facts;
  const { segments, silhouette } = figures;
  const longest = segments.reduce((most, { share }) => Math.max(most, share), 0);
  const row = (segment: JudgedSegment): ReportRow => {
    return {
      ...(typeof segment.segment === "number" ? { segment: segment.segment } : {}),
      cells: [
        cutMiddle(visibleText(String(segment.segment)), valueWidth),
        ...(names.size === 0 ? [] : [cutMiddle(visibleText(names.get(Number(segment.segment)) ?? ""), valueWidth)]),
        formatCount(segment.size),
        { text: formatShare(segment.share), bar: longest > 0 ? segment.share / longest : 0 },
        segment.silhouette === null ? "—" : formatFixed(segment.silhouette, 2),
        segment.belowZero === null ? "—" : formatShare(segment.belowZero),
      ],
    };
  };
  return [
    { kind: "heading", text: `segments in column ${column}: ${formatCount(segments.length)}` },
    {
      kind: "table",
      table: {
        name: "segments",
        columns: [
          { header: "", align: "right" },
          ...(names.size === 0 ? [] : [{ header: "name", align: "left" as const, priority: 2 }]),
          { header: "rows", align: "right" },
          { header: "share", align: "right" },
          { header: "silhouette", align: "right" },
          { header: "<0", align: "right", priority: 1 },
        ],
        rows: segments.map(row),
        data: {
          columns: ["segment", "rows", "share", "silhouette", "share_below_zero", "jaccard", "dissolved", "recovered"],
          rows: segments.map((one, c) => {
            const own = stability?.segments[c];
            const { segment, size, share, silhouette: mean, belowZero } = one;
            const stable = [own?.jaccard ?? null, own?.dissolved ?? null, own?.recovered ?? null];
            return [segment, size, share, mean, belowZero, ...stable];
          }),
        },
      },
    },
    ...(space === null ? [] : [dim(silhouetteSentence(silhouette, figures.noise))]),
    dim(indexSentence(figures, facts.tree)),
    ...(space === null ? [] : [dim(spaceSentence(space, known !== null))]),
    ...separationBlocks(separationView(facts), facts.kpis.length > 0),
    ...(stability === null ? [] : stabilityBlocks(stability, segments)),
    ...(facts.rules === null ? [] : rulesBlocks(rulesView(facts.rules))),
  ];
}

function silhouetteSentence(silhouette: SegmentFigures["silhouette"], noise: number): string {
  if (silhouette === null) return "no silhouette: it takes two segments";
  const { mean, ci95, anchors } = silhouette;
  const figure = `mean silhouette ${formatFixed(mean, 3)}`;
  const zeros = noise === 0 ? "" : "; rows in no segment count as 0";
  if (ci95 === null || anchors === null) return `${figure}, exact: every row against every row${zeros}`;
  const range = `${formatFixed(ci95[0], 3)} to ${formatFixed(ci95[1], 3)}`;
  return `${figure}, ${range} (95% interval of the sampling alone: ${formatCount(anchors)} rows against all)${zeros}`;
}

function indexSentence(
  { calinskiHarabasz, daviesBouldin, dunn, noise, rows }: SegmentFigures,
  tree: TreeFigure | null,
): string {
  const parts = [
    ...(calinskiHarabasz === null ? [] : [`Calinski-Harabasz ${formatFixed(calinskiHarabasz, 1)}`]),
    ...(daviesBouldin === null ? [] : [`Davies-Bouldin ${formatFixed(daviesBouldin, 2)}`]),
    ...(dunn === null
      ? []
      : [
          `Dunn ${formatFixed(dunn.index, 3)}${dunn.rows < rows - noise ? ` (on ${formatCount(dunn.rows)} rows)` : ""}`,
        ]),
    ...(tree === null || tree.correlation === null
      ? []
      : [`cophenetic correlation ${formatFixed(tree.correlation, 2)}`]),
    noise === 0
      ? "every row in a segment"
      : `${formatCount(noise)} ${noise === 1 ? "row" : "rows"} (${formatShare(noise / rows)}) in no segment`,
  ];
  return parts.join(", ");
}

function spaceSentence({ features, embedding }: SegmentSpace, isModel: boolean): string {
  const shown = features.slice(0, shownColumns).map((feature) => {
    return `${cutMiddle(visibleText(feature.column), valueWidth)} (${scalingWords(feature)})`;
  });
  const more = features.length > shownColumns ? ` and ${features.length - shownColumns} more` : "";
  const how = isModel ? "as in the model" : "as cluster chooses and scales by default";
  const space = embedding === null ? "by" : `in the ${embeddingSize(embedding)} ${embeddingWords[embedding.kind]} of`;
  return `judged ${space} ${shown.join(", ")}${more}: ${how}`;
}

function stabilityBlocks(
  { by, draws, rows, of, refits, structure, segments }: StabilityFigures,
  judged: readonly JudgedSegment[],
): readonly Block[] {
  const from =
    rows < of
      ? `${formatCount(rows)} rows, a sample of ${formatCount(of)}`
      : `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}`;
  return [
    { kind: "heading", text: `stability over ${draws} bootstrap draws from ${from}, each divided by ${by.method}` },
    { kind: "table", table: stabilityTable(segments, judged) },
    dim(
      "Jaccard: mean of each draw's largest coefficient with a segment of its fit; dissolved: draws at 0.5 or less, " +
        "recovered: draws above 0.75",
    ),
    ...(refits === null ? [] : refitBlocks(by.method, refits)),
    ...(structure === null ? [] : structureBlocks(structureView(structure, by.method))),
  ];
}

function stabilityTable(stabilities: StabilityFigures["segments"], judged: readonly JudgedSegment[]): ReportTable {
  const right = { align: "right" as const };
  return {
    name: "stability",
    columns: [
      { header: "", ...right },
      { header: "Jaccard", ...right },
      { header: "dissolved", ...right },
      { header: "recovered", ...right },
      { header: "", align: "left" },
    ],
    rows: judged.map(({ segment }, c) => {
      const own = stabilities[c] ?? null;
      return {
        ...(typeof segment === "number" ? { segment } : {}),
        cells: [
          cutMiddle(visibleText(String(segment)), valueWidth),
          ...(own === null
            ? ["—", "—", "—", "no row drawn from"]
            : [
                { text: formatFixed(own.jaccard, 2), bar: own.jaccard, style: "line" as const },
                String(own.dissolved),
                String(own.recovered),
                stabilityWords(own.jaccard),
              ]),
        ],
      };
    }),
    data: {
      columns: ["segment", "jaccard", "dissolved", "recovered", "stability"],
      rows: judged.map(({ segment }, c) => {
        const own = stabilities[c] ?? null;
        return own === null
          ? [segment, null, null, null, null]
          : [segment, own.jaccard, own.dissolved, own.recovered, stabilityWords(own.jaccard)];
      }),
    },
  };
}

function dim(text: string): Block {
  return { kind: "text", text, emphasis: "dim" };
}
