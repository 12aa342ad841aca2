import type { LoadedColumn } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { ParquetSource } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { asText } from "../../sql/functions.ts";
import { engineNames } from "./column-names.ts";
import { filePattern } from "./file-pattern.ts";
import type { LoadedPart } from "./load.ts";
import { columnType } from "./query-columns.ts";
import { allRows } from "./rows.ts";
import type { Session } from "./session.ts";

/**
 * A Parquet file as a query in file order, with what its folders' names say of it as columns behind its own. Types that tables here lack become text: lists, structs and maps as JSON,
 * the others in DuckDB's own notation; a timestamp with zone becomes its UTC time.
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
  const outer = engineNames([...names, ...partition.map(({ name }) => name)]);
  const columns: LoadedColumn[] = [];
  const selected: Sql[] = [];
  names.forEach((name, i) => {
    const reading = typeOf(String(described[i]!["column_type"]), inner[i]!);
    const ref = identifier(outer[i]!);
    columns.push({
      name,
      ref,
      type: reading.type,
      stored: reading.type === "text" ? "text" : "typed",
      ...meaningOf(source, i),
      ...(reading.note === undefined ? {} : { note: reading.note }),
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
      ${join(selected, ",\n")}
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
  if (type === "UBIGINT" || type === "HUGEINT" || type === "UHUGEINT") {
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
