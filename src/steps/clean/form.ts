import type { OrderedRelation, Table } from "../../core/context.ts";
import { nullWords, type Column, type ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isOneOf, lowerCase, nfc, titleCase, upperCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { plainSpacesSql } from "../reading/number-sql.ts";
import { isPlainNotation, textSql } from "../reading/values.ts";
import type { CleanColumn } from "./model.ts";
import { isNumeric } from "./plain-values.ts";
import { hasOddSpaceSql, isOddRowSql, squeezedSql, trimmedSql } from "./white-space.ts";
import { carriedPosition, carrying } from "../row-position.ts";

/** The rules of form, in the order in which they apply. */
export type FormRule = "spaces" | "nfc" | "null" | "email" | "number" | "date" | "boolean" | "case";

/** One rule on one column: the value after it from the value before. */
export interface Stage {
  readonly rule: FormRule;
  /** `odd`: whether the row may hold odd white space or letters of another Unicode form; null: look at the value itself. */
  readonly apply: (before: Sql, odd: Sql | null) => Sql;
}

/** A column of a table with the rules that are to bring it into form; none for one that passes. */
export interface FormColumn {
  readonly column: Column;
  /** What it is cleaned as; null where it passes. */
  readonly cleaned: CleanColumn | null;
  readonly stages: readonly Stage[];
  /** Whether it may hold white space other than the plain space: never, some rows, or not known yet. */
  readonly odd: "never" | "some" | "unknown";
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
 * The rules that may change a column. `words`: what stands for a missing value, null for the words that the reader
 * knows. `reread`: only white space kept the column from being read as what it is.
 */
export function formColumn(
  column: Column,
  cleaned: CleanColumn,
  { reread, words }: { readonly reread: boolean; readonly words: readonly string[] | null },
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
    return { column, cleaned, stages, odd: "never" };
  }
  // A number with a no-break space around it or in it is read as one with spaces between thousands.
  // Else it has plain spaces around it at most.
  const isBare = isNumeric(column.type) && "thousands" in column.reading && column.reading.thousands !== " ";
  const odd = isBare && !reread ? "never" : "unknown";
  if (odd === "never") add("spaces", (before) => trimmedSql(before));
  else add("spaces", (before, oddRow) => squeezedSql(before, oddRow));
  if (type === "text") {
    add("nfc", (before, oddRow) =>
      oddRow === null ? nfc(before) : sql`case when ${oddRow} then ${nfc(before)} else ${before} end`,
    );
  }
  // The reader takes its own words for missing in a column of another type, whatever words the user gave.
  const missing = type === "text" ? (words ?? nullWords) : [...nullWords, ...(words ?? [])];
  add("null", nullSql(missing, type));
  if (cleaned.email) add("email", lowerCase);
  else if (type === "boolean") add("boolean", booleanSql);
  else if (type !== "text" && !isPlain(column)) {
    add(isNumeric(type) ? "number" : "date", (before) => textSql({ ...column, ref: before }));
  }
  if (cleaned.case !== null) {
    const letters = cleaned.case;
    add("case", (before) =>
      letters === "title" ? titleCase(before) : letters === "upper" ? upperCase(before) : lowerCase(before),
    );
  }
  return { column, cleaned, stages, odd };
}

/** A column that passes through as it is. */
export function passedColumn(column: Column): FormColumn {
  return { column, cleaned: null, stages: [], odd: "never" };
}

function isPlain({ reading }: Column): boolean {
  return isPlainNotation(reading);
}

/**
 * A text that is empty or a word for missing becomes null. Most values of a column that is no text are told by their
 * first digit, or by the two commonest words for yes and no.
 */
function nullSql(words: readonly string[], type: ColumnType): Stage["apply"] {
  const longest = Math.max(0, ...words.map((word) => [...word].length));
  const list = ["", ...words];
  const isShown = type !== "text" && !words.some((word) => /^(\d|true$|false$)/.test(word));
  const shown = (before: Sql): Sql =>
    type === "boolean" ? sql`${before} = 'true' or ${before} = 'false'` : sql`${before} >= '0' and ${before} < ':'`;
  return (before) => {
    const guard = isShown ? shown(before) : sql`length(${before}) > ${longest}`;
    return sql`
      case
        when ${guard} then ${before}
        when ${isOneOf(lowerCase(isShown ? plainSpacesSql(before) : before), list)} then null
        else ${before}
      end
    `;
  };
}

function typedNull({ type }: Column, words: readonly string[] | null): Stage["apply"] | null {
  const given = words ?? [];
  if (!isNumeric(type)) {
    if (given.length === 0) return null;
    return (before) => sql`case when ${isOneOf(lowerCase(asText(before)), given)} then null else ${before} end`;
  }
  const numbers = given.map(Number).filter((number) => Number.isFinite(number));
  const listed = type === "number" ? [...numbers, Number.NaN] : numbers;
  if (listed.length === 0) return null;
  return (before) => sql`case when ${isOneOf(before, listed)} then null else ${before} end`;
}

function booleanSql(before: Sql): Sql {
  const isIn = (words: readonly string[]): Sql => isOneOf(sql`lower(${before})`, words);
  return sql`
    case
      when ${before} in ('true', 'false') then ${before}
      when ${isIn([...yesWords, "1"])} then 'true'
      when ${isIn([...noWords, "0"])} then 'false'
    end
  `;
}

/** The row's own sign that a column of it may hold odd white space, in a staged relation. */
const oddRow = identifier("odd_0");

/** A relation in which every column stands before the first rule and after each of its rules. */
export interface StagedRelation extends OrderedRelation {
  /** By column: its value before the first rule, then after each. */
  readonly refs: readonly (readonly Sql[])[];
  /** Whether a row may hold odd white space; null where no column can, or each is known. */
  readonly odd: Sql | null;
}

/** Applies the rules of columns, level by level, so that each value is computed once. */
export function stagedRelation(table: Table, columns: readonly FormColumn[]): StagedRelation {
  const refs = columns.map((_, i) => [identifier(`before_${i + 1}`)]);
  const unknown = columns.filter(({ odd, stages }) => odd === "unknown" && stages.length > 0);
  const sign = unknown.length === 0 ? [] : [sql`${isOddRowSql(unknown.map(({ column }) => column.ref))} as ${oddRow}`];
  const oddOf = ({ odd }: FormColumn, before: Sql, rule: FormRule): Sql | null => {
    if (odd === "unknown") return oddRow;
    return odd === "some" && rule === "spaces" ? hasOddSpaceSql(before) : null;
  };
  const begin = columns.map(({ column }, i) => sql`${column.ref} as ${refs[i]![0]!}`);
  let relation = sql`
    (
      select
        ${join([...begin, ...sign, ...carriedPosition(table)], ",\n")}
      from ${table.relation}
    )
  `;
  for (const level of levels) {
    const added: Sql[] = [];
    columns.forEach((column, i) => {
      const stage = column.stages.find(({ rule }) => level.includes(rule));
      if (stage === undefined) return;
      const ref = identifier(`${stage.rule}_${i + 1}`);
      const before = refs[i]!.at(-1)!;
      added.push(sql`${stage.apply(before, oddOf(column, before, stage.rule))} as ${ref}`);
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
  return { ...carrying(table, relation), refs, odd: sign.length === 0 ? null : oddRow };
}

/** The table in form: every cleaned column in plain notation with its type. `present` is by column. */
export function formTable(table: Table, columns: readonly FormColumn[], present: readonly number[]): Table {
  const { refs, ...staged } = stagedRelation(table, columns);
  const made = columns.map(({ column, cleaned }, i): DerivedColumn => {
    const last = refs[i]!.at(-1)!;
    if (cleaned === null) return { ...passed(column), value: last };
    return { ...derived(column.name, cleaned.type, column.stored, last, present[i]!), why: column.why };
  });
  return deriveTable({ ...staged, rows: table.rows, columns: table.columns }, made);
}
