import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import type { OfficialPostcodes } from "../contact/official-postcodes.ts";
import { deriveTable, passed } from "../derive.ts";
import { rowNumberSql } from "../row-position.ts";
import { recounted } from "./adjust.ts";
import { actionOf, contactForms } from "./contact-forms.ts";
import { excludeRows } from "./exclude-rows.ts";
import {
  anyWrongSql,
  formColumn,
  formTable,
  passedColumn,
  presentByColumn,
  stagedRelation,
  wrongSql,
  type ContactForm,
  type FormColumn,
  type TextFacts,
} from "./form.ts";
import { countForm, effective, type FormCounts, type MarkedColumn } from "./form-facts.ts";
import { keptForm, type KeptForm } from "./kept-form.ts";
import { ledgerBeside, ledgerColumns, ledgerRow, type LedgerColumns, type RemovedRows } from "./ledger.ts";
import { isWrongMark, stageBit } from "./marks.ts";
import type { CleanModel, Exclusion } from "./model.ts";
import { oddColumns } from "./odd-columns.ts";
import { withVerdicts } from "./official-verdicts.ts";
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
  /** By column of `from`, where the marks of its cells are kept; null where they are not. */
  readonly marked: readonly (MarkedColumn | null)[];
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
  /** Of which it is not known what is right, such as postcodes of a country that is not known. */
  readonly open: number;
  readonly removed: number;
}

/** What is done besides. */
export interface CleanSettings {
  /** Added columns may take the place of others of their name. */
  readonly overwrite: boolean;
  /** Each change is kept, so that a ledger can be written. */
  readonly ledger: boolean;
  /** The table of French postcodes; null where none is given. */
  readonly official: OfficialPostcodes | null;
  /** The table in form may be kept: false where it is only explained. */
  readonly kept: boolean;
}

/** Columns of a table in form that is kept: planning all rules of a wide table at once takes longer than twice in parts. */
const mostKeptColumns = 60;

/** Brings a table into form by a model's columns, checks and conditions. See `formedTable` for the cost. */
export async function brought(
  context: Context,
  given: Table,
  model: CleanModel,
  reread: ReadonlySet<string>,
  sources: readonly Source[],
  settings: CleanSettings,
): Promise<FormedTable> {
  const { engine } = context;
  context.terminal.progress("cleaning");
  requireOfficial(model, settings);
  const { table, verdicts } = await withVerdicts(engine, given, model.columns, settings.official);
  const names = new Set(model.columns.map(({ name }) => name));
  const texts = { reread, odd: await oddColumns(engine, table, names, sources) };
  const contacts = await contactForms(context, table, model, texts, verdicts);
  return formedTable(context, table, formColumns(table, model, texts, contacts), model, settings);
}

/** Places are looked up in a table that a model does not hold. Throws `usage`. */
export function requireOfficial({ columns }: Pick<CleanModel, "columns">, { official }: CleanSettings): void {
  if (official !== null || columns.every(({ contact }) => contact?.kind !== "city")) return;
  throw new SegmentError("usage", "places are looked up in the official table of postcodes, and none is given", {
    hint: "add --postcodes FILE, the table of La Poste",
  });
}

/** The columns of a table with the rules that may change them. */
export function formColumns(
  table: Table,
  model: Pick<CleanModel, "columns" | "nullWords" | "unicode">,
  texts: TextFacts,
  contacts: ReadonlyMap<string, ContactForm>,
): readonly FormColumn[] {
  const byName = new Map(model.columns.map((column) => [column.name, column]));
  return table.columns.map((column) => {
    const cleaned = byName.get(column.name);
    if (cleaned === undefined) return passedColumn(column);
    return formColumn(column, cleaned, {
      texts,
      words: model.nullWords,
      contact: contacts.get(column.name) ?? null,
      unicode: model.unicode ?? "nfc",
    });
  });
}

/**
 * The table in form, without the rows that checks and conditions take away. The embedded engine keeps it, so that no
 * rule is evaluated twice: one scan of the table, and its memory again. Elsewhere, where it is only explained, where a
 * ledger needs every step, and for a table of many columns, one scan counts what the rules change, and what reads the
 * table makes it anew by those that change something. Throws `column-exists`, `nothing-left`, and what `filterSql` throws.
 */
