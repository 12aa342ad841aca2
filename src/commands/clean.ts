import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import type { OptionsOf } from "../core/options.ts";
import { applyClean, finished, type Cleaned } from "../steps/clean/apply.ts";
import type { CleanSettings } from "../steps/clean/formed-table.ts";
import { readExclusion } from "../steps/clean/exclude-rows.ts";
import { learnClean, type Learned, type LearnSettings } from "../steps/clean/learn.ts";
import { ledgerTable } from "../steps/clean/ledger.ts";
import { readCleanModel, toFitted, type CleanModel } from "../steps/clean/model.ts";
import { readOutlierActions, readOutliers, type OutlierAction } from "../steps/clean/outlier-rules.ts";
import { addedTo, readRulesFile } from "../steps/clean/rules-file.ts";
import {
  readCase,
  readChecks,
  readEmailFlags,
  readImpute,
  readNullWords,
  type EmailCheck,
} from "../steps/clean/settings.ts";
import { openOfficialPostcodes } from "../steps/contact/official-postcodes.ts";
import { readModelFile } from "../steps/model-file.ts";
import { openTable, type OpenedTable, type Warning } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { cleanOptions } from "./clean-options.ts";
import { quarantineText, requireQuarantine } from "../steps/clean/quarantine-text.ts";
import { imputedTables, imputeSettings, numberedPaths, refuseOverwriting } from "./clean-imputation.ts";
import { refuseAsSql } from "../steps/impute/imputer.ts";
import { splitImpute } from "../steps/impute/settings.ts";
import { checkActions, refuseAlone, refuseOtherLedger, refuseTwoChecks } from "./clean-refusals.ts";
import { cleanReport } from "./clean-report.ts";
import { undo } from "./clean-undo.ts";
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
      run: "segment clean crm.csv --phone mobile --country FR --postcode cp --check flag,phone=null --email-flags role,disposable -o clean.csv",
      does: "numbers in E.164, postcodes with their zeros, wrong ones told or emptied",
    },
    {
      run: 'segment clean crm.csv --rules clean.yaml --exclude-where "tests: email = test@example.com" --ledger changes.parquet -o clean.csv',
      does: "rules from a file, some rows left out, every change kept by its digests",
    },
    {
      run: "segment clean crm.csv --impute knn,city=mode --neighbors 10 --exclude notes --save-model clean.json -o clean.csv",
      does: "fill gaps from the most similar rows, city by its most frequent value",
    },
    {
      run: "segment clean crm.csv --impute iterative --imputations 5 -o clean.csv",
      does: "five tables, clean-1.csv to clean-5.csv, whose gaps are drawn: segment cluster --imputations tells what they change",
    },
    {
      run: "segment clean --undo changes.parquet --input crm.csv clean.csv -o crm-again.csv",
      does: "the table as it was; with --undo-rules case only what that rule did",
    },
    {
      run: "segment clean tonight.csv --model clean.json -o clean.csv",
      does: "the same for other rows, nothing learned anew",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], given: CleanOptions): Promise<Outcome> {
  if (given.undo !== undefined) {
    const idle = [...learningOptions.filter((key) => key !== "columns"), "model", "ledger", "overwrite"] as const;
    refuseIdle(givenFlags(cleanOptions, given, idle), "--undo takes back what was done");
    return undo(context, inputs, { ...given, undo: given.undo });
  }
  refuseIdle(givenFlags(cleanOptions, given, ["input", "undoRules"]), "nothing is taken back", "add --undo LEDGER");
  const options = await withRules(context, given);
  if (options.model !== undefined)
    refuseIdle(givenFlags(cleanOptions, options, learningOptions), "--model cleans without learning");
  refuseTwoChecks(options);
  refuseAlone(options);
  refuseOtherLedger(options.ledger);
  const settings = options.model === undefined ? readSettings(options) : null;
  const saved = options.model === undefined ? null : await loadModel(context, options.model);
  const actions = settings?.outlierActions;
  const used =
    actions === undefined ? modelActions(saved!) : [actions.all, ...actions.byColumn.values(), settings!.emailCheck];
  if (!options.explain) requireQuarantine(used, options.quarantine);
  const opened = await openTable(
    context,
    inputs,
    { ...options, null: undefined },
    {
      learned: saved?.reading,
      asides: used.includes("quarantine") || checkActions(options).includes("quarantine"),
    },
  );
  if (options.explain) refuseSpooled(opened.sources);
  if (options.explain) refuseAsSql(saved?.imputers ?? []);
  const paths = numberedPaths(options);
  refuseOverwriting(opened, paths);
  const { model, cleaned, contacts, leftOut, warnings, imputers } =
    settings === null
      ? {
          contacts: [],
          leftOut: [],
          imputers: [],
          model: saved!,
          cleaned: await applyClean(context, opened, saved!, { words: options, ...(await keptBy(context, options)) }),
          warnings: [],
        }
      : await fitAndApply(context, opened, options, settings);
  const queries = outputQueries(cleaned.table);
  const isRead = !options.explain && (!options.quiet || options.report !== undefined);
  const report = await cleanReport(context, {
    opened,
    model,
    cleaned,
    warnings: [...opened.warnings, ...retypedWarning(opened), ...warnings, ...cleaned.warnings],
    contacts,
    leftOut,
    saved: saved !== null,
    imputations: options.imputations ?? null,
    detailed: isRead,
  });
  if (options.explain) {
    const format = context.io.destination(options.output, options.format)?.format ?? "csv";
    return { report, text: context.engine.explain(format === "csv" ? queries.query : queries.typed) };
  }
  if (paths.length > 0) {
    const made = await imputedTables(context, opened, { model, cleaned, imputers }, await keptBy(context, options));
    const files = await quarantineFiles(context, opened, cleaned, options);
    return { report, tables: made.map((table, m) => ({ path: paths[m]!, table })), files };
  }
  return {
    report,
    table: { ...queries, rows: cleaned.table.rows, first: cleaned.added },
    tables:
      cleaned.ledger === null
        ? []
        : [{ path: options.ledger!, table: await ledgerTable(context.engine, cleaned.ledger) }],
    files: [
      ...(options.saveModel === undefined
        ? []
        : [{ path: options.saveModel, text: `${JSON.stringify(toFitted(model), null, 2)}\n` }]),
      ...(await quarantineFiles(context, opened, cleaned, options)),
    ],
  };
}

