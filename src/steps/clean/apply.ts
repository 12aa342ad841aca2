import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import { requireModelColumns, type ModelColumn } from "../model-file.ts";
import type { OpenedTable, ReadWords, Warning } from "../open-table.ts";
import { mixedColumnWarnings } from "../reading/mixed-columns.ts";
import { requireSettled } from "../reading/ties.ts";
import { addedNames, adjustTable, isAdjusting, type AdjustFacts } from "./adjust.ts";
import { requireBoolean } from "./booleans.ts";
import { formColumn, formTable, passedColumn, type FormColumn } from "./form.ts";
import { countForm, effective, type FormCounts } from "./form-facts.ts";
import type { CleanColumn, CleanModel } from "./model.ts";
import { imputedFlags } from "../impute/imputer.ts";
import { fillTable, type Imputed } from "../impute/apply.ts";
import { rereadTable } from "./reread.ts";

/** A table in form, with what the rules did to each of its columns. */
export interface FormedTable {
  /** As it was read. */
  readonly from: Table;
  readonly table: Table;
  /** By column of `from`, with the rules that change a cell; none for a column that passes. */
  readonly columns: readonly FormColumn[];
  readonly counts: readonly FormCounts[];
}

/** A cleaned table. */
export interface Cleaned {
  readonly table: Table;
  /** Rows that a check dropped. */
  readonly removed: number;
  readonly grouped: number;
  readonly warnings: readonly Warning[];
  readonly formed: FormedTable;
  readonly facts: AdjustFacts;
  /** Cells that models filled, by column. */
  readonly modelled: readonly Imputed[];
  /** Columns that were added. */
  readonly added: readonly string[];
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
  { words, overwrite }: { readonly words: ReadWords; readonly overwrite: boolean },
): Promise<Cleaned> {
  const { engine } = context;
  const { sources } = opened;
  const names = new Set(model.columns.map(({ name }) => name));
  const { table: read, reread } = await rereadTable(
    engine,
    opened,
    settledByModel(opened.table, model, words),
    names,
    model.nullWords,
  );
  const file = sources.map(({ label }) => label).join(", ");
  requireModelColumns(wantedOf(model, read), read.columns, file);
  const table = { ...read, columns: read.columns.map((column) => textOf(column, model)) };
  requireSettled(table, names);
  for (const { name, type } of model.columns) {
    if (type !== "boolean") continue;
    const column = table.columns.find((one) => one.name === name)!;
    const failure = { code: "model-mismatch", said: `${name} is of yes and no in the model, and ` } as const;
    await requireBoolean(engine, table, sources, column, model.nullWords, failure);
  }
  const known = { ...model, columns: model.columns.map((column) => widened(column, table)) };
  return finished(context, opened, await brought(context, table, known, reread), known, overwrite);
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
  return model.columns.map(({ name, type }) => {
    const found = table.columns.find((column) => column.name === name);
    if (found === undefined) return { name, type };
    const isRead = (type === "text" && found.stored === "text") || (type === "boolean" && mayBeBoolean(found));
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

/** Brings a table into form by a model's columns and null words. One scan. `reread`: see `formColumn`. */
export async function brought(
  { engine, terminal }: Context,
  table: Table,
  model: Pick<CleanModel, "columns" | "nullWords">,
  reread: ReadonlySet<string>,
): Promise<FormedTable> {
  terminal.progress("cleaning");
  const columns = formColumns(table, model, reread);
  return formedTable(table, columns, await countForm(engine, table, columns));
}

/** The columns of a table with the rules that may change them. */
export function formColumns(
  table: Table,
  model: Pick<CleanModel, "columns" | "nullWords">,
  reread: ReadonlySet<string>,
): readonly FormColumn[] {
  const byName = new Map(model.columns.map((column) => [column.name, column]));
  return table.columns.map((column) => {
    const cleaned = byName.get(column.name);
    if (cleaned === undefined) return passedColumn(column);
    return formColumn(column, cleaned, { reread: reread.has(column.name), words: model.nullWords });
  });
}

/** The table in form by rules of which it is known what they change: those that change nothing are left out. */
export function formedTable(from: Table, all: readonly FormColumn[], counted: readonly FormCounts[]): FormedTable {
  const columns = all.map((column, i) => effective(column, counted[i]!));
  const counts = columns.map(({ stages }, i): FormCounts => {
    const byStage = stages.map((stage) => counted[i]!.byStage[all[i]!.stages.indexOf(stage)]!);
    return { ...counted[i]!, byStage };
  });
  const present = columns.map(({ cleaned, column }, i) => (cleaned === null ? column.present : counts[i]!.present));
  return { from, table: formTable(from, columns, present), columns, counts };
}

/** Does to a table in form what the model does besides. Throws `column-exists`, `nothing-left`. */
export async function finished(
  context: Context,
  { sources }: OpenedTable,
  formed: FormedTable,
  model: CleanModel,
  overwrite: boolean,
): Promise<Cleaned> {
  const added = [...addedNames(model), ...imputedFlags(model.imputers)];
  if (!overwrite) refuseAdded(formed.table, added);
  const done = isAdjusting(model)
    ? await adjustTable(context.engine, formed.table, model)
    : { table: formed.table, facts: nothingAdjusted };
  const { facts } = done;
  const removed = facts.removedByEmail + facts.removedByOutliers;
  if (removed > 0 && removed === formed.table.rows) {
    throw new SegmentError(
      "nothing-left",
      `every row was dropped: ${facts.removedByEmail} by --email-check, ${facts.removedByOutliers} by --outlier-action`,
      {
        hint: "flag them instead of dropping them",
      },
    );
  }
  const filled = await fillTable(context, done.table, model.imputers, removed > 0);
  const stayedText = {
    ...formed.from,
    columns: formed.from.columns.filter(
      (_, i) => formed.columns[i]!.cleaned !== null && formed.columns[i]!.cleaned!.type === "text",
    ),
  };
  return {
    table: filled.table,
    removed,
    grouped: 0,
    warnings: await mixedColumnWarnings(stayedText, sources),
    formed,
    facts,
    modelled: filled.imputed,
    added,
  };
}

const nothingAdjusted: AdjustFacts = { emails: [], outliers: [], imputed: [], removedByEmail: 0, removedByOutliers: 0 };

function refuseAdded({ columns }: Table, added: readonly string[]): void {
  const names = new Set(columns.map(({ name }) => name));
  const existing = added.filter((name) => names.has(name));
  if (existing.length === 0) return;
  throw new SegmentError("column-exists", `the table has a column ${existing.join(", ")} already`, {
    hint: "give --overwrite to replace it, or rename it in the input",
  });
}
