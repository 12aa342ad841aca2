import type { Compute } from "../../core/compute.ts";
import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { typeWords, type Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { columnQuantiles } from "../../model/stats/column-quantiles.ts";
import { mode } from "../../model/stats/mode.ts";
import { moments } from "../../model/stats/moments.ts";
import { iqrBounds, zscoreBounds } from "../../model/stats/outlier-bounds.ts";
import { asText } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { readNumbers, requireFinite, type NumericColumns } from "../cluster/read-numbers.ts";
import { columnFacts, type ColumnFacts } from "../column-facts.ts";
import { notAMeasure } from "../column-kinds.ts";
import { derived, deriveTable, passed } from "../derive.ts";
import type { Warning } from "../open-table.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { adjustTable, emailDropSql } from "./adjust.ts";
import { isNumeric, plainTextOf, type Bounds, type CleanModel, type Fill } from "./model.ts";
import type { FillChoice, OutlierRule, RulesByColumn } from "./settings.ts";

export interface NumberSettings {
  readonly outliers: RulesByColumn<OutlierRule>;
  readonly iqrFactor: number;
  readonly zLimit: number;
  readonly impute: RulesByColumn<FillChoice>;
  readonly imputeFlag: boolean;
  /** Columns that identify a row: only a rule with their name reaches them. */
  readonly ids: ReadonlySet<string>;
  /** Columns without a gap learn a fill too, as a model for other rows needs it. */
  readonly fillsAll: boolean;
}

/**
 * Learns the bounds of outliers, then the fills from the cells that are left, of a table in form. `model` says what
 * else is done; it comes back with both. Reads the numbers once: 8 bytes a value. Throws `not-numeric`, `not-finite`,
 * `no-numeric-column`, `missing-values`, `bad-option-value`.
 */
export async function learnNumbers(
  context: Context,
  table: Table,
  sources: readonly Source[],
  model: CleanModel,
  settings: NumberSettings,
): Promise<{ readonly model: CleanModel; readonly warnings: readonly Warning[] }> {
  const { outliers, impute } = settings;
  const asked = [outliers.all, impute.all].some((rule) => rule !== null);
  if (!asked && outliers.byColumn.size === 0 && impute.byColumn.size === 0) return { model, warnings: [] };
  const { compute } = context;
  const cleaned = new Set(model.columns.map(({ name }) => name));
  const named = (name: string): boolean => outliers.byColumn.has(name) || impute.byColumn.has(name);
  for (const name of outliers.byColumn.keys()) requireNumbers(table, name, "--outliers");
  for (const [name, { how }] of impute.byColumn) {
    if (how === "mean" || how === "median") requireNumbers(table, name, "--impute");
  }
  const candidates = table.columns.filter(
    ({ name, type }) => isNumeric(type) && cleaned.has(name) && (named(name) || (asked && !settings.ids.has(name))),
  );
  const mark = compute.mark();
  try {
    const numbers = await readKept(context, table, candidates, model);
    const facts = new Map(candidates.map(({ name }) => [name, columnFacts(compute, numbers.read.get(name)!)]));
    const measures = new Set(
      candidates
        .filter(({ name }) => !settings.ids.has(name) && notAMeasure(name, facts.get(name)!) === null)
        .map(({ name }) => name),
    );
    if (asked && measures.size === 0) throw noMeasure(candidates, facts);
    for (const { name } of candidates) {
      if (measures.has(name) || named(name)) await requireFinite(sources, name, facts.get(name)!.infiniteRow);
    }
    numbers.forget();
    const warnings: Warning[] = [];
    const bounds: Bounds[] = [];
    for (const { name } of candidates) {
      const rule = outliers.byColumn.get(name) ?? (measures.has(name) ? outliers.all : null);
      if (rule === null) continue;
      const own = boundsOf(compute, numbers.read.get(name)!, rule, settings);
      bounds.push({ column: name, rule, ...own });
      if (own.low === null && own.high === null) warnings.push(noSpread(name, rule));
    }
    const bounded = { ...model, outliers: bounds };
    treat(numbers.read, bounded);
    const fills: Fill[] = [];
    for (const column of table.columns) {
      const { name } = column;
      if (!cleaned.has(name)) continue;
      const own = impute.byColumn.get(name);
      const choice = own ?? (measures.has(name) ? impute.all : null);
      if (choice === null) continue;
      const values = numbers.read.get(name);
      const gaps = own !== undefined || values!.some((value) => Number.isNaN(value));
      if (!gaps && !settings.fillsAll) continue;
      const value = await fillOf(context, table, bounded, column, choice, values);
      fills.push({ column: name, how: choice.how, value, flag: settings.imputeFlag && gaps });
    }
    return { model: { ...bounded, fills }, warnings };
  } finally {
    compute.release(mark);
  }
}

/** The numbers of columns, NaN where missing; `forget` makes those of rows that the e-mail check drops NaN too. */
async function readKept(
  { engine, compute }: Context,
  table: Table,
  columns: readonly Column[],
  model: CleanModel,
): Promise<{ readonly read: NumericColumns; forget(): void }> {
  const dropped = emailDropSql(table, model);
  if (columns.length === 0) return { read: new Map(), forget: () => undefined };
  if (dropped === null) {
    const read = await readNumbers(
      engine,
      compute,
      table,
      columns.map(({ name }) => name),
    );
    return { read, forget: () => undefined };
  }
  let mask = "dropped";
  while (columns.some(({ name }) => name === mask)) mask += "_";
  const masked = derived(mask, "number", "typed", sql`case when ${dropped} then 1e0 else 0e0 end`, table.rows);
  const beside = deriveTable(table, [...columns.map(passed), masked]);
  const read = await readNumbers(
    engine,
    compute,
    beside,
    beside.columns.map(({ name }) => name),
  );
  const isDropped = read.get(mask)!;
  return {
    read,
    forget() {
      for (const [name, values] of read) {
        if (name === mask) continue;
        for (let i = 0; i < values.length; i++) if (isDropped[i] === 1) values[i] = Number.NaN;
      }
    },
  };
}

function boundsOf(
  compute: Compute,
  values: Float64Array,
  rule: OutlierRule,
  { iqrFactor, zLimit }: NumberSettings,
): Pick<Bounds, "low" | "high"> {
  return rule === "iqr" ? iqrBounds(compute, values, iqrFactor) : zscoreBounds(compute, values, zLimit);
}

/** Does to the numbers what the model does to the table, so that fills are learned from what is left. */
function treat(numbers: NumericColumns, { outliers, outlierAction }: CleanModel): void {
  if (outlierAction === "flag") return;
  const dropped: number[] = [];
  for (const { column, low, high } of outliers) {
    const values = numbers.get(column)!;
    const [least, most] = [low ?? -Infinity, high ?? Infinity];
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      // NaN is neither.
      if (!(value < least || value > most)) continue;
      if (outlierAction === "drop") dropped.push(i);
      else values[i] = outlierAction === "null" ? Number.NaN : value < least ? least : most;
    }
  }
  for (const values of numbers.values()) for (const row of dropped) values[row] = Number.NaN;
}

