import type { Sql } from "../../core/sql.ts";
import { isOneOf, matchesWhole } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { nameWords } from "../column-kinds.ts";

/** Local parts that are no one's mailbox, without dots, hyphens and underscores. */
const nobody: readonly string[] = [
  ..."noreply noresponse donotreply dontreply nepasrepondre nereply no none null nil na nan nd".split(" "),
  ..."test tests testing tester essai exemple example sample demo fake dummy toto tata foo bar foobar".split(" "),
  ..."aucun aucune inconnu inconnue anonyme anonymous unknown nobody personne vide empty blank".split(" "),
  ..."sansemail sansmail pasdemail pasdemel pasdadresse pasdadressemail nomail noemail invalid invalide".split(" "),
  ..."x xx abc abcd abcdef azerty qwerty asdf asdfgh mail email adresse undisclosed".split(" "),
];

/** Three or more of one letter or digit; RE2 has no back-references. */
const sameThrice = [..."abcdefghijklmnopqrstuvwxyz0123456789"].map((letter) => `${letter}{3,}`);
const placeholderPattern = `(?:${[...nobody.map((word) => [...word].join("[._-]*")), ...sameThrice].join("|")})(?:[+].*)?@.*`;

/** Whether an address that `normalEmailSql` gave stands for having none: noreply@, no.reply@, test@, sansemail@, xxx@ … SQL. */
export function isPlaceholderEmailSql(normal: Sql): Sql {
  return matchesWhole(normal, value(placeholderPattern));
}

/**
 * Whether a number stands for having none: one digit repeated (0000000000), all but the first the same (0600000000), or a
 * run (0123456789). `national` is its digits without calling code and leading zeros. SQL.
 */
export function isPlaceholderPhoneSql(national: Sql): Sql {
  const digits = "0123456789";
  const down = [...digits].reverse().join("");
  return sql`
    (
      ${national} = ''
      or ${matchesWhole(national, value(`[0-9]?(?:${[...digits].map((digit) => `${digit}{5,}`).join("|")})`))}
      or contains(${digits + digits}, ${national})
      or contains(${down + down}, ${national})
    )
  `;
}

/** What is written where nothing is known, as keys are folded. */
const unknownWords = (
  "inconnu inconnue unknown tbd tba tbc aucun aucune sans none test testtest nd nc na nr null nil nan vide divers anonyme " +
  "anonymous undefined default defaut missing empty blank dummy todo xx x nonrenseigne nonrenseignee nonconnu " +
  "noncommunique notavailable notapplicable notknown notprovided unspecified inconnuinconnu unknownunknown anonymousanonymous"
).split(" ");
/** Of states and countries NC, ND and NA are some. */
const placeWords = new Set("state etat province region country pays code iso".split(" "));
/** Zeros, nines from three on, other digits from five on and letters from three on, all the same. */
const repeated = [
  "0+",
  "9{3,}",
  ..."12345678".split("").map((digit) => `${digit}{5,}`),
  ..."abcdefghijklmnopqrstuvwxyz".split("").map((letter) => `${letter}{3,}`),
];

/**
 * Whether a key that is neither an address nor a telephone number stands for having none: inconnu, unknown, tbd, n/c, 0,
 * 99999, xxx, or marks alone (`---`). `normal` is the folded text; `label` names its column. SQL.
 */
export function isPlaceholderTextSql(normal: Sql, label: string): Sql {
  const places = nameWords(label).some((word) => placeWords.has(word));
  const words = places ? unknownWords.filter((word) => !["nc", "nd", "na", "x", "xx"].includes(word)) : unknownWords;
  return sql`
    case
      when length(${normal}) > 20 and not ${matchesWhole(sql`left(${normal}, 20)`, value(`(?:${repeated.join("|")}|[^\\p{L}\\p{N}]+)`))} then false
      when ${isOneOf(normal, words)} then true
      else ${matchesWhole(normal, value(`(?:${repeated.join("|")}|[^\\p{L}\\p{N}]+)`))}
    end
  `;
}
