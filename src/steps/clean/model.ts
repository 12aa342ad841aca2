import type { Fitted } from "../../core/fitted.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { Json } from "../../core/report.ts";
import type { DateCount, DateOrder, DecimalMark } from "../../core/source.ts";
import type { Imputer } from "../impute/imputer.ts";
import { imputerJson, readImputer } from "../impute/imputer-json.ts";
import { list, oneOf, record, requireSchema, word, type JsonRecord, type ModelFile } from "../model-file.ts";
import type { LearnedReading } from "../open-table.ts";
import { dateCounts } from "../reading/day-counts.ts";
import { numbersJson, readNumbersModel, type NumbersModel } from "./numbers-model.ts";
import { isNumeric } from "./plain-values.ts";
import { caseRules, checkActions, contactKinds, emailFlags } from "./settings.ts";
import type { CaseRule, ContactKind, EmailCheck, EmailFlag } from "./settings.ts";

const dateOrders = ["ymd", "dmy", "mdy", "excel", "excel1904", "epoch", "epoch-ms"] as const;
const modelSchema = "segment/model/clean@2";
/** What came before rules of contact data, groups and orders; all of it is read. */
const olderSchema = "segment/model/clean@1";

/** What a cleaning learned: it applies to other rows without a second look at those it was learned from. */
export interface CleanModel extends NumbersModel {
  readonly version: string;
  readonly columns: readonly CleanColumn[];
  /** Words for a missing value, in small letters; null: those that the reader knows. The empty text always is one. */
  readonly nullWords: readonly string[] | null;
  readonly emailCheck: EmailCheck | null;
  /** Of text; absent for form C. */
  readonly unicode?: UnicodeForm;
  /** What becomes of wrong values, by column of contact data that is no e-mail. */
  readonly checks?: readonly Check[];
  /** What is told of addresses beside their columns. */
  readonly emailFlags?: readonly EmailFlag[];
  /** Rows that are left out: conditions with their names, in order. */
  readonly exclude?: readonly Exclusion[];
  /** How the table was read where its own text does not say it. */
  readonly reading?: LearnedReading;
  /** Models of the other columns, which fill what is left after `fills`. */
  readonly imputers?: readonly Imputer[];
}

export type UnicodeForm = "nfc" | "nfkc";
export const unicodeForms: readonly UnicodeForm[] = ["nfc", "nfkc"];

/** What becomes of wrong values of a column. */
export interface Check {
  readonly column: string;
  readonly action: EmailCheck;
}

/** A condition in the words of `--exclude-where`, and the name under which its rows are counted. */
export interface Exclusion {
  readonly name: string;
  readonly where: string;
}

/** What a column of contact data holds. */
export interface ContactRule {
  readonly kind: ContactKind;
  /** For telephone numbers and postcodes: the column that holds a row's country, and the country of all other rows. */
  readonly country: { readonly column: string | null; readonly code: string | null };
  /** For places: the column of their postcodes. */
  readonly postcode?: string;
  /** For postcodes: the column of their places, where it is known. */
  readonly city?: string;
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
  /** Accents are folded to plain letters. */
  readonly fold?: boolean;
  /** Amounts with currencies. */
  readonly money?: boolean;
  /** Amounts in several currencies, told in a column beside it. */
  readonly currency?: boolean;
  /** The one currency that its amounts were written in, as a code or sign. */
  readonly unit?: string;
  readonly contact?: ContactRule;
  /** Words for a missing value beside those of all columns, in small letters. */
  readonly nullWords?: readonly string[];
}

/** The columns that a model does more with than to bring them into form. */
export function ruledColumns({ fills, outliers, imputers = [] }: CleanModel): readonly string[] {
  return [
    ...[...fills, ...outliers].map(({ column }) => column),
    ...imputers.flatMap(({ features }) => features.map(({ column }) => column)),
  ];
}

/** The model as a file holds it. */
export function toFitted(model: CleanModel): Fitted {
  return {
    schema: modelSchema,
    version: model.version,
    seed: 0,
    columns: model.columns.map(({ name, type }) => ({ name, type })),
    parameters: {
      columns: model.columns.map(({ name, type: _type, contact, nullWords, ...column }) => ({
        column: name,
        ...column,
        ...(nullWords === undefined ? {} : { null_words: nullWords }),
        ...(contact === undefined ? {} : { contact: { ...contact, country: { ...contact.country } } }),
      })),
      null_words: model.nullWords,
      email_check: model.emailCheck,
      ...numbersJson(model),
      unicode: model.unicode ?? "nfc",
      checks: (model.checks ?? []).map((check) => ({ ...check })),
      email_flags: [...(model.emailFlags ?? [])],
      exclude: (model.exclude ?? []).map((one) => ({ ...one })),
      imputers: (model.imputers ?? []).map(imputerJson),
      ...(model.reading === undefined
        ? {}
        : { reading: { ticked: [...model.reading.ticked], counts: { ...model.reading.counts } } }),
    },
  };
}

