import { inline } from "../../sql/compile.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { sql } from "../../sql/template.ts";
import type { Sql, SqlPart } from "../../core/sql.ts";
import { singleRow } from "./rows.ts";
import type { Session } from "./session.ts";

/** A query over some rows of a table, which are rows `from` up to `to` of the whole query's result. */
export interface RowRange {
  readonly query: Sql;
  readonly from: number;
  readonly to: number;
}

/** Rows under which a range is not worth a connection of its own. */
const leastRows = 1 << 16;

/** A connection waits in a thread of Node's pool, which has four. */
const mostRanges = 4;

/**
 * The query in ranges of rows that can be read at the same time, as many as the engine has threads. A single range
 * where the query is anything but expressions over the rows of one table in memory, each for itself, which the engine's
 * own plan must show. Row ids of such a table are its positions: nothing is ever deleted from it.
 */
export async function rowRanges(session: Session, query: Sql, rows: number): Promise<readonly RowRange[]> {
  const whole = [{ query, from: 0, to: rows }];
  const count = Math.min(session.threads, mostRanges, Math.floor(rows / leastRows));
  const tables = query.parts.filter((part) => session.tableRows(part) === rows);
  const table = tables[0];
  if (count < 2 || tables.length > 1 || table?.kind !== "identifier") return whole;
  if (!(await isRowByRow(session, query, table.name))) return whole;
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((rows * i) / count);
    const to = Math.floor((rows * (i + 1)) / count);
    return { query: within(query, table, from, to), from, to };
  });
}

function within(query: Sql, table: SqlPart, from: number, to: number): Sql {
  const range = sql`
    (
      select *
      from ${{ parts: [table] }}
      where rowid >= ${from} and rowid < ${to}
    )
  `;
  return { parts: query.parts.flatMap((part) => (part === table ? range.parts : [part])) };
}

/** A node of DuckDB's plan as its JSON has it. */
interface PlanNode {
  readonly name: string;
  readonly children: readonly PlanNode[];
  readonly extra_info: Readonly<Record<string, unknown>>;
}

/** What a scan without filter, limit or sample says of itself. */
const plainScan = new Set(["Table", "Type", "Projections", "Estimated Cardinality"]);

/** Whether the plan is nothing but projections over a scan of the whole table. */
async function isRowByRow(session: Session, query: Sql, table: string): Promise<boolean> {
  const statement: Sql = { parts: [{ kind: "text", text: `explain (format json) ${inline(query, duckdb)}` }] };
  const row = await singleRow(session, statement);
  let nodes = JSON.parse(String(row["explain_value"])) as readonly PlanNode[];
  for (;;) {
    const node = nodes[0];
    if (node === undefined || nodes.length > 1) return false;
    if (node.name.trim() === "SEQ_SCAN") {
      const keys = Object.keys(node.extra_info);
      return node.extra_info["Table"] === `memory.main.${table}` && keys.every((key) => plainScan.has(key));
    }
    if (node.name.trim() !== "PROJECTION") return false;
    nodes = node.children;
  }
}
