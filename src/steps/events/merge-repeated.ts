import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { isOneOf } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { carriedPosition, carrying, numbered, positionSql } from "../row-position.ts";
import type { ExportLayout } from "./exports.ts";
import { filledText } from "./part-sql.ts";

/**
 * Events that were sent more than once, each once: of rows that have all columns of the layout's `identity` in common, the
 * first. Rows that lack a value of one are never the same. `merged` counts the others, `row` is the number from 0 of each kept
 * row among those that were given, as SQL. Nothing is done where the file lacks
 * one of the columns. Cost: a scan, and one more with the table stored where an event is repeated.
 */
export async function mergeRepeated(
  engine: Engine,
  table: Table,
  { identity }: ExportLayout,
): Promise<{ readonly table: Table; readonly merged: number; readonly by: readonly string[]; readonly row: Sql }> {
  const named = (path: string): readonly Column[] => table.columns.filter(({ name }) => name === path);
  const { columns = [], nothing = [], only } = identity ?? {};
  const found = columns.map((paths) => paths.flatMap(named)).filter((own) => own.length > 0);
  const by = found.map(([first]) => first!.name);
  const [where] = only === undefined ? [] : named(only.where);
  const isOpen = only !== undefined && where === undefined;
  if (columns.length === 0 || found.length < columns.length || isOpen)
    return { table, merged: 0, by, row: positionSql(table) };
  const marks = found.map((own) => firstMark(own, nothing));
  const all = join(
    [
      ...marks.map((mark) => sql`${mark} is not null`),
      ...(where === undefined ? [] : [isOneOf(filledText(where), only!.is)]),
    ],
    " and ",
  );
  const [row = {}] = await engine.rows(
    sql`
      select coalesce(sum(more_1), 0) as more_1
      from (
        select count(*) - 1 as more_1
        from ${table.relation}
        where ${all}
        group by ${join(marks, ", ")}
        having count(*) > 1
      )
    `,
    1,
  );
  const merged = Number(row["more_1"]);
  if (merged === 0) return { table, merged, by, row: positionSql(table) };
  const from = numbered(table);
  const kept = table.columns.map((_, i) => identifier(`kept_${i + 1}`));
  const stored = await engine.store(sql`
    select
      ${join([...kept, ...carriedPosition(carrying(from, sql``))], ",\n")}
    from (
      select
        ${join(
          [
            ...table.columns.map(({ ref }, i) => sql`${ref} as ${kept[i]!}`),
            ...carriedPosition(from),
            sql`
              case
                when ${all} then row_number() over (partition by ${join(marks, ", ")} order by ${from.position!})
                else 1
              end as time_no
            `,
          ],
          ",\n",
        )}
      from ${from.relation}
    )
    where time_no = 1
    order by ${carrying(from, sql``).position!}
  `);
  const read = table.columns.map((column, i): Column => ({ ...column, ref: kept[i]! }));
  const relation = { ...carrying(table, stored.relation), rows: stored.rows };
  const present = await presentCounts(engine, relation, read);
  return {
    table: { ...relation, columns: read.map((column, i) => ({ ...column, present: present[i]! })) },
    merged: table.rows - stored.rows,
    by,
    row: carrying(from, stored.relation).position!,
  };
}

/** The first value of a row that is none of the words for nothing. SQL. */
function firstMark(columns: readonly Column[], nothing: readonly string[]): Sql {
  const texts = columns.map((column) => {
    const text = filledText(column);
    return nothing.length === 0 ? text : sql`case when not ${isOneOf(text, nothing)} then ${text} end`;
  });
  return texts.length === 1 ? texts[0]! : sql`coalesce(${join(texts, ", ")})`;
}

async function presentCounts(
  engine: Engine,
  { relation }: Pick<Table, "relation">,
  columns: readonly Column[],
): Promise<readonly number[]> {
  const counts = columns.map((column, i) => sql`count(${filledText(column)}) as ${identifier(`present_${i}`)}`);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${relation}
    `,
    1,
  );
  return columns.map((_, i) => Number(row[`present_${i}`]));
}
