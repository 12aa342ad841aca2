import type { Command, Outcome } from "../core/command.ts";
import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { flagName, type OptionsOf } from "../core/options.ts";
import type { Column } from "../core/schema.ts";
import type { FileFormat } from "../core/source.ts";
import { consentKind } from "../steps/column-kinds.ts";
import { chooseExportColumns } from "../steps/export/choose-columns.ts";
import { decideRows, type RowRules } from "../steps/export/decide-rows.ts";
import { findEmailColumn, type EmailColumn } from "../steps/export/email-column.ts";
import { explainFiles, outputTable, type FormedTable } from "../steps/export/output-table.ts";
import { filterSql } from "../steps/export/filter-sql.ts";
import { parseFilter } from "../steps/export/parse-filter.ts";
import { segmentFiles, segmentKey, type SegmentFile, type SegmentKey } from "../steps/export/segment-files.ts";
import { openSuppression, type SuppressionList } from "../steps/export/suppression-list.ts";
import { findColumn } from "../steps/match-columns.ts";
import { openTable, type Warning } from "../steps/open-table.ts";
import { givenFlags, refuseIdle, refuseSpooled } from "./refuse-options.ts";
import { exportOptions } from "./export-options.ts";
import { exportReport, funnelWords, type ExportFacts } from "./export-report.ts";

type ExportOptions = OptionsOf<typeof exportOptions>;

