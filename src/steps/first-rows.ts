import type { Engine } from "../core/context.ts";
import type { Sql } from "../core/sql.ts";
import { sql } from "../sql/template.ts";

/** The first `count` rows of an ordered query, for a preview. */
export function firstRows(engine: Engine, query: Sql, count: number): ReturnType<Engine["rows"]> {
  return engine.rows(sql`select * from (${query}) limit ${count}`, count);
}
