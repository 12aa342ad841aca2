import type { Command, Outcome } from "../core/command.ts";
import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import type { Report } from "../core/report.ts";
import { emptyColumnWarnings } from "../steps/empty-columns.ts";
import { matchColumns } from "../steps/match-columns.ts";
import { readModelFile } from "../steps/model-file.ts";
import { recoverColumns, recoveredTable } from "../steps/normalize/inverse.ts";
import {
  scaleByModel,
  unitOf,
  scaleColumns,
  scaledBySql,
  tableWith,
  type NormalizedColumns,
} from "../steps/normalize/apply.ts";
import { fitNormalize, type NormalizeFit } from "../steps/normalize/fit.ts";
import { encodedFacts } from "../steps/normalize/encode/encoded-facts.ts";
import type { EncodeOptions } from "../steps/normalize/encode/learn-encodings.ts";
import { readEncodings } from "../steps/normalize/encode/read-encodings.ts";
import { byQuantiles } from "../model/stats/power-transform.ts";
import { readMethods, type AskedMethod, type Methods } from "../steps/normalize/methods.ts";
import { readNormalizeModel, sourcesOf, targetsOf, toFitted, type NormalizeModel } from "../steps/normalize/model.ts";
import { inverseSql, normalizeSql } from "../steps/normalize/transform-sql.ts";
import { openTable, type OpenedTable } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { normalizeOptions } from "./normalize-options.ts";
import { inverseReport, normalizeReport } from "./normalize-report.ts";
import { givenFlags, refuseIdle, refuseSpooled } from "./refuse-options.ts";

type NormalizeOptions = OptionsOf<typeof normalizeOptions>;

