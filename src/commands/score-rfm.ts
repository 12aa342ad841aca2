import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { measures } from "../model/rfm/score.ts";
import { readModelFile } from "../steps/model-file.ts";
import { openTable, type OpenedTable } from "../steps/open-table.ts";
import { parseReadingOptions } from "../steps/reading/reading-options.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { applyRfm, measureRfm, scoreMeasured, type AppliedRfm } from "../steps/rfm/apply.ts";
import { defaultGrid } from "../steps/rfm/default-grid.ts";
import { gridText } from "../steps/rfm/grid-text.ts";
import { measuredNumbers } from "../steps/rfm/measured-numbers.ts";
import { readRfmModel, toFitted, type RfmModel } from "../steps/rfm/model.ts";
import { readGrid } from "../steps/rfm/read-grid.ts";
import { readRoles, refuseBothWays } from "../steps/rfm/roles.ts";
import { readAsOf, readCuts, readWeights } from "../steps/rfm/settings.ts";
import { givenFlags, refuseIdle, refuseSpooled } from "./refuse-options.ts";
import { scoreRfmOptions } from "./score-rfm-options.ts";
import { scoreRfmReport } from "./score-rfm-report.ts";

type ScoreRfmOptions = OptionsOf<typeof scoreRfmOptions>;

/** `segment score rfm`: recency, frequency and monetary, their scores, and a named segment for every customer. */
export const scoreRfm: Command<typeof scoreRfmOptions> = {
  name: "score rfm",
  summary: "recency, frequency, monetary: scores and named segments",
  description:
    "Scores customers by recency (how lately they bought), frequency (how often) and monetary (how much), from " +
    "transactions or from columns that hold the three. Each score is 1 + the number of quintile cuts (type 7) strictly " +
    "below the value, for recency strictly above it: 5 is best, and equal values get equal scores. From transactions " +
    "the output has a row per customer: the customer, recency, frequency, monetary, r_score, f_score, m_score, " +
    "rfm_score (such as 543) and rfm_segment. From columns these stand beside the table's own.",
  inputs: "files",
  options: scoreRfmOptions,
  examples: [
    {
      run: "segment score rfm orders.csv --customer customer_id --date date --amount amount",
      does: "read the segments at the terminal",
    },
    {
      run: "segment score rfm orders.csv --customer customer_id --date date --amount amount --as-of 2024-12-31 --save-model rfm.json -o rfm.csv",
      does: "write a row per customer, keep the cuts for next month",
    },
    {
      run: "segment score rfm crm.csv --recency last_order --frequency orders --monetary revenue -o scored.csv",
      does: "a table of customers that has the three already; recency may be a date",
    },
    {
      run: "segment score rfm orders.csv --model rfm.json --as-of 2025-01-31 -o rfm.csv",
      does: "the same cuts on newer orders",
    },
    {
      run: "segment score rfm crm.csv --recency days --frequency orders --monetary revenue --cuts recency=30,60,90,180 --grid segments.yaml",
      does: "cuts and segments of your own",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], options: ScoreRfmOptions): Promise<Outcome> {
  refuseAlone(options);
  const asOf = readAsOf(options.asOf);
  const { opened, model, applied } =
    options.model === undefined
      ? await fitted(context, inputs, options, asOf)
      : await ofModel(context, inputs, options, options.model, asOf);
  const { table } = applied;
  const report = scoreRfmReport(context.version, { opened, model, applied, asOfGiven: asOf !== undefined });
  const queries = outputQueries(table);
  if (options.explain) {
    const format = context.io.destination(options.output, options.format)?.format ?? "csv";
    return { report, text: context.engine.explain(format === "csv" ? queries.query : queries.typed) };
  }
  const files: { path: string; text: string }[] = [];
  if (options.saveModel !== undefined) {
    files.push({ path: options.saveModel, text: `${JSON.stringify(toFitted(model), null, 2)}\n` });
  }
  if (options.saveGrid !== undefined) files.push({ path: options.saveGrid, text: gridText(model.grid) });
  const customer = model.roles.kind === "transactions" ? [model.roles.customer] : [];
  return {
    report,
    table: { ...queries, rows: table.rows, first: [...customer, ...measures, "rfm_score", "rfm_segment"] },
    files,
  };
}

interface Scored {
  readonly opened: OpenedTable;
  readonly model: RfmModel;
  readonly applied: AppliedRfm;
}

async function fitted(
  context: Context,
  inputs: readonly string[],
  options: ScoreRfmOptions,
  asOf: string | undefined,
): Promise<Scored> {
  refuseBothWays(options);
  const given = readCuts(options.cuts);
  const weights = readWeights(options.weights);
  const grid =
    options.grid === undefined ? defaultGrid : await readGrid(await context.io.readText(options.grid), options.grid);
  const opened = await open(context, inputs, options);
  const roles = readRoles(options, opened.table);
  const measured = await measureRfm(context, opened, roles, {
    ...options,
    asOf,
    weights,
    reading: parseReadingOptions(options),
  });
  const numbers = await measuredNumbers(context, measured);
  const model: RfmModel = {
    version: context.version,
    columns: measured.columns,
    roles,
    cuts: await numbers.cuts(given),
    weights,
    grid,
  };
  return { opened, model, applied: scoreMeasured(measured, await numbers.summary(model), model) };
}

async function ofModel(
  context: Context,
  inputs: readonly string[],
  options: ScoreRfmOptions,
  file: string,
  asOf: string | undefined,
): Promise<Scored> {
  refuseIdle(givenFlags(scoreRfmOptions, options, fitOptions), "--model scores without fitting");
  const model = readRfmModel(readModelFile(await context.io.readText(file), file));
  const opened = await open(context, inputs, options);
  const applied = await applyRfm(context, opened, model, { ...options, asOf, reading: parseReadingOptions(options) });
  return { opened, model, applied };
}

async function open(context: Context, inputs: readonly string[], options: ScoreRfmOptions): Promise<OpenedTable> {
  const opened = await openTable(context, inputs, options);
  if (options.explain) refuseSpooled(opened.sources);
  return opened;
}

/** Refuses options that would have no effect beside others. Throws `usage`. */
function refuseAlone({ explain, quarantine, grid, saveGrid }: ScoreRfmOptions): void {
  const hint = "leave out one or the other";
  if (explain && quarantine !== undefined) refuseIdle(["--quarantine"], "--explain writes nothing");
  if (grid !== undefined && saveGrid !== undefined) {
    throw new SegmentError("usage", "--save-grid would only write what --grid reads, without its comments", { hint });
  }
}

/** Options that only a fit can honour. */
const fitOptions = [
  "customer",
  "date",
  "amount",
  "recency",
  "frequency",
  "monetary",
  "cuts",
  "weights",
  "grid",
  "saveModel",
] as const satisfies readonly (keyof ScoreRfmOptions)[];
