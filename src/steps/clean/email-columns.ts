import type { Engine, Table } from "../../core/context.ts";
import { lowerCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isEmailSql } from "../contact/email.ts";
import { stagedRelation, type FormColumn } from "./form.ts";
import { columnsAtOnce } from "./marks.ts";

/**
 * Of columns of text, those of which half or more of the values in form are e-mail addresses, by name. One scan of all for
 * the sign that is in few other texts, and one of those that have it, for a pattern is dear.
 */
export async function emailColumns(
  engine: Engine,
  table: Table,
  columns: readonly FormColumn[],
): Promise<ReadonlySet<string>> {
  if (columns.length === 0) return new Set();
  const signs = await engine.rows(
    sql`
      select
        ${join(
          columns.map(
            ({ column: { ref } }, i) =>
              sql`count(*) filter (where contains(${ref}, '@')) as ${identifier(`signs_${i}`)}`,
          ),
          ",\n",
        )}
      from ${table.relation}
    `,
    1,
  );
  // Compatibility forms of other scripts turn into the sign.
  const likely = columns.filter(
    ({ stages }, i) => Number(signs[0]?.[`signs_${i}`]) > 0 || stages.some(({ rule }) => rule === "nfkc"),
  );
  const found = new Set<string>();
  for (let start = 0; start < likely.length; start += columnsAtOnce) {
    const some = likely.slice(start, start + columnsAtOnce);
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
