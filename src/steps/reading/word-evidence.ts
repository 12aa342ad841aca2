import { nameWords } from "../column-kinds.ts";
import type { ColumnEvidence } from "./column-evidence.ts";

/** Words of a file that tell which order its dates have. */
export interface WordEvidence {
  /** Day first, with the reason in words, or null. */
  readonly dayFirst: string | null;
  /** Month first (United States). */
  readonly monthFirst: string | null;
}

const europeanNames = words(`
  naissance prenom nom ville pays montant courriel adresse civilite commande commandes achat achats inscription panier
  derniere dernier nombre quantite mois annee anniversaire rue societe entreprise fidelite solde prix facture depense
  vorname nachname geburtsdatum strasse stadt plz ort betrag umsatz kunde anrede bestellung
  fecha apellido apellidos ciudad importe nacimiento cognome citta importo nascita nascimento cidade
  voornaam achternaam geboortedatum
`);
const europeanValues = words(`
  oui non mme mlle janvier février avril juin juillet août septembre octobre décembre herr frau
`);
/** Months that no English date has. */
const frenchMonth =
  /\b(?:janv|janvier|févr?|février|fevr|mars|avr|avril|mai|juin|juil|juillet|ao[uû]t|septembre|octobre|novembre|déc|d[eé]cembre)(?!\p{L})/iu;
const europeanCall = /^(?:\+|00)(?:3[0-9]|4[0-9]|351|352|353|358|420|421)[ .(-]?\d/;
const states = words(`
  al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc
  sd tn tx ut vt va wa wv wi wy dc pr
`);

/**
 * What headers and sampled values say of the order of day and month: names and words of European languages, European
 * dialling codes; or American states, which need no second witness, and zip codes with AM/PM, which do together (either
 * alone is seen in other countries too).
 */
export function wordEvidence(columns: readonly ColumnEvidence[]): WordEvidence {
  return { dayFirst: european(columns), monthFirst: american(columns) };
}

function european(columns: readonly ColumnEvidence[]): string | null {
  for (const { column } of columns) {
    const word = nameWords(column.name).find((one) => europeanNames.has(one));
    if (word !== undefined) return `the column name ${short(column.name)}`;
  }
  for (const { column, candidate, values } of columns) {
    const letters = candidate.kind === "date" ? values.find((value) => frenchMonth.test(value)) : undefined;
    if (letters !== undefined) return `French months such as ${letters.trim()} in column ${short(column.name)}`;
    if (values.length === 0 || (candidate.kind !== "text" && candidate.kind !== "boolean")) continue;
    const said = values.filter((value) => europeanValues.has(value.trim().toLowerCase().replace(/\.$/, "")));
    if (said.length * 2 >= values.length) return `words such as ${said[0]!.trim()} in column ${short(column.name)}`;
    const calls = values.filter((value) => europeanCall.test(value.trim()));
    if (calls.length * 2 >= values.length) return `telephone numbers such as ${calls[0]!.trim()}`;
  }
  return null;
}

function american(columns: readonly ColumnEvidence[]): string | null {
  let zip = "";
  let clock = "";
  for (const { column, candidate, values } of columns) {
    if (values.length === 0) continue;
    const name = nameWords(column.name);
    const all = (test: (value: string) => boolean): boolean => values.filter(test).length >= values.length * 0.9;
    if (
      (name.includes("state") || name.includes("province")) &&
      all((value) => states.has(value.trim().toLowerCase()))
    ) {
      return `American states in column ${short(column.name)}`;
    }
    if ((name.includes("zip") || name.includes("zipcode")) && all((value) => /^\d{5}(-\d{4})?$/.test(value.trim()))) {
      zip = short(column.name);
    }
    if (candidate.kind === "date" && candidate.written[0]!.family.time === "12 h") clock = short(column.name);
  }
  return zip !== "" && clock !== "" ? `zip codes in column ${zip} and AM/PM in column ${clock}` : null;
}

/** A name as it is quoted in a sentence. */
export function short(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/).filter((word) => word !== ""));
}
