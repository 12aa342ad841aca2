import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import type { Box } from "../../model/explain/simplify-boxes.ts";
import { inline } from "../../sql/compile.ts";
import { duckdb } from "../../sql/duckdb.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { findColumn } from "../match-columns.ts";
import type { LearnedRules } from "./learn-rules.ts";

/**
 * The rules as a query over a relation that has the table's columns under their names, as numbers and booleans: every column,
 * and one `case` beside them that gives a row the segment of the tree, that of no segment where a value is missing that nothing
 * fills. Standard SQL; the relation is called as the file of `label`, as far as that is a plain name. Throws `usage` for a column of the rules whose name is another one's but for its case: SQL takes the two for
 * one.
 */
export function rulesSql(table: Table, learned: LearnedRules, name: string, label: string): string {
  requireDistinct(table, learned, name);
  const query = sql`
    select
      *,
      ${caseSql(table, learned)} as ${identifier(name)}
    from ${identifier(relationOf(label))}
  `;
  return `${inline(query, duckdb)};`;
}

function relationOf(label: string): string {
  return /(?:^|[/\\])(\w+)(?:\.\w+)*$/.exec(label)?.[1] ?? "customers";
}

function requireDistinct(table: Table, { columns, required }: LearnedRules, name: string): void {
  const asked = new Set([...columns.map((column) => column.name), ...required]);
  const kept = table.columns.filter((column) => column.name !== name);
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
}

function caseSql(table: Table, { rules, segments, columns, required }: LearnedRules): Sql {
  const operand = (column: number): Sql => {
    const { name, fill } = columns[column]!;
    const { type } = findColumn(table.columns, name, "the table");
    const own = type === "boolean" ? sql`cast(${identifier(name)} as integer)` : identifier(name);
    return fill === null ? own : sql`coalesce(${own}, ${fill})`;
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