async function fillOf(
  { compute, engine }: Context,
  table: Table,
  model: CleanModel,
  column: Column,
  { how, value }: FillChoice,
  numbers: Float64Array | undefined,
): Promise<number | string> {
  const { name, type } = column;
  if (how === "constant") return constantOf(column, value!);
  if (numbers === undefined) return frequentText(engine, table, model, name);
  const learned =
    how === "mean"
      ? moments(compute, numbers).mean
      : how === "median"
        ? columnQuantiles(compute, numbers, [0.5])[0]!
        : mode(numbers);
  if (Number.isNaN(learned)) throw noValue(name, how);
  return type === "integer" || type === "number" ? learned + 0 : String(learned);
}

/** The most frequent value of a column that holds no numbers, the first by code point of several as frequent. */
async function frequentText(engine: Context["engine"], table: Table, model: CleanModel, name: string): Promise<string> {
  const { table: left } = await adjustTable(engine, table, { ...model, fills: [] });
  const column = left.columns.find((one) => one.name === name)!;
  const [row] = await engine.rows(
    sql`
      select
        ${asText(column.ref)} as text_1,
        count(*) as count_1
      from ${left.relation}
      where ${column.ref} is not null
      group by text_1
      order by count_1 desc, text_1
      limit 1
    `,
    1,
  );
  if (row === undefined) throw noValue(name, "mode");
  return String(row["text_1"]);
}

function constantOf({ name, type }: Column, text: string): number | string {
  const word = text.toLowerCase();
  const spoken = type !== "boolean" ? text : yesWords.includes(word) ? "true" : noWords.includes(word) ? "false" : text;
  const fitting = plainTextOf(spoken, type);
  if (fitting === null) {
    throw new SegmentError(
      "bad-option-value",
      `--impute ${name}=constant:${text}: the column holds ${typeWords[type]}`,
      {
        hint: `write the value as ${notation[type]}`,
      },
    );
  }
  return isNumeric(type) ? Number(fitting) + 0 : fitting;
}

const notation = {
  text: "any text",
  integer: "12",
  number: "12.5",
  boolean: "yes or no",
  date: "2024-12-31",
  timestamp: "2024-12-31 23:59:59",
} as const;

function requireNumbers(table: Table, name: string, option: string): void {
  const column = table.columns.find((one) => one.name === name)!;
  if (isNumeric(column.type)) return;
  const odd = column.oddValue === undefined ? "" : ` (“${column.oddValue.value.slice(0, 40)}” is no number)`;
  throw new SegmentError(
    "not-numeric",
    `${option} takes a column of numbers, and this one holds ${typeWords[column.type]}${odd}`,
    {
      place: { column: name },
      hint: option === "--impute" ? `mode and constant:VALUE fill other columns: --impute ${name}=mode` : "",
    },
  );
}

function noMeasure(candidates: readonly Column[], facts: ReadonlyMap<string, ColumnFacts>): SegmentError {
  const reasons = candidates
    .slice(0, 6)
    .map(({ name }) => `${name.slice(0, 40)} (${notAMeasure(name, facts.get(name)!) ?? "an id, by --id"})`);
  const more = candidates.length > 6 ? ` and ${candidates.length - 6} more` : "";
  const found = reasons.length === 0 ? "no column holds numbers" : `left out: ${reasons.join(", ")}${more}`;
  return new SegmentError("no-numeric-column", `no column measures behaviour; ${found}`, {
    hint: "name columns to treat them all the same: --outliers COL=iqr, --impute COL=median",
  });
}

function noSpread(name: string, rule: OutlierRule): Warning {
  const shown = name.length > 40 ? `${name.slice(0, 39)}…` : name;
  const message =
    rule === "iqr"
      ? `${shown} has no spread between its quartiles, so iqr calls none of its values an outlier; ${shown}=zscore may`
      : `${shown} is constant, so zscore calls none of its values an outlier`;
  return { code: "no-spread", message };
}

function noValue(name: string, how: string): SegmentError {
  return new SegmentError("missing-values", `a column without values has no ${how}`, {
    place: { column: name },
    hint: `fill it with --impute ${name}=constant:VALUE, or leave it out`,
  });
}
