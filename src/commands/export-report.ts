import type { Block, Json, JsonReport, Report, ReportRow } from "../core/report.ts";
import { formatCount, formatShare } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import type { ChosenColumns } from "../steps/export/choose-columns.ts";
import type { Fate, FateCounts } from "../steps/export/decide-rows.ts";
import type { SegmentFile } from "../steps/export/segment-files.ts";
import type { SuppressionList } from "../steps/export/suppression-list.ts";
import type { OpenedTable, Warning } from "../steps/open-table.ts";

/** What the report of `export` is made from. */
export interface ExportFacts {
  readonly version: string;
  readonly opened: Pick<OpenedTable, "table" | "quarantined">;
  readonly warnings: readonly Warning[];
  readonly counts: FateCounts;
  /** Of the filter, as they were written. */
  readonly conditions: readonly string[];
  readonly consents: readonly string[];
  readonly list: SuppressionList | null;
  readonly chosen: ChosenColumns;
  readonly escaped: number | null;
  readonly unhashed: number | null;
  readonly files: readonly SegmentFile[] | null;
}

/** The report of `export`: the funnel of rows, the files, the columns. JSON schema `segment/export@1`. */
export function exportReport(facts: ExportFacts): Report {
  const { opened, counts, files, chosen } = facts;
  const title = [
    "export",
    counts.kept === opened.table.rows
      ? count(counts.kept, "row")
      : `${formatCount(counts.kept)} of ${count(opened.table.rows, "row")}`,
    count(chosen.columns.length, "column"),
    ...(files === null ? [] : [count(files.length, "file")]),
  ];
  const blocks: Block[] = [
    { kind: "title", parts: title },
    ...funnelBlocks(facts),
    ...fileBlocks(facts),
    ...columnBlocks(facts),
    accountBlock(account(facts)),
    ...facts.warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  return { command: "export", blocks, json: exportJson(facts) };
}

/** Why rows were removed, in words: `filter: orders > 3 (12 rows), on the suppression list (3 rows)`. */
export function funnelWords(facts: ExportFacts): string {
  const parts = steps(facts).flatMap(({ fate, words }) =>
    facts.counts[fate] === 0 ? [] : [`${words} (${count(facts.counts[fate], "row")})`],
  );
  return parts.length === 0 ? "the table has none" : parts.join(", ");
}

interface Step {
  readonly fate: Fate;
  readonly words: string;
}

/** The steps that were asked for, in their order. */
function steps({ conditions, consents, list, files, counts }: ExportFacts): readonly Step[] {
  const consent = consents.join(", ");
  return [
    ...(conditions.length > 0 ? [{ fate: "filtered" as const, words: `filter: ${conditions.join(" and ")}` }] : []),
    ...(files !== null || counts.unassigned > 0 ? [{ fate: "unassigned" as const, words: "in no segment" }] : []),
    ...(consents.length > 0
      ? [
          { fate: "refused" as const, words: `no consent: a clear no in ${consent}` },
          { fate: "unclear" as const, words: "no consent: not a clear yes" },
          { fate: "silent" as const, words: "no consent: missing" },
        ]
      : []),
    ...(list === null
      ? []
      : [
          { fate: "unchecked" as const, words: "without a valid e-mail, so not to be checked" },
          { fate: "suppressed" as const, words: "on the suppression list" },
        ]),
  ];
}

function funnelBlocks(facts: ExportFacts): readonly Block[] {
  const { opened, counts } = facts;
  const asked = steps(facts).filter(({ fate }) => fate !== "unassigned" || counts.unassigned > 0);
  if (asked.length === 0) return [];
  let left = opened.table.rows;
  const rows: ReportRow[] = [{ cells: ["rows in", "", formatCount(left)] }];
  for (const { fate, words } of asked) {
    left -= counts[fate];
    rows.push({ cells: [words, counts[fate] === 0 ? "0" : `-${formatCount(counts[fate])}`, formatCount(left)] });
  }
  return [
    { kind: "heading", text: "rows that go out" },
    {
      kind: "table",
      table: {
        name: "funnel",
        columns: [
          { header: "step", align: "left", wrap: true },
          { header: "removed", align: "right" },
          { header: "left", align: "right" },
        ],
        rows,
        data: {
          columns: ["step", "removed"],
          rows: asked.map(({ fate, words }) => [words, counts[fate]]),
        },
      },
    },
  ];
}

const shownFiles = 40;

function fileBlocks({ files, counts }: ExportFacts): readonly Block[] {
  if (files === null) return [];
  const more: readonly Block[] =
    files.length > shownFiles
      ? [{ kind: "text", text: `and ${formatCount(files.length - shownFiles)} more files`, emphasis: "dim" }]
      : [];
  return [
    { kind: "heading", text: "files" },
    {
      kind: "table",
      table: {
        name: "files",
        columns: [
          { header: "file", align: "left" },
          { header: "rows", align: "right" },
          { header: "share", align: "left", priority: 1 },
        ],
        rows: files.slice(0, shownFiles).map(({ file, table, segment }) => {
          const share = table.rows / counts.kept;
          const cells = [file, formatCount(table.rows), { text: formatShare(share), bar: share }];
          return typeof segment === "number" && segment > 0 ? { cells, segment } : { cells };
        }),
        data: {
          columns: ["file", "rows", "share"],
          rows: files.map(({ file, table }) => [file, table.rows, table.rows / counts.kept]),
        },
      },
    },
    ...more,
  ];
}

/** What is not simply the table's own columns. */
function columnBlocks({ chosen, escaped }: ExportFacts): readonly Block[] {
  const listed = (names: readonly string[]): string =>
    names.slice(0, 12).join(", ") + (names.length > 12 ? ` and ${names.length - 12} more` : "");
  const made = chosen.columns.flatMap(({ name, from, form }) =>
    form === "hash" || name !== from.name
      ? [`${form === "hash" ? `SHA-256 of ${from.name}` : from.name} → ${name}`]
      : [],
  );
  const scaled = chosen.leftOut.flatMap(({ column, reason }) => (reason === "scaled" ? [column] : []));
  const lines = [
    ...(made.length > 0 ? [`renamed or made: ${listed(made)}`] : []),
    ...(scaled.length > 0 ? [`left out, for models only: ${listed(scaled)}; --columns would take them by name`] : []),
    ...(escaped === null ? [] : [`${count(escaped, "cell")} made safe for a spreadsheet by a leading '`]),
  ];
  return lines.map((text): Block => ({ kind: "text", text, emphasis: "dim" }));
}

function account({ opened, counts }: ExportFacts): RowAccount {
  const used = opened.table.rows;
  return { used, quarantined: opened.quarantined, removed: used - counts.kept, out: counts.kept };
}

function exportJson(facts: ExportFacts): JsonReport {
  const { counts, list, consents, files, chosen } = facts;
  const consented = counts.unchecked + counts.suppressed + counts.kept;
  return {
    schema: "segment/export@1",
    version: facts.version,
    ...accountJson(account(facts)),
    warnings: facts.warnings.map(({ code, message }) => ({ code, message })),
    filter: facts.conditions,
    funnel: {
      rows: facts.opened.table.rows,
      filtered: counts.filtered,
      unassigned: counts.unassigned,
      no_consent: counts.refused + counts.unclear + counts.silent,
      unchecked: counts.unchecked,
      suppressed: counts.suppressed,
      out: counts.kept,
    },
    consent:
      consents.length === 0
        ? null
        : { columns: consents, yes: consented, no: counts.refused, unclear: counts.unclear, missing: counts.silent },
    suppressed:
      list === null
        ? null
        : {
            listed: list.listed,
            unreadable: list.unreadable,
            matched: counts.suppressed,
            unchecked: counts.unchecked,
          },
    escaped: facts.escaped,
    unhashed: facts.unhashed,
    columns: chosen.columns.map(({ name, from, form }): Json => ({ column: name, from: from.name, form })),
    left_out: chosen.leftOut.map(({ column, reason }): Json => ({ column, reason })),
    files: files === null ? null : files.map(({ file, segment, table }): Json => ({ file, segment, rows: table.rows })),
  };
}

function count(number: number, word: string): string {
  return `${formatCount(number)} ${word}${number === 1 ? "" : "s"}`;
}
