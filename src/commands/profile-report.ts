import type { Table } from "../core/context.ts";
import type { Block, JsonReport, Report, ReportTable } from "../core/report.ts";
import { associationBlocks } from "../report/association-map.ts";
import { cutMiddle } from "../report/display-text.ts";
import { formatCount } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import type { OpenedTable } from "../steps/open-table.ts";
import type { CrossTables } from "../steps/profile/cross-tables.ts";
import type { Problem } from "../steps/profile/problems.ts";
import type { TableFigures } from "../steps/profile/profile-table.ts";
import type { Suggestion } from "../steps/profile/suggestions.ts";
import { columnBlocks, columnJson } from "./profile-columns.ts";
import { crossBlocks, crossJson } from "./profile-cross.ts";

/** What the report of `profile` is made from. */
export interface ProfileFacts {
  readonly version: string;
  readonly opened: OpenedTable;
  /** The columns that were looked at. */
  readonly table: Table;
  readonly figures: TableFigures;
  readonly problems: readonly Problem[];
  readonly cross: CrossTables | null;
  readonly asOf: string | null;
  readonly top: number;
  /** Rows drawn by hash that the roles are of; null for all. */
  readonly rolesOfRows: number | null;
  /** The schema file that is written; null for none. */
  readonly made: string | null;
  readonly suggestions: readonly Suggestion[];
}

const shownProblems = 40;

/** The report of `segment profile`. JSON schema `segment/profile@1`. */
export function profileReport(facts: ProfileFacts): Report {
  const { opened, table, figures, cross } = facts;
  const parts = [count(table.rows, "row"), count(table.columns.length, "column")];
  if (opened.sources.length > 1) parts.push(`${opened.sources.length} files`);
  if (facts.problems.length > 0) parts.push(count(facts.problems.length, "suspected problem"));
  const blocks: Block[] = [
    { kind: "title", parts: ["profile", ...parts] },
    ...columnBlocks(figures.columns, table.rows, facts.top),
    ...problemBlocks(facts.problems),
    ...duplicateBlocks(facts),
    ...associationBlocks({
      ...figures.associations,
      columns: figures.associations.columns.map(({ name }) => name),
    }),
    ...(cross === null ? [] : crossBlocks(cross)),
    ...nextBlocks(facts),
    accountBlock(accountOf(opened)),
    ...opened.warnings
      .filter(({ code }) => code !== "ambiguous-passed-through")
      .map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  return { command: "profile", blocks, json: profileJson(facts) };
}

function problemBlocks(problems: readonly Problem[]): readonly Block[] {
  if (problems.length === 0) return [{ kind: "text", text: "no suspected problem" }];
  const more = problems.length - shownProblems;
  return [
    { kind: "heading", text: "suspected problems" },
    { kind: "table", table: problemTable(problems) },
    ...(more > 0 ? [{ kind: "text" as const, text: `and ${formatCount(more)} more`, emphasis: "dim" as const }] : []),
  ];
}

function problemTable(problems: readonly Problem[]): ReportTable {
  return {
    name: "problems",
    columns: [
      { header: "column", align: "left" },
      { header: "problem", align: "left" },
      { header: "what", align: "left", wrap: true },
    ],
    rows: problems
      .slice(0, shownProblems)
      .map(({ column, code, message }) => ({ cells: [cutMiddle(column, 24), code.replaceAll("-", " "), message] })),
    data: {
      columns: ["column", "problem", "rows", "what"],
      rows: problems.map(({ column, code, rows, message }) => [column, code, rows, message]),
    },
  };
}

function duplicateBlocks({ figures, table }: ProfileFacts): readonly Block[] {
  const { equalRows, keys } = figures.duplicates;
  const shared = keys.filter(({ values }) => values > 0);
  const lines = [
    equalRows === 0
      ? "no two rows are equal"
      : `${count(equalRows, "row")} of ${formatCount(table.rows)} ${equalRows === 1 ? "is" : "are"} equal to an earlier one`,
    ...shared.map(
      ({ column, role, values, rows }) => `${column} (${role}): ${count(values, "value")} in ${count(rows, "row")}`,
    ),
  ];
  return [{ kind: "heading", text: "duplicates" }, ...lines.map((text): Block => ({ kind: "text", text }))];
}

function nextBlocks({ suggestions, made, rolesOfRows }: ProfileFacts): readonly Block[] {
  const notes = [
    ...(rolesOfRows === null ? [] : [`roles by ${formatCount(rolesOfRows)} rows drawn by hash`]),
    ...(made === null ? [] : [`types and roles are in ${made}`]),
  ];
  return [
    { kind: "heading", text: "next" },
    ...suggestions.map(({ run, does }): Block => ({ kind: "command", text: run, does })),
    ...notes.map((text): Block => ({ kind: "text", text, emphasis: "dim" })),
  ];
}

function profileJson(facts: ProfileFacts): JsonReport {
  const { version, opened, table, figures, problems, cross, asOf, top, rolesOfRows, suggestions } = facts;
  const { associations, duplicates, equalColumns } = figures;
  return {
    schema: "segment/profile@1",
    version,
    ...accountJson(accountOf(opened)),
    warnings: opened.warnings.map(({ code, message }) => ({ code, message })),
    as_of: asOf,
    roles_of_rows: rolesOfRows ?? table.rows,
    columns: figures.columns.map((one) => columnJson(one, { rows: table.rows, top, problems })),
    associations: {
      rows: associations.rows,
      sampled: associations.sampled,
      columns: associations.columns.map(({ name, kind }) => ({ column: name, kind })),
      not_compared: associations.leftOut,
      pairs: associations.pairs.map((pair) => ({
        left: pair.left,
        right: pair.right,
        pearson: pair.pearson,
        spearman: pair.spearman,
        cramers_v: pair.cramersV,
        cramers_v_corrected: pair.cramersVCorrected,
        eta: pair.eta,
        rows: pair.rows,
      })),
    },
    duplicates: {
      equal_rows: duplicates.equalRows,
      keys: duplicates.keys.map(({ column, role, values, rows }) => ({ column, role, values, rows })),
      equal_columns: equalColumns.map(([first, second]) => ({ first, second })),
    },
    by: cross === null ? null : crossJson(cross),
    next: suggestions.map(({ run, does }) => ({ run, does })),
  };
}

function accountOf({ table, quarantined }: OpenedTable): RowAccount {
  return { used: table.rows, quarantined, out: table.rows };
}

function count(number: number, word: string): string {
  return `${formatCount(number)} ${word}${number === 1 ? "" : "s"}`;
}
