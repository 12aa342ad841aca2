import { open } from "node:fs/promises";
import type { LoadedColumn } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { JsonSource } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { engineNames } from "./column-names.ts";
import { filePattern } from "./file-pattern.ts";
import type { LoadedPart } from "./load.ts";
import { allRows, type Row, singleRow } from "./rows.ts";
import type { Files, Session } from "./session.ts";

/**
 * JSON records as a query in file order. Columns are the keys of all records, in order of first appearance. A string
 * stays text; a column is `integer`, `number` or `boolean` when every value in the file is one; numbers that a double
 * or a 64-bit integer would change, and columns of mixed kinds, are text; objects and arrays are JSON text. Reads the
 * file three times. Throws `broken-file` with the line or record.
 */
export async function jsonPart(session: Session, source: JsonSource): Promise<LoadedPart> {
  const files = { reading: source.label };
  const read = await readRecords(source);
  await checkRecords(session, source, read, files);
  const keys = await keysOf(session, read, files);
  const kinds = await kindsOf(session, keys, read, files);
  const names = engineNames(keys);
  const columns: LoadedColumn[] = [];
  const selected: Sql[] = [];
  keys.forEach((key, i) => {
    const ref = identifier(names[i]!);
    const reading = readingOf(kinds[i]!, i);
    columns.push({
      name: key,
      ref,
      type: reading.type,
      stored: reading.type === "text" ? "text" : "typed",
      strings: "dates",
      ...(reading.note === undefined ? {} : { note: reading.note }),
    });
    selected.push(sql`${reading.value} as ${ref}`);
  });
  const query = sql`
    select
      ${join(selected, ",\n")}
    from (
      select json_extract_string(json, ${keys.map(pointer)}) as texts
      from ${read}
    )
  `;
  return { source, columns, rows: null, queries: [query], bulk: null, columnar: false };
}

/** The records as rows of one column `json`, in file order. */
async function readRecords(source: JsonSource): Promise<Sql> {
  const format =
    source.format === "ndjson"
      ? "newline_delimited"
      : (await firstByte(source.path)) === "["
        ? "array"
        : "unstructured";
  return sql`read_json_objects(${filePattern(source.path)}, format = ${format})`;
}

async function firstByte(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const buffer = new Uint8Array(1 << 16);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead)).trimStart().charAt(0);
  } finally {
    await file.close();
  }
}

async function checkRecords(session: Session, source: JsonSource, read: Sql, files: Files): Promise<void> {
  const found = await singleRow(
    session,
    sql`
      select
        min(record) filter (where kind is distinct from 'OBJECT') as odd,
        min(record) filter (where kind = 'OBJECT' and twice) as twice
      from (
        select
          row_number() over () as record,
          json_type(json) as kind,
          len(json_keys(json)) > len(list_distinct(json_keys(json))) as twice
        from ${read}
      )
    `,
    files,
  );
  const place = { file: source.label };
  if (found["odd"] !== null) {
    throw new SegmentError("broken-file", `${source.label}: record ${found["odd"]} is no JSON object`, {
      place,
      hint: 'each record must be an object, such as {"id": 1}',
    });
  }
  if (found["twice"] !== null) {
    throw new SegmentError("duplicate-columns", `${source.label}: record ${found["twice"]} has a key twice`, { place });
  }
}

/** Keys in order of first appearance: by record, then by place in it. */
async function keysOf(session: Session, read: Sql, files: Files): Promise<string[]> {
  const rows = await allRows(
    session,
    sql`
      select key
      from (
        select
          record,
          unnest(keys) as key,
          generate_subscripts(keys, 1) as place
        from (
          select
            row_number() over () as record,
            json_keys(json) as keys
          from ${read}
        )
      )
      group by key
      order by min(record * 1000000 + place)
    `,
    files,
  );
  return rows.map((row) => String(row["key"]));
}

/**
 * Values of each key by kind, over all records: one row by key. A row per value and one group per key, since an
 * aggregate per key over lists takes time and memory with the square of the keys.
 */
async function kindsOf(session: Session, keys: readonly string[], read: Sql, files: Files): Promise<readonly Row[]> {
  if (keys.length === 0) throw new SegmentError("no-rows", `${files.reading} holds no values`);
  const paths = keys.map(pointer);
  return allRows(
    session,
    sql`
      select
        count(*) filter (where kind <> 'NULL') as present,
        count(*) filter (where kind in ('BIGINT', 'UBIGINT') and try_cast(text as bigint) is not null) as integers,
        count(*) filter (where kind in ('BIGINT', 'UBIGINT', 'DOUBLE')) as numbers,
        count(*) filter (
          where kind in ('BIGINT', 'UBIGINT', 'DOUBLE') and regexp_full_match(text, '-?[0-9]{16,}')
        ) as long,
        count(*) filter (where kind = 'BOOLEAN') as booleans,
        count(*) filter (where kind in ('OBJECT', 'ARRAY')) as nested
      from (
        select
          generate_subscripts(kinds, 1) as key,
          unnest(kinds) as kind,
          unnest(texts) as text
        from (
          select
            json_type(json, ${paths}) as kinds,
            json_extract_string(json, ${paths}) as texts
          from ${read}
        )
      )
      group by key
      order by key
    `,
    files,
  );
}

interface KeyReading {
  readonly type: ColumnType;
  readonly value: Sql;
  readonly note?: string;
}

function readingOf(kinds: Row, i: number): KeyReading {
  const text = sql`texts[${i + 1}]`;
  const of = (stem: string): number => Number(kinds[stem]);
  const present = of("present");
  if (present > 0 && of("integers") === present) return { type: "integer", value: sql`cast(${text} as bigint)` };
  if (present > 0 && of("booleans") === present) return { type: "boolean", value: sql`cast(${text} as boolean)` };
  if (present > 0 && of("numbers") === present) {
    if (of("long") === 0) return { type: "number", value: sql`cast(${text} as double)` };
    return { type: "text", value: text, note: "numbers of more digits than a double holds, kept as text" };
  }
  if (of("nested") > 0) return { type: "text", value: text, note: "nested values, kept as JSON text" };
  return { type: "text", value: text };
}

/** A key as a JSON pointer (RFC 6901), which DuckDB takes as a path whatever characters the key has. */
function pointer(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
