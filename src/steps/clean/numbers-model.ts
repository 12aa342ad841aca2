import type { Json } from "../../core/report.ts";
import type { ColumnType } from "../../core/schema.ts";
import { finite, list, oneOf, record, word, type ModelFile } from "../model-file.ts";
import type { Groups } from "./groups.ts";
import { outlierActions, outlierRules, type OutlierAction, type OutlierRule } from "./outlier-rules.ts";
import { isNumeric, plainTextOf } from "./plain-values.ts";
import { learnedFills, orderedFills, type FillRule } from "./settings.ts";

/** The values that are no outliers, both ends included; null: no bound. */
export interface Limits {
  readonly low: number | null;
  readonly high: number | null;
  /** The ends of the values within the bounds, for winsorising; else null. */
  readonly least: number | null;
  readonly most: number | null;
}

/** What outliers of a column are, and what becomes of them. */
export interface Bounds extends Limits {
  readonly column: string;
  readonly rule: OutlierRule;
  /** The numbers of the rule: a limit, two percents, two values; null for an end left open. */
  readonly parameters: readonly (number | null)[];
  readonly action: OutlierAction;
  /** Those of the model's groups, in their order; null for one that had no value, and takes the column's. Null: not by group. */
  readonly groups: readonly (Limits | null)[] | null;
}

/** What takes the place of a missing value. */
export interface Fill {
  readonly column: string;
  readonly how: FillRule;
  /** A number, or the text of another type in plain notation; null where the row's neighbours fill. */
  readonly value: number | string | null;
  /** Whether a column beside it says which values were missing. */
  readonly flag: boolean;
  /** Those of the model's groups, in their order; null for one that had no value, and takes the column's. Null: not by group. */
  readonly groups: readonly (number | string | null)[] | null;
}

/** What a model does to outliers and gaps, and the groups and the order that it does it by. */
export interface NumbersModel {
  readonly outliers: readonly Bounds[];
  readonly fills: readonly Fill[];
  /** The column of groups; its names are those for which bounds or fills were learned. */
  readonly by: Groups | null;
  /** The column that orders rows. */
  readonly orderBy: string | null;
}

/** The members of a model file. */
export function numbersJson({ outliers, fills, by, orderBy }: NumbersModel): Record<string, Json> {
  return {
    outliers: outliers.map(({ groups, ...bounds }) => ({
      ...boundsJson(bounds),
      groups: groups?.map((one) => limitsJson(one, bounds.action === "winsorise")) ?? null,
    })),
    fills: fills.map((fill) => ({ ...fill })),
    by: by === null ? null : { ...by },
    order_by: orderBy,
  };
}

function boundsJson({ least, most, ...bounds }: Omit<Bounds, "groups">): Record<string, Json> {
  return { ...bounds, ...(bounds.action === "winsorise" ? { least, most } : {}) };
}

function limitsJson(limits: Limits | null, isNearest: boolean): Json {
  if (limits === null) return null;
  const { low, high, least, most } = limits;
  return isNearest ? { low, high, least, most } : { low, high };
}

