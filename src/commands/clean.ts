import type { Command, Outcome, OutputTable } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { applyClean, finished, type Cleaned } from "../steps/clean/apply.ts";
import { learnClean, type LearnSettings } from "../steps/clean/learn.ts";
import { readCleanModel, toFitted, type CleanModel } from "../steps/clean/model.ts";
import { imputationColumn, numberedTable } from "../steps/impute/numbered-table.ts";
import { refuseAsSql } from "../steps/impute/imputer.ts";
import type { Imputers } from "../steps/impute/learn.ts";
import { splitImpute, type ImputeSettings } from "../steps/impute/settings.ts";
import { readCase, readImpute, readNullWords, readOutliers } from "../steps/clean/settings.ts";
import { readModelFile } from "../steps/model-file.ts";
import { openTable, type OpenedTable, type Warning } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { cleanOptions } from "./clean-options.ts";
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
      run: "segment clean crm.csv --impute knn,city=mode --neighbors 10 --exclude notes --save-model clean.json -o clean.csv",
      does: "fill gaps from the most similar rows, city by its most frequent value",
    },
    {
      run: "segment clean crm.csv --impute iterative --imputations 5 -o clean.csv",
      does: "five tables, clean-1.csv to clean-5.csv, whose gaps are drawn: segment cluster --imputations tells what they change",
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
  const opened = await openTable(context, inputs, options);
  if (options.explain) refuseSpooled(opened.sources);
  const paths = numberedPaths(options);
  refuseOverwriting(opened, paths);
  if (options.explain && saved !== null) refuseAsSql(saved.imputers);
  const { model, cleaned, warnings, imputers } =
    settings === null
      ? {
          model: saved!,
          cleaned: await applyClean(context, opened, saved!, { words: options, overwrite: options.overwrite }),
          warnings: [],
          imputers: [],
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
    imputations: options.imputations ?? null,
    detailed: isRead,
  });
  if (options.explain) {
    const format = context.io.destination(options.output, options.format)?.format ?? "csv";
    return { report, text: context.engine.explain(format === "csv" ? queries.query : queries.typed) };
  }
  if (paths.length > 0) {
    const tables = await imputedTables(context, opened, { model, cleaned, imputers }, options);
    return { report, tables: tables.map((table, m) => ({ path: paths[m]!, table })) };
  }
  return {
    report,
    table: { ...queries, rows: cleaned.table.rows, first: cleaned.added },
    files:
      options.saveModel === undefined
        ? []
        : [{ path: options.saveModel, text: `${JSON.stringify(toFitted(model), null, 2)}\n` }],
  };
}

async function fitAndApply(
  context: Context,
  opened: OpenedTable,
  options: CleanOptions,
  settings: LearnSettings,
): Promise<{
  readonly model: CleanModel;
  readonly cleaned: Cleaned;
  readonly warnings: readonly Warning[];
  readonly imputers: Imputers;
}> {
  const { model, imputers, formed, warnings } = await learnClean(context, opened, options, settings);
  return { model, cleaned: await finished(context, opened, formed, model, options.overwrite), warnings, imputers };
}

/** The tables of several imputations, each with its number. The first is the one that was cleaned already. */
async function imputedTables(
  context: Context,
  opened: OpenedTable,
  of: { readonly model: CleanModel; readonly cleaned: Cleaned; readonly imputers: Imputers },
  { overwrite }: CleanOptions,
): Promise<readonly OutputTable[]> {
  const { model, cleaned, imputers } = of;
  if (!overwrite && cleaned.table.columns.some(({ name }) => name === imputationColumn)) {
    throw new SegmentError("column-exists", `the table has a column ${imputationColumn} already`, {
      hint: "give --overwrite to replace it, or rename it in the input",
    });
  }
  const tables: OutputTable[] = [];
  for (const [m, own] of imputers.entries()) {
    const done =
      m === 0 ? cleaned : await finished(context, opened, cleaned.formed, { ...model, imputers: own }, overwrite);
    const table = numberedTable(done.table, m + 1);
    tables.push({ ...outputQueries(table), rows: table.rows });
  }
  return tables;
}