export async function formedTable(
  { engine }: Pick<Context, "engine">,
  from: Table,
  all: readonly FormColumn[],
  model: CleanModel,
  settings: CleanSettings,
): Promise<FormedTable> {
  const added = all.flatMap((column) => (column.added ?? []).map(({ name }) => name));
  if (!settings.overwrite) refuseAdded(from, added);
  const ruled = all.filter(({ stages }) => stages.length > 0).length;
  const isKept = settings.kept && !settings.ledger && !engine.rowsStay && ruled > 0 && all.length <= mostKeptColumns;
  const made = isKept ? await keptForm(engine, from, all) : null;
  const counted = made?.counts ?? (await countForm(engine, from, all));
  const columns = all.map((column, i) => effective(column, counted[i]!));
  const counts = columns.map(({ stages }, i): FormCounts => {
    const byStage = stages.map((stage) => counted[i]!.byStage[all[i]!.stages.indexOf(stage)]!);
    return { ...counted[i]!, byStage };
  });
  const present = columns.map(({ cleaned, column }, i) => (cleaned === null ? column.present : counts[i]!.present));
  const actions = columns.map(({ cleaned }) => (cleaned === null ? null : actionOf(model, cleaned)));
  const takes = (i: number): boolean => removes(actions[i]!);
  let ledger: LedgerColumns | null = null;
  const numbered = settings.ledger ? columns.map((column) => withBeside(column, from)) : columns;
  const taken = await (made === null ? takenByRules() : takenRows(engine, made.table.relation, takenByMarks(made)));
  const rows = from.rows - taken.reduce((sum, count) => sum + count, 0);
  const kept =
    made === null
      ? formTable(from, numbered, {
          present,
          rows,
          isDropping: (column) => takes(numbered.indexOf(column)),
          hidden: ({ refs }) => (settings.ledger ? (ledger = ledgerColumns(numbered, refs)).hidden : []),
        })
      : withoutWrong(made, present);
  const { table, excluded, ruleOf } = await excludeRows(engine, kept, model.exclude ?? []);
  const checks = columns.flatMap(({ column, cleaned }, i): readonly CheckFacts[] => {
    const { judged } = counts[i]!;
    if (judged === null || cleaned === null) return [];
    const kind = cleaned.email ? "email" : cleaned.contact!.kind;
    const missing = from.rows - present[i]! - (actions[i] === "null" ? judged.invalid : 0);
    const open = from.rows - judged.valid - judged.invalid - missing;
    return [{ column: column.name, kind, action: actions[i]!, ...judged, missing, open, removed: taken[i]! }];
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
    marked: columns.map(({ stages }, i) => {
      const mark = made?.marks[i] ?? null;
      if (made === null || mark === null) return null;
      const own = all[i]!.stages;
      return {
        relation: made.table.relation,
        mark,
        places: stages.map((stage) => stageBit(own.indexOf(stage))),
      };
    }),
    ledger: ledger === null ? null : { ...(ledger as LedgerColumns), removed: [...takenBy(), ...excludedBy()] },
    setAside: checks.some(({ action, removed }) => action === "quarantine" && removed > 0)
      ? setAsideRows(from, columns, actions, ["quarantine"])
      : null,
  };

  function takenByRules(): Promise<readonly number[]> {
    const taking = columns.map((column, i) => (takes(i) ? column : { ...column, stages: [], judge: null }));
    const { relation, judged } = stagedRelation(from, taking);
    return takenRows(engine, relation, judged.map(wrongSql));
  }

  function takenByMarks({ marks }: KeptForm): readonly (Sql | null)[] {
    return columns.map(({ judge }, i) => (judge == null || !takes(i) ? null : isWrongMark(marks[i]!)));
  }

  function withoutWrong(form: KeptForm, values: readonly number[]): Table {
    const presentOf = presentByColumn(columns, values);
    const held = form.table.columns.map((column) => ({ ...column, present: presentOf.get(column.name)! }));
    const table = { ...form.table, columns: held };
    const where = anyWrongSql(takenByMarks(form));
    if (where === null) return table;
    return deriveTable(table, held.map(passed), { where: sql`not (${where})`, rows });
  }

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

/** Throws `column-exists` where a column that is added has the name of one that is there. */
export function refuseAdded({ columns }: Table, added: readonly string[]): void {
  const names = new Set(columns.map(({ name }) => name));
  const existing = added.filter((name) => names.has(name));
  if (existing.length === 0) return;
  throw new SegmentError("column-exists", `the table has a column ${existing.join(", ")} already`, {
    hint: "give --overwrite to replace it, or rename it in the input",
  });
}
