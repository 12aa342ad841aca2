import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import type { Box } from "../../model/explain/simplify-boxes.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { doubleSql } from "../cluster/in-engine/column-moments.ts";
import { valueSql } from "../reading/values.ts";
import type { LearnedRules } from "./learn-rules.ts";

/**
 * The rules as one `case` over the columns by their names: the segment that the tree gives a row, and that of no segment where
 * a value is missing that nothing fills.
 */
export function caseSql({ rules, segments, columns, required }: LearnedRules): Sql {
  const operand = (column: number): Sql => {
    const { name, fill } = columns[column]!;
    return fill === null ? identifier(name) : sql`coalesce(${identifier(name)}, ${fill})`;
  };
  const none = value(typeof segments[0] === "string" ? "0" : 0);
  const cases = rules.flatMap(({ boxes }, c) =>
    boxes.length === 0 ? [] : [sql`when ${anyOf(boxes, operand)} then ${value(segments[c]!)}`],
  );
  const gaps = required.map((name) => sql`${identifier(name)} is null`);
  const absent = gaps.length === 0 ? [] : [sql`when ${join(gaps, " or ")} then ${none}`];
  return sql`
    case
      ${join([...absent, ...cases], "\n")}
    end
  `;
}

/**
 * The table with the segment that the rules give each row, as a statement of its own. Throws `usage` for a column of the rules
 * whose name is another one's but for its case: SQL takes the two for one.
 */
export function rulesSql(table: Table, learned: LearnedRules, name: string): Sql {
  const asked = new Set([...learned.columns.map((column) => column.name), ...learned.required]);
  const kept = table.columns.filter((column) => column.name !== name);
  const typed = (column: Column): Sql =>
    asked.has(column.name) && column.type !== "integer" ? doubleSql(table, column.name) : valueSql(column);
  for (const one of kept.filter((column) => asked.has(column.name))) {
    const other = kept.find((column) => column !== one && column.name.toLowerCase() === one.name.toLowerCase());
    if (other !== undefined) {
      throw new SegmentError(
        "usage",
        `${one.name} and ${other.name} differ in case alone, and SQL takes them for one`,
        {
          hint: "rename one of them, or leave out --rules-sql",
        },
      );
    }
  }
  const columns = kept.map((column) => sql`${typed(column)} as ${identifier(column.name)}`);
  return sql`
    with customers as (
      select
        ${join(columns, ",\n")}
      from ${table.relation}
    )
    select
      *,
      ${caseSql(learned)} as ${identifier(name)}
    from customers
  `;
}

function anyOf(boxes: readonly Box[], operand: (column: number) => Sql): Sql {
  const all = boxes.map((box) => {
    const bounds = box.flatMap(({ column, above, atMost }) => [
      ...(above === null ? [] : [sql`${operand(column)} > ${above}`]),
      ...(atMost === null ? [] : [sql`${operand(column)} <= ${atMost}`]),
    ]);
    return bounds.length === 0 ? sql`true` : join(bounds, " and ");
  });
  if (all.length === 1) return all[0]!;
  return join(
    all.map((one) => sql`(${one})`),
    " or ",
  );
}
