import type { LoadedColumn } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { ParquetSource } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { asText } from "../../sql/functions.ts";
import { engineNames, ownName } from "./column-names.ts";
import { filePattern } from "./file-pattern.ts";
import type { LoadedPart } from "./load.ts";
import { columnType } from "./query-columns.ts";
import { allRows } from "./rows.ts";
import type { Session } from "./session.ts";

/**
 * A Parquet file as a query in file order, with what its folders' names say of it as columns behind its own. Types that tables here lack become text: lists, structs and maps as JSON,
 * the others in DuckDB's own notation; a timestamp with zone becomes its UTC time.
 * Integers of more than 63 bits are text where a value needs them. What became of another type stands beside as it is.
 */
export async function parquetPart(session: Session, source: ParquetSource): Promise<LoadedPart> {
  const files = { reading: source.label };
  const path = filePattern(source.path);
  const names = await columnNames(session, path, files);
  const unnamed = names.findIndex((name) => name === "" || name.includes("\0"));
  if (unnamed !== -1) {
    throw new SegmentError("broken-file", `the name of column ${unnamed + 1} is empty or holds a zero byte`, {
      place: { file: source.label },
      hint: "give each column a name where the file is made",
    });
  }
  const inner = names.map((_, i) => identifier(`column_${i + 1}`));
  const read = sql`read_parquet(${path}, hive_partitioning = false) as file(${join(inner, ", ")})`;
  const described = await allRows(session, sql`select column_type from (describe select * from ${read})`, files);
  const partition = (source.partition ?? []).filter(({ name }) => !names.includes(name));
  const given = [...names, ...partition.map(({ name }) => name)];
  const outer = engineNames([...given, ...names.map(ownName)]);
  const columns: LoadedColumn[] = [];
  const selected: Sql[] = [];
  const types = described.map((row) => String(row["column_type"]));
  const fitting = await fittingIntegers(session, read, types, inner, files);
  const own: Sql[] = [];
  names.forEach((name, i) => {
    const type = types[i]!;
    const reading = fitting.has(i) ? fitted(inner[i]!) : typeOf(type, inner[i]!);
    const ref = identifier(outer[i]!);
    const ownRef = identifier(outer[given.length + i]!);
    if (reading.value !== inner[i]!) own.push(sql`${inner[i]!} as ${ownRef}`);
    columns.push({
      name,
      ref,
      type: reading.type,
      stored: reading.type === "text" ? "text" : "typed",
      ...meaningOf(source, i),
      ...(reading.note === undefined ? {} : { note: reading.note }),
      ...(reading.value === inner[i]! ? {} : { own: { ref: ownRef, type } }),
    });
    selected.push(sql`${reading.value} as ${ref}`);
  });
  partition.forEach(({ name, value }, i) => {
    const ref = identifier(outer[names.length + i]!);
    // What a folder is called has no type, so that its text is read as that of any delimited file.
    columns.push({ name, ref, type: "text", stored: "text" });
    selected.push(sql`cast(${value} as varchar) as ${ref}`);
  });
  const query = sql`
    select
      ${join([...selected, ...own], ",\n")}
    from ${read}
  `;
  return { source, columns, rows: source.rows ?? null, queries: [query], bulk: null, columnar: true };
}

/** What the texts of a column stand for: what their sender states, anything where it leaves that open, else just text. */
function meaningOf({ stated }: ParquetSource, i: number): Pick<LoadedColumn, "stated" | "strings"> {
  if (stated === undefined) return { strings: "text" };
  const type = stated[i] ?? null;
  return type === null ? {} : { stated: type };
}

/** Names of the top-level columns as the file has them; DuckDB itself renames those that differ only in case. */
async function columnNames(session: Session, path: string, files: { reading: string }): Promise<string[]> {
  const schema = await allRows(session, sql`select name, num_children as children from parquet_schema(${path})`, files);
  const names: string[] = [];
  let at = 1;
  const skipSubtree = (): void => {
    const children = Number(schema[at++]!["children"] ?? 0);
    for (let i = 0; i < children; i++) skipSubtree();
  };
  while (at < schema.length) {
    names.push(String(schema[at]!["name"]));
    skipSubtree();
  }
  return names;
}

/** Integers of more bits than those of tables here have. */
const wideIntegers = new Set(["UBIGINT", "HUGEINT", "UHUGEINT"]);

/** The places of columns of wider integers in which every value has 63 bits at most: those are whole numbers. One scan of these columns. */
async function fittingIntegers(
  session: Session,
  read: Sql,
  types: readonly string[],
  inner: readonly Sql[],
  files: { reading: string },
): Promise<ReadonlySet<number>> {
  const places = types.flatMap((type, i) => (wideIntegers.has(type) ? [i] : []));
  if (places.length === 0) return new Set();
  const counts = places.map((i) => {
    const ref = inner[i]!;
    return sql`count(*) filter (where ${ref} is not null and try_cast(${ref} as bigint) is null) as ${identifier(`wide_${i}`)}`;
  });
  const [row = {}] = await allRows(
    session,
    sql`
      select
        ${join(counts, ",\n")}
      from ${read}
    `,
    files,
  );
  return new Set(places.filter((i) => Number(row[`wide_${i}`]) === 0));
}

function fitted(column: Sql): TypeReading {
  return { type: "integer", value: sql`cast(${column} as bigint)` };
}

interface TypeReading {
  readonly type: ColumnType;
  readonly value: Sql;
  readonly note?: string;
}

function typeOf(type: string, column: Sql): TypeReading {
  const plain = columnType(type);
  if (plain !== null) return { type: plain, value: column };
  if (type === "TIMESTAMP WITH TIME ZONE") {
    return {
      type: "timestamp",
      value: sql`${column} at time zone 'UTC'`,
      note: "a time with zone, kept as its UTC time",
    };
  }
  if (wideIntegers.has(type)) {
    return { type: "text", value: asText(column), note: "integers of more than 63 bits, kept as text" };
  }
  if (/\]$|^(STRUCT|MAP|UNION)\(/.test(type)) {
    return { type: "text", value: asText(sql`to_json(${column})`), note: "nested values, kept as JSON text" };
  }
  return {
    type: "text",
    value: asText(column),
    note: `${type.replace(/\(.*/s, "").toLowerCase()} values, kept as text`,
  };
}
