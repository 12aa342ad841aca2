import type { OrderedRelation, Table } from "../../core/context.ts";
import { nullWords, type Column, type ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import {
  asText,
  isAscii,
  isOneOf,
  lowerCase,
  matchesWhole,
  nfc,
  nfkc,
  replacePattern,
  titleCase,
  upperCase,
} from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { withoutCurrencySql } from "../contact/money.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { writtenNumbers } from "../reading/null-words.ts";
import { plainSpacesSql } from "../reading/number-sql.ts";
import { wordsOfColumn } from "./settings.ts";
import { isPlainNotation, textSql } from "../reading/values.ts";
import { foldAccentsSql } from "./fold-accents.ts";
import type { CleanColumn, UnicodeForm } from "./model.ts";
import { isNumeric } from "./plain-values.ts";
import { isOddSql, seenSql, singleSpacedSql, spacedSql, trimmedSql } from "./white-space.ts";
import { carriedPosition, carrying } from "../row-position.ts";

/** The rules of form, in the order in which they apply; those of a line stand for one another. */
const levels = [
  ["control"],
  ["money"],
  ["nfc", "nfkc"],
  ["spaces"],
  ["accents"],
  ["null"],
  ["email", "number", "date", "boolean", "phone", "postcode", "country", "gender", "title"],
  ["idn"],
  ["case"],
  ["check"],
] as const;

export type FormRule = (typeof levels)[number][number];

/** Every rule of form, in the order in which they apply. */
export const formRules: readonly FormRule[] = levels.flat();

/** One rule on one column: the value after it from the value before. */
export interface Stage {
  readonly rule: FormRule;
  /**
   * `odd`: whether the value as it was read may be odd, as `isOddSql` says; null where no value of the column is.
   * `prepared`: what `prepare` gave; for the check, whether the value is right.
   */
  readonly apply: (before: Sql, odd: Sql | null, prepared: Sql) => Sql;
  /** What `apply` needs more than once, evaluated once a row. */
  readonly prepare?: (before: Sql) => Sql;
}

/** A column of a table with the rules that are to bring it into form; none for one that passes. */
export interface FormColumn {
  readonly column: Column;
  /** What it is cleaned as; null where it passes. */
  readonly cleaned: CleanColumn | null;
  readonly stages: readonly Stage[];
  /** Whether it may hold white space other than the plain space, or letters of another Unicode form. */
  readonly odd: boolean;
  /** What its rules read of the row besides, by name. */
  readonly beside?: ReadonlyMap<string, Sql>;
  /** Whether a value in form is right; null where that is not asked. SQL, true or false for what is not null. */
  readonly judge?: ((value: Sql) => Sql) | null;
  /** Columns that it adds: from its value as it was read and its value in form before the check. */
  readonly added?: readonly AddedColumn[];
}

/** A column that stands beside the one it tells of. */
export interface AddedColumn {
  readonly name: string;
  readonly type: "boolean" | "text";
  /** `right`: whether the value in form is right, where that is asked. */
  readonly value: (read: Sql, formed: Sql, right: Sql | null) => Sql;
}

/** A text in plain letters, single-spaced as it was: of an accent that stands alone a space is left. SQL. */
export function foldedSql(text: Sql): Sql {
  return sql`trim(${replacePattern(foldAccentsSql(text), value(" +"), value(" "))})`;
}

/** A text in Unicode form KC. SQL. */
export function nfkcSql(text: Sql): Sql {
  return sql`case when ${isAscii(text)} then ${text} else ${nfkc(text)} end`;
}

/** An address in small letters; what has no sign of one stays as it is. SQL. */
export function smallAddressSql(text: Sql): Sql {
  return sql`case when contains(${text}, '@') then ${lowerCase(text)} else ${text} end`;
}

/** What is known of the texts of a table, by column. */
export interface TextFacts {
  /** Columns that only white space kept from being read as what they are. */
  readonly reread: ReadonlySet<string>;
  /** Columns that hold an odd value; see `oddColumns`. */
  readonly odd: ReadonlySet<string>;
}

/**
 * The rules that may change a column. `words`: what stands for a missing value, null for the words that the reader
 * knows. `contact`: its rule of contact data.
 */
export function formColumn(
  given: Column,
  cleaned: CleanColumn,
  {
    texts: { odd: oddNames, reread },
    words,
    contact = null,
    unicode = "nfc",
  }: {
    readonly texts: TextFacts;
    readonly words: readonly string[] | null;
    readonly contact?: ContactForm | null;
    readonly unicode?: UnicodeForm;
  },
): FormColumn {
  const stages: Stage[] = [];
  const add = (rule: FormRule, apply: Stage["apply"]): void => void stages.push({ rule, apply });
  const { type, nullWords: own } = cleaned;
  const column = type === "text" && contact !== null ? textColumn(given) : given;
  const { stages: contactStages = [], ...others } = contact ?? {};
  if (column.stored === "typed") {
    const missing = typedNull(column, [...(words ?? []), ...(own ?? [])]);
    if (missing !== null) add("null", missing);
    if (type === "boolean" && column.type !== "boolean") {
      add("boolean", (before) => sql`case ${before} when 1 then true when 0 then false end`);
    }
    return { column, cleaned, stages, odd: false, ...others };
  }
  // A number with a no-break space around it or in it is read as one with spaces between thousands.
  // Else it has plain spaces around it at most.
  const isBare = isNumeric(column.type) && "thousands" in column.reading && column.reading.thousands !== " ";
  const isTrimmed = isBare && !reread.has(column.name) && cleaned.money !== true;
  const odd = !isTrimmed && oddNames.has(column.name);
  if (cleaned.money === true) add("money", withoutCurrencySql);
  if (odd) add("control", seenSql);
  if (unicode === "nfkc" && (type === "text" || reread.has(column.name))) {
    add("nfkc", nfkcSql);
  } else if (type === "text" && odd) {
    add("nfc", (before, isOdd) => sql`case when ${isOdd!} then ${nfc(before)} else ${before} end`);
  }
  if (isTrimmed) add("spaces", trimmedSql);
  else if (odd) add("spaces", (before, isOdd) => spacedSql(before, isOdd!));
  else stages.push({ rule: "spaces", prepare: trimmedSql, apply: (_, __, trimmed) => singleSpacedSql(trimmed) });
  if (cleaned.fold === true && !cleaned.email) add("accents", foldedSql);
  // The reader takes its own words for missing in a column of another type, whatever words the user gave.
  const known = wordsOfColumn(words, own);
  const missing = type === "text" ? (known ?? nullWords) : [...nullWords, ...(known ?? [])];
  add("null", nullSql(missing, type));
  if (cleaned.email) add("email", smallAddressSql);
  else if (type === "boolean") add("boolean", booleanSql);
  else if (type !== "text" && !isPlain(column)) {
    add(isNumeric(type) ? "number" : "date", (before) => textSql({ ...column, ref: before }));
  }
  if (cleaned.case !== null) {
    const letters = cleaned.case;
    const inCase = { title: titleCase, upper: upperCase, lower: lowerCase }[letters];
    // Of a letter that changes its case, another form may be left: İ with an accent becomes i with two.
    add("case", (before, isOdd) =>
      isOdd === null ? inCase(before) : sql`case when ${isOdd} then ${nfc(inCase(before))} else ${inCase(before)} end`,
    );
  }
  const order = (rule: FormRule): number => formRules.indexOf(rule);
  return {
    column,
    cleaned,
    stages: [...stages, ...contactStages].sort((a, b) => order(a.rule) - order(b.rule)),
    odd,
    ...others,
  };
}

/** What contact data adds to a column's rules; see `FormColumn`. */
export interface ContactForm extends Pick<FormColumn, "beside" | "judge" | "added"> {
  readonly stages: readonly Stage[];
}

/** A column whose digits are no number, as text. */
function textColumn({ tie: _tie, ...column }: Column): Column {
  const ref = column.stored === "text" ? column.ref : asText(column.ref);
  return { ...column, ref, type: "text", stored: "text", reading: { type: "text" }, isPlain: true };
}

/** A column that passes through as it is. */
export function passedColumn(column: Column): FormColumn {
  return { column, cleaned: null, stages: [], odd: false };
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
    const written = type === "integer" || type === "number" ? writtenNumbers(words) : null;
    const isNumber = written === null ? sql`` : sql`when ${matchesWhole(before, value(written))} then null`;
    return sql`
      case
        ${isNumber}
        when ${guard} then ${before}
        when ${isOneOf(lowerCase(isShown ? plainSpacesSql(before) : before), list)} then null
        else ${before}
      end
    `;
  };
}