/** `segment export`: the rows and columns that leave the house, in one file or one per segment. */
export const exportCommand: Command<typeof exportOptions> = {
  name: "export",
  summary: "write segment files: columns, filter, consent, suppression",
  description:
    "Writes a table for the tool that will use it: one file, or one per segment with a manifest. Rows are removed by " +
    "--filter, then --consent, then --suppress, each counted; what cannot be read as a clear yes, or cannot be checked " +
    "against the list, does not go out. Columns named NAME_scaled stay at home unless named.",
  inputs: "files",
  options: exportOptions,
  examples: [
    {
      run: "segment export segments.csv --per-segment audiences --consent consent_email",
      does: "audiences/segment-1.csv …, with manifest.json; only clear consents",
    },
    {
      run: "segment export segments.csv --suppress unsubscribed.csv --hash-email --columns segment -o audience.csv",
      does: "hashed addresses with their segment, without those on the list",
    },
    {
      run: 'segment export segments.csv --filter "segment in 1,2" --filter "last_order >= 2025-01-01" -o best.parquet',
      does: "some rows, typed",
    },
    {
      run: "segment export segments.csv --spreadsheet --rename segment=audience -o for-excel.csv",
      does: "safe to open in a spreadsheet",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], options: ExportOptions): Promise<Outcome> {
  refuseAlone(options);
  const format = outputFormat(context, options);
  const conditions = options.filter.map(parseFilter);
  const opened = await openTable(context, inputs, options);
  const { table, sources } = opened;
  if (options.explain) refuseSpooled(sources);
  const filters = conditions.map((condition) => filterSql(table, condition));
  const declared = options.consent.length > 0 ? [] : table.columns.filter(isDeclaredConsent);
  const consents = [...options.consent.map((name) => consentColumn(table, name)), ...declared];
  const segments =
    options.perSegment === undefined
      ? null
      : segmentKey(table, findColumn(table.columns, options.name ?? "segment", segmentOption(options)));
  const warnings: Warning[] = [...opened.warnings, ...consentWarnings(table, consents, declared, options)];

  const list = options.suppress.length === 0 ? null : await openList(context, options);
  if (options.explain && list !== null) refuseSpooled(list.sources);
  const wants = list === null ? "--hash-email" : "--suppress";
  const address =
    list === null && !options.hashEmail ? null : await findEmailColumn(context.engine, table, options.email, wants);
  const chosen = chooseExportColumns(table.columns, options, options.hashEmail ? address!.email : null);
  const rules: RowRules = {
    filters,
    unassigned: segments === null || options.withUnassigned ? null : segments.unassigned,
    consents,
    suppression: list === null ? null : { email: address!.email, list },
  };
  warnings.push(...listWarnings(list), ...otherAddressWarnings(address, chosen.columns, options));

  const { table: kept, counts } = await decideRows(context, table, rules);
  const facts: ExportFacts = {
    version: context.version,
    opened,
    warnings,
    counts,
    conditions: conditions.map(({ text }) => text),
    consents: consents.map(({ name }) => name),
    list,
    chosen,
    escaped: null,
    unhashed: null,
    files: null,
  };
  if (counts.kept === 0) {
    throw new SegmentError("nothing-left", `no row is left to write: ${funnelWords(facts)}`, {
      hint: "nothing was written; what an earlier run wrote is as it was",
    });
  }
  context.terminal.progress("preparing the output");
  const output = await outputTable(context.engine, kept, chosen.columns, options.spreadsheet);
  const files = segments === null ? null : await filesOf(context, table, segments, output, format);
  const { escaped, unhashed } = output;
  warnings.push(...hashWarnings(unhashed, address));
  const report = exportReport({ ...facts, escaped, unhashed, files });
  if (options.explain) {
    const query = files === null ? (format === "csv" ? output.query : output.typed) : explainFiles(files);
    return { report, text: context.engine.explain(query) };
  }
  if (files === null) return { report, table: { query: output.query, typed: output.typed, rows: counts.kept } };
  const contents = new Map(files.map(({ file, table: content }) => [file, content]));
  return { report, folders: [{ path: options.perSegment!, files: contents }] };
}

async function filesOf(
  { engine }: Context,
  table: Table,
  segments: SegmentKey,
  output: FormedTable,
  format: FileFormat,
): Promise<readonly SegmentFile[]> {
  const column = output.table.columns[table.columns.indexOf(segments.column)]!;
  const key = segmentKey(output.table, column);
  return segmentFiles(engine, output.table, key, output.columns(format), format);
}

function openList(context: Context, options: ExportOptions): Promise<SuppressionList> {
  return openSuppression(context, options.suppress, {
    column: options.suppressColumn,
    lenient: options.suppressLenient,
  });
}

function segmentOption({ name }: ExportOptions): string {
  return name === undefined ? "--per-segment needs a column of segments (--name COL)" : "--name";
}

function outputFormat({ io }: Context, options: ExportOptions): FileFormat {
  const format =
    options.perSegment === undefined
      ? (io.destination(options.output, options.format)?.format ?? "csv")
      : (options.format ?? "csv");
  if (options.spreadsheet && format !== "csv") {
    throw new SegmentError("usage", `--spreadsheet is for CSV, and the output is ${format}`, {
      hint: "leave out one or the other",
    });
  }
  return format;
}

/** Options that would change nothing are refused. */
function refuseAlone(options: ExportOptions): void {
  const needs = (given: boolean, option: keyof ExportOptions, other: string): void => {
    if (!given) return;
    throw new SegmentError("usage", `--${flagName(option)} has no effect without ${other}`, {
      hint: `add ${other}, or leave it out`,
    });
  };
  const isSplit = options.perSegment !== undefined;
  if (isSplit && options.output !== undefined) {
    throw new SegmentError("usage", "--per-segment writes a folder, and --output a file: give one of them");
  }
  needs(options.name !== undefined && !isSplit, "name", "--per-segment");
  needs(options.withUnassigned && !isSplit, "withUnassigned", "--per-segment");
  const isListed = options.suppress.length > 0;
  needs(options.suppressColumn !== undefined && !isListed, "suppressColumn", "--suppress");
  needs(options.suppressLenient && !isListed, "suppressLenient", "--suppress");
  needs(options.email !== undefined && !isListed && !options.hashEmail, "email", "--suppress or --hash-email");
  if (options.explain) refuseIdle(givenFlags(exportOptions, options, ["quarantine"]), "--explain writes nothing");
}

/** The column of that name. A yes in a column of refusals is no consent. Throws `unknown-column`, `usage`. */
function consentColumn(table: Table, name: string): Column {
  const column = findColumn(table.columns, name, "--consent");
  if (isDeclaredConsent(column) || consentKind(column) !== "refusal") return column;
  const no = column.type === "integer" || column.type === "number" ? "0" : "no";
  throw new SegmentError("usage", `--consent ${name}: by its name, a yes there is a refusal`, {
    place: { column: name },
    hint: `keep those who did not refuse with --filter "${name} = ${no}", or rename the column if it is a consent`,
  });
}

/** Whether a schema declares that a column records consents, or refusals, whose answers are then turned round. */
function isDeclaredConsent({ declared }: Column): boolean {
  return declared?.role === "consent" || declared?.role === "refusal";
}

/** Consent that is there and not asked for is said; with `--require-consent` it ends the run. */
function consentWarnings(
  table: Table,
  applied: readonly Column[],
  declared: readonly Column[],
  options: ExportOptions,
): readonly Warning[] {
  if (declared.length > 0) {
    const list = declared.map(({ name }) => name).join(", ");
    const message = `only rows with a clear consent go out, by ${list}, as the schema declares; --consent COL asks for others`;
    return [{ code: "consent-by-schema", message }];
  }
  if (applied.length > 0) return [];
  const kinds = table.columns.filter((column) => consentKind(column) !== null);
  const names = kinds.map(({ name }) => name);
  const best = kinds.find((column) => consentKind(column) === "consent") ?? kinds[0];
  const first = best?.name;
  const isRefusal = best !== undefined && consentKind(best) === "refusal";
  const example = isRefusal
    ? `--filter "${first} = no"`
    : `--consent ${first === undefined ? "COL" : shellWord(first)}`;
  if (options.requireConsent) {
    const found = first === undefined ? "the table has no column that says so by its name" : names.join(", ");
    throw new SegmentError("consent-required", `consent is required and none was asked for; ${found}`, {
      hint: isRefusal ? "name a column of consents with --consent" : `add ${example}`,
    });
  }
  if (first === undefined) return [];
  const message = `nobody was left out for lack of consent, though the table has ${names.join(", ")}; add ${example}`;
  return [{ code: "consent-not-applied", message }];
}

function shellWord(name: string): string {
  return /^[\w.:-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

function listWarnings(list: SuppressionList | null): readonly Warning[] {
  if (list === null || list.unreadable === 0) return [];
  const entries = list.unreadable === 1 ? "1 entry" : `${list.unreadable} entries`;
  return [
    {
      code: "suppression-entries-unreadable",
      message: `${entries} of the suppression list could not be matched: no e-mail address and no SHA-256 digest`,
    },
  ];
}

function hashWarnings(unhashed: number | null, address: EmailColumn | null): readonly Warning[] {
  if (unhashed === null || unhashed === 0 || address === null) return [];
  const rows = unhashed === 1 ? "1 row has" : `${unhashed} rows have`;
  return [{ code: "unhashed", message: `${rows} no valid address in ${address.email.name}, and so no hash of one` }];
}

/** Addresses in other columns go out as they are, which is most likely an oversight. */
function otherAddressWarnings(
  address: EmailColumn | null,
  columns: readonly { readonly from: Column; readonly form: string }[],
  options: ExportOptions,
): readonly Warning[] {
  const isOut = ({ name }: Column): boolean => columns.some(({ from, form }) => form === "value" && from.name === name);
  const others = address === null ? [] : address.others.filter(isOut);
  if (others.length === 0) return [];
  const what = [
    ...(options.suppress.length > 0 ? ["was not compared with the suppression list"] : []),
    ...(options.hashEmail ? ["goes out in plain"] : []),
  ];
  const names = others.map(({ name }) => name).join(", ");
  return [{ code: "other-addresses", message: `${names} also holds e-mail addresses, and ${what.join(" and ")}` }];
}