/** Where the tables of several imputations go: `clean.csv` gives `clean-1.csv`, `clean-2.csv` …; none for one table. */
function numberedPaths({ imputations, output }: Pick<CleanOptions, "imputations" | "output">): readonly string[] {
  if (imputations === undefined || output === undefined) return [];
  const ending = /(?:\.[a-z]+)?(?:\.(?:gz|zst))?$/i.exec(output)![0];
  const stem = output.slice(0, output.length - ending.length);
  return Array.from({ length: imputations }, (_, m) => `${stem}-${m + 1}${ending}`);
}

function refuseOverwriting({ sources }: OpenedTable, paths: readonly string[]): void {
  const plain = (path: string): string => path.replace(/^(?:\.\/+)+/, "");
  const written = new Set(paths.map(plain));
  const source = sources.find(({ label }) => written.has(plain(label)));
  if (source === undefined) return;
  throw new SegmentError("output-is-input", "--imputations would write over a file that is being read", {
    place: { file: source.label },
    hint: "give -o another name",
  });
}

async function loadModel(context: Context, file: string): Promise<CleanModel> {
  return readCleanModel(readModelFile(await context.io.readText(file), file));
}

function readSettings(options: CleanOptions): LearnSettings {
  const { methods, others } = splitImpute(options.impute ?? []);
  const models: ImputeSettings = {
    methods,
    neighbors: options.neighbors,
    weights: options.knnWeights,
    scaled: options.knnScale === "zscore",
    tol: options.imputeTol,
    flag: options.imputeFlag,
    seed: options.seed,
    imputations: options.imputations ?? null,
    fillsAll: options.saveModel !== undefined,
  };
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
    impute: readImpute(others),
    models,
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
  "neighbors",
  "knnWeights",
  "knnScale",
  "imputeTol",
  "imputations",
  "seed",
  "saveModel",
] as const satisfies readonly (keyof CleanOptions)[];

/** Options that would have no effect without another one. */
function refuseAlone(options: CleanOptions): void {
  const given = (...keys: (keyof typeof cleanOptions)[]): readonly string[] => givenFlags(cleanOptions, options, keys);
  const rules = (options.outliers ?? []).map((item) => item.slice(item.lastIndexOf("=") + 1).trim());
  if (rules.length === 0) {
    refuseIdle(given("outlierAction"), "no outliers are looked for", "add --outliers iqr or --outliers zscore");
  }
  if (!rules.includes("iqr")) refuseIdle(given("iqrFactor"), "the iqr rule is not used", "add --outliers iqr");
  if (!rules.includes("zscore")) refuseIdle(given("zLimit"), "the zscore rule is not used", "add --outliers zscore");
  if (options.impute === undefined) refuseIdle(given("imputeFlag"), "no gaps are filled", "add --impute median");
  refuseModels(options, given);
  if (options.explain) {
    refuseIdle(given("saveModel", "quarantine"), "--explain writes nothing");
  }
}

/** Options of the models that fill gaps, where no such model is asked for. */
function refuseModels(
  options: CleanOptions,
  given: (...keys: (keyof typeof cleanOptions)[]) => readonly string[],
): void {
  const { methods } = splitImpute(options.impute ?? []);
  const used = new Set([...methods.byColumn.values(), ...(methods.all === null ? [] : [methods.all])]);
  if (!used.has("knn")) {
    refuseIdle(given("neighbors", "knnWeights", "knnScale"), "no gaps are filled by knn", "add --impute knn");
  }
  const isDrawn = options.imputations !== undefined;
  if (!used.has("iterative")) {
    refuseIdle(given("imputeTol"), "no gaps are filled by iterative", "add --impute iterative");
  } else if (isDrawn) refuseIdle(given("imputeTol"), "rounds of drawn values do not settle");
  if (used.size === 0) refuseIdle(given("imputations", "seed"), "nothing is drawn", "add --impute iterative");
  else if (options.explain) refuseAsSql([...used]);
  if (!isDrawn) return;
  if (options.output === undefined) {
    throw new SegmentError("usage", "--imputations writes several tables, which standard output cannot take", {
      hint: "add -o FILE: they go to FILE-1, FILE-2 …",
    });
  }
  refuseIdle(given("saveModel"), "the tables of --imputations are drawn, and other rows take no part in a draw");
  if (!used.has("forest")) return;
  throw new SegmentError(
    "usage",
    "--impute forest gives what is expected and draws nothing, which --imputations needs",
    {
      hint: "use iterative or knn",
    },
  );
}
