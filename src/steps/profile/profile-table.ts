import type { Context, Engine, Table } from "../../core/context.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Role } from "../../core/role.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { daysBetween } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { rowsStay } from "../cluster/in-engine/sample-rows.ts";
import { matchColumns } from "../match-columns.ts";
import { valueSql } from "../reading/values.ts";
import type { ColumnRole } from "../roles/column-roles.ts";
import { inOrder } from "../row-position.ts";
import {
  associations,
  categoryLevels,
  categoryRoles,
  measureRoles,
  type AssociatedColumn,
  type Associations,
} from "./associations.ts";
import { equalColumns, findDuplicates, type Duplicates } from "./duplicates.ts";
import { engineNumberFacts } from "./engine-number-facts.ts";
import { numberFacts, type NumberFacts } from "./number-facts.ts";
import { spelledRoles } from "./spellings.ts";
import { textFacts, type TextFacts } from "./text-facts.ts";
import { valueGroups, type ValueGroups } from "./value-groups.ts";

/** What all rows say of a column. */
export interface ColumnFigures {
  readonly column: Column;
  readonly role: Role;
  readonly roleWhy: string;
  readonly present: number;
  readonly groups: ValueGroups;
  /** Of texts as the file has them; null for values of a typed file. */
  readonly text: TextFacts | null;
  /** Of numbers, and of dates as days since 1970. */
  readonly numbers: NumberFacts | null;
}

/** What all rows say of a table. */
export interface TableFigures {
  readonly columns: readonly ColumnFigures[];
  readonly associations: Associations;
  readonly duplicates: Duplicates;
  /** Columns that are equal in every row, the earlier first. */
  readonly equalColumns: readonly (readonly [string, string])[];
}

/** Values that are read into the numeric memory at once, and rows of a column beyond which none is read whole. */
const valuesAtOnce = 2 ** 24;
const mostRows = 2 ** 26;

/** Whether a column of numbers is read row by row: not where rows stay in a cluster, nor beyond 67 million of them. */
export function readsRows(engine: Engine, table: Table): boolean {
  return !rowsStay(engine, table) && table.rows <= mostRows;
}

/**
 * Measures the columns of a table. Every figure is of all rows and exact, but for the associations of large tables. Rows
 * come into this process as numbers only, 128 MB at once; in a cluster with more than 100,000 rows they do not. Cost: for
 * each column a grouping by its values; a scan for eight columns of text; for numbers some 100 ns a value.
 */
export async function profileTable(
  context: Context,
  table: Table,
  roles: readonly ColumnRole[],
): Promise<TableFigures> {
  const { engine, terminal } = context;
  const roleOf = new Map(roles.map((one) => [one.column, one]));
  terminal.progress("counting");
  const texts = table.columns.filter(({ stored }) => stored === "text");
  const roled = texts.map((column) => ({ column, role: roleOf.get(column.name)!.role }));
  const byText = await textFacts(engine, table, roled);
  const groups = new Map<Column, ValueGroups>();
  for (const column of table.columns) {
    terminal.progress(`counting the values of ${column.name}`);
    const folds = spelledRoles.has(roleOf.get(column.name)!.role);
    groups.set(column, await valueGroups(engine, table, column, { folds }));
  }
  terminal.progress("measuring");
  const byNumber = await allNumberFacts(context, table);
  const columns = table.columns.map((column): ColumnFigures => {
    const text = byText.get(column) ?? null;
    const numbers = byNumber.get(column) ?? null;
    const { role, why } = roleOf.get(column.name)!;
    const present = text?.present ?? column.present;
    return { column, role, roleWhy: why, present, groups: groups.get(column)!, text, numbers };
  });
  terminal.progress("comparing columns");
  const candidates = columns.flatMap((one) => candidateOf(one));
  const dates = columns.filter(({ role, present }) => role === "date" && present > 0 && present < table.rows);
  const associated = await associations(
    context,
    table,
    candidates,
    dates.map(({ column }) => column),
  );
  terminal.progress("looking for duplicates");
  return {
    columns,
    associations: associated,
    duplicates: await findDuplicates(engine, table, columns),
    equalColumns: await equalColumns(engine, table, columns),
  };
}

/** The columns to profile. Throws `unknown-column`. */
export function chosenTable(
  table: Table,
  options: { readonly columns: readonly string[] | undefined; readonly exclude: readonly string[] | undefined },
): Table {
  const { names } = matchColumns(table.columns, options.columns ?? table.columns.map(({ name }) => name), "--columns");
  const left = new Set(matchColumns(table.columns, options.exclude ?? [], "--exclude").names);
  const chosen = new Set(names.filter((name) => !left.has(name)));
  return { ...table, columns: table.columns.filter(({ name }) => chosen.has(name)) };
}

function candidateOf({ column, role, groups }: ColumnFigures): readonly AssociatedColumn[] {
  const isNumber = column.type === "integer" || column.type === "number";
  if (isNumber && measureRoles.has(role)) return groups.distinct < 2 ? [] : [{ column, kind: "number", values: [] }];
  const isCategory = categoryRoles.has(role) && groups.distinct >= 2 && groups.distinct <= categoryLevels;
  return isCategory ? [{ column, kind: "category", values: groups.listed }] : [];
}

/** A column of numbers, or of dates as days since 1970, as doubles; null for other columns. SQL. */
export function measuredSql(column: Column): Sql | null {
  if (column.tie !== undefined) return null;
  switch (column.type) {
    case "integer":
    case "number":
      return sql`cast(${valueSql(column)} as double)`;
    case "date":
    case "timestamp":
      return sql`cast(${daysBetween(sql`date '1970-01-01'`, sql`cast(${valueSql(column)} as date)`)} as double)`;
    default:
      return null;
  }
}

async function allNumberFacts(context: Context, table: Table): Promise<ReadonlyMap<Column, NumberFacts>> {
  const { engine, compute } = context;
  const found = new Map<Column, NumberFacts>();
  const measured = table.columns.flatMap((column) => {
    const value = measuredSql(column);
    return value === null || column.present === 0 ? [] : [{ column, value }];
  });
  if (!readsRows(engine, table)) {
    const facts = await engineNumberFacts(engine, table, measured);
    measured.forEach(({ column }, i) => found.set(column, facts[i]!));
    return found;
  }
  const atOnce = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, table.rows)));
  for (let from = 0; from < measured.length; from += atOnce) {
    const some = measured.slice(from, from + atOnce);
    const names = some.map((_, i) => `v${i + 1}`);
    const values = some.map(({ value }, i) => sql`${value} as ${identifier(names[i]!)}`);
    const mark = compute.mark();
    try {
      const query = sql`
        select
          ${join(values, ",\n")}
        from ${table.relation}${inOrder(table)}
      `;
      const matrix = await engine.matrix(query, names, table.rows, compute);
      some.forEach(({ column }, i) => found.set(column, numberFacts(compute, columnOf(matrix, i))));
      await compute.breathe();
    } finally {
      compute.release(mark);
    }
  }
  return found;
}
