import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { Client, QueryConfig } from "pg";
import { SegmentError } from "../../core/errors.ts";
import type { DelimitedSource, Evidence, ReadOptions } from "../../core/source.ts";
import { openDelimited } from "../formats/open-delimited.ts";
import type { Spool } from "../spool.ts";
import { postgresError } from "./postgres-errors.ts";
import { parsePostgresUrl, type PostgresUrl } from "./postgres-url.ts";
import { selected, serverName, statedType, type ServerColumn } from "./select-list.ts";

/** What reading from a database needs besides its address. */
export interface PostgresSettings {
  readonly spool: Spool;
  readonly signal: AbortSignal;
  /** A secret of the environment by the name of its variable. */
  readonly secret: (name: string) => string | undefined;
}

/**
 * A table or the result of a query of a PostgreSQL database as delimited text: copied in one read-only transaction into
 * the spool folder, as the server streams it. Rows of a table come in the order of its primary key; a query orders its
 * own. Throws `usage`, `file-missing`, `remote-failed`, `no-rows`.
 */
export async function openPostgres(
  input: string,
  options: ReadOptions,
  { spool, signal, secret }: PostgresSettings,
): Promise<DelimitedSource> {
  const url = parsePostgresUrl(input);
  const what = wanted(url, options);
  const label = "table" in what ? `${url.label}#${what.table}` : url.label;
  const client = await connect(url, secret, signal);
  const stop = (): void => void client.end().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { query, order, why } = "table" in what ? await tableQuery(client, what.table) : queryOf(what.query);
    const columns = await describe(client, query);
    const path = spool.file(".csv");
    await copy(client, query, columns, order, path);
    const evidence: Evidence[] = [
      { subject: "format", found: "PostgreSQL", why: "table" in what ? `table ${what.table}` : "the query given" },
      { subject: "order of rows", found: order === "" ? "the server's" : "by key", why },
    ];
    const file = { label, path, spooled: true, compression: "none" as const, evidence };
    const plain = {
      encoding: "utf-8",
      delimiter: ",",
      quote: '"',
      skipLines: 0,
      headerRows: 1,
      footerLines: 0,
    } as const;
    const source = await openDelimited(file, plain, spool, null, signal);
    const kept = new Set(["format", "order of rows"]);
    return {
      ...source,
      evidence: source.evidence.filter(({ subject }) => kept.has(subject)),
      stated: columns.map(statedType),
      // A row of the result has no line; its number is what an error can name.
      lineOf: async (row) => row + 1,
      recordsAt: async (rows) =>
        (await source.recordsAt(rows)).map(({ raw }, i) => ({ line: rows[i]! + 1, byte: null, raw })),
    };
  } catch (error) {
    throw signal.aborted
      ? new SegmentError("interrupted", "interrupted")
      : await postgresError(error, label, client, what);
  } finally {
    signal.removeEventListener("abort", stop);
    await client.end().catch(() => undefined);
  }
}

/** A table or a query. */
export type Wanted = { readonly table: string } | { readonly query: string };

function wanted({ table, label }: PostgresUrl, options: ReadOptions): Wanted {
  const named = [table, options.table].filter((one) => one !== undefined);
  if (named.length + (options.query === undefined ? 0 : 1) !== 1) {
    throw new SegmentError("usage", `${label}: name one table or one query of the database`, {
      hint: "write the table behind the address (postgres://host/db#schema.table) or with --table, or give --query 'select …'",
    });
  }
  return options.query === undefined ? { table: named[0]! } : { query: options.query };
}

async function connect(url: PostgresUrl, secret: PostgresSettings["secret"], signal: AbortSignal): Promise<Client> {
  const { default: pg } = await import("pg");
  const password = secret(url.passwordVariable);
  if (password === undefined && url.passwordVariable !== "PGPASSWORD") {
    throw new SegmentError("usage", `${url.label}: the environment has no ${url.passwordVariable}`);
  }
  // The client takes what stands in the address and no password beside it.
  const address = new URL(url.address);
  if (password !== undefined) address.password = encodeURIComponent(password);
  const client = new pg.Client({
    connectionString: address.href,
    connectionTimeoutMillis: 15_000,
    application_name: "segment",
  });
  // A connection that breaks later fails the query that is under way, which tells.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("begin transaction isolation level repeatable read read only");
    await client.query(
      "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local client_encoding = 'UTF8'",
    );
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw signal.aborted
      ? new SegmentError("interrupted", "interrupted")
      : await postgresError(error, url.label, null, null);
  }
}

interface ServerQuery {
  readonly query: string;
  /** `order by …`, or empty. */
  readonly order: string;
  readonly why: string;
}

function queryOf(text: string): ServerQuery {
  const query = text.trim().replace(/;\s*$/, "");
  const isOrdered = /\border\s+by\b/i.test(query);
  const why = isOrdered
    ? "as the query orders them"
    : "the query has no order by: rows may come in another order next time";
  return { query, order: "", why };
}

async function tableQuery(client: Client, name: string): Promise<ServerQuery> {
  const parts = name.split(".").map((part) => serverName(part.replace(/^"|"$/g, "")));
  const table = parts.join(".");
  const { rows } = await client.query<{ key: string }>(
    `select a.attname as key
     from pg_index i
     cross join lateral unnest(i.indkey) with ordinality as k(number, place)
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
     where i.indrelid = $1::regclass and i.indisprimary
     order by k.place`,
    [table],
  );
  const keys = rows.map(({ key }) => key);
  return {
    query: `select * from ${table}`,
    order: keys.length === 0 ? "" : `order by ${keys.map((key) => `q.${serverName(key)}`).join(", ")}`,
    why:
      keys.length === 0
        ? "the table has no primary key: rows may come in another order next time"
        : `the primary key ${keys.join(", ")}`,
  };
}

/** Parsed as one statement, so that a query that ends itself and begins another is refused by the server. */
async function describe(client: Client, query: string): Promise<readonly ServerColumn[]> {
  // The types lack the mode, which pg has had since 8.12.
  const parsed: QueryConfig & { readonly queryMode: "extended" } = {
    text: `select * from (${query}\n) as q limit 0`,
    queryMode: "extended",
  };
  const { fields } = await client.query(parsed);
  return fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
}

async function copy(
  client: Client,
  query: string,
  columns: readonly ServerColumn[],
  order: string,
  path: string,
): Promise<void> {
  const { to } = await import("pg-copy-streams");
  const list = columns.map(selected).join(", ");
  const stream = client.query(
    to(`copy (select ${list} from (${query}\n) as q ${order}) to stdout with (format csv, header true)`),
  );
  await pipeline(stream, createWriteStream(path, { flags: "wx", mode: 0o600 }));
}
