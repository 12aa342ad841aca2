import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { didYouMean } from "../../core/suggest.ts";
import { notAMeasureByRole } from "../column-kinds.ts";
import { findColumn, matchColumns } from "../match-columns.ts";
import { learnedReading, type OpenedTable, type ReadWords, type Warning } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import { asNumbered } from "./apply.ts";
import { formColumns, formedTable, requireOfficial, type CleanSettings, type FormedTable } from "./formed-table.ts";
import { mixedBooleans, requireBoolean } from "./booleans.ts";
import { readCurrency } from "../read-currency.ts";
import { currenciesOf } from "./currencies.ts";
import { chooseContacts, type ChosenContact, type ContactSettings } from "./choose-contacts.ts";
import { contactForms } from "./contact-forms.ts";
import { emailColumns } from "./email-columns.ts";
import { formColumn } from "./form.ts";
import { learnNumbers, type NumberSettings } from "./learn-numbers.ts";
import { leftOutOf, type LeftOut } from "./left-out.ts";
import type { Check, CleanColumn, CleanModel, Exclusion, UnicodeForm } from "./model.ts";
import { oddColumns } from "./odd-columns.ts";
import { learnImputers, type Imputers } from "../impute/learn.ts";
import type { ImputeSettings } from "../impute/settings.ts";
import { withVerdicts, type VerdictTable } from "./official-verdicts.ts";
import { rereadTable } from "./reread.ts";
import {
  contactKinds,
  type CaseRule,
  type CheckChoice,
  type EmailCheck,
  type EmailFlag,
  type RulesByColumn,
  wordsOfColumn,
} from "./settings.ts";

export interface LearnSettings extends Omit<NumberSettings, "ids" | "listed" | "modelled"> {
  readonly columns: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly id: readonly string[] | undefined;
  readonly email: readonly string[] | undefined;
  readonly booleans: readonly string[] | undefined;
  /** Null: the words that the reader knows. */
  readonly nullWords: readonly string[] | null;
  /** Those of columns by name. */
  readonly nullWordsOf: ReadonlyMap<string, readonly string[]>;
  readonly letters: RulesByColumn<CaseRule>;
  readonly emailCheck: EmailCheck | null;
  readonly contacts: ContactSettings;
  readonly money: readonly string[] | undefined;
  readonly fold: readonly string[] | undefined;
  readonly unicode: UnicodeForm;
  readonly checks: readonly CheckChoice[];
  readonly emailFlags: readonly EmailFlag[];
  readonly excludeWhere: readonly Exclusion[];
  readonly models: ImputeSettings;
}

/** What a table taught: the model, and the table in form, so that applying the model need not bring it there again. */
export interface Learned {
  readonly model: CleanModel;
  /** Of each of several imputations; one, the model's own, where there is one table. */
  readonly imputers: Imputers;
  readonly formed: FormedTable;
  readonly contacts: readonly ChosenContact[];
  /** Columns that rules for all columns did not reach. */
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly Warning[];
}

/**
 * Learns from a table how it and others like it are cleaned. Throws `unknown-column`, `ambiguous-input`,
 * `bad-option-value`, `usage`, and what `learnNumbers` throws.
 */
