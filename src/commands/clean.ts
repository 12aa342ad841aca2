import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { applyClean, finished, type CleanSettings, type Cleaned } from "../steps/clean/apply.ts";
import type { ChosenContact } from "../steps/clean/choose-contacts.ts";
import { readExclusion } from "../steps/clean/exclude-rows.ts";
import { learnClean, type LearnSettings } from "../steps/clean/learn.ts";
import { ledgerTable } from "../steps/clean/ledger.ts";
import { readCleanModel, toFitted, type CleanModel } from "../steps/clean/model.ts";
import { setAsideText } from "../steps/clean/set-aside-text.ts";
import { addedTo, readRulesFile } from "../steps/clean/rules-file.ts";
import {
  readCase,
  readChecks,
  readEmailFlags,
  readImpute,
  readNullWords,
  readOutliers,
} from "../steps/clean/settings.ts";
import { openOfficialPostcodes } from "../steps/contact/official-postcodes.ts";
import { readModelFile } from "../steps/model-file.ts";
import { openTable, type OpenedTable, type Warning } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { cleanOptions } from "./clean-options.ts";
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
      run: "segment clean crm.csv --phone mobile --country FR --postcode cp --check flag,phone=null --email-flags role,disposable -o clean.csv",
      does: "numbers in E.164, postcodes with their zeros, wrong ones told or emptied",
    },
    {
      run: 'segment clean crm.csv --rules clean.yaml --exclude-where "tests: email = test@example.com" --ledger changes.parquet -o clean.csv',
      does: "rules from a file, some rows left out, every change kept by its digests",
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
  refuseAlone(options);
  const settings = options.model === undefined ? readSettings(options) : null;
  const saved = options.model === undefined ? null : await loadModel(context, options.model);
  const opened = await openTable(context, inputs, options);
  if (options.explain) refuseSpooled(opened.sources);
  const { model, cleaned, contacts, warnings } =
    settings === null
      ? {
          contacts: [],
          model: saved!,
          cleaned: await applyClean(context, opened, saved!, { words: options, ...(await keptBy(context, options)) }),
          warnings: [],
        }
      : await fitAndApply(context, opened, options, settings);
  const queries = outputQueries(cleaned.table);
  const isRead = !options.explain && (!options.quiet || options.report !== undefined);
  const aside = options.explain ? null : await setAside(context, opened, cleaned, options.quarantine);
  const report = await cleanReport(context, {
    opened,
    model,
    cleaned,
    warnings: [...opened.warnings, ...warnings, ...cleaned.warnings, ...(aside?.warnings ?? [])],
    contacts,
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
    tables:
      cleaned.ledger === null
        ? []
        : [{ path: options.ledger!, table: await ledgerTable(context.engine, cleaned.ledger) }],
    files: [
      ...(aside === null ? [] : [aside.file]),
      ...(options.saveModel === undefined
        ? []
        : [{ path: options.saveModel, text: `${JSON.stringify(toFitted(model), null, 2)}\n` }]),
    ],
  };
}

/** The quarantine file with the rows that checks set aside behind those that could not be read; null where there are none. */
async function setAside(
  { engine, io }: Context,
  { sources }: OpenedTable,
  { formed }: Cleaned,
  file: string | undefined,
): Promise<{
  readonly file: { readonly path: string; readonly text: string };
  readonly warnings: readonly Warning[];
} | null> {
  if (formed.setAside === null) return null;
  if (file === undefined) {
    throw new SegmentError("usage", "the model sets rows aside, and no file is named for them", {
      hint: "add --quarantine FILE",
    });
  }
  const { text, unplaced } = await setAsideText(engine, sources, formed, formed.setAside, await io.readText(file));
  const message = `of ${unplaced} rows that were set aside the line is not told`;
  return { file: { path: file, text }, warnings: unplaced > 0 ? [{ code: "lines-unknown", message }] : [] };
}

async function fitAndApply(
  context: Context,
  opened: OpenedTable,
  options: CleanOptions,
  settings: LearnSettings,
): Promise<Fit> {
  const kept = await keptBy(context, options);
  const { model, formed, contacts, warnings } = await learnClean(context, opened, options, { ...settings, ...kept });
  return { model, cleaned: await finished(context, opened, formed, model, kept), contacts, warnings };
}

async function keptBy(
  context: Context,
  { overwrite, ledger, explain, postcodes }: CleanOptions,
): Promise<CleanSettings> {
  const official = postcodes === undefined ? null : await openOfficialPostcodes(context, postcodes);
  return { overwrite, ledger: ledger !== undefined && !explain, official };
}

interface Fit {
  readonly model: CleanModel;
  readonly cleaned: Cleaned;
  readonly contacts: readonly ChosenContact[];
  readonly warnings: readonly Warning[];
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
  return {
    columns: options.columns,
    exclude: options.exclude,
    id: options.id,
    email: options.email,
    booleans: options.booleans,
    nullWords: options.null === undefined ? null : readNullWords(options.null),
    letters: readCase(options.case ?? []),
    emailCheck: options.emailCheck ?? null,
    outliers: readOutliers(options.outliers ?? []),
    outlierAction: options.outlierAction,
    iqrFactor: options.iqrFactor,
    zLimit: options.zLimit,
    impute: readImpute(options.impute ?? []),
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
  "unicode",
  "foldAccents",
  "emailFlags",
  "phone",
  "postcode",
  "country",
  "countryColumn",
  "city",
  "countryNames",
  "gender",
  "title",
  "money",
  "check",
  "excludeWhere",
] as const satisfies readonly (keyof CleanOptions)[];

/** Options that only learning can honour. */
const learningOptions = [...ruleKeys, "rules", "saveModel"] as const satisfies readonly (keyof CleanOptions)[];

/** Options that would have no effect without another one. */
function refuseAlone(options: CleanOptions): void {
  const given = (...keys: (keyof typeof cleanOptions)[]): readonly string[] => givenFlags(cleanOptions, options, keys);
  const rules = (options.outliers ?? []).map((item) => item.slice(item.lastIndexOf("=") + 1).trim());
  if (rules.length === 0) {
    refuseIdle(given("outlierAction"), "no outliers are looked for", "add --outliers iqr or --outliers zscore");
  }
  if (!rules.includes("iqr")) refuseIdle(given("iqrFactor"), "the iqr rule is not used", "add --outliers iqr");
  if (!rules.includes("zscore")) refuseIdle(given("zLimit"), "the zscore rule is not used", "add --outliers zscore");
  if (options.phone === undefined && options.postcode === undefined) {
    refuseIdle(given("country", "countryColumn"), "no telephone numbers or postcodes are named", "add --phone COL");
  }
  if (options.model === undefined && options.postcode === undefined) {
    refuseIdle(given("postcodes"), "no postcodes are named", "add --postcode COL");
  }
  const actions = (options.check ?? []).map((item) => item.slice(item.lastIndexOf("=") + 1).trim());
  if ((options.emailCheck === "quarantine" || actions.includes("quarantine")) && options.quarantine === undefined) {
    throw new SegmentError("usage", "rows are to be set aside, and no file is named for them", {
      hint: "add --quarantine FILE",
    });
  }
  if (options.impute === undefined) refuseIdle(given("imputeFlag"), "no gaps are filled", "add --impute median");
  if (options.explain) {
    refuseIdle(given("saveModel", "quarantine", "ledger"), "--explain writes nothing");
  }
}
