import { SegmentError } from "../core/errors.ts";
import type { GeneratedTable } from "../core/command.ts";
import type { Engine } from "../core/context.ts";
import { nullWords, type ColumnType } from "../core/schema.ts";
import type { DelimitedSource } from "../core/source.ts";
import type { Sql } from "../core/sql.ts";
import { isOneOf } from "../sql/functions.ts";
import { identifier, join, sql } from "../sql/template.ts";

const sqlTypes: Readonly<Record<ColumnType, Sql>> = {
  text: sql`varchar`,
  integer: sql`bigint`,
  number: sql`double`,
  boolean: sql`boolean`,
  date: sql`date`,
  timestamp: sql`timestamp`,
};

/** The query of a generated table, from the CSV text of it that stands at `path`: that text, or values of its own types (null words are null). */
export async function loadGenerated(
  engine: Engine,
  table: GeneratedTable,
  path: string,
  form: "text" | "typed",
): Promise<Sql> {
  const source: DelimitedSource = {
    format: "csv",
    label: "the generated table",
    path,
    spooled: true,
    compression: "none",
    encoding: "utf-8",
    evidence: [],
    quarantined: 0,
    delimiter: ",",
    quote: '"',
    newline: "\n",
    columns: table.columns.map(({ name }) => name),
    skip: 1,
    rows: table.rows,
    sample: [],
    lineOf: (row) => Promise.resolve(row + 2),
    recordsAt: () => Promise.reject(new SegmentError("bug", "a generated table has no file to read again")),
  };
  const loaded = await engine.load([source]);
  const values = table.columns.map(({ name, type }, i) => {
    const { ref } = loaded.columns[i]!;
    if (type === "text" || form === "text") return sql`${ref} as ${identifier(name)}`;
    const present = sql`case when not ${isOneOf(sql`lower(trim(${ref}))`, nullWords)} then trim(${ref}) end`;
    return sql`cast(${present} as ${sqlTypes[type]}) as ${identifier(name)}`;
  });
  return sql`
    select
      ${join(values, ",\n")}
    from ${loaded.relation}
  `;
}
