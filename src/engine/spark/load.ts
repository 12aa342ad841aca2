import type { LoadedColumn, LoadedTable } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { RemoteSource, Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { columnType } from "./column-types.ts";
import { encodingName } from "./inputs.ts";
import type { Session } from "./session.ts";
import { structFields, type StructField } from "./struct-fields.ts";

interface ReadPart {
  readonly source: RemoteSource;
  readonly view: Sql;
  readonly columns: readonly (Omit<LoadedColumn, "ref"> & { readonly value: Sql })[];
}

/**
 * Loads paths and tables as one table whose rows are numbered in the order of the sources, their files and the rows in
 * them; the rows of a table without files are numbered as its partitions come. Text is parsed once and kept in the
 * cluster. Columns are matched by name. Throws `columns-differ`, `duplicate-columns`, `no-rows`, `file-missing`, `broken-file`.
 */
export async function loadRemote(session: Session, sources: readonly Source[]): Promise<LoadedTable> {
  const parts: ReadPart[] = [];
  for (const source of sources) {
    if (source.format !== "remote") throw new SegmentError("bug", "a file of this machine is no input of a cluster");
    parts.push(await readPart(session, source));
  }
  const [first] = parts;
  if (first === undefined) throw new SegmentError("bug", "no source to load");
  for (const part of parts.slice(1)) checkSameColumns(first, part);
  const refs = first.columns.map((_, i) => identifier(`field_${i + 1}`));
  const query = (stamp: string): Sql =>
    join(
      parts.map((part, at) => numberedPart(first, part, at, refs, stamp)),
      "\nunion all\n",
    );
  const read = await session.view(
    session.relation(query(session.stamp)),
    `as\n${session.text(query("session"))}`,
    "rows",
  );
  if (parts.some(({ source }) => source.content !== "parquet" && source.content !== "table")) await session.keep(read);
  const counted = sql`
    select *, coalesce(sum(rows_0) over (
      order by source_0, file_0, start_0, part_0 rows between unbounded preceding and 1 preceding
    ), 0) as before_0
    from (
      select source_0, file_0, start_0, part_0, min(id_0) as least_0, count(*) as rows_0
      from ${read}
      group by source_0, file_0, start_0, part_0
    )
  `;
  const pieces = await session.view(session.relation(counted), `as\n${session.text(counted)}`, "pieces");
  await session.keep(pieces);
  const [total = {}] = await session.rows(sql`select coalesce(sum(rows_0), 0) as n from ${pieces}`, 1);
  const n = Number(total["n"]);
  if (n === 0)
    throw new SegmentError("no-rows", "holds no rows", {
      place: { file: sources.map(({ label }) => label).join(", ") },
    });
  const numbered = sql`
    select /*+ broadcast(p) */ r.id_0 - p.least_0 + p.before_0 as segment_position_0, ${join(
      refs.map((ref) => sql`r.${ref}`),
      ", ",
    )}
    from ${read} r
    join ${pieces} p
      on r.source_0 = p.source_0 and r.file_0 = p.file_0 and r.start_0 = p.start_0 and r.part_0 = p.part_0
  `;
  return {
    relation: await session.view(session.relation(numbered), `as\n${session.text(numbered)}`, "input"),
    position: identifier("segment_position_0"),
    rows: n,
    columns: first.columns.map(({ value: _value, ...column }, i) => ({ ...column, ref: refs[i]! })),
  };
}

/** The rows of a source with where they stand: file, piece of it, partition, and a number that rises within these. */
function numberedPart(
  first: ReadPart,
  { view, columns }: ReadPart,
  at: number,
  refs: readonly Sql[],
  stamp: string,
): Sql {
  const values = first.columns.map(({ name, stored }, i) => {
    const own = columns.find((one) => one.name === name)!;
    const value = stored === "text" && own.stored === "typed" ? sql`cast(${own.value} as string)` : own.value;
    return sql`${value} as ${refs[i]!}`;
  });
  return sql`
    select
      ${stamp} as stamp_0, ${at} as source_0, input_file_name() as file_0, input_file_block_start() as start_0,
      spark_partition_id() as part_0, monotonically_increasing_id() as id_0,
      ${join(values, ",\n")}
    from ${view}
  `;
}

async function readPart(session: Session, source: RemoteSource): Promise<ReadPart> {
  const view = await readView(session, source);
  const described = await session.rows(sql`describe ${view}`, 100_000);
  const told = described.slice(0, endOfColumns(described.map((row) => String(row["col_name"]))));
  const isJson = source.content === "ndjson" || source.content === "json";
  const held = told.flatMap((row): readonly StructField[] => {
    const name = String(row["col_name"]);
    const column = { name, value: identifier(name), type: String(row["data_type"]) };
    return isJson ? structFields(column) : [column];
  });
  const place = ({ name }: StructField): number => {
    const at = source.keys?.indexOf(name) ?? -1;
    return at < 0 ? Infinity : at;
  };
  const schema = source.keys === undefined ? held : held.toSorted((a, b) => place(a) - place(b) || 0);
  const names = source.text?.columns ?? schema.map(({ name }) => name);
  const columns = schema.map((field, i) => {
    const { type, value, note } = readingOf(field.type, field.value);
    const stored = type === "text" ? ("text" as const) : ("typed" as const);
    const ofFile = isJson && note === undefined ? ("not-whole" as const) : ("text" as const);
    const strings = source.content === "csv" ? {} : { strings: ofFile };
    return { name: names[i]!, type, stored, value, ...strings, ...(note === undefined ? {} : { note }) };
  });
  checkNames(names.slice(0, columns.length), source.label);
  if (columns.length === 0) throw new SegmentError("no-rows", "has no columns", { place: { file: source.label } });
  return { source, view, columns };
}

/** Partitions of a table are told once more below its columns. */
function endOfColumns(names: readonly string[]): number {
  const end = names.findIndex((name) => name === "" || name.startsWith("# "));
  return end < 0 ? names.length : end;
}

function readView(session: Session, { content, path, text, encoding }: RemoteSource): Promise<Sql> {
  if (content === "table") {
    return session.view({ read: { named_table: { unparsed_identifier: path } } }, `as\nselect * from ${path}`, "read");
  }
  const read = (format: string, options: Readonly<Record<string, string>>, schema?: string): Promise<Sql> => {
    const listed = Object.entries({ ...options, path }).map(([key, of]) => `${key} ${session.dialect.literal(of)}`);
    const columns = schema === undefined ? "" : `(${schema}) `;
    const plan = { format, options, paths: [path], ...(schema === undefined ? {} : { schema }) };
    return session.view(
      { read: { data_source: plan } },
      `${columns}using ${format} options (${listed.join(", ")})`,
      "read",
    );
  };
  if (text === undefined) {
    if (content === "parquet") return read("parquet", {});
    return read("json", { mode: "FAILFAST", ...(content === "json" ? { multiLine: "true" } : {}) });
  }
  const quote = text.quote === "" ? "\u0000" : text.quote;
  const options = {
    sep: text.delimiter,
    quote,
    escape: quote,
    header: String(text.header),
    mode: "FAILFAST",
    enforceSchema: "true",
    maxCharsPerColumn: "-1",
    maxColumns: String(Math.max(20_480, text.columns.length + 1)),
    encoding: encodingName(encoding),
    ...(text.multiline ? { multiLine: "true" } : {}),
  };
  return read("csv", options, text.columns.map((_, i) => `column_${i + 1} string`).join(", "));
}

function readingOf(
  type: string,
  held: Sql,
): { readonly type: ColumnType; readonly value: Sql; readonly note?: string } {
  if (type === "timestamp") {
    return {
      type: "timestamp",
      value: sql`cast(${held} as timestamp_ntz)`,
      note: "a time with zone, kept as its UTC time",
    };
  }
  const plain = columnType(type);
  if (plain !== null) return { type: plain, value: held };
  if (/^(array|struct|map)</.test(type))
    return { type: "text", value: sql`to_json(${held})`, note: "nested values, kept as JSON text" };
  if (type === "binary")
    return { type: "text", value: sql`base64(${held})`, note: "binary values, kept as base64 text" };
  return {
    type: "text",
    value: sql`cast(${held} as string)`,
    note: `${type.replace(/[(<].*/s, "")} values, kept as text`,
  };
}

/** Spark takes names that differ in case alone for one, and puts settings in the place of `${NAME}`. */
function checkNames(names: readonly string[], file: string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    const twins =
      other === undefined ? null : `${other} and ${name} differ in case alone, and a cluster takes them for one`;
    const odd = name.includes("${") ? `a cluster puts settings in the place of a name such as ${name}` : null;
    const what = twins ?? odd;
    if (what !== null) {
      throw new SegmentError("duplicate-columns", what, { place: { file, column: name }, hint: "rename the column" });
    }
    seen.set(name.toLowerCase(), name);
  }
}

function checkSameColumns(first: ReadPart, part: ReadPart): void {
  const names = ({ columns }: ReadPart): readonly string[] => columns.map(({ name }) => name);
  const lacking = names(first).filter((name) => !names(part).includes(name));
  const added = names(part).filter((name) => !names(first).includes(name));
  if (lacking.length + added.length === 0) return;
  const found = lacking.length > 0 ? `lacks ${lacking.join(", ")}` : `has ${added.join(", ")} besides`;
  throw new SegmentError("columns-differ", `${found}, unlike ${first.source.label}`, {
    place: { file: part.source.label },
    hint: "inputs of one run must have the same columns",
  });
}
