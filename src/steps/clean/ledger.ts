import type { OutputTable } from "../../core/command.ts";
import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, sha256Hex, tryNumber } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { textSql } from "../reading/values.ts";
import { formRules, type FormColumn } from "./form.ts";
import { isNumeric } from "./plain-values.ts";

/** Rules of the ledger that are none of form, in the order in which they apply. */
const laterRules = ["notation", "outliers", "impute"] as const;
/** Every rule that changes a cell, in the order in which they apply. */
export const cellRules: readonly string[] = [...formRules, ...laterRules];
/** The rule of a record that tells of a new column. */
export const addedRule = "added";

/** Names of a ledger's columns. */
export const ledgerNames: readonly string[] = ["row", "column", "rule", "before", "after"];

/** How a column came to its value in form: what stands in the hidden columns of a table that a ledger is kept of. */
interface Chain {
  readonly column: string;
  readonly rules: readonly string[];
  /** Names of the hidden columns of its text before the first rule and after each. */
  readonly values: readonly string[];
}

/** Columns that a table carries along so that a ledger can be written of it. */
export interface LedgerColumns {
  readonly hidden: readonly DerivedColumn[];
  readonly chains: readonly Chain[];
}

/** The hidden column of the row's number in the input, from 1. */
const rowName = "segment ledger row";
/** The same in a staged relation. */
const rowRef = identifier("ledger_row_0");

/** What `stagedRelation` has to read of each row besides. */
export function ledgerBeside(rowNumber: Sql): ReadonlyMap<string, Sql> {
  return new Map([["ledger_row_0", rowNumber]]);
}

/** The hidden columns of a table in form. `refs`: by column, its value before the first rule and after each. */
export function ledgerColumns(columns: readonly FormColumn[], refs: readonly (readonly Sql[])[]): LedgerColumns {
  const hidden: DerivedColumn[] = [{ ...derived(rowName, "integer", "typed", rowRef, 0) }];
  const chains = columns.map(({ column, cleaned, stages }, i): Chain => {
    const own = refs[i]!;
    const written = textSql({ ...column, ref: own[0]! });
    const isRewritten = cleaned === null && written !== own[0];
    const texts = isRewritten ? [own[0]!, written] : own;
    const values = texts.map((of, s) => {
      const name = `segment ledger ${i + 1}.${s}`;
      hidden.push(derived(name, "text", "text", asText(of), 0));
      return name;
    });
    return { column: column.name, rules: isRewritten ? ["notation"] : stages.map(({ rule }) => rule), values };
  });
  return { hidden, chains };
}

/** The hidden column that tells whether a column's outlier rule emptied a cell, or its value was missing before. */
function emptiedName(column: string): string {
  return `segment ledger emptied ${column}`;
}

/**
 * The table whose outliers were treated, with hidden columns that tell what is missing now: of a cell that is filled later,
 * a ledger tells both what was emptied and what was filled. `columns`: those whose outliers are emptied.
 */
export function withEmptied(table: Table, columns: readonly string[]): Table {
  const emptied = table.columns
    .filter(({ name }) => columns.includes(name))
    .map(({ name, ref }) => derived(emptiedName(name), "boolean", "typed", sql`${ref} is null`, table.rows));
  return emptied.length === 0 ? table : deriveTable(table, [...table.columns.map(passed), ...emptied]);
}

/** A table without the columns that are hidden in it. */
export function withoutHidden(table: Table, { hidden, chains }: LedgerColumns): Table {
  const names = new Set([...hidden.map(({ name }) => name), ...chains.map(({ column }) => emptiedName(column))]);
  return names.size === 0 ? table : { ...table, columns: table.columns.filter(({ name }) => !names.has(name)) };
}

/** Rows that a rule took away: a query over them gives their number in the input, and who did. */
export interface RemovedRows {
  readonly relation: Sql;
  readonly row: Sql;
  readonly column: Sql;
  readonly rule: Sql;
}

/** What a ledger is written from. */
export interface LedgerFacts {
  /** The cleaned table with its hidden columns. */
  readonly table: Table;
  readonly chains: readonly Chain[];
  readonly removed: readonly RemovedRows[];
  readonly added: readonly string[];
}

/** The row's number in the input, of a table with hidden columns. SQL. */
export function ledgerRow(table: Table): Sql {
  return hiddenRef(table, rowName);
}

/**
 * The ledger as a table: a record for each cell and rule that changed it, in the order of rows, columns and rules, each row
 * that was taken away and each column that was added. A digest is the first 16 hexadecimal digits of the SHA-256 of the
 * cell's text; null for a missing value. Cost: one scan that is kept, 17 bytes and more a changed cell.
 */
