import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Engine } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { inline } from "../../sql/compile.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { sql } from "../../sql/template.ts";
import { attachColumns } from "./attach.ts";
import { engineError } from "./errors.ts";
import { loadSources } from "./load.ts";
import { handOver } from "./hand.ts";
import { readMatrix } from "./matrix.ts";
import { nodeApi } from "./native.ts";
import { queryColumns } from "./query-columns.ts";
import { fetchRows } from "./rows.ts";
import { openSession } from "./session.ts";
import { storeQuery } from "./store.ts";
import { writeQuery } from "./write.ts";

export interface DuckdbOptions {
  readonly threads: number;
  /** Bytes the engine may take before it moves data to the spool folder. */
  readonly memory: number;
  /** A private folder, removed by its owner. */
  readonly spool: string;
  readonly signal: AbortSignal;
}

/**
 * DuckDB turns a long list behind `in` into a join, wherever it stands, and a query with a join has no order of rows: on
 * several threads its rows would be written, numbered and stored as they come.
 */
const disabledOptimizers = "in_clause";

/** What `--explain` sets first, so that its text means the same in any DuckDB. */
const prelude: readonly Sql[] = [
  sql`set timezone = 'UTC'`,
  sql`set preserve_insertion_order = true`,
  sql`set disabled_optimizers = ${disabledOptimizers}`,
];

/**
 * Opens DuckDB inside the process, in memory: nothing is installed or loaded from outside, spilled data stays in the
 * spool folder. The native library is loaded here and not before. Throws `engine-failed` where it cannot be.
 */
export async function openDuckdb(options: DuckdbOptions): Promise<Engine> {
  const { connection, connect, close } = await open(options);
  const session = openSession(connection, {
    connect,
    signal: options.signal,
    threads: options.threads,
    tableMemory: options.memory / 2,
    prelude,
  });
  return {
    rowsStay: false,
    load: (sources) => loadSources(session, sources),
    columns: (query) => queryColumns(session, query),
    rows: (query, maximum) => fetchRows(session, query, maximum),
    matrix: (query, columns, rows, compute) => readMatrix(session, query, columns, rows, compute),
    attach: (table, rows, columns) => attachColumns(session, table, rows, columns),
    store: (query) => storeQuery(session, query),
    async forget({ relation }) {
      await session.run(sql`drop table ${relation}`);
    },
    hand: (query, path) => handOver(session, query, path),
    write: (query, path, format) => writeQuery(session, query, path, format),
    explain: (query) => `${session.script()}\n${inline(query, duckdb)};\n`,
    close,
  };
}

async function open(options: DuckdbOptions) {
  try {
    const { DuckDBInstance } = nodeApi();
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(options.threads),
      memory_limit: `${Math.ceil(options.memory / 1024)}KiB`,
      temp_directory: join(options.spool, "engine"),
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
      preserve_insertion_order: "true",
      disabled_optimizers: disabledOptimizers,
    });
    const connect = async (): Promise<DuckDBConnection> => {
      const connection = await instance.connect();
      await connection.run(inline(sql`set timezone = 'UTC'`, duckdb));
      return connection;
    };
    const connection = await connect();
    return {
      connection,
      connect,
      async close(): Promise<void> {
        connection.closeSync();
        instance.closeSync();
      },
    };
  } catch (error) {
    throw engineError(error, { statement: "open" });
  }
}