export async function learnClean(
  context: Context,
  opened: OpenedTable,
  words: ReadWords,
  settings: LearnSettings & CleanSettings,
): Promise<Learned> {
  const { engine } = context;
  const chosen = chosenColumns(opened.table, settings);
  checkNames(opened.table, chosen, settings);
  const money = new Set(settings.money);
  const { table: read, reread } = await rereadTable(engine, opened, words, chosen.names, settings.nullWords, {
    own: settings.nullWordsOf,
    money,
    unicode: settings.unicode,
  });
  const contacts = await chooseContacts(engine, read, chosen.names, settings.contacts);
  const contactOf = new Map(contacts.map(({ column, rule }) => [column, rule]));
  const typed = { ...read, columns: read.columns.map((one) => (contactOf.has(one.name) ? textOf(one) : one)) };
  const actions = [settings.outlierActions.all, ...settings.outlierActions.byColumn.values()];
  const table = asNumbered(
    typed,
    actions.map((action) => ({ action })),
  );
  requireSettled(table, chosen.names);
  const columns = table.columns.filter(({ name }) => chosen.names.has(name));
  const currencies = await currenciesOf(engine, table, money);
  const booleans = await booleanColumns(context, opened, table, columns, settings);
  const texts = columns.filter(
    ({ name, type }) => type === "text" && !booleans.has(name) && !contactOf.has(name) && !money.has(name),
  );
  for (const name of settings.email ?? []) {
    if (texts.some((column) => column.name === name)) continue;
    const place = { column: name };
    throw new SegmentError("bad-option-value", `--email ${name}: the column holds no text`, { place });
  }
  const readCodes = new Map(
    columns.flatMap((column) => {
      const code = contactOf.has(column.name) ? null : readCurrency(column);
      return code === null ? [] : [[column.name, [code]] as const];
    }),
  );
  const textNames = new Set(texts.map(({ name }) => name));
  const cleaned = (emails: ReadonlySet<string>): readonly CleanColumn[] =>
    columns.map(({ name, type, reading, stored, isPlain }) => {
      const contact = contactOf.get(name);
      const isMarked = stored === "text" && isPlain !== true && contact === undefined;
      const letters = textNames.has(name) && !emails.has(name) && !chosen.ids.has(name) ? settings.letters.all : null;
      return {
        name,
        type: booleans.has(name) ? "boolean" : contact === undefined ? type : "text",
        email: emails.has(name),
        case: settings.letters.byColumn.get(name) ?? letters,
        order: isMarked && "order" in reading ? reading.order : null,
        decimal: isMarked && "decimal" in reading ? reading.decimal : null,
        ...(settings.nullWordsOf.has(name) ? { nullWords: settings.nullWordsOf.get(name)! } : {}),
        ...(settings.fold?.includes(name) === true ? { fold: true } : {}),
        ...(money.has(name) ? { money: true } : {}),
        ...currencyMembers(currencies.get(name) ?? readCodes.get(name) ?? []),
        ...(contact === undefined ? {} : { contact }),
      };
    });
  for (const [name, letters] of settings.letters.byColumn) {
    if (textNames.has(name)) continue;
    const place = { column: name };
    throw new SegmentError("bad-option-value", `--case ${name}=${letters}: the column holds no text`, { place });
  }
  for (const name of settings.fold ?? []) {
    if (textNames.has(name)) continue;
    throw new SegmentError("bad-option-value", `--fold-accents ${name}: the column holds no text`, {
      place: { column: name },
    });
  }
  const rules = cleaned(new Set());
  requireOfficial({ columns: rules }, settings);
  const told = await withVerdicts(engine, table, rules, settings.official);
  const { formed, formModel } = await formedWithEmails(
    context,
    told,
    { reread, sources: opened.sources },
    cleaned,
    settings,
  );
  // Rows that were taken away before have no place in the files any more.
  const sources = formed.table.rows < table.rows ? [] : opened.sources;
  const { ids, listed } = chosen;
  const modelled = settings.models.methods.byColumn;
  const learned = await learnNumbers(context, formed.table, sources, formModel, { ...settings, ids, listed, modelled });
  const from = { ids, listed, by: settings.by };
  const filling = await learnImputers(context, formed.table, sources, learned.model, from, settings.models);
  const { imputers } = filling;
  const reading = learnedReading(words);
  const by = filling.by ?? learned.model.by;
  const model = { ...learned.model, by, imputers: imputers[0]!, ...(reading === undefined ? {} : { reading }) };
  const leftOut = leftOutOf(table.columns, learned.left.outliers, [...learned.left.impute, ...filling.left]);
  return { model, imputers, leftOut, formed, contacts, warnings: [...learned.warnings, ...shortYears(columns)] };
}

/** What a model holds of the currencies that amounts are written with. */
function currencyMembers(codes: readonly string[]): Pick<CleanColumn, "currency" | "unit"> {
  if (codes.length > 1) return { currency: true };
  return codes.length === 1 ? { unit: codes[0]! } : {};
}

/** A column of digits that are no number, as text. */
function textOf({ tie: _tie, ...column }: Column): Column {
  return column.stored === "text" ? { ...column, type: "text", reading: { type: "text" } } : column;
}

