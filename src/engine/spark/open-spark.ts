import type { Engine } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ReadOptions, RemoteSource } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import type { DialectFunctionName } from "../../sql/dialect.ts";
import { sparkProbes, sparkWithout } from "../../sql/spark.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { attachColumns } from "./attach.ts";
import { copyDoubles, readBatches } from "./arrow-values.ts";
import { openClient, type Received, type SparkClient } from "./client.ts";
import { columnType } from "./column-types.ts";
import { openRemote, type Sniff } from "./inputs.ts";
import { loadRemote } from "./load.ts";
import { parseRemoteUrl } from "./remote-url.ts";
import { countRows, openSession, type Session } from "./session.ts";
import { requireFree, writeRemote } from "./write.ts";

export interface SparkOptions {
  /** As `--engine` names it. */
  readonly url: string;
  readonly token: string | undefined;
  readonly version: string;
  readonly signal: AbortSignal;
  /** Told how many tasks of what the cluster works on are done. */
  readonly onTasks?: (done: number, all: number) => void;
}

/** The engine with what only the wiring and the tests need. */
export interface SparkEngine extends Engine {
  readonly session: Session;
  readonly received: Received;
  /** Throws `cannot-write` where a table or a path of the cluster is there already. */
  requireFree(output: string): Promise<void>;
  /** What the cluster is asked to read; see `openRemote`. */
  inputs(inputs: readonly string[], options: ReadOptions, sniff: Sniff): Promise<readonly RemoteSource[]>;
}

/** Settings under which both engines mean the same by the same words; see the dialect. */
const settings = {
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.ansi.enabled": "true",
  "spark.sql.timestampType": "TIMESTAMP_NTZ",
  "spark.sql.parser.escapedStringLiterals": "false",
  "spark.sql.legacy.setopsPrecedence.enabled": "false",
  "spark.sql.caseSensitive": "false",
  // Spark 4 reads no cp1252 without it.
  "spark.sql.legacy.javaCharsets": "true",
  // The server remembers the plans of a thousand statements; ours are long.
  "spark.sql.maxPlanStringLength": "10000",
  // Else whatever is kept after a shuffle has 200 partitions, however small it is.
  "spark.sql.optimizer.canChangeCachedPlanOutputPartitioning": "true",
};

const leastVersion = 4;

/**
 * Connects to a Spark Connect server and makes a session there. Throws `bad-option-value`, `usage`, `engine-unreachable`,
 * `engine-refused`, and `engine-failed` for an older server.
 */
export async function openSpark(options: SparkOptions): Promise<SparkEngine> {
  const url = parseRemoteUrl(options.url);
  const client = openClient(url, options);
  client.onTasks = options.onTasks ?? null;
  try {
    const { spark_version: about } = await client.ask("AnalyzePlan", { spark_version: {} });
    const version = String((about as { version?: string } | undefined)?.version ?? "");
    if (!(Number.parseInt(version, 10) >= leastVersion)) {
      throw new SegmentError("engine-failed", `Spark ${version} runs at ${client.at}`, {
        hint: `Spark ${leastVersion}.0 or later is needed`,
      });
    }
    const session = openSession(client, sparkWithout(await lackingOf(client)));
    await session.set(settings);
    return engineOn(session, url.isLocal);
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Members of the dialect that the server has not: what it cannot even plan. */
async function lackingOf(client: SparkClient): Promise<ReadonlyMap<DialectFunctionName, string>> {
  const asked = sparkProbes.map(async ({ query, what, members }) => {
    try {
      await client.ask("AnalyzePlan", { schema: { plan: { root: { sql: { query } } } } });
      return [];
    } catch (error) {
      if (error instanceof SegmentError && error.code === "engine-failed")
        return members.map((member) => [member, what] as const);
      throw error;
    }
  });
  return new Map((await Promise.all(asked)).flat());
}

function engineOn(session: Session, isLocal: boolean): SparkEngine {
  return {
    rowsStay: true,
    requireFree: (output) => requireFree(session, output, isLocal),
    inputs: (inputs, options, sniff) => openRemote(session, inputs, options, isLocal, sniff),
    session,
    received: session.client.received,
    load: (sources) => loadRemote(session, sources),
    async columns(query) {
      const described = await session.rows(sql`describe ${query}`, 100_000);
      return described.map((row) => ({
        name: String(row["col_name"]),
        type: columnType(String(row["data_type"])) ?? "text",
      }));
    },
    rows: (query, maximum) => session.rows(query, maximum),
    async matrix(query, columns, rows, compute) {
      if (rows * columns.length > largestMatrix) throw tooLarge(rows, columns.length);
      const names = columns.map((_, j) => identifier(`column_${j + 1}`));
      const doubles = names.map((name) => sql`cast(${name} as double) as ${name}`);
      const values = compute.f64(rows * columns.length);
      let done = 0;
      await session.collect(
        sql`select ${join(doubles, ", ")} from (${query}) as numbers(${join(names, ", ")})`,
        (bytes, count) => {
          if (done + count > rows)
            throw new SegmentError("bug", `a matrix of ${rows} rows was asked for, the query has more`);
          for (const batch of readBatches(bytes)) {
            for (let j = 0; j < columns.length; j++) copyDoubles(batch, j, values, j * rows + done);
            done += batch.numRows;
          }
        },
      );
      if (done !== rows) throw new SegmentError("bug", `a matrix of ${rows} rows was asked for, the query has ${done}`);
      return { rows, columns, values };
    },
    attach: (table, rows, columns) => attachColumns(session, table, rows, columns),
    async store(query, how) {
      if (how?.apart === true) {
        const plan = await session.checkpoint(query);
        const relation = await session.view(plan, `as\n${session.text(query)}`, "step");
        return { relation, rows: await countRows(session, relation) };
      }
      const relation = await session.view(session.relation(query), `as\n${session.text(query)}`, "step");
      await session.keep(relation);
      return { relation, rows: await countRows(session, relation) };
    },
    forget: ({ relation }) => session.forget(relation),
    async hand() {
      throw new SegmentError("bug", "a table in a cluster is not handed to another process");
    },
    write: (query, path, format) => writeRemote(session, query, path, format),
    explain: (query: Sql) => `${session.script()}\n${session.text(query)};\n`,
    close: () => session.close(),
  };
}

/** Numbers that may come from the cluster at once: 128 MB. */
const largestMatrix = 2 ** 24;

function tooLarge(rows: number, columns: number): SegmentError {
  return new SegmentError(
    "engine-failed",
    `this step needs ${rows} × ${columns} numbers here, more than may leave the cluster`,
    {
      hint: "work on fewer rows or columns, or leave out --engine",
    },
  );
}
