import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import { asText } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { emptyColumnWarnings } from "../empty-columns.ts";
import { requireModelColumns, type ModelColumn } from "../model-file.ts";
import type { OpenedTable, ReadWords, Warning } from "../open-table.ts";
import { mixedColumnWarnings } from "../reading/mixed-columns.ts";
import { requireSettled } from "../reading/ties.ts";
import { inOldOrder, numbered } from "../row-position.ts";
import { fillTable, type FilledTable, type Imputed } from "../impute/apply.ts";
import { imputedFlags } from "../impute/imputer.ts";
import { addedNames, adjustTable, isAdjusting, type AdjustFacts } from "./adjust.ts";
import { requireBoolean } from "./booleans.ts";
import { withIdsOfLetters } from "./ids-of-letters.ts";
import { requireCurrencies } from "./currencies.ts";
import { groupFacts } from "./groups.ts";
import { ledgerRow, withoutHidden, type LedgerFacts, type RemovedRows } from "./ledger.ts";
import { ruledColumns, type CleanColumn, type CleanModel } from "./model.ts";
import type { OutlierAction } from "./outlier-rules.ts";
import { brought, refuseAdded, type CleanSettings, type FormedTable } from "./formed-table.ts";
import { rereadTable } from "./reread.ts";
import { parseReadingOptions } from "../reading/reading-options.ts";
import { requireOrder } from "./row-order.ts";
import { type EmailCheck, wordsOfColumn } from "./settings.ts";

/** A cleaned table. */
export interface Cleaned {
  readonly table: Table;
  /** Rows that a check dropped or a condition left out. */
  readonly removed: number;
  /** Rows that a check set aside. */
  readonly quarantined: number;
  readonly grouped: number;
  readonly warnings: readonly Warning[];
  readonly formed: FormedTable;
  readonly facts: AdjustFacts;
  /** Cells that models filled, by column. */
  readonly modelled: readonly Imputed[];
  /** Columns that were added. */
  readonly added: readonly string[];
  /** What a ledger is written from; null where none is kept. */
  readonly ledger: LedgerFacts | null;
}

/**
 * Cleans a table by a model, without learning anything: on the rows that the model was learned from it gives what the
 * fit gave. `words` are the options that the table was read with; `overwrite` lets added columns replace others of
 * their name. Throws `model-mismatch`, `column-exists`, `ambiguous-input`, `nothing-left`.
 */
export async function applyClean(
  context: Context,
  opened: OpenedTable,
  fitted: CleanModel,
  settings: CleanSettings & { readonly words: ReadWords },
): Promise<Cleaned> {
  const { words } = settings;
  const { engine } = context;
  const { sources } = opened;
  const names = new Set(fitted.columns.map(({ name }) => name));
  const { table: read, reread } = await rereadTable(
    engine,
    opened,
    settledByModel(opened.table, fitted, words),
    names,
    fitted.nullWords,
    {
      own: new Map(
        fitted.columns.flatMap(({ name, nullWords }) => (nullWords === undefined ? [] : [[name, nullWords]])),
      ),
      money: new Set(fitted.columns.flatMap(({ name, money }) => (money === true ? [name] : []))),
      unicode: fitted.unicode ?? "nfc",
    },
  );
  const file = sources.map(({ label }) => label).join(", ");
  const { model, warnings } = withIdsOfLetters(fitted, read);
  requireModelColumns(wantedOf(model, read), read.columns, file);
  const table = asNumbered({ ...read, columns: read.columns.map((column) => textOf(column, model)) }, model.outliers);
  requireSettled(table, names);
  for (const { name, type, nullWords } of model.columns) {
    if (type !== "boolean") continue;
    const column = table.columns.find((one) => one.name === name)!;
    const failure = { code: "model-mismatch", said: `${name} is of yes and no in the model, and ` } as const;
    await requireBoolean(engine, table, sources, column, wordsOfColumn(model.nullWords, nullWords), failure);
  }
  await requireCurrencies(engine, table, model.columns);
  const known = { ...model, columns: model.columns.map((column) => widened(column, table)) };
  const formed = await brought(context, table, known, reread, sources, settings);
  const cleaned = await finished(context, opened, formed, known, settings);
  const empty = emptyColumnWarnings(usedColumns(model), table);
  return { ...cleaned, warnings: [...warnings, ...empty, ...cleaned.warnings] };
}

