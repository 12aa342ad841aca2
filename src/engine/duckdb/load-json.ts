import { open } from "node:fs/promises";
import type { LoadedColumn } from "../../core/context.ts";
import { type Place, SegmentError } from "../../core/errors.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { JsonSource } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { engineNames } from "./column-names.ts";
import { filePattern } from "./file-pattern.ts";
import type { LoadedPart } from "./load.ts";
import { allRows, type Row, singleRow } from "./rows.ts";
import type { Files, Session } from "./session.ts";

/** A key of an object, at the top of the records or below other keys. */
interface Node {
  readonly key: string;
  /** Keys from the top, joined by points: the column's name. */
  readonly name: string;
  readonly pointer: string;
  readonly kinds: Row;
  readonly below: readonly Node[];
}

/** Keys below one object, beyond which it is a map from names to values rather than a record of fields. */
const keysBelow = 500;

/**
 * JSON records as a query in file order. Columns are the keys of all records, in order of first appearance; the fields
 * of an object are columns of their own, named by their path (`user.address.city`). A string is text, read later like that of any delimited file; a column is
 * `integer`, `number` or `boolean` when every value in the file is one; numbers that a double or a 64-bit integer would
 * change, and columns of mixed kinds, are text; arrays are JSON text, as are objects of more than 500 different keys.
 * Reads the file three times, twice more for each level of objects. Throws `broken-file` with the line or record.
 */
