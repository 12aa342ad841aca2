import type { Context, Engine, NewColumn, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Compute } from "../../core/compute.ts";
import { scaleValues, type ColumnScaling } from "../../model/stats/column-scaling.ts";
import { byQuantiles } from "../../model/stats/power-transform.ts";
import { moments, type Moments } from "../../model/stats/moments.ts";
import { rowsStay } from "../cluster/in-engine/sample-rows.ts";
import { readNumbers, requireFinite, type NumericColumns } from "../cluster/read-numbers.ts";
import { emptyColumnWarnings } from "../empty-columns.ts";
import { findColumn } from "../match-columns.ts";
import { requireModelColumns, type ModelColumn } from "../model-file.ts";
import type { OpenedTable, Warning } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import { requireDomain } from "./learn.ts";
import { encodedFacts, unseenWarnings, type EncodedColumn } from "./encode/encoded-facts.ts";
import { encodeSql, type OutOfFold } from "./encode/encode-sql.ts";
import { sourcesOf, targetOf, targetsOf, type ModelColumnScaling, type NormalizeModel } from "./model.ts";
import { placeColumns } from "./place-columns.ts";
import { scaleBySql } from "./scale-by-sql.ts";
import { gathered, groupRows, readGroups, scatter, type GroupedRows } from "./groups.ts";
import { unitFacts, unitSql, unitWarnings, type UnitRows } from "./unit-rows.ts";
import { numberSql } from "./number-sql.ts";
import { normalizeSql, scaledSql, scalingSql } from "./transform-sql.ts";

/** What became of a column. */
export interface ScaledColumn extends ModelColumnScaling {
  /** The column that holds the scaled values. */
  readonly target: string;
  readonly missing: number;
  /** NaN where there is no value. */
  readonly skewnessBefore: number;
  readonly skewnessAfter: number;
  /** Rows whose value lies outside the range of the fit. */
  readonly below: number;
  readonly above: number;
}

/** The columns of a model scaled. */
export interface ScaledColumns {
  readonly columns: readonly ScaledColumn[];
  /** By row of the table, of the columns whose transform has a power; the others the engine scales to the same bits. */
  readonly bent: readonly NewColumn[];
  /** The engine scales all of them, the powers to their last digits: no row came here. */
  readonly bySql: boolean;
  /** Rows whose group is none of the model's, and rows without one; null where rows are in no groups. */
  readonly groups: { readonly unseen: number; readonly missing: number } | null;
}

/** The columns of a model scaled, and those of categories encoded. */
export interface NormalizedColumns extends ScaledColumns {
  readonly encoded: readonly EncodedColumn[];
  /** Where rows are brought to unit length. */
  readonly unit: UnitRows | null;
}

/** A table scaled by a model: no fitting, the same bits as at the fit on the same rows. */
export interface NormalizedTable extends NormalizedColumns {
  readonly table: Table;
  readonly removed: 0;
  readonly grouped: 0;
  readonly warnings: readonly Warning[];
}

/**
 * Scales a table by a model: `NAME_scaled` at its end, in the model's order, or in place where the model says so. Missing
 * stays missing. Throws `model-mismatch`, `ambiguous-input`, `column-exists` (without `overwrite`), and with the place
 * `not-finite` and `out-of-domain`. Cost: one read of the columns, about 5 ns a value, 40 more for a power.
 */
export async function applyNormalize(
  context: Context,
  opened: OpenedTable,
  model: NormalizeModel,
  { overwrite = false }: { readonly overwrite?: boolean } = {},
): Promise<NormalizedTable> {
  const scaled = await scaleByModel(context, opened, model, overwrite);
  const table = await tableWith(context, opened.table, model, scaled);
  const empty = emptyColumnWarnings(sourcesOf(model), opened.table);
  const warnings = [
    ...empty,
    ...outsideTheFit(scaled.columns),
    ...unseenWarnings(scaled.encoded),
    ...rowWarnings(model, scaled),
  ];
  return { ...scaled, table, removed: 0, grouped: 0, warnings };
}

/** The scaled columns of a table that a model fits, without the table they go to. Throws as `applyNormalize`. */
export async function scaleByModel(
  context: Context,
  opened: OpenedTable,
  model: NormalizeModel,
  overwrite: boolean,
): Promise<NormalizedColumns> {
  const { table, sources } = opened;
  const names = model.columns.map(({ column }) => column);
  const wanted = sourcesOf(model).map((column) => asText(column, table, model));
  requireModelColumns(wanted, table.columns, sources.map(({ label }) => label).join(", "));
  requireSettled(table, [...names, ...model.encodings.map(({ column }) => column)]);
  refuseScaled(table, model, overwrite);
  const encoded = await encodedFacts(context.engine, table, model.encodings);
  const scaled = rowsStay(context.engine, table)
    ? await scaledBySql(context.engine, opened, model)
    : await scaleColumns(context, opened, model, await readNumbers(context.engine, context.compute, table, names));
  return { ...scaled, encoded, unit: await unitOf(context.engine, table, model) };
}

