import type { Context, Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Column } from "../../../core/schema.ts";
import type { Compute } from "../../../core/compute.ts";
import { fitScaler, type Ddof } from "../../../model/stats/column-scaling.ts";
import { encodeTarget, type Smooth } from "../../../model/stats/target-encoding.ts";
import { requireFinite } from "../../cluster/read-numbers.ts";
import { engineFacts } from "../../in-engine/engine-facts.ts";
import { findColumn, matchColumns } from "../../match-columns.ts";
import type { OpenedTable } from "../../open-table.ts";
import { requireSettled } from "../../reading/ties.ts";
import { scaledName, type DroppedColumn } from "../choose-columns.ts";
import { categoryType, countCategories, noCategories } from "./count-categories.ts";
import type { OutOfFold } from "./encode-sql.ts";
import type { CategoryType, ColumnEncoding } from "./encoding.ts";
import { groupCategories } from "./group-categories.ts";
import { oneHotNames } from "./names.ts";
import type { AskedEncoding } from "./read-encodings.ts";
import { targetSums } from "./target-sums.ts";

export interface EncodeOptions {
  readonly asked: readonly AskedEncoding[];
  readonly smooth: Smooth;
  readonly folds: number;
  readonly seed: number;
  /** A category of fewer rows is rare. */
  readonly minCount: number;
  /** The most slots of a column, that of the rare ones among them; undefined: 50 for one-hot. */
  readonly maxCategories: number | undefined;
  readonly ddof: Ddof;
}

/** What columns of categories taught. */
export interface LearnedEncodings {
  readonly encodings: readonly ColumnEncoding[];
  /** What the rows of the fit get in the place of a target encoding's values. */
  readonly outOfFold: readonly OutOfFold[];
  /** Columns that a pattern met and that hold no categories. */
  readonly left: readonly DroppedColumn[];
  /** Rows without a target, by column of categories. */
  readonly withoutTarget: ReadonlyMap<string, number>;
}

/** More different values than this are names or ids, and the model would be a copy of the table. */
const mostCategories = 10_000;
/** Slots of a one-hot encoding where the user says nothing. */
const mostColumns = 50;

/** A column to encode; `exact` where it was named in full. */
export interface EncodedColumn extends AskedEncoding {
  readonly column: Column;
  readonly type: CategoryType;
}

/**
 * The columns that `--encode` means, in table order; what a pattern meets that holds no categories is left out. Throws
 * `unknown-column`, `ambiguous-input`, and `bad-option-value` for a column that is named and holds no categories. `leftOut`
 * are columns that other options leave out, true where they are named there in full.
 */
export function chooseEncoded(
  table: Table,
  asked: readonly AskedEncoding[],
  leftOut: ReadonlyMap<string, boolean>,
): { readonly columns: readonly EncodedColumn[]; readonly left: readonly DroppedColumn[] } {
  const chosen = new Map<string, { readonly asked: AskedEncoding; readonly exact: boolean }>();
  for (const one of asked) {
    const { names, exact } = matchColumns(table.columns, [one.pattern], "--encode");
    for (const name of names) {
      const isOut = leftOut.get(name);
      if (isOut === true && exact.has(name)) {
        throw new SegmentError("bad-option-value", `--encode names ${name}, and --exclude or --id leaves it out`, {
          hint: "leave out one or the other",
        });
      }
      if (isOut !== undefined && !exact.has(name)) continue;
      const before = chosen.get(name);
      if (before !== undefined && before.exact === exact.has(name)) {
        throw new SegmentError("bad-option-value", `--encode gives two encodings for ${name}`, {
          hint: "leave out one or the other",
        });
      }
      if (before?.exact !== true) chosen.set(name, { asked: one, exact: exact.has(name) });
    }
  }
  const columns: EncodedColumn[] = [];
  const left: DroppedColumn[] = [];
  for (const column of table.columns) {
    const found = chosen.get(column.name);
    if (found === undefined) continue;
    const type = categoryType(column);
    const why = column.present === 0 ? "holds no value at all" : type === null ? noCategories(column) : null;
    if (why !== null && found.exact) {
      throw new SegmentError("bad-option-value", `--encode ${column.name}: it ${why}`, {
        hint: "categories are text, whole numbers, or yes and no",
      });
    }
    if (why !== null || type === null) left.push({ column: column.name, reason: why ?? "" });
    else columns.push({ ...found.asked, column, type });
  }
  requireSettled(
    table,
    columns.map(({ column }) => column.name),
  );
  return { columns, left };
}

/**
 * Learns how columns of categories are encoded: one scan a column, two more for a target, whatever the rows, and a row out
 * of the engine for each category (and fold). Throws as `chooseEncoded`, and `bad-option-value` beyond 10,000 different
 * values, `not-numeric` and `not-finite` for a target, `too-few-rows` where a fold leaves none to learn from.
 */
