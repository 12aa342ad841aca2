import type { Engine, LoadedTable } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import type { SampledColumn } from "./column-evidence.ts";
import { bitsSql } from "./survey.ts";

/** A value that keeps a column from being read: its text, its row (from 0), and how many there are. */
export type OddValue = NonNullable<Column["oddValue"]>;

/** Columns asked about in one query. */
const columnsAtOnce = 100;

/** The first value of each column whose bits are among `bits`, and their number. Two scans for a hundred columns. */
export async function oddValues(
  engine: Engine,
  table: LoadedTable,
  columns: readonly { readonly sampled: SampledColumn; readonly bits: number }[],
): Promise<readonly (OddValue | undefined)[]> {
  const found: (OddValue | undefined)[] = [];
  for (let start = 0; start < columns.length; start += columnsAtOnce) {
    found.push(...(await oddValuesOf(engine, table, columns.slice(start, start + columnsAtOnce))));
  }
  return found;
}

async function oddValuesOf(
  engine: Engine,
  table: LoadedTable,
  columns: readonly { readonly sampled: SampledColumn; readonly bits: number }[],
): Promise<readonly (OddValue | undefined)[]> {
  const flags = columns.map(({ sampled, bits }, i) => {
    const own = bitsSql(sampled.column.ref, sampled.candidate);
    return sql`(${own}) & ${bits} <> 0 as ${identifier(`odd_${i}`)}`;
  });
  const counts = columns.map((_, i) => {
    const odd = identifier(`odd_${i}`);
    return sql`
      count(*) filter (${odd}) as ${identifier(`count_${i}`)},
      min(position) filter (${odd}) as ${identifier(`first_${i}`)}
    `;
  });
  const [facts = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from (
        select
          row_number() over () - 1 as position,
          ${join(flags, ",\n")}
        from ${table.relation}
      )
    `,
    1,
  );
  const rows = columns
    .map((_, i) => facts[`first_${i}`])
    .map((row) => (row === null || row === undefined ? -1 : Number(row)));
  const texts = columns.map(({ sampled }, i) => sql`${sampled.column.ref} as ${identifier(`text_${i}`)}`);
  const picks = columns.map(
    (_, i) => sql`min(${identifier(`text_${i}`)}) filter (position = ${rows[i]!}) as ${identifier(`value_${i}`)}`,
  );
  const [values = {}] = await engine.rows(
    sql`
      select
        ${join(picks, ",\n")}
      from (
        select
          row_number() over () - 1 as position,
          ${join(texts, ",\n")}
        from ${table.relation}
      )
    `,
    1,
  );
  return columns.map((_, i) => {
    const row = rows[i]!;
    return row < 0 ? undefined : { value: String(values[`value_${i}`]), row, count: Number(facts[`count_${i}`]) };
  });
}
