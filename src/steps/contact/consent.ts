import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isOneOf } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { plainSpacesSql } from "../reading/number-sql.ts";

/** Words that say what was answered, whatever the column asks. */
const given = "opt-in optin opt_in opted-in subscribed abonné abonne abonnée abonnee inscrit inscrite".split(" ");
const agreed = "accepted accepte accepté acceptée acceptee granted agreed accord permitted allowed".split(" ");
const refused = (
  "opt-out optout opt_out opted-out refused refuse refusé refusée refusee withdrawn denied declined unsubscribed revoked " +
  "retiré retire retirée retiree désabonné desabonne désabonnée desabonnee désinscrit desinscrit désinscrite desinscrite"
).split(" ");
const yes = [...yesWords, "1", "1.0"];
const no = [...noWords, "0", "0.0"];
const states = {
  given: [...given, "opt in", "opted in"],
  refused: [...refused, "opt out", "opted out"],
};

/**
 * What a column says of consent, as SQL: true for a clear yes (oui, yes, true, vrai, o, y, 1, opt-in, accepted …), false for
 * a clear no (non, no, 0, opt-out, refused, unsubscribed …), null for all else, missing or unreadable. Whatever the column's
 * type.
 */
export function consentSql(column: Column): Sql {
  return readSql(column, [...yes, ...states.given, ...agreed], [...no, ...states.refused]);
}

/**
 * The same of a column that records refusals, `opt_out`: true for a clear consent (no, 0, opt-in), false for a clear refusal
 * (yes, 1, and words that say so by themselves: opt-out, unsubscribed), null for all else. SQL.
 */
export function refusalConsentSql(column: Column): Sql {
  return readSql(column, [...no, ...states.given], [...yes, ...states.refused]);
}

/** The one or the other, by what a schema declares of the column. SQL. */
export function clearConsentSql(column: Column): Sql {
  return column.declared?.role === "refusal" ? refusalConsentSql(column) : consentSql(column);
}

function readSql(column: Column, clearYes: readonly string[], clearNo: readonly string[]): Sql {
  const text = column.stored === "text" ? column.ref : asText(column.ref);
  const word = sql`lower(${plainSpacesSql(text)})`;
  // Most texts are a word as it is listed, and to fold each of them is dear.
  return sql`
    case
      when ${isOneOf(text, clearYes)} then true
      when ${isOneOf(text, clearNo)} then false
      when ${isOneOf(word, clearYes)} then true
      when ${isOneOf(word, clearNo)} then false
    end
  `;
}
