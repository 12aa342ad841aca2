import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { findColumn, matchColumns } from "../match-columns.ts";
import type { OpenedTable, ReadWords, Warning } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import { formColumns, formedTable, type FormedTable } from "./apply.ts";
import { mixedBooleans, requireBoolean } from "./booleans.ts";
import type { FormColumn } from "./form.ts";
import { countForm } from "./form-facts.ts";
import { learnNumbers, type NumberSettings } from "./learn-numbers.ts";
import type { CleanColumn, CleanModel } from "./model.ts";
import { learnImputers, type Imputers } from "../impute/learn.ts";
import type { ImputeSettings } from "../impute/settings.ts";
import { rereadTable } from "./reread.ts";
import type { CaseRule, EmailCheck, FillChoice, OutlierAction, OutlierRule, RulesByColumn } from "./settings.ts";

export interface LearnSettings extends Omit<NumberSettings, "ids" | "modelled"> {
  readonly columns: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly id: readonly string[] | undefined;
  readonly email: readonly string[] | undefined;
  readonly booleans: readonly string[] | undefined;
  /** Null: the words that the reader knows. */
  readonly nullWords: readonly string[] | null;
  readonly letters: RulesByColumn<CaseRule>;
  readonly emailCheck: EmailCheck | null;
  readonly outliers: RulesByColumn<OutlierRule>;
  readonly outlierAction: OutlierAction;
  readonly impute: RulesByColumn<FillChoice>;
  readonly models: ImputeSettings;
}

/** What a table taught: the model, and the table in form, so that applying the model need not bring it there again. */
export interface Learned {
  readonly model: CleanModel;
  /** Of each of several imputations; one, the model's own, where there is one table. */
  readonly imputers: Imputers;
  readonly formed: FormedTable;
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
  settings: LearnSettings,
): Promise<Learned> {
  const { engine } = context;
  const chosen = chosenColumns(opened.table, settings);
  checkNames(opened.table, chosen, settings);
  const { table, reread } = await rereadTable(engine, opened, words, chosen.names, settings.nullWords);
  requireSettled(table, chosen.names);
  const columns = table.columns.filter(({ name }) => chosen.names.has(name));
  const booleans = await booleanColumns(context, opened, table, columns, settings);
  const texts = columns.filter(({ name, type }) => type === "text" && !booleans.has(name));
  for (const name of settings.email ?? []) {
    if (texts.some((column) => column.name === name)) continue;
    const place = { column: name };
    throw new SegmentError("bad-option-value", `--email ${name}: the column holds no text`, { place });
  }
  const textNames = new Set(texts.map(({ name }) => name));
  const cleaned = (emails: ReadonlySet<string>): readonly CleanColumn[] =>
    columns.map(({ name, type, reading, stored, isPlain }) => {
      const isMarked = stored === "text" && isPlain !== true;
      const letters = textNames.has(name) && !emails.has(name) && !chosen.ids.has(name) ? settings.letters.all : null;
      return {
        name,
        type: booleans.has(name) ? "boolean" : type,
        email: emails.has(name),
        case: settings.letters.byColumn.get(name) ?? letters,
        order: isMarked && "order" in reading ? reading.order : null,
        decimal: isMarked && "decimal" in reading ? reading.decimal : null,
      };
    });
  for (const [name, letters] of settings.letters.byColumn) {
    if (textNames.has(name)) continue;
    const place = { column: name };
    throw new SegmentError("bad-option-value", `--case ${name}=${letters}: the column holds no text`, { place });
  }
  const { formed, formModel } = await formedWithEmails(context, table, reread, cleaned, settings);
  const { model, warnings } = await learnNumbers(context, formed.table, opened.sources, formModel, {
    ...settings,
    ids: chosen.ids,
    modelled: settings.models.methods.byColumn,
  });
  const imputers = await learnImputers(context, formed.table, opened.sources, model, chosen.ids, settings.models);
  return {
    model: { ...model, imputers: imputers[0]! },
    imputers,
    formed,
    warnings: [...warnings, ...shortYears(columns)],
  };
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
): { readonly names: ReadonlySet<string>; readonly ids: ReadonlySet<string> } {
  const matched = matchColumns(columns, wanted ?? columns.map(({ name }) => name), "--columns");
  const excluded = matchColumns(columns, exclude ?? [], "--exclude");
  const isOut = (name: string): boolean =>
    excluded.exact.has(name) || (excluded.names.includes(name) && !(wanted !== undefined && matched.exact.has(name)));
  const names = new Set(matched.names.filter((name) => !isOut(name)));
  if (names.size === 0)
    throw new SegmentError("usage", "no column is left to clean", { hint: "widen --columns or narrow --exclude" });
  return { names, ids: new Set(matchColumns(columns, id ?? [], "--id").names) };
}

