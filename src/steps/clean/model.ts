import type { Fitted } from "../../core/fitted.ts";
import type { Json } from "../../core/report.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { DateOrder, DecimalMark } from "../../core/source.ts";
import type { Imputer } from "../impute/imputer.ts";
import { imputerJson, readImputer } from "../impute/imputer-json.ts";
import { finite, list, oneOf, record, requireSchema, word, type ModelFile } from "../model-file.ts";
import type { CaseRule, EmailCheck, FillRule, OutlierAction, OutlierRule } from "./settings.ts";
import { caseRules, outlierRules } from "./settings.ts";

const modelSchema = "segment/model/clean@1";

/** What a cleaning learned: it applies to other rows without a second look at those it was learned from. */
export interface CleanModel {
  readonly version: string;
  readonly columns: readonly CleanColumn[];
  /** Words for a missing value, in small letters; null: those that the reader knows. The empty text always is one. */
  readonly nullWords: readonly string[] | null;
  readonly emailCheck: EmailCheck | null;
  readonly outliers: readonly Bounds[];
  readonly outlierAction: OutlierAction;
  readonly fills: readonly Fill[];
  /** Models of the other columns, which fill what is left after `fills`. */
  readonly imputers: readonly Imputer[];
}

/** A column that is cleaned; all others pass through. */
export interface CleanColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly email: boolean;
  readonly case: CaseRule | null;
  /** How the text was read: what settles a table that leaves it open. Null where the column has no such marks. */
  readonly order: DateOrder | null;
  readonly decimal: DecimalMark | null;
}

/** The values of a column that are no outliers, both ends included; null: no bound. */
export interface Bounds {
  readonly column: string;
  readonly rule: OutlierRule;
  readonly low: number | null;
  readonly high: number | null;
}

/** What takes the place of a missing value: a number, or the text of another type in plain notation. */
export interface Fill {
  readonly column: string;
  readonly how: FillRule;
  readonly value: number | string;
  /** Whether a column beside it says which values were missing. */
  readonly flag: boolean;
}

/** The model as a file holds it. */
export function toFitted(model: CleanModel): Fitted {
  return {
    schema: modelSchema,
    version: model.version,
    seed: 0,
    columns: model.columns.map(({ name, type }) => ({ name, type })),
    parameters: {
      columns: model.columns.map(({ name, type: _type, ...column }) => ({ column: name, ...column })),
      null_words: model.nullWords,
      email_check: model.emailCheck,
      outliers: model.outliers.map((bounds) => ({ ...bounds })),
      outlier_action: model.outlierAction,
      fills: model.fills.map((fill) => ({ ...fill })),
      imputers: model.imputers.map(imputerJson),
    },
  };
}

