import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import { typeWords } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { checkFill } from "../../model/impute/check-fill.ts";
import { codedColumn, columnsOf } from "../../model/impute/coded-columns.ts";
import { blocksOf } from "../../model/impute/expanded.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { adjustTable, isAdjusting } from "../clean/adjust.ts";
import { groupNames, groupSql, type Groups } from "../clean/groups.ts";
import type { Left } from "../clean/left-out.ts";
import type { CleanModel } from "../clean/model.ts";
import { isNumeric } from "../clean/plain-values.ts";
import { evidenceRows, sampleRows } from "../cluster/in-engine/sample-rows.ts";
import { readNumbers, requireFinite } from "../cluster/read-numbers.ts";
import { columnFacts, type ColumnFacts } from "../column-facts.ts";
import { engineFacts } from "../in-engine/engine-facts.ts";
import { findColumn } from "../match-columns.ts";
import { inOrder } from "../row-position.ts";
import { fillByGroup, learnByGroup, type GroupedRows } from "./by-group.ts";
import { chooseFeatures, mostLevels, type ChosenFeature } from "./choose-features.ts";
import { codedSql } from "./coded-sql.ts";
import { featurePlace, type Imputer, type ImputeTarget } from "./imputer.ts";
import { imputeMethods, type ImputeMethod } from "../clean/settings.ts";
import type { ImputeSettings } from "./settings.ts";

/** Numeric columns that chained regressions go through at most, an indicator by category. */
const mostWidth = 300;
/** Groups that have models of their own at most: each is as large as one for all. */
const mostGroups = 100;

/** What was learned: the imputers of one table, or of each of several. */
export type Imputers = readonly (readonly Imputer[])[];

/** What was learned, and of what. */
export interface LearnedImputers {
  readonly imputers: Imputers;
  /** The groups that have models of their own; null where there are none. */
  readonly by: Groups | null;
  /** Columns that a rule for all columns neither fills from nor fills, or does not fill. */
  readonly left: readonly Left[];
}

/** Which columns a model may use. */
export interface LearnFrom {
  /** Columns that identify a row. */
  readonly ids: ReadonlySet<string>;
  /** Columns that `--columns` names in full. */
  readonly listed: ReadonlySet<string>;
  /** The column of groups, whose rows are filled from each other alone. */
  readonly by: string | null;
}

/**
 * Learns the models that fill gaps, from what checks, outlier rules and simple fills leave of a table in form: from all
 * rows, or from about 100,000 that are drawn by a hash of their number. A model fills from the columns of `chooseFeatures`,
 * and of these those with gaps. Throws `unknown-column`, `usage`, `bad-option-value`, `no-numeric-column`,
 * `missing-values`, `not-finite`.
 */
export async function learnImputers(
  context: Context,
  table: Table,
  sources: readonly Source[],
  model: CleanModel,
  from: LearnFrom,
  settings: ImputeSettings,
): Promise<LearnedImputers> {
  const { methods } = settings;
  if (methods.all === null && methods.byColumn.size === 0) return { imputers: [[]], by: null, left: [] };
  const { engine, compute, terminal } = context;
  terminal.progress("filling gaps");
  requireNamed(table, model, settings);
  const by = await groupsOf(context, table, model, from.by);
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
    for (const { name, present } of candidates) if (isNamed(name) && present === 0) throw noValue(name);
    const choice = { cleaned, facts, fillsAll: methods.all !== null, named: methods.byColumn, ...from };
    const { features: wanted, left: leftOut } = await chooseFeatures(context, left, candidates, choice);
    for (const { column, levels } of wanted) {
      if (facts.has(column)) await refuseInfinite(sources, left === table, column, facts.get(column)!);
      else if (levels.length === 0) throw tooManyLevels(column, methods.byColumn.get(column)!);
    }
    if (wanted.length === 0) throw nothingToFill(methods.all);
    const { features: held, read: taught } = withValues(wanted, await readCoded(context, sample, wanted, by), isNamed);
    const features = held.map(({ column, levels }) => ({ column, levels }));
    const many = by?.names.length ?? 0;
    const found: Imputer[][] = [];
    const chains = settings.imputations ?? 1;
    for (let m = 1; m <= chains; m++) found.push([]);
    for (const method of imputeMethods) {
      const targets = targetsOf(left, model, held, method, settings);
      if (targets.length === 0) continue;
      refuseLonely(features, targets, method);
      const places = targets.map((column) => featurePlace({ features }, column));
      const hasGap = targets.map(
        (column) => isNamed(column) || left.columns.find(({ name }) => name === column)!.present < left.rows,
      );
      terminal.progress(`filling gaps: ${method}`);
      // What a model is saved for besides has no say in how well the gaps of this table are filled.
      const hidden = settings.imputations === null && settings.checked ? places.filter((_, t) => hasGap[t]) : [];
      const checks = await checkFill(taught.coded, hidden, settings.seed, async (some, rows) => {
        const groups = taught.groups === null ? null : rows.map((i) => taught.groups![i]!);
        const part = { coded: some, groups };
        fillByGroup(
          context,
          await learnByGroup(context, method, part, many, hidden, settings, null),
          part,
          hidden,
          null,
          rows,
        );
      });
      const named = targets.map((column, t): ImputeTarget => {
        const check = checks[hidden.indexOf(places[t]!)] ?? null;
        return { column, flag: settings.flag && hasGap[t]!, check };
      });
      for (let m = 1; m <= chains; m++) {
        const chain = settings.imputations === null ? null : { seed: settings.seed, imputation: m };
        const own = await learnByGroup(context, method, taught, many, places, settings, chain);
        found[m - 1]!.push({ features, targets: named, rows: taught.coded.rows, of: left.rows, ...own, chain });
      }
    }
    return { imputers: found, by, left: leftOut };
  } finally {
    compute.release(mark);
  }
}