/** Every column that a rule names must exist and be among those to clean. */
function checkNames(
  { columns }: Table,
  { names }: { readonly names: ReadonlySet<string> },
  { email, booleans, letters, outliers, impute }: LearnSettings,
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
  check(letters.byColumn.keys(), "--case");
  check(outliers.byColumn.keys(), "--outliers");
  check(impute.byColumn.keys(), "--impute");
}

/** Columns of yes and no: by their reading, by words and digits mixed, or by name. */
async function booleanColumns(
  { engine }: Context,
  { sources }: OpenedTable,
  table: Table,
  columns: readonly Column[],
  { booleans, nullWords }: LearnSettings,
): Promise<ReadonlySet<string>> {
  const found = new Set(columns.filter(({ type }) => type === "boolean").map(({ name }) => name));
  for (const name of await mixedBooleans(engine, table, columns, nullWords)) found.add(name);
  for (const name of booleans ?? []) {
    if (found.has(name)) continue;
    const column = columns.find((one) => one.name === name)!;
    const failure = { code: "bad-option-value", said: `--booleans ${name}: ` } as const;
    await requireBoolean(engine, table, sources, column, nullWords, failure);
    found.add(name);
  }
  return found;
}

/**
 * The table in form, with its columns of addresses: those named, else those of which half or more of the values are
 * addresses. These are told by the scan that counts what the rules change, so only they are counted again. Throws `usage`.
 */
async function formedWithEmails(
  { engine, terminal, version }: Context,
  table: Table,
  reread: ReadonlySet<string>,
  columnsFor: (emails: ReadonlySet<string>) => readonly CleanColumn[],
  { email, emailCheck, nullWords, outlierAction }: LearnSettings,
): Promise<{ readonly formed: FormedTable; readonly formModel: CleanModel }> {
  terminal.progress("cleaning");
  const named = new Set(email);
  const first = formColumns(table, { columns: columnsFor(named), nullWords }, reread);
  const counts = await countForm(engine, table, first, email === undefined);
  const sought = first.flatMap(({ column }, i) => {
    const { emails, present } = counts[i]!;
    return emails > 0 && emails * 2 >= present ? [column.name] : [];
  });
  const emails = email === undefined ? new Set(sought) : named;
  if (emailCheck !== null && emails.size === 0) {
    throw new SegmentError("usage", "--email-check: no column holds mostly e-mail addresses", {
      hint: "name the column with --email COL",
    });
  }
  const columns = columnsFor(emails);
  const ruled = formColumns(table, { columns, nullWords }, reread);
  const isNew = ({ column }: FormColumn): boolean => emails.has(column.name) && !named.has(column.name);
  const recounted = await countForm(engine, table, ruled.filter(isNew));
  let next = 0;
  const all = ruled.map((column, i) => (isNew(column) ? column : first[i]!));
  const counted = ruled.map((column, i) => (isNew(column) ? recounted[next++]! : counts[i]!));
  const formModel = { version, columns, nullWords, emailCheck, outliers: [], outlierAction, fills: [], imputers: [] };
  return { formed: formedTable(table, all, counted), formModel };
}
