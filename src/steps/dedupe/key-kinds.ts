import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, matchesWhole } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { nameWords } from "../column-kinds.ts";
import { isMissingSql } from "../reading/number-sql.ts";

export type ContentKind = "email" | "phone" | "text";

const phoneWords = new Set(
  "phone phones telephone tel mobile portable fax gsm msisdn cell cellphone telefon".split(" "),
);

/**
 * What columns hold, by at least half of their values: e-mail addresses; telephone numbers, written with a plus or with
 * marks between groups of digits, or in any notation where the column's name says phone; else text. What a schema declares wins. One scan.
 */
export async function contentKinds(
  engine: Engine,
  table: Table,
  columns: readonly Column[],
): Promise<ReadonlyMap<Column, ContentKind>> {
  const kinds = new Map<Column, ContentKind>();
  const held = columns.filter(({ present }) => present > 0);
  for (const column of columns) kinds.set(column, "text");
  if (held.length === 0) return kinds;
  const counts = held.map((column, i) => {
    const text = textOf(column);
    return sql`
      count(*) filter (where case when contains(${text}, '@') then false else ${isMissingSql(text)} end) as ${identifier(`absent_${i}`)},
      count(*) filter (where ${isSignedSql(text)}) as ${identifier(`email_${i}`)},
      count(*) filter (where case when contains(${text}, '@') then false else ${isPhoneSql(column, text)} end) as ${identifier(`phone_${i}`)}
    `;
  });
  const query = sql`
    select
      ${join(counts, ",\n")}
    from ${table.relation}
  `;
  const [row = {}] = await engine.rows(query, 1);
  held.forEach((column, i) => {
    const half = (count: unknown): boolean =>
      Number(count) > 0 && Number(count) * 2 >= table.rows - Number(row[`absent_${i}`]);
    const role = column.declared?.role ?? null;
    if (role !== null) {
      if (role === "email" || role === "phone") kinds.set(column, role);
    } else if (half(row[`email_${i}`])) kinds.set(column, "email");
    else if (half(row[`phone_${i}`])) kinds.set(column, "phone");
  });
  return kinds;
}

/** Whether a text looks like an address: one `@`, something before it and a dot within what is behind; the key says which are valid. */
function isSignedSql(text: Sql): Sql {
  return sql`(${text} like '_%@_%._%' and ${text} not like '%@%@%' and ${text} not like '%.')`;
}

/** The column's text, in whatever type the engine holds it. SQL. */
export function textOf(column: Column): Sql {
  return column.stored === "text" ? column.ref : asText(column.ref);
}

/** Whether a column's name says that it holds telephone numbers, or something of telephones. */
export function saysPhone(name: string): boolean {
  return nameWords(name).some((word) => phoneWords.has(word.replace(/\d+$/, "")));
}

function isPhoneSql(column: Column, text: Sql): Sql {
  if (saysPhone(column.name)) {
    return matchesWhole(
      text,
      value("[ \u00a0\u202f]*[+(]?[0-9](?:[-+ .()/\u00a0\u202f\u2010-\u2015]*[0-9]){5,18}[ \u00a0\u202f]*"),
    );
  }
  if (column.type !== "text") return sql`false`;
  // As few digits as any country has with its trunk prefix; 01-02-03 is none.
  const isLong = matchesWhole(text, value("(?:[^0-9]*[0-9]){8,}[^0-9]*"));
  const written = "(?:[+]|00 ?|[(]?0)[0-9]{1,4}[)]?(?:[ .-][0-9(][0-9)]{1,4}){2,6}|[+][0-9]{8,15}";
  return sql`(${matchesWhole(sql`trim(${text})`, value(written))} and ${isLong})`;
}
