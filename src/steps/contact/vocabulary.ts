/** Words of contact data that stand for one of few things. */

/** Gender by the words of files: English, French, German, Spanish and Italian, folded by `foldWord`. */
const genderTable = `
male: m h male man men boy homme hommes masculin masculine monsieur mr sir garcon mann mannlich maennlich herr hombre masculino varon senor sr uomo maschio maschile signor sig
female: f w female woman women girl femme femmes feminin feminine madame mademoiselle mme mlle mrs ms miss dame fille frau weiblich mujer femenino senora senorita sra srta donna femmina femminile signora
other: x other others autre autres divers diverse nonbinary nonbinaire nichtbinar nichtbinaer nobinario nonbinario enby mx neutral neutre
`;

/** How a title is written in each language; its first form is the canonical one. */
const titleTable = `
M.: m monsieur mons
Mme: mme madame mad
Mlle: mlle mademoiselle melle
Mr: mr mister
Mrs: mrs missus
Ms: ms
Miss: miss
Mx: mx
Dr: dr docteur doctor doktor drmed dott dottore dottoressa
Pr: pr prof professeur professor professeure professore professoressa
Me: me maitre
Herr: herr hr
Frau: frau fr
Sr.: sr senor
Sra.: sra senora
Srta.: srta senorita
Sig.: sig signor signore
Sig.ra: sigra signora
`;

export const genders: readonly string[] = ["male", "female", "other"];
export const titles: readonly string[] = linesOf(titleTable).map(([form]) => form);
const genderOf = byWord(genderTable);
const titleOf = byWord(titleTable);

/** `male`, `female` or `other` for a word that says so (`Homme`, `Mme`, `W`); null for any other. */
export function genderOfWord(text: string): string | null {
  return genderOf.get(foldWord(text)) ?? null;
}

/** The canonical spelling of a title in its own language (`Monsieur` is `M.`, `mister` is `Mr`); null for what is none. */
export function titleOfWord(text: string): string | null {
  return titleOf.get(foldWord(text)) ?? null;
}

/** A word as tables of words hold it: small Latin letters and digits, no marks, spaces or accents. */
export function foldWord(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("œ", "oe")
    .replaceAll("æ", "ae")
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("ł", "l")
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

function byWord(table: string): ReadonlyMap<string, string> {
  return new Map(linesOf(table).flatMap(([form, words]) => words.map((word) => [word, form] as const)));
}

function linesOf(table: string): readonly (readonly [form: string, words: readonly string[]])[] {
  return table
    .trim()
    .split("\n")
    .map((line) => {
      const [form = "", words = ""] = line.split(": ");
      return [form, words.split(" ")] as const;
    });
}
