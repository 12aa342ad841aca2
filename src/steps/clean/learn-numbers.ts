import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { typeWords, type Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { asText } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { rowsStay } from "../cluster/in-engine/sample-rows.ts";
import { requireFinite } from "../cluster/read-numbers.ts";
import type { ColumnFacts } from "../column-facts.ts";
import { notAMeasure } from "../column-kinds.ts";
import type { Warning } from "../open-table.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { adjustTable } from "./adjust.ts";
import { engineKept, readKept, type LeftNumbers } from "./kept-numbers.ts";
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
  /** Columns that a model of the others fills. */
  readonly modelled: { has(column: string): boolean };
  /** Columns without a gap learn a fill too, as a model for other rows needs it. */
  readonly fillsAll: boolean;
}

/**
 * Learns the bounds of outliers, then the fills from the cells that are left, of a table in form. `model` says what
 * else is done; it comes back with both. Reads the numbers once, 8 bytes a value, unless they stay in the engine. Throws `not-numeric`, `not-finite`,
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
  const { compute, engine } = context;
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
    const kept = await (rowsStay(engine, table) ? engineKept : readKept)(context, table, candidates, model);
    const { facts } = kept;
    const measures = new Set(
      candidates
        .filter(({ name }) => !settings.ids.has(name) && notAMeasure(name, facts.get(name)!) === null)
        .map(({ name }) => name),
    );
    if (asked && measures.size === 0) throw noMeasure(candidates, facts);
    for (const { name } of candidates) {
      if (measures.has(name) || named(name)) await requireFinite(sources, name, facts.get(name)!.infiniteRow);
    }
    const asks = candidates.flatMap(({ name }) => {
      const rule = outliers.byColumn.get(name) ?? (measures.has(name) ? outliers.all : null);
      return rule === null ? [] : [{ name, rule, limit: rule === "iqr" ? settings.iqrFactor : settings.zLimit }];
    });
    const found = await kept.boundsOf(asks);
    const bounds = asks.map(({ name, rule }, i): Bounds => ({ column: name, rule, ...found[i]! }));
    const warnings = bounds
      .filter(({ low, high }) => low === null && high === null)
      .map(({ column, rule }) => noSpread(column, rule));
    const bounded = { ...model, outliers: bounds };
    const left = await kept.left(bounded);
    const fills = await learnFills(context, table, bounded, left, {
      settings,
      columns: table.columns.filter(({ name }) => cleaned.has(name)),
      numbers: new Set(candidates.map(({ name }) => name)),
      measures,
    });
    return { model: { ...bounded, fills }, warnings };
  } finally {
    compute.release(mark);
  }
}

/** The fills of columns that have gaps or, for other rows, need one. */
async function learnFills(
  { engine }: Context,
  table: Table,
  model: CleanModel,
  left: LeftNumbers,
  of: {
    readonly settings: NumberSettings;
    readonly columns: readonly Column[];
    readonly numbers: ReadonlySet<string>;
    readonly measures: ReadonlySet<string>;
  },
): Promise<readonly Fill[]> {
  const { impute, fillsAll, imputeFlag, modelled } = of.settings;
  const wanted = of.columns.flatMap((column) => {
    const { name } = column;
    if (modelled.has(name)) return [];
    const own = impute.byColumn.get(name);
    const choice = own ?? (of.measures.has(name) ? impute.all : null);
    if (choice === null) return [];
    const gaps = own !== undefined || left.hasGap(name);
    return gaps || fillsAll ? [{ column, choice, gaps }] : [];
  });
  const asked = wanted.flatMap(({ column: { name }, choice: { how } }) =>
    how !== "constant" && of.numbers.has(name) ? [{ name, how }] : [],
  );
  const learned = await left.fillsOf(asked);
  const numbers = new Map(asked.map(({ name }, i) => [name, learned[i]!]));
  const fills: Fill[] = [];
  for (const { column, choice, gaps } of wanted) {
    const value = await fillOf(engine, table, model, column, choice, numbers.get(column.name));
    fills.push({ column: column.name, how: choice.how, value, flag: imputeFlag && gaps });
  }
  return fills;
}

async function fillOf(
  engine: Engine,
  table: Table,
  model: CleanModel,
  column: Column,
  { how, value }: FillChoice,
  learned: number | undefined,
): Promise<number | string> {
  const { name, type } = column;
  if (how === "constant") return constantOf(column, value!);
  if (learned === undefined) return frequentText(engine, table, model, name);
  if (Number.isNaN(learned)) throw noValue(name, how);
  return type === "integer" || type === "number" ? learned + 0 : String(learned);
}

/** The most frequent value of a column that holds no numbers, the first by code point of several as frequent. */
async function frequentText(engine: Engine, table: Table, model: CleanModel, name: string): Promise<string> {
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
