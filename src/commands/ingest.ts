import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import type { OptionsOf } from "../core/options.ts";
import { columnExamples } from "../steps/reading/column-examples.ts";
import { mixedColumnWarnings } from "../steps/reading/mixed-columns.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { openTable } from "../steps/open-table.ts";
import { tableOptions } from "./common-options.ts";
import { ingestReport } from "./ingest-report.ts";

/** `segment ingest`: reads any export, says what it was found to be and why, and converts it. */
export const ingest: Command<typeof tableOptions> = {
  name: "ingest",
  summary: "read any export, say what it is, convert it",
  description:
    "Reads CSV of any delimiter, quote and encoding, Parquet, NDJSON and JSON, plain or compressed; says what it " +
    "detected and why; and writes the same rows as CSV, Parquet, NDJSON or JSON. Types are decided on every row. " +
    "Where two readings fit equally well, both are shown with the options that settle them.",
  inputs: "files",
  options: tableOptions,
  examples: [
    { run: "segment ingest crm.csv", does: "say what the file is, and show its first rows" },
    {
      run: "segment ingest crm.csv --null inconnu,999 --dates modified=epoch --ticked vip",
      does: "say what of this file is missing, counts seconds, or is a tick",
    },
    { run: "segment ingest crm.csv -o crm.parquet", does: "convert it, with typed columns" },
    { run: "segment ingest 'exports/*.csv.gz' -o all.csv", does: "several files of the same columns as one" },
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
  options: OptionsOf<typeof tableOptions>,
): Promise<Outcome> {
  const { engine, io, version } = context;
  const opened = await openTable(context, inputs, options);
  const { table, sources, quarantined } = opened;
  requireSettled(table);
  const queries = outputQueries(table);
  const examples = await columnExamples(engine, table);
  const warnings = [...opened.warnings, ...(await mixedColumnWarnings(table, sources))];
  const report = ingestReport({ version, table, sources, quarantined, examples, warnings });
  if (options.explain) {
    const format = io.destination(options.output, options.format)?.format ?? "csv";
    return { report, text: engine.explain(format === "csv" ? queries.query : queries.typed) };
  }
  return { report, table: { ...queries, rows: table.rows } };
}
