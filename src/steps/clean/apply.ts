import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import { asText } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import { requireModelColumns, type ModelColumn } from "../model-file.ts";
import type { OpenedTable, ReadWords, Warning } from "../open-table.ts";
import { mixedColumnWarnings } from "../reading/mixed-columns.ts";
import { requireSettled } from "../reading/ties.ts";
import { inOldOrder, numbered, rowNumberSql } from "../row-position.ts";
import { fillTable, type Imputed } from "../impute/apply.ts";
import { imputedFlags } from "../impute/imputer.ts";
import { addedNames, adjustTable, isAdjusting, recounted, type AdjustFacts } from "./adjust.ts";
import { requireBoolean } from "./booleans.ts";
import { actionOf, contactForms } from "./contact-forms.ts";
import { excludeRows } from "./exclude-rows.ts";
import { formColumn, formTable, passedColumn, type ContactForm, type FormColumn } from "./form.ts";
import { countForm, effective, type FormCounts } from "./form-facts.ts";
import {
  ledgerBeside,
  ledgerColumns,
  ledgerRow,
  withoutHidden,
  type LedgerColumns,
  type LedgerFacts,
  type RemovedRows,
} from "./ledger.ts";
import type { CleanColumn, CleanModel, Exclusion } from "./model.ts";
import type { OutlierAction } from "./outlier-rules.ts";
import { rereadTable } from "./reread.ts";
import { requireOrder } from "./row-order.ts";
import type { ContactKind, EmailCheck } from "./settings.ts";
import { removes, setAsideRows, takenRows, type SetAside } from "./taken-rows.ts";

/** A table in form, with what the rules did to each of its columns. */
export interface FormedTable {
  /** As it was read. */
  readonly from: Table;
  readonly table: Table;
  /** By column of `from`, with the rules that change a cell; none for a column that passes. */
  readonly columns: readonly FormColumn[];
  readonly counts: readonly FormCounts[];
  /** Names of the columns that rules of contact data add. */
  readonly added: readonly string[];
  /** What the checks of contact data found, by column. */
  readonly checks: readonly CheckFacts[];
  /** Rows that a condition left out, after the checks, by condition. */
  readonly excluded: readonly (Exclusion & { readonly count: number })[];
  /** What a ledger needs of it; null where none is kept. */
  readonly ledger: FormLedger | null;
  /** Rows that checks set aside, as a query over the rows as they were read; null where none are. */
  readonly setAside: SetAside | null;
}

/** The hidden columns of a table in form of which a ledger is kept, and the rows that it has not any more. */
export interface FormLedger extends LedgerColumns {
  readonly removed: readonly RemovedRows[];
}

/** What a check of contact data found in a column, and how many rows it alone or first took away. */
export interface CheckFacts {
  readonly column: string;
  readonly kind: ContactKind | "email";
  /** Null: only reported. */
  readonly action: EmailCheck | null;
  readonly valid: number;
  readonly invalid: number;
  readonly missing: number;
  readonly removed: number;
}

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

/** What is done besides. */
export interface CleanSettings {
  /** Added columns may take the place of others of their name. */
  readonly overwrite: boolean;
  /** Each change is kept, so that a ledger can be written. */
  readonly ledger: boolean;
}

/**
 * Cleans a table by a model, without learning anything: on the rows that the model was learned from it gives what the
 * fit gave. `words` are the options that the table was read with; `overwrite` lets added columns replace others of
 * their name. Throws `model-mismatch`, `column-exists`, `ambiguous-input`, `nothing-left`.
 */
