import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Column } from "../../../core/schema.ts";
import { sql } from "../../../sql/template.ts";
import { byCodePoint, keySql } from "./category-sql.ts";
import type { CategoryType } from "./encoding.ts";

/** The type of the categories of a column; null for numbers with decimals, dates and times. */
export function categoryType({ type }: Column): CategoryType | null {
  return type === "text" || type === "integer" || type === "boolean" ? type : null;
}

/** Why a column holds no categories, in words. */
export function noCategories({ type }: Column): string {
  return type === "number" ? "holds numbers with decimals, no categories" : "holds dates, no categories";
}

/**
 * The values of a column and their rows, in rising order: of whole numbers, of text by code point. One scan. Throws
 * `bad-option-value` beyond `most` different values; `option` is what named the column.
 */
export async function countCategories(
  engine: Engine,
  table: Table,
  { column, type }: { readonly column: Column; readonly type: CategoryType },
  most: number,
  option: string,
): Promise<readonly { readonly value: string; readonly count: number }[]> {
  const rows = await engine.rows(
    sql`
      select key_1, count(*) as rows_1
      from (
        select ${keySql(column, type)} as key_1
        from ${table.relation}
      )
      where key_1 is not null
      group by key_1
      limit ${most + 1}
    `,
    most + 1,
  );
  if (rows.length > most) {
    const what = `${option} ${column.name}: more than ${most} different values, names or ids rather than categories`;
    throw new SegmentError("bad-option-value", what, { hint: "group its values first, or leave the column out" });
  }
  const found = rows.map((row) => ({ value: String(row["key_1"]), count: Number(row["rows_1"]) }));
  const compare = type === "integer" ? byNumber : byCodePoint;
  return found.sort((a, b) => compare(a.value, b.value));
}

function byNumber(a: string, b: string): number {
  const [x, y] = [BigInt(a), BigInt(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
