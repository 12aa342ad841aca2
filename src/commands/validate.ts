import { splitSchema, schemaAsks, optionAsks, requireChecks, refuseIdle } from "./validate-asks.ts";
import type { Command, Outcome } from "../core/command.ts";
import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { type Column, typeWords } from "../core/schema.ts";
import type { OptionsOf } from "../core/options.ts";
import { readNumbers } from "../steps/cluster/read-numbers.ts";
import { finalSegments } from "../steps/cluster/merged-segments.ts";
import { readCodes } from "../steps/cluster/read-codes.ts";
import { rowsStay } from "../steps/cluster/in-engine/sample-rows.ts";
import { type LearnedRules, learnRules } from "../steps/explain/learn-rules.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { parseReadingOptions } from "../steps/reading/reading-options.ts";
import { findColumn, matchColumns } from "../steps/match-columns.ts";
import { readSchema } from "../steps/roles/schema-file.ts";
import { openTable, type OpenedTable } from "../steps/open-table.ts";
import { readChecksFile, type ChecksFile } from "../steps/validate/checks-file.ts";
import { compareWithColumn, compareWithFile, type Comparison } from "../steps/validate/compare-segments.ts";
import { dataChecks, readAsOf } from "../steps/validate/data-checks.ts";
import { explainChecks } from "../steps/validate/explain-checks.ts";
import { failuresTable } from "../steps/validate/failures.ts";
import { hasGates, mergeGates } from "../steps/validate/gates.ts";
import { gateResults } from "../steps/validate/gate-results.ts";
import { judgeInEngine } from "../steps/validate/judge-in-engine.ts";
import { type Refit, usualRefit } from "../model/cluster/refit.ts";
import type { ClusterModel } from "../steps/cluster/model.ts";
import {
  judgeSegments,
  judgeStability,
  judgeTree,
  type PlacedRows,
  placeRows,
} from "../steps/validate/judge-segments.ts";
import { representations } from "../steps/validate/representation.ts";
import { runChecks } from "../steps/validate/run-checks.ts";
import { extraNames } from "../steps/cluster/row-extras.ts";
import { extras as allExtras } from "../steps/cluster/settings.ts";
import { defaultSpace, modelSpace, type SegmentSpace } from "../steps/validate/segment-features.ts";
import { type Kpi, separations } from "../steps/validate/separation.ts";
import { type SegmentLabels, segmentLabels } from "../steps/validate/segment-labels.ts";
import { loadModel } from "./assign-rows.ts";
import { refuseSpooled } from "./refuse-options.ts";
import { validateOptions } from "./validate-options.ts";
import { validateReport, type SegmentFacts } from "./validate-report.ts";

type ValidateOptions = OptionsOf<typeof validateOptions>;

