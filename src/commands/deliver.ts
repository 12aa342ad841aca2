import type { GeneratedTable, Outcome, OutputTable } from "../core/command.ts";
import type { Context, Destination, FileContent, TerminalStream } from "../core/context.ts";
import { SegmentError, type ExitCode } from "../core/errors.ts";
import type { Block, Report, ReportTable } from "../core/report.ts";
import type { FileFormat } from "../core/source.ts";
import type { SentTable } from "../core/stream.ts";
import { formatCount } from "../report/number.ts";
import { renderHtml } from "../report/render/html.ts";
import { renderJson } from "../report/render/json.ts";
import { renderMarkdown } from "../report/render/markdown.ts";
import { renderTerminal } from "../report/render/terminal.ts";
import type { Sql } from "../core/sql.ts";
import { firstRows } from "../steps/first-rows.ts";
import { fileFormat, type ExportName } from "../steps/events/exports.ts";
import { loadGenerated } from "../steps/load-generated.ts";

/** The options that say where table and report go; a command without a table has no `output` and `format`. */
export interface DeliverOptions {
  readonly output?: string | undefined;
  /** A format of files, or the name of an export that is read, which says nothing of the output. */
  readonly format?: FileFormat | ExportName | undefined;
  readonly json?: boolean | undefined;
  readonly report?: string | undefined;
  readonly quiet?: boolean | undefined;
}

const previewRows = 10;
const reportEndings = [".json", ".md", ".html"];

/**
 * Checks, before any work, that the places that the options name can be written; a command without a table has none for
 * it. Throws `usage`, `cannot-write`.
 */
export function checkPlaces(context: Context, options: DeliverOptions, hasTable = true): Destination | null {
  if (options.report !== undefined && !reportEndings.some((ending) => options.report!.toLowerCase().endsWith(ending))) {
    const hint = `end it in ${reportEndings.join(", ")}`;
    throw new SegmentError("bad-option-value", `--report ${options.report}: unknown kind of report`, { hint });
  }
  if (!hasTable || (options.output === undefined && options.json === true)) return null;
  return context.io.destination(options.output, fileFormat(options.format));
}

/** What delivering an outcome came to. */
export interface Delivered {
  readonly exit: ExitCode;
  /** The table that went to standard output, for the reader of a pipe; null where none did, or nobody asked. */
  readonly sent: Omit<SentTable, "bytes"> | null;
}

/**
 * Writes the table, then the other files, then the report, by the streams rule. `invocation` is the command line as
 * typed; with `marked`, the reader of standard output may want to know the types of what it gets.
 */
export async function deliver(
  context: Context,
  outcome: Outcome,
  options: DeliverOptions,
  destination: Destination | null,
  { invocation, marked }: { readonly invocation: string; readonly marked: boolean },
): Promise<Delivered> {
  const { stdout, stderr } = context.terminal;
  const exit = outcome.exit ?? 0;
  if (outcome.text !== undefined) {
    await stdout.write(outcome.text);
    return { exit, sent: null };
  }
  const { table } = outcome;
  const written = table !== undefined && destination !== null;
  const isSent = marked && written && destination.path === null;
  const sent = isSent ? await sentTable(context, table, destination) : null;
  const mayHand = sent !== null && sent.format === "csv" && areDistinct(sent.columns.map(({ name }) => name));
  const toStdout = (table !== undefined || outcome.withheld === true) && destination?.path === null;
  await writeAll(context, outcome, options, destination, mayHand);
  context.terminal.progress("");
  if (options.quiet !== true) {
    const stream = toStdout ? stderr : stdout;
    if (options.json === true) await stream.write(renderJson(outcome.report));
    else await stream.write(await draw(context, outcome, stream, table !== undefined && !written ? invocation : null));
  }
  return { exit, sent };
}

async function sentTable(
  { engine }: Context,
  table: OutputTable | GeneratedTable,
  { format }: Destination,
): Promise<Omit<SentTable, "bytes">> {
  const { rows } = table;
  if ("csv" in table) return { format, rows, columns: table.columns.map(({ name, type }) => ({ name, type })) };
  const open = new Set(table.open);
  const columns = await engine.columns(table.typed);
  return { format, rows, columns: columns.map(({ name, type }) => ({ name, type: open.has(name) ? null : type })) };
}

/**
 * Writes every file of an outcome before the first is put in its place, so that a run that fails on any of them leaves
 * them all as they were.
 */
async function writeAll(
  context: Context,
  outcome: Outcome,
  options: DeliverOptions,
  destination: Destination | null,
  mayHand: boolean,
): Promise<void> {
  const { io } = context;
  const stages: ((next: () => Promise<void>) => Promise<void>)[] = [];
  const { table } = outcome;
  if (table !== undefined && destination !== null)
    stages.push((next) => writeTable(context, table, destination, mayHand, next));
  for (const { path, table: other } of outcome.tables ?? []) {
    const place = io.destination(path, undefined);
    if (place !== null) stages.push((next) => writeTable(context, other, place, false, next));
  }
  const texts = [...(outcome.files ?? [])];
  if (options.report !== undefined)
    texts.push({ path: options.report, text: reportText(outcome.report, options.report) });
  for (const { path, text } of texts) stages.push((next) => io.saveText(path, text, next));
  const folders = async (): Promise<void> => {
    for (const { path, files } of outcome.folders ?? []) {
      await io.saveFolder(path, new Map([...files].map(([name, file]) => [name, contentOf(context, name, file)])));
    }
  };
  await stages.reduceRight<() => Promise<void>>((next, stage) => () => stage(next), folders)();
}

