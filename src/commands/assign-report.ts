import type { Block, Json, Report } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { labelSizes, labelSizesBlocks } from "../report/label-sizes.ts";
import { formatCount } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import { sentenceBlocks } from "../report/sentences.ts";
import { sizesBlocks } from "../report/sizes.ts";
import type { AppliedModel } from "../steps/apply-models.ts";
import type { AppliedCluster } from "../steps/cluster/apply.ts";
import { finalSegments } from "../steps/cluster/merged-segments.ts";
import type { ClusterModel } from "../steps/cluster/model.ts";
import type { OpenedTable } from "../steps/open-table.ts";

/** The report of `assign`: what each model did, and the sizes of the segments. JSON schema `segment/assign@1`. */
export function assignReport(version: string, opened: OpenedTable, steps: readonly AppliedModel[]): Report {
  const account: RowAccount = {
    used: opened.table.rows,
    quarantined: opened.quarantined,
    grouped: steps.reduce((sum, { grouped }) => sum + grouped, 0),
    removed: steps.reduce((sum, { removed }) => sum + removed, 0),
    out: steps.at(-1)!.table.rows,
  };
  const parts = steps.findLast((step) => step.parts !== undefined)?.parts;
  const clusterings = steps.map(clusteringOf).filter((one) => one !== null);
  const warnings = [...opened.warnings, ...steps.flatMap((step) => step.warnings)];
  const blocks: Block[] = [
    { kind: "title", parts: ["assign", ...titleOf(opened, steps)] },
    ...(steps.length > 1 ? [stepsTable(steps)] : []),
    ...clusterings.flatMap(({ blocks: own }) => own),
    ...(parts === undefined
      ? []
      : labelSizesBlocks(labelSizes(parts), { name: "parts", heading: "sizes of the parts" })),
    accountBlock(account),
    ...warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  return {
    command: "assign",
    blocks,
    json: {
      schema: "segment/assign@1",
      version,
      ...accountJson(account),
      warnings: warningsOf(blocks),
      models: steps.map(({ of, added, removed, grouped }) => ({ step: of.step, added, removed, grouped })),
      ...clusterings.at(-1)?.json,
      ...(parts === undefined
        ? {}
        : {
            unassigned: parts.get("0") ?? 0,
            segments: labelSizes(parts).map(({ label, size, share }) => ({ segment: label, size, share })),
          }),
    },
  };
}

function titleOf(opened: OpenedTable, steps: readonly AppliedModel[]): readonly string[] {
  const rows = `${formatCount(opened.table.rows)} ${opened.table.rows === 1 ? "row" : "rows"}`;
  const [only] = steps;
  if (steps.length > 1 || only === undefined) return [rows, `${steps.length} saved models`];
  if (only.of.step !== "cluster") return [rows, `a saved model of ${only.of.step}`];
  const { model } = only.of;
  return [model.method, rows, `${finalSegments(model).length} segments of a saved model`];
}

function stepsTable(steps: readonly AppliedModel[]): Block {
  return {
    kind: "table",
    table: {
      name: "models",
      columns: [
        { header: "model of", align: "left" },
        { header: "rows left", align: "right" },
        { header: "columns added", align: "left", wrap: true, priority: 1 },
      ],
      rows: steps.map(({ of, table, added }) => ({
        cells: [of.step, formatCount(table.rows), added.length === 0 ? "none" : added.join(", ")],
      })),
    },
  };
}

function clusteringOf({ of, cluster }: AppliedModel): {
  readonly blocks: readonly Block[];
  readonly json: { readonly [key: string]: Json };
} | null {
  return of.step === "cluster" && cluster !== null ? clustering(of.model, cluster) : null;
}

function clustering(
  model: ClusterModel,
  { sizes: counts }: AppliedCluster,
): {
  readonly blocks: readonly Block[];
  readonly json: { readonly [key: string]: Json };
} {
  const unassigned = counts.get(0) ?? 0;
  const assigned = [...counts.values()].reduce((sum, rows) => sum + rows, 0) - unassigned;
  const segments = finalSegments(model).map(({ segment, name, description, share: shareAtFit }) => {
    const size = counts.get(segment) ?? 0;
    const share = assigned === 0 ? 0 : size / assigned;
    return { segment, ...(name === undefined ? {} : { name }), size, share, share_at_fit: shareAtFit, description };
  });
  const blocks = [
    ...sizesBlocks({
      segments: segments.map(({ segment, size, share }) => ({ segment, size, share, valueShare: null })),
      valueColumn: null,
      weighted: false,
      unassigned,
    }),
    ...sentenceBlocks(segments, model.lang),
  ];
  const columns = model.features.map(({ column }) => column);
  return { blocks, json: { columns, method: model.method, k: segments.length, unassigned, segments } };
}
