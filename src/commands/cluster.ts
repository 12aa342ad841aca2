import { refuseClashes } from "./cluster-clashes.ts";
import {
  figuresByRow,
  pictureOf,
  wordsOf,
  namesFileText,
  describedModel,
  modelText,
  valueTotals,
  describedColumns,
} from "./cluster-parts.ts";
import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import type { Report } from "../core/report.ts";
import { reportTables } from "../report/tables.ts";
import { assignSql } from "../steps/cluster/assign-sql.ts";
import { chooseCategories } from "../steps/cluster/choose-categories.ts";
import { readCodes } from "../steps/cluster/read-codes.ts";
import { profileCategories } from "../steps/cluster/category-profile.ts";
import { chooseColumns, measureFeatures, sourcesOf, valueColumn } from "../steps/cluster/choose-columns.ts";
import { holdContest } from "../steps/cluster/contest.ts";
import { countNearer } from "../steps/cluster/count-nearer.ts";
import { describeColumns } from "../steps/cluster/describe.ts";
import { fitTable } from "../steps/cluster/fit-table.ts";
import type { FitOptions } from "../steps/cluster/fit.ts";
import { embedRows, fitEmbedding } from "../model/embed/embedding.ts";
import { pickCategories } from "../model/cluster/categories.ts";
import { parametersOf, usualParameters } from "../model/cluster/refit.ts";
import { assignedRows } from "../steps/cluster/assigned-rows.ts";
import { refuseSilhouettes } from "../steps/cluster/in-engine/apply-in-engine.ts";
import { doubleSql } from "../steps/cluster/in-engine/column-moments.ts";
import { writtenBySql } from "../steps/cluster/in-engine/count-assigned.ts";
import { mostFitRows } from "../steps/cluster/in-engine/fit-rows.ts";
import { sampleRows } from "../steps/cluster/in-engine/sample-rows.ts";
import { wholeFeatures } from "../steps/cluster/in-engine/whole-features.ts";
import { engineFacts } from "../steps/in-engine/engine-facts.ts";
import { learnRules } from "../steps/explain/learn-rules.ts";
import { rulesSql } from "../steps/explain/rules-sql.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { segmentNamesOf } from "../steps/cluster/model.ts";
import { numberSegments } from "../steps/cluster/number-segments.ts";
import { applyFeatures, learnFeatures, pick, refuseMissing } from "../steps/cluster/prepare.ts";
import { profileSegments } from "../steps/cluster/profile.ts";
import { keptCompany, labelMeans, readInitLabels } from "../steps/cluster/init-labels.ts";
import { readInit } from "../steps/cluster/read-init.ts";
import { readNumbers, requireWeights } from "../steps/cluster/read-numbers.ts";
import { extraColumns, extraNames, refuseNumberFigures, requireFigures } from "../steps/cluster/row-extras.ts";
import { readExtras, readMissing } from "../steps/cluster/settings.ts";
import { findColumn } from "../steps/match-columns.ts";
import { outputWith, refuseExisting } from "../steps/new-columns.ts";
import { openTable } from "../steps/open-table.ts";
import { assignRows, loadModel, loadSegments } from "./assign-rows.ts";
import { clusterImputations } from "./cluster-imputations.ts";
import { clusterOptions } from "./cluster-options.ts";
import { envelope } from "./cluster-facts.ts";
import { clusterReport } from "./cluster-report.ts";
import { clusterWithin } from "./cluster-within.ts";
import { givenTexts, namesNotices, openNames } from "./segment-texts.ts";
import { refuseFewCategories, refuseWithoutNumbers } from "./cluster-categories.ts";
import {
  factsOf,
  methodKeys,
  methodOptions,
  readMethodK,
  refuseOtherMethods,
  takesCategories,
} from "./cluster-method.ts";
import { givenFlags, refuseIdle, refuseSpooled } from "./refuse-options.ts";

type ClusterOptions = OptionsOf<typeof clusterOptions>;

