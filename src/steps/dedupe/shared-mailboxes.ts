import type { Sql } from "../../core/sql.ts";
import { matchesWhole } from "../../sql/functions.ts";
import { value } from "../../sql/template.ts";

/** Words that a local part may go on behind, without a mark between: `famille`, `familledupont`. */
const households = "famille|family|familie|familia|foyer|household";
/** Words that stand alone or before a mark or a digit: `info`, `contact.paris`, `sales2`. */
const functions: readonly string[] = [
  ..."contact contacts contactez info infos information informations accueil reception welcome".split(" "),
  ..."hello bonjour hi team teams equipe staff bureau office mairie cabinet agence boutique shop store".split(" "),
  ..."admin administration administrateur direction gerance management secretariat rh hr".split(" "),
  ..."compta comptabilite accounting accounts billing facturation facture invoice invoices achat achats".split(" "),
  ..."commande commandes order orders sales vente ventes commercial marketing communication presse press".split(" "),
  ..."service services sav support help aide client clients customer webmaster postmaster mail enquiries".split(" "),
];
const pattern = `(?:(?:la|the|les)?[._-]?(?:${households}).*|.*[._-](?:${households})[0-9]*|(?:${functions.join("|")})(?:[0-9._+-].*)?)@.*`;

/**
 * Whether an address that `normalEmailSql` gave is, by its name, one that several people read: of a household
 * (famille.dupont@) or of a function (contact@, info@, sales@, secretariat@). SQL.
 */
export function isSharedMailboxSql(normal: Sql): Sql {
  return matchesWhole(normal, value(pattern));
}
