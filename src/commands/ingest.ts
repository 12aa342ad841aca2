import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import type { OptionsOf } from "../core/options.ts";
import { columnExamples } from "../steps/reading/column-examples.ts";
import { mixedColumnWarnings } from "../steps/reading/mixed-columns.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { openTable } from "../steps/open-table.ts";
import { combineOptions } from "./combine-options.ts";
import { combineMore } from "./combine-report.ts";
import { tableOptions } from "./common-options.ts";
import { combineInputs, conflictTables, refuseWithoutSources } from "./ingest-combine.ts";
import { ingestReport } from "./ingest-report.ts";

const ingestOptions = { ...combineOptions, ...tableOptions } as const;

/** `segment ingest`: reads any export, says what it was found to be and why, and converts it. */
export const ingest: Command<typeof ingestOptions> = {
  name: "ingest",
  summary: "read any export, say what it is, convert it",
  description:
    "Reads CSV of any delimiter, quote and encoding, Parquet, NDJSON and JSON, plain or compressed; says what it " +
    "detected and why; and writes the same rows as CSV, Parquet, NDJSON or JSON. Types are decided on every row. " +
    "Where two readings fit equally well, both are shown with the options that settle them. Several sources (--source) " +
    "become one table of customers: by customer id, else e-mail address, else telephone number, each with its match rate, " +
    "and with a row account for each source.",
  inputs: "files",
  options: ingestOptions,
  examples: [
    { run: "segment ingest crm.csv", does: "say what the file is, and show its first rows" },
    { run: "segment ingest crm.csv -o crm.parquet", does: "convert it, with typed columns" },
    { run: "segment ingest 'exports/*.csv.gz' -o all.csv", does: "several files of the same columns as one" },
    {
      run: "segment ingest crm.csv --dates signup=dmy --decimal , -o crm.csv.gz",
      does: "settle what the data leaves open",
    },
    {
      run: "segment ingest --source crm=crm.csv --source web=web.parquet -o customers.csv",
      does: "the customers of two sources, each once",
    },
    {
      run: "segment ingest --source crm=crm.csv --source web=web.csv --map map.yaml --combine left --conflicts conflicts.csv -o customers.csv",
      does: "complete the CRM from the shop by a map, and list where they differ",
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
  const combined = options.source.length > 0 ? await combineInputs(context, inputs, options) : null;
  if (combined === null) refuseWithoutSources(options, []);
  if (combined !== null) {
    const { table, opened } = combined;
    const sources = opened.flatMap(({ sources: own }) => own);
    const queries = outputQueries(table);
    const examples = await columnExamples(engine, table);
    const quarantined = opened.reduce((sum, one) => sum + one.quarantined, 0);
    const { warnings } = combined;
    const report = ingestReport({
      version,
      table,
      sources,
      quarantined,
      examples,
      warnings,
      more: combineMore(combined),
    });
    if (options.explain) {
      const format = io.destination(options.output, options.format)?.format ?? "csv";
      return { report, text: engine.explain(format === "csv" ? queries.query : queries.typed) };
    }
    return { report, table: { ...queries, rows: table.rows }, tables: conflictTables(combined, options.conflicts) };
  }
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