/** What is said of columns whose types a table here does not have, so that the output has another. */
function retypedWarning({ retyped = [] }: OpenedTable): readonly Warning[] {
  if (retyped.length === 0) return [];
  const shown = retyped.slice(0, 8).map(({ name, note }) => `${name} (${note})`);
  const more = retyped.length > 8 ? ` and ${retyped.length - 8} more` : "";
  return [{ code: "other-types", message: `columns of another type than in the file: ${shown.join(", ")}${more}` }];
}

async function quarantineFiles(
  context: Context,
  opened: OpenedTable,
  cleaned: Cleaned,
  { quarantine }: CleanOptions,
): Promise<NonNullable<Outcome["files"]>> {
  if (quarantine === undefined || cleaned.quarantined === 0) return [];
  return [{ path: quarantine, text: await quarantineText(context, opened, cleaned, quarantine) }];
}

async function fitAndApply(
  context: Context,
  opened: OpenedTable,
  options: CleanOptions,
  settings: LearnSettings,
): Promise<Fit> {
  const kept = await keptBy(context, options);
  const found = await learnClean(context, opened, options, { ...settings, ...kept });
  const { formed, ...rest } = found;
  return { ...rest, cleaned: await finished(context, opened, formed, found.model, kept) };
}

async function keptBy(
  context: Context,
  { overwrite, ledger, explain, postcodes }: CleanOptions,
): Promise<CleanSettings> {
  const official = postcodes === undefined ? null : await openOfficialPostcodes(context, postcodes);
  return { overwrite, ledger: ledger !== undefined && !explain, official, kept: !explain };
}

/** What a model does to rows with outliers and wrong values. */
function modelActions({
  outliers,
  emailCheck,
  checks = [],
}: CleanModel): readonly (OutlierAction | EmailCheck | null)[] {
  return [...outliers.map(({ action }) => action), emailCheck, ...checks.map(({ action }) => action)];
}

interface Fit extends Omit<Learned, "formed"> {
  readonly cleaned: Cleaned;
}

/** The options with those of a rules file, which those of the command line add to. */
async function withRules(context: Context, options: CleanOptions): Promise<CleanOptions> {
  if (options.rules === undefined) return options;
  const file = await readRulesFile(await context.io.readText(options.rules), options.rules, cleanOptions, ruleKeys);
  return addedTo(cleanOptions, file, options);
}

async function loadModel(context: Context, file: string): Promise<CleanModel> {
  return readCleanModel(readModelFile(await context.io.readText(file), file));
}

function readSettings(options: CleanOptions): LearnSettings {
  const missing = readNullWords(options.null ?? []);
  // Words of single columns alone leave those that the reader knows.
  const isForAll = options.null !== undefined && (missing.all.length > 0 || missing.byColumn.size === 0);
  return {
    columns: options.columns,
    exclude: options.exclude,
    id: options.id,
    email: options.email,
    booleans: options.booleans,
    nullWords: isForAll ? missing.all : null,
    nullWordsOf: missing.byColumn,
    letters: readCase(options.case ?? []),
    emailCheck: options.emailCheck ?? null,
    outliers: readOutliers(options.outliers ?? [], options),
    outlierActions: readOutlierActions(options.outlierAction ?? []),
    by: options.by ?? null,
    orderBy: options.orderBy ?? null,
    impute: readImpute(splitImpute(options.impute ?? []).others),
    models: imputeSettings(options),
    imputeFlag: options.imputeFlag,
    fillsAll: options.saveModel !== undefined,
    contacts: {
      named: {
        phone: options.phone,
        postcode: options.postcode,
        city: options.city,
        country: options.countryNames,
        gender: options.gender,
        title: options.title,
      },
      country: options.country,
      countryColumn: options.countryColumn,
    },
    money: options.money,
    fold: options.foldAccents,
    unicode: options.unicode,
    checks: readChecks(options.check ?? []),
    emailFlags: readEmailFlags(options.emailFlags ?? []),
    excludeWhere: options.excludeWhere.map(readExclusion),
  };
}

/** Options that a rules file may hold. */
const ruleKeys = [
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
  "neighbors",
  "knnWeights",
  "knnScale",
  "imputeTol",
  "by",
  "orderBy",
  "unicode",
  "foldAccents",
  "emailFlags",
  "phone",
  "postcode",
  "country",
  "countryColumn",
  "city",
  "postcodes",
  "countryNames",
  "gender",
  "title",
  "money",
  "check",
  "excludeWhere",
] as const satisfies readonly (keyof CleanOptions)[];

/** Options that only learning can honour. */
const learningOptions = [
  ...ruleKeys.filter((key) => key !== "postcodes"),
  "rules",
  "imputations",
  "seed",
  "saveModel",
] as const satisfies readonly (keyof CleanOptions)[];
