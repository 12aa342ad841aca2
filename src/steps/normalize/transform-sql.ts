import type { Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import type { Bend, ColumnScaling } from "../../model/stats/column-scaling.ts";
import { byQuantiles } from "../../model/stats/power-transform.ts";
import { quantileReach } from "../../model/stats/quantile-transform.ts";
import { join, sql, value } from "../../sql/template.ts";
import { derived, deriveTable, passed } from "../derive.ts";
import { findColumn } from "../match-columns.ts";
import { numberSql } from "./number-sql.ts";
import { encodeSql, type OutOfFold } from "./encode/encode-sql.ts";
import { decodeSql } from "./encode/decode-sql.ts";
import { targetOf, type NormalizeModel } from "./model.ts";
import { codedGroups } from "./groups.ts";
import { unitSql } from "./unit-rows.ts";
import { deviateSql, shareOfDeviateSql, shareSql, valueOfShareSql } from "./quantile-sql.ts";
import { placeColumns } from "./place-columns.ts";

/**
 * Scaling by a model as SQL, its learned values in place. Scalers have the kernels' arithmetic, term by term; a power
 * may differ in its last digits, since engines have no log1p and expm1 of their own (Kahan's forms stand for them).
 * `missing` are the gaps of each column, where they are known.
 */
export function normalizeSql(
  table: Table,
  model: NormalizeModel,
  missing: readonly number[] = [],
  encoded: EncodedWith = {},
): Table {
  return encodeSql(unitScalingSql(table, model, missing), model.encodings, encoded.outOfFold, encoded.missing);
}

/** What is known of columns of categories: the values of a target out of fold, and the gaps of each. */
export interface EncodedWith {
  readonly outOfFold?: readonly OutOfFold[];
  readonly missing?: readonly number[];
}

function unitScalingSql(table: Table, model: NormalizeModel, missing: readonly number[]): Table {
  const scaled = scalingSql(table, model, missing);
  if (model.unitRows === undefined) return scaled;
  const names = model.columns.map(({ column }) => targetOf(model, column));
  return unitSql(scaled, names, model.unitRows, Math.max(0, ...missing));
}

/** The scaled columns, before rows are brought to unit length and categories are encoded. */
export function scalingSql(table: Table, model: NormalizeModel, missing: readonly number[]): Table {
  if (model.columns.length === 0) return table;
  return inStages(table, model, missing, {
    read: ({ column }) => column,
    stages: [
      ({ scaling }, x) => lengthSql(scaling, x),
      ({ scaling }, y) => stretchedSql(scaling, y),
      ({ scaling }, z) => scaledSql(scaling, z),
    ],
    target: ({ column }) => targetOf(model, column),
    inPlace: model.inPlace,
  });
}

/** The way back as SQL, with the same care. */
export function inverseSql(table: Table, model: NormalizeModel, missing: readonly number[] = []): Table {
  return decodeSql(unscalingSql(table, model, missing), model.encodings);
}

function unscalingSql(table: Table, model: NormalizeModel, missing: readonly number[]): Table {
  if (model.columns.length === 0) return table;
  return inStages(table, model, missing, {
    read: ({ column }) => targetOf(model, column),
    stages: [
      ({ scaling: { scaler, center, scale } }, scaled) =>
        scaler === "none" ? scaled : sql`${scaled} * ${double(scale)} + ${double(center)}`,
      ({ scaling }, z) => shrunkSql(scaling, z),
      ({ scaling }, y) => valueOfLengthSql(scaling, y),
    ],
    target: ({ column }) => column,
    inPlace: true,
  });
}

/** A table with what powers make of some columns beside its own, and those as doubles inside queries over it. */
export function poweredTable(
  table: Table,
  columns: readonly ({ readonly column: string } & Bend)[],
): { readonly table: Table; readonly values: readonly Sql[] } {
  const model: NormalizeModel = {
    version: "",
    inPlace: false,
    encodings: [],
    columns: columns.map(({ column, power, lambda, knots }) => ({
      column,
      type: "number",
      scaling: { power, lambda, knots, scaler: "none", center: 0, scale: 1 },
      minimum: 0,
      maximum: 0,
    })),
  };
  const powered = normalizeSql(table, model);
  const values = columns.map(({ column }) =>
    numberSql(findColumn(powered.columns, targetOf(model, column), "the model")),
  );
  return { table: powered, values };
}

type ModelColumn = NormalizeModel["columns"][number];

interface Stages {
  /** The column that is read. */
  read(column: ModelColumn): string;
  readonly stages: readonly ((column: ModelColumn, before: Sql) => Sql)[];
  target(column: ModelColumn): string;
  readonly inPlace: boolean;
}

/** Each stage is a query of its own, so that what it uses more than once has a name; the group of a row is carried along. */
function inStages(
  table: Table,
  { columns, by }: NormalizeModel,
  missing: readonly number[],
  { read, stages, target, inPlace }: Stages,
): Table {
  const own = table.columns.length;
  const grouped = by === undefined ? null : codedGroups(table, by);
  const from = grouped?.table ?? table;
  const start = own + (grouped === null ? 0 : 1);
  const add = (before: Table, values: readonly Sql[]): Table =>
    deriveTable(before, [
      ...before.columns.slice(0, start).map(passed),
      ...values.map((one, i) => derived(`_${i + 1}`, "number", "typed", one, table.rows)),
    ]);
  const code = grouped === null ? [] : [derived("_group", "integer", "typed", grouped.code, table.rows)];
  const numbers = columns.map((column) => numberSql(findColumn(from.columns, read(column), "the model")));
  let staged = deriveTable(from, [
    ...from.columns.map(passed),
    ...code,
    ...numbers.map((one, i) => derived(`_${i + 1}`, "number", "typed", one, table.rows)),
  ]);
  const refs = (): readonly Sql[] => staged.columns.slice(start).map(({ ref }) => ref);
  const done = (stage: Stages["stages"][number], i: number): Sql =>
    byGroup(columns[i]!, refs()[i]!, grouped === null ? null : staged.columns[own]!.ref, stage);
  const used = stages.filter((stage) => columns.some((_, i) => done(stage, i) !== refs()[i]));
  const last = used.at(-1);
  for (const stage of used.slice(0, -1))
    staged = add(
      staged,
      columns.map((_, i) => done(stage, i)),
    );
  const results = columns.map((_, i) => (last === undefined ? refs()[i]! : done(last, i)));
  const targets = columns.map((column, i) => ({ target: target(column), missing: missing[i] ?? 0 }));
  return placeColumns({ ...staged, columns: staged.columns.slice(0, own) }, inPlace, targets, results, staged.relation);
}

/** A stage of a column, by the parameters of each row's group; the number itself where no group has the stage. */
function byGroup(column: ModelColumn, before: Sql, code: Sql | null, stage: Stages["stages"][number]): Sql {
  const other = stage(column, before);
  if (code === null || column.groups === undefined) return other;
  const own = column.groups.map((group) => (group === null ? null : stage({ ...column, ...group }, before)));
  if (other === before && own.every((one) => one === null || one === before)) return before;
  const cases = own.flatMap((one, i) => (one === null ? [] : [sql`when ${code} = ${i} then ${one}`]));
  return cases.length === 0 ? other : sql`case ${join(cases, " ")} else ${other} end`;
}

/** The scaler's part of a transform: the arithmetic of the kernel, to the bit. */
export function scaledSql({ scaler, center, scale }: ColumnScaling, z: Sql): Sql {
  return scaler === "none" ? z : sql`(${z} - ${double(center)}) / ${double(scale)}`;
}

/** The logarithmic length of a value. */
function lengthSql({ power, knots }: ColumnScaling, x: Sql): Sql {
  switch (power) {
    case "none":
      return x;
    case "quantile":
    case "quantile-normal":
      return shareSql(knots!, x);
    case "log10":
      return sql`log10(${x})`;
    case "log1p":
      return log1pSql(x);
    case "log":
    case "box-cox":
      return sql`ln(${x})`;
    case "mirrored-log1p":
    case "yeo-johnson":
      return sql`case when ${x} < 0 then -(${log1pSql(sql`(-${x})`)}) else ${log1pSql(x)} end`;
  }
}

function stretchedSql({ power, lambda }: ColumnScaling, y: Sql): Sql {
  if (power === "quantile-normal") return deviateSql(y);
  if (lambda === null) return y;
  const above = rateSql(lambda, y);
  if (power === "box-cox") return above;
  return sql`case when ${y} < 0 then -(${rateSql(2 - lambda, sql`(-${y})`)}) else ${above} end`;
}

function rateSql(rate: number, y: Sql): Sql {
  return rate === 0 ? y : sql`(${expm1Sql(sql`(${double(rate)} * ${y})`)}) / ${double(rate)}`;
}

function shrunkSql({ power, lambda }: ColumnScaling, z: Sql): Sql {
  if (byQuantiles(power)) {
    const [low, high] = quantileReach[power];
    const share = power === "quantile" ? z : shareOfDeviateSql(z);
    return sql`case when ${z} >= ${double(low)} and ${z} <= ${double(high)} then ${share} end`;
  }
  if (lambda === null) return z;
  const back = (rate: number, one: Sql): Sql =>
    rate === 0 ? one : sql`(${log1pSql(sql`(${double(rate)} * ${one})`)}) / ${double(rate)}`;
  if (power === "box-cox") return back(lambda, z);
  return sql`case when ${z} < 0 then -(${back(2 - lambda, sql`(-${z})`)}) else ${back(lambda, z)} end`;
}

function valueOfLengthSql({ power, knots }: ColumnScaling, y: Sql): Sql {
  switch (power) {
    case "none":
      return y;
    case "quantile":
    case "quantile-normal":
      return valueOfShareSql(knots!, y);
    case "log10":
      return sql`power(10e0, ${y})`;
    case "log1p":
      return expm1Sql(y);
    case "log":
    case "box-cox":
      return sql`exp(${y})`;
    case "mirrored-log1p":
    case "yeo-johnson":
      return sql`case when ${y} < 0 then -(${expm1Sql(sql`(-${y})`)}) else ${expm1Sql(y)} end`;
  }
}

/** `log1p` of a number that is not negative. Kahan: the rounding of 1 + x is the same above and below the fraction. */
export function log1pSql(x: Sql): Sql {
  return sql`case when 1 + ${x} = 1 then ${x} else ${x} * (ln(1 + ${x}) / ((1 + ${x}) - 1)) end`;
}

/** Kahan: the same for the exponential. */
function expm1Sql(x: Sql): Sql {
  return sql`case when exp(${x}) = 1 then ${x} when exp(${x}) < 1e-16 then -1e0 else (exp(${x}) - 1) * (${x} / ln(exp(${x}))) end`;
}

/** A literal such as 2 must not make the arithmetic one of whole numbers or decimals. */
function double(number: number): Sql {
  return sql`cast(${value(number)} as double)`;
}