export async function applyClean(
  context: Context,
  opened: OpenedTable,
  model: CleanModel,
  settings: CleanSettings & { readonly words: ReadWords },
): Promise<Cleaned> {
  const { words } = settings;
  const { engine } = context;
  const { sources } = opened;
  const names = new Set(model.columns.map(({ name }) => name));
  const { table: read, reread } = await rereadTable(
    engine,
    opened,
    settledByModel(opened.table, model, words),
    names,
    model.nullWords,
    new Set(model.columns.flatMap(({ name, money }) => (money === true ? [name] : []))),
  );
  const file = sources.map(({ label }) => label).join(", ");
  requireModelColumns(wantedOf(model, read), read.columns, file);
  const table = asNumbered({ ...read, columns: read.columns.map((column) => textOf(column, model)) }, model.outliers);
  requireSettled(table, names);
  for (const { name, type } of model.columns) {
    if (type !== "boolean") continue;
    const column = table.columns.find((one) => one.name === name)!;
    const failure = { code: "model-mismatch", said: `${name} is of yes and no in the model, and ` } as const;
    await requireBoolean(engine, table, sources, column, model.nullWords, failure);
  }
  const known = { ...model, columns: model.columns.map((column) => widened(column, table)) };
  return finished(context, opened, await brought(context, table, known, reread, settings), known, settings);
}

/** A table whose rows carry the numbers that they were read with, where some may be set aside later. */
export function asNumbered(table: Table, outliers: readonly { readonly action: OutlierAction | null }[]): Table {
  return outliers.some(({ action }) => action === "quarantine") ? numbered(table) : table;
}

