import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { sql } from "../../sql/template.ts";
import type { DataCheck } from "./data-checks.ts";
import { checkingQueries } from "./run-checks.ts";

/**
 * The queries that count what fails (`failing_1` is the first check's) and the one that gives the table, as `--explain`
 * prints them: what they read is defined once.
 */
export function explainChecks(engine: Engine, table: Table, checks: readonly DataCheck[], output: Sql): string {
  const script = engine.explain(sql`select 0`).slice(0, -"select 0;\n".length);
  const queries = [...checkingQueries(table, checks), output];
  return script + queries.map((query) => engine.explain(query).slice(script.length)).join("\n");
}
