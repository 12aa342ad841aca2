import { statSync } from "node:fs";
import type { LoadedColumn, LoadedTable } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { asText } from "../../sql/functions.ts";
import { engineNames, ownName } from "./column-names.ts";
import { delimitedPart, isLineTooLong } from "./load-delimited.ts";
import { jsonPart } from "./load-json.ts";
import { parquetPart } from "./load-parquet.ts";
import { singleRow } from "./rows.ts";
import type { Session } from "./session.ts";

/** One source as a query in its own order. */
export interface LoadedPart {
  readonly source: Source;
  readonly columns: readonly LoadedColumn[];
  /** What the source was counted to hold; null where only the engine can count. */
  readonly rows: number | null;
  /** The same query with growing buffers: the next is tried where a record is too long for the one before. */
  readonly queries: readonly [Sql, ...Sql[]];
  /** The first query cut into fewer and larger pieces of work, where that copies it into memory sooner. */
  readonly bulk: Sql | null;
  /** Whether the file is cheap to read again: then it is never copied into memory. */
  readonly columnar: boolean;
}

/**
 * Loads sources as one table, in the order given: copied into memory where the text is small beside the memory the
 * engine may take, else as a view that reads the files anew for each query. Columns are matched by name.
 * Throws `columns-differ`, `duplicate-columns`, `broken-file`, `file-missing`.
 */
export async function loadSources(session: Session, sources: readonly Source[]): Promise<LoadedTable> {
  if (sources.length === 0) throw new SegmentError("bug", "no source to load");
  const parts: LoadedPart[] = [];
  for (const source of sources) {
    const part = await partOf(session, source);
    checkDistinct(part);
    if (parts.length > 0) checkSameColumns(parts[0]!, part);
    parts.push(part);
  }
  const columns = parts.length === 1 ? parts[0]!.columns : commonColumns(parts);
  const table = session.name("input");
  const inMemory = parts.every((part) => !part.columnar) && textBytes(sources) * 2 <= session.tableMemory;
  const kind = inMemory ? sql`table` : sql`view`;
  const relation = identifier(table);
  const attempts = Math.max(...parts.map((part) => part.queries.length));
  const inBulk = inMemory && parts.some((part) => part.bulk !== null);
  for (let attempt = inBulk ? -1 : 0; ; attempt++) {
    const queries = parts.map(({ queries: all }) => all[Math.max(0, Math.min(attempt, all.length - 1))]!);
    const create = (ofParts: readonly Sql[]): Sql => sql`
      create ${kind} ${relation} as
      ${unionOf(parts, columns, ofParts)}
    `;
    // What `--explain` prints: the same for any number of threads and any memory.
    const statement = create(queries);
    const run = attempt < 0 ? create(parts.map((part, i) => part.bulk ?? queries[i]!)) : statement;
    try {
      const rows = await count(session, run, relation, inMemory, sources);
      checkRows(parts, rows);
      session.defined(statement, originOf(sources));
      if (inMemory) session.inMemory(relation, rows);
      else session.watch(sources);
      return { relation, rows, columns };
    } catch (error) {
      if (attempt + 1 >= attempts || !isLineTooLong(error)) throw error;
      if (!inMemory) await session.run(sql`drop view if exists ${relation}`);
    }
  }
}

function partOf(session: Session, source: Source): Promise<LoadedPart> {
  switch (source.format) {
    case "csv":
      return delimitedPart(session, source);
    case "parquet":
      return parquetPart(session, source);
    case "json":
    case "ndjson":
      return jsonPart(session, source);
    case "remote":
      throw new SegmentError("bug", "the embedded engine does not read from a cluster");
  }
}

async function count(
  session: Session,
  statement: Sql,
  relation: Sql,
  inMemory: boolean,
  sources: readonly Source[],
): Promise<number> {
  const files = { reading: sources.map((source) => source.label).join(", ") };
  await session.run(statement, files);
  const counted = await singleRow(session, sql`select count(*) as n from ${relation}`, files);
  return Number(counted["n"]);
}

