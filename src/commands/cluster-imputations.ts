import type { Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import type { Block, Json, Report } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { visibleText } from "../report/display-text.ts";
import { formatCount, formatMeasure, formatShare } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import { chooseColumns, measureFeatures } from "../steps/cluster/choose-columns.ts";
import {
  consensusTable,
  fitImputations,
  requireSameRows,
  stackedTables,
  type ImputedSegments,
  type Stacked,
} from "../steps/cluster/fit-imputations.ts";
import type { ModelFeature } from "../steps/cluster/model.ts";
import { applyFeatures, learnFeatures, refuseMissing } from "../steps/cluster/prepare.ts";
import { readNumbers } from "../steps/cluster/read-numbers.ts";
import { readK, readMissing } from "../steps/cluster/settings.ts";
import type { MethodName } from "../model/cluster/clustering.ts";
import { methods } from "../model/cluster/methods/index.ts";
import { columnFacts } from "../steps/column-facts.ts";
import { imputationColumn } from "../steps/impute/numbered-table.ts";
import { findColumn, matchColumns } from "../steps/match-columns.ts";
import { refuseExisting } from "../steps/new-columns.ts";
import { openTable, type OpenedTable } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { methodOptions, refuseCategories } from "./cluster-method.ts";
import { clusterOptions } from "./cluster-options.ts";
import { givenFlags, refuseIdle } from "./refuse-options.ts";

type ClusterOptions = OptionsOf<typeof clusterOptions>;

/**
 * `segment cluster --imputations`: clusters each of several tables whose gaps were drawn (`segment clean --imputations`),
 * and tells how far the segments depend on the draws. The table that is written has each row once.
 */
export async function clusterImputations(
  context: Context,
  inputs: readonly string[],
  options: ClusterOptions,
): Promise<Outcome> {
  refuseIdle(givenFlags(clusterOptions, options, idle), "the fits of several imputations make no one model");
  refuseCategories(options, "--imputations");
  refuseIdle(options.miniBatch ? ["--mini-batch"] : [], "--imputations fits the rows of each table together");
  const { engine, compute, terminal } = context;
  if (engine.rowsStay) {
    throw new SegmentError(
      "engine-refused",
      "--imputations fits each table in this process, and Spark's rows stay there",
      {
        hint: "leave out --engine",
      },
    );
  }
  const k = readK(options.k);
  const missing = readMissing(options.missing ?? []);
  if ([missing.all, ...missing.byColumn.values()].includes("drop")) {
    throw new SegmentError(
      "usage",
      "--missing drop may leave other rows of each imputation, which are then not comparable",
      {
        hint: "fill them before: segment clean --impute iterative --imputations 5",
      },
    );
  }
  const { method } = options;
  if (method === "auto") {
    throw new SegmentError("usage", "--method auto may name another method for each imputation", {
      hint: "hold the contest on one table, and name its winner here",
    });
  }
  if (methods[method].k !== "asked" || options.height !== undefined) {
    const way = options.height === undefined ? `--method ${method}` : "--height";
    throw new SegmentError("usage", `${way} may find another number of segments in each imputation`, {
      hint: "use a method that takes --k, such as k-means or gmm",
    });
  }
  const opened = await openTable(context, inputs, options);
  const { table, sources } = opened;
  const stability = `${options.name}_stability`;
  const added = [options.name, stability];
  refuseExisting(table, added, options.overwrite);
  const number = findColumn(table.columns, imputationColumn, "--imputations");
  if (number.type !== "integer") {
    throw new SegmentError("not-numeric", "the column of the imputations' numbers holds no whole numbers", {
      place: { column: imputationColumn },
      hint: "segment clean --imputations writes such tables",
    });
  }
  for (const column of missing.byColumn.keys()) findColumn(table.columns, column, "--missing");
  const about = {
    ...options,
    weights: undefined,
    value: undefined,
    added: [...added, imputationColumn],
    described: [],
  };
  const chosen = chooseColumns(table, about, null);

  terminal.progress("reading columns");
  const numbers = await readNumbers(engine, compute, table, [...chosen.names, imputationColumn]);
  const stacked = stackedTables(imputationColumn, numbers.get(imputationColumn)!);
  const ids = options.id === undefined ? [] : matchColumns(table.columns, options.id, "--id").names;
  await requireSameRows(context, table, ids, stacked);
  if (stacked.rows < 2) {
    throw new SegmentError("too-few-rows", "one row cannot be divided into segments", {
      hint: "give at least two rows",
    });
  }
  // Whether a column measures anything shows in one table: in all of them its row number would rise again and again.
  const facts = new Map(
    chosen.candidates.map(({ source }) => [
      source,
      columnFacts(compute, numbers.get(source)!.subarray(0, stacked.rows)),
    ]),
  );
  const { features, dropped } = await measureFeatures(compute, sources, chosen, numbers, facts);
  const columns = features.map(({ source }) => numbers.get(source)!);
  const learned = learnFeatures(compute, features, columns, null, { missing, scale: options.scale, fillsAll: true });
  await refuseMissing(sources, learned, columns);
  const { matrix } = applyFeatures(compute, learned, columns);
  const isRead = !options.quiet || options.report !== undefined;
  const found = await fitImputations(
    compute,
    matrix,
    learned.map(({ column, source }) => numbers.get(column) ?? numbers.get(source)!),
    stacked,
    {
      ...options,
      ...methodOptions(options),
      method,
      seeding: options.seeding ?? "greedy",
      k,
      init: null,
      judged: isRead,
      progress: (text) => terminal.progress(text),
    },
  );
  const output = await consensusTable(context, table, number, stacked, found, options.name);
  return {
    report: imputationsReport(context, {
      opened,
      stacked,
      learned,
      dropped,
      found,
      seed: options.seed,
      name: options.name,
      method,
    }),
    table: { ...outputQueries(output), rows: output.rows, first: added },
  };
}

/** Options that say something of one fit, one model, or rows of one table. */
const idle = [
  "model",
  "saveModel",
  "like",
  "init",
  "embed",
  "embedSize",
  "initLabels",
  "explain",
  "weights",
  "value",
  "describe",
  "with",
  "lang",
  "names",
  "tables",
  "rules",
  "rulesSql",
] as const satisfies readonly (keyof ClusterOptions)[];

interface Facts {
  readonly opened: OpenedTable;
  readonly stacked: Stacked;
  readonly learned: readonly ModelFeature[];
  readonly dropped: readonly { readonly column: string; readonly reason: string }[];
  readonly found: ImputedSegments;
  readonly seed: number;
  readonly name: string;
  readonly method: MethodName;
}

/** The report: agreement, segments with their stability, pooled means. JSON schema `segment/cluster@1`, member `imputations`. */
function imputationsReport(context: Context, facts: Facts): Report {
  const { opened, stacked, learned, found, seed, name, method } = facts;
  const { stability, labels, pairs } = found.consensus;
  const m = stacked.numbers.length;
  const ari = { mean: pairs.reduce((sum, x) => sum + x, 0) / pairs.length, least: Math.min(...pairs) };
  const segments = found.sizes.map((size, s) => {
    let sum = 0;
    let sure = 0;
    labels.forEach((label, i) => {
      if (label !== s) return;
      sum += stability[i]!;
      if (stability[i] === 1) sure++;
    });
    const of = (x: number): number | null => (size === 0 ? null : x / size);
    return { segment: s + 1, size, share: size / stacked.rows, stability: of(sum), unanimous: of(sure) };
  });
  const unanimous = stability.reduce((count, x) => (x === 1 ? count + 1 : count), 0) / stacked.rows;
  const meanStability = stability.reduce((sum, x) => sum + x, 0) / stacked.rows;
  const account: RowAccount = {
    used: opened.table.rows,
    quarantined: opened.quarantined,
    grouped: opened.table.rows - stacked.rows,
    out: stacked.rows,
  };
  const pooled = segments.flatMap(({ segment }, s) =>
    learned.map(({ column }, j) => ({ segment, column, pooled: found.profile[s]![j]! })),
  );
  const shareOf = (share: number | null): string => (share === null ? "—" : formatShare(share));
  const blocks: Block[] = [
    {
      kind: "title",
      parts: [
        `k = ${found.k}`,
        method,
        `${formatCount(m)} imputations`,
        `${formatCount(stacked.rows)} rows`,
        `${formatCount(learned.length)} features`,
        `seed ${seed}`,
      ],
    },
    {
      kind: "text",
      text: `agreement of the imputations: adjusted Rand index ${ari.mean.toFixed(3)} on average, ${ari.least.toFixed(3)} at least; ${formatShare(unanimous)} of the rows are in the same segment in all ${formatCount(m)}`,
      emphasis: "strong",
    },
    { kind: "heading", text: "segments, by what most imputations say" },
    {
      kind: "table",
      table: {
        name: "segments",
        columns: [
          { header: "segment", align: "right" },
          { header: "rows", align: "right" },
          { header: "share", align: "right" },
          { header: "stability", align: "right" },
          { header: "in all imputations", align: "right" },
        ],
        rows: segments.map(({ segment, size, share, stability: own, unanimous: sure }) => ({
          segment,
          cells: [String(segment), formatCount(size), formatShare(share), shareOf(own), shareOf(sure)],
        })),
        data: {
          columns: ["segment", "size", "share", "stability", "unanimous"],
          rows: segments.map((one) => [one.segment, one.size, one.share, one.stability, one.unanimous]),
        },
      },
    },
    { kind: "heading", text: "means pooled by Rubin's rules" },
    {
      kind: "table",
      table: {
        name: "pooled",
        columns: [
          { header: "segment", align: "right" },
          { header: "column", align: "left" },
          { header: "mean", align: "right" },
          { header: "standard error", align: "right" },
          { header: "of it by gaps", align: "right" },
        ],
        rows: pooled.map(({ segment, column, pooled: one }) => ({
          segment,
          cells: [
            String(segment),
            visibleText(column),
            one === null ? "—" : formatMeasure(one.mean),
            one === null ? "—" : formatMeasure(one.standardError),
            one === null ? "—" : formatShare(one.share),
          ],
        })),
        data: {
          columns: ["segment", "column", "mean", "within", "between", "total", "standard_error", "share", "freedom"],
          rows: pooled.map(({ segment, column, pooled: one }) => [
            segment,
            column,
            ...(one === null
              ? [null, null, null, null, null, null, null]
              : [one.mean, one.within, one.between, one.total, one.standardError, one.share, one.freedom]),
          ]),
        },
      },
    },
    {
      kind: "text",
      text: `of it by gaps: the share of the mean's variance that the draws make; written are the values of imputation ${stacked.numbers[0]}, the segment that most imputations give, and in ${visibleText(name)}_stability the share of imputations that give it`,
      emphasis: "dim",
    },
    accountBlock(account),
    ...opened.warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  const pooledJson = (segment: number): Json =>
    Object.fromEntries(
      pooled
        .filter((one) => one.segment === segment)
        .map(({ column, pooled: one }) => [
          column,
          one === null
            ? null
            : {
                mean: one.mean,
                within: one.within,
                between: one.between,
                total: one.total,
                standard_error: one.standardError,
                share: one.share,
                freedom: one.freedom,
              },
        ]),
    );
  return {
    command: "cluster",
    blocks,
    json: {
      schema: "segment/cluster@1",
      version: context.version,
      ...accountJson(account),
      warnings: warningsOf(blocks),
      columns: learned.map(({ column }) => column),
      dropped: facts.dropped.map(({ column, reason }) => ({ column, reason })),
      method,
      k: found.k,
      seed,
      imputations: {
        count: m,
        rows: stacked.rows,
        ari: { mean: ari.mean, least: ari.least, pairs: [...pairs] },
        stability: meanStability,
        unanimous,
      },
      segments: segments.map((one) => ({ ...one, pooled: pooledJson(one.segment) })),
    },
  };
}