/** Reads the parameters of a model file, every member checked. Throws `bad-model` with the member that is wrong. */
export function readCleanModel(model: ModelFile): CleanModel {
  if (model.schema !== olderSchema) requireSchema(model, modelSchema, "clean");
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
      ...contactMembers(column, wrong),
    };
  });
  if (columns.length === 0 || columns.length !== model.columns.length) at("columns");
  if (new Set(columns.map(({ name }) => name)).size !== columns.length) at("columns (a column stands twice)");
  const words = parameters.null_words;
  const numbers = readNumbersModel(model, types);
  return {
    version: model.version,
    columns,
    nullWords:
      words === null ? null : (list(words) ?? at("null_words")).map((one, i) => word(one) || at(`null_words[${i}]`)),
    emailCheck:
      parameters.email_check === null ? null : (oneOf(parameters.email_check, checkActions) ?? at("email_check")),
    ...numbers,
    ...ruleMembers(model, new Set(columns.map(({ name }) => name))),
    imputers: readImputers(model, columns, numbers.by?.names.length ?? 0),
    ...readReading(model),
  };
}

/** Models of tables that say themselves how they are read have none. */
function readReading({ parameters, wrong: at }: ModelFile): Pick<CleanModel, "reading"> {
  if (parameters.reading === undefined) return {};
  const reading = record(parameters.reading) ?? at("reading");
  const ticked = (list(reading.ticked) ?? at("reading.ticked")).map(
    (name, i) => word(name) ?? at(`reading.ticked[${i}]`),
  );
  const counts = Object.entries(record(reading.counts) ?? at("reading.counts")).map(
    ([name, count]) => [name, oneOf(count, dateCounts) ?? at(`reading.counts.${name}`)] as const,
  );
  return { reading: { ticked, counts: Object.fromEntries(counts) } };
}

/** Models written before there were imputers have none. */
function readImputers(
  { parameters, wrong: at }: ModelFile,
  columns: readonly CleanColumn[],
  groups: number,
): readonly Imputer[] {
  if (parameters.imputers === undefined) return [];
  const isNumbers = (name: string): boolean | null => {
    const column = columns.find((one) => one.name === name);
    return column === undefined ? null : isNumeric(column.type);
  };
  const imputers = (list(parameters.imputers) ?? at("imputers")).map((item, i) =>
    readImputer(item, (member) => at(`imputers[${i}]${member}`), isNumbers, groups),
  );
  const targets = imputers.flatMap((imputer) => imputer.targets.map(({ column }) => column));
  if (new Set(targets).size < targets.length) at("imputers (a column stands twice)");
  return imputers;
}

/** Members of a column that only newer models have. */
function contactMembers(column: JsonRecord, wrong: (member: string) => never): Partial<CleanColumn> {
  const isTrue = (member: "fold" | "money" | "currency"): boolean => {
    const given = column[member];
    return given === undefined ? false : typeof given === "boolean" ? given : wrong(`.${member}`);
  };
  const flags = (["fold", "money", "currency"] as const).filter(isTrue);
  const unit = column.unit === undefined ? {} : { unit: word(column.unit) ?? wrong(".unit") };
  const own = column.null_words === undefined ? undefined : (list(column.null_words) ?? wrong(".null_words"));
  const members: Partial<CleanColumn> = {
    ...Object.fromEntries(flags.map((flag) => [flag, true])),
    ...unit,
    ...(own === undefined ? {} : { nullWords: own.map((one, i) => word(one) || wrong(`.null_words[${i}]`)) }),
  };
  if (column.contact === undefined) return members;
  const contact = record(column.contact) ?? wrong(".contact");
  const country = record(contact.country) ?? wrong(".contact.country");
  const name = (member: "column" | "code"): string | null =>
    country[member] === null ? null : (word(country[member]) ?? wrong(`.contact.country.${member}`));
  const code = name("code");
  if (code !== null && !/^[A-Z]{2}$/.test(code)) wrong(".contact.country.code");
  const kind = oneOf(contact.kind, contactKinds) ?? wrong(".contact.kind");
  const beside = Object.fromEntries(
    (["postcode", "city"] as const).flatMap((member) =>
      contact[member] === undefined ? [] : [[member, word(contact[member]) ?? wrong(`.contact.${member}`)]],
    ),
  );
  if (kind === "city" && contact.postcode === undefined) wrong(".contact.postcode");
  return { ...members, contact: { kind, country: { column: name("column"), code }, ...beside } };
}

/** Members of the whole that only newer models have. */
function ruleMembers({ parameters, wrong: at }: ModelFile, names: ReadonlySet<string>): Partial<CleanModel> {
  const items = (member: "checks" | "email_flags" | "exclude"): readonly Json[] =>
    parameters[member] === undefined ? [] : (list(parameters[member]) ?? at(member));
  const checks = items("checks").map((item, i): Check => {
    const check = record(item) ?? at(`checks[${i}]`);
    const column = word(check.column);
    if (column === null || !names.has(column)) return at(`checks[${i}].column`);
    return { column, action: oneOf(check.action, checkActions) ?? at(`checks[${i}].action`) };
  });
  const exclude = items("exclude").map((item, i): Exclusion => {
    const one = record(item) ?? at(`exclude[${i}]`);
    return {
      name: word(one.name) ?? at(`exclude[${i}].name`),
      where: word(one.where) ?? at(`exclude[${i}].where`),
    };
  });
  return {
    unicode: parameters.unicode === undefined ? "nfc" : (oneOf(parameters.unicode, unicodeForms) ?? at("unicode")),
    checks,
    emailFlags: items("email_flags").map((item, i) => oneOf(item, emailFlags) ?? at(`email_flags[${i}]`)),
    exclude,
  };
}