/** The columns that held values at the fit: of a text without any rule besides its form that is not known. */
function usedColumns(model: CleanModel): readonly ModelColumn[] {
  const used = new Set(ruledColumns(model));
  return model.columns.filter(
    ({ name, type, email, contact }) => type !== "text" || email || contact !== undefined || used.has(name),
  );
}

/** A table whose rows carry the numbers that they were read with, where some may be set aside later. */
export function asNumbered(table: Table, outliers: readonly { readonly action: OutlierAction | null }[]): Table {
  return outliers.some(({ action }) => action === "quarantine") ? numbered(table) : table;
}

/** The words that a table was read with, and what the model knows of columns that they left open. */
function settledByModel(table: Table, model: CleanModel, words: ReadWords): ReadWords {
  const open = new Set(table.columns.flatMap(({ name, tie }) => (tie === undefined ? [] : [name])));
  const known = model.columns.filter(({ name }) => open.has(name));
  const counts = Object.entries(model.reading?.counts ?? {}).filter(([name]) =>
    table.columns.some((column) => column.name === name && column.stored === "text"),
  );
  const orders = known.flatMap(({ name, order }) =>
    order === null || order === "ymd" ? [] : [[name, order] as const],
  );
  const given = parseReadingOptions(words).dates;
  const dates = [...new Map([...counts, ...orders])].flatMap(([name, order]) =>
    given?.has(name) === true ? [] : [`${name.replaceAll(",", ",,")}=${order}`],
  );
  const decimal = known.find((column) => column.decimal !== null)?.decimal ?? undefined;
  if (dates.length === 0 && decimal === undefined) return words;
  return { ...words, dates: [...(words.dates ?? []), ...dates], decimal: words.decimal ?? decimal };
}

/** The model's columns as this table must have them: text is read from any text, yes and no also from 1 and 0. */
function wantedOf(model: CleanModel, table: Table): readonly ModelColumn[] {
  return model.columns.map(({ name, type, contact }) => {
    const found = table.columns.find((column) => column.name === name);
    if (found === undefined) return { name, type };
    const isText = found.stored === "text" || contact !== undefined;
    const isRead = (type === "text" && isText) || (type === "boolean" && mayBeBoolean(found));
    return { name, type: isRead ? found.type : type };
  });
}

function mayBeBoolean({ type }: Column): boolean {
  return type === "text" || type === "integer" || type === "boolean";
}

/** A column that the model holds as text is text, whatever its values look like in this table. */
function textOf(column: Column, model: CleanModel): Column {
  const wanted = model.columns.find(({ name }) => name === column.name);
  if (wanted?.type !== "text" || column.stored !== "text" || column.type === "text") return column;
  const { tie: _tie, ...rest } = column;
  return { ...rest, type: "text", reading: { type: "text" } };
}

/** Whole numbers in the model may be fractions in this table. */
function widened(cleaned: CleanColumn, table: Table): CleanColumn {
  const found = table.columns.find(({ name }) => name === cleaned.name)!;
  const type: ColumnType = cleaned.type === "integer" && found.type === "number" ? "number" : cleaned.type;
  return { ...cleaned, type };
}

/** Does to a table in form what the model does besides. Throws `column-exists`, `nothing-left`. */
export async function finished(
  context: Context,
  opened: OpenedTable,
  formed: FormedTable,
  model: CleanModel,
  { overwrite }: CleanSettings,
): Promise<Cleaned> {
  const { engine } = context;
  const { sources } = opened;
  const { from, checks, excluded, ledger } = formed;
  const imputers = model.imputers ?? [];
  const added = [...addedNames(model), ...imputedFlags(imputers)];
  if (!overwrite) refuseAdded(formed.table, added);
  requireRows(formed, 0);
  if (model.orderBy !== null) {
    // Rows that were taken away before have no place in the files any more.
    const files = formed.table.rows < from.rows ? [] : sources;
    await requireOrder(engine, formed.table, files, model.orderBy);
  }
  const done = isAdjusting(model)
    ? await adjustTable(engine, formed.table, model, ledger !== null)
    : { table: formed.table, facts: nothingAdjusted };
  requireRows(formed, done.facts.removedByOutliers + done.facts.quarantined.length);
  const filled = await fillTable(context, done.table, model, done.table.rows < opened.table.rows);
  const isByGroup = imputers.some(({ groups }) => groups !== null);
  const by = done.facts.by ?? (isByGroup ? await groupFacts(engine, done.table, model) : null);
  const stayedText = {
    ...from,
    columns: from.columns.filter(
      (_, i) => formed.columns[i]!.cleaned !== null && formed.columns[i]!.cleaned!.type === "text",
    ),
  };
  const takenBy = (action: EmailCheck): number =>
    checks.reduce((sum, check) => sum + (check.action === action ? check.removed : 0), 0);
  const removedByChecks = takenBy("drop");
  const allAdded = [...formed.added, ...added];
  const made = inOldOrder(filled.table, opened.table, false);
  return {
    table: ledger === null ? made : withoutHidden(made, ledger),
    ledger:
      ledger === null
        ? null
        : {
            table: filled.table,
            chains: ledger.chains,
            removed: [...ledger.removed, ...outlierRows(formed.table, done.table)],
            added: allAdded,
          },
    removed: removedByChecks + excluded.reduce((sum, { count }) => sum + count, 0) + done.facts.removedByOutliers,
    quarantined: takenBy("quarantine") + done.facts.quarantined.length,
    grouped: 0,
    warnings: [
      ...(await mixedColumnWarnings(stayedText, sources)),
      ...groupWarnings(by),
      ...unseenWarnings(filled),
      ...countryWarnings(model, checks),
    ],
    formed,
    facts: { ...done.facts, by },
    modelled: filled.imputed,
    added: allAdded,
  };
}