/** What bringing rows to unit length comes to; null where the model does not. */
export async function unitOf(engine: Engine, table: Table, model: NormalizeModel): Promise<UnitRows | null> {
  if (model.unitRows === undefined || model.columns.length === 0) return null;
  const names = model.columns.map(({ column }) => targetOf(model, column));
  return unitFacts(engine, scalingSql(table, model, []), names, model.unitRows);
}

/** What deserves a word of rows in no known group, and of rows without a length. */
export function rowWarnings(
  model: NormalizeModel,
  { groups, unit }: Pick<NormalizedColumns, "groups" | "unit">,
): readonly Warning[] {
  const warnings: Warning[] = unit === null ? [] : [...unitWarnings(unit)];
  if (groups !== null && groups.unseen + groups.missing > 0) {
    const { unseen, missing } = groups;
    const parts = [
      unseen > 0 ? [`${unseen} have a group that the fit does not know`] : [],
      missing > 0 ? [`${missing} have none`] : [],
    ];
    const message = `${model.by!.column}: of the rows ${parts.flat().join(", ")}, and take the parameters of all rows`;
    warnings.push({ code: "unseen-groups", message });
  }
  return warnings;
}

/** Categories of text are those of its letters, whatever these few rows may be read as. */
function asText(wanted: ModelColumn, table: Table, model: NormalizeModel): ModelColumn {
  const column = table.columns.find(({ name }) => name === wanted.name);
  const isEncoded = model.encodings.some((encoding) => encoding.column === wanted.name && encoding.type === "text");
  return isEncoded && column?.stored === "text" ? { name: wanted.name, type: column.type } : wanted;
}

/** Refuses to add a column that the table has already, unless it is to be replaced. Throws `column-exists`. */
export function refuseScaled(table: Table, model: NormalizeModel, overwrite: boolean): void {
  if (overwrite || model.inPlace) return;
  const targets = new Set(targetsOf(model));
  const existing = table.columns.find(({ name }) => targets.has(name));
  if (existing === undefined) return;
  throw new SegmentError("column-exists", `the table has a column ${existing.name} already`, {
    hint: "give --overwrite to replace it",
  });
}

/** Groups have parameters of their own, whose quantiles and likelihoods are of rows that have to come out of the engine. */
export function refuseGroups(column: string): never {
  throw new SegmentError(
    "engine-failed",
    `--by ${column}: groups are scaled apart only where their rows come here, up to 100000 rows of a cluster`,
    {
      hint: "run this step on the embedded engine (leave out --engine), or scale all rows alike",
    },
  );
}

/** Columns that stay in the engine, scaled there. Throws as `scaleColumns`. */
export async function scaledBySql(engine: Engine, opened: OpenedTable, model: NormalizeModel): Promise<ScaledColumns> {
  if (model.by !== undefined) refuseGroups(model.by.column);
  return { columns: await scaleBySql(engine, opened, model), bent: [], bySql: true, groups: null };
}

/** Scales columns that have been read, in the numeric memory; what has no power is scaled to be judged, and let go. */
export async function scaleColumns(
  { compute, engine }: Context,
  { table, sources }: OpenedTable,
  model: NormalizeModel,
  numbers: NumericColumns,
): Promise<ScaledColumns> {
  const grouped =
    model.by === undefined ? null : groupRows(await readGroups(engine, compute, table, model.by), model.by);
  const columns: ScaledColumn[] = [];
  const bent: NewColumn[] = [];
  for (const learned of model.columns) {
    const own = numbers.get(learned.column)!;
    const before = moments(compute, own);
    await requireUsable(sources, learned, own, before);
    const target = targetOf(model, learned.column);
    const mark = compute.mark();
    const out = compute.f64(own.length);
    if (grouped === null) scaleValues(compute, learned.scaling, own, out);
    else scaleByGroup(compute, learned, grouped, own, out);
    const after = moments(compute, out);
    if (after.count !== before.count || Math.abs(after.minimum) === Infinity || Math.abs(after.maximum) === Infinity) {
      throw new SegmentError("not-finite", "a scaled value is too large for a double", {
        place: { column: learned.column },
        hint: "correct the value, or fit the column anew",
      });
    }
    columns.push({
      ...learned,
      target,
      missing: own.length - before.count,
      skewnessBefore: before.skewness,
      skewnessAfter: model.unitRows === undefined ? after.skewness : Number.NaN,
      ...(grouped === null ? outside(own, before, learned) : outsideOfGroups(own, learned, grouped)),
    });
    if (isBent(learned)) bent.push({ name: target, values: out });
    else compute.release(mark);
  }
  const groups = grouped === null ? null : { unseen: grouped.unseen, missing: grouped.missing };
  return { columns, bent, bySql: false, groups };
}

