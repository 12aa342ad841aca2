import type { Table } from "../core/context.ts";
import type { Block, Json, JsonReport, Report, ReportTable } from "../core/report.ts";
import type { Column } from "../core/schema.ts";
import type { Evidence, Source, TextLayout } from "../core/source.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import type { Warning } from "../steps/open-table.ts";
import type { ColumnRole } from "../steps/roles/column-roles.ts";
import { marksEvidence } from "../steps/reading/marks-evidence.ts";

/** What the report of `ingest` is made from. */
export interface IngestFacts {
  readonly version: string;
  readonly table: Table;
  /** The table as it was read, before anything was looked up. */
  readonly read: Table;
  readonly sources: readonly Source[];
  readonly quarantined: number;
  /** A value of each column as it stands in the file; null where it has none to show. */
  readonly examples: readonly (string | null)[];
  readonly warnings: readonly Warning[];
  /** What each column is for, in table order, none where nobody reads the report, and the rows drawn by hash that this is of; null for all rows. */
  readonly roles: readonly ColumnRole[];
  readonly sampled: number | null;
  /** The schema file that is written; null for none. */
  readonly made: string | null;
  /** Where the table is more than the rows of its files. */
  readonly more: readonly IngestMore[];
}

/** What the report says beside files and columns: how several sources, or tables looked up, became one. */
export interface IngestMore {
  readonly titles: readonly string[];
  /** In the place of what is said of the files. */
  readonly detected?: readonly Block[];
  readonly blocks: readonly Block[];
  readonly account?: RowAccount;
  readonly json: { readonly [key: string]: Json };
}

/** Columns that the drawn table shows; all of them are in the JSON document and in saved tables. */
const shownColumns = 100;
const exampleWidth = 28;

/** The report of `ingest`: what each file was found to be, then its columns. JSON schema `segment/ingest@1`. */
export function ingestReport(facts: IngestFacts): Report {
  const { table, sources } = facts;
  const titles = [count(table.rows, "row"), count(table.columns.length, "column")];
  titles.push(...facts.more.flatMap((one) => one.titles));
  if (sources.length > 1) titles.push(`${sources.length} files`);
  if (facts.quarantined > 0) titles.push(`${formatCount(facts.quarantined)} quarantined`);
  const more = table.columns.length - shownColumns;
  const rest: Block[] =
    more > 0 ? [{ kind: "text", text: `and ${formatCount(more)} more columns`, emphasis: "dim" }] : [];
  const notices = facts.warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message }));
  const blocks: Block[] = [
    { kind: "title", parts: ["ingest", ...titles] },
    ...(facts.more.find(({ detected }) => detected !== undefined)?.detected ?? sourceBlocks(sources, facts.read)),
    ...facts.more.flatMap((one) => one.blocks),
    { kind: "heading", text: "columns" },
    { kind: "table", table: columnTable(facts) },
    ...rest,
    ...roleBlocks(facts),
    accountBlock(accountOf(facts)),
    ...notices,
  ];
  return { command: "ingest", blocks, json: ingestJson(facts) };
}

function roleBlocks({ sampled, made }: IngestFacts): readonly Block[] {
  const looked = sampled === null ? [] : [`roles by ${formatCount(sampled)} rows drawn by hash`];
  const written =
    made === null ? [] : [`types and roles are in ${made}: correct them there, other commands read it by --schema`];
  return [...looked, ...written].map((text): Block => ({ kind: "text", text, emphasis: "dim" }));
}

/** What each file was found to be; `from` is the number of the first where several tables are read. */
export function sourceBlocks(sources: readonly Source[], table: Table, from?: number): readonly Block[] {
  const marks = marksEvidence(table.columns);
  const groups = alike(sources);
  const isOnly = groups.length === 1 && from === undefined;
  return groups.flatMap((group, i): readonly Block[] => {
    const [source] = group;
    const evidence = i === groups.length - 1 ? [...source!.evidence, ...marks] : source!.evidence;
    const where = group.length === 1 ? source!.label : `${group.length} files, from ${source!.label}`;
    return [
      { kind: "heading", text: `detected in ${where}` },
      { kind: "table", table: evidenceTable(isOnly ? "detected" : `detected-${(from ?? 1) + i}`, evidence) },
    ];
  });
}

/** Sources that follow one another and of which the same is to be said. */
function alike(sources: readonly Source[]): readonly (readonly Source[])[] {
  const groups: Source[][] = [];
  let last = "";
  for (const source of sources) {
    const said = JSON.stringify(source.evidence);
    if (said === last) groups.at(-1)!.push(source);
    else groups.push([source]);
    last = said;
  }
  return groups;
}

function evidenceTable(name: string, evidence: readonly Evidence[]): ReportTable {
  return {
    name,
    columns: [
      { header: "what", align: "left" },
      { header: "found", align: "left" },
      { header: "why", align: "left", wrap: true, priority: 1 },
    ],
    rows: evidence.map(({ subject, found, why }) => ({ cells: [subject, visibleText(found), why] })),
  };
}

