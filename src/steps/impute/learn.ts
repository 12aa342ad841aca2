import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Role } from "../../core/role.ts";
import { typeWords, type Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { checkFill } from "../../model/impute/check-fill.ts";
import { codedColumn, type CodedColumns } from "../../model/impute/coded-columns.ts";
import { blocksOf } from "../../model/impute/expanded.ts";
import { fillByForest, fitForest } from "../../model/impute/forest.ts";
import { fillByIterative, fitIterative, type Chain } from "../../model/impute/iterative.ts";
import { fillByKnn, fitKnn } from "../../model/impute/knn.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { adjustTable, isAdjusting } from "../clean/adjust.ts";
import type { CleanColumn, CleanModel } from "../clean/model.ts";
import { isNumeric } from "../clean/plain-values.ts";
import { evidenceRows, sampleRows } from "../cluster/in-engine/sample-rows.ts";
import { readNumbers, requireFinite } from "../cluster/read-numbers.ts";
import { columnFacts, type ColumnFacts } from "../column-facts.ts";
import { notAMeasure, saysConsent, saysId, saysLabel, saysRefusal } from "../column-kinds.ts";
import { engineFacts } from "../in-engine/engine-facts.ts";
import { findColumn } from "../match-columns.ts";
import { inOrder } from "../row-position.ts";
import { codedSql } from "./coded-sql.ts";
import { featurePlace, type ImputeFeature, type Imputer, type ImputeTarget } from "./imputer.ts";
import { imputeMethods, type ImputeMethod } from "../clean/settings.ts";
import type { ImputeSettings } from "./settings.ts";

/** Categories of a column that is filled, or filled from, at most. */
const mostLevels = 50;
/** Numeric columns that chained regressions go through at most, an indicator by category. */
const mostWidth = 300;

/** What was learned: the imputers of one table, or of each of several. */
export type Imputers = readonly (readonly Imputer[])[];

/**
 * Learns the models that fill gaps, from what checks, outlier rules and simple fills leave of a table in form: from all
 * rows, or from about 100,000 that are drawn by a hash of their number. A model fills from every number that measures
 * behaviour, every yes or no and every text of 2 to 50 values that is no id, label, consent or address, and from the
 * columns it was named for; of these it fills those with gaps. `ids` identify a row. Throws `unknown-column`, `usage`,
 * `bad-option-value`, `no-numeric-column`, `missing-values`, `not-finite`.
 */
export async function learnImputers(
  context: Context,
  table: Table,
  sources: readonly Source[],
  model: CleanModel,
  ids: ReadonlySet<string>,
  settings: ImputeSettings,
): Promise<Imputers> {
  const { methods } = settings;
  if (methods.all === null && methods.byColumn.size === 0) return [[]];
  const { engine, compute, terminal } = context;
  terminal.progress("filling gaps");
  requireNamed(table, model, settings);
  const left = isAdjusting(model) ? (await adjustTable(engine, table, model, false)).table : table;
  const cleaned = new Map(model.columns.map((column) => [column.name, column]));
  const candidates = left.columns.filter(({ name }) => cleaned.has(name));
  const sample = await sampleRows(engine, await withoutHoles(context, left), evidenceRows, settings.seed);
  const mark = compute.mark();
  try {
    const numbers = candidates.filter(({ type }) => isNumeric(type)).map(({ name }) => name);
    const read = await readNumbers(engine, compute, sample, numbers);
    const facts =
      left.rows <= evidenceRows
        ? new Map(numbers.map((name) => [name, columnFacts(compute, read.get(name)!)]))
        : await engineFacts(engine, left, numbers);
    const isNamed = (name: string): boolean => methods.byColumn.has(name);
    const wanted: ImputeFeature[] = [];
    for (const column of candidates) {
      const { name } = column;
      if (isNamed(name) && column.present === 0) throw noValue(name);
      if (isNumeric(column.type)) {
        const own = facts.get(name)!;
        if (!isNamed(name) && (ids.has(name) || notAMeasure(name, own) !== null)) continue;
        await refuseInfinite(sources, left === table, name, own);
        wanted.push({ column: name, levels: [] });
      } else if (isNamed(name) || (!ids.has(name) && mayBeCategories(column, cleaned.get(name)!))) {
        const levels = await levelsOf(context, left, column);
        if (levels !== null && (levels.length > 1 || isNamed(name))) wanted.push({ column: name, levels });
        else if (isNamed(name)) throw tooManyLevels(name, methods.byColumn.get(name)!);
      }
    }
    if (wanted.length === 0) throw nothingToFill(methods.all);
    const { features, coded } = withValues(wanted, await readCoded(context, sample, wanted), isNamed);
    const found: Imputer[][] = [];
    const chains = settings.imputations ?? 1;
    for (let m = 1; m <= chains; m++) found.push([]);
    for (const method of imputeMethods) {
      const targets = targetsOf(left, model, features, method, settings);
      if (targets.length === 0) continue;
      refuseLonely(features, targets, method);
      const places = targets.map((column) => featurePlace({ features }, column));
      terminal.progress(`filling gaps: ${method}`);
      const checks =
        settings.imputations === null && settings.checked
          ? await checkFill(coded, places, settings.seed, async (some) => {
              await fillCoded(context, await learned(context, method, some, places, settings, null), some, places);
            })
          : targets.map(() => null);
      const named = targets.map((column, t): ImputeTarget => {
        const hasGap = isNamed(column) || left.columns.find(({ name }) => name === column)!.present < left.rows;
        return { column, flag: settings.flag && hasGap, check: checks[t]! };
      });
      for (let m = 1; m <= chains; m++) {
        const chain = settings.imputations === null ? null : { seed: settings.seed, imputation: m };
        const model = await learned(context, method, coded, places, settings, chain);
        found[m - 1]!.push({ features, targets: named, rows: coded.rows, of: left.rows, learned: model, chain });
      }
    }
    return found;
  } finally {
    compute.release(mark);
  }
}

async function learned(
  { compute }: Context,
  method: ImputeMethod,
  coded: CodedColumns,
  targets: readonly number[],
  settings: ImputeSettings,
  chain: Chain | null,
): Promise<Imputer["learned"]> {
  switch (method) {
    case "knn":
      return { method, model: fitKnn(compute, coded, settings) };
    case "iterative":
      return { method, model: await fitIterative(compute, coded, { tol: settings.tol, chain }) };
    case "forest":
      return { method, model: await fitForest(compute, coded, targets, settings.seed) };
  }
}

async function fillCoded(
  { compute }: Context,
  learned: Imputer["learned"],
  coded: CodedColumns,
  targets: readonly number[],
): Promise<void> {
  switch (learned.method) {
    case "knn":
      return fillByKnn(compute, learned.model, coded, targets);
    case "iterative":
      return fillByIterative(learned.model, coded, targets);
    case "forest":
      return fillByForest(learned.model, coded, targets);
  }
}

/** Columns that a method fills: those named for it, and with a rule for all the features that have a gap, or another table may have one in. */
function targetsOf(
  left: Table,
  model: CleanModel,
  features: readonly ImputeFeature[],
  method: ImputeMethod,
  { methods, fillsAll }: ImputeSettings,
): readonly string[] {
  const filled = new Set(model.fills.map(({ column }) => column));
  return features
    .map(({ column }) => column)
    .filter((name) => {
      const own = methods.byColumn.get(name);
      if (own !== undefined) return own === method;
      if (methods.all !== method || filled.has(name)) return false;
      return fillsAll || left.columns.find((column) => column.name === name)!.present < left.rows;
    });
}

const describingRoles: ReadonlySet<Role> = new Set(["category", "flag", "city", "country"]);

/** Whether a column of no numbers may describe a row: no id, label, consent, address or number by which it is reached. */
function mayBeCategories({ name, type, declared }: Column, { email, contact }: CleanColumn): boolean {
  if (type !== "boolean" && type !== "text") return false;
  const kind = contact?.kind;
  const role = declared?.role ?? "category";
  if (email || kind === "phone" || kind === "postcode" || !describingRoles.has(role)) return false;
  return !saysConsent(name) && !saysRefusal(name) && (type === "boolean" || (!saysId(name) && !saysLabel(name)));
}

/** The texts of a column by code point, or null where they are more than 50. */
async function levelsOf({ engine }: Context, table: Table, { ref }: Column): Promise<readonly string[] | null> {
  const rows = await engine.rows(
    sql`
      select distinct ${asText(ref)} as level_1
      from ${table.relation}
      where ${ref} is not null
      limit ${mostLevels + 1}
    `,
    mostLevels + 1,
  );
  if (rows.length > mostLevels) return null;
  return rows.map((row) => String(row["level_1"])).sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Reads features as coded columns, in the order of rows. 8 bytes a value. */
async function readCoded(
  { engine, compute }: Context,
  table: Table,
  features: readonly ImputeFeature[],
): Promise<CodedColumns> {
  const values = features.map(({ column, levels }, j) => {
    const held = table.columns.find(({ name }) => name === column)!;
    return sql`${codedSql(held, levels)} as ${identifier(`v${j + 1}`)}`;
  });
  const query = sql`
    select
      ${join(values, ",\n")}
    from ${table.relation}${inOrder(table)}
  `;
  const names = features.map((_, j) => `v${j + 1}`);
  const matrix = await engine.matrix(query, names, table.rows, compute);
  const copy = new Float64Array(matrix.values.length);
  names.forEach((_, j) => copy.set(columnOf(matrix, j), j * matrix.rows));
  return { rows: matrix.rows, values: copy, levels: features.map(({ levels }) => levels.length) };
}

/** A table to sample whose positions have no holes where rows were removed, so that the same rows are drawn on every engine. */
async function withoutHoles({ engine }: Context, table: Table): Promise<Table> {
  const { position, relation, rows } = table;
  if (position === undefined || rows <= evidenceRows) return table;
  const [row = {}] = await engine.rows(sql`select max(${position}) as last_1 from ${relation}`, 1);
  if (Number(row["last_1"]) === rows - 1) return table;
  const place = identifier("impute_place_0");
  const ranked = sql`
    (
      select
        *,
        cast(row_number() over (order by ${position}) - 1 as bigint) as ${place}
      from ${relation}
    )
  `;
  return { ...table, relation: ranked, position: place };
}

/** The features that have a value in the rows that are learned from: a sample may hold none of a column of few. */
function withValues(
  features: readonly ImputeFeature[],
  coded: CodedColumns,
  isNamed: (name: string) => boolean,
): { readonly features: readonly ImputeFeature[]; readonly coded: CodedColumns } {
  const kept = features.map((_, j) => j).filter((j) => !codedColumn(coded, j).every(Number.isNaN));
  if (kept.length === features.length) return { features, coded };
  const lost = features.find(({ column }, j) => isNamed(column) && !kept.includes(j));
  if (lost !== undefined) throw noValue(lost.column);
  const values = new Float64Array(coded.rows * kept.length);
  kept.forEach((j, place) => values.set(codedColumn(coded, j), place * coded.rows));
  return {
    features: kept.map((j) => features[j]!),
    coded: { rows: coded.rows, values, levels: kept.map((j) => coded.levels[j]!) },
  };
}

function requireNamed(table: Table, model: CleanModel, { methods }: ImputeSettings): void {
  const cleaned = new Set(model.columns.map(({ name }) => name));
  for (const [name, method] of methods.byColumn) {
    const column = findColumn(table.columns, name, "--impute");
    if (!cleaned.has(name)) {
      throw new SegmentError("usage", `--impute names ${name}, which is not among the columns to clean`, {
        hint: "add it to --columns, or take it from --exclude",
      });
    }
    if (isNumeric(column.type) || column.type === "text" || column.type === "boolean") continue;
    throw new SegmentError(
      "bad-option-value",
      `--impute ${name}=${method}: the column holds ${typeWords[column.type]}`,
      {
        place: { column: name },
        hint: `models fill numbers and categories; fill dates with --impute ${name}=mode`,
      },
    );
  }
}

/** Rows can be named in the file where they are those that were read. */
async function refuseInfinite(
  sources: readonly Source[],
  sameRows: boolean,
  name: string,
  { infiniteRow }: ColumnFacts,
): Promise<void> {
  if (infiniteRow < 0) return;
  if (sameRows) await requireFinite(sources, name, infiniteRow);
  throw new SegmentError("not-finite", "a value is infinite or too large for a number", {
    place: { column: name },
    hint: "correct it, or leave the column out with --exclude",
  });
}

function refuseLonely(features: readonly ImputeFeature[], targets: readonly string[], method: ImputeMethod): void {
  if (features.length > 1) {
    const { width } = blocksOf(features.map(({ levels }) => levels.length));
    if (method !== "iterative" || width <= mostWidth) return;
    throw new SegmentError("usage", `--impute iterative goes through ${width} columns, at most ${mostWidth}`, {
      hint: "choose columns with --columns, or fill with knn",
    });
  }
  throw new SegmentError("no-numeric-column", `--impute ${targets[0]}=${method}: no other column to fill it from`, {
    place: { column: targets[0]! },
    hint: "add columns to --columns, or fill it with --impute median or mode",
  });
}

function noValue(name: string): SegmentError {
  return new SegmentError("missing-values", "no row that is learned from has a value in this column", {
    place: { column: name },
    hint: `fill it with --impute ${name}=constant:VALUE, or leave it out`,
  });
}

function tooManyLevels(name: string, method: ImputeMethod): SegmentError {
  return new SegmentError("bad-option-value", `--impute ${name}=${method}: more than ${mostLevels} different texts`, {
    place: { column: name },
    hint: `models fill categories of ${mostLevels} texts at most; fill it with --impute ${name}=mode`,
  });
}

function nothingToFill(method: ImputeMethod | null): SegmentError {
  return new SegmentError("no-numeric-column", `--impute ${method}: no column measures behaviour or holds categories`, {
    hint: `name columns to fill them all the same: --impute COL=${method}`,
  });
}
