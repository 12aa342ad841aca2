import type { Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { reportTables } from "../report/tables.ts";
import { labelColumn, readParents, refuseWithinElsewhere } from "../steps/cluster/apply-within.ts";
import { chooseColumns, measureFeatures } from "../steps/cluster/choose-columns.ts";
import type { FitOptions } from "../steps/cluster/fit.ts";
import { learnFeatures, refuseMissing } from "../steps/cluster/prepare.ts";
import { readNumbers, requireWeights } from "../steps/cluster/read-numbers.ts";
import { readMissing } from "../steps/cluster/settings.ts";
import { splitSegment, type Split } from "../steps/cluster/split-segment.ts";
import { withinToFitted, type WithinModel } from "../steps/cluster/within-model.ts";
import { findColumn } from "../steps/match-columns.ts";
import { outputWith, refuseExisting } from "../steps/new-columns.ts";
import { openTable } from "../steps/open-table.ts";
import { parametersOf } from "../model/cluster/refit.ts";
import { methodOptions, readMethodK, refuseCategories } from "./cluster-method.ts";
import { clusterOptions } from "./cluster-options.ts";
import { notAsked, withinReport, type ParentFacts } from "./cluster-within-report.ts";
import { givenFlags, refuseIdle } from "./refuse-options.ts";
import { segmentWords } from "./segment-texts.ts";

type ClusterOptions = OptionsOf<typeof clusterOptions>;

/**
 * `segment cluster --within`: splits segments that a table has. Each segment's rows are clustered by themselves, and its
 * parts are numbered beneath it: 2.1, 2.2 … A segment that cannot be split stays whole.
 */
export async function clusterWithin(
  context: Context,
  inputs: readonly string[],
  options: ClusterOptions,
): Promise<Outcome> {
  refuseIdle(givenFlags(clusterOptions, options, idle), "--within fits each segment by itself");
  refuseCategories(options, "--within");
  refuseIdle(options.miniBatch ? ["--mini-batch"] : [], "--within fits the rows of each segment together");
  const { engine, compute, terminal } = context;
  refuseWithinElsewhere(engine.rowsStay);
  const within = options.within!;
  const { method, name } = options;
  const k = readMethodK(options);
  const missing = readMissing(options.missing ?? []);
  const opened = await openTable(context, inputs, options);
  const { table, sources } = opened;
  const column = findColumn(table.columns, within, "--within");
  if (name !== within) refuseExisting(table, [name], options.overwrite);
  for (const one of missing.byColumn.keys()) findColumn(table.columns, one, "--missing");
  const added = [within, name, ...[within, name].flatMap((base) => beside.map((extra) => `${base}_${extra}`))];
  const chosen = chooseColumns(table, { ...options, added, described: [] }, null);

  terminal.progress("reading columns");
  const parents = await readParents(context, opened, column);
  const asked = askedFor(options.only, parents.labels, within);
  const numbers = await readNumbers(engine, compute, table, chosen.names);
  const weights = options.weights === undefined ? null : numbers.get(options.weights)!;
  if (weights !== null) await requireWeights(sources, options.weights!, weights);
  // What no fit can take is refused here, where its line is known.
  const { features } = await measureFeatures(compute, sources, chosen, numbers);
  const columns = features.map(({ source }) => numbers.get(source)!);
  const unscaled = learnFeatures(compute, features, columns, weights, { missing, scale: "none", fillsAll: false });
  await refuseMissing(sources, unscaled, columns);

  const { seed, lang = "en" } = options;
  const asTold = methodOptions(options);
  const about = {
    version: context.version,
    seed,
    name,
    limits: asTold.limits,
    embedding: null,
    parameters: parametersOf(asTold),
    ...(lang === "en" ? {} : { lang }),
  };
  const facts: ParentFacts[] = [];
  for (const [i, label] of parents.labels.entries()) {
    const rows = parents.rows[i]!;
    const how: Omit<FitOptions, "method" | "judged"> = {
      ...asTold,
      seed,
      seeding: options.seeding ?? "greedy",
      k,
      init: null,
      progress: (text) => terminal.progress(`segment ${label}: ${text}`),
    };
    const split: Split = asked.has(label)
      ? await splitSegment(compute, rows, numbers, weights, {
          chosen,
          missing,
          scale: options.scale,
          fit: how,
          method,
          about,
          texts: (names, segments, z) =>
            segmentWords({ columns: names, segments, z, lang }, new Map()).map(
              ({ generated: _generated, ...own }) => own,
            ),
        })
      : { kind: "whole", reason: notAsked };
    facts.push({ label, rows: rows.length, split });
  }

  const parts = facts.flatMap(({ label, split }) =>
    split.kind === "whole"
      ? []
      : [{ label, numbers: [...split.numbered.numbers].sort((a, b) => a - b), byRow: split.numbered.byRow }],
  );
  const labelled = labelColumn(name, parents, parts);
  const model: WithinModel = {
    version: context.version,
    seed,
    within,
    name,
    parents: facts.flatMap(({ label, split }) => (split.kind === "whole" ? [] : [{ label, model: split.model }])),
  };
  const report = withinReport(context, {
    opened,
    within,
    method,
    seed,
    lang,
    parents: facts,
    unassigned: labelled.sizes.get("0") ?? 0,
    weights: options.weights ?? null,
  });
  return {
    report,
    table: { ...(await outputWith(engine, opened, [labelled.column])), first: [name] },
    files:
      options.saveModel === undefined
        ? []
        : [{ path: options.saveModel, text: `${JSON.stringify(withinToFitted(model), null, 2)}\n` }],
    folders: options.tables === undefined ? [] : [{ path: options.tables, files: reportTables(report) }],
  };
}

/** Columns that cluster writes beside a segment. */
const beside = ["name", "silhouette", "distance", "second", "probability", "outlier_score", "stability"];

const idle = [
  "model",
  "imputations",
  "like",
  "init",
  "embed",
  "embedSize",
  "initLabels",
  "names",
  "explain",
  "value",
  "describe",
  "with",
  "dendrogram",
] as const satisfies readonly (keyof ClusterOptions)[];

/** The segments to split. Throws `usage` for one that the column has not. */
function askedFor(only: readonly string[] | undefined, labels: readonly string[], column: string): ReadonlySet<string> {
  if (labels.length === 0) {
    throw new SegmentError("no-rows", "no row is in a segment", {
      place: { column },
      hint: "give a column of segments to --within, such as one that segment cluster wrote",
    });
  }
  if (only === undefined) return new Set(labels);
  const unknown = only.find((label) => !labels.includes(label));
  if (unknown === undefined) return new Set(only);
  const shown = labels.length > 20 ? `${labels.slice(0, 20).join(", ")} … (${labels.length})` : labels.join(", ");
  throw new SegmentError("usage", `--only ${unknown}: there is no such segment`, {
    place: { column },
    hint: `it has ${shown}`,
  });
}