/** A text as it is; a table as what writes it in the format of the file's ending. */
function contentOf({ engine }: Context, name: string, file: string | OutputTable): FileContent {
  if (typeof file === "string") return file;
  const format = formatByEnding(name);
  return (path) => engine.write(format === "csv" ? file.query : file.typed, path, format);
}

function formatByEnding(name: string): FileFormat {
  const ending = (["parquet", "ndjson", "json"] as const).find((format) => name.endsWith(`.${format}`));
  return ending ?? "csv";
}

/** Whether no two names are the same to the engine, which Parquet asks for. */
function areDistinct(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

/**
 * Writes a table; `beforeInPlace` runs between the writing and the putting in place. With `mayHand`, a `segment` process
 * that reads standard output gets the texts and values as a file.
 */
async function writeTable(
  context: Context,
  table: OutputTable | GeneratedTable,
  destination: Destination,
  mayHand: boolean,
  beforeInPlace: () => Promise<void>,
): Promise<void> {
  const { engine, io } = context;
  const { format } = destination;
  if (mayHand && "query" in table) {
    const handed = await io.hand((path) => engine.hand(table.query, path));
    if (handed !== null) {
      requireRows(table.rows, handed);
      await beforeInPlace();
      return;
    }
  }
  let query: Sql | null = null;
  if ("query" in table) query = format === "csv" ? table.query : table.typed;
  else if (format !== "csv" || destination.compression === "zstd" || destination.delimiter !== ",") {
    query = await loadGenerated(
      engine,
      table,
      await io.writeText(null, table.csv),
      format === "csv" ? "text" : "typed",
    );
  }
  await io.save(destination, async (path) => {
    let rows = table.rows;
    if (query !== null)
      rows = (await linesWritten(context, table, destination, path)) ?? (await engine.write(query, path, format));
    else if ("csv" in table) await io.writeText(path, table.csv);
    requireRows(table.rows, rows);
    await beforeInPlace();
    return rows;
  });
}

function requireRows(wanted: number, written: number): void {
  if (wanted !== written) throw new SegmentError("bug", `${wanted} rows were to be written, ${written} were`);
}

/** Rows written as the bytes of a file, or as lines of the input with fields added; null where the table has to come from the engine. */
async function linesWritten(
  context: Context,
  table: OutputTable | GeneratedTable,
  destination: Destination,
  path: string,
): Promise<number | null> {
  const isCopied = "copyOf" in table && table.copyOf !== undefined && (await context.io.copyFile(table.copyOf, path));
  if (isCopied) return table.rows;
  const isPlain = destination.format === "csv" && destination.delimiter === "," && destination.compression !== "zstd";
  if (!isPlain || !("lines" in table) || table.lines === undefined) return null;
  return context.io.writeLinesWith(table.lines, path);
}

function reportText(report: Report, path: string): string {
  if (path.toLowerCase().endsWith(".json")) return renderJson(report);
  return path.toLowerCase().endsWith(".md") ? renderMarkdown(report) : renderHtml(report);
}

/** `invocation` is null where the table was written, and a preview would be idle. */
async function draw(
  context: Context,
  outcome: Outcome,
  stream: TerminalStream,
  invocation: string | null,
): Promise<string> {
  const { report, table } = outcome;
  const blocks: Block[] = [...report.blocks];
  if (invocation !== null && table !== undefined && stream.isTerminal)
    blocks.push(...(await previewBlocks(context, table, invocation)));
  return renderTerminal({ ...report, blocks }, { width: stream.width, colour: stream.colour, unicode: stream.unicode });
}

/** The first rows of a table that was not saved, and the line that would save all of it. */
async function previewBlocks(
  context: Context,
  table: OutputTable | GeneratedTable,
  invocation: string,
): Promise<readonly Block[]> {
  const { names, rows } = "csv" in table ? await generatedHead(table) : await queriedHead(context, table);
  const wanted = table.first ?? [];
  const order = [...names.filter((name) => wanted.includes(name)), ...names.filter((name) => !wanted.includes(name))];
  const preview: ReportTable = {
    name: "preview",
    columns: order.map((header, index) => ({ header, align: "left", priority: index })),
    rows: rows.map((row) => ({ cells: order.map((name) => row[names.indexOf(name)] ?? "") })),
  };
  const all = `${formatCount(table.rows)} ${table.rows === 1 ? "row" : "rows"}`;
  const more = table.rows > rows.length ? `${rows.length} of ${all}` : all;
  return [
    { kind: "heading", text: `preview: ${more}` },
    { kind: "table", table: preview },
    { kind: "text", text: `to save them all: ${invocation} -o out.csv`, emphasis: "dim" },
  ];
}

interface Head {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

async function queriedHead(context: Context, table: OutputTable): Promise<Head> {
  const rows = await firstRows(context.engine, table.query, previewRows);
  const names = Object.keys(rows[0] ?? {});
  return { names, rows: rows.map((row) => names.map((name) => cellText(row[name]))) };
}

/** The first chunk of a generated table holds its header and first ten rows. */
async function generatedHead(table: GeneratedTable): Promise<Head> {
  const { default: papaparse } = await import("papaparse");
  const [chunk = ""] = table.csv;
  const { data } = papaparse.parse<string[]>(chunk, { preview: previewRows + 1, delimiter: ",", newline: "\n" });
  return { names: table.columns.map(({ name }) => name), rows: data.slice(1, previewRows + 1) };
}

function cellText(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
