import type { Sql } from "../../core/sql.ts";
import { matchesWhole } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";

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
