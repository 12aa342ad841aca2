import { countryNames } from "./country-names.ts";

const byWord = new Map<string, string>();
for (const line of countryNames.trim().split("\n")) {
  const [code = "", words = ""] = line.split(": ");
  for (const word of words.split(" ")) byWord.set(word, code);
}
const codes: ReadonlySet<string> = new Set(byWord.values());

/** The ISO code that a folded word names: a name, a code of three letters, or a code of two that `known` has; null for none. */
export function countryOf(folded: string, known: { has(code: string): boolean } = codes): string | null {
  const code = byWord.get(folded) ?? folded.toUpperCase();
  return known.has(code) ? code : null;
}

/** Every word that names a country, for a did-you-mean. */
export function countryWords(): readonly string[] {
  return [...byWord.keys(), ...codes];
}

/** The codes of all countries, in order. */
export function countryCodes(): readonly string[] {
  return [...codes];
}
