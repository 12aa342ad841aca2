import type { Client } from "pg";
import { SegmentError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Wanted } from "./open-postgres.ts";

/**
 * A failure of a database as an error of ours: a table that is not there, a query that the server does not take, or
 * (exit code 5) a server that refuses or breaks off. Never with a secret in it.
 */
export async function postgresError(
  error: unknown,
  label: string,
  client: Client | null,
  wanted: Wanted | null,
): Promise<SegmentError> {
  if (error instanceof SegmentError) return error;
  const place = { file: label };
  const { message, code = "", position } = error as Error & { code?: string; position?: string };
  const isQuery = wanted !== null && "query" in wanted;
  if (code === "42P01" && client !== null && wanted !== null && "table" in wanted) {
    return new SegmentError("file-missing", `the database has no table ${wanted.table}`, {
      place,
      hint: didYouMean(wanted.table, await tableNames(client)),
      cause: error,
    });
  }
  if (isQuery && /^(42|22|0A)/.test(code)) {
    const at = position === undefined ? "" : ` (at character ${Math.max(1, Number(position) - subqueryStart)})`;
    return new SegmentError("usage", `--query: ${message}${at}`, { place, cause: error });
  }
  const said = new Map([
    ["ECONNREFUSED", "nothing listens there"],
    ["ENOTFOUND", "no such host"],
    ["ETIMEDOUT", "no answer"],
  ]);
  const reason = said.get(code) ?? (message === "" ? code : message);
  const isAuthority = code.startsWith("28") || /password|SASL/i.test(message);
  return new SegmentError("remote-failed", `the database refused or failed: ${reason}`, {
    place,
    hint: isAuthority
      ? "the password is read from PGPASSWORD, the user from the address"
      : "check host, port and database",
    cause: error,
  });
}

/** Letters before the query inside `select * from (…`. */
const subqueryStart = "select * from (".length;

async function tableNames(client: Client): Promise<readonly string[]> {
  try {
    await client.query("rollback");
    const { rows } = await client.query<{ name: string }>(
      `select case when pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
       order by 1
       limit 10000`,
    );
    return rows.map(({ name }) => name);
  } catch {
    return [];
  }
}
