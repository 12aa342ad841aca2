import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import type { OptionsOf, OptionTable } from "../core/options.ts";
import { columnExamples } from "../steps/reading/column-examples.ts";
import { mixedColumnWarnings } from "../steps/reading/mixed-columns.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { openTable } from "../steps/open-table.ts";
import { freezeDialect } from "../steps/file-dialect/freeze-dialect.ts";
import { printDialect } from "../steps/file-dialect/file-dialect.ts";
import { tableOptions } from "./common-options.ts";
import { ingestReport } from "./ingest-report.ts";
import { refuseIdle } from "./refuse-options.ts";

const ingestOptions = {
  ...tableOptions,
  saveDialect: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Output",
    help: "save all that was decided of the files, for `--dialect` (.yaml or .json)",
  },
} as const satisfies OptionTable;

/** `segment ingest`: reads any export, says what it was found to be and why, and converts it. */
export const ingest: Command<typeof ingestOptions> = {
  name: "ingest",
  summary: "read any export, say what it is, convert it",
  description:
    "Reads CSV of any delimiter, quote and encoding, Parquet, NDJSON and JSON, plain or compressed; says what it " +
    "detected and why; and writes the same rows as CSV, Parquet, NDJSON or JSON. Types are decided on every row. " +
    "Where two readings fit equally well, both are shown with the options that settle them.",
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
      run: "segment ingest crm.csv --skip-lines 2 --header-rows 1 --footer-lines 1 -o crm.parquet",
      does: "say where the table is, instead of having it found",
    },
    {
      run: "segment ingest crm.csv --save-dialect crm.yaml -o crm.parquet",
      does: "save how the file is read; segment clean new.csv --dialect crm.yaml then guesses nothing",
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
  const { saveDialect } = options;
  if (options.explain && saveDialect !== undefined) refuseIdle(["--save-dialect"], "--explain writes nothing");
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
  const files =
    saveDialect === undefined
      ? []
      : [{ path: saveDialect, text: await printDialect(freezeDialect(table, sources, options), saveDialect) }];
  return { report, table: { ...queries, rows: table.rows }, files };
}