/** Columns whose numbers come from here; what is only shifted and divided the engine does to the same bits. */
function isBent({ scaling, groups }: ModelColumnScaling): boolean {
  return scaling.power !== "none" || groups !== undefined;
}

/** Scales each row by the parameters of its group, or of all rows where its group has none. */
function scaleByGroup(
  compute: Compute,
  { scaling, groups }: ModelColumnScaling,
  { rows, others }: GroupedRows,
  values: Float64Array,
  out: Float64Array,
): void {
  const put = (own: ColumnScaling, at: Int32Array): void => {
    const mark = compute.mark();
    const part = gathered(compute, values, at);
    scaleValues(compute, own, part, part);
    scatter(part, at, out);
    compute.release(mark);
  };
  rows.forEach((at, g) => put(groups?.[g]?.scaling ?? scaling, at));
  put(scaling, others);
}

function outsideOfGroups(
  values: Float64Array,
  fit: ModelColumnScaling,
  { rows, others }: GroupedRows,
): { below: number; above: number } {
  let [below, above] = [0, 0];
  [...rows, others].forEach((at, g) => {
    const { minimum, maximum } = fit.groups?.[g] ?? fit;
    for (const i of at) {
      if (values[i]! < minimum) below++;
      else if (values[i]! > maximum) above++;
    }
  });
  return { below, above };
}

async function requireUsable(
  sources: OpenedTable["sources"],
  { column, scaling }: ModelColumnScaling,
  values: Float64Array,
  { minimum, maximum }: Moments,
): Promise<void> {
  if (Math.abs(minimum) === Infinity || Math.abs(maximum) === Infinity) {
    const row = values.findIndex((x) => Math.abs(x) === Infinity);
    await requireFinite(sources, column, row);
  }
  await requireDomain(sources, column, scaling.power, values, minimum);
}

function outside(values: Float64Array, found: Moments, fit: ModelColumnScaling): { below: number; above: number } {
  let below = 0;
  let above = 0;
  if (found.minimum < fit.minimum || found.maximum > fit.maximum) {
    for (const x of values) {
      if (x < fit.minimum) below++;
      else if (x > fit.maximum) above++;
    }
  }
  return { below, above };
}

/**
 * The table with scaled columns: at its end, or in place. Where a column is only shifted and divided the engine does it
 * again, to the same bits, which costs less than bringing the numbers back.
 */
export async function tableWith(
  { engine }: Context,
  table: Table,
  model: NormalizeModel,
  { columns, bent, bySql, encoded, unit }: NormalizedColumns,
  outOfFold: readonly OutOfFold[] = [],
): Promise<Table> {
  const gaps = encoded.map(({ missing }) => missing);
  if (bySql) {
    const missing = columns.map((column) => column.missing);
    return normalizeSql(table, model, missing, { outOfFold, missing: gaps });
  }
  if (columns.length === 0) return encodeSql(table, model.encodings, outOfFold, gaps);
  const { relation, refs } = await engine.attach(table, table.rows, bent);
  let next = 0;
  const scaled = columns.map((one) =>
    isBent(one) ? refs[next++]! : scaledSql(one.scaling, numberSql(findColumn(table.columns, one.column, "the model"))),
  );
  const placed = placeColumns(table, model.inPlace, columns, scaled, relation);
  const names = columns.map(({ target }) => target);
  const whole = unit === null ? placed : unitSql(placed, names, unit.norm, unit.incomplete);
  return encodeSql(whole, model.encodings, outOfFold, gaps);
}

const shownColumns = 5;

/** What deserves a word where rows lie outside the range of the fit. */
export function outsideTheFit(columns: readonly ScaledColumn[]): readonly Warning[] {
  const outside = columns.filter(({ below, above }) => below + above > 0);
  const warnings = outside.slice(0, shownColumns).map((column) => {
    const { below, above, minimum, maximum, scaling, groups } = column;
    const sides = [below > 0 ? [`${below} below`] : [], above > 0 ? [`${above} above`] : []].flat().join(", ");
    const range =
      groups === undefined
        ? `the range of the fit, ${minimum} to ${maximum}`
        : `the ranges of their groups at the fit (${minimum} to ${maximum} for rows of none)`;
    const message = `${column.column}: values outside ${range}: ${sides}`;
    const isMirrored = scaling.power === "mirrored-log1p" && below > 0;
    const mirrored = isMirrored ? "; those below 0 were taken as -log(1 - x)" : "";
    const clipped = byQuantiles(scaling.power) ? "; they were taken as its ends" : "";
    return { code: "outside-the-fit", message: message + mirrored + clipped };
  });
  const more = outside.length - warnings.length;
  if (more > 0) {
    const message = `${more} more ${more === 1 ? "column has" : "columns have"} values outside the range of the fit`;
    warnings.push({ code: "outside-the-fit", message });
  }
  return warnings;
}
