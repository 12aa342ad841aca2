import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { ColumnFacts } from "../column-facts.ts";
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
  /** The column whose share per segment is shown, or null. */
  readonly value: string | null;
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
  const value =
    options.value === undefined
      ? moneyColumn(columns, options.id)
      : requireNumeric(findColumn(columns, options.value, "--value"), "--value");
  if (value !== null) names.add(value);
  for (const { source } of like?.features ?? []) {
    const column = columns.find(({ name }) => name === source);
    if (column === undefined || !isNumeric(column)) throw likeMismatch(source);
    names.add(source);
  }
  requireSettled(table, names);
  return { candidates, dropped, value, names };
}

/** The features that remain once values are known. Throws `no-numeric-column`, and `not-finite` with the place. */
export async function measureFeatures(
  sources: readonly Source[],
  chosen: ChosenColumns,
  numbers: NumericColumns,
): Promise<{ features: readonly (Candidate & { facts: ColumnFacts })[]; dropped: readonly Dropped[] }> {
  const { features, dropped } = measuredFeatures(chosen.candidates, (i) => numbers.get(chosen.candidates[i]!.source)!);
  for (const { source, facts } of features) await requireFinite(sources, source, facts.infiniteRow);
  const all = [...chosen.dropped, ...dropped];
  if (features.length === 0) throw nothingToClusterBy(all);
  return { features, dropped: all };
}

function moneyColumn(columns: readonly Column[], ids: readonly string[] | undefined): string | null {
  let best: string | null = null;
  let bestRank = 0;
  for (const column of columns) {
    if (!isNumeric(column) || saysId(column.name) || ids?.includes(column.name) === true) continue;
    const rank = moneyRank(column.name);
    if (rank > bestRank) {
      best = column.name;
      bestRank = rank;
    }
  }
  return best;
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
