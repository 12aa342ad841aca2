import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { typeWords, type Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { BoundsRule } from "../../model/stats/outlier-bounds.ts";
import { rowsStay } from "../cluster/in-engine/sample-rows.ts";
import { requireFinite } from "../cluster/read-numbers.ts";
import type { ColumnFacts } from "../column-facts.ts";
import { idReason, notAFeature, notAMeasure } from "../column-kinds.ts";
import type { Warning } from "../open-table.ts";
import { engineKept } from "./engine-kept.ts";
import { groupNames, type Groups } from "./groups.ts";
import { readKept, type AskedBounds, type LearnedLimits } from "./kept-numbers.ts";
import { learnFills } from "./learn-fills.ts";
import type { Left } from "./left-out.ts";
import type { CleanModel } from "./model.ts";
import type { Bounds } from "./numbers-model.ts";
import { ruleParameters, ruleText, type OutlierAction, type OutlierRule } from "./outlier-rules.ts";
import { isNumeric } from "./plain-values.ts";
import { requireOrder } from "./row-order.ts";
import { learnedFills, orderedFills, type FillChoice, type RulesByColumn } from "./settings.ts";

export interface NumberSettings {
  readonly outliers: RulesByColumn<BoundsRule>;
  readonly outlierActions: RulesByColumn<OutlierAction>;
  readonly impute: RulesByColumn<FillChoice>;
  readonly imputeFlag: boolean;
  /** The column of groups for which bounds and fills are learned apart, and within which rows are neighbours. */
  readonly by: string | null;
  /** The column that orders rows. */
  readonly orderBy: string | null;
  /** Columns that identify a row: only a rule with their name reaches them. */
  readonly ids: ReadonlySet<string>;
  /** Columns that `--columns` names in full: a rule for all columns reaches them too unless they are an id or a consent. */
  readonly listed: ReadonlySet<string>;
  /** Columns that a model of the others fills. */
  readonly modelled: { has(column: string): boolean };
  /** Columns without a gap learn a fill too, as a model for other rows needs it. */
  readonly fillsAll: boolean;
}

/** What was learned, and the columns of numbers that rules for all columns did not reach: those with gaps, for fills. */
export interface LearnedNumbersModel {
  readonly model: CleanModel;
  readonly warnings: readonly Warning[];
  readonly left: { readonly outliers: readonly Left[]; readonly impute: readonly Left[] };
}

const none = { outliers: [], impute: [] } as const;

/**
 * Learns the bounds of outliers, then the fills from the cells that are left, of a table in form. `model` says what
 * else is done; it comes back with both. Reads the numbers once, 8 bytes a value, unless they stay in the engine. Throws
 * `not-numeric`, `not-finite`, `no-numeric-column`, `missing-values`, `bad-option-value`.
 */
export async function learnNumbers(
  context: Context,
  table: Table,
  sources: readonly Source[],
  model: CleanModel,
  settings: NumberSettings,
): Promise<LearnedNumbersModel> {
  const { outliers, impute } = settings;
  const asked = [outliers.all, impute.all].some((rule) => rule !== null);
  if (!asked && outliers.byColumn.size === 0 && impute.byColumn.size === 0) return { model, warnings: [], left: none };
  const { compute, engine } = context;
  const cleaned = new Set(model.columns.map(({ name }) => name));
  const named = (name: string): boolean => outliers.byColumn.has(name) || impute.byColumn.has(name);
  for (const name of outliers.byColumn.keys()) requireNumbers(table, name, "--outliers");
  for (const [name, { how }] of impute.byColumn) {
    if (["mean", "median", "linear", "linear:position"].includes(how)) requireNumbers(table, name, "--impute");
  }
  if (settings.orderBy !== null) {
    await requireOrder(engine, table, sources, settings.orderBy);
  }
  const groups = await learningGroups(engine, table, settings);
  // What groups and orders rows is no measure of them, unless it is named.
  const isFrame = (name: string): boolean => name === settings.by || name === settings.orderBy;
  const isReached = (name: string): boolean => !settings.ids.has(name) && !isFrame(name);
  const candidates = table.columns.filter(
    ({ name, type }) => isNumeric(type) && cleaned.has(name) && (named(name) || (asked && isReached(name))),
  );
  const mark = compute.mark();
  try {
    const learn = rowsStay(engine, table) ? engineKept : readKept;
    const kept = await learn(context, table, candidates, { groups, orderBy: settings.orderBy });
    const { facts } = kept;
    const isListed = (name: string): boolean => settings.listed.has(name);
    const whyNot = ({ name, declared }: Column): string | null => {
      if (settings.ids.has(name)) return idReason(declared?.role ?? null);
      if (isFrame(name)) return name === settings.by ? "the groups, by --by" : "the order, by --order-by";
      const role = declared?.role === "flag" ? "flag" : null;
      return isListed(name) ? notAFeature(name, facts.get(name)!) : notAMeasure(name, facts.get(name)!, role);
    };
    const measures = new Set(candidates.filter((one) => whyNot(one) === null).map(({ name }) => name));
    const left = table.columns.flatMap((column): readonly Left[] => {
      const reason = asked && isNumeric(column.type) && cleaned.has(column.name) ? whyNot(column) : null;
      return reason === null ? [] : [{ column: column.name, reason }];
    });
    if (asked && measures.size === 0) throw noMeasure(candidates, facts);
    for (const { name } of candidates) {
      if (measures.has(name) || named(name)) await requireFinite(sources, name, facts.get(name)!.infiniteRow);
    }
    const asks = candidates.flatMap(({ name }): readonly (AskedBounds & { readonly action: OutlierAction })[] => {
      const rule = outliers.byColumn.get(name) ?? (measures.has(name) ? outliers.all : null);
      if (rule === null) return [];
      const action = settings.outlierActions.byColumn.get(name) ?? settings.outlierActions.all ?? "flag";
      const grouped = groups !== null && rule.rule !== "bounds";
      return [{ name, rule, action, ends: action === "winsorise", grouped }];
    });
    requireActions(settings, asks);
    const found = await kept.boundsOf(asks);
    const bounds = asks.map(({ name, rule, action }, i): Bounds => {
      const { groups: own, ...limits } = found[i]!;
      if (action === "winsorise") requireEnds(name, found[i]!);
      const of = { column: name, rule: rule.rule, parameters: ruleParameters(rule) };
      return { ...of, ...limits, action, groups: own };
    });
    const bounded = { ...model, outliers: bounds, by: groups };
    const after = await kept.left(bounded);
    const fills = await learnFills(context, table, bounded, after, {
      settings,
      columns: table.columns.filter(({ name }) => cleaned.has(name)),
      numbers: new Set(candidates.map(({ name }) => name)),
      measures,
    });
    return {
      model: { ...bounded, fills, ...framesOf(settings, bounds, fills, groups) },
      warnings: bounds.flatMap(noSpread),
      left: {
        outliers: outliers.all === null ? [] : left.filter(({ column }) => !outliers.byColumn.has(column)),
        impute:
          impute.all === null
            ? []
            : left.filter(({ column }) => {
                const hasOwn = impute.byColumn.has(column) || settings.modelled.has(column);
                return !hasOwn && table.columns.find(({ name }) => name === column)!.present < table.rows;
              }),
      },
    };
  } finally {
    compute.release(mark);
  }
}

/** What the model needs of groups and of an order: no order for limits that were learned in it. */
function framesOf(
  { by, orderBy }: NumberSettings,
  bounds: readonly Bounds[],
  fills: CleanModel["fills"],
  groups: Groups | null,
): Pick<CleanModel, "by" | "orderBy"> {
  const isOrdered = fills.some(({ how }) => orderedFills.some((one) => one === how));
  const isGrouped = [...bounds, ...fills].some((one) => one.groups !== null);
  const names = isGrouped ? groups!.names : [];
  return {
    by: by !== null && (isGrouped || isOrdered) ? { column: by, names } : null,
    orderBy: isOrdered ? orderBy : null,
  };
}

/** The groups for which something is learned; null where nothing is. */
async function learningGroups(
  engine: Engine,
  table: Table,
  { by, outliers, impute }: NumberSettings,
): Promise<Groups | null> {
  const rules = [outliers.all, ...outliers.byColumn.values()];
  const fills = [impute.all, ...impute.byColumn.values()];
  const isLearned =
    rules.some((rule) => rule !== null && rule.rule !== "bounds") ||
    fills.some((fill) => fill !== null && learnedFills.some((one) => one === fill.how));
  if (by === null || !isLearned) return null;
  const column = table.columns.find(({ name }) => name === by)!;
  return { column: by, names: await groupNames(engine, table, column) };
}

/** An action for a column without a rule would have no effect. */
function requireActions({ outlierActions }: NumberSettings, asks: readonly AskedBounds[]): void {
  for (const name of outlierActions.byColumn.keys()) {
    if (asks.some((one) => one.name === name)) continue;
    throw new SegmentError("usage", `--outlier-action names ${name}, for which no rule looks for outliers`, {
      hint: `add --outliers ${name}=iqr`,
    });
  }
}

/** Winsorising writes a value within the bounds, and there may be none. */
function requireEnds(name: string, limits: LearnedLimits): void {
  const all = [limits, ...(limits.groups ?? [])];
  const isEmpty = all.some((one) => one !== null && (one.low !== null || one.high !== null) && one.least === null);
  if (!isEmpty) return;
  throw new SegmentError("missing-values", "no value lies within the bounds, so winsorising has none to write", {
    place: { column: name },
    hint: `write the bound itself: --outlier-action ${name}=clip`,
  });
}

/** Refuses a column that holds no numbers. */
function requireNumbers(table: Table, name: string, option: string): void {
  const column = table.columns.find((one) => one.name === name)!;
  if (isNumeric(column.type)) return;
  const odd = column.oddValue === undefined ? "" : ` (“${column.oddValue.value.slice(0, 40)}” is no number)`;
  throw new SegmentError(
    "not-numeric",
    `${option} takes a column of numbers, and this one holds ${typeWords[column.type]}${odd === "" ? whyText(column) : odd}`,
    {
      place: { column: name },
      hint: option === "--impute" ? `mode, ffill and constant:VALUE fill other columns: --impute ${name}=mode` : "",
    },
  );
}

/** Why digits are text, where that is not for other words among them. */
function whyText({ type, present, why }: Column): string {
  return type === "text" && present > 0 && why !== "words" ? `: ${why}` : "";
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

function noSpread({ column, rule, parameters, low, high, groups }: Bounds): readonly Warning[] {
  const shown = column.length > 40 ? `${column.slice(0, 39)}…` : column;
  const warnings: Warning[] = [];
  const isFlat = (one: Pick<Bounds, "low" | "high">): boolean => one.low === null && one.high === null;
  if (isFlat({ low, high })) {
    const message = `${shown} ${spreadWords[rule]}, so ${rule} calls none of its values an outlier`;
    warnings.push({ code: "no-spread", message: rule === "iqr" ? `${message}; ${shown}=zscore may` : message });
  }
  const flat = (groups ?? []).filter((one) => one !== null && isFlat(one)).length;
  if (flat > 0) {
    const message = `${flat} of ${groups!.length} groups of ${shown} have too little spread for ${ruleText(rule, parameters)} to call any value an outlier`;
    warnings.push({ code: "no-spread", message });
  }
  return warnings;
}

const spreadWords: Readonly<Record<OutlierRule, string>> = {
  iqr: "has no spread between its quartiles",
  zscore: "is constant",
  mad: "is its median in half of the rows or more",
  percentile: "has no value",
  xmr: "never changes from one row to the next",
  bounds: "has no bounds",
};