function typedNull({ type }: Column, given: readonly string[]): Stage["apply"] | null {
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

/** A relation in which every column stands before the first rule and after each of its rules. */
export interface StagedRelation extends OrderedRelation {
  /** By column: its value before the first rule, then after each. */
  readonly refs: readonly (readonly Sql[])[];
  /** By column: whether its value in form, before the check, is right; null where that is not asked. */
  readonly judged: readonly (Sql | null)[];
}

/** Applies the rules of columns, level by level, so that each value is computed once. */
export function stagedRelation(table: Table, columns: readonly FormColumn[]): StagedRelation {
  const refs = columns.map((_, i) => [identifier(`before_${i + 1}`)]);
  const signs = columns.map(({ odd, stages }, i) => (odd && stages.length > 0 ? identifier(`odd_${i + 1}`) : null));
  const signed = signs.flatMap((sign, i) =>
    sign === null ? [] : [sql`coalesce(${isOddSql(columns[i]!.column.ref)}, false) as ${sign}`],
  );
  const begin = columns.map(({ column }, i) => sql`${column.ref} as ${refs[i]![0]!}`);
  const read = new Map(columns.flatMap(({ beside }) => [...(beside ?? [])]));
  const beside = Array.from(read, ([name, of]) => sql`${of} as ${identifier(name)}`);
  let relation = sql`
    (
      select
        ${join([...begin, ...beside, ...signed, ...carriedPosition(table)], ",\n")}
      from ${table.relation}
    )
  `;
  const extend = (added: readonly Sql[]): void => {
    if (added.length === 0) return;
    relation = sql`
      (
        select
          *,
          ${join(added, ",\n")}
        from ${relation}
      )
    `;
  };
  const judged = columns.map(({ judge }, i) => (judge == null ? null : identifier(`judged_${i + 1}`)));
  for (const level of levels) {
    if (level[0] === "check") {
      extend(
        columns.flatMap(({ judge }, i) => (judge == null ? [] : [sql`${judge(refs[i]!.at(-1)!)} as ${judged[i]!}`])),
      );
    }
    const staged = columns.flatMap((column, i) => {
      const stage = column.stages.find(({ rule }) => level.some((one) => one === rule));
      const prepared = stage?.rule === "check" ? judged[i]! : identifier(`prepared_${stage?.rule}_${i + 1}`);
      return stage === undefined ? [] : [{ i, stage, before: refs[i]!.at(-1)!, prepared }];
    });
    extend(
      staged.flatMap(({ stage, before, prepared }) =>
        stage.prepare === undefined ? [] : [sql`${stage.prepare(before)} as ${prepared}`],
      ),
    );
    extend(
      staged.map(({ i, stage, before, prepared }) => {
        const ref = identifier(`${stage.rule}_${i + 1}`);
        refs[i]!.push(ref);
        return sql`${stage.apply(before, signs[i]!, prepared)} as ${ref}`;
      }),
    );
  }
  return { ...carrying(table, relation), refs, judged };
}

/** The value of a column in form before its check, of its stages' references. */
function uncheckedRef({ stages }: FormColumn, refs: readonly Sql[]): Sql {
  return stages.at(-1)?.rule === "check" ? refs.at(-2)! : refs.at(-1)!;
}

/** What becomes of a table's rows and columns besides. */
export interface FormedAs {
  /** By column. */
  readonly present: readonly number[];
  /** Rows in which a column that `isDropping` holds for has a wrong value are left out; those that are left. */
  readonly rows: number;
  readonly isDropping: (column: FormColumn) => boolean;
  /** Columns that are hidden in it, from the staged relation; none without. */
  readonly hidden?: (staged: StagedRelation) => readonly DerivedColumn[];
}

/** The table in form: every cleaned column in plain notation with its type, and at its end those that are added. */
export function formTable(
  table: Table,
  columns: readonly FormColumn[],
  { present, rows, isDropping, hidden }: FormedAs,
): Table {
  const staged = stagedRelation(table, columns);
  const { refs, judged, ...ordered } = staged;
  const beside = columns.flatMap((one, i) => (one.added ?? []).map((added) => ({ ...added, i })));
  const names = new Set(beside.map(({ name }) => name));
  const made = columns.flatMap(({ column, cleaned }, i): readonly DerivedColumn[] => {
    if (names.has(column.name)) return [];
    const last = refs[i]!.at(-1)!;
    if (cleaned === null) return [{ ...passed(column), value: last }];
    return [{ ...derived(column.name, cleaned.type, column.stored, last, present[i]!), why: column.why }];
  });
  const added = beside.map(({ name, type, value, i }): DerivedColumn => {
    const of = value(refs[i]![0]!, uncheckedRef(columns[i]!, refs[i]!), judged[i]!);
    return derived(name, type, type === "text" ? "text" : "typed", of, present[i]!);
  });
  const where = anyWrongSql(columns.map((column, i) => (isDropping(column) ? wrongSql(judged[i]!) : null)));
  const left = where === null ? {} : { where: sql`not (${where})`, rows };
  const all = [...made, ...added, ...(hidden?.(staged) ?? [])];
  return deriveTable({ ...ordered, rows: table.rows, columns: table.columns }, all, left);
}

/** How many cells hold a value in each column that `formTable` makes, of those in the columns that they come from. */
export function presentByColumn(
  columns: readonly FormColumn[],
  present: readonly number[],
): ReadonlyMap<string, number> {
  return new Map(
    columns.flatMap(({ column, added = [] }, i) =>
      [column.name, ...added.map(({ name }) => name)].map((name) => [name, present[i]!] as const),
    ),
  );
}

/** Whether a row has a wrong value, of what tells that of its columns; null where none can. */
export function anyWrongSql(wrong: readonly (Sql | null)[]): Sql | null {
  const conditions = wrong.filter((one) => one !== null);
  return conditions.length === 0 ? null : join(conditions, " or ");
}

/** Whether a value is wrong, of whether it is right: not missing, and judged so. SQL, never null; null where it is not judged. */
export function wrongSql(right: Sql | null): Sql | null {
  return right === null ? null : sql`coalesce(not ${right}, false)`;
}
