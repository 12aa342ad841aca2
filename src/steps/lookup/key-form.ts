import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, lowerCase, nfc, replacePattern } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { nameWords } from "../column-kinds.ts";
import { isEmailSql, normalEmailSql } from "../contact/email.ts";
import { emailKeySql, type AsciiDomains } from "../contact/email-key.ts";
import { textOf } from "../dedupe/key-kinds.ts";
import { isMissingSql, plainSpacesSql } from "../reading/number-sql.ts";
import { valueSql } from "../reading/values.ts";
import { postcodeSql } from "./departments.ts";

/** How the values of a column and of a lookup's key are compared. */
export type KeyForm = "postcode" | "email" | "digits" | "value" | "text";

/** A form in words, for the report. */
export const keyFormWords: Readonly<Record<KeyForm, string>> = {
  postcode: "as French postcodes: five digits, a lost leading zero put back, CEDEX off; others as text",
  email: "as mailboxes: case, dots and +tags that a provider ignores and the notation of a domain do not count",
  digits: "as codes: numbers and text alike, without leading zeros",
  value: "by value",
  text: "as text: outer spaces and case do not count",
};

const postcodeWords = new Set(["postcode", "postal", "postale", "zip", "zipcode", "cp", "plz"]);

/** The form that serves both columns; `areEmails` where both hold addresses. */
export function keyForm(own: Column, other: Column, areEmails = false): KeyForm {
  const says = ({ name }: Column): boolean => nameWords(name).some((word) => postcodeWords.has(word));
  if (says(own) || says(other)) return "postcode";
  if (areEmails) return "email";
  const isNumber = ({ type }: Column): boolean => type === "integer" || type === "number";
  if (isNumber(own) && isNumber(other)) return "value";
  if (isNumber(own) || isNumber(other)) return "digits";
  return own.type === other.type && own.type !== "text" ? "value" : "text";
}

/** A column's values in a form, as SQL; null where missing. `domains`: of addresses, those whose two forms are one. */
export function keyFormSql(column: Column, form: KeyForm, domains: AsciiDomains = new Map()): Sql {
  const text = textOf(column);
  const plain = lowerCase(nfc(plainSpacesSql(text)));
  const of: Readonly<Record<KeyForm, () => Sql>> = {
    postcode: () => sql`coalesce(${postcodeSql(text)}, ${plain})`,
    email: () => {
      const normal = normalEmailSql(text);
      return sql`case when ${isEmailSql(normal)} then ${emailKeySql(normal, domains)} else ${plain} end`;
    },
    digits: () => replacePattern(plain, value("^0+([0-9])|[.]0+$"), value("\\1")),
    value: () => asText(column.type === "integer" ? sql`cast(${valueSql(column)} as double)` : valueSql(column)),
    text: () => plain,
  };
  return sql`case when not ${isMissingSql(text)} then ${of[form]()} end`;
}
