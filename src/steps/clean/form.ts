import type { Table } from "../../core/context.ts";
import { nullWords, type Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, nfc, titleCase } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { textSql } from "../reading/values.ts";
import { isNumeric, type CleanColumn } from "./model.ts";
import { squeezedSql } from "./white-space.ts";

/** The rules of form, in the order in which they apply. */
export type FormRule = "spaces" | "nfc" | "null" | "email" | "number" | "date" | "boolean" | "case";

/** One rule on one column: the value after it from the value before. */
export interface Stage {
  readonly rule: FormRule;
  readonly apply: (before: Sql) => Sql;
}

/** A column of a table with the rules that are to bring it into form; none for one that passes. */
export interface FormColumn {
  readonly column: Column;
  /** What it is cleaned as; null where it passes. */
  readonly cleaned: CleanColumn | null;
  readonly stages: readonly Stage[];
}

/** Rules of the same level read what the level before left. */
const levels: readonly (readonly FormRule[])[] = [
  ["spaces"],
  ["nfc"],
  ["null"],
  ["email", "number", "date", "boolean"],
  ["case"],
];

/**
 * The rules that may change a column. `wide`: it may hold white space other than the plain space. `words`: what stands
 * for a missing value, null for the words that the reader knows.
 */
export function formColumn(
  column: Column,
  cleaned: CleanColumn,
  { wide, words }: { readonly wide: boolean; readonly words: readonly string[] | null },
): FormColumn {
  const stages: Stage[] = [];
  const add = (rule: FormRule, apply: Stage["apply"]): void => void stages.push({ rule, apply });
  const { type } = cleaned;
  if (column.stored === "typed") {
    const missing = typedNull(column, words);
    if (missing !== null) add("null", missing);
    if (type === "boolean" && column.type !== "boolean") {
      add("boolean", (before) => sql`case ${before} when 1 then true when 0 then false end`);
    }
    return { column, cleaned, stages };
  }
  add("spaces", (before) => squeezedSql(before, wide));
  if (type === "text") add("nfc", nfc);
  // The reader takes its own words for missing in a column of another type, whatever words the user gave.
  add("null", nullSql(type === "text" ? (words ?? nullWords) : [...nullWords, ...(words ?? [])], type !== "text"));
  if (cleaned.email) add("email", (before) => sql`lower(${before})`);
  else if (type === "boolean") add("boolean", booleanSql);
  else if (type !== "text" && !isPlain(column)) {
    add(isNumeric(type) ? "number" : "date", (before) => textSql({ ...column, ref: before }));
  }
  if (cleaned.case !== null) {
    const letters = cleaned.case;
    add("case", (before) =>
      letters === "title" ? titleCase(before) : letters === "upper" ? sql`upper(${before})` : sql`lower(${before})`,
    );
  }
  return { column, cleaned, stages };
}

/** A column that passes through as it is. */
export function passedColumn(column: Column): FormColumn {
  return { column, cleaned: null, stages: [] };
}

function isPlain({ reading }: Column): boolean {
  return "decimal" in reading && reading.decimal === "." && reading.thousands === "";
}

/** A text that is empty or a word for missing becomes null. Most numbers and dates are told by their first digit. */
function nullSql(words: readonly string[], digitsFirst: boolean): Stage["apply"] {
  const longest = Math.max(0, ...words.map((word) => [...word].length));
  const list = join(
    ["", ...words.filter((word) => word !== "")].map((word) => sql`lower(${value(word)})`),
    ", ",
  );
  const isShown = digitsFirst && !words.some((word) => /^\d/.test(word));
  return (before) => {
    const guard = isShown ? sql`${before} >= '0' and ${before} < ':'` : sql`length(${before}) > ${longest}`;
    return sql`
      case
        when ${guard} then ${before}
        when lower(${before}) in (${list}) then null
        else ${before}
      end
    `;
  };
}

function typedNull({ type }: Column, words: readonly string[] | null): Stage["apply"] | null {
  const given = words ?? [];
  if (!isNumeric(type)) {
    if (given.length === 0) return null;
    const list = join(given.map(value), ", ");
    return (before) => sql`case when lower(${asText(before)}) in (${list}) then null else ${before} end`;
  }
  const numbers = given.map(Number).filter((number) => Number.isFinite(number));
  const listed = type === "number" ? [...numbers, Number.NaN] : numbers;
  if (listed.length === 0) return null;
  const list = join(listed.map(value), ", ");
  return (before) => sql`case when ${before} in (${list}) then null else ${before} end`;
}

function booleanSql(before: Sql): Sql {
  const isIn = (words: readonly string[]): Sql => sql`lower(${before}) in (${join(words.map(value), ", ")})`;
  return sql`
    case
      when ${before} in ('true', 'false') then ${before}
      when ${isIn([...yesWords, "1"])} then 'true'
      when ${isIn([...noWords, "0"])} then 'false'
    end
  `;
}

/** A relation in which every column stands before the first rule and after each of its rules. */
export interface StagedRelation {
  readonly relation: Sql;
  /** By column: its value before the first rule, then after each. */
  readonly refs: readonly (readonly Sql[])[];
}

/** Applies the rules of columns, level by level, so that each value is computed once. */
export function stagedRelation(table: Table, columns: readonly FormColumn[]): StagedRelation {
  const refs = columns.map((_, i) => [identifier(`before_${i + 1}`)]);
  let relation = sql`
    (
      select
        ${join(
          columns.map(({ column }, i) => sql`${column.ref} as ${refs[i]![0]!}`),
          ",\n",
        )}
      from ${table.relation}
    )
  `;
  for (const level of levels) {
    const added: Sql[] = [];
    columns.forEach(({ stages }, i) => {
      const stage = stages.find(({ rule }) => level.includes(rule));
      if (stage === undefined) return;
      const ref = identifier(`${stage.rule}_${i + 1}`);
      added.push(sql`${stage.apply(refs[i]!.at(-1)!)} as ${ref}`);
      refs[i]!.push(ref);
    });
    if (added.length === 0) continue;
    relation = sql`
      (
        select
          *,
          ${join(added, ",\n")}
        from ${relation}
      )
    `;
  }
  return { relation, refs };
}

/** The table in form: every cleaned column in plain notation with its type. `present` is by column. */
export function formTable(table: Table, columns: readonly FormColumn[], present: readonly number[]): Table {
  const { relation, refs } = stagedRelation(table, columns);
  const made = columns.map(({ column, cleaned }, i): DerivedColumn => {
    const last = refs[i]!.at(-1)!;
    if (cleaned === null) return { ...passed(column), value: last };
    return { ...derived(column.name, cleaned.type, column.stored, last, present[i]!), why: column.why };
  });
  return deriveTable(table, made, { relation });
}
