import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf, OptionTable } from "../core/options.ts";
import { columnExamples } from "../steps/reading/column-examples.ts";
import { likelyReadingWarnings } from "../steps/reading/likely-readings.ts";
import { lostDigitsWarnings } from "../steps/reading/lost-digits.ts";
import { mixedColumnWarnings } from "../steps/reading/mixed-columns.ts";
import { mixedCountWarnings } from "../steps/reading/mixed-counts.ts";
import { roundedNumberWarnings } from "../steps/reading/rounded-numbers.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { printDialect } from "../steps/file-dialect/file-dialect.ts";
import { freezeDialect } from "../steps/file-dialect/freeze-dialect.ts";
import { loadSchema, openTable } from "../steps/open-table.ts";
import { columnRoles } from "../steps/roles/column-roles.ts";
import { readAsWritten, schemaText, type TableSchema } from "../steps/roles/schema-file.ts";
import { combineOptions, lookupOptions } from "./combine-options.ts";
import { combineMore } from "./combine-report.ts";
import { makeSchemaOption, tableOptions } from "./common-options.ts";
import { combineInputs, conflictTables, openMap, refuseWithoutSources } from "./ingest-combine.ts";
import { exportOf, exportOptions, readExport } from "./ingest-events.ts";
import { enrich } from "./ingest-lookup.ts";
import { isNamed } from "../steps/combine/named-sources.ts";
import { ingestReport } from "./ingest-report.ts";
import { openRollup, rollUp, rollupOptions } from "./ingest-rollup.ts";
import { refuseIdle, refuseSpooled } from "./refuse-options.ts";