/** The groups that have models of their own. Throws `bad-option-value` for too many. */
async function groupsOf(
  { engine }: Context,
  table: Table,
  model: CleanModel,
  by: string | null,
): Promise<Groups | null> {
  if (by === null) return null;
  const known = model.by?.names ?? [];
  const column = findColumn(table.columns, by, "--by");
  const names = known.length > 0 ? known : await groupNames(engine, table, column);
  if (names.length <= mostGroups) return { column: by, names };
  throw new SegmentError(
    "bad-option-value",
    `--by ${by}: ${names.length} groups, and models fill gaps of at most ${mostGroups}`,
    {
      hint: "give a column of fewer values, such as a country, or fill with --impute median",
    },
  );
}

/** Columns that a method fills: those named for it, and with a rule for all the features that have a gap, or another table may have one in. */
function targetsOf(
  left: Table,
  model: CleanModel,
  features: readonly ChosenFeature[],
  method: ImputeMethod,
  { methods, fillsAll }: ImputeSettings,
): readonly string[] {
  const filled = new Set(model.fills.map(({ column }) => column));
  return features
    .filter(({ column: name, filled: isReached }) => {
      const own = methods.byColumn.get(name);
      if (own !== undefined) return own === method;
      if (methods.all !== method || filled.has(name) || !isReached) return false;
      return fillsAll || left.columns.find((column) => column.name === name)!.present < left.rows;
    })
    .map(({ column }) => column);
}

/** Reads features as coded columns, and the rows' groups, in the order of rows. 8 bytes a value. */
async function readCoded(
  { engine, compute }: Context,
  table: Table,
  features: readonly ChosenFeature[],
  by: Groups | null,
): Promise<GroupedRows> {
  const values = features.map(({ column, levels }, j) => {
    const held = table.columns.find(({ name }) => name === column)!;
    return sql`${codedSql(held, levels)} as ${identifier(`v${j + 1}`)}`;
  });
  const groupColumn = table.columns.find(({ name }) => name === by?.column);
  const group =
    by === null ? [] : [sql`cast(${groupSql(groupColumn!, by.names)} as double) as ${identifier("group_1")}`];
  const query = sql`
    select
      ${join([...values, ...group], ",\n")}
    from ${table.relation}${inOrder(table)}
  `;
  const names = features.map((_, j) => `v${j + 1}`);
  const all = by === null ? names : [...names, "group_1"];
  const matrix = await engine.matrix(query, all, table.rows, compute);
  const copy = new Float64Array(matrix.rows * names.length);
  names.forEach((_, j) => copy.set(columnOf(matrix, j), j * matrix.rows));
  const coded = { rows: matrix.rows, values: copy, levels: features.map(({ levels }) => levels.length) };
  return { coded, groups: by === null ? null : columnOf(matrix, names.length).slice() };
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
  features: readonly ChosenFeature[],
  { coded, groups }: GroupedRows,
  isNamed: (name: string) => boolean,
): { readonly features: readonly ChosenFeature[]; readonly read: GroupedRows } {
  const kept = features.map((_, j) => j).filter((j) => !codedColumn(coded, j).every(Number.isNaN));
  if (kept.length === features.length) return { features, read: { coded, groups } };
  const lost = features.find(({ column }, j) => isNamed(column) && !kept.includes(j));
  if (lost !== undefined) throw noValue(lost.column);
  return { features: kept.map((j) => features[j]!), read: { coded: columnsOf(coded, kept), groups } };
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

function refuseLonely(features: Imputer["features"], targets: readonly string[], method: ImputeMethod): void {
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
