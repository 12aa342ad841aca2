import type { Compute } from "../../core/compute.ts";
import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { columnFacts, type ColumnFacts } from "../column-facts.ts";
import type { Role } from "../../core/role.ts";
import { moneyRank, saysId } from "../column-kinds.ts";
import { findColumn } from "../match-columns.ts";
import { requireSettled } from "../reading/ties.ts";
import type { ClusterModel } from "./model.ts";
import { requireFinite, type NumericColumns } from "./read-numbers.ts";
import {
  candidateFeatures,
  measuredFeatures,
  type Candidate,
  type Dropped,
  type FeatureOptions,
} from "./select-features.ts";

export interface ChosenColumns {
  readonly candidates: readonly Candidate[];
  readonly dropped: readonly Dropped[];
  /** All columns of the table. */
  readonly order: readonly string[];
  /** Columns whose share per segment may be shown, the best first: the one named, or those whose names say money. */
  readonly values: readonly string[];
  /** Every numeric column that the run reads. */
  readonly names: ReadonlySet<string>;
}

/**
 * Which columns a clustering reads, by names and types. Throws `unknown-column`, `not-numeric`, and `ambiguous-input`
 * for a column in use that can be read in two ways.
 */
export function chooseColumns(
  table: Table,
  options: FeatureOptions & { readonly value: string | undefined },
  like: ClusterModel | null,
): ChosenColumns {
  const { columns } = table;
  const { candidates, dropped } = candidateFeatures(columns, options);
  const names = new Set<string>();
  for (const { name, source } of candidates) {
    names.add(source);
    if (columns.some((column) => column.name === name)) names.add(name);
  }
  if (options.weights !== undefined)
    names.add(requireNumeric(findColumn(columns, options.weights, "--weights"), "--weights"));
  const values =
    options.value === undefined
      ? moneyColumns(columns, options.id)
      : [requireNumeric(findColumn(columns, options.value, "--value"), "--value")];
  for (const value of values) names.add(value);
  for (const { source } of like?.features ?? []) {
    const column = columns.find(({ name }) => name === source);
    if (column === undefined || !(isNumeric(column) || column.type === "boolean")) throw likeMismatch(source);
    names.add(source);
  }
  requireSettled(table, names);
  return { candidates, dropped, order: columns.map(({ name }) => name), values, names };
}

/**
 * The column whose share per segment is shown: the one named with `--value`, else the first that varies and is finite;
 * null for none. Throws `not-finite` for an infinite value in the one named.
 */
export async function valueColumn(
  compute: Compute,
  sources: readonly Source[],
  chosen: ChosenColumns,
  named: string | undefined,
  numbers: NumericColumns,
): Promise<string | null> {
  if (named !== undefined) {
    await requireFinite(sources, named, columnFacts(compute, numbers.get(named)!).infiniteRow);
    return named;
  }
  const varies = (name: string): boolean => {
    const { distinct, infiniteRow } = columnFacts(compute, numbers.get(name)!);
    return distinct > 1 && infiniteRow < 0;
  };
  return chosen.values.find(varies) ?? null;
}

/**
 * The features that remain once values are known; `known` are the facts of all rows where `numbers` are of some. Throws `no-numeric-column` where that is none and `mayBeNone` is not said, and `not-finite` with the place.
 */
export async function measureFeatures(
  compute: Compute,
  sources: readonly Source[],
  chosen: ChosenColumns,
  numbers: NumericColumns,
  known: ReadonlyMap<string, ColumnFacts> | null = null,
  mayBeNone = false,
): Promise<{ features: readonly (Candidate & { facts: ColumnFacts })[]; dropped: readonly Dropped[] }> {
  const values = (i: number): Float64Array => numbers.get(chosen.candidates[i]!.source)!;
  const { features, dropped } = measuredFeatures(compute, chosen.candidates, values, known);
  for (const { source, facts } of features) await requireFinite(sources, source, facts.infiniteRow);
  const all = inTableOrder([...chosen.dropped, ...dropped], chosen.order);
  if (features.length === 0 && !mayBeNone) throw nothingToClusterBy(all);
  return { features, dropped: all };
}

/** The columns that candidates are read from. */
export function sourcesOf({ candidates }: ChosenColumns): readonly string[] {
  return candidates.map(({ source }) => source);
}

/** Numeric columns whose names say money, the surest first. */
function moneyColumns(columns: readonly Column[], ids: readonly string[] | undefined): readonly string[] {
  const ranked = columns
    .filter((column) => isNumeric(column) && ids?.includes(column.name) !== true)
    .map(({ name, declared }) => ({ name, rank: rankOf(name, declared?.role ?? null) }))
    .filter(({ rank }) => rank > 0);
  return ranked.sort((a, b) => b.rank - a.rank).map(({ name }) => name);
}

/** What a schema declares money comes after what its name calls so. */
function rankOf(name: string, role: Role | null): number {
  if (role !== null) return role === "money" ? Math.max(0.5, moneyRank(name)) : 0;
  return saysId(name) ? 0 : moneyRank(name);
}

function inTableOrder(dropped: readonly Dropped[], order: readonly string[]): readonly Dropped[] {
  const place = new Map(order.map((name, i) => [name, i]));
  return dropped.toSorted((a, b) => place.get(a.column)! - place.get(b.column)!);
}

function isNumeric(column: Column): boolean {
  return column.type === "integer" || column.type === "number";
}

function requireNumeric(column: Column, option: string): string {
  if (isNumeric(column) || column.tie !== undefined) return column.name;
  throw new SegmentError("not-numeric", `${option} takes a column of numbers, and this one holds ${column.type}`, {
    place: { column: column.name },
  });
}

function likeMismatch(source: string): SegmentError {
  return new SegmentError(
    "model-mismatch",
    `the model of --like was fitted on ${source}, which this table has not as numbers`,
    {
      hint: "leave --like out to number the segments by size",
    },
  );
}

function nothingToClusterBy(dropped: readonly Dropped[]): SegmentError {
  const reasons = dropped.slice(0, 6).map(({ column, reason }) => `${shortName(column)} (${reason})`);
  const more = dropped.length > 6 ? ` and ${dropped.length - 6} more` : "";
  const found = reasons.length === 0 ? "the table has no columns" : `left out: ${reasons.join(", ")}${more}`;
  return new SegmentError("no-numeric-column", `no column to cluster by; ${found}`, {
    hint: "name columns with --columns to use them all the same",
  });
}

function shortName(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
