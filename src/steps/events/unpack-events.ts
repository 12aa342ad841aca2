import type { Context, Engine, Table } from "../../core/context.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import {
  eachKey,
  eachRecord,
  jsonIsNumber,
  jsonText,
  keyedList,
  keyedText,
  matchesWhole,
  tryInteger,
  tryNumber,
} from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { derived } from "../derive.ts";
import { carriedPosition, carrying } from "../row-position.ts";
import type { ExportLayout } from "./exports.ts";

/** A table with what its JSON columns hold as columns of their own, and the rows that came of lists. */
interface Unpacked {
  readonly table: Table;
  /** Rows more than there were. */
  readonly unpacked: number;
}

/** A field of a JSON column: its name by path, and its text. */
interface Field {
  readonly name: string;
  readonly of: Sql;
  /** Whether it is a number in JSON, in a row that has it. */
  readonly isNumber: Sql;
}

/** Whole numbers that a double holds, and those that it might not. */
const wholeNumber = "-?[0-9]{1,15}";
const longNumber = "-?[0-9]{16,}";

const nameKey = "/key";
const textKind = "/string_value";
const numberKinds = ["int_value", "float_value", "double_value"].map((kind) => `/${kind}`);

/**
 * Takes apart what an export holds as JSON text: records and lists of named values into columns by their paths, in the order
 * of their names, a list of events into a row for each (a row with none stays one). Types are decided on every row. Cost: a
 * scan for each such column, and the table stored once. An engine without JSON functions refuses by name.
 */
export async function unpackEvents({ engine }: Context, table: Table, layout: ExportLayout): Promise<Unpacked> {
  const named = (name: string | undefined): Column | undefined =>
    table.columns.find((column) => column.name === name && column.type === "text" && column.present > 0);
  const list = named(layout.list);
  const params = named(layout.params);
  const records = layout.records.flatMap((name) => named(name) ?? []);
  const opened = [list, params, ...records].filter((column) => column !== undefined);
  if (opened.length === 0) return { table, unpacked: 0 };
  const item = identifier("item_1");
  const keyed = identifier("keyed_1");
  const kept = table.columns.filter((column) => !opened.includes(column));
  const names = kept.map((_, i) => identifier(`kept_${i + 1}`));
  const held = opened.map((_, i) => identifier(`held_${i + 1}`));
  const stored = await engine.store(sql`
    select
      ${join(
        [
          ...kept.map(({ ref }, i) => sql`${ref} as ${names[i]!}`),
          ...opened.map((column, i) => sql`${column.ref} as ${held[i]!}`),
          ...(params === undefined ? [] : [sql`${keyedList(params.ref)} as ${keyed}`]),
          ...(list === undefined ? [] : [sql`${eachRecord(list.ref)} as ${item}`]),
          ...carriedPosition(table),
        ],
        ",\n",
      )}
    from ${table.relation}
  `);
  const taken = new Set(kept.map(({ name }) => name));
  const fields: Field[] = [];
  for (const [i, column] of opened.entries()) {
    const from = column === list ? item : held[i]!;
    const own =
      column === params
        ? await paramsOf(engine, stored.relation, column.name, from, keyed)
        : await fieldsOf(engine, stored.relation, column.name, from);
    fields.push(...own.filter(({ name }) => !taken.has(name)));
    for (const { name } of own) taken.add(name);
  }
  const typed = await typedFields(engine, stored.relation, fields);
  const refs = fields.map((_, i) => identifier(`field_${i + 1}`));
  const read = await engine.store(sql`
    select
      ${join(
        [...names, ...typed.map(({ of }, i) => sql`${of} as ${refs[i]!}`), ...carriedPosition(carrying(table, sql``))],
        ",\n",
      )}
    from ${stored.relation}
  `);
  const columns = [
    ...kept.map((column, i): Column => ({ ...column, ref: names[i]! })),
    ...typed.map(({ name, type, present }, i): Column => {
      const isText = type === "text";
      const { value: _, ...column } = derived(name, type, isText ? "text" : "typed", refs[i]!, present);
      return { ...column, ref: refs[i]!, why: isText ? "text in JSON" : "numbers in JSON" };
    }),
  ];
  return { table: { ...carrying(table, read.relation), rows: read.rows, columns }, unpacked: read.rows - table.rows };
}

/** The fields with the types that all their values have: whole numbers, numbers, or text where a double would change one. */
async function typedFields(
  engine: Engine,
  relation: Sql,
  fields: readonly Field[],
): Promise<readonly (Omit<Field, "isNumber"> & { readonly type: ColumnType; readonly present: number })[]> {
  const counts = fields.flatMap(({ of, isNumber }, i) => [
    sql`count(${of}) as ${identifier(`present_${i}`)}`,
    sql`count(*) filter (where ${isNumber} and not ${matchesWhole(of, value(longNumber))}) as ${identifier(`numbers_${i}`)}`,
    sql`count(*) filter (where ${isNumber} and ${matchesWhole(of, value(wholeNumber))}) as ${identifier(`whole_${i}`)}`,
  ]);
  if (fields.length === 0) return [];
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${relation}
    `,
    1,
  );
  return fields.map(({ name, of }, i) => {
    const [present, numbers, whole] = ["present", "numbers", "whole"].map((what) => Number(row[`${what}_${i}`]));
    if (present === 0 || numbers! < present!) return { name, of, type: "text", present: present! };
    if (whole === present) return { name, of: tryInteger(of), type: "integer", present: present! };
    return { name, of: tryNumber(of), type: "number", present: present! };
  });
}

/** The fields of the records that a column holds. */
async function fieldsOf(engine: Engine, relation: Sql, column: string, of: Sql): Promise<readonly Field[]> {
  const keys = await namesIn(
    engine,
    sql`
      select ${eachKey(of)} as name_1
      from ${relation}
      where ${of} is not null
    `,
  );
  return keys.map((key) => ({
    name: `${column}.${key}`,
    of: jsonText(of, pointerTo(key)),
    isNumber: jsonIsNumber(of, pointerTo(key)),
  }));
}

/** What a column of `[{key, value: {string_value, int_value, …}}]` says, by key. */
async function paramsOf(engine: Engine, relation: Sql, column: string, of: Sql, list: Sql): Promise<readonly Field[]> {
  const keys = await namesIn(
    engine,
    sql`
      select ${jsonText(sql`param_1`, nameKey)} as name_1
      from (
        select ${eachRecord(of)} as param_1
        from ${relation}
        where ${of} is not null
      )
    `,
  );
  return keys.map((key) => {
    const found = keyedText(list, value(key));
    const text = jsonText(found, textKind);
    const numbers = numberKinds.map((pointer) => jsonText(found, pointer));
    return {
      name: `${column}.${key}`,
      of: sql`coalesce(${join([text, ...numbers], ", ")})`,
      isNumber: sql`(${text} is null and coalesce(${join(numbers, ", ")}) is not null)`,
    };
  });
}

const mostNames = 2_000;

async function namesIn(engine: Engine, names: Sql): Promise<readonly string[]> {
  const rows = await engine.rows(
    sql`
      select distinct name_1
      from (
        ${names}
      )
      where name_1 is not null
      order by name_1
    `,
    mostNames,
  );
  return rows.map((row) => String(row["name_1"]));
}

/** A key as a JSON pointer (RFC 6901). */
function pointerTo(key: string): string {
  return `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