/** Dates that stay text since a year of two digits leaves their order open. */
function shortYears(columns: readonly Column[]): readonly Warning[] {
  return columns
    .filter(({ type, why }) => type === "text" && why.includes("a year of two digits"))
    .map(({ name, why }) => ({ code: "short-years", message: `${name} stays text: ${why}` }));
}

/** The columns to clean, and those of them that identify a row. Throws `unknown-column`, `usage`. */
function chosenColumns(
  { columns }: Table,
  { columns: wanted, exclude, id }: LearnSettings,
): { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string>; readonly listed: ReadonlySet<string> } {
  const matched = matchColumns(columns, wanted ?? columns.map(({ name }) => name), "--columns");
  const excluded = matchColumns(columns, exclude ?? [], "--exclude");
  const isOut = (name: string): boolean =>
    excluded.exact.has(name) || (excluded.names.includes(name) && !(wanted !== undefined && matched.exact.has(name)));
  const names = new Set(matched.names.filter((name) => !isOut(name)));
  if (names.size === 0)
    throw new SegmentError("usage", "no column is left to clean", { hint: "widen --columns or narrow --exclude" });
  const declared = columns.filter(isNoMeasure).map(({ name }) => name);
  return {
    names,
    ids: new Set([...matchColumns(columns, id ?? [], "--id").names, ...declared]),
    listed: wanted === undefined ? new Set() : new Set(matched.exact),
  };
}

/** Whether a schema declares a column an id, or numbers something else than a measure or a flag. */
function isNoMeasure({ type, declared }: Column): boolean {
  const role = declared?.role ?? null;
  const isNumber = type === "integer" || type === "number";
  return role === "id" || (isNumber && role !== null && role !== "flag" && notAMeasureByRole(role) !== null);
}

/** Every column that a rule names must exist and be among those to clean. */
function checkNames(
  { columns }: Table,
  { names }: { readonly names: ReadonlySet<string> },
  { email, booleans, nullWordsOf, letters, outliers, outlierActions, impute, by, orderBy, money, fold }: LearnSettings,
): void {
  const check = (given: Iterable<string>, option: string): void => {
    for (const name of given) {
      findColumn(columns, name, option);
      if (names.has(name)) continue;
      throw new SegmentError("usage", `${option} names ${name}, which is not among the columns to clean`, {
        hint: "add it to --columns, or take it from --exclude",
      });
    }
  };
  check(email ?? [], "--email");
  check(booleans ?? [], "--booleans");
  check(money ?? [], "--money");
  check(fold ?? [], "--fold-accents");
  check(nullWordsOf.keys(), "--null");
  check(letters.byColumn.keys(), "--case");
  check(outliers.byColumn.keys(), "--outliers");
  check(outlierActions.byColumn.keys(), "--outlier-action");
  check(impute.byColumn.keys(), "--impute");
  check(by === null ? [] : [by], "--by");
  check(orderBy === null ? [] : [orderBy], "--order-by");
}

/** Columns of yes and no: by their reading, by words and digits mixed, or by name. */
async function booleanColumns(
  { engine }: Context,
  { sources }: OpenedTable,
  table: Table,
  columns: readonly Column[],
  { booleans, nullWords, nullWordsOf }: LearnSettings,
): Promise<ReadonlySet<string>> {
  const missingIn = (name: string): readonly string[] | null => wordsOfColumn(nullWords, nullWordsOf.get(name));
  const found = new Set(columns.filter(({ type }) => type === "boolean").map(({ name }) => name));
  for (const name of await mixedBooleans(engine, table, columns, missingIn)) found.add(name);
  for (const name of booleans ?? []) {
    if (found.has(name)) continue;
    const column = columns.find((one) => one.name === name)!;
    const failure = { code: "bad-option-value", said: `--booleans ${name}: ` } as const;
    await requireBoolean(engine, table, sources, column, missingIn(name), failure);
    found.add(name);
  }
  return found;
}

/**
 * The table in form, with its columns of addresses: those named, else those of text of which half or more of the values are
 * addresses. Throws `usage`.
 */
