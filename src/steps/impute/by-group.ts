import type { Context } from "../../core/context.ts";
import { codedColumn, columnsOf, rowsOf, type CodedColumns } from "../../model/impute/coded-columns.ts";
import { fillByForest, fitForest } from "../../model/impute/forest.ts";
import { fillByIterative, fitIterative, type Chain } from "../../model/impute/iterative.ts";
import { fillByKnn, fitKnn } from "../../model/impute/knn.ts";
import { createRandom } from "../../model/random.ts";
import type { ImputeMethod } from "../clean/settings.ts";
import type { GroupImputer, Imputer, LearnedImputer } from "./imputer.ts";
import type { ImputeSettings } from "./settings.ts";

/** Rows as coded columns, and where models are by group the place of each row's group from 1; 0 for a row of none. */
export interface GroupedRows {
  readonly coded: CodedColumns;
  readonly groups: ArrayLike<number> | null;
}

/** The models of all rows and of each group. */
export type LearnedByGroup = Pick<Imputer, "learned" | "groups">;

/**
 * Learns from all rows, and from those of each of `many` groups apart. A group in which no target has a value, or only one
 * column has any, has no model of its own.
 */
export async function learnByGroup(
  context: Context,
  method: ImputeMethod,
  { coded, groups }: GroupedRows,
  many: number,
  targets: readonly number[],
  settings: ImputeSettings,
  chain: Chain | null,
): Promise<LearnedByGroup> {
  const learned = await learnOne(context, method, coded, targets, settings, chain);
  if (groups === null) return { learned, groups: null };
  const rows = rowsByGroup(groups, many);
  const own: (GroupImputer | null)[] = [];
  for (let g = 1; g <= many; g++) {
    const some = rowsOf(coded, rows[g]!);
    const places = coded.levels.map((_, j) => j).filter((j) => !codedColumn(some, j).every(Number.isNaN));
    const reached = targets.flatMap((j) => (places.includes(j) ? [places.indexOf(j)] : []));
    if (reached.length === 0 || places.length < 2) {
      own.push(null);
      continue;
    }
    const kept = columnsOf(some, places);
    own.push({
      places,
      learned: await learnOne(context, method, kept, reached, settings, chainOf(chain, g)),
    });
  }
  return { learned, groups: own };
}

async function learnOne(
  { compute }: Context,
  method: ImputeMethod,
  coded: CodedColumns,
  targets: readonly number[],
  settings: ImputeSettings,
  chain: Chain | null,
): Promise<LearnedImputer> {
  switch (method) {
    case "knn":
      return { method, model: fitKnn(compute, coded, settings) };
    case "iterative":
      return { method, model: await fitIterative(compute, coded, { tol: settings.tol, chain }) };
    case "forest":
      return { method, model: await fitForest(compute, coded, targets, settings.seed) };
  }
}

/**
 * Fills the gaps of some columns in place, those of a row by the model of its group; by that of all rows where the group has
 * none, or none for the column. `rowNumbers` are the rows' numbers in their table, by which a chain draws.
 */
export function fillByGroup(
  context: Pick<Context, "compute">,
  model: LearnedByGroup,
  { coded, groups }: GroupedRows,
  targets: readonly number[],
  chain: Chain | null,
  rowNumbers: ArrayLike<number>,
): void {
  if (model.groups === null || groups === null) {
    return fillOne(context, model.learned, coded, targets, chain, rowNumbers);
  }
  const given = { ...coded, values: coded.values.slice() };
  const rows = rowsByGroup(groups, model.groups.length);
  model.groups.forEach((own, g) => {
    const some = rows[g + 1]!;
    if (own === null || some.length === 0) return;
    const part = columnsOf(rowsOf(given, some), own.places);
    const reached = own.places.flatMap((j, at) => (targets.includes(j) ? [at] : []));
    fillOne(context, own.learned, part, reached, chainOf(chain, g + 1), numbersOf(rowNumbers, some));
    for (const at of reached) putBack(coded, own.places[at]!, some, codedColumn(part, at));
  });
  const rest: number[] = [];
  for (let i = 0; i < coded.rows; i++) {
    if (targets.some((j) => Number.isNaN(coded.values[j * coded.rows + i]!))) rest.push(i);
  }
  const part = rowsOf(given, rest);
  fillOne(context, model.learned, part, targets, chain, numbersOf(rowNumbers, rest));
  for (const j of targets) putBack(coded, j, rest, codedColumn(part, j));
}

function fillOne(
  { compute }: Pick<Context, "compute">,
  learned: LearnedImputer,
  coded: CodedColumns,
  targets: readonly number[],
  chain: Chain | null,
  rowNumbers: ArrayLike<number>,
): void {
  switch (learned.method) {
    case "knn": {
      const random = chain === null ? null : createRandom(chain.seed, `impute knn ${chain.imputation}`);
      const draw = random === null ? null : { random, rowOf: (i: number): number => rowNumbers[i]! };
      return fillByKnn(compute, learned.model, coded, targets, draw);
    }
    case "iterative":
      return fillByIterative(learned.model, coded, targets, chain, rowNumbers);
    case "forest":
      return fillByForest(learned.model, coded, targets);
  }
}

/** Sets the cells of some rows that are missing still. */
function putBack(coded: CodedColumns, j: number, rows: readonly number[], values: Float64Array): void {
  const column = codedColumn(coded, j);
  rows.forEach((row, i) => {
    if (Number.isNaN(column[row]!)) column[row] = values[i]!;
  });
}

function rowsByGroup(groups: ArrayLike<number>, many: number): readonly number[][] {
  const rows = Array.from({ length: many + 1 }, (): number[] => []);
  for (let i = 0; i < groups.length; i++) rows[groups[i]!]!.push(i);
  return rows;
}

function numbersOf(all: ArrayLike<number>, rows: readonly number[]): readonly number[] {
  return rows.map((i) => all[i]!);
}

/** Groups draw apart from each other. */
function chainOf(chain: Chain | null, group: number): Chain | null {
  return chain === null ? null : { ...chain, seed: chain.seed + 7919 * group };
}
