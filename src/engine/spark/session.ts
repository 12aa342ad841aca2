import { createHash, randomUUID } from "node:crypto";
import { SegmentError } from "../../core/errors.ts";
import type { Sql, SqlValue } from "../../core/sql.ts";
import { compile, inline } from "../../sql/compile.ts";
import type { Dialect } from "../../sql/dialect.ts";
import { identifier, sql } from "../../sql/template.ts";
import { columnValues, readBatches } from "./arrow-values.ts";
import type { SparkClient } from "./client.ts";
import type { Message } from "./protocol.ts";

/** One row of a result, by column name. */
export type Row = Readonly<Record<string, unknown>>;

/** A session in the cluster: queries, and the views that stand for what was loaded and kept. */
export interface Session {
  readonly client: SparkClient;
  readonly dialect: Dialect;
  /** A query as part of a plan, its values bound. */
  relation(query: Sql): Message;
  /** The rows of a small result. Throws `bug` beyond `maximum`, and then reads no further. */
  rows(query: Sql, maximum: number): Promise<readonly Row[]>;
  /** Runs a query and hands on each Arrow batch of its result. */
  collect(query: Sql, read: (batch: Uint8Array, rows: number) => void): Promise<void>;
  /**
   * Makes a temporary view of a plan, named after its content; `definition` is what stands behind its name in SQL, `as …`
   * or `using …`, for `--explain`. Gives its name.
   */
  view(plan: Message, definition: string, stem: string): Promise<Sql>;
  /**
   * Keeps the rows of a view in the cluster, in memory and beyond it on disk, once they are first read, until the session
   * ends. A cluster shares what it keeps among all sessions by their plans: a plan must hold `stamp`, lest it be given the
   * rows that another session read from the same files, earlier.
   */
  keep(view: Sql): Promise<void>;
  /**
   * Keeps the rows of a query in the cluster and forgets what they were made from; gives a plan of them. What fails there
   * cannot be made again.
   */
  checkpoint(query: Sql): Promise<Message>;
  /** A word that no other session has. */
  readonly stamp: string;
  /** Lets go of what `keep` kept. */
  forget(view: Sql): Promise<void>;
  /** Changes settings of the session; such as the server does not know are passed over. */
  set(settings: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
  /** What `view` made, as SQL. */
  script(): string;
  text(query: Sql): string;
}

/** Characters of a statement from which on its stages are not each compiled as a whole. */
const longStatement = 5000;
/** A text that is no expression but data, however long. */
const longText = /'[^']{1000,}'/g;

/** A session on a client whose settings are made. */
export function openSession(client: SparkClient, dialect: Dialect): Session {
  const made = new Map<string, string>();
  const kept = new Set<string>();
  const text = (query: Sql): string => inline(query, dialect);
  const relation = (query: Sql): Message => {
    const compiled = compile(query, dialect);
    const named = compiled.values.map((one, i) => [`p_${i + 1}`, { literal: literal(one) }]);
    return { sql: { query: compiled.text, named_arguments: Object.fromEntries(named) } };
  };
  const set = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    const pairs = Object.entries(settings).map(([key, of]) => ({ key, value: of }));
    await client.ask("Config", { operation: { set: { pairs, silent: true } } });
  };
  let isWhole = true;
  /** Expressions that would make one method too long for the JVM to compile are cut into several. */
  const suit = async (statement: string): Promise<void> => {
    const wanted = statement.replaceAll(longText, "").length < longStatement;
    if (wanted === isWhole) return;
    await set({ "spark.sql.codegen.wholeStage": String(wanted) });
    isWhole = wanted;
  };
  const collect = async (query: Sql, read: (batch: Uint8Array, rows: number) => void): Promise<void> => {
    await suit(text(query));
    await client.execute({ root: relation(query) }, read, text(query));
  };
  const named = (view: Sql): Message => ({ read: { named_table: { unparsed_identifier: text(view) } } });
  return {
    client,
    dialect,
    relation,
    text,
    collect,
    async rows(query, maximum) {
      const rows: Row[] = [];
      await collect(query, (bytes, count) => {
        if (rows.length + count > maximum) throw new SegmentError("bug", `a query gave more than ${maximum} rows`);
        for (const batch of readBatches(bytes)) {
          const names = batch.schema.fields.map(({ name }) => name);
          const columns = names.map((_, j) => columnValues(batch, j));
          for (let i = 0; i < batch.numRows; i++) {
            const row: Record<string, unknown> = Object.create(null);
            names.forEach((name, j) => (row[name] = columns[j]![i]));
            rows.push(row);
          }
        }
      });
      return rows;
    },
    async view(plan, definition, stem) {
      const hash = createHash("sha256").update(definition).digest("hex").slice(0, 16);
      const name = `segment_${stem}_${hash}`;
      if (!made.has(text(identifier(name)))) {
        const command = { create_dataframe_view: { input: plan, name, is_global: false, replace: true } };
        await client.execute({ command }, () => undefined, definition);
        made.set(text(identifier(name)), `create temporary view ${name} ${definition}`);
      }
      return identifier(name);
    },
    async checkpoint(query) {
      await suit(text(query));
      let id: string | undefined;
      const command = { checkpoint_command: { relation: relation(query), local: true, eager: true } };
      await client.execute(
        { command },
        () => undefined,
        text(query),
        (kept) => (id = kept),
      );
      if (id === undefined) throw new SegmentError("engine-failed", "the server kept no checkpoint");
      return { cached_remote_relation: { relation_id: id } };
    },
    stamp: randomUUID(),
    async keep(view) {
      await suit(made.get(text(view)) ?? "");
      kept.add(text(view));
      await client.ask("AnalyzePlan", { persist: { relation: named(view) } });
    },
    async forget(view) {
      kept.delete(text(view));
      await client.ask("AnalyzePlan", { unpersist: { relation: named(view) } });
    },
    async close() {
      for (const name of kept)
        await client.tell("AnalyzePlan", {
          unpersist: { relation: { read: { named_table: { unparsed_identifier: name } } } },
        });
      await client.close();
    },
    set,
    script: () =>
      [...made.values()]
        .filter((statement) => !statement.includes(" view segment_head_"))
        .map((statement) => `${statement};\n`)
        .join("\n"),
  };
}

/** The number of rows of a relation. */
export async function countRows(session: Session, relation: Sql): Promise<number> {
  const [row = {}] = await session.rows(sql`select count(*) as n from ${relation}`, 1);
  return Number(row["n"]);
}

/** A bound value, typed as it would be in the text. */
function literal(of: Exclude<SqlValue, readonly SqlValue[]>): Message {
  if (of === null) return { null: { null: {} } };
  switch (typeof of) {
    case "string":
      return { string: of };
    case "boolean":
      return { boolean: of };
    case "bigint":
      return { long: of.toString() };
    default:
      if (!Number.isSafeInteger(of) || Object.is(of, -0)) return { double: of };
      return Math.abs(of) < 2 ** 31 ? { integer: of } : { long: of };
  }
}
