import type { Engine } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { isOneOf, matchesPart } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { isSharedMailboxSql } from "../dedupe/shared-mailboxes.ts";
import { normalEmailSql } from "./email.ts";

/** Domains by their Unicode form, in the form of letters, digits and hyphens (`xn--`) that the name system knows. */
export type AsciiDomains = ReadonlyMap<string, string>;

const gmail: readonly string[] = ["gmail.com", "googlemail.com"];
/** Providers that document `name+tag` as another way to write `name`. */
const tagging: readonly string[] = (
  "gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr hotmail.co.uk live.com live.fr msn.com " +
  "icloud.com me.com mac.com proton.me protonmail.com pm.me fastmail.com"
).split(" ");

const mostDomains = 10_000;

/**
 * The key by which an address that `normalEmailSql` gave, and `isEmailSql` holds for, is the same mailbox as another: without
 * the dots of Gmail, without `+tag` where the provider ignores it, googlemail.com as gmail.com, a domain in its `xn--` form.
 * The name of a shared mailbox (`contact.paris@`) keeps its dots, which say what it is. For comparing alone: nobody is
 * written to by it. SQL.
 */
export function emailKeySql(normal: Sql, domains: AsciiDomains): Sql {
  const at = sql`instr(${normal}, '@')`;
  const local = sql`substr(${normal}, 1, ${at} - 1)`;
  const domain = sql`substr(${normal}, ${at} + 1)`;
  const plus = sql`instr(${local}, '+')`;
  const untagged = sql`case when ${plus} > 1 then substr(${local}, 1, ${plus} - 1) else ${local} end`;
  const ascii = [...domains].map(([name, one]) => sql`when ${name} then ${`@${one}`}`);
  const foreign =
    ascii.length === 0
      ? []
      : [
          sql`
            when ${isOneOf(domain, [...domains.keys()])} then ${local} || case ${domain}
              ${join(ascii, "\n")}
            end
          `,
        ];
  return sql`
    case
      when ${isOneOf(domain, gmail)} and not ${isSharedMailboxSql(normal)} then replace(${untagged}, '.', '') || '@gmail.com'
      when ${isOneOf(domain, gmail)} then ${untagged} || '@gmail.com'
      when ${isOneOf(domain, tagging)} then ${untagged} || '@' || ${domain}
      ${join(foreign, "\n")}
      else ${normal}
    end
  `;
}

/**
 * The domains of texts that are not of ASCII letters alone, as far as they are domains of the name system: the first 10,000
 * in order. One scan.
 */
export async function asciiDomains(engine: Engine, relation: Sql, text: Sql): Promise<AsciiDomains> {
  const rows = await engine.rows(
    sql`
      select distinct substr(${normalEmailSql(text)}, instr(${normalEmailSql(text)}, '@') + 1) as domain_1
      from ${relation}
      where contains(${text}, '@') and ${matchesPart(text, value("@.*[^ -~]"))}
      order by domain_1
      limit ${mostDomains}
    `,
    mostDomains,
  );
  return new Map(
    rows.flatMap(({ domain_1: domain }) => {
      const ascii = typeof domain === "string" ? asciiOf(domain) : null;
      return ascii === null ? [] : [[String(domain), ascii] as const];
    }),
  );
}

/** By UTS 46, as every browser does; null for what is no domain. */
function asciiOf(domain: string): string | null {
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)) return null;
  try {
    const host = new URL(`http://${domain}/`).hostname;
    return host === domain ? null : host;
  } catch {
    return null;
  }
}