export async function ledgerTable(engine: Engine, facts: LedgerFacts): Promise<OutputTable> {
  const { table, chains, removed, added } = facts;
  const changes = chains.flatMap((chain, c) => changesOf(table, chain, c));
  const values = changes.flatMap(({ changed, rule, before, after }, k) => [
    sql`case when ${changed} then ${rule} end as ${identifier(`rule_${k}`)}`,
    sql`case when ${changed} then ${digestSql(before)} end as ${identifier(`before_${k}`)}`,
    sql`case when ${changed} then ${digestSql(after)} end as ${identifier(`after_${k}`)}`,
  ]);
  const kept = await engine.store(sql`
    select
      ${join([sql`${hiddenRef(table, rowName)} as row_1`, ...values], ",\n")}
    from ${table.relation}
  `);
  const text = (of: string | null): Sql => asText(sql`${of}`);
  const cells = changes.map(
    ({ column, place }, k) => sql`
      select
        row_1,
        ${place} as place_1,
        ${text(column)} as column_1,
        ${identifier(`rule_${k}`)} as rule_1,
        ${identifier(`before_${k}`)} as before_1,
        ${identifier(`after_${k}`)} as after_1
      from ${kept.relation}
      where ${identifier(`rule_${k}`)} is not null
    `,
  );
  const rows = removed.map(
    ({ relation, row, column, rule }) => sql`
      select
        ${row} as row_1,
        0 as place_1,
        ${column} as column_1,
        ${rule} as rule_1,
        ${text(null)} as before_1,
        ${text(null)} as after_1
      from ${relation}
    `,
  );
  const columns = added.map(
    (name, i) => sql`
      select
        cast(null as bigint) as row_1,
        ${i} as place_1,
        ${text(name)} as column_1,
        ${text(addedRule)} as rule_1,
        ${text(null)} as before_1,
        ${text(null)} as after_1
    `,
  );
  const nothing = sql`
    select
      cast(null as bigint) as row_1,
      0 as place_1,
      ${text(null)} as column_1,
      ${text(null)} as rule_1,
      ${text(null)} as before_1,
      ${text(null)} as after_1
    where false
  `;
  const records = await engine.store(sql`
    select *
    from (
      ${join([...columns, ...cells, ...rows, nothing], "\nunion all\n")}
    )
  `);
  await engine.forget(kept);
  const named = ["row_1", "column_1", "rule_1", "before_1", "after_1"].map(
    (name, i) => sql`${identifier(name)} as ${identifier(ledgerNames[i]!)}`,
  );
  const query = sql`
    select
      ${join(named, ",\n")}
    from ${records.relation}
    order by row_1 nulls first, place_1, ${ruleOrderSql(sql`rule_1`)}
  `;
  return { query, typed: query, rows: records.rows };
}

/** The digest of a cell by which a ledger knows it; null for a missing value. SQL. */
export function digestSql(text: Sql): Sql {
  return sql`substr(${sha256Hex(text)}, 1, 16)`;
}

/** The place of a rule in the order in which rules apply, from 1; a rule that takes rows away comes last. SQL. */
export function ruleOrderSql(rule: Sql): Sql {
  const cases = cellRules.map((name, i) => sql`when ${name} then ${i + 1}`);
  return sql`
    case ${rule}
      ${join(cases, "\n")}
      else ${cellRules.length + 1}
    end
  `;
}

interface Change {
  readonly column: string;
  /** The column's place, from 0. */
  readonly place: number;
  readonly changed: Sql;
  readonly rule: Sql;
  readonly before: Sql;
  readonly after: Sql;
}

/** What may have changed a column's cells, rule by rule; at last what was done to outliers, then to gaps. */
function changesOf(table: Table, { column, rules, values }: Chain, place: number): readonly Change[] {
  const refs = values.map((name) => hiddenRef(table, name));
  const byRule = rules.map((rule, s): Change => {
    const [before, after] = [refs[s]!, refs[s + 1]!];
    return {
      column,
      place,
      changed: sql`${before} is distinct from ${after}`,
      rule: asText(sql`${rule}`),
      before,
      after,
    };
  });
  const final = table.columns.find(({ name }) => name === column);
  if (final === undefined || rules.includes("notation")) return byRule;
  const before = refs.at(-1)!;
  const after = asText(textSql(final));
  const emptied = table.columns.find(({ name }) => name === emptiedName(column));
  const isGap = emptied === undefined ? sql`${before} is null` : emptied.ref;
  const treated = sql`case when not ${isGap} then ${after} end`;
  const isTreated = sql`${before} is not null and (${isGap} or ${differsSql(before, after, final)})`;
  const isFilled = sql`${isGap} and ${after} is not null`;
  return [
    ...byRule,
    { column, place, changed: isTreated, rule: asText(sql`'outliers'`), before, after: treated },
    { column, place, changed: isFilled, rule: asText(sql`'impute'`), before: asText(sql`null`), after },
  ];
}

/** A number may have another text once its column holds fractions; it is the same still. */
function differsSql(before: Sql, after: Sql, { type, stored, ref }: Column): Sql {
  if (stored === "typed" && isNumeric(type)) return sql`${tryNumber(before)} is distinct from cast(${ref} as double)`;
  return sql`${before} is distinct from ${after}`;
}

function hiddenRef(table: Table, name: string): Sql {
  return table.columns.find((column) => column.name === name)!.ref;
}
