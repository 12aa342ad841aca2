import type { Block, Cell, Json, ReportRow, ReportTable } from "../core/report.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCompact, formatCount, formatFixed, formatShare } from "../report/number.ts";
import type { CrossTable, CrossTables } from "../steps/profile/cross-tables.ts";

/** Tables that are drawn, those that differ most; all are in the JSON document. */
const shownTables = 8;
const valueWidth = 22;

/** How columns differ between groups: means with their index, then a table of shares for each column. */
export function crossBlocks(cross: CrossTables): readonly Block[] {
  const shown = cross.tables.slice(0, shownTables);
  const left = cross.tables.length - shown.length;
  const measured = cross.tables.filter(({ means }) => means !== null);
  return [
    { kind: "heading", text: `by ${cross.by}` },
    { kind: "table", table: groupTable(cross) },
    ...(cross.ungrouped === 0
      ? []
      : [
          {
            kind: "text" as const,
            text: `${formatCount(cross.ungrouped)} ${cross.ungrouped === 1 ? "row has" : "rows have"} no ${cross.by}, and count nowhere below: everyone is the rows that have one`,
            emphasis: "dim" as const,
          },
        ]),
    ...(measured.length === 0
      ? []
      : [
          { kind: "heading" as const, text: `means by ${cross.by}, and index (100 is everyone)` },
          { kind: "table" as const, table: meanTable(cross, measured) },
          ...signedLine(measured),
        ]),
    ...shown.flatMap((table, i): readonly Block[] => [
      { kind: "heading", text: `${table.column} by ${cross.by}: share and index · V ${shortV(table)}` },
      { kind: "table", table: shareTable(cross, table, i) },
    ]),
    ...(left > 0
      ? [
          {
            kind: "text" as const,
            text: `and ${formatCount(left)} more columns that differ less: --json has them all`,
            emphasis: "dim" as const,
          },
        ]
      : []),
    ...(cross.leftOut.length > 0
      ? [
          {
            kind: "text" as const,
            text: `not compared, with too many different values: ${cross.leftOut.slice(0, 8).join(", ")}${cross.leftOut.length > 8 ? " …" : ""}`,
            emphasis: "dim" as const,
          },
        ]
      : []),
  ];
}

/** Names the columns that have no index. */
function signedLine(measured: readonly CrossTable[]): readonly Block[] {
  const names = measured.filter(isSigned).map(({ column }) => cutMiddle(visibleText(column), valueWidth));
  if (names.length === 0) return [];
  const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? ` and ${names.length - 8} more` : "");
  const text = `no index for ${shown}, with negative values or zeros alone`;
  return [{ kind: "text", text, emphasis: "dim" }];
}

function isSigned({ means }: CrossTable): boolean {
  return means !== null && means.indices.every((index) => index === null);
}

function groupTable({ by, groups }: CrossTables): ReportTable {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  return {
    name: "groups",
    columns: [
      { header: by, align: "left" },
      { header: "rows", align: "right" },
      { header: "share", align: "right" },
    ],
    rows: groups.map((group) => ({
      cells: [
        cutMiddle(visibleText(group.value), valueWidth),
        formatCount(group.rows),
        { text: formatShare(group.rows / rows), bar: group.rows / rows },
      ],
    })),
  };
}

function meanTable({ groups }: CrossTables, measured: readonly CrossTable[]): ReportTable {
  return {
    name: "means",
    repeat: 1,
    columns: [
      { header: "column", align: "left" },
      { header: "everyone", align: "right" },
      ...groups.map(({ value }) => ({ header: cutMiddle(visibleText(value), 12), align: "right" as const })),
    ],
    rows: measured.map(({ column, means }) => ({
      cells: [
        cutMiddle(column, valueWidth),
        formatCompact(means!.everyone),
        ...means!.byGroup.map((mean, g): Cell => {
          if (mean === null) return { text: "—", shade: 0 };
          return indexed(formatCompact(mean), means!.indices[g]!);
        }),
      ],
    })),
  };
}

function shareTable({ groups }: CrossTables, table: CrossTable, i: number): ReportTable {
  return {
    name: `cross-${i + 1}`,
    repeat: 1,
    columns: [
      { header: "", align: "left" },
      ...groups.map(({ value }) => ({ header: cutMiddle(visibleText(value), 12), align: "right" as const })),
    ],
    rows: table.rows.map((row): ReportRow => ({
      cells: [
        cutMiddle(visibleText(row.value), valueWidth),
        ...row.shares.map((share, g) =>
          share === null ? { text: "—", shade: 0 } : indexed(formatShare(share, 0), row.indices[g] ?? null),
        ),
      ],
    })),
  };
}

/** An index of 150 and more, or 67 and less, stands out: half a doubling is a shade. */
function indexed(text: string, index: number | null): Cell {
  if (index === null) return { text, shade: 0 };
  const doublings = index > 0 ? Math.log2(index / 100) : -2;
  return { text: `${text} ${formatFixed(index, 0)}`, shade: Math.max(-2, Math.min(2, doublings)) };
}

function shortV({ cramersVCorrected }: CrossTable): string {
  return cramersVCorrected === null ? "—" : cramersVCorrected.toFixed(2);
}

/** The JSON of the cross-tables, in full. */
export function crossJson({ by, groups, ungrouped, tables, leftOut }: CrossTables): Json {
  return {
    column: by,
    groups: groups.map(({ value, rows }) => ({ value, rows })),
    ungrouped,
    tables: tables.map(({ column, kind, cramersV, cramersVCorrected, rows, means }) => ({
      column,
      kind,
      cramers_v: cramersV,
      cramers_v_corrected: cramersVCorrected,
      rows: rows.map(({ value, counts, shares, indices }) => ({ value, counts, shares, indices })),
      ...(means === null
        ? {}
        : {
            means: {
              everyone: means.everyone,
              by_group: means.byGroup,
              indices: means.indices,
            },
          }),
    })),
    not_compared: leftOut,
  };
}
