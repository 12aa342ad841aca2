import type { Engine, Table } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isOddRowSql, isOddSql } from "./white-space.ts";

/** Texts of a row that one pattern looks through; columns that one query counts. */
const columnsAtOnce = 100;

/**
 * The names of text columns that hold white space other than the plain space, what is not seen, or letters that another
 * Unicode form writes otherwise: the others need no rule that looks for these. No scan where the reader of every source
 * saw that there are none; else one, and a second one of the rows in question, if there are any.
 */
export async function oddColumns(
  engine: Engine,
  { relation, columns }: Table,
  chosen: ReadonlySet<string>,
  sources: readonly Source[],
): Promise<ReadonlySet<string>> {
  if (sources.every((source) => source.format === "csv" && source.plainCharacters === true)) return new Set();
  const texts = columns.filter(({ name, stored }) => stored === "text" && chosen.has(name));
  const found = new Set<string>();
  for (let start = 0; start < texts.length; start += columnsAtOnce) {
    const some = texts.slice(start, start + columnsAtOnce);
    const isOddRow = isOddRowSql(some.map(({ ref }) => ref));
    const [first = {}] = await engine.rows(
      sql`
        select count(*) filter (where ${isOddRow}) as odd_0
        from ${relation}
      `,
      1,
    );
    if (Number(first["odd_0"]) === 0) continue;
    const counts = some.map(
      ({ ref }, i) => sql`count(*) filter (where ${isOddSql(ref)}) as ${identifier(`odd_${i + 1}`)}`,
    );
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(counts, ",\n")}
        from ${relation}
        where ${isOddRow}
      `,
      1,
    );
    some.forEach(({ name }, i) => {
      if (Number(row[`odd_${i + 1}`]) > 0) found.add(name);
    });
  }
  return found;
}