/** `segment cluster`: the main job, from a table to segments with the evidence for them. */
export const cluster: Command<typeof clusterOptions> = {
  name: "cluster",
  summary: "find the segments in a table of customers",
  description:
    "Finds segments in a table: chooses columns, scales them, tries several numbers of segments, chooses one by a " +
    "printed rule, tests whether there is structure at all, and describes each segment. The table gets one new " +
    "column, segment: 1, 2, 3 … by falling size, 0 for a row left unassigned.",
  inputs: "files",
  options: clusterOptions,
  examples: [
    { run: "segment cluster customers.csv", does: "read the answer at the terminal" },
    {
      run: "segment cluster customers.csv -o segments.csv --save-model model.json",
      does: "write every row with its segment, keep the model for tonight",
    },
    { run: "segment cluster customers.csv --columns revenue,orders,visits --k 3..8", does: "choose columns and range" },
    {
      run: "segment cluster rfm.parquet --k 6 --describe country --report report.html",
      does: "six segments, described, as a page to send",
    },
    {
      run: "segment cluster segments.csv --within segment --only 2 -o parts.csv",
      does: "segment 2 in parts of its own, 2.1, 2.2 …, if it has any",
    },
    {
      run: "segment cluster customers.csv --init-labels tier -o segments.csv",
      does: "start from the rows whose tier is known, and tell how they kept together",
    },
    {
      run: "segment cluster customers.csv --rules --rules-sql segments.sql",
      does: "what makes a customer one of each segment, in words, and as SQL to run elsewhere",
    },
    { run: "segment cluster new.csv --model model.json -o out.csv", does: "the segments of a saved model, no fitting" },
    {
      run: "segment cluster 'clean-*.csv' --imputations --id customer_id -o segments.csv",
      does: "how far the segments depend on the gaps that segment clean --imputations filled",
    },
    {
      run: "segment cluster crm.customers --engine sc://spark:15002 -o crm.segments --save-model model.json",
      does: "a table of a Spark cluster, whose rows stay there",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], options: ClusterOptions): Promise<Outcome> {
  if (options.model === undefined) refuseOtherMethods(options);
  if (options.within !== undefined) return clusterWithin(context, inputs, options);
  refuseIdle(givenFlags(clusterOptions, options, ["only"]), "no segments are split", "add --within COL");
  if (options.imputations) return clusterImputations(context, inputs, options);
  if (options.model !== undefined) {
    refuseIdle(givenFlags(clusterOptions, options, fitOptions), "--model assigns without fitting");
    return assignRows(context, inputs, [await loadSegments(context, options.model)], {
      ...options,
      missing: undefined,
    });
  }
  refuseClashes(context, options);
  const { engine, compute, terminal } = context;
  /** Only a sample of the rows comes here, and SQL labels them all. */
  const staysThere = engine.rowsStay || options.miniBatch;
  const seeding = options.seeding ?? (engine.rowsStay ? "parallel" : "greedy");
  const kChoice = readMethodK(options);
  const missing = readMissing(options.missing ?? []);
  const extras = readExtras(options.with ?? []);
  requireFigures(extras, factsOf(options.method).figures, `--method ${options.method}`);
  const goesByWords = takesCategories(options);
  if (goesByWords) refuseNumberFigures(extras, `--method ${options.method}`);
  const like = options.like === undefined ? null : await loadModel(context, options.like);
  const lang = options.lang ?? like?.lang ?? "en";
  const names = options.names === undefined ? null : await openNames(context, options.names);
  const opened = await openTable(context, inputs, options);
  const { table, sources } = opened;
  if (options.explain) refuseSpooled(sources);
  const added = [options.name, ...extraNames(options.name, extras)];
  refuseExisting(table, added, options.overwrite);
  for (const column of missing.byColumn.keys()) findColumn(table.columns, column, "--missing");
  const described = describedColumns(table, options);
  const about = { ...options, added, described: described.map(({ name }) => name) };
  const categories = goesByWords ? await chooseCategories(engine, table, about) : [];
  if (goesByWords) refuseFewCategories(options, categories);
  const columnsLeft = table.columns.filter(({ name }) => categories.every(({ column }) => column !== name));
  const chosen = chooseColumns({ ...table, columns: columnsLeft }, about, like);
  if (table.rows < 2) {
    throw new SegmentError("too-few-rows", "one row cannot be divided into segments", {
      hint: "give at least two rows",
    });
  }

  if (staysThere) refuseSilhouettes(extras, options.miniBatch ? "--mini-batch reads them block by block" : undefined);
  const labels =
    options.initLabels === undefined ? null : await readInitLabels(context, table, options.initLabels, kChoice);
  terminal.progress("reading columns");
  // What is not a sum is learned from rows that come here: all of them, or with rows that stay elsewhere a sample.
  const most = mostFitRows(options.method, options.linkage ?? usualParameters.linkage);
  const evidence = staysThere ? await sampleRows(engine, table, most, options.seed) : table;
  const isSample = evidence !== table;
  const numbers = await readNumbers(engine, compute, evidence, chosen.names);
  const facts = isSample ? await engineFacts(engine, table, sourcesOf(chosen)) : null;
  const hasWords = categories.length > 0;
  if (hasWords)
    refuseIdle(givenFlags(clusterOptions, options, ["embed"]), "words have no place among principal components");
  const { features, dropped } = await measureFeatures(compute, sources, chosen, numbers, facts, hasWords);
  if (features.length === 0) refuseWithoutNumbers(options, kChoice);
  const weights = options.weights === undefined ? null : numbers.get(options.weights)!;
  if (weights !== null) await requireWeights(sources, options.weights!, weights);
  const columns = features.map(({ source }) => numbers.get(source)!);
  const isRead = !options.quiet || options.report !== undefined || options.tables !== undefined;
  const isNamed = options.names !== undefined || extras.includes("name");
  const isModelled = isRead || options.saveModel !== undefined || options.explain || staysThere || isNamed;
  // Columns without a gap need a fill for other rows, or where every column's fill is listed.
  const learnsRules = options.rulesSql !== undefined || (options.rules && isRead);
  const fillsAll =
    options.explain ||
    learnsRules ||
    [options.saveModel, options.report, options.tables].some((out) => out !== undefined);
  const fromRows = learnFeatures(compute, features, columns, weights, {
    missing,
    scale: options.scale,
    fillsAll: fillsAll || (isSample && engine.rowsStay),
  });
  const weightSql = options.weights === undefined ? null : doubleSql(table, options.weights);
  const whole = isSample ? await wholeFeatures(engine, table, fromRows, options.scale, weightSql) : null;
  const learned = whole?.features ?? fromRows;
  await refuseMissing(sources, learned, columns);
  const rows = applyFeatures(compute, learned, columns, evidence.rows);
  const codes = hasWords ? await readCodes(engine, compute, evidence, categories) : null;
  const rowWeights = weights === null || rows.kept === null ? weights : pick(weights, rows.kept);

  const embed =
    options.embed === undefined
      ? null
      : await fitEmbedding(
          compute,
          { matrix: rows.matrix, weights: rowWeights },
          {
            kind: options.embed,
            size: options.embedSize ?? null,
            seed: options.seed,
            progress: (text) => terminal.progress(text),
          },
        );
  // The rows where centres are: embedded, or as they are scaled.
  const space = embed === null ? rows : { ...rows, matrix: embedRows(compute, rows.matrix, embed.embedding) };
  const init =
    labels !== null
      ? { k: labels.labels.length, centres: labelMeans(labels, space, rowWeights) }
      : options.init === undefined
        ? null
        : await readInit(context, options.init, learned, kChoice);
  const wanted = {
    ...methodOptions(options),
    seed: options.seed,
    seeding,
    k: init === null ? kChoice : { asked: "one" as const, candidates: [init.k] },
    init: init?.centres ?? null,
    categories: codes === null ? null : pickCategories(compute, codes, rows.kept),
    progress: (text: string) => terminal.progress(text),
  };
  const contest = options.method === "auto" ? await holdContest(compute, space.matrix, rowWeights, wanted) : null;
  const method = options.method === "auto" ? contest!.winner : options.method;
  const how: FitOptions = { ...wanted, method, judged: isRead && !options.explain && learned.length > 0 };
  const {
    fit,
    rule,
    isSampleFit,
    counts,
    assigned: kept,
  } = await fitTable(
    context,
    {
      table,
      features: learned,
      categories,
      embedding: embed?.embedding ?? null,
      weights: options.weights ?? null,
      rows,
      space,
      rowWeights,
      isSample,
      miniBatch: options.miniBatch,
      isKept: options.saveModel !== undefined || options.explain,
      name: options.name,
      extras,
    },
    how,
  );
  const drawn = { rows: evidence.rows, of: table.rows, seed: options.seed };
  const likeCodes = like?.categories === undefined ? null : await readCodes(engine, compute, evidence, like.categories);
  const numbered = await numberSegments(compute, fit, rows.kept, evidence.rows, weights, like, numbers, likeCodes);
  terminal.progress("describing the segments");
  const { k } = fit.chosen.result;
  const placed = assignedRows(compute, k, { rows, labels: numbered.labels, weights: rowWeights });
  const isWhole = placed.rows === rows;
  const inSpace =
    space === rows ? placed : assignedRows(compute, k, { rows: space, labels: numbered.labels, weights: rowWeights });
  const profiles = isModelled ? profileSegments(compute, learned, numbers, placed.rows, numbered, weights) : null;
  const company = labels === null ? null : keptCompany(labels, numbered.segments, numbered.byRow);
  const given = givenTexts(like, names?.entries ?? null);
  const modes = codes === null || profiles === null ? [] : profileCategories(categories, codes, profiles.grouped);
  const words = profiles === null ? null : wordsOf(learned, numbered, profiles, lang, given, company, modes);
  const fitted = {
    version: context.version,
    seed: options.seed,
    name: options.name,
    method,
    rule,
    limits: how.limits,
    embedding: embed?.embedding ?? null,
    parameters: parametersOf(how),
    ...(hasWords ? { categories } : {}),
    ...(lang === "en" ? {} : { lang }),
    ...(isSampleFit ? { sample: drawn } : {}),
  };
  const model = words === null ? null : describedModel(fitted, learned, fit, numbered, profiles!, words, like);
  const quiet: Report = { command: "cluster", blocks: [], json: envelope(context, "segment/cluster@1", opened, []) };
  if (options.explain) return { report: quiet, text: engine.explain(assignSql(table, model!, extras)) };

  const { place, segments } = numbered;
  const explained = { features: learned, numbers, kept: rows.kept, place, segments, weights };
  const rules = learnsRules
    ? await learnRules(compute, explained, { seed: options.seed, progress: how.progress })
    : null;
  const rulesText = options.rulesSql === undefined ? null : rulesSql(table, rules!, options.name, sources[0]!.label);
  const assigned = staysThere ? writtenBySql(kept, table, model!, extras) : null;
  const extra = await extraColumns(compute, {
    name: options.name,
    extras: assigned === null ? extras : [],
    seed: options.seed,
    rows: inSpace.rows,
    tableRows: evidence.rows,
    labels: placed.labels,
    centres: fit.chosen.result.centres,
    numbers: numbered.numbers,
    names: extras.includes("name") ? segmentNamesOf(model!) : new Map(),
    weights: placed.weights,
    ...figuresByRow(fit, rows, evidence.rows),
    collapsed:
      fit.rowToPoint === null || !isWhole
        ? null
        : { points: fit.points, labels: fit.chosen.result.labels, rowToPoint: fit.rowToPoint },
  });
  const output =
    assigned === null
      ? await outputWith(engine, opened, [{ name: options.name, values: numbered.byRow }, ...extra.columns])
      : { ...outputQueries(assigned), rows: table.rows };
  const report = !isRead
    ? quiet
    : clusterReport(context, {
        opened,
        features: learned,
        missing: whole?.missing ?? features.map(({ facts }) => facts.missing),
        dropped,
        rows,
        rowWeights,
        weightsColumn: options.weights ?? null,
        fit,
        numbered,
        profiles: profiles!,
        categories: modes,
        categoriesNamed: options.categories !== undefined,
        model: model!,
        seeding: init === null && method === "k-means" ? seeding : null,
        linkage: how.linkage,
        how,
        contest,
        embedding: embed?.facts ?? null,
        value: valueTotals(
          compute,
          await valueColumn(compute, sources, chosen, options.value, numbers),
          numbers,
          profiles!,
        ),
        described: await describeColumns(engine, compute, evidence, described, profiles!.grouped),
        sample: isSample ? { ...drawn, isFit: isSampleFit } : null,
        counts,
        nearerElsewhere: how.limits !== null ? countNearer(compute, inSpace, fit.chosen.result.centres) : 0,
        silhouetteReference: extra.reference,
        company,
        notices:
          options.names === undefined
            ? []
            : namesNotices(options.names, names?.entries ?? null, numbered.segments, numbered.like),
        rules: options.rules ? rules : null,
        rulesText,
      });
  const namesText = options.names === undefined ? null : await namesFileText(names?.text ?? null, numbered, words!);
  return {
    report,
    table: { ...output, first: added },
    files: [
      // A file that says all this already keeps its time.
      ...(namesText === null || namesText === names?.text ? [] : [{ path: options.names!, text: namesText }]),
      ...(options.saveModel === undefined ? [] : [{ path: options.saveModel, text: modelText(model!) }]),
      ...(options.dendrogram === undefined ? [] : [{ path: options.dendrogram, text: pictureOf(fit, numbered, how) }]),
      ...(rulesText === null ? [] : [{ path: options.rulesSql!, text: `${rulesText}\n` }]),
    ],
    folders: options.tables === undefined ? [] : [{ path: options.tables, files: reportTables(report) }],
  };
}

/** Options that only a fit can honour: beside `--model` they are refused. */
const fitOptions = [
  "columns",
  "exclude",
  "id",
  "weights",
  "value",
  "describe",
  "scale",
  "missing",
  "k",
  "method",
  ...methodKeys,
  "rules",
  "rulesSql",
  "embed",
  "embedSize",
  "like",
  "saveModel",
  "seed",
  "lang",
] as const satisfies readonly (keyof ClusterOptions)[];