const ingestOptions = {
  ...combineOptions,
  ...lookupOptions,
  ...rollupOptions,
  ...tableOptions,
  ...makeSchemaOption,
  ...exportOptions,
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
    "Where two readings fit equally well, both are shown with the options that settle them. Several sources (--source) " +
    "become one table of customers: by customer id, else e-mail address, else telephone number, each with its match rate, " +
    "and with a row account for each source. What each column is for (an id, an e-mail address, an amount of money …) is " +
    "told by its name and its values; --schema writes types and roles to a file that other commands read, and that you " +
    "may correct. Exports of Google Analytics 4, Matomo and Mixpanel become events of the same columns by their name " +
    "(--format ga4). Events and transactions become one row per customer by a rollup file (--rollup), as of a day that it " +
    "states, never of today: `customer: customer_id`, `time: time`, `as_of: 2024-06-30`, and under `measures:` lines such as " +
    '`orders: {count: rows, where: "event = purchase"}`, `revenue: {sum: revenue}`, `visits: {distinct: session_id, within: ' +
    "30 days, before: 30 days}`, `recency: {recency: time}`, `last_city: {last: city}`; also mean, min, max, tenure, first. " +
    "30 days within are the day itself and the 29 before it.",
  inputs: "files",
  options: ingestOptions,
  examples: [
    { run: "segment ingest crm.csv", does: "say what the file is, and show its first rows" },
    {
      run: "segment ingest crm.csv --null inconnu,999 --dates modified=epoch --ticked vip",
      does: "say what of this file is missing, counts seconds, or is a tick",
    },
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
    {
      run: "segment ingest crm.csv --dates born=dmy --quarantine aside.csv -o crm.parquet",
      does: "born holds dates: rows where it holds anything else are set aside, with file, line and reason",
    },
    {
      run: "segment ingest --source crm=crm.csv --source web=web.parquet -o customers.csv",
      does: "the customers of two sources, each once",
    },
    {
      run: "segment ingest --source crm=crm.csv --source web=web.csv --map map.yaml --combine left --conflicts conflicts.csv -o customers.csv",
      does: "complete the CRM from the shop by a map, and list where they differ",
    },
    {
      run: "segment ingest crm.csv --lookup insee=insee.csv --on postcode=code_postal --regions postcode -o crm.parquet",
      does: "add what is known of each postcode, and its department and region",
    },
    {
      run: "segment ingest events.ndjson --format ga4 -o events.parquet",
      does: "a Google Analytics 4 export as events: event, time, customer_id, session_id, url, source …",
    },
    {
      run: "segment ingest events.csv --rollup rollup.yaml --as-of 2024-06-30 -o customers.parquet",
      does: "one row per customer: counts, sums, recency and windows as of that day",
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
  named: readonly string[],
  given: OptionsOf<typeof ingestOptions>,
): Promise<Outcome> {
  const { inputs, options: lone } = withLoneSource(named, given);
  const { exported, options } = exportOf(lone);
  const { engine, io, version } = context;
  const { saveDialect } = options;
  if (options.explain && saveDialect !== undefined) refuseIdle(["--save-dialect"], "--explain writes nothing");
  const map = await openMap(context, options.map, options);
  const rollup = await openRollup(context, options);
  const combined = options.source.length > 0 ? await combineInputs(context, inputs, options, map) : null;
  if (combined !== null && saveDialect !== undefined) {
    refuseIdle(["--save-dialect"], "several sources have no dialect in common", "the map says how each is read");
  }
  if (combined === null) refuseWithoutSources(options, usedByLookups(options));
  const opened = combined ?? (await openTable(context, inputs, options, { schema: "made" }));
  const { table: read, sources, quarantined } = opened;
  const events = await readExport(context, read, quarantined, exported, sources);
  const { unpacked, merged } = events;
  const enriched = await enrich(context, events.table, options, map);
  const { looked } = enriched;
  requireSettled(enriched.table);
  const placed = combined === null && unpacked === 0 && merged === 0 ? sources : null;
  const rolled = await rollUp(context, enriched.table, placed, { quarantined, unpacked, merged }, rollup, options);
  const made = await schemaToMake(context, options.schema, "schema" in opened ? opened.schema : null);
  if (made !== null && (rollup !== null || exported !== null)) {
    const gives = rollup === null ? "an export gives a table of events" : "--rollup gives a table of customers";
    refuseIdle(["--schema"], `${gives}, not the table of its file`, "write the schema of what this run writes");
  }
  const isRead = !options.explain && (!options.quiet || options.report !== undefined);
  context.terminal.progress("looking at what the columns are for");
  const { roles, sampled } =
    isRead || made !== null ? await columnRoles(engine, rolled.table, rollup !== null) : { roles: [], sampled: null };
  if (made !== null && options.explain) refuseIdle(["--schema"], "--explain writes nothing");
  const table = made === null ? rolled.table : readAsWritten(rolled.table, roles);
  const queries = outputQueries(table, { plain: true });
  const examples = await columnExamples(engine, table);
  const mixed = combined === null ? await mixedColumnWarnings(read, sources) : [];
  // What an export's columns are is known.
  const likely = combined === null && exported === null ? await likelyReadingWarnings(engine, read, sources) : [];
  const units = combined === null && exported === null ? await mixedCountWarnings(engine, read, sources) : [];
  const lost = combined === null ? lostDigitsWarnings(read, sources) : [];
  const format = io.destination(options.output, options.format)?.format ?? "csv";
  const rounded = format === "csv" || options.explain ? [] : await roundedNumberWarnings(engine, table);
  const added = [...events.warnings, ...enriched.warnings, ...rolled.warnings];
  const warnings = [...opened.warnings, ...mixed, ...likely, ...units, ...lost, ...added, ...rounded];
  const combining =
    combined === null ? null : combineMore(combined, new Map(roles.map(({ column, role }) => [column, role])));
  // The account of what happened last is that of the run.
  const more = [combining, events.more, enriched.more, rolled.more].filter((one) => one !== null);
  const rolesOf = { roles, sampled, made };
  const report = ingestReport({ version, table, read, sources, quarantined, examples, warnings, more, ...rolesOf });
  if (options.explain) {
    if (combined !== null || looked.length > 0 || rollup !== null || exported !== null)
      refuseSpooled([...sources, ...looked.flatMap((one) => one.opened.sources)]);
    return { report, text: engine.explain(format === "csv" ? queries.query : queries.typed) };
  }
  const files = [
    ...(made === null ? [] : [{ path: made, text: await schemaText(table, roles) }]),
    ...(saveDialect === undefined
      ? []
      : [{ path: saveDialect, text: await printDialect(freezeDialect(read, sources, options), saveDialect) }]),
  ];
  const tables = combined === null ? [] : conflictTables(combined, options.conflicts);
  return { report, table: { ...queries, rows: table.rows }, files, tables };
}

/** The schema file that is to be written; null where there is one, by which the table was read. Throws `usage`. */
async function schemaToMake(
  context: Context,
  path: string | undefined,
  known: TableSchema | null,
): Promise<string | null> {
  if (path === undefined || known !== null) return null;
  if ((await loadSchema(context, path, true)) === null) return path;
  throw new SegmentError("usage", `${path} exists, and several sources are not read by one schema`, {
    hint: "state types in the map's schema, or name a new file to have types and roles written",
  });
}

/** A single source without a name, such as a database, is an input like any other. */
function withLoneSource(
  inputs: readonly string[],
  options: OptionsOf<typeof ingestOptions>,
): { readonly inputs: readonly string[]; readonly options: OptionsOf<typeof ingestOptions> } {
  const [only] = options.source;
  if (options.source.length !== 1 || inputs.length > 0 || isNamed(only!)) return { inputs, options };
  return { inputs: [only!], options: { ...options, source: [] } };
}

/** Options of several sources that lookups have a use for without them. */
function usedByLookups({ lookup, regions }: OptionsOf<typeof ingestOptions>): readonly ("map" | "country")[] {
  return [...(lookup.length > 0 ? ["map" as const] : []), ...(regions === undefined ? [] : ["country" as const])];
}