export async function jsonPart(session: Session, source: JsonSource): Promise<LoadedPart> {
  const files = { reading: source.label };
  const read = await readRecords(source);
  await checkRecords(session, source, read, files);
  const found = leavesOf(await nodesBelow(session, [null], read, files));
  for (const { key } of found) if (key === "" || key.includes("\0")) throw await noName(session, source, read, files);
  const names = engineNames(found.map(({ name }) => name));
  const columns: LoadedColumn[] = [];
  const selected: Sql[] = [];
  found.forEach((node, i) => {
    const ref = identifier(names[i]!);
    const reading = readingOf(node, i);
    columns.push({
      name: node.name,
      ref,
      type: reading.type,
      stored: reading.type === "text" ? "text" : "typed",
      // Values that are no strings in JSON are kept as they stand there.
      ...(reading.note === undefined ? { strings: "not-whole" } : { note: reading.note, strings: "text" }),
    });
    selected.push(sql`${reading.value} as ${ref}`);
  });
  const query = sql`
    select
      ${join(selected, ",\n")}
    from (
      select
        json_extract_string(json, ${found.map(({ pointer }) => pointer)}) as texts,
        json_type(json, ${found.map(({ pointer }) => pointer)}) as kinds
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
  if (found["odd"] !== null) {
    throw new SegmentError("broken-file", `record ${found["odd"]} is no JSON object`, {
      place: await placeOfRecord(source, Number(found["odd"])),
      hint: `each record must be an object, such as {"id": 1}${asideHint(source)}`,
    });
  }
  if (found["twice"] !== null) {
    throw new SegmentError("duplicate-columns", `record ${found["twice"]} has a key twice`, {
      place: await placeOfRecord(source, Number(found["twice"])),
      hint: `give each key a name of its own${asideHint(source)}`,
    });
  }
}

function asideHint({ format }: JsonSource): string {
  return format === "ndjson" ? "; --quarantine FILE sets such lines aside" : "";
}

/** Where a record, counted from 1, stands. */
async function placeOfRecord(source: JsonSource, record: number): Promise<Place> {
  const file = source.label;
  return source.lineOf === undefined ? { file } : { file, line: await source.lineOf(record - 1) };
}

/** The error for a key that is the name of no column. */
async function noName(session: Session, source: JsonSource, read: Sql, files: Files): Promise<SegmentError> {
  const found = await singleRow(
    session,
    sql`
      select min(record) as record
      from (
        select
          row_number() over () as record,
          unnest(json_keys(json)) as key
        from ${read}
      )
      where key = '' or contains(key, chr(0))
    `,
    files,
  );
  const record = Number(found["record"] ?? 0);
  const where = record === 0 ? "" : ` of record ${record}`;
  return new SegmentError("broken-file", `a key${where} is empty or holds a zero byte`, {
    place: record === 0 ? { file: source.label } : await placeOfRecord(source, record),
    hint: `give each key a name${asideHint(source)}`,
  });
}

/** The keys below objects (null: the records themselves), with all that is below them. */
async function nodesBelow(
  session: Session,
  parents: readonly (Omit<Node, "below"> | null)[],
  read: Sql,
  files: Files,
): Promise<readonly (readonly Node[])[]> {
  const keys = await keysOf(session, parents, read, files);
  const found = parents.map((parent, i) => {
    const own = keys.filter(({ below }) => below === i);
    return parent !== null && own.length > keysBelow ? [] : own.map(({ key }) => childOf(parent, key));
  });
  const all = found.flat();
  if (all.length === 0) {
    if (parents[0] === null) throw new SegmentError("no-rows", `${files.reading} holds no values`);
    return found.map(() => []);
  }
  const kinds = await kindsOf(
    session,
    all.map(({ pointer }) => pointer),
    read,
    files,
  );
  const known = new Map(all.map((node, i) => [node.pointer, { ...node, kinds: kinds[i]! }]));
  const open = [...known.values()].filter((node) => Number(node.kinds["objects"]) > 0);
  const below = open.length === 0 ? [] : await nodesBelow(session, open, read, files);
  const belowOf = new Map(open.map((node, i) => [node.pointer, below[i]!]));
  return found.map((nodes) =>
    nodes.map(({ pointer }) => ({ ...known.get(pointer)!, below: belowOf.get(pointer) ?? [] })),
  );
}

function childOf(parent: Omit<Node, "below"> | null, key: string): Omit<Node, "below" | "kinds"> {
  const step = pointer(key);
  return parent === null
    ? { key, name: key, pointer: step }
    : { key, name: `${parent.name}.${key}`, pointer: parent.pointer + step };
}

/** Nodes that are columns: those without fields of their own, and those that hold something else at times. */
function leavesOf(nodes: readonly (readonly Node[])[]): readonly Node[] {
  return nodes.flat().flatMap((node) => {
    const others = Number(node.kinds["present"]) - Number(node.kinds["objects"]);
    const own = node.below.length === 0 || others > 0 ? [node] : [];
    return [...own, ...leavesOf([node.below])];
  });
}

/** Keys below each parent in order of first appearance: by record, then by place in it. */
async function keysOf(
  session: Session,
  parents: readonly (Pick<Node, "pointer"> | null)[],
  read: Sql,
  files: Files,
): Promise<readonly { readonly below: number; readonly key: string }[]> {
  const top = parents[0] === null;
  const lists = top ? sql`[json_keys(json)]` : sql`json_keys(json, ${parents.map((parent) => parent!.pointer)})`;
  const rows = await allRows(
    session,
    sql`
      select below, key
      from (
        select
          record,
          below,
          unnest(keys) as key,
          generate_subscripts(keys, 1) as place
        from (
          select
            record,
            generate_subscripts(lists, 1) - 1 as below,
            unnest(lists) as keys
          from (
            select
              row_number() over () as record,
              ${lists} as lists
            from ${read}
          )
        )
      )
      group by below, key
      order by below, min(record * 1000000 + place)
    `,
    files,
  );
  return rows.map((row) => ({ below: Number(row["below"]), key: String(row["key"]) }));
}

/**
 * Values of each key by kind, over all records: one row by key. A row per value and one group per key, since an
 * aggregate per key over lists takes time and memory with the square of the keys.
 */
async function kindsOf(session: Session, paths: readonly string[], read: Sql, files: Files): Promise<readonly Row[]> {
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
        count(*) filter (where kind = 'OBJECT') as objects,
        count(*) filter (where kind = 'ARRAY') as arrays
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

function readingOf({ kinds, below }: Node, i: number): KeyReading {
  const text = sql`texts[${i + 1}]`;
  const of = (stem: string): number => Number(kinds[stem]);
  const isFlat = below.length > 0;
  const present = of("present") - (isFlat ? of("objects") : 0);
  if (present > 0 && of("integers") === present) return { type: "integer", value: sql`cast(${whole(text)} as bigint)` };
  if (present > 0 && of("booleans") === present)
    return { type: "boolean", value: sql`cast(${whole(text)} as boolean)` };
  if (present > 0 && of("numbers") === present) {
    if (of("long") === 0) return { type: "number", value: sql`cast(${whole(text)} as double)` };
    return { type: "text", value: whole(text), note: "numbers of more digits than a double holds, kept as text" };
  }
  const nested = of("arrays") + (isFlat ? 0 : of("objects"));
  if (nested > 0) return { type: "text", value: whole(text), note: "nested values, kept as JSON text" };
  return { type: "text", value: whole(text) };

  /** An object whose fields are columns of their own is no value here. */
  function whole(value: Sql): Sql {
    return isFlat ? sql`case when kinds[${i + 1}] <> 'OBJECT' then ${value} end` : value;
  }
}

/** A key as a JSON pointer (RFC 6901), which DuckDB takes as a path whatever characters the key has. */
function pointer(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
