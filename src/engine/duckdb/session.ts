import { statSync } from "node:fs";
import type { DuckDBConnection, DuckDBResult, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import { SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import type { Sql, SqlPart } from "../../core/sql.ts";
import { compile, inline } from "../../sql/compile.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { sql } from "../../sql/template.ts";
import { type Doing, engineError } from "./errors.ts";
import { nodeApi } from "./native.ts";

/** What a statement reads or writes, as the user names it. */
export type Files = Pick<Doing, "reading" | "writing">;

/** One connection, the statements that made its tables, and the user's Ctrl-C. */
export interface Session {
  readonly connection: DuckDBConnection;
  readonly threads: number;
  /** Half the memory the engine may take, in bytes: what loaded text may fill. */
  readonly tableMemory: number;
  /** A new name such as `input_1`, unique in the session. */
  name(stem: string): string;
  /** Notes a statement that has run and that `--explain` repeats before a query. */
  defined(statement: Sql, comment?: string): void;
  /** Notes that `relation` is a table in memory of so many rows, so that `dense` knows it again in a query made from it. */
  inMemory(relation: Sql, rows: number): void;
  /** Files that later queries read again: they must stay as they are, and what fails in them is told by their names. */
  watch(sources: readonly Source[]): void;
  /** Runs a statement with its values in place, for those that take no bound values; gives the rows it changed or wrote. */
  run(statement: Sql, files?: Files): Promise<number>;
  /**
   * Runs a query to its end and hands its result, held in memory, to `read`: for small ones. A streamed result that
   * fails midway can look as if it had ended. Throws as `engineError`.
   */
  collect<T>(query: Sql, files: Files, read: (result: DuckDBResult) => Promise<T>): Promise<T>;
  /**
   * Runs queries at the same time, each on a connection of its own, and hands result i to `read`. When one fails the
   * others are interrupted and waited for. Throws as `engineError` what failed first.
   */
  streamAll(
    queries: readonly Sql[],
    files: Files,
    read: (result: DuckDBResult, i: number) => Promise<void>,
  ): Promise<void>;
  /** The rows of the table in memory that this part of a query names; undefined for any other part. */
  tableRows(part: SqlPart): number | undefined;
  /** The query with each in-memory table read in full vectors, whatever threads filled it; see `denseRelation`. */
  dense(query: Sql): Sql;
  /** Runs `action` with one thread in the engine. */
  onOneThread<T>(action: () => Promise<T>): Promise<T>;
  /** Runs `action` on the connection with failures told in the program's words. */
  guard<T>(doing: Doing, action: () => Promise<T>): Promise<T>;
  /** Every defined statement as text, each with its comment. */
  script(): string;
}

/** A session on a connection. On abort the running statement is interrupted and every later one throws `interrupted`. */
export function openSession(
  connection: DuckDBConnection,
  given: {
    /** Opens another connection to the same tables. */
    readonly connect: () => Promise<DuckDBConnection>;
    readonly signal: AbortSignal;
    readonly threads: number;
    readonly tableMemory: number;
    readonly prelude: readonly Sql[];
  },
): Session {
  const { connect, signal, threads, tableMemory, prelude } = given;
  const statements = prelude.map((statement) => inline(statement, duckdb));
  const held = new Map<SqlPart, number>();
  const watched: WatchedFile[] = [];
  let names = 0;
  const guardOn = async <T>(
    connections: readonly DuckDBConnection[],
    doing: Doing,
    action: () => Promise<T>,
  ): Promise<T> => {
    if (signal.aborted) throw new SegmentError("interrupted", "interrupted");
    checkUnchanged(watched);
    const interrupt = (): void => connections.forEach((one) => one.interrupt());
    signal.addEventListener("abort", interrupt);
    try {
      return await action();
    } catch (error) {
      if (signal.aborted) throw new SegmentError("interrupted", "interrupted", { cause: error });
      throw engineError(error, { rereading: watched.map((file) => file.label).join(", "), ...doing });
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
  };
  const guard = <T>(doing: Doing, action: () => Promise<T>): Promise<T> => guardOn([connection], doing, action);
  const run = (statement: Sql, files: Files = {}): Promise<number> => {
    const text = inline(statement, duckdb);
    return guard({ ...files, statement: text }, async () => {
      const result = await connection.run(text);
      return result.rowsChanged;
    });
  };
  return {
    connection,
    threads,
    tableMemory,
    name: (stem) => `${stem}_${++names}`,
    defined(statement, comment) {
      const text = inline(statement, duckdb);
      statements.push(comment === undefined ? text : `${asComment(comment)}\n${text}`);
    },
    watch(sources) {
      for (const { path, label } of sources) watched.push({ path, label, state: fileState(path) });
    },
    run,
    collect(query, files, read) {
      const statement = inline(query, duckdb);
      return guard({ ...files, statement }, async () => read(await connection.run(...sent(query))));
    },
    async streamAll(queries, files, read) {
      const others: DuckDBConnection[] = [];
      try {
        while (others.length < queries.length - 1) others.push(await connect());
        const all = [connection, ...others];
        const statement = queries.map((query) => inline(query, duckdb)).join(";\n");
        await guardOn(all, { ...files, statement }, async () => {
          const failures: unknown[] = [];
          const readOne = async (query: Sql, i: number): Promise<void> => {
            try {
              await read(await all[i]!.stream(...sent(query)), i);
            } catch (error) {
              failures.push(error);
              for (const one of all) if (one !== all[i]) one.interrupt();
            }
          };
          await Promise.all(queries.map(readOne));
          if (failures.length > 0) throw failures[0];
        });
      } finally {
        for (const one of others) one.closeSync();
      }
    },
    tableRows: (part) => held.get(part),
    inMemory: (relation, rows) => relation.parts.forEach((part) => held.set(part, rows)),
    dense: (query) => ({
      parts: query.parts.flatMap((part) => {
        const rows = held.get(part);
        return rows === undefined ? [part] : denseRelation(part, rows).parts;
      }),
    }),
    async onOneThread(action) {
      if (threads === 1) return action();
      await run(sql`set threads = 1`);
      try {
        return await action();
      } finally {
        await connection.run(inline(sql`set threads = ${threads}`, duckdb));
      }
    },
    guard,
    script: () => statements.map((text) => `${text};\n`).join("\n"),
  };
}

/** A query as it is sent: values bound, typed as the literals are, so that it means the same bound and in place. */
function sent(query: Sql): [text: string, values: DuckDBValue[], types: DuckDBType[]] {
  const { text, values } = compile(query, duckdb);
  const { BIGINT, BOOLEAN, DOUBLE, HUGEINT, INTEGER, SQLNULL, VARCHAR } = nodeApi();
  const types = values.map((bound) => {
    if (bound === null) return SQLNULL;
    if (typeof bound === "string") return VARCHAR;
    if (typeof bound === "boolean") return BOOLEAN;
    if (typeof bound === "bigint") return BigInt.asIntN(64, bound) === bound ? BIGINT : HUGEINT;
    if (!Number.isSafeInteger(bound) || Object.is(bound, -0)) return DOUBLE;
    return Math.abs(bound) < 2 ** 31 ? INTEGER : BIGINT;
  });
  const bound = values.map((one, i) => (types[i] === BIGINT ? BigInt(one!) : one));
  return [text, bound, types];
}

function asComment(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `-- ${line}`)
    .join("\n");
}

/**
 * A table filled by several threads has partly filled vectors where their shares meet, and the Parquet writer closes
 * a row group at the end of a vector. A positional join with a range copies the rows into full vectors, in order.
 */
function denseRelation(table: SqlPart, rows: number): Sql {
  const name: Sql = { parts: [table] };
  return sql`
    (
      select ${name}.*
      from ${name} positional join range(${rows})
    )
  `;
}

interface WatchedFile {
  readonly path: string;
  readonly label: string;
  readonly state: string;
}

function fileState(path: string): string {
  const state = statSync(path, { throwIfNoEntry: false, bigint: true });
  return state === undefined ? "gone" : `${state.ino} ${state.size} ${state.mtimeNs}`;
}

function checkUnchanged(files: readonly WatchedFile[]): void {
  for (const { path, label, state } of files) {
    if (fileState(path) === state) continue;
    throw new SegmentError("broken-file", `${label} was changed while it was being read`, {
      place: { file: label },
      hint: "run again when nothing writes to it",
    });
  }
}
