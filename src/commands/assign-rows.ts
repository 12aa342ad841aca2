import type { Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { reportTables } from "../report/tables.ts";
import { applyModels, onlyNewColumns, type AnyModel } from "../steps/apply-models.ts";
import { readModel, type ClusterModel } from "../steps/cluster/model.ts";
import { readWithinModel, withinSchema } from "../steps/cluster/within-model.ts";
import { readExtras } from "../steps/cluster/settings.ts";
import { readModelFile } from "../steps/model-file.ts";
import { outputWith } from "../steps/new-columns.ts";
import { openTable, type ReadWords } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { readAsOf } from "../steps/rfm/settings.ts";
import { withNames } from "./segment-texts.ts";
import { assignReport } from "./assign-report.ts";
import { refuseIdle, refuseSpooled } from "./refuse-options.ts";

export interface AssignOptions extends ReadWords {
  readonly name?: string | undefined;
  readonly names?: string | undefined;
  readonly overwrite: boolean;
  readonly with: readonly string[] | undefined;
  readonly tables: string | undefined;
  readonly asOf?: string | undefined;
  readonly missing?: "error" | "drop" | undefined;
  readonly explain: boolean;
  readonly output?: string | undefined;
  readonly format?: "csv" | "parquet" | "ndjson" | "json" | undefined;
}

/** Reads the model file of a clustering. Throws `file-missing`, `bad-model`. */
export async function loadModel(context: Context, file: string): Promise<ClusterModel> {
  return readModel(readModelFile(await context.io.readText(file), file));
}

/** Reads the model file of a clustering, or of segments that were split. Throws as `loadModel`. */
export async function loadSegments(context: Context, file: string): Promise<AnyModel> {
  const read = readModelFile(await context.io.readText(file), file);
  if (read.schema === withinSchema) return { step: "cluster within", file, model: readWithinModel(read) };
  return { step: "cluster", file, model: readModel(read) };
}

/** Applies saved models to the rows of a table, one after the other: nothing is learned, and nothing renumbered. */
export async function assignRows(
  context: Context,
  inputs: readonly string[],
  saved: readonly AnyModel[],
  options: AssignOptions,
): Promise<Outcome> {
  const models = await called(context, named(saved, options), options.names);
  refuseWithExplain(options);
  const { engine, io } = context;
  const extras = readExtras(options.with ?? []);
  const asOf = readAsOf(options.asOf);
  const [first] = models;
  const learned = first?.step === "clean" ? first.model.reading : undefined;
  const opened = await openTable(context, inputs, options, { learned });
  if (options.explain) refuseSpooled(opened.sources);
  const { missing, explain } = options;
  const steps = await applyModels(context, opened, models, { ...options, extras, asOf, missing, asSql: explain });
  const report = assignReport(context.version, opened, steps);
  const table = steps.at(-1)!.table;
  if (explain) {
    const format = io.destination(options.output, options.format)?.format ?? "csv";
    const { query, typed } = outputQueries(table);
    return { report, text: engine.explain(format === "csv" ? query : typed) };
  }
  const columns = onlyNewColumns(steps);
  const output =
    columns === null ? { ...outputQueries(table), rows: table.rows } : await outputWith(engine, opened, columns);
  return {
    report,
    table: { ...output, first: steps.flatMap(({ added }) => added) },
    folders: options.tables === undefined ? [] : [{ path: options.tables, files: reportTables(report) }],
  };
}

/** The models with the name that the user wants for the segment column. Throws `usage` for options that none can honour. */
function named(models: readonly AnyModel[], options: AssignOptions): readonly AnyModel[] {
  const clusterings = models.filter(({ step }) => step === "cluster").length;
  const writing = models.filter(({ step }) => step === "cluster" || step === "cluster within").length;
  if (clusterings === 0) {
    refuseIdle(
      [
        options.name === undefined || writing > 0 ? [] : ["--name"],
        options.with === undefined ? [] : ["--with"],
      ].flat(),
      "no model of segment cluster is given",
      "leave it out, or add --model CLUSTER.json",
    );
  }
  if (!models.some(({ step }) => step === "score rfm")) {
    refuseIdle(
      [options.asOf === undefined ? [] : ["--as-of"], options.missing === undefined ? [] : ["--missing"]].flat(),
      "no model of segment score rfm is given",
      "leave it out, or add --model RFM.json",
    );
  }
  const { name } = options;
  if (name === undefined) return models;
  if (writing > 1) {
    throw new SegmentError("usage", "--name names one column, and several models add one of segments", {
      hint: "give the models names of their own when they are fitted (cluster --name)",
    });
  }
  return models.map((one) => {
    if (one.step === "cluster") return { ...one, model: { ...one.model, name } };
    return one.step === "cluster within" ? { ...one, model: { ...one.model, name } } : one;
  });
}

/** The models with what a names file calls the segments. Throws `bad-names`, and `usage` where no model has segments. */
async function called(
  context: Context,
  models: readonly AnyModel[],
  file: string | undefined,
): Promise<readonly AnyModel[]> {
  if (file === undefined) return models;
  const clusterings = models.filter(({ step }) => step === "cluster").length;
  if (clusterings !== 1) {
    refuseIdle(
      ["--names"],
      clusterings === 0 ? "no model of segment cluster is given" : "several models have segments of the same numbers",
      "give it with one model of segments",
    );
  }
  const named: AnyModel[] = [];
  for (const one of models) {
    named.push(one.step === "cluster" ? { ...one, model: await withNames(context, one.model, file) } : one);
  }
  return named;
}

/** `--explain` prints the steps as SQL and writes nothing; what it could not honour is refused. */
export function refuseWithExplain(options: Pick<AssignOptions, "explain" | "quarantine">): void {
  if (!options.explain) return;
  const refused = options.quarantine === undefined ? [] : ["--quarantine"];
  refuseIdle(refused, "--explain shows how the segment is found and writes nothing");
}