/** The words that a table was read with, and what the model knows of columns that they left open. */
function settledByModel(table: Table, model: CleanModel, words: ReadWords): ReadWords {
  const open = new Set(table.columns.flatMap(({ name, tie }) => (tie === undefined ? [] : [name])));
  const known = model.columns.filter(({ name }) => open.has(name));
  const dates = known.flatMap(({ name, order }) =>
    order === null || order === "ymd" ? [] : [`${name.replaceAll(",", ",,")}=${order}`],
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

/** Brings a table into form by a model's columns, checks and conditions. One scan or two. `reread`: see `formColumn`. */
export async function brought(
  context: Context,
  table: Table,
  model: CleanModel,
  reread: ReadonlySet<string>,
  settings: CleanSettings,
): Promise<FormedTable> {
  context.terminal.progress("cleaning");
  const columns = formColumns(table, model, reread, await contactForms(context, table, model, reread));
  return formedTable(context, table, columns, await countForm(context.engine, table, columns), model, settings);
}

/** The columns of a table with the rules that may change them. */
export function formColumns(
  table: Table,
  model: Pick<CleanModel, "columns" | "nullWords" | "unicode">,
  reread: ReadonlySet<string>,
  contacts: ReadonlyMap<string, ContactForm>,
): readonly FormColumn[] {
  const byName = new Map(model.columns.map((column) => [column.name, column]));
  return table.columns.map((column) => {
    const cleaned = byName.get(column.name);
    if (cleaned === undefined) return passedColumn(column);
    return formColumn(column, cleaned, {
      reread: reread.has(column.name),
      words: model.nullWords,
      contact: contacts.get(column.name) ?? null,
      unicode: model.unicode ?? "nfc",
    });
  });
}

/**
 * The table in form by rules of which it is known what they change: those that change nothing are left out. Then without
 * the rows that checks and conditions take away. Throws `column-exists`, `nothing-left`, and what `filterSql` throws.
 */
export async function formedTable(
  { engine }: Pick<Context, "engine">,
  from: Table,
  all: readonly FormColumn[],
  counted: readonly FormCounts[],
  model: CleanModel,
  settings: CleanSettings,
): Promise<FormedTable> {
  const columns = all.map((column, i) => effective(column, counted[i]!));
  const counts = columns.map(({ stages }, i): FormCounts => {
    const byStage = stages.map((stage) => counted[i]!.byStage[all[i]!.stages.indexOf(stage)]!);
    return { ...counted[i]!, byStage };
  });
  const present = columns.map(({ cleaned, column }, i) => (cleaned === null ? column.present : counts[i]!.present));
  const added = columns.flatMap((column) => (column.added ?? []).map(({ name }) => name));
  if (!settings.overwrite) refuseAdded(from, added);
  const actions = columns.map(({ cleaned }) => (cleaned === null ? null : actionOf(model, cleaned)));
  const takes = (column: FormColumn): boolean => removes(actions[columns.indexOf(column)]!);
  const taken = await takenRows(engine, from, columns, actions);
  const rows = from.rows - taken.reduce((sum, count) => sum + count, 0);
  let ledger: LedgerColumns | null = null;
  const numbered = settings.ledger ? columns.map((column) => withBeside(column, from)) : columns;
  const kept = formTable(from, numbered, {
    present,
    rows,
    isDropping: (column) => takes(columns[numbered.indexOf(column)]!),
    hidden: (refs) => (settings.ledger ? (ledger = ledgerColumns(numbered, refs)).hidden : []),
  });
  const { table, excluded, ruleOf } = await excludeRows(engine, kept, model.exclude ?? []);
  const checks = columns.flatMap(({ column, cleaned }, i): readonly CheckFacts[] => {
    const { judged } = counts[i]!;
    if (judged === null || cleaned === null) return [];
    const kind = cleaned.email ? "email" : cleaned.contact!.kind;
    const missing = from.rows - judged.valid - judged.invalid;
    return [{ column: column.name, kind, action: actions[i]!, ...judged, missing, removed: taken[i]! }];
  });
  const gone = table.rows < from.rows;
  const recountedTable = gone && table.rows > 0 ? await recounted(engine, table) : table;
  return {
    from,
    table: recountedTable,
    columns,
    counts,
    added,
    checks,
    excluded,
    ledger: ledger === null ? null : { ...(ledger as LedgerColumns), removed: [...takenBy(), ...excludedBy()] },
    setAside: checks.some(({ action, removed }) => action === "quarantine" && removed > 0)
      ? setAsideRows(from, columns, actions, ["quarantine"])
      : null,
  };

  function takenBy(): readonly RemovedRows[] {
    if (rows === from.rows) return [];
    const { relation, row, column } = setAsideRows(from, columns, actions, ["drop", "quarantine"]);
    const names = columns.map(({ column: { name } }, i) => sql`when ${i} then ${name}`);
    const name = sql`
      case ${column}
        ${join(names, "\n")}
      end
    `;
    return [{ relation, row: sql`${row} + 1`, column: name, rule: asText(sql`'check'`) }];
  }

  function excludedBy(): readonly RemovedRows[] {
    if (ruleOf === null) return [];
    const relation = sql`(select * from ${kept.relation} where ${ruleOf} is not null)`;
    return [{ relation, row: ledgerRow(kept), column: asText(sql`null`), rule: ruleOf }];
  }
}

/** The column with the number of the row, for a ledger. */
function withBeside(column: FormColumn, from: Table): FormColumn {
  return { ...column, beside: new Map([...(column.beside ?? []), ...ledgerBeside(rowNumberSql(from))]) };
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
    ? await adjustTable(engine, formed.table, model)
    : { table: formed.table, facts: nothingAdjusted };
  requireRows(formed, done.facts.removedByOutliers + done.facts.quarantined.length);
  const filled = await fillTable(context, done.table, imputers, done.table.rows < opened.table.rows);
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
    table: ledger === null ? made : withoutHidden(made, ledger.hidden),
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
    warnings: [...(await mixedColumnWarnings(stayedText, sources)), ...groupWarnings(done.facts.by)],
    formed,
    facts: done.facts,
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

function refuseAdded({ columns }: Table, added: readonly string[]): void {
  const names = new Set(columns.map(({ name }) => name));
  const existing = added.filter((name) => names.has(name));
  if (existing.length === 0) return;
  throw new SegmentError("column-exists", `the table has a column ${existing.join(", ")} already`, {
    hint: "give --overwrite to replace it, or rename it in the input",
  });
}
