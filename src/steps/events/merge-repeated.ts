import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { carriedPosition, carrying, numbered } from "../row-position.ts";
import type { ExportLayout } from "./exports.ts";
import { filledText } from "./part-sql.ts";

/**
 * Events that were sent more than once, each once: of rows that have all columns of the layout's `identity` in common, the
 * first. Rows that lack a value of one are never the same. `merged` counts the others. Nothing is done where the file lacks
 * one of the columns. Cost: a scan, and one more with the table stored where an event is repeated.
 */
export async function mergeRepeated(
  engine: Engine,
  table: Table,
  { identity = [] }: ExportLayout,
): Promise<{ readonly table: Table; readonly merged: number; readonly by: readonly string[] }> {
  const columns = identity.flatMap((paths): readonly Column[] => {
    const path = paths.find((one) => table.columns.some(({ name }) => name === one));
    return table.columns.filter(({ name }) => name === path);
  });
  const by = columns.map(({ name }) => name);
  if (identity.length === 0 || columns.length < identity.length) return { table, merged: 0, by };
  const marks = columns.map((column) => filledText(column));
  const all = join(
    marks.map((mark) => sql`${mark} is not null`),
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
  if (merged === 0) return { table, merged, by };
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
  };
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
