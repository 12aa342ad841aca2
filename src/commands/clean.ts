import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { applyClean, finished, type Cleaned } from "../steps/clean/apply.ts";
import { learnClean, type LearnSettings } from "../steps/clean/learn.ts";
import { readCleanModel, toFitted, type CleanModel } from "../steps/clean/model.ts";
import { readOutlierActions, readOutliers } from "../steps/clean/outlier-rules.ts";
import { readCase, readImpute, readNullWords } from "../steps/clean/settings.ts";
import { readModelFile } from "../steps/model-file.ts";
import { openTable, type OpenedTable, type Warning } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { cleanOptions } from "./clean-options.ts";
import { quarantineText, requireQuarantine } from "../steps/clean/quarantine-text.ts";
import { cleanReport } from "./clean-report.ts";
import { givenFlags, refuseIdle, refuseSpooled } from "./refuse-options.ts";

type CleanOptions = OptionsOf<typeof cleanOptions>;

/** `segment clean`: every value in one notation; on request more. */
export const clean: Command<typeof cleanOptions> = {
  name: "clean",
  summary: "one notation for every value; outliers and gaps on request",
  description:
    "Brings every value into one notation: outer and repeated spaces off, Unicode NFC, words for a missing value empty, " +
    "e-mail addresses in small letters, numbers with a decimal point, ISO dates, true and false. It clips, fills and drops " +
    "nothing unless asked to: case, e-mail check, outliers, gaps. Each rule is counted per column. What is learned " +
    "(bounds, fills, types) can be saved and applied to other rows.",
  inputs: "files",
  options: cleanOptions,
  examples: [
    { run: "segment clean crm.csv -o clean.csv", does: "one notation for every value, nothing else" },
    {
      run: "segment clean crm.csv --null inconnu,999 --case city=title -o clean.csv",
      does: "words of your own for missing",
    },
    {
      run: "segment clean crm.csv --outliers iqr --outlier-action clip --impute median --impute-flag --save-model clean.json -o clean.csv",
      does: "clip outliers, fill gaps, keep what was learned",
    },
    {
      run: "segment clean shops.csv --outliers mad,price=bounds:0:500 --outlier-action winsorise,price=null --impute median --by country -o clean.csv",
      does: "outliers and fills of each country, an action of its own for one column",
    },
    {
      run: "segment clean daily.csv --outliers visits=xmr --impute price=linear,stock=ffill --order-by day --by shop -o clean.csv",
      does: "control limits, and gaps filled from the days before and behind in the same shop",
    },
    {
      run: "segment clean crm.csv --outliers age=bounds:0:120 --outlier-action quarantine --quarantine aside.csv -o clean.csv",
      does: "impossible values: their rows set aside, with file, line and reason",
    },
    {
      run: "segment clean tonight.csv --model clean.json -o clean.csv",
      does: "the same for other rows, nothing learned anew",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], options: CleanOptions): Promise<Outcome> {
  if (options.model !== undefined)
    refuseIdle(givenFlags(cleanOptions, options, learningOptions), "--model cleans without learning");
  refuseAlone(options);
  const settings = options.model === undefined ? readSettings(options) : null;
  const saved = options.model === undefined ? null : await loadModel(context, options.model);
  const actions = settings?.outlierActions;
  const used =
    actions === undefined ? saved!.outliers.map(({ action }) => action) : [actions.all, ...actions.byColumn.values()];
  if (!options.explain) requireQuarantine(used, options.quarantine);
  const opened = await openTable(context, inputs, options);
  if (options.explain) refuseSpooled(opened.sources);
  const { model, cleaned, warnings } =
    settings === null
      ? {
          model: saved!,
          cleaned: await applyClean(context, opened, saved!, { words: options, overwrite: options.overwrite }),
          warnings: [],
        }
      : await fitAndApply(context, opened, options, settings);
  const queries = outputQueries(cleaned.table);
  const isRead = !options.explain && (!options.quiet || options.report !== undefined);
  const report = await cleanReport(context, {
    opened,
    model,
    cleaned,
    warnings: [...opened.warnings, ...warnings, ...cleaned.warnings],
    saved: saved !== null,
    detailed: isRead,
  });
  if (options.explain) {
    const format = context.io.destination(options.output, options.format)?.format ?? "csv";
    return { report, text: context.engine.explain(format === "csv" ? queries.query : queries.typed) };
  }
  return {
    report,
    table: { ...queries, rows: cleaned.table.rows, first: cleaned.added },
    files: [
      ...(options.saveModel === undefined
        ? []
        : [{ path: options.saveModel, text: `${JSON.stringify(toFitted(model), null, 2)}\n` }]),
      ...(options.quarantine === undefined || cleaned.facts.quarantined.length === 0
        ? []
        : [
            {
              path: options.quarantine,
              text: await quarantineText(context, opened, cleaned, options.quarantine),
            },
          ]),
    ],
  };
}

async function fitAndApply(
  context: Context,
  opened: OpenedTable,
  options: CleanOptions,
  settings: LearnSettings,
): Promise<{ readonly model: CleanModel; readonly cleaned: Cleaned; readonly warnings: readonly Warning[] }> {
  const { model, formed, warnings } = await learnClean(context, opened, options, settings);
  return { model, cleaned: await finished(context, opened, formed, model, options.overwrite), warnings };
}

async function loadModel(context: Context, file: string): Promise<CleanModel> {
  return readCleanModel(readModelFile(await context.io.readText(file), file));
}

function readSettings(options: CleanOptions): LearnSettings {
  return {
    columns: options.columns,
    exclude: options.exclude,
    id: options.id,
    email: options.email,
    booleans: options.booleans,
    nullWords: options.null === undefined ? null : readNullWords(options.null),
    letters: readCase(options.case ?? []),
    emailCheck: options.emailCheck ?? null,
    outliers: readOutliers(options.outliers ?? [], options),
    outlierActions: readOutlierActions(options.outlierAction ?? []),
    by: options.by ?? null,
    orderBy: options.orderBy ?? null,
    impute: readImpute(options.impute ?? []),
    imputeFlag: options.imputeFlag,
    fillsAll: options.saveModel !== undefined,
  };
}

/** Options that only learning can honour. */
const learningOptions = [
  "columns",
  "exclude",
  "id",
  "email",
  "booleans",
  "null",
  "case",
  "emailCheck",
  "outliers",
  "outlierAction",
  "iqrFactor",
  "zLimit",
  "impute",
  "imputeFlag",
  "by",
  "orderBy",
  "saveModel",
] as const satisfies readonly (keyof CleanOptions)[];

/** Options that would have no effect without another one, and those that need another one. */
function refuseAlone(options: CleanOptions): void {
  const given = (...keys: (keyof typeof cleanOptions)[]): readonly string[] => givenFlags(cleanOptions, options, keys);
  const rules = rulesOf(options.outliers);
  if (rules.length === 0) {
    refuseIdle(given("outlierAction"), "no outliers are looked for", "add --outliers iqr or --outliers zscore");
  }
  if (!rules.includes("iqr"))
    refuseIdle(given("iqrFactor"), "the iqr rule takes no number from it", "add --outliers iqr");
  if (!rules.includes("zscore")) {
    refuseIdle(given("zLimit"), "the zscore rule takes no number from it", "add --outliers zscore");
  }
  if (options.impute === undefined) refuseIdle(given("imputeFlag"), "no gaps are filled", "add --impute median");
  if (options.model === undefined) refuseFrames(options);
  if (options.explain) {
    refuseIdle(given("saveModel", "quarantine"), "--explain writes nothing");
  }
}

/** What depends on the order of rows needs to know it; an order and groups need something that depends on them. */
function refuseFrames({ outliers, impute, by, orderBy }: CleanOptions): void {
  const names = [...rulesOf(outliers), ...rulesOf(impute)].map((rule) => rule.split(":")[0]!);
  const ordered = names.filter((name) => ["xmr", "ffill", "bfill", "linear"].includes(name));
  if (orderBy === undefined && ordered.length > 0) {
    throw new SegmentError("usage", `${ordered[0]} depends on the order of rows, and none is given`, {
      hint: "add --order-by COL (a date, a number), and --by COL where each group has its own order",
    });
  }
  if (ordered.length === 0) {
    refuseIdle(
      orderBy === undefined ? [] : ["--order-by"],
      "nothing depends on the order of rows",
      "add --impute COL=ffill or --outliers COL=xmr",
    );
  }
  if (names.every((name) => name === "bounds" || name === "constant")) {
    refuseIdle(
      by === undefined ? [] : ["--by"],
      "nothing is learned or filled by group",
      "add --impute median or --outliers iqr",
    );
  }
}

/** The rules of an option's items, without their columns. */
function rulesOf(items: readonly string[] | undefined): readonly string[] {
  return (items ?? []).map((item) =>
    (/^.*?=(constant:.*)$/s.exec(item)?.[1] ?? item.slice(item.lastIndexOf("=") + 1)).trim(),
  );
}
