import type { Fitted } from "../../core/fitted.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { DateCount, DateOrder, DecimalMark } from "../../core/source.ts";
import { list, oneOf, record, requireSchema, word, type ModelFile } from "../model-file.ts";
import { numbersJson, readNumbersModel, type NumbersModel } from "./numbers-model.ts";
import { caseRules, type CaseRule, type EmailCheck } from "./settings.ts";

const dateOrders = ["ymd", "dmy", "mdy", "excel", "excel1904", "epoch", "epoch-ms"] as const;
const modelSchema = "segment/model/clean@1";

/** What a cleaning learned: it applies to other rows without a second look at those it was learned from. */
export interface CleanModel extends NumbersModel {
  readonly version: string;
  readonly columns: readonly CleanColumn[];
  /** Words for a missing value, in small letters; null: those that the reader knows. The empty text always is one. */
  readonly nullWords: readonly string[] | null;
  readonly emailCheck: EmailCheck | null;
}

/** A column that is cleaned; all others pass through. */
export interface CleanColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly email: boolean;
  readonly case: CaseRule | null;
  /** How the text was read: what settles a table that leaves it open. Null where the column has no such marks. */
  readonly order: DateOrder | DateCount | null;
  readonly decimal: DecimalMark | null;
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
      ...numbersJson(model),
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
      order: column.order === null ? null : (oneOf(column.order, dateOrders) ?? wrong(".order")),
      decimal: column.decimal === null ? null : (oneOf(column.decimal, [".", ","] as const) ?? wrong(".decimal")),
    };
  });
  if (columns.length === 0 || columns.length !== model.columns.length) at("columns");
  if (new Set(columns.map(({ name }) => name)).size !== columns.length) at("columns (a column stands twice)");
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
    ...readNumbersModel(model, types),
  };
}
