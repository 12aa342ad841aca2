import type { Engine, LoadedTable } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import { isOneOf } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";
import type { SampledColumn } from "./column-evidence.ts";
import { withBits } from "./value-bits.ts";
import { positionSql } from "../row-position.ts";

/** A value that keeps a column from being read: its text, its row (from 0), and how many there are. */
export type OddValue = NonNullable<Column["oddValue"]>;

/** The first value of a column whose bits are among `bits`, or whose key among `keys`, and their number. One scan. */
export async function firstOddValue(
  engine: Engine,
  table: LoadedTable,
  { column, candidate }: SampledColumn,
  bits: number,
  keys: readonly string[] = [],
): Promise<OddValue | undefined> {
  const values = sql`
    select
      text_1,
      count(*) as rows_1,
      min(position_1) as first_row_1
    from (
      select
        ${column.ref} as text_1,
        ${positionSql(table)} as position_1
      from ${table.relation}
    )
    where text_1 <> ''
    group by text_1
  `;
  const [row] = await engine.rows(
    sql`
      select
        text_1,
        first_row_1,
        sum(rows_1) over () as count_1
      from (
        ${withBits(values, candidate)}
      )
      where bits_1 & ${bits} <> 0${keys.length === 0 ? sql`` : sql` or ${isOneOf(identifier("key_1"), keys)}`}
      order by first_row_1
      limit 1
    `,
    1,
  );
  if (row === undefined) return undefined;
  return { value: String(row["text_1"]), row: Number(row["first_row_1"]), count: Number(row["count_1"]) };
}
