import type { Context } from "../core/context.ts";
import type { Lang } from "../core/lang.ts";
import type { Block, Json, Report } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { formatCount, formatFixed, formatShare } from "../report/number.ts";
import { accountBlock } from "../report/row-account.ts";
import { sentenceWords } from "../report/segment-words.ts";
import { finalSegments } from "../steps/cluster/merged-segments.ts";
import type { Split } from "../steps/cluster/split-segment.ts";
import type { OpenedTable } from "../steps/open-table.ts";
import { envelope } from "./cluster-facts.ts";

/** Why a segment that `--only` does not name is whole. */
export const notAsked = "not asked for";

/** A segment that was to be split. */
export interface ParentFacts {
  readonly label: string;
  readonly rows: number;
  readonly split: Split;
}

export interface WithinFacts {
  readonly opened: OpenedTable;
  readonly within: string;
  readonly method: string;
  readonly seed: number;
  readonly lang: Lang;
  readonly parents: readonly ParentFacts[];
  readonly unassigned: number;
  readonly weights: string | null;
}

type InParts = Extract<Split, { kind: "parts" }>;

/** The report of `cluster --within`: the parts of each segment, and those left whole. JSON schema `segment/cluster@1`, member `within`. */
export function withinReport(context: Context, facts: WithinFacts): Report {
  const { opened, within, method, seed, parents, unassigned } = facts;
  const { rows } = opened.table;
  const split = parents.filter((parent) => parent.split.kind === "parts");
  const blocks: Block[] = [
    {
      kind: "title",
      parts: [
        `cluster within ${within}`,
        method,
        `${formatCount(rows)} ${rows === 1 ? "row" : "rows"}`,
        `${split.length} of ${parents.length} segments split`,
        `seed ${seed}`,
      ],
    },
    ...parents.flatMap((parent) => (parent.split.kind === "parts" ? partsBlocks(parent, parent.split, facts) : [])),
    ...wholeBlocks(parents),
    ...(unassigned === 0
      ? []
      : [
          {
            kind: "text" as const,
            text: `${formatCount(unassigned)} rows are in no segment (0)`,
            emphasis: "dim" as const,
          },
        ]),
    accountBlock({ used: rows, quarantined: opened.quarantined, out: rows }),
    ...noticesOf(context, facts).map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  return {
    command: "cluster",
    blocks,
    json: {
      ...envelope(context, "segment/cluster@1", opened, warningsOf(blocks)),
      method,
      seed,
      weights: facts.weights,
      unassigned,
      within: { column: within, segments: parents.map(parentJson) },
    },
  };
}

function partsBlocks(
  { label, rows }: ParentFacts,
  { fit, model, numbered }: InParts,
  { lang, weights, method }: WithinFacts,
): readonly Block[] {
  const { silhouette, result } = fit.chosen;
  const parts = finalSegments(model);
  const longest = Math.max(...parts.map(({ share }) => share));
  const structure = fit.structure?.verdict === "clusters" ? "structure found" : "no structure found, split as asked";
  const mean = silhouette === null ? [] : [`silhouette ${formatFixed(silhouette.mean, 2)}`];
  const { colon } = sentenceWords[lang];
  const means = silhouettesOf({ fit, model, numbered });
  return [
    {
      kind: "heading",
      text: `segment ${label}: ${formatCount(rows)} rows in ${result.k} parts · ${[...(method === "auto" ? [model.method] : []), ...mean, structure].join(" · ")}`,
    },
    {
      kind: "table",
      table: {
        name: `within-${label.replaceAll(/[^\w.-]+/g, "-")}`,
        columns: [
          { header: "", align: "left" },
          { header: weights === null ? "rows" : "weight", align: "right" },
          { header: "share", align: "right" },
          { header: "silhouette", align: "right", priority: 1 },
          { header: "within the segment", align: "left", wrap: true },
        ],
        rows: parts.map(({ segment, size, share, name, description }, s) => ({
          segment,
          cells: [
            `${label}.${segment}`,
            formatCount(size),
            { text: formatShare(share), bar: longest > 0 ? share / longest : 0 },
            formatFixed(means[s] ?? Number.NaN, 2),
            `${name}${colon}${description}`,
          ],
        })),
        data: {
          columns: ["segment", "size", "share", "silhouette", "name", "description"],
          rows: parts.map(({ segment, size, share, name, description }, s) => [
            `${label}.${segment}`,
            size,
            share,
            means[s] ?? null,
            name ?? null,
            description,
          ]),
        },
      },
    },
    ...(numbered.unassigned === 0
      ? []
      : [
          {
            kind: "text" as const,
            text: `${formatCount(numbered.unassigned)} of its rows are in no part and keep ${label}`,
            emphasis: "dim" as const,
          },
        ]),
  ];
}

/** Mean silhouette of each part, in the order of their numbers. */
function silhouettesOf({
  fit,
  model,
  numbered,
}: Pick<InParts, "fit" | "model" | "numbered">): readonly (number | null)[] {
  const numbers = [...numbered.numbers];
  return finalSegments(model).map(
    ({ segment }) => fit.chosen.silhouette?.segments[numbers.indexOf(segment)]?.mean ?? null,
  );
}

function wholeBlocks(parents: readonly ParentFacts[]): readonly Block[] {
  const all = parents.flatMap(({ label, rows, split }) => (split.kind === "whole" ? [{ label, rows, split }] : []));
  const whole = all.filter(({ split }) => split.reason !== notAsked);
  const others = all.filter(({ split }) => split.reason === notAsked).map(({ label }) => label);
  const unasked: readonly Block[] =
    others.length === 0 ? [] : [{ kind: "text", text: `${notAsked}: ${others.join(", ")}`, emphasis: "dim" }];
  if (whole.length === 0) return unasked;
  return [
    { kind: "heading", text: "left whole" },
    {
      kind: "table",
      table: {
        name: "left-whole",
        columns: [
          { header: "", align: "left" },
          { header: "rows", align: "right" },
          { header: "why", align: "left", wrap: true },
        ],
        rows: whole.map(({ label, rows, split }) => ({ cells: [label, formatCount(rows), split.reason] })),
        data: {
          columns: ["segment", "rows", "reason"],
          rows: whole.map(({ label, rows, split }) => [label, rows, split.reason]),
        },
      },
    },
    ...unasked,
  ];
}

function noticesOf(context: Context, { opened, parents }: WithinFacts): readonly { code: string; message: string }[] {
  const stopped = parents.filter(({ split }) => split.kind === "parts" && !split.fit.chosen.result.converged);
  return [
    ...opened.warnings,
    ...stopped.map(({ label }) => ({
      code: "not-converged",
      message: `the fit of segment ${label} stopped before it had converged; raise --max-iter`,
    })),
    ...parents.flatMap(({ label, split }) =>
      split.kind === "whole" || split.nearerElsewhere === 0
        ? []
        : [
            {
              code: "nearer-elsewhere",
              message: `segment ${label}: ${formatCount(split.nearerElsewhere)} rows are nearer to the mean of another part than to that of their own; a saved model gives each row the nearest`,
            },
          ],
    ),
    ...(context.compute.backend === "typescript"
      ? [
          {
            code: "kernels-fallback",
            message: "WebAssembly threads are missing here: the numbers are the same, the run is slower",
          },
        ]
      : []),
  ];
}

function parentJson({ label, rows, split }: ParentFacts): Json {
  if (split.kind === "whole") return { segment: label, rows, split: false, reason: split.reason };
  const { fit, model, numbered } = split;
  const columns = model.features.map(({ column }) => column);
  const means = silhouettesOf(split);
  return {
    segment: label,
    rows,
    split: true,
    method: model.method,
    columns,
    k: fit.chosen.result.k,
    silhouette: fit.chosen.silhouette?.mean ?? null,
    structure: fit.structure === null ? null : fit.structure.verdict === "clusters" ? "found" : "none",
    in_no_part: numbered.unassigned,
    parts: finalSegments(model).map(({ segment, size, share, name, description, centroid }, s) => ({
      segment: `${label}.${segment}`,
      name: name!,
      size,
      share,
      silhouette: means[s]!,
      centroid: Object.fromEntries(
        columns.map((column, j) => [column, Number.isFinite(centroid[j]) ? centroid[j]! : null]),
      ),
      description,
    })),
  };
}
