import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isOneOf } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { plainSpacesSql } from "../reading/number-sql.ts";

const clearYes = [...yesWords, "1", "1.0"];
const clearNo = [...noWords, "0", "0.0"];

/**
 * What a column says of consent, as SQL: true for a clear yes (oui, yes, true, vrai, o, y, 1), false for a clear no, null
 * for all else, missing or unreadable. Whatever the column's type.
 */
export function consentSql(column: Column): Sql {
  const word = sql`lower(${plainSpacesSql(column.stored === "text" ? column.ref : asText(column.ref))})`;
  const isIn = (words: readonly string[]): Sql => isOneOf(word, words);
  return sql`case when ${isIn(clearYes)} then true when ${isIn(clearNo)} then false end`;
}
