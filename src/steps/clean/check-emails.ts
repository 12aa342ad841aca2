import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { lowerCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isEmailSql } from "../contact/email.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import type { CleanModel } from "./model.ts";

export interface EmailFacts {
  readonly column: string;
  readonly valid: number;
  readonly invalid: number;
  readonly missing: number;
}

/** A table whose addresses were checked. */
export interface CheckedEmails {
  readonly table: Table;
  readonly facts: readonly EmailFacts[];
  /** Rows dropped. */
  readonly removed: number;
}

/**
 * Checks the addresses of a table in form by what the model says: tells them in `COL_valid`, empties the wrong ones or
 * drops their rows. Rows stay in their order. One scan of the columns of addresses.
 */
export async function checkEmails(engine: Engine, table: Table, model: CleanModel): Promise<CheckedEmails> {
  const { emailCheck } = model;
  const columns = emailColumns(table, model);
  if (emailCheck === null || columns.length === 0) return { table, facts: [], removed: 0 };
  const relation = judgedRelation(table, columns);
  const counts = columns.flatMap((_, i) => [
    sql`count(*) filter (where ${valid(i)}) as ${identifier(`valid_rows_${i + 1}`)}`,
    sql`count(*) filter (where not ${valid(i)}) as ${identifier(`invalid_rows_${i + 1}`)}`,
  ]);
  const isDropped = join(
    columns.map((_, i) => sql`coalesce(not ${valid(i)}, false)`),
    " or ",
  );
  const [row = {}] = await engine.rows(
    sql`
      select
        count(*) filter (where ${isDropped}) as ${identifier("dropped_rows_1")},
        ${join(counts, ",\n")}
      from ${relation}
    `,
    1,
  );
  const facts = columns.map(({ name }, i): EmailFacts => {
    const [right, wrong] = [Number(row[`valid_rows_${i + 1}`]), Number(row[`invalid_rows_${i + 1}`])];
    return { column: name, valid: right, invalid: wrong, missing: table.rows - right - wrong };
  });
  const removed = emailCheck === "drop" ? Number(row["dropped_rows_1"]) : 0;
  const flags = emailCheck !== "flag" ? [] : columns.map(({ name }, i) => flagOf(`${name}_valid`, valid(i), table));
  const replaced = new Set(flags.map(({ name }) => name));
  const kept = table.columns
    .filter(({ name }) => !replaced.has(name))
    .map((column): DerivedColumn => {
      const at = columns.indexOf(column);
      if (at < 0 || emailCheck !== "null") return passed(column);
      const value = sql`case when ${valid(at)} then ${column.ref} end`;
      return { ...passed(column), value, present: column.present - facts[at]!.invalid };
    });
  const where = emailCheck === "drop" ? { where: sql`not (${isDropped})`, rows: table.rows - removed } : {};
  return { table: deriveTable(table, [...kept, ...flags], { relation, ...where }), facts, removed };
}

/** A column of true and false, of every row of a table. */
export function flagOf(name: string, value: Sql, { rows }: Table): DerivedColumn {
  return derived(name, "boolean", "typed", value, rows);
}

function emailColumns({ columns }: Table, model: CleanModel): readonly Column[] {
  const emails = new Set(model.columns.flatMap(({ name, email }) => (email ? [name] : [])));
  return columns.filter(({ name }) => emails.has(name));
}

/** The table's relation with `valid_1`, `valid_2` … beside it: null where the address is missing. */
function judgedRelation(table: Table, columns: readonly Column[]): Sql {
  const judgements = columns.map(
    ({ ref }, i) => sql`case when ${ref} is not null then ${isEmailSql(lowerCase(ref))} end as ${valid(i)}`,
  );
  return sql`
    (
      select
        *,
        ${join(judgements, ",\n")}
      from ${table.relation}
    )
  `;
}

function valid(place: number): Sql {
  return identifier(`valid_${place + 1}`);
}

/** Whether a row is dropped by its addresses, as SQL over the table in form: for what is learned from the rest. */
export function emailDropSql(table: Table, model: CleanModel): Sql | null {
  if (model.emailCheck !== "drop") return null;
  const reasons = emailColumns(table, model).map(({ ref }) => sql`coalesce(not ${isEmailSql(lowerCase(ref))}, false)`);
  return reasons.length === 0 ? null : join(reasons, " or ");
}
