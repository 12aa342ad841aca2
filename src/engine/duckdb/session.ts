import { statSync } from "node:fs";
import type { DuckDBConnection, DuckDBResult } from "@duckdb/node-api";
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
  /** Runs a query and hands its result, chunks in order, to `read`. Throws as `engineError`. */
  stream<T>(query: Sql, files: Files, read: (result: DuckDBResult) => Promise<T>): Promise<T>;
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
    readonly signal: AbortSignal;
    readonly threads: number;
    readonly tableMemory: number;
    readonly prelude: readonly Sql[];
  },
): Session {
  const { signal, threads, tableMemory, prelude } = given;
  const statements = prelude.map((statement) => inline(statement, duckdb));
  const held = new Map<SqlPart, number>();
  const watched: WatchedFile[] = [];
  let names = 0;
  const guard = async <T>(doing: Doing, action: () => Promise<T>): Promise<T> => {
    if (signal.aborted) throw new SegmentError("interrupted", "interrupted");
    checkUnchanged(watched);
    const interrupt = (): void => connection.interrupt();
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
  const run = (statement: Sql, files: Files = {}): Promise<number> => {
    const text = inline(statement, duckdb);
    return guard({ ...files, statement: text }, async () => {
      const result = await connection.run(text);
      return result.rowsChanged;
    });
  };
  return {
    connection,
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
    stream(query, files, read) {
      const { text, values } = compile(query, duckdb);
      return guard({ ...files, statement: inline(query, duckdb) }, async () => {
        const { BIGINT, BOOLEAN, DOUBLE, HUGEINT, INTEGER, SQLNULL, VARCHAR } = nodeApi();
        // Types as the literals have them, so that a query means the same bound and in place.
        const types = values.map((bound) => {
          if (bound === null) return SQLNULL;
          if (typeof bound === "string") return VARCHAR;
          if (typeof bound === "boolean") return BOOLEAN;
          if (typeof bound === "bigint") return BigInt.asIntN(64, bound) === bound ? BIGINT : HUGEINT;
          if (!Number.isSafeInteger(bound) || Object.is(bound, -0)) return DOUBLE;
          return Math.abs(bound) < 2 ** 31 ? INTEGER : BIGINT;
        });
        const bound = values.map((one, i) => (types[i] === BIGINT ? BigInt(one!) : one));
        return read(await connection.stream(text, bound, types));
      });
    },
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