/** Reads them, every member checked; those that an older file lacks are null. Throws `bad-model`. */
export function readNumbersModel(
  { parameters, wrong: at }: Pick<ModelFile, "parameters" | "wrong">,
  types: ReadonlyMap<string, ColumnType>,
): NumbersModel {
  const columnAt = (value: Json | undefined, wrong: () => never): string => {
    const name = word(value) ?? wrong();
    return types.has(name) ? name : wrong();
  };
  const by = groupsOf(parameters.by, columnAt, at);
  const orderBy = parameters.order_by == null ? null : columnAt(parameters.order_by, () => at("order_by"));
  const byGroup = <T>(
    value: Json | undefined,
    read: (one: Json, i: number) => T,
    wrong: () => never,
  ): readonly T[] | null => {
    if (value == null) return null;
    const items = list(value) ?? wrong();
    return items.length === by?.names.length ? items.map(read) : wrong();
  };
  const outliers = (list(parameters.outliers) ?? at("outliers")).map((item, i): Bounds => {
    const wrong = (member: string): never => at(`outliers[${i}]${member}`);
    const bounds = record(item) ?? wrong("");
    const column = columnAt(bounds.column, () => wrong(".column"));
    if (!isNumeric(types.get(column)!)) wrong(".column");
    const action = oneOf(bounds.action ?? parameters.outlier_action, outlierActions) ?? wrong(".action");
    const limits = (from: Json, member: string): Limits => limitsOf(from, action, (name) => wrong(`${member}${name}`));
    return {
      column,
      rule: oneOf(bounds.rule, outlierRules) ?? wrong(".rule"),
      parameters: (list(bounds.parameters ?? []) ?? wrong(".parameters")).map((one) =>
        one === null ? null : (finite(one) ?? wrong(".parameters")),
      ),
      ...limits(bounds, ""),
      action,
      groups: byGroup(
        bounds.groups,
        (one, g) => (one === null ? null : limits(one, `.groups[${g}]`)),
        () => wrong(".groups"),
      ),
    };
  });
  const fills = (list(parameters.fills) ?? at("fills")).map((item, i): Fill => {
    const wrong = (member: string): never => at(`fills[${i}]${member}`);
    const fill = record(item) ?? wrong("");
    const column = columnAt(fill.column, () => wrong(".column"));
    const type = types.get(column)!;
    const how = oneOf(fill.how, [...learnedFills, ...orderedFills, "constant"] as const) ?? wrong(".how");
    const isOrdered = oneOf(how, orderedFills) !== null;
    if (isOrdered && orderBy === null) wrong(".how (without order_by)");
    if (how.startsWith("linear") && !isNumeric(type)) wrong(".column");
    return {
      column,
      how,
      value: isOrdered ? null : (valueOf(fill.value, type) ?? wrong(".value")),
      flag: typeof fill.flag === "boolean" ? fill.flag : wrong(".flag"),
      groups: byGroup(
        fill.groups,
        (one, g) => (one === null ? null : (valueOf(one, type) ?? wrong(`.groups[${g}]`))),
        () => wrong(".groups"),
      ),
    };
  });
  for (const [member, items] of [
    ["outliers", outliers],
    ["fills", fills],
  ] as const) {
    if (new Set(items.map(({ column }) => column)).size !== items.length) at(`${member} (a column stands twice)`);
  }
  return { outliers, fills, by, orderBy };
}

function groupsOf(
  value: Json | undefined,
  columnAt: (value: Json | undefined, wrong: () => never) => string,
  at: (member: string) => never,
): Groups | null {
  if (value == null) return null;
  const by = record(value) ?? at("by");
  const names = (list(by.names) ?? at("by.names")).map((one, i) => word(one) ?? at(`by.names[${i}]`));
  if (new Set(names).size !== names.length) at("by.names (a group stands twice)");
  return { column: columnAt(by.column, () => at("by.column")), names };
}

function limitsOf(value: Json, action: OutlierAction, wrong: (member: string) => never): Limits {
  const limits = record(value) ?? wrong("");
  const end = (member: keyof Limits): number | null =>
    limits[member] === null ? null : (finite(limits[member]) ?? wrong(`.${member}`));
  const [low, high] = [end("low"), end("high")];
  const isNearest = action === "winsorise";
  const [least, most] = isNearest ? [end("least"), end("most")] : [null, null];
  if (low !== null && high !== null && low > high) wrong(".low");
  if (isNearest && (low !== null || high !== null) && (least === null || most === null || least > most))
    wrong(".least");
  return { low, high, least, most };
}

function valueOf(value: Json | undefined, type: ColumnType): number | string | null {
  return isNumeric(type) ? finite(value) : word(value) === null ? null : plainTextOf(word(value)!, type);
}
