import type { Compute } from "../../core/compute.ts";
import type { Context, NewColumn, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { isBeyond, unscaleValues, type ColumnScaling } from "../../model/stats/column-scaling.ts";
import { moments } from "../../model/stats/moments.ts";
import { byQuantiles } from "../../model/stats/power-transform.ts";
import { columnFacts } from "../column-facts.ts";
import { rowsStay } from "../cluster/in-engine/sample-rows.ts";
import { readNumbers, requireFinite } from "../cluster/read-numbers.ts";
import { requireModelColumns } from "../model-file.ts";
import type { OpenedTable } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import { decodedFacts, decodeSql, requireWayBack, type DecodedColumn } from "./encode/decode-sql.ts";
import { sourcesOf, targetOf, type ModelColumnScaling, type NormalizeModel } from "./model.ts";
import { refuseGroups } from "./apply.ts";
import { gathered, groupRows, readGroups, scatter, type GroupedRows } from "./groups.ts";
import { neverGiven } from "./never-given.ts";
import { placeColumns } from "./place-columns.ts";
import { recoverBySql } from "./recover-by-sql.ts";
import { inverseSql } from "./transform-sql.ts";

/** A column brought back to its own unit. */
export interface RecoveredColumn extends ModelColumnScaling {
  /** The column that held the scaled values. */
  readonly source: string;
  readonly missing: number;
  /** Of the values recovered, NaN where there is none. */
  readonly lowest: number;
  readonly highest: number;
}

/** Columns brought back, and their values by row; `bySql` is the model where the engine brings them back itself. */
export interface Recovered {
  readonly columns: readonly RecoveredColumn[];
  readonly values: readonly NewColumn[];
  readonly bySql: NormalizeModel | null;
  readonly decoded: readonly DecodedColumn[];
}

/**
 * Takes scaled values back to the columns' own units by a model: `NAME_scaled` to `NAME`, which stands where it stood or
 * at the end; or, for a model that scales in place, `NAME` to itself. Missing stays missing. Throws `model-mismatch`,
 * `ambiguous-input`, `column-exists` for a `NAME` beside `NAME_scaled` (without `overwrite`), and `out-of-domain` with the
 * place of a value that the transform never gives.
 */
export async function recoverColumns(
  { engine, compute }: Context,
  { table, sources }: OpenedTable,
  model: NormalizeModel,
  overwrite: boolean,
): Promise<Recovered> {
  const scaledNames = model.columns.map(({ column }) => targetOf(model, column));
  requireWayBack(
    model.encodings,
    sourcesOf(model).map(({ name }) => name),
  );
  const encodedNames = model.encodings.flatMap(({ targets }) => targets);
  const by = model.by === undefined ? [] : [{ name: model.by.column, type: model.by.type }];
  const wanted = [...[...scaledNames, ...encodedNames].map((name) => ({ name, type: "number" as const })), ...by];
  requireModelColumns(wanted, table.columns, sources.map(({ label }) => label).join(", "));
  const names = wanted.map(({ name }) => name);
  requireSettled(table, names);
  refuseUnitRows(model);
  refuseStanding(table, model, overwrite);
  const decoded = await decodedFacts(engine, table, model.encodings);
  if (rowsStay(engine, table)) {
    if (model.by !== undefined) refuseGroups(model.by.column);
    return { columns: await recoverBySql(engine, { table, sources }, model), values: [], bySql: model, decoded };
  }
  const numbers = await readNumbers(engine, compute, table, scaledNames);
  const grouped =
    model.by === undefined ? null : groupRows(await readGroups(engine, compute, table, model.by), model.by);
  const columns: RecoveredColumn[] = [];
  const values: NewColumn[] = [];
  for (const learned of model.columns) {
    const source = targetOf(model, learned.column);
    const scaled = numbers.get(source)!;
    const { missing, infiniteRow } = columnFacts(compute, scaled);
    await requireFinite(sources, source, infiniteRow);
    const own =
      grouped === null ? recovered(learned.scaling, scaled) : unscaleByGroup(compute, learned, grouped, scaled);
    const { count, minimum, maximum } = moments(compute, own);
    if (count !== scaled.length - missing || Math.abs(minimum) === Infinity || Math.abs(maximum) === Infinity) {
      const row = own.findIndex((x, i) => !Number.isFinite(x) && !Number.isNaN(scaled[i]));
      throw await neverGiven(sources, source, row, scaled[row]!);
    }
    columns.push({ ...learned, source, missing, lowest: minimum, highest: maximum });
    values.push({ name: learned.column, values: own });
  }
  return { columns, values, bySql: null, decoded };
}

/** The table with the recovered columns. */
export async function recoveredTable(
  { engine }: Context,
  table: Table,
  { columns, values, bySql, decoded }: Recovered,
): Promise<Table> {
  if (bySql !== null) {
    const missing = columns.map((column) => column.missing);
    return inverseSql(table, bySql, missing);
  }
  if (columns.length === 0) return decodeSql(table, decoded);
  const { relation, refs } = await engine.attach(table, table.rows, values);
  const targets = columns.map(({ column, missing }) => ({ target: column, missing }));
  return decodeSql(placeColumns(table, true, targets, refs, relation), decoded);
}

/** The values that scaled ones stand for; NaN where no value is scaled to one. */
function recovered(scaling: ColumnScaling, scaled: Float64Array): Float64Array {
  const own = unscaleValues(scaling, scaled);
  return byQuantiles(scaling.power) ? own.map((x, i) => (isBeyond(scaling, scaled[i]!) ? Number.NaN : x)) : own;
}

function unscaleByGroup(
  compute: Compute,
  { scaling, groups }: ModelColumnScaling,
  { rows, others }: GroupedRows,
  scaled: Float64Array,
): Float64Array {
  const out = new Float64Array(scaled.length);
  [...rows, others].forEach((at, g) => {
    const mark = compute.mark();
    scatter(recovered(groups?.[g]?.scaling ?? scaling, gathered(compute, scaled, at)), at, out);
    compute.release(mark);
  });
  return out;
}

/** The length of a row is not kept. */
function refuseUnitRows({ unitRows, columns }: NormalizeModel): void {
  if (unitRows === undefined || columns.length === 0) return;
  throw new SegmentError(
    "usage",
    "the model brought rows to unit length (--unit-rows), and their lengths are not kept: there is no way back",
    {
      hint: "the columns themselves stand beside the scaled ones",
    },
  );
}

function refuseStanding(table: Table, model: NormalizeModel, overwrite: boolean): void {
  if (overwrite || model.inPlace) return;
  const names = new Set([...model.columns, ...model.encodings].map(({ column }) => column));
  const standing = table.columns.find(({ name }) => names.has(name));
  if (standing === undefined) return;
  const source = model.encodings.find(({ column }) => column === standing.name)?.targets[0];
  throw new SegmentError("column-exists", `the table has a column ${standing.name} already`, {
    hint: `give --overwrite to put what ${source ?? targetOf(model, standing.name)} stands for in its place`,
  });
}
