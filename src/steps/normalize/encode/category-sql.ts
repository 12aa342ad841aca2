import type { Column } from "../../../core/schema.ts";
import type { Sql } from "../../../core/sql.ts";
import { asText, itemAt } from "../../../sql/functions.ts";
import { sql, value } from "../../../sql/template.ts";
import { double } from "../../double-sql.ts";
import { isMissingSql } from "../../reading/number-sql.ts";
import { valueSql } from "../../reading/values.ts";
import type { CategoryType } from "./encoding.ts";

/** What the values of a column of categories are told apart by, as text; null where missing. */
export function keySql(column: Column, type: CategoryType): Sql {
  switch (type) {
    case "text":
      return sql`case when not ${isMissingSql(column.ref)} then ${column.ref} end`;
    case "integer":
      return asText(sql`cast(${valueSql(column)} as bigint)`);
    case "boolean": {
      const own = valueSql(column);
      return sql`case when ${own} then 'true' when not ${own} then 'false' end`;
    }
  }
}

/** The code of a category that a model does not know. */
export const unseenCode = -1;

/**
 * The slot of each key, `unseenCode` for an unknown one, null for none. A tree of comparisons: as many a row as the number
 * of categories has bits.
 */
export function codeSql(key: Sql, categories: readonly string[], slots: readonly number[]): Sql {
  const order = categories.map((_, i) => i).sort((a, b) => byCodePoint(categories[a]!, categories[b]!));
  const tree = (from: number, to: number): Sql => {
    if (to - from === 1) {
      const at = order[from]!;
      return sql`case when ${key} = ${categories[at]!} then ${slots[at]!} else ${unseenCode} end`;
    }
    const middle = (from + to) >> 1;
    return sql`case when ${key} < ${categories[order[middle]!]!} then ${tree(from, middle)} else ${tree(middle, to)} end`;
  };
  return sql`case when ${key} is not null then ${tree(0, order.length)} end`;
}

/** Texts as both engines order them: by code point, not by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Item `index`, from 0, of a list of doubles; null beyond it. */
export function itemSql(list: readonly number[], index: Sql): Sql {
  return sql`cast(${itemAt(value(list), sql`cast(${index} + 1 as int)`)} as double)`;
}

/** What a code of one value becomes: an item of the list, `unseen` for `unseenCode`, null for none. */
export function codedSql(list: readonly number[], unseen: number | null, code: Sql): Sql {
  const other = unseen === null ? sql`null` : double(unseen);
  return sql`case when ${code} >= 0 then ${itemSql(list, code)} when ${code} < 0 then ${other} end`;
}