async function formedWithEmails(
  context: Context,
  { table, verdicts }: VerdictTable,
  { reread, sources }: { readonly reread: ReadonlySet<string>; readonly sources: readonly Source[] },
  columnsFor: (emails: ReadonlySet<string>) => readonly CleanColumn[],
  settings: LearnSettings & CleanSettings,
): Promise<{ readonly formed: FormedTable; readonly formModel: CleanModel }> {
  const { engine, terminal, version } = context;
  const { email, nullWords, unicode, emailFlags } = settings;
  terminal.progress("cleaning");
  const plain = columnsFor(new Set());
  const names = new Set(plain.map(({ name }) => name));
  const texts = { reread, odd: await oddColumns(engine, table, names, sources) };
  const sought = plain.filter(({ type, contact, money }) => type === "text" && contact === undefined && money !== true);
  const columnOf = new Map(table.columns.map((column) => [column.name, column]));
  const asText = sought.map((cleaned) => {
    const bare = { ...cleaned, case: null };
    return formColumn(columnOf.get(cleaned.name)!, bare, { texts, words: nullWords, unicode });
  });
  const emails = email === undefined ? await emailColumns(engine, table, asText, nullWords) : new Set(email);
  const wanted = settings.emailCheck !== null ? "--email-check" : emailFlags.length > 0 ? "--email-flags" : null;
  if (wanted !== null && emails.size === 0) {
    throw new SegmentError("usage", `${wanted}: no column holds mostly e-mail addresses`, {
      hint: "name the column with --email COL",
    });
  }
  const columns = columnsFor(emails);
  const { emailCheck, checks } = checksFor(columns, settings);
  const rules = { unicode, checks, emailFlags, exclude: settings.excludeWhere };
  const numbers = { outliers: [], fills: [], by: null, orderBy: null };
  const model: CleanModel = { version, columns, nullWords, emailCheck, ...numbers, ...rules };
  const contacts = await contactForms(context, table, model, texts, verdicts);
  const formed = await formedTable(context, table, formColumns(table, model, texts, contacts), model, settings);
  return { formed, formModel: model };
}

/** What becomes of wrong values by column: what is said of a column comes before what is said of its kind, or of all. */
function checksFor(
  columns: readonly CleanColumn[],
  { checks, emailCheck }: LearnSettings,
): { readonly emailCheck: EmailCheck | null; readonly checks: readonly Check[] } {
  const of = (word: string | null): EmailCheck | null => checks.find(({ of: said }) => said === word)?.action ?? null;
  const emails = columns.filter(({ email }) => email);
  const found = columns.flatMap(({ name, contact }): readonly Check[] => {
    const action = contact === undefined ? null : (of(name) ?? of(contact.kind) ?? of(null));
    return action === null ? [] : [{ column: name, action }];
  });
  const judged = new Set<string | null>(found.map(({ column }) => column));
  for (const { contact } of columns) if (contact !== undefined) judged.add(contact.kind);
  if (emails.length > 0) judged.add("email");
  if (judged.size > 0) judged.add(null);
  const idle = checks.find(({ of: said }) => !judged.has(said));
  if (idle !== undefined) throw idleCheck(idle);
  return { emailCheck: emails.length === 0 ? null : (emailCheck ?? of("email") ?? of(null)), checks: found };
}

/** A rule that would do nothing. */
function idleCheck({ of, action }: CheckChoice): SegmentError {
  const options: ReadonlyMap<string, string> = new Map([
    ["email", "--email COL"],
    ["country", "--country-names COL"],
    ...contactKinds.filter((kind) => kind !== "country").map((kind) => [kind, `--${kind} COL`] as const),
  ]);
  if (of === null) {
    return new SegmentError("usage", `--check ${action}: no column is checked`, {
      hint: `name what holds contact data: ${[...options.values()].join(", ")}`,
    });
  }
  const own = options.get(of);
  return new SegmentError("usage", `--check ${of}=${action}: no column of that name or kind is checked`, {
    hint:
      own === undefined
        ? didYouMean(of, options.keys()) || `kinds are ${[...options.keys()].join(", ")}, each with its option`
        : `name its column: ${own}`,
  });
}
