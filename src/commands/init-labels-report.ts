import type { Block, Json } from "../core/report.ts";
import { agreementBlocks } from "../report/agreement.ts";
import { formatCount, formatShare } from "../report/number.ts";
import type { KeptCompany } from "../steps/cluster/init-labels.ts";

/** How labelled rows lie over the segments that started from them. */
export function keptCompanyBlocks(company: KeptCompany | null, tableRows: number): readonly Block[] {
  if (company === null) return [];
  const { column, labels, segments, aligned, agreement, rows, kept, unassigned } = company;
  const text = `${formatCount(kept)} of ${formatCount(rows)} labelled rows (${formatShare(kept / rows)}) are in the segment that goes with their label`;
  const blocks = agreementBlocks({
    kind: "truth",
    against: `the labels of ${column}`,
    segments: segments.map(String),
    classes: labels,
    counts: countsOf(company),
    agreement,
    assigned: null,
    aligned,
    rows,
    left: tableRows - rows,
    unmatched: 0,
  });
  const more = unassigned === 0 ? "" : `; ${formatCount(unassigned)} are in no segment`;
  return [blocks[0]!, { kind: "text", text: text + more, emphasis: "strong" }, ...blocks.slice(1)];
}

/** The same, as the JSON report has it. */
export function keptCompanyJson(company: KeptCompany | null): { readonly [key: string]: Json } {
  if (company === null) return {};
  const { column, labels, segments, aligned, agreement, rows, kept, unassigned } = company;
  return {
    init_labels: {
      column,
      labels,
      rows,
      kept,
      unassigned,
      ari: agreement.ari,
      ami: agreement.ami,
      v_measure: agreement.vMeasure,
      segments: segments.map((segment, s) => ({
        segment,
        label: labels[aligned[s]!] ?? null,
        counts: countsOf(company)[s]!,
      })),
    },
  };
}

function countsOf({ contingency: { rows, columns, counts } }: KeptCompany): readonly (readonly number[])[] {
  return Array.from({ length: rows }, (_, s) => Array.from(counts.subarray(s * columns, (s + 1) * columns)));
}