function unionOf(parts: readonly LoadedPart[], columns: readonly LoadedColumn[], queries: readonly Sql[]): Sql {
  if (parts.length === 1) return queries[0]!;
  return join(
    parts.map((part, i) => {
      const byName = new Map(part.columns.map((column) => [column.name, column]));
      const aligned = columns.flatMap((column) => {
        const own = byName.get(column.name)!;
        const read = column.stored === "text" && own.stored === "typed" ? asText(own.ref) : own.ref;
        return column.own === undefined
          ? [sql`${read} as ${column.ref}`]
          : [sql`${read} as ${column.ref}`, sql`${own.own!.ref} as ${column.own.ref}`];
      });
      return sql`
        select
          ${join(aligned, ",\n")}
        from (
          ${queries[i]!}
        )
      `;
    }),
    "\nunion all\n",
  );
}

/** Columns under which the parts meet: the first part's order and names; a type that differs becomes the wider one. */
function commonColumns(parts: readonly LoadedPart[]): LoadedColumn[] {
  const first = parts[0]!;
  const given = first.columns.map((column) => column.name);
  const names = engineNames([...given, ...given.map(ownName)]);
  return first.columns.map((column, i) => {
    const all = parts.map((part) => part.columns.find((other) => other.name === column.name)!);
    const type = all.map((other) => other.type).reduce(widerType);
    const typed = all.every((other) => other.stored === "typed") && type !== "text";
    const note = all.find((other) => other.note !== undefined)?.note;
    const { strings, own } = all[0]!;
    const isOwn = own !== undefined && all.every((other) => other.own?.type === own.type);
    const agree = strings !== undefined && all.every((other) => other.strings === strings);
    return {
      name: column.name,
      ref: identifier(names[i]!),
      type: typed ? type : "text",
      stored: typed ? "typed" : "text",
      ...(agree ? { strings } : {}),
      ...(note === undefined ? {} : { note }),
      ...(isOwn ? { own: { ref: identifier(names[given.length + i]!), type: own.type } } : {}),
    };
  });
}

function widerType(a: ColumnType, b: ColumnType): ColumnType {
  if (a === b) return a;
  const pair = new Set([a, b]);
  if (pair.has("integer") && pair.has("number")) return "number";
  if (pair.has("date") && pair.has("timestamp")) return "timestamp";
  return "text";
}

function checkDistinct(part: LoadedPart): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { name } of part.columns) (seen.has(name) ? twice : seen).add(name);
  if (twice.size === 0) return;
  throw new SegmentError("duplicate-columns", `${list(twice)} is the name of several columns`, {
    place: { file: part.source.label },
    hint: "give each column a name of its own",
  });
}

function checkSameColumns(first: LoadedPart, other: LoadedPart): void {
  const names = new Set(first.columns.map((column) => column.name));
  const otherNames = new Set(other.columns.map((column) => column.name));
  const missing = [...names].filter((name) => !otherNames.has(name));
  const extra = [...otherNames].filter((name) => !names.has(name));
  if (missing.length === 0 && extra.length === 0) return;
  const parts = [
    ...(missing.length > 0 ? [`lacks ${list(missing)}`] : []),
    ...(extra.length > 0 ? [`has ${list(extra)} besides`] : []),
  ];
  throw new SegmentError(
    "columns-differ",
    `does not have the columns of ${first.source.label}: it ${parts.join(" and ")}`,
    { place: { file: other.source.label }, hint: "give files of the same columns (their order may differ)" },
  );
}

function checkRows(parts: readonly LoadedPart[], rows: number): void {
  let expected = 0;
  for (const part of parts) {
    if (part.rows === null) return;
    expected += part.rows;
  }
  if (rows === expected) return;
  throw new SegmentError("bug", `${expected} rows were counted in the input and the engine read ${rows}`);
}

function list(names: Iterable<string>): string {
  const all = [...names].map((name) => `“${name.length > 60 ? `${name.slice(0, 59)}…` : name}”`);
  return all.length > 5 ? `${all.slice(0, 5).join(", ")} and ${all.length - 5} more` : all.join(", ");
}

function textBytes(sources: readonly Source[]): number {
  return sources.reduce((sum, source) => sum + (statSync(source.path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Says which of the user's files a copy in the spool folder stands for. */
function originOf(sources: readonly Source[]): string | undefined {
  const spooled = sources.filter((source) => source.spooled);
  if (spooled.length === 0) return undefined;
  return spooled.map((source) => `${duckdb.literal(source.path)} is a plain UTF-8 copy of ${source.label}`).join("\n");
}
