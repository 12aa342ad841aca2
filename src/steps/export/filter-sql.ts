import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { join, sql, value as bound } from "../../sql/template.ts";
import { findColumn } from "../match-columns.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { requireSettled } from "../reading/ties.ts";
import { valueSql } from "../reading/values.ts";
import type { FilterCondition } from "./parse-filter.ts";

/**
 * A condition as SQL over the table's relation, true or false, never null: a missing value satisfies `is missing` and
 * nothing else. Values are read by the column's type: numbers with a decimal point, ISO dates, words for yes and no,
 * text letter by letter. A day compared with a column of times stands for the whole day. Throws `unknown-column`,
 * `ambiguous-input`, `bad-option-value`.
 */
export function filterSql(table: Table, condition: FilterCondition): Sql {
  const { test } = condition;
  const column = findColumn(table.columns, condition.column, "--filter");
  if (test.kind === "missing") return missingSql(table, column);
  if (test.kind === "present") return sql`not ${missingSql(table, column)}`;
  requireSettled(table, [column.name]);
  if (test.kind === "compare") {
    if (test.operator !== "=" && test.operator !== "!=") requireOrder(condition, column);
    const { left, right } = operands(condition, column, test.value);
    return holds(sql`${left} ${comparisonSql[test.operator]} ${right}`);
  }
  const pairs = test.values.map((text) => operands(condition, column, text));
  const equal = join(
    pairs.map(({ left, right }) => sql`${left} = ${right}`),
    " or ",
  );
  return holds(test.kind === "in" ? sql`(${equal})` : sql`not (${equal})`);
}

const comparisonSql = { "=": sql`=`, "!=": sql`<>`, "<": sql`<`, "<=": sql`<=`, ">": sql`>`, ">=": sql`>=` } as const;

/** What an unknown comparison leaves open does not hold. */
function holds(condition: Sql): Sql {
  return sql`coalesce(${condition}, false)`;
}

/** The column's value as SQL over the relation; null where it is missing: also for an empty text and a NaN. */
export function presentSql(column: Column): Sql {
  if (column.type === "text") return sql`case when trim(${column.ref}) <> '' then ${column.ref} end`;
  if (column.type === "number" && column.stored === "typed") return sql`nullif(${column.ref}, ${Number.NaN})`;
  return valueSql(column);
}

function missingSql(table: Table, column: Column): Sql {
  requireSettled(table, [column.name]);
  return sql`(${presentSql(column)} is null)`;
}

/** Text has no order that a filter could mean: `9` comes after `10`. */
function requireOrder(condition: FilterCondition, column: Column): void {
  if (column.type !== "text" && column.type !== "boolean") return;
  const odd = column.oddValue === undefined ? "" : `, such as “${column.oddValue.value.slice(0, 40)}”`;
  const what = column.type === "boolean" ? "yes or no" : `text${odd}`;
  const hint =
    column.oddValue === undefined
      ? "text and yes-or-no columns take = != in, not in, is missing, is present"
      : "clean the column first, so that it holds numbers or dates alone";
  throw refused(condition, `${column.name} is ${what}, which has no order`, hint);
}

function operands(
  condition: FilterCondition,
  column: Column,
  text: string,
): { readonly left: Sql; readonly right: Sql } {
  const left = presentSql(column);
  const wrong = (what: string, hint: string): never => {
    throw refused(condition, `${column.name} holds ${what}, and “${text}” is none`, hint);
  };
  switch (column.type) {
    case "text":
      return { left, right: bound(text) };
    case "integer":
    case "number": {
      const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
      if (!Number.isFinite(number)) return wrong("numbers", "write numbers like 1234.5");
      return { left, right: bound(number) };
    }
    case "boolean": {
      const word = text.trim().toLowerCase();
      if ([...yesWords, "1"].includes(word)) return { left, right: sql`true` };
      if ([...noWords, "0"].includes(word)) return { left, right: sql`false` };
      return wrong("yes or no", "write yes or no");
    }
    case "date":
      if (!isDay(text)) return wrong("dates", "write days like 2024-01-31");
      return { left, right: sql`cast(${text.trim()} as date)` };
    case "timestamp": {
      if (isDay(text)) return { left: sql`cast(${left} as date)`, right: sql`cast(${text.trim()} as date)` };
      const [day = "", time = ""] = text.trim().split(/[T ]/);
      if (!isDay(day) || !/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/.test(time))
        return wrong("times", "write times like 2024-01-31 or 2024-01-31T18:30:00, in UTC");
      return { left, right: sql`cast(${`${day} ${time.length === 5 ? `${time}:00` : time}`} as timestamp)` };
    }
  }
}

function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
  if (match === null) return false;
  const day = new Date(0);
  day.setUTCFullYear(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return day.toISOString().startsWith(match[0]);
}

function refused(condition: FilterCondition, what: string, hint: string): SegmentError {
  return new SegmentError("bad-option-value", `--filter ${JSON.stringify(condition.text)}: ${what}`, { hint });
}
