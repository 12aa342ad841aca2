import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { allRows, singleRow } from "./rows.ts";
import type { Session } from "./session.ts";

/** Types that the text of a stream gives back as they were. */
const exact = new Set(["VARCHAR", "BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIMESTAMP"]);

/**
 * Writes a query, in its order, to a Parquet file that lives for one reading: not compressed, and cut into row groups as
 * the threads come. As quick as to write CSV, and the reader scans it as fast as a table in memory. The reader gets what
 * it would get from CSV: values of other types than a stream has, and not-a-numbers, go as their text.
 */
export async function handOver(session: Session, query: Sql, path: string): Promise<number> {
  const described = await allRows(session, sql`select column_name, column_type from (describe ${query})`);
  const columns = described.map((row, i) => ({
    name: identifier(String(row["column_name"])),
    type: String(row["column_type"]),
    key: `column_${i + 1}`,
    ref: identifier(`column_${i + 1}`),
  }));
  const from = sql`
    (
      ${query}
    ) as handed(${join(
      columns.map(({ ref }) => ref),
      ", ",
    )})
  `;
  const doubles = columns.filter(({ type }) => type === "DOUBLE");
  const holdsNaN = doubles.length === 0 ? {} : await nanColumns(session, from, doubles);
  const asTexts = columns.map(({ name, type, key, ref }) => {
    const isExact = exact.has(type) && holdsNaN[key] !== true;
    return sql`${isExact ? ref : asText(ref)} as ${name}`;
  });
  return session.run(
    sql`
      copy (
        select
          ${join(asTexts, ",\n")}
        from ${from}
      ) to ${path} (
        format parquet,
        compression uncompressed,
        use_tmp_file false
      )
    `,
    { writing: "the table for the next stage" },
  );
}

function nanColumns(
  session: Session,
  from: Sql,
  columns: readonly { readonly ref: Sql }[],
): Promise<Readonly<Record<string, unknown>>> {
  const found = columns.map(({ ref }) => sql`coalesce(bool_or(isnan(${ref})), false) as ${ref}`);
  return singleRow(session, sql`select ${join(found, ", ")} from ${from}`);
}
