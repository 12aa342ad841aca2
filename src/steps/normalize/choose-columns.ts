import type { Compute } from "../../core/compute.ts";
import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { addedByCluster, isNumeric, mayMeasure, quoted } from "../cluster/select-features.ts";
import { columnFacts, type ColumnFacts } from "../column-facts.ts";
import { notAMeasure, notAMeasureByRole, saysConsent } from "../column-kinds.ts";
import { findColumn, matchColumns } from "../match-columns.ts";

export interface ChooseOptions {
  readonly columns: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly id: readonly string[] | undefined;
  /** Columns that `--method` names. */
  readonly methods: Iterable<string>;
  /** The column of groups. */
  readonly by?: string | undefined;
  /** Columns that are encoded, and so not scaled. */
  readonly encoded?: ReadonlySet<string>;
}

/** A column that may be scaled; `named` in full, whatever it measures. */
export interface ChosenColumn {
  readonly column: Column;
  readonly named: boolean;
}

export interface DroppedColumn {
  readonly column: string;
  readonly reason: string;
}

const suffix = "_scaled";

/** The column that holds the scaled values of another. */
export function scaledName(name: string): string {
  return `${name}${suffix}`;
}

/**
 * First half of the choice, by names and types alone: every number, and what is named. What ends in `_scaled` is scaled
 * already. Throws `unknown-column`, `not-numeric` for a column that is named and no number, `bad-option-value` for one
 * that is named and left out at once.
 */
export function chooseColumns(
  { columns }: Table,
  options: ChooseOptions,
): { readonly chosen: readonly ChosenColumn[]; readonly dropped: readonly DroppedColumn[] } {
  const matched = matchColumns(columns, options.columns ?? columns.map(({ name }) => name), "--columns");
  const methods = new Set([...options.methods].map((name) => findColumn(columns, name, "--method").name));
  const named = new Set([...(options.columns === undefined ? [] : matched.exact), ...methods]);
  const wanted = new Set([...matched.names, ...methods]);
  const left = { "--exclude": leftOut("exclude"), "--id": leftOut("id") };
  const chosen: ChosenColumn[] = [];
  const dropped: DroppedColumn[] = [];
  for (const column of columns) {
    const { name } = column;
    if (options.encoded?.has(name) === true) {
      if (!methods.has(name)) continue;
      throw new SegmentError("bad-option-value", `--method and --encode both name ${name}`, {
        hint: `a scaler for its numbers stands behind the encoding: --encode ${name}=frequency+zscore`,
      });
    }
    const reason = reasonByName(column);
    if (reason === null) chosen.push({ column, named: named.has(name) });
    else dropped.push({ column: name, reason });
  }
  return { chosen, dropped };

  /** What is named in full elsewhere wins over a glob, but not over its own name. */
  function leftOut(option: "exclude" | "id"): ReadonlySet<string> {
    const { names, exact } = matchColumns(columns, options[option] ?? [], `--${option}`);
    const both = names.find((name) => exact.has(name) && named.has(name));
    if (both !== undefined) {
      const chooser = methods.has(both) ? "--method" : "--columns";
      throw new SegmentError("bad-option-value", `${chooser} names ${both}, and --${option} leaves it out`, {
        hint: "leave out one or the other",
      });
    }
    return new Set(names.filter((name) => !named.has(name)));
  }

  function reasonByName(column: Column): string | null {
    const { name } = column;
    const isNamed = named.has(name);
    if (left["--id"].has(name)) return "an id, by --id";
    if (left["--exclude"].has(name)) return "by --exclude";
    if (!wanted.has(name)) return "not in --columns";
    if (options.by === name && !isNamed) return "the groups, by --by";
    if (name.endsWith(suffix) && name !== suffix) {
      if (isNamed) throw scaledAlready(name);
      return "scaled already";
    }
    const declared = column.declared?.role ?? null;
    const byRole = declared === null || isNamed ? null : notAMeasureByRole(declared);
    if (byRole !== null) return byRole;
    if (column.tie !== undefined) return isNamed || mayMeasure(column) ? null : "can be read in two ways";
    if (column.present === 0) {
      if (isNamed) throw new SegmentError("not-numeric", "holds no value at all", { place: { column: name } });
      return "empty";
    }
    if (isNumeric(column))
      return !isNamed && addedByCluster(name, new Map(columns.map((one) => [one.name, one])))
        ? "made by a clustering"
        : null;
    if (isNamed && column.type === "boolean") return null;
    if (isNamed) throw notNumeric(column);
    if (column.type === "text" && column.oddValue !== undefined)
      return `text: ${quoted(column.oddValue.value)} is no number`;
    if (column.type === "boolean") return saysConsent(name) ? "a consent" : "a flag of two values";
    return column.type === "text" ? "text" : "a date";
  }
}

/** Second half, by the values: why a column that is not named measures no behaviour, or null. About 2 ns a value. */
export function reasonByValues(
  compute: Compute,
  { column, named }: ChosenColumn,
  values: Float64Array,
): { readonly reason: string | null; readonly facts: ColumnFacts } {
  const facts = columnFacts(compute, values);
  return { reason: reasonByFacts({ column, named }, facts), facts };
}

/** The same by what is known of the values. */
export function reasonByFacts({ column, named }: ChosenColumn, facts: ColumnFacts): string | null {
  return named ? null : notAMeasure(column.name, facts, column.declared?.role ?? null);
}

function scaledAlready(name: string): SegmentError {
  const base = name.slice(0, -suffix.length);
  return new SegmentError("bad-option-value", `${name} is scaled already`, {
    hint: `name ${base} and add --overwrite to scale it anew, or rename the column`,
  });
}

function notNumeric(column: Column): SegmentError {
  const place = { column: column.name };
  if (column.oddValue !== undefined) {
    const { value, count } = column.oddValue;
    const hint = `${count === 1 ? "1 value is" : `${count} values are`} no number; correct or leave out the column`;
    return new SegmentError("not-numeric", `${quoted(value)} is no number`, { place, hint });
  }
  const kind = column.type === "text" ? "text" : "dates";
  return new SegmentError("not-numeric", `holds ${kind}, and only numbers can be scaled`, {
    place,
    hint: "leave it out of --columns and --method",
  });
}
