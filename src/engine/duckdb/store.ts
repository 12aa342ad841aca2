import type { StoredQuery } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, sql } from "../../sql/template.ts";
import { singleRow } from "./rows.ts";
import type { Session } from "./session.ts";

/**
 * Keeps the result of a query as a table of its own, in the query's order; what does not fit in the memory goes to the
 * spool folder. For what several later queries need and is dear to compute. `--explain` shows it as a step.
 */
export async function storeQuery(session: Session, query: Sql): Promise<StoredQuery> {
  const relation = identifier(session.name("step"));
  const statement = sql`
    create table ${relation} as
    ${query}
  `;
  await session.run(statement);
  const counted = await singleRow(session, sql`select count(*) as n from ${relation}`);
  const rows = Number(counted["n"]);
  session.defined(statement);
  session.inMemory(relation, rows);
  return { relation, rows };
}
