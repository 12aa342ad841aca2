import type { Context, NewColumn, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { refuseAsSql } from "./impute/imputer.ts";
import { applyClean, type Cleaned } from "./clean/apply.ts";
import { readCleanModel, type CleanModel } from "./clean/model.ts";
import { applyCluster, readFeatures, type AppliedCluster } from "./cluster/apply.ts";
import { applyInEngine, requireEngineFeatures } from "./cluster/in-engine/apply-in-engine.ts";
import { assignedBySql } from "./cluster/assigned-table.ts";
import { finalSegments } from "./cluster/merged-segments.ts";
import { modelSchema as clusterSchema, readModel, type ClusterModel } from "./cluster/model.ts";
import { applyWithin } from "./cluster/apply-within.ts";
import { requireModelFigures } from "./cluster/model-figures.ts";
import { extraNames } from "./cluster/row-extras.ts";
import type { Extra } from "./cluster/settings.ts";
import { readWithinModel, withinSchema, type WithinModel } from "./cluster/within-model.ts";
import type { ModelFile } from "./model-file.ts";
import { addColumns, refuseExisting } from "./new-columns.ts";
import { applyNormalize, scaleByModel } from "./normalize/apply.ts";
import { readNormalizeModel, type NormalizeModel } from "./normalize/model.ts";
import { normalizeSql } from "./normalize/transform-sql.ts";
import type { OpenedTable, ReadWords, Warning } from "./open-table.ts";
import { parseReadingOptions } from "./reading/reading-options.ts";
import { applyRfm } from "./rfm/apply.ts";
import { readRfmModel, type RfmModel } from "./rfm/model.ts";

/** A saved model of any step, read and checked. */
export type AnyModel =
  | { readonly step: "clean"; readonly file: string; readonly model: CleanModel }
  | { readonly step: "normalize"; readonly file: string; readonly model: NormalizeModel }
  | { readonly step: "score rfm"; readonly file: string; readonly model: RfmModel }
  | { readonly step: "cluster"; readonly file: string; readonly model: ClusterModel }
  | { readonly step: "cluster within"; readonly file: string; readonly model: WithinModel };

export interface ApplyOptions extends ReadWords {
  readonly overwrite: boolean;
  readonly extras: readonly Extra[];
  /** The day that recency is counted to, as YYYY-MM-DD. */
  readonly asOf: string | undefined;
  readonly missing: "error" | "drop" | undefined;
  /** Only what SQL can do is done: for `--explain`. */
  readonly asSql: boolean;
}

/** What applying one model came to. */
export interface AppliedModel {
  readonly of: AnyModel;
  readonly table: Table;
  readonly removed: number;
  readonly grouped: number;
  readonly warnings: readonly Warning[];
  /** Columns that the table did not have before. */
  readonly added: readonly string[];
  /** For a clustering that was not only explained. */
  readonly cluster: AppliedCluster | null;
  /** For segments that were split: rows by label. */
  readonly parts?: ReadonlyMap<string, number>;
}

/** The model of a file, by the schema it names. Throws `bad-model`. */
export function readAnyModel(read: ModelFile): AnyModel {
  const { file, schema } = read;
  switch (schema.split("@")[0]) {
    case "segment/model/clean":
      return { step: "clean", file, model: readCleanModel(read) };
    case "segment/model/normalize":
      return { step: "normalize", file, model: readNormalizeModel(read) };
    case "segment/model/rfm":
      return { step: "score rfm", file, model: readRfmModel(read) };
    case clusterSchema.split("@")[0]:
      return { step: "cluster", file, model: readModel(read) };
    case withinSchema.split("@")[0]:
      return { step: "cluster within", file, model: readWithinModel(read) };
    default:
      throw new SegmentError("bad-model", `holds ${schema}, a model that this version does not know`, {
        place: { file },
        hint: "it needs another version of segment",
      });
  }
}

/**
 * Applies saved models to a table one after the other, each to what the one before it gave; nothing is learned. Throws
 * what the steps throw, with the model's file where the table does not fit it.
 */
export async function applyModels(
  context: Context,
  opened: OpenedTable,
  models: readonly AnyModel[],
  options: ApplyOptions,
): Promise<readonly AppliedModel[]> {
  const steps: AppliedModel[] = [];
  let { table, sources } = opened;
  for (const model of models) {
    const step = await applyOne(context, { ...opened, table, sources, warnings: [] }, model, options);
    steps.push(step);
    table = step.table;
    // Rows that have moved have no line in the files any more.
    if (step.removed + step.grouped > 0) sources = [];
  }
  return steps;
}

async function applyOne(
  context: Context,
  opened: OpenedTable,
  of: AnyModel,
  options: ApplyOptions,
): Promise<AppliedModel> {
  const { overwrite, asSql } = options;
  const before = new Set(opened.table.columns.map(({ name }) => name));
  const done = (
    table: Table,
    found: { readonly removed?: number; readonly grouped?: number; readonly warnings?: readonly Warning[] },
    cluster: AppliedCluster | null = null,
  ): AppliedModel => {
    const added = table.columns.map(({ name }) => name).filter((name) => !before.has(name));
    const { removed = 0, grouped = 0, warnings = [] } = found;
    return { of, table, removed, grouped, warnings, added, cluster };
  };
  switch (of.step) {
    case "clean": {
      refuseAside(of);
      if (asSql) refuseAsSql(of.model.imputers ?? []);
      const cleaned = await applyClean(context, opened, of.model, {
        words: options,
        overwrite,
        ledger: false,
        official: null,
        kept: asSql !== true,
      });
      const warnings = [...cleaned.warnings, ...fillWarnings(cleaned, opened.table.rows)];
      return done(cleaned.table, { ...cleaned, warnings });
    }
    case "normalize": {
      if (asSql) {
        await scaleByModel(context, opened, of.model, overwrite);
        return done(normalizeSql(opened.table, of.model), {});
      }
      const scaled = await applyNormalize(context, opened, of.model, { overwrite });
      return done(scaled.table, scaled);
    }
    case "score rfm": {
      const { asOf, missing } = options;
      const reading = parseReadingOptions(options);
      const scored = await applyRfm(context, opened, of.model, { asOf, missing, overwrite, reading });
      return done(scored.table, scored);
    }
    case "cluster": {
      if (asSql) {
        const { extras } = options;
        refuseExisting(opened.table, [of.model.name, ...extraNames(of.model.name, extras)], overwrite);
        requireModelFigures(of.model, extras);
        if (context.engine.rowsStay) await requireEngineFeatures(context.engine, opened, of.model);
        else await readFeatures(context, opened, of.model);
        return done(assignedBySql(opened.table, of.model, extras), {});
      }
      if (context.engine.rowsStay) {
        const { table, applied } = await applyInEngine(context.engine, opened, of.model, options);
        return done(table, { warnings: clusterWarnings(applied, table.rows, of.model) }, applied);
      }
      const applied = await applyCluster(context, opened, of.model, options);
      const table = await addColumns(context.engine, opened.table, applied.columns ?? []);
      return done(table, { warnings: clusterWarnings(applied, table.rows, of.model) }, applied);
    }
    case "cluster within": {
      if (asSql) {
        throw new SegmentError(
          "usage",
          "--explain shows models that SQL can apply as one step, and this splits segments",
          {
            place: { file: of.file },
            hint: "leave out --explain",
          },
        );
      }
      const { column, sizes, warnings } = await applyWithin(context, opened, of.model, options);
      const table = await addColumns(context.engine, opened.table, [column]);
      return { ...done(table, { warnings }), parts: sizes };
    }
  }
}

/** Rows are set aside in a file that only `segment clean` has. Throws `usage`. */
function refuseAside({ file, model }: AnyModel & { readonly step: "clean" }): void {
  const { outliers, emailCheck, checks = [] } = model;
  if (emailCheck !== "quarantine" && [...outliers, ...checks].every(({ action }) => action !== "quarantine")) return;
  throw new SegmentError("usage", "the model sets rows aside, for which there is no file here", {
    place: { file },
    hint: `apply it first: segment clean --model ${file} --quarantine FILE`,
  });
}

/** From this share of missing values on, filling them is said. */
const toldShare = 0.05;

function fillWarnings({ facts: { imputed, outliers }, modelled, removed }: Cleaned, rows: number): readonly Warning[] {
  const told = imputed.filter(({ count }) => count > toldShare * Math.max(1, rows - removed));
  const clipped = outliers.filter(({ count }) => count > toldShare * Math.max(1, rows));
  return [
    ...told.map(({ column, how, value, count }) => ({
      code: "missing-filled",
      message: `${percent(count, rows - removed)} of ${column} was missing and filled with ${
        value === null ? `its neighbours (${how})` : `the ${how} of the fit, ${value}`
      }`,
    })),
    ...modelled
      .filter(({ count }) => count > toldShare * Math.max(1, rows - removed))
      .map(({ column, how, count }) => ({
        code: "missing-filled",
        message: `${percent(count, rows - removed)} of ${column} was missing and filled by ${how} of the fit`,
      })),
    ...clipped.map(({ column, count }) => ({
      code: "outside-the-fit",
      message: `${percent(count, rows)} of ${column} lies beyond the bounds of the fit`,
    })),
  ];
}

function percent(count: number, rows: number): string {
  return `${Math.round((1000 * count) / Math.max(1, rows)) / 10}%`;
}

function clusterWarnings(
  { negative, reference, missing, sizes, unseen = [] }: AppliedCluster,
  rows: number,
  model: ClusterModel,
): readonly Warning[] {
  const { limits } = model;
  const warnings: Warning[] = missing
    .filter(({ count }) => count > toldShare * rows)
    .map(({ column, count }) => ({
      code: "missing-filled",
      message: `${percent(count, rows)} of ${column} was missing and took the fill of the model, or left its row unassigned`,
    }));
  const strange = unseen.filter(({ count }) => count > 0);
  if (strange.length > 0) {
    const list = strange.map(({ column, count }) => `${count} of ${column}`).join(", ");
    warnings.push({
      code: "unseen-words",
      message: `words that the fit has not seen, like those of no segment: ${list}`,
    });
  }
  if (negative.length > 0) {
    const message = `negative values of ${negative.join(", ")} were taken as -log(1 - x); the fit had none`;
    warnings.push({ code: "outside-the-fit", message });
  }
  const outside = finalSegments(model)
    .map(({ segment }) => ({ segment, size: sizes.get(segment) ?? 0 }))
    .filter(({ size }) => limits !== null && (size < limits.least || size > limits.most));
  if (limits !== null && outside.length > 0) {
    const { least, most } = limits;
    const asked =
      most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : least === 0 ? `at most ${most}` : `${least} to ${most}`;
    const list = outside.map(({ segment, size }) => `segment ${segment} has ${size}`).join(", ");
    warnings.push({ code: "size-outside-limits", message: `the fit was to have ${asked} rows in a segment: ${list}` });
  }
  if (reference !== null) {
    const message = `each row's silhouette was estimated from ${reference} rows that stand for all`;
    warnings.push({ code: "silhouette-estimated", message });
  }
  return warnings;
}

/** The columns that a clustering added, where it was the only model: they can go beside the lines of the file. */
export function onlyNewColumns(steps: readonly AppliedModel[]): readonly NewColumn[] | null {
  const [step] = steps;
  return steps.length === 1 && step?.cluster != null ? step.cluster.columns : null;
}
