import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, replacePattern } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { nameWords } from "../column-kinds.ts";
import { findColumn, matchColumns } from "../match-columns.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { requireSettled } from "../reading/ties.ts";
import { foldWordsSql } from "./fold.ts";

/** The columns by which people are told apart: their names, and their date of birth where there is one. */
export interface PeopleColumns {
  /** In the order in which they make up a name; empty where the table has none. */
  readonly names: readonly Column[];
  readonly birth: Column | null;
}

export interface PeopleOptions {
  readonly names: readonly string[] | undefined;
  readonly birth: string | undefined;
}

const firstName = /firstname|givenname|forename|prenom|vorname|^first$|^fname$/;
const lastName =
  /lastname|surname|familyname|nomdefamille|nomfamille|nachname|^last$|^lname$|^nom(client|contact|usage)?$|^clientnom$/;
const fullName =
  /^name$|^fullname|^nomcomplet|^nom(et)?prenom|^prenom(et)?nom|^(customer|client|contact|display)name$|^nomaffiche$/;
const birthDate = /birth|naissance|^dob$|^geburtsdatum$|^datenaiss$/;

/**
 * Finds the columns of names (first and last, else full; French and English) and of birth, or those that were named.
 * Throws `unknown-column`, `ambiguous-input` and `bad-option-value` for columns that were named and do not serve.
 */
export function peopleColumns(table: Table, options: PeopleOptions): PeopleColumns {
  return { names: nameColumns(table, options.names), birth: birthColumn(table, options.birth) };
}

/** The part of a person's name that a column holds by its own name, or null. */
export function namePart(name: string): "first-name" | "last-name" | "name" | null {
  const word = joined(name);
  if (fullName.test(word)) return "name";
  if (firstName.test(word)) return "first-name";
  return lastName.test(word) ? "last-name" : null;
}

/** Whether a name says that a column holds dates of birth. */
export function isBirthName(name: string): boolean {
  return birthDate.test(joined(name));
}

/** The columns of first and last names, or of full names, in the order in which they are read. */
export function nameColumns(table: Table, named: readonly string[] | undefined): readonly Column[] {
  const { columns } = table;
  if (named !== undefined) {
    for (const pattern of named) matchColumns(columns, [pattern], "--names");
    return named.flatMap((pattern) => {
      const { names } = matchColumns(columns, [pattern], "--names");
      return columns.filter(({ name }) => names.includes(name));
    });
  }
  const called = (pattern: RegExp): Column | undefined =>
    columns.find(({ name, type, tie }) => type === "text" && tie === undefined && pattern.test(joined(name)));
  const full = called(fullName);
  const first = columns.find(
    ({ name, type }) => type === "text" && firstName.test(joined(name)) && !fullName.test(joined(name)),
  );
  const last = called(lastName);
  if (first !== undefined && last !== undefined) return [first, last];
  if (full !== undefined) return [full];
  return [first, last].filter((column) => column !== undefined);
}

function birthColumn(table: Table, named: string | undefined): Column | null {
  if (named === undefined) {
    return table.columns.find(({ name, type }) => type === "date" && isBirthName(name)) ?? null;
  }
  const column = findColumn(table.columns, named, "--birth");
  requireSettled(table, [named]);
  if (column.type === "date") return column;
  throw new SegmentError("bad-option-value", `--birth takes a column of dates, and this one holds ${column.type}`, {
    place: { column: named },
  });
}

/** The text of name columns as one, a space between them; a missing part is left out. SQL; an empty text where all are missing. */
export function nameTextSql(names: readonly Column[]): Sql {
  const parts = names.map((column) => {
    const text = column.stored === "text" ? column.ref : asText(column.ref);
    return sql`case when ${isMissingSql(text)} then '' else ${text} || ' ' end`;
  });
  return parts.length === 0 ? sql`''` : join(parts, " || ");
}

const titles = "m?me|mlle|mrs?|ms|miss|dr|monsieur|madame|mademoiselle";

/** A name as names are compared: folded words, titles left out. SQL. */
export function comparedNameSql(text: Sql): Sql {
  return sql`trim(${replacePattern(sql`' ' || ${foldWordsSql(text)} || ' '`, value(` (?:${titles}) `), value(" "))})`;
}

function joined(name: string): string {
  return nameWords(name).join("");
}