/** Reads the parameters of a model file, every member checked. Throws `bad-model` with the member that is wrong. */
export function readCleanModel(model: ModelFile): CleanModel {
  requireSchema(model, modelSchema, "clean");
  const { parameters, wrong: at } = model;
  const types = new Map(model.columns.map(({ name, type }) => [name, type]));
  const columns = (list(parameters.columns) ?? at("columns")).map((item, i): CleanColumn => {
    const wrong = (member: string): never => at(`columns[${i}]${member}`);
    const column = record(item) ?? wrong("");
    const name = word(column.column) ?? wrong(".column");
    return {
      name,
      type: types.get(name) ?? wrong(".column"),
      email: typeof column.email === "boolean" ? column.email : wrong(".email"),
      case: column.case === null ? null : (oneOf(column.case, caseRules) ?? wrong(".case")),
      order: column.order === null ? null : (oneOf(column.order, ["ymd", "dmy", "mdy"] as const) ?? wrong(".order")),
      decimal: column.decimal === null ? null : (oneOf(column.decimal, [".", ","] as const) ?? wrong(".decimal")),
    };
  });
  if (columns.length === 0 || columns.length !== model.columns.length) at("columns");
  if (new Set(columns.map(({ name }) => name)).size !== columns.length) at("columns (a column stands twice)");
  const typeOf = (name: string, wrong: () => never): ColumnType => types.get(name) ?? wrong();
  const outliers = (list(parameters.outliers) ?? at("outliers")).map((item, i): Bounds => {
    const wrong = (member: string): never => at(`outliers[${i}]${member}`);
    const bounds = record(item) ?? wrong("");
    const end = (member: "low" | "high"): number | null =>
      bounds[member] === null ? null : (finite(bounds[member]) ?? wrong(`.${member}`));
    const column = word(bounds.column) ?? wrong(".column");
    if (!isNumeric(typeOf(column, () => wrong(".column")))) wrong(".column");
    const [low, high] = [end("low"), end("high")];
    if (low !== null && high !== null && low > high) wrong(".low");
    return { column, rule: oneOf(bounds.rule, outlierRules) ?? wrong(".rule"), low, high };
  });
  const fills = (list(parameters.fills) ?? at("fills")).map((item, i): Fill => {
    const wrong = (member: string): never => at(`fills[${i}]${member}`);
    const fill = record(item) ?? wrong("");
    const column = word(fill.column) ?? wrong(".column");
    const type = typeOf(column, () => wrong(".column"));
    return {
      column,
      how: oneOf(fill.how, ["mean", "median", "mode", "constant"] as const) ?? wrong(".how"),
      value: fillOf(fill.value, type) ?? wrong(".value"),
      flag: typeof fill.flag === "boolean" ? fill.flag : wrong(".flag"),
    };
  });
  for (const [member, items] of [
    ["outliers", outliers],
    ["fills", fills],
  ] as const) {
    if (new Set(items.map(({ column }) => column)).size !== items.length) at(`${member} (a column stands twice)`);
  }
  const imputers = readImputers(model, columns);
  const words = parameters.null_words;
  return {
    version: model.version,
    columns,
    nullWords:
      words === null ? null : (list(words) ?? at("null_words")).map((one, i) => word(one) || at(`null_words[${i}]`)),
    emailCheck:
      parameters.email_check === null
        ? null
        : (oneOf(parameters.email_check, ["flag", "null", "drop"] as const) ?? at("email_check")),
    outliers,
    outlierAction: oneOf(parameters.outlier_action, ["flag", "clip", "null", "drop"] as const) ?? at("outlier_action"),
    fills,
    imputers,
  };
}

/** Models written before there were imputers have none. */
function readImputers({ parameters, wrong: at }: ModelFile, columns: readonly CleanColumn[]): readonly Imputer[] {
  if (parameters.imputers === undefined) return [];
  const isNumbers = (name: string): boolean | null => {
    const column = columns.find((one) => one.name === name);
    return column === undefined ? null : isNumeric(column.type);
  };
  const imputers = (list(parameters.imputers) ?? at("imputers")).map((item, i) =>
    readImputer(item, (member) => at(`imputers[${i}]${member}`), isNumbers),
  );
  const targets = imputers.flatMap((imputer) => imputer.targets.map(({ column }) => column));
  if (new Set(targets).size < targets.length) at("imputers (a column stands twice)");
  return imputers;
}

function fillOf(value: Json | undefined, type: ColumnType): number | string | null {
  return isNumeric(type) ? finite(value) : word(value) === null ? null : plainTextOf(word(value)!, type);
}

/** Whether a type is one of numbers. */
export function isNumeric(type: ColumnType): boolean {
  return type === "integer" || type === "number";
}

/** A text as a value of a type in plain notation, or null where it is none. */
export function plainTextOf(text: string, type: ColumnType): string | null {
  switch (type) {
    case "text":
      return text === "" ? null : text;
    case "boolean":
      return text === "true" || text === "false" ? text : null;
    case "date":
      return isDay(text) ? text : null;
    case "timestamp": {
      const match = /^(\d{4}-\d{2}-\d{2})[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.exec(text);
      return match !== null && isDay(match[1]!) ? text.replace("T", " ") : null;
    }
    case "integer":
    case "number":
      return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/.test(text) && Number.isFinite(Number(text))
        ? text
        : null;
  }
}

function isDay(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