export async function learnEncodings(
  { engine, compute }: Context,
  opened: OpenedTable,
  columns: readonly EncodedColumn[],
  options: EncodeOptions,
  taken: readonly string[],
): Promise<Omit<LearnedEncodings, "left">> {
  const { table } = opened;
  const encodings: ColumnEncoding[] = [];
  const outOfFold: OutOfFold[] = [];
  const withoutTarget = new Map<string, number>();
  const names = [...taken];
  for (const one of columns) {
    const counted = await countCategories(engine, table, one, mostCategories, "--encode");
    const grouped = groupCategories(counted, one, options.minCount, limitOf(one, options));
    const base = { ...grouped, column: one.column.name, type: one.type, kind: one.kind };
    const targets =
      one.kind === "one-hot"
        ? oneHotNames(one.column.name, [...grouped.kept, ...(grouped.grouped ? [null] : [])], names)
        : [scaledName(one.column.name)];
    names.push(...targets);
    const learned = await valuesOf(base);
    const { kept: _kept, ...rest } = base;
    encodings.push({ ...rest, ...learned, targets });
  }
  return { encodings, outOfFold, withoutTarget };

  type Learned = Pick<ColumnEncoding, "values" | "unseen" | "scaler" | "center" | "scale" | "target">;

  async function valuesOf(base: {
    readonly column: string;
    readonly type: CategoryType;
    readonly kind: ColumnEncoding["kind"];
    readonly categories: readonly string[];
    readonly slots: readonly number[];
    readonly counts: readonly number[];
  }): Promise<Learned> {
    const { scaler, target } = columns.find(({ column }) => column.name === base.column)!;
    const plain = { scaler: "none", center: 0, scale: 1, target: null } as const;
    switch (base.kind) {
      case "one-hot":
        return { ...plain, values: [], unseen: null };
      case "ordinal":
      case "frequency": {
        const rows = base.counts.reduce((sum, count) => sum + count, 0);
        const values = base.counts.map((count, slot) => (base.kind === "ordinal" ? slot : count / rows));
        const frame = fitWeighted(compute, values, base.counts, scaler, options.ddof);
        return { values, unseen: base.kind === "ordinal" ? null : 0, scaler, ...frame, target: null };
      }
      case "target":
        return byTarget(base, target!, scaler);
    }
  }

  async function byTarget(
    base: Pick<ColumnEncoding, "column" | "type" | "categories" | "slots" | "counts">,
    name: string,
    scaler: ColumnEncoding["scaler"],
  ): Promise<Learned> {
    const { smooth, folds, seed } = options;
    const range = await targetRange(engine, opened, base.column, name);
    const slots = base.counts.length;
    const found = await targetSums(engine, table, base, slots, { column: name, folds, seed }, range);
    const { mean, values } = encodeTarget(found.sums, smooth, () => true);
    const byFold = Array.from({ length: folds }, (_, fold) => {
      const own = encodeTarget(found.sums, smooth, (other) => other !== fold);
      const isUsed = found.rows.some((rows) => rows[fold]! > 0);
      if (isUsed && Number.isNaN(own.mean)) throw tooFewRows(name, folds);
      return isUsed ? own.values : values;
    });
    outOfFold.push({ column: base.column, values: byFold });
    if (found.withoutTarget > 0) withoutTarget.set(base.column, found.withoutTarget);
    const weights = byFold.flatMap((_, fold) => found.rows.map((rows) => rows[fold]!));
    const frame = fitWeighted(compute, byFold.flat(), weights, scaler, options.ddof);
    return { values, unseen: mean, scaler, ...frame, target: { column: name, mean, smooth, folds, seed } };
  }
}

function limitOf({ kind, order }: AskedEncoding, { maxCategories }: EncodeOptions): number {
  if (order !== null) return Infinity;
  return maxCategories ?? (kind === "one-hot" ? mostColumns : Infinity);
}

async function targetRange(
  engine: Engine,
  { table, sources }: OpenedTable,
  column: string,
  name: string,
): Promise<{ readonly minimum: number; readonly maximum: number }> {
  const target = findColumn(table.columns, name, "--encode");
  requireSettled(table, [name]);
  const refuse = (what: string): SegmentError =>
    new SegmentError("not-numeric", what, {
      place: { column: name },
      hint: `the target of ${column} is a column of numbers, or of yes and no`,
    });
  if (name === column) throw refuse("a column cannot be its own target");
  if (target.type !== "boolean" && target.type !== "integer" && target.type !== "number")
    throw refuse("holds no numbers");
  if (target.present === 0) throw refuse("holds no value at all");
  const facts = (await engineFacts(engine, table, [name])).get(name)!;
  await requireFinite(sources, name, facts.infiniteRow);
  return facts;
}

function tooFewRows(target: string, folds: number): SegmentError {
  return new SegmentError(
    "too-few-rows",
    `with ${folds} folds, one leaves no row with a value of ${target} to learn from`,
    {
      hint: "give more rows, or more folds with --folds",
    },
  );
}

function fitWeighted(
  compute: Compute,
  values: readonly number[],
  weights: readonly number[],
  scaler: ColumnEncoding["scaler"],
  ddof: Ddof,
): { readonly center: number; readonly scale: number } {
  const mark = compute.mark();
  try {
    // What no row has says nothing of the scale.
    const used = values.map((_, i) => i).filter((i) => weights[i]! > 0);
    const column = compute.f64(used.length);
    const counts = compute.f64(used.length);
    used.forEach((i, n) => {
      column[n] = values[i]!;
      counts[n] = weights[i]!;
    });
    return fitScaler(compute, column, scaler, counts, ddof);
  } finally {
    compute.release(mark);
  }
}