/** `segment normalize`: numbers on one scale, beside the numbers themselves. */
export const normalize: Command<typeof normalizeOptions> = {
  name: "normalize",
  summary: "put numbers on one scale, and back",
  description:
    "Scales columns of numbers: adds NAME_scaled and keeps NAME. auto does what segment cluster does by itself: log1p " +
    "where no value is negative, the skewness exceeds 2 and falls by it, then the z-score (ddof 0), learned with missing " +
    "values counted as the median. adaptive goes further, and says why: zscore up to a skewness of 1 and 1 % of outliers, robust where only the outliers are more, " +
    "else the first of log1p and yeo-johnson that leaves a skewness of at most 1, then the z-score; where neither does, quantile-normal, " +
    "or, since no transform spreads them, log1p or nothing where half the values are zeros. zscore, minmax, " +
    "robust (median, interquartile range) and maxabs are scalers; log, log10, log1p, box-cox and yeo-johnson (λ by maximum " +
    "likelihood), quantile (to even shares, 0 … 1) and quantile-normal are transforms, and a chain such as yeo-johnson+zscore is one after the other. A column without spread " +
    "has scale 1 and λ 1. Missing stays missing. The way back is exact to about 1e-12; less so where a λ below 0 squeezes " +
    "large values together. A value that a transform does not take (box-cox: 0 and below, log1p: -1 " +
    "and below; with --inverse: beyond its reach) is an error with its line. --encode puts categories in numbers beside " +
    "their column: one-hot, ordinal, frequency, or the mean of another column, of which the rows of the fit get the mean " +
    "of the folds they are not in, drawn to the mean of all. Unseen categories are counted, and become 0 (one-hot, " +
    "frequency), missing (ordinal) or the mean of all (target). segment cluster uses columns that end in _scaled as they are.",
  inputs: "files",
  options: normalizeOptions,
  examples: [
    { run: "segment normalize customers.csv", does: "see how each column would be scaled, and why" },
    {
      run: "segment normalize customers.csv -o scaled.csv --save-model scaling.json",
      does: "add NAME_scaled columns, keep what was learned for tonight",
    },
    {
      run: "segment normalize customers.csv --method adaptive",
      does: "a method for each column by its skewness, zeros and outliers",
    },
    { run: "segment normalize customers.csv | segment cluster -o segments.csv", does: "scale once, then cluster" },
    {
      run: "segment normalize customers.csv --method robust,revenue=yeo-johnson+zscore -o scaled.csv",
      does: "one method for all, another for one column",
    },
    {
      run: "segment normalize customers.csv --encode city=one-hot,size=ordinal:S<M<L --max-categories 20 -o encoded.csv",
      does: "categories as columns of 0 and 1, and as places in an order",
    },
    {
      run: "segment normalize customers.csv --encode city=target:revenue+zscore --save-model scaling.json -o encoded.csv",
      does: "each city by its mean revenue, learned out of fold and smoothed",
    },
    { run: "segment normalize new.csv --model scaling.json -o scaled.csv", does: "tonight's rows, the fitted scales" },
    {
      run: "segment normalize scaled.csv --model scaling.json --inverse --overwrite -o back.csv",
      does: "NAME_scaled back to NAME",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], options: NormalizeOptions): Promise<Outcome> {
  refuseAlone(options);
  const ddof = options.ddof === "1" ? 1 : 0;
  const methods = readMethods(
    options.method ?? [],
    { ddof, quantiles: options.quantiles },
    options.unitRows === undefined ? "auto" : { power: "none", scaler: "none" },
  );
  const encode: EncodeOptions = {
    ...options,
    asked: readEncodings(options.encode ?? []),
    smooth: readSmooth(options.smooth),
    ddof,
  };
  refuseIdleDetails(options, methods);
  const model = options.model === undefined ? null : await loadModel(context, options.model);
  const opened = await openTable(context, inputs, options);
  if (options.explain) refuseSpooled(opened.sources);
  if (model !== null && options.inverse) return inverse(context, opened, partOfModel(model, options), options);
  if (model !== null) {
    const scaled = await scaleByModel(context, opened, model, options.overwrite);
    const warnings = [...opened.warnings, ...emptyColumnWarnings(sourcesOf(model), opened.table)];
    return outcome(context, { ...opened, warnings }, model, scaled, null, options);
  }
  context.terminal.progress("learning the scales");
  const fit = await fitNormalize(context, opened, { ...options, methods, encode });
  const scaled =
    fit.numbers === null
      ? await scaledBySql(context.engine, opened, fit.model)
      : await scaleColumns(context, opened, fit.model, fit.numbers);
  const encoded = await encodedFacts(context.engine, opened.table, fit.model.encodings);
  const unit = await unitOf(context.engine, opened.table, fit.model);
  return outcome(context, opened, fit.model, { ...scaled, encoded, unit }, fit, options);
}

async function outcome(
  context: Context,
  opened: OpenedTable,
  model: NormalizeModel,
  scaled: NormalizedColumns,
  fit: NormalizeFit | null,
  options: NormalizeOptions,
): Promise<Outcome> {
  const { table } = opened;
  const ddof = options.ddof === "1" ? 1 : 0;
  const report = normalizeReport({ version: context.version, opened, model, ...scaled, ddof, fit });
  const outOfFold = fit?.outOfFold ?? [];
  if (options.explain) return explained(context, report, normalizeSql(table, model, [], { outOfFold }), options);
  const files =
    options.saveModel === undefined
      ? []
      : [{ path: options.saveModel, text: `${JSON.stringify(toFitted(model), null, 2)}\n` }];
  const first = targetsOf(model);
  return { ...written(report, await tableWith(context, table, model, scaled, outOfFold), first), files };
}

async function inverse(
  context: Context,
  opened: OpenedTable,
  model: NormalizeModel,
  options: NormalizeOptions,
): Promise<Outcome> {
  const recovered = await recoverColumns(context, opened, model, options.overwrite);
  const report = inverseReport({ version: context.version, opened, ...recovered });
  if (options.explain) return explained(context, report, inverseSql(opened.table, model), options);
  const first = sourcesOf(model).map(({ name }) => name);
  return written(report, await recoveredTable(context, opened.table, recovered), first);
}

function written(report: Report, table: Table, first: readonly string[]): Outcome {
  return { report, table: { ...outputQueries(table), rows: table.rows, first } };
}

function explained({ engine, io }: Context, report: Report, table: Table, options: NormalizeOptions): Outcome {
  const format = io.destination(options.output, options.format)?.format ?? "csv";
  const { query, typed } = outputQueries(table);
  return { report, text: engine.explain(format === "csv" ? query : typed) };
}

async function loadModel(context: Context, file: string): Promise<NormalizeModel> {
  return readNormalizeModel(readModelFile(await context.io.readText(file), file));
}

/** Options that only a fit can honour. */
const fitOptions = [
  "columns",
  "exclude",
  "id",
  "method",
  "encode",
  "minCount",
  "maxCategories",
  "smooth",
  "folds",
  "ddof",
  "quantiles",
  "by",
  "unitRows",
  "seed",
  "inPlace",
  "saveModel",
] as const satisfies readonly (keyof NormalizeOptions)[];

function readSmooth(text: string): EncodeOptions["smooth"] {
  if (text === "auto") return "auto";
  const number = Number(text);
  if (text.trim() !== "" && number >= 0 && Number.isFinite(number)) return number;
  throw new SegmentError("bad-option-value", `--smooth ${text}: neither auto nor a number of rows of zero or more`, {
    hint: "such as --smooth 10",
  });
}

/** Options of methods that no column has. */
function refuseIdleDetails(options: NormalizeOptions, methods: Methods): void {
  if (options.model !== undefined) return;
  const asked = [methods.all, ...methods.byColumn.values()];
  const isAny = (test: (method: Exclude<AskedMethod, string>) => boolean): boolean =>
    asked.some((method) => typeof method === "object" && test(method));
  const isChosen = asked.includes("adaptive");
  if (!isChosen && !isAny(({ power }) => byQuantiles(power))) {
    refuseIdle(
      givenFlags(normalizeOptions, options, ["quantiles"]),
      "no column goes through its quantiles",
      "add --method quantile",
    );
  }
  const encoded = readEncodings(options.encode ?? []).some(({ scaler }) => scaler === "zscore");
  if (!isChosen && !asked.includes("auto") && !encoded && !isAny(({ scaler }) => scaler === "zscore")) {
    refuseIdle(givenFlags(normalizeOptions, options, ["ddof"]), "no column has a z-score", "add --method zscore");
  }
}

/** Options of encodings, where nothing is encoded in the way that they are of. */
function refuseIdleEncoding(options: NormalizeOptions): void {
  if (options.model !== undefined) return;
  const asked = readEncodings(options.encode ?? []);
  const target = givenFlags(normalizeOptions, options, ["smooth", "folds"]);
  if (!asked.some(({ kind }) => kind === "target")) refuseIdle(target, "no column has a target encoding", targetHint);
  const rare = givenFlags(normalizeOptions, options, ["minCount", "maxCategories"]);
  if (!asked.some(({ order }) => order === null)) {
    refuseIdle(rare, "no column of categories in no given order is encoded", "add --encode COL=one-hot");
  }
}

const targetHint = "add --encode COL=target:OTHER";

/** The columns of a model that `--columns` and `--exclude` leave. Throws `unknown-column`. */
function partOfModel(model: NormalizeModel, { columns, exclude }: NormalizeOptions): NormalizeModel {
  const all = sourcesOf(model);
  const wanted = new Set(
    columns === undefined ? all.map(({ name }) => name) : matchColumns(all, columns, "--columns").names,
  );
  for (const name of matchColumns(all, exclude ?? [], "--exclude").names) wanted.delete(name);
  if (wanted.size === 0) {
    throw new SegmentError("usage", "--columns and --exclude leave no column of the model", {
      hint: `the model has ${all
        .map(({ name }) => name)
        .slice(0, 12)
        .join(", ")}`,
    });
  }
  return {
    ...model,
    columns: model.columns.filter(({ column }) => wanted.has(column)),
    encodings: model.encodings.filter(({ column }) => wanted.has(column)),
  };
}

/** Refuses options that would have no effect beside the others. */
function refuseAlone(options: NormalizeOptions): void {
  if (options.inverse && options.model === undefined) {
    throw new SegmentError("usage", "--inverse needs the model that scaled the columns", {
      hint: "segment normalize FILE --model MODEL.json --inverse",
    });
  }
  if (options.explain) {
    const why = "--explain shows how the columns are scaled and writes nothing";
    refuseIdle(givenFlags(normalizeOptions, options, ["quarantine", "saveModel"]), why);
  }
  if (options.inPlace && (options.encode ?? []).length > 0) {
    throw new SegmentError(
      "usage",
      "--encode sets its columns beside the column of categories, and --in-place replaces columns",
      {
        hint: "leave out one or the other, or run one after the other",
      },
    );
  }
  refuseIdleEncoding(options);
  if (options.model === undefined) return;
  const idle = options.inverse ? fitOptions.filter((key) => key !== "columns" && key !== "exclude") : fitOptions;
  refuseIdle(givenFlags(normalizeOptions, options, idle), "--model scales without fitting");
}
