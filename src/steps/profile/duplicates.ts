import type { Engine, Table } from "../../core/context.ts";
import type { Role } from "../../core/role.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { join, sql } from "../../sql/template.ts";
import { normalEmailSql } from "../contact/email.ts";
import { compactPhoneSql } from "../dedupe/phone-sql.ts";
import { phoneForms, type PhoneForms } from "./phone-forms.ts";
import { valueGroups, type ValueGroups } from "./value-groups.ts";

/** Rows that are there more than once. */
export interface Duplicates {
  /** Rows that are equal to an earlier one in every column. */
  readonly equalRows: number;
  readonly keys: readonly DuplicateKey[];
}

/** Values of an id, an address or a telephone number that several rows share. */
export interface DuplicateKey {
  readonly column: string;
  readonly role: Role;
  /** Values that more than one row has, and these rows. */
  readonly values: number;
  readonly rows: number;
  /** Of telephone numbers that are written in two ways: compared as those of one country, where that is known. */
  readonly forms?: PhoneForms;
}

/** A column as it was grouped. */
export interface GroupedColumn {
  readonly column: Column;
  readonly role: Role;
  readonly groups: ValueGroups;
}

/**
 * Counts rows that are equal in all columns, and keys that rows share: e-mail addresses compared in small letters,
 * telephone numbers without what stands between their digits, and as numbers of one country where some name theirs. A grouping of all rows, unless some column tells them apart;
 * another for each address and telephone number.
 */
export async function findDuplicates(
  engine: Engine,
  table: Table,
  columns: readonly GroupedColumn[],
): Promise<Duplicates> {
  const keys: DuplicateKey[] = [];
  for (const { column, role, groups } of columns) {
    if (role !== "id" && role !== "email" && role !== "phone") continue;
    const phones = role === "phone" ? await phoneForms(engine, table, column) : null;
    const keyOf = role === "id" ? null : (phones?.keyOf ?? keysOf[role]);
    const found = keyOf === null ? groups : await valueGroups(engine, table, column, { keyOf });
    const forms = phones === null ? {} : { forms: phones.forms };
    keys.push({ column: column.name, role, values: found.repeated, rows: found.repeatedRows, ...forms });
  }
  const isTold = columns.some(({ groups }) => groups.distinct === table.rows);
  return { equalRows: isTold ? 0 : await equalRows(engine, table), keys };
}

const keysOf: Readonly<Record<"email" | "phone", (value: Sql) => Sql>> = {
  email: normalEmailSql,
  phone: compactPhoneSql,
};

async function equalRows(engine: Engine, table: Table): Promise<number> {
  if (table.columns.length === 0 || table.rows === 0) return 0;
  const refs = table.columns.map(({ ref }) => ref);
  const [row = {}] = await engine.rows(
    sql`
      select count(*) as groups_1
      from (
        select 1 as one_1
        from ${table.relation}
        group by ${join(refs, ", ")}
      )
    `,
    1,
  );
  return table.rows - Number(row["groups_1"]);
}

/** Pairs of columns that hold the same in every row, the earlier first. A scan for each pair whose figures are alike. */
export async function equalColumns(
  engine: Engine,
  table: Table,
  columns: readonly GroupedColumn[],
): Promise<readonly (readonly [string, string])[]> {
  const alike = new Map<string, GroupedColumn[]>();
  for (const one of columns) {
    const { groups, column } = one;
    if (groups.distinct < 2) continue;
    const isNumber = column.type === "integer" || column.type === "number";
    const top = groups.listed.slice(0, 10).map(({ value, rows }) => [value, rows]);
    const key = JSON.stringify([isNumber ? "number" : column.type, groups.distinct, groups.repeatedRows, top]);
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  const found: (readonly [string, string])[] = [];
  for (const some of alike.values()) {
    const [first, ...others] = some as [GroupedColumn, ...GroupedColumn[]];
    for (const other of others) {
      const [row = {}] = await engine.rows(
        sql`
          select count(*) filter (where ${first.column.ref} is distinct from ${other.column.ref}) as others_1
          from ${table.relation}
        `,
        1,
      );
      if (Number(row["others_1"]) === 0) found.push([first.column.name, other.column.name]);
    }
  }
  return found;
}
