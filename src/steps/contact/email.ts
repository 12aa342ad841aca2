import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { lowerCase, matchesPart, matchesWhole, nfc } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { isMissingSql, plainSpacesSql } from "../reading/number-sql.ts";

const atom = "[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+";
const label = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?";

/**
 * Whether a text is written as an e-mail address: dot-atom, `@`, a domain of at least two labels whose last is no
 * number (RFC 5321 and 6531 without quoted local parts and address literals). RE2. How long the parts are is asked
 * apart: bounded repeats of such classes cost RE2 a hundredfold.
 */
const addressPattern = `${atom}(?:[.]${atom})*@(?:${label}[.])+(?:\\p{L}{2,}|xn--[a-z0-9-]+)`;

/** The address in the form in which addresses are compared: outer spaces off, NFC, small letters. SQL; null for null. */
export function normalEmailSql(text: Sql): Sql {
  return sql`
    case
      when ${matchesWhole(text, value("[!-~]*"))} then lower(${text})
      else ${lowerCase(nfc(plainSpacesSql(text)))}
    end
  `;
}

/** What most addresses look like, all of them right where they are no longer than a label may be; fifty times the speed. */
const plainPattern = "[a-z0-9_-]+(?:[.+][a-z0-9_-]+)*@(?:[a-z0-9]+(?:-+[a-z0-9]+)*[.])+[a-z]{2,63}";

/**
 * Whether a text that `normalEmailSql` gave has the syntax of an address: at most 254 characters, 64 before the `@`, 63
 * in a label. SQL.
 */
export function isEmailSql(normal: Sql): Sql {
  const domain = sql`substr(${normal}, instr(${normal}, '@') + 1)`;
  return sql`
    (case
      when length(${normal}) <= 64 and ${matchesWhole(normal, value(plainPattern))} then true
      else length(${normal}) <= 254
        and instr(${normal}, '@') <= 65
        and not ${matchesPart(domain, value("[^.]{64}"))}
        and ${matchesWhole(normal, value(addressPattern))}
    end)
  `;
}

/**
 * Text columns that hold addresses: at least half of their values, of those that are not missing. One scan, and another
 * over the columns in which there is an `@` at all. What a schema declares is not asked about.
 */
export async function emailColumns(engine: Engine, table: Table): Promise<readonly Column[]> {
  const found = await columnsOfEmails(engine, table);
  return table.columns.filter((column) => {
    const role = column.declared?.role ?? null;
    return role === null ? found.includes(column) : role === "email" && column.type === "text";
  });
}

async function columnsOfEmails(engine: Engine, table: Table): Promise<readonly Column[]> {
  const texts = table.columns.filter(
    ({ type, present, declared }) => type === "text" && present > 0 && (declared?.role ?? null) === null,
  );
  const hasSign = ({ ref }: Column): Sql => sql`contains(${ref}, '@')`;
  const signs = await counts(engine, table.relation, texts.map(hasSign));
  const signed = texts.filter((_, i) => signs[i]! > 0);
  const name = (_: Column, i: number): Sql => identifier(`normal_${i}`);
  const normal = signed.map(
    (column, i) => sql`case when ${hasSign(column)} then ${normalEmailSql(column.ref)} end as ${name(column, i)}`,
  );
  const normals = sql`
    (
      select
        ${join(normal, ",\n")}
      from ${table.relation}
    )
  `;
  const emails = await counts(engine, normals, signed.map(name).map(isEmailSql));
  const half = (column: Column, present: number): boolean => emails[signed.indexOf(column)]! * 2 >= present;
  const some = signed.filter((_, i) => emails[i]! > 0);
  // Words for a missing value are among the values that a text column is said to hold.
  const unsure = some.filter((column) => !half(column, column.present));
  const present = await counts(
    engine,
    table.relation,
    unsure.map(({ ref }) => sql`not ${isMissingSql(ref)}`),
  );
  return some.filter((column) => half(column, present[unsure.indexOf(column)] ?? column.present));
}

/** How many rows each condition holds for. */
async function counts(engine: Engine, relation: Sql, conditions: readonly Sql[]): Promise<readonly number[]> {
  if (conditions.length === 0) return [];
  const columns = conditions.map((holds, i) => sql`count(*) filter (where ${holds}) as ${identifier(`rows_${i}`)}`);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(columns, ",\n")}
      from ${relation}
    `,
    1,
  );
  return conditions.map((_, i) => Number(row[`rows_${i}`]));
}