function columnTable({ table, examples, roles }: IngestFacts): ReportTable {
  const missing = table.columns.some((column) => column.present < table.rows);
  const row = (column: Column, i: number) => {
    const example = examples[i] ?? null;
    const shown = example === null ? "—" : cutMiddle(visibleText(example), exampleWidth);
    const lacking = missing ? [formatCount(table.rows - column.present)] : [];
    return { cells: [column.name, column.type, roles[i]?.role ?? "—", ...lacking, shown, column.why] };
  };
  return {
    name: "columns",
    columns: [
      { header: "column", align: "left" },
      { header: "type", align: "left" },
      { header: "role", align: "left", priority: 1 },
      ...(missing ? [{ header: "missing", align: "right" as const, priority: 1 }] : []),
      { header: "example", align: "left", priority: 3 },
      { header: "why", align: "left", wrap: true, priority: 2 },
    ],
    rows: table.columns.slice(0, shownColumns).map(row),
    data: {
      columns: ["column", "type", "role", "decimal", "order", "present", "missing", "example", "why"],
      rows: table.columns.map((column, i) => {
        const { decimal, order } = marksOf(column);
        const missingRows = table.rows - column.present;
        const marks = [roles[i]?.role ?? null, decimal, order];
        return [column.name, column.type, ...marks, column.present, missingRows, examples[i] ?? null, column.why];
      }),
    },
  };
}

function accountOf({ table, quarantined, more }: IngestFacts): RowAccount {
  const account = more.findLast((one) => one.account !== undefined)?.account;
  if (account !== undefined) return account;
  return { used: table.rows, quarantined, out: table.rows };
}

function ingestJson(facts: IngestFacts): JsonReport {
  const { version, table, sources, warnings, roles, sampled } = facts;
  return {
    schema: "segment/ingest@1",
    version,
    ...accountJson(accountOf(facts)),
    warnings: warnings.map(({ code, message }) => ({ code, message })),
    sources: sources.map(sourceJson),
    roles_of_rows: sampled ?? table.rows,
    columns: table.columns.map((column, i) => ({
      name: column.name,
      type: column.type,
      role: roles[i]?.role ?? null,
      role_why: roles[i]?.why ?? null,
      ...marksOf(column),
      ...notationOf(column),
      present: column.present,
      missing: table.rows - column.present,
      why: column.why,
    })),
    ...Object.assign({}, ...facts.more.map(({ json }) => json)),
  };
}

function sourceJson(source: Source): Json {
  const { format, compression } = source;
  if (source.format === "remote") {
    const { text, content } = source;
    return {
      format: content,
      ...(text === undefined
        ? {}
        : { encoding: source.encoding, delimiter: text.delimiter, quote: text.quote, header: text.header }),
    };
  }
  if (source.format === "parquet") return { format, compression };
  if (source.format !== "csv") return { format, compression, encoding: source.encoding };
  if (source.sheet !== undefined) return { format: "xlsx", compression, sheet: source.sheet, header: source.skip > 0 };
  const { encoding, delimiter, quote, newline } = source;
  const layout = source.layout === undefined ? {} : layoutJson(source.layout);
  const header = source.layout === undefined ? source.skip > 0 : source.layout.headerRows > 0;
  return { format, compression, encoding, delimiter, quote, header, newline, ...layout };
}

function layoutJson(layout: TextLayout): { readonly [name: string]: Json } {
  const { skipLines, headerRows, footerLines, trailingDelimiter, preamble, footer, score, rival } = layout;
  const lines = (list: TextLayout["footer"]): Json => list.map(({ line, text, why }) => ({ line, text, why }));
  return {
    skipLines,
    headerRows,
    footerLines,
    trailingDelimiter,
    preamble: lines(preamble),
    footer: lines(footer),
    score,
    rival: rival === null ? null : { ...rival },
  };
}

/** The decimal mark of a number column and the order of a date column; null for what the column does not have. */
function marksOf({ reading }: Column): { decimal: string | null; order: string | null } {
  return {
    decimal: "decimal" in reading ? reading.decimal : null,
    order: "order" in reading ? reading.order : null,
  };
}

/** How the values of a column are written, for those in another notation than tables are written in. */
function notationOf({ reading, stored }: Column): Readonly<Record<string, Json>> {
  if (stored === "typed") return {};
  if ("decimal" in reading) {
    const { thousands, amounts } = reading;
    if (amounts === undefined) return thousands === "" ? {} : { thousands };
    return { thousands, currency: amounts.currency, percent: amounts.percent };
  }
  return "format" in reading ? { formats: [...(reading.formats ?? [reading.format])] } : {};
}

function count(number: number, word: string): string {
  return `${formatCount(number)} ${word}${number === 1 ? "" : "s"}`;
}
