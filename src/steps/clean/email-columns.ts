import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { lowerCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isEmailSql } from "../contact/email.ts";
import { stagedRelation, type FormColumn } from "./form.ts";
import { columnsAtOnce } from "./marks.ts";
import { trimmedSql } from "./white-space.ts";

/**
 * Of columns of text, those of which half or more of the values in form are e-mail addresses, by name. One scan tells it of
 * most; a second one counts the values in form of those that have some addresses, and not so many that it is settled.
 */
export async function emailColumns(
  engine: Engine,
  table: Table,
  columns: readonly FormColumn[],
  words: readonly string[] | null,
): Promise<ReadonlySet<string>> {
  const isSettled = words?.some((word) => word.includes("@")) !== true;
  const found = new Set<string>();
  const open: FormColumn[] = [];
  for (let start = 0; start < columns.length; start += columnsAtOnce) {
    const some = columns.slice(start, start + columnsAtOnce);
    const row = await countAsRead(engine, table, some);
    some.forEach((column, i) => {
      const [signs, emails, held] = ["signs", "emails", "held"].map((name) => Number(row[`${name}_${i}`]));
      if (isSettled && isPlain(column) && emails! > 0 && emails! * 2 >= held!) found.add(column.column.name);
      else if (signs! > 0 || column.stages.some(({ rule }) => rule === "nfkc")) open.push(column);
    });
  }
  for (let start = 0; start < open.length; start += columnsAtOnce) {
    const some = open.slice(start, start + columnsAtOnce);
    const { relation, refs } = stagedRelation(table, some);
    const counts = refs.flatMap((own, i) => {
      const text = own.at(-1)!;
      const isWritten = sql`case when contains(${text}, '@') then ${isEmailSql(lowerCase(text))} else false end`;
      return [
        sql`count(*) filter (where ${isWritten}) as ${identifier(`emails_${i}`)}`,
        sql`count(${text}) as ${identifier(`present_${i}`)}`,
      ];
    });
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(counts, ",\n")}
        from ${relation}
      `,
      1,
    );
    some.forEach(({ column: { name } }, i) => {
      const emails = Number(row[`emails_${i}`]);
      if (emails > 0 && emails * 2 >= Number(row[`present_${i}`])) found.add(name);
    });
  }
  return found;
}

/** Whether the rules leave of an address what stands between plain spaces: each as it is read is one in form, and others are none. */
function isPlain({ stages }: FormColumn): boolean {
  return stages.every(({ rule }) => rule === "spaces" || rule === "null");
}

/**
 * Counts of each column, as it is read: texts with the sign that is in few others, addresses among them, and all texts,
 * words for missing ones included (none of which the reader knows has the sign). Only texts with the sign are looked at: a
 * pattern is dear.
 */
async function countAsRead(
  engine: Engine,
  { relation }: Table,
  columns: readonly FormColumn[],
): Promise<Readonly<Record<string, unknown>>> {
  if (columns.length === 0) return {};
  const at = (i: number): Sql => identifier(`text_${i}`);
  const texts = columns.map(
    ({ column: { ref } }, i) => sql`case when contains(${ref}, '@') then ${lowerCase(trimmedSql(ref))} end as ${at(i)}`,
  );
  const held = columns.map(({ column: { ref } }, i) => sql`${ref} is not null as ${identifier(`is_held_${i}`)}`);
  const counts = columns.flatMap((_, i) => [
    sql`count(${at(i)}) as ${identifier(`signs_${i}`)}`,
    sql`count(*) filter (where coalesce(${isEmailSql(at(i))}, false)) as ${identifier(`emails_${i}`)}`,
    sql`count(*) filter (where ${identifier(`is_held_${i}`)}) as ${identifier(`held_${i}`)}`,
  ]);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from (
        select
          ${join([...texts, ...held], ",\n")}
        from ${relation}
      )
    `,
    1,
  );
  return row;
}
