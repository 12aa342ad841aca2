import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import type { OptionsOf } from "../core/options.ts";
import { columnExamples } from "../steps/reading/column-examples.ts";
import { mixedColumnWarnings } from "../steps/reading/mixed-columns.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { openTable } from "../steps/open-table.ts";
import { columnRoles } from "../steps/roles/column-roles.ts";
import { readAsWritten, schemaText } from "../steps/roles/schema-file.ts";
import { makeSchemaOption, tableOptions } from "./common-options.ts";
import { ingestReport } from "./ingest-report.ts";
import { refuseIdle } from "./refuse-options.ts";

const ingestOptions = { ...tableOptions, ...makeSchemaOption } as const;

/** `segment ingest`: reads any export, says what it was found to be and why, and converts it. */
export const ingest: Command<typeof ingestOptions> = {
  name: "ingest",
  summary: "read any export, say what it is, convert it",
  description:
    "Reads CSV of any delimiter, quote and encoding, Parquet, NDJSON and JSON, plain or compressed; says what it " +
    "detected and why; and writes the same rows as CSV, Parquet, NDJSON or JSON. Types are decided on every row. " +
    "Where two readings fit equally well, both are shown with the options that settle them. What each column is for (an " +
    "id, an e-mail address, an amount of money …) is told by its name and its values; --schema writes types and roles to " +
    "a file that other commands read, and that you may correct.",
  inputs: "files",
  options: ingestOptions,
  examples: [
    { run: "segment ingest crm.csv", does: "say what the file is, and show its first rows" },
    { run: "segment ingest crm.csv -o crm.parquet", does: "convert it, with typed columns" },
    { run: "segment ingest 'exports/*.csv.gz' -o all.csv", does: "several files of the same columns as one" },
    {
      run: "segment ingest crm.csv --schema schema.yaml -o crm.parquet",
      does: "types and roles to a file; tomorrow the same line checks by it",
    },
    {
      run: "segment ingest crm.csv --dates signup=dmy --decimal , -o crm.csv.gz",
      does: "settle what the data leaves open",
    },
  ],
  run,
};

async function run(
  context: Context,
  inputs: readonly string[],
  options: OptionsOf<typeof ingestOptions>,
): Promise<Outcome> {
  const { engine, io, version } = context;
  const opened = await openTable(context, inputs, options, { schema: "made" });
  const { sources, quarantined } = opened;
  requireSettled(opened.table);
  context.terminal.progress("looking at what the columns are for");
  const { roles, sampled } = await columnRoles(engine, opened.table);
  const made = options.schema !== undefined && opened.schema === null ? options.schema : null;
  if (made !== null && options.explain) refuseIdle(["--schema"], "--explain writes nothing");
  const table = made === null ? opened.table : readAsWritten(opened.table, roles);
  const queries = outputQueries(table);
  const examples = await columnExamples(engine, table);
  const warnings = [...opened.warnings, ...(await mixedColumnWarnings(table, sources))];
  const rolesOf = { roles, sampled, made };
  const report = ingestReport({ version, table, sources, quarantined, examples, warnings, ...rolesOf });
  if (options.explain) {
    const format = io.destination(options.output, options.format)?.format ?? "csv";
    return { report, text: engine.explain(format === "csv" ? queries.query : queries.typed) };
  }
  const files = made === null ? [] : [{ path: made, text: await schemaText(table, roles) }];
  return { report, table: { ...queries, rows: table.rows }, files };
}
