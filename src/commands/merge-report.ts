import type { Block, Json, Report } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { labelSizes, labelSizesBlocks, type LabelSize } from "../report/label-sizes.ts";
import { formatCount } from "../report/number.ts";
import { accountBlock, accountJson } from "../report/row-account.ts";
import { sentenceBlocks } from "../report/sentences.ts";
import { finalSegments } from "../steps/cluster/merged-segments.ts";
import type { ClusterModel } from "../steps/cluster/model.ts";
import { compareLabels } from "../steps/cluster/labels.ts";
import type { OpenedTable } from "../steps/open-table.ts";

/** What the report of `merge` is made from. */
export interface MergeFacts {
  /** Null where only a model is merged. */
  readonly opened: OpenedTable | null;
  readonly joined: readonly string[];
  readonly into: string;
  /** Rows by segment before. */
  readonly counts: ReadonlyMap<string, number> | null;
  readonly model: ClusterModel | null;
  /** Columns that tell of the segments before. */
  readonly stale: readonly string[];
}

/** The report of `segment merge`: the segments after it. JSON schema `segment/merge@1`. */
export function mergeReport(version: string, facts: MergeFacts): Report {
  const { opened, joined, into, model, stale } = facts;
  const rows = opened?.table.rows ?? 0;
  const account = { used: rows, quarantined: opened?.quarantined ?? 0, out: rows };
  const sizes = sizesAfter(facts);
  const moved = joined
    .filter((label) => label !== into)
    .reduce((sum, label) => sum + (facts.counts?.get(label) ?? 0), 0);
  const notices = [...(opened?.warnings ?? [])];
  if (stale.length > 0) {
    const message = `${stale.join(", ")} still ${stale.length === 1 ? "tells" : "tell"} of the segments before; segment assign --with makes such columns anew`;
    notices.push({ code: "stale-columns", message });
  }
  const blocks: Block[] = [
    { kind: "title", parts: ["merge", `segments ${joined.join(", ")} are now ${into}`] },
    ...(sizes === null ? [] : labelSizesBlocks(sizes)),
    ...(model === null ? [] : sentenceBlocks(finalSegments(model), model.lang)),
    ...(opened === null ? [] : [accountBlock(account)]),
    ...notices.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  return {
    command: "merge",
    blocks,
    json: {
      schema: "segment/merge@1",
      version,
      ...accountJson(account),
      warnings: warningsOf(blocks),
      joined: joined.map(labelJson),
      into: labelJson(into),
      ...(sizes === null
        ? {}
        : { moved, segments: sizes.map(({ label, size, share }) => ({ segment: labelJson(label), size, share })) }),
      ...(model === null ? {} : { model: { segments: modelJson(model) } }),
    },
  };
}

function sizesAfter({ counts, joined, into }: MergeFacts): readonly LabelSize[] | null {
  if (counts === null) return null;
  const after = new Map([...counts].filter(([label]) => !joined.includes(label)));
  const parts = joined.map((label) => counts.get(label) ?? 0);
  after.set(
    into,
    parts.reduce((sum, size) => sum + size, 0),
  );
  const sizes = labelSizes([...after].sort(([a], [b]) => compareLabels(a, b)));
  return sizes.map((size) =>
    size.label === into ? { ...size, note: `= ${parts.map(formatCount).join(" + ")}` } : size,
  );
}

function modelJson(model: ClusterModel): readonly Json[] {
  const columns = model.features.map(({ column }) => column);
  return finalSegments(model).map(({ segment, size, share, name, description, centroid }) => ({
    segment,
    ...(name === undefined ? {} : { name }),
    size,
    share,
    centroid: Object.fromEntries(
      columns.map((column, j) => [column, Number.isFinite(centroid[j]) ? centroid[j]! : null]),
    ),
    description,
  }));
}

/** A segment's number as a number, its name as a text. */
function labelJson(label: string): Json {
  return /^[1-9]\d{0,14}$/.test(label) ? Number(label) : label;
}
