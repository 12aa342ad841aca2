import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { matchesWhole, nfc } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { isMissingSql, plainSpacesSql } from "../reading/number-sql.ts";

const atom = "[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+";
const label = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?";

/**
 * Whether a text is written as an e-mail address: dot-atom, `@`, a domain of at least two labels whose last is no
 * number (RFC 5321 and 6531 without quoted local parts and address literals). RE2.
 */
const addressPattern = `${atom}(?:[.]${atom})*@(?:${label}[.])+(?:\\p{L}{2,63}|xn--[a-z0-9-]{1,59})`;

/** The address in the form in which addresses are compared: outer spaces off, NFC, small letters. SQL; null for null. */
export function normalEmailSql(text: Sql): Sql {
  return sql`
    case
      when ${matchesWhole(text, value("[!-~]*"))} then lower(${text})
      else lower(${nfc(plainSpacesSql(text))})
    end
  `;
}

/** What most addresses look like, all of them right where they are no longer than a label may be; fifty times the speed. */
const plainPattern = "[a-z0-9_-]+(?:[.+][a-z0-9_-]+)*@(?:[a-z0-9]+(?:-+[a-z0-9]+)*[.])+[a-z]{2,63}";

/** Whether a text that `normalEmailSql` gave has the syntax of an address, at most 254 characters, 64 before the `@`. SQL. */
export function isEmailSql(normal: Sql): Sql {
  return sql`
    (case
      when length(${normal}) <= 64 and ${matchesWhole(normal, value(plainPattern))} then true
      else length(${normal}) <= 254 and strpos(${normal}, '@') <= 65 and ${matchesWhole(normal, value(addressPattern))}
    end)
  `;
}

/** Text columns that hold addresses: at least half of their values, of those that are not missing. One scan. */
export async function emailColumns(engine: Engine, table: Table): Promise<readonly Column[]> {
  const texts = table.columns.filter(({ type, present }) => type === "text" && present > 0);
  if (texts.length === 0) return [];
  const counts = texts.map(({ ref }, i) => {
    const present = sql`not ${isMissingSql(ref)}`;
    // The sign is in few other texts, and a pattern is dear.
    const written = sql`${present} and contains(${ref}, '@') and ${isEmailSql(normalEmailSql(ref))}`;
    return sql`
      count(*) filter (${present}) as ${identifier(`present_${i}`)},
      count(*) filter (${written}) as ${identifier(`emails_${i}`)}
    `;
  });
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  return texts.filter(
    (_, i) => Number(row[`emails_${i}`]) > 0 && Number(row[`emails_${i}`]) * 2 >= Number(row[`present_${i}`]),
  );
}
