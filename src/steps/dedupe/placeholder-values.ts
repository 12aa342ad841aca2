import type { Context } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { keyState } from "./key-sql.ts";

/** A placeholder that stands in several rows or one. */
export interface PlaceholderValue {
  /** The key, counted from 0. */
  readonly key: number;
  readonly value: string;
  readonly rows: number;
}

/** The placeholders that most rows have, at most `count`, the most frequent first; ties by key and value. */
export async function placeholderValues(
  context: Context,
  keyTable: Sql,
  keys: number,
  count: number,
): Promise<readonly PlaceholderValue[]> {
  const ofKeys = Array.from({ length: keys }, (_, j) => {
    const key = identifier(`key_${j + 1}`);
    return sql`
      select ${j} as key_no, ${key} as value_1, count(*) as rows_1
      from ${keyTable}
      where ${identifier(`state_${j + 1}`)} = ${keyState.placeholder}
      group by ${key}
    `;
  });
  const rows = await context.engine.rows(
    sql`
      select *
      from (
        ${join(ofKeys, "\nunion all\n")}
      )
      order by rows_1 desc, key_no, value_1
      limit ${count}
    `,
    count,
  );
  return rows.map((row) => ({
    key: Number(row["key_no"]),
    value: String(row["value_1"]),
    rows: Number(row["rows_1"]),
  }));
}