const nothingAdjusted: AdjustFacts = {
  outliers: [],
  imputed: [],
  removedByOutliers: 0,
  quarantined: [],
  by: null,
};

function groupWarnings(by: AdjustFacts["by"]): readonly Warning[] {
  if (by === null || by.unseen + by.missing === 0) return [];
  const rows = (count: number): string => `${count} ${count === 1 ? "row" : "rows"}`;
  const parts = [
    ...(by.unseen === 0 ? [] : [`${rows(by.unseen)} of a ${by.column} that the fit did not have`]),
    ...(by.missing === 0 ? [] : [`${rows(by.missing)} without ${by.column}`]),
  ];
  const message = `bounds and fills of all rows, not of a group, went to ${parts.join(" and ")}`;
  return [{ code: "other-groups", message }];
}

/** Numbers of which nothing says the country stay as they are written where they are no international ones. */
function countryWarnings({ columns }: CleanModel, checks: FormedTable["checks"]): readonly Warning[] {
  return columns.flatMap(({ name, contact }): readonly Warning[] => {
    if (contact?.kind !== "phone" || contact.country.column !== null || contact.country.code !== null) return [];
    const open = checks.find(({ column }) => column === name)?.open ?? 0;
    if (open === 0) return [];
    const numbers = open === 1 ? "1 number" : `${open} numbers`;
    const message = `${name}: ${numbers} without a country stay as written; --country FR or --country-column COL says which`;
    return [{ code: "no-country", message }];
  });
}

const shownUnseen = 5;

function unseenWarnings({ unseen }: FilledTable): readonly Warning[] {
  const warnings = unseen.slice(0, shownUnseen).map(({ column, rows }) => {
    const has = rows === 1 ? "1 row with gaps has" : `${rows} rows with gaps have`;
    const message = `${column}: ${has} a category that the fit did not have, and which is like none of those it had`;
    return { code: "unseen-categories", message };
  });
  const more = unseen.length - warnings.length;
  if (more <= 0) return warnings;
  const message = `${more} more ${more === 1 ? "column has" : "columns have"} categories that the fit did not have`;
  return [...warnings, { code: "unseen-categories", message }];
}

/** The rows that outliers took away, of tables with hidden columns. */
function outlierRows(before: Table, after: Table): readonly RemovedRows[] {
  if (before.rows === after.rows) return [];
  const left = sql`select ${ledgerRow(after)} from ${after.relation}`;
  const relation = sql`(select * from ${before.relation} where ${ledgerRow(before)} not in (${left}))`;
  return [{ relation, row: ledgerRow(before), column: asText(sql`null`), rule: asText(sql`'outliers'`) }];
}

/** Throws `nothing-left` where rules that the user gave leave no row. */
function requireRows({ from, table, checks, excluded }: FormedTable, byOutliers: number): void {
  if (from.rows === 0 || table.rows > byOutliers) return;
  const parts = [
    ...checks.filter(({ removed }) => removed > 0).map(({ removed, column }) => `${removed} by the check of ${column}`),
    ...excluded.filter(({ count }) => count > 0).map(({ count, name }) => `${count} by --exclude-where ${name}`),
    ...(byOutliers > 0 ? [`${byOutliers} by --outlier-action`] : []),
  ];
  throw new SegmentError("nothing-left", `every row was dropped: ${parts.join(", ")}`, {
    hint: "flag them instead of dropping them",
  });
}