/** `segment validate`: a table is handed on only where every check has passed. */
export const validate: Command<typeof validateOptions> = {
  name: "validate",
  summary: "check a table and its segments, and pass it on only if all is well",
  description:
    "Runs every check that is asked for and hands the table on unchanged if all pass; if one fails it passes nothing on, " +
    "leaves an old output file as it was, says what failed and where, and ends with exit code 1. Missing values pass " +
    "--range, --set and --regex (--not-null is a check of its own); a value that is no number or date fails its range. " +
    "--unique, --range, --set, --regex and --fresh may be given several times. Figures of the segments are only " +
    "reported, unless a limit (--min-..., --max-...) makes them a gate.",
  inputs: "files",
  options: validateOptions,
  examples: [
    {
      run: "segment validate crm.csv --not-null id,email --unique email --range age:18..99 -o checked.csv",
      does: "the table, if nothing is wrong with it",
    },
    {
      run: "segment validate crm.csv --checks checks.yaml --failures failing.csv",
      does: "checks from a file (not-null: [id, email], range: {age: 18..99}, ...), failing rows to another",
    },
    {
      run: "segment validate crm.csv --rows 1000.. --fresh last_order:7 --as-of 2024-12-31",
      does: "enough rows, and new ones among them",
    },
    {
      run: "segment validate segments.csv --against last-month.csv --id customer_id",
      does: "how far the segments of two runs agree, and which became which",
    },
    { run: "segment validate segments.csv --rules", does: "what makes a row one of each segment, in words" },
    {
      run: "segment validate segments.csv --model model.json --min-silhouette 0.25 --min-size 50 --min-jaccard 0.75",
      does: "fail the build when segments blur, shrink or are not found again",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], options: ValidateOptions): Promise<Outcome> {
  const { engine, terminal } = context;
  const asOf = readAsOf(options.asOf);
  const file: ChecksFile =
    options.checks === undefined
      ? { asks: [], gates: [] }
      : await readChecksFile(await context.io.readText(options.checks), options.checks);
  const { schemaFile, typed } = splitSchema(options.schema ?? []);
  const schema = schemaFile === null ? null : await readSchema(await context.io.readText(schemaFile), schemaFile);
  const asks = [...optionAsks({ ...options, schema: typed }), ...schemaAsks(schema), ...file.asks];
  const gates = mergeGates(options, file.gates);
  const judgesStability = options.stability || gates.minJaccard !== undefined;
  const compares = options.truth !== undefined || options.against !== undefined;
  const isProtected = (options.protected ?? []).length > 0;
  const asksKpi = (options.kpi ?? []).length > 0;
  const judgesSegments =
    options.segments || options.rules || judgesStability || hasGates(gates) || compares || isProtected || asksKpi;
  requireChecks(asks, judgesSegments);
  refuseIdle(options, asks, judgesSegments, judgesStability);
  const model = options.model === undefined ? null : await loadModel(context, options.model);
  const words = { ...options, schema: schemaFile ?? undefined };
  const opened = await openTable(context, inputs, words, { schema: "judged" });
  const { table, sources } = opened;
  if (options.explain) refuseSpooled(sources);
  const reading = { engine, table, sources, options: parseReadingOptions(options), readings: new Map() };
  const checks = await dataChecks(reading, asks, asOf);
  const output = { ...outputQueries(table), rows: table.rows };
  if (options.explain) {
    const text = explainChecks(engine, table, checks, output.query);
    const nothing = {
      results: [],
      segments: null,
      comparisons: [],
      represented: [],
      minSilhouette: null,
      nullWords: [],
      failures: null,
    };
    return { report: validateReport(context, opened, nothing), text };
  }

  terminal.progress("checking");
  const checked = await runChecks(engine, table, sources, checks, options.failures !== undefined);
  const needsSpace =
    asksKpi || options.rules || judgesStability || gates.minSilhouette !== undefined || options.columns !== undefined;
  const segments = judgesSegments
    ? await segmentFacts(context, opened, options, model, judgesStability, needsSpace)
    : null;
  if (compares) terminal.progress("comparing");
  const segmentColumn = judgesSegments ? findColumn(table.columns, options.name, "--name") : null;
  const represented =
    segmentColumn !== null && isProtected
      ? await representations(
          context,
          table,
          segmentColumn,
          matchColumns(table.columns, options.protected!, "--protected").names,
        )
      : [];
  const comparisons = compares ? await compareSegments(context, opened, options) : [];
  const results = [...checked.results, ...(segments === null ? [] : gateResults(options.name, gates, segments))];
  const passed = results.every((result) => result.passed);
  const failures = options.failures === undefined ? null : failuresTable(table, checks, checked);
  const report = validateReport(context, opened, {
    results,
    segments,
    comparisons,
    represented,
    minSilhouette: gates.minSilhouette ?? null,
    nullWords: checked.nullWords,
    failures: failures === null ? null : { file: options.failures!, rows: failures.rows },
  });
  return {
    report,
    ...(passed ? { table: output } : { withheld: true, exit: 1 }),
    tables: failures === null ? [] : [{ path: options.failures!, table: failures }],
  };
}

async function compareSegments(
  context: Context,
  { table }: OpenedTable,
  { name, truth, against, id }: ValidateOptions,
): Promise<readonly Comparison[]> {
  const column = findColumn(table.columns, name, "--name");
  return [
    ...(truth === undefined ? [] : [await compareWithColumn(context, table, column, truth)]),
    ...(against === undefined ? [] : [await compareWithFile(context, table, column, { file: against, name, id })]),
  ];
}

async function segmentFacts(
  context: Context,
  opened: OpenedTable,
  options: ValidateOptions,
  model: Awaited<ReturnType<typeof loadModel>> | null,
  judgesStability: boolean,
  needsSpace: boolean,
): Promise<SegmentFacts> {
  const { engine, compute, terminal } = context;
  const { table, sources } = opened;
  const column = findColumn(table.columns, options.name, "--name");
  requireSettled(table, [column.name]);
  terminal.progress("segments");
  const known = model === null ? [] : finalSegments(model).map(({ segment }) => segment);
  const spaceOf = (rows: Table): Promise<SegmentSpace | null> =>
    model === null
      ? spaceOrNone(defaultSpace(context, opened, column.name, withoutOutcomes(options), rows), needsSpace)
      : modelSpace(context, opened, model, rows);
  const kpis = options.kpi === undefined ? [] : matchColumns(table.columns, options.kpi, "--kpi").names;
  if (kpis.length > 0 && rowsStay(engine, table)) {
    throw new SegmentError("engine-refused", "--kpi compares rows, and Spark's rows stay there", {
      hint: "leave out --kpi, or run without --engine",
    });
  }
  if (options.rules && rowsStay(engine, table)) {
    throw new SegmentError("engine-refused", "--rules compares rows, and Spark's rows stay there", {
      hint: "leave out --rules, or run without --engine",
    });
  }
  if (judgesStability && isOwn(options, model) && model.categories !== undefined && rowsStay(engine, table)) {
    throw new SegmentError("engine-refused", `${model.method} goes by words, and Spark's rows stay there`, {
      hint: "name a method of numbers with --method, or run without --engine",
    });
  }
  const { seed, draws, stabilityRows } = options;
  const judged = rowsStay(engine, table)
    ? { ...(await judgeInEngine(context, opened, column, { known, seed }, spaceOf)), rules: null }
    : await judgeHere();
  const { space, figures, placed } = judged;
  const found =
    judgesStability && placed !== null
      ? await judgeStability(context, placed, { draws, seed, sampleRows: stabilityRows, by: refitOf(options, model) })
      : null;
  const parted = placed === null ? [] : separations(placed.inColumns, placed, await outcomesOf(kpis, space!, placed));
  const stability = found === null ? null : { ...found, of: judged.placedRows ?? found.of };
  const names = new Map(
    (model === null ? [] : finalSegments(model)).flatMap(({ segment, name }) =>
      name === undefined ? [] : [[segment, name] as const],
    ),
  );
  const about = { column: column.name, known: model === null ? null : known, names, seed };
  const isTree = model?.method === "hierarchical";
  const tree =
    isTree && placed !== null ? await judgeTree(context, placed, { linkage: model.parameters.linkage, seed }) : null;
  return {
    ...about,
    space,
    figures,
    tree,
    stability,
    sample: judged.rows,
    separations: parted,
    kpis,
    rules: judged.rules,
  };

  /** The outcomes of the placed rows. Throws `usage` for one that the segments were made from, `not-numeric`. */
  async function outcomesOf(
    names: readonly string[],
    { features }: SegmentSpace,
    { tableRows }: PlacedRows,
  ): Promise<readonly Kpi[]> {
    const fitted = names.find((one) => features.some(({ column: own, source }) => own === one || source === one));
    if (fitted !== undefined) {
      throw new SegmentError("usage", `--kpi ${fitted}: the segments are judged by that column`, {
        hint: "name outcomes that they were not made from",
      });
    }
    const own = names.find((one) => extraNames(column.name, allExtras).includes(one));
    if (own !== undefined) {
      throw new SegmentError("usage", `--kpi ${own}: a figure of the segments themselves is no outcome`, {
        hint: "name outcomes that they were not made from",
      });
    }
    for (const name of names) requireNumbers(findColumn(table.columns, name, "--kpi"));
    const numbers = await readNumbers(engine, compute, table, names);
    return names.map((name) => {
      const values = numbers.get(name)!;
      return { column: name, values: Float64Array.from(tableRows, (row) => values[row]!) };
    });
  }

  async function judgeHere() {
    const labels = await segmentLabels(engine, compute, table, sources, column, known);
    const own = await spaceOf(table);
    const words = judgesStability && isOwn(options, model) ? (model.categories ?? []) : [];
    const categories = words.length === 0 ? null : await readCodes(engine, compute, table, words);
    const rows = own === null ? null : placeRows(compute, labels, own, categories);
    const all = await judgeSegments(compute, labels, rows, seed);
    const rules = options.rules ? await rulesOf(labels, own!) : null;
    return { space: own, figures: all, placed: rows, placedRows: null, rows: null, rules };
  }

  async function rulesOf({ names, byRow }: SegmentLabels, { features, rows }: SegmentSpace): Promise<LearnedRules> {
    const isThere = new Set(table.columns.filter(isMeasured).map(({ name }) => name));
    const wanted = features.flatMap((feature) => [feature.source, feature.column]).filter((name) => isThere.has(name));
    const numbers = await readNumbers(engine, compute, table, wanted);
    const explained = { features, numbers, kept: rows.kept, place: byRow, segments: names, weights: null };
    return learnRules(compute, explained, { seed, progress: (text) => terminal.progress(text) });
  }
}

/** Outcomes are never columns to judge by. */
function withoutOutcomes({ columns, exclude, kpi }: ValidateOptions): {
  readonly columns: ValidateOptions["columns"];
  readonly exclude: ValidateOptions["exclude"];
} {
  return { columns, exclude: columns === undefined && kpi !== undefined ? [...(exclude ?? []), ...kpi] : exclude };
}

function isMeasured({ type }: Column): boolean {
  return type === "integer" || type === "number" || type === "boolean";
}

function requireNumbers(column: Column): void {
  if (isMeasured(column)) return;
  const { name, type } = column;
  throw new SegmentError("not-numeric", `--kpi ${name}: the column holds ${typeWords[type]}, not numbers`, {
    place: { column: name },
  });
}

/** Sizes need no columns to judge by: where the table has none, and nothing asked needs them, there is no space. */
async function spaceOrNone(space: Promise<SegmentSpace>, isNeeded: boolean): Promise<SegmentSpace | null> {
  try {
    return await space;
  } catch (error) {
    if (!isNeeded && error instanceof SegmentError && error.code === "no-numeric-column") return null;
    throw error;
  }
}

/** The method that the segments are fitted with anew: the one that is named, else the model's with its parameters, else k-means. */
function refitOf({ method }: Pick<ValidateOptions, "method">, model: ClusterModel | null): Refit {
  if (!isOwn({ method }, model)) return { ...usualRefit, method: method ?? "k-means" };
  const { rule, parameters } = model;
  return {
    method: model.method,
    parameters,
    starts: null,
    gamma: rule?.kind === "prototypes" ? rule.model.gamma : null,
    distance: rule?.kind === "gower" ? "gower" : "euclidean",
  };
}

/** Whether what is fitted anew is the model's own method. */
function isOwn({ method }: Pick<ValidateOptions, "method">, model: ClusterModel | null): model is ClusterModel {
  return model !== null && (method === undefined || method === model.method);
}
