import type { Lang } from "../core/lang.ts";
import type { Concept } from "./concepts.ts";
import { frenchConcepts, type DegreeWords } from "./concepts-fr.ts";
import { cutMiddle, visibleText } from "./display-text.ts";

/** In what a segment deviates from everyone. */
export interface Phrase {
  readonly column: string;
  /** Null where the column goes by its own name. */
  readonly concept: Concept | null;
  readonly z: number;
  /** Much of the concept, or of the column. */
  readonly more: boolean;
  readonly lack: boolean;
}

/** From this absolute z-score on a column is worth a phrase, and a place in a name … */
export const phraseThreshold = 0.5;
/** … and from this one the phrase says "very". */
export const veryThreshold = 2;
const longestName = 40;

/** What a language says around the phrases of a sentence. A column that no concept is known for stands as it is; French takes it as masculine, as it does any quoted word. */
interface SentenceWords {
  readonly average: string;
  readonly nearAverage: string;
  readonly semicolon: string;
  readonly colon: string;
  /** Before a phrase that is there only to tell two segments apart. */
  readonly ifAnything: string;
  degrees(concept: Concept): DegreeWords;
  named(column: string, more: boolean, very: boolean): string;
  compared(column: string, more: boolean, other: number): string;
  like(other: number): string;
}

export const sentenceWords: Readonly<Record<Lang, SentenceWords>> = {
  en: {
    average: "close to the average in everything",
    nearAverage: "close to the average",
    semicolon: "; ",
    colon: ": ",
    ifAnything: "if anything ",
    degrees: (concept) => concept,
    named: (column, more, very) => `${very ? "very " : ""}${more ? "high" : "low"} ${column}`,
    compared: (column, more, other) => `${more ? "more" : "less"} ${column} than segment ${other}`,
    like: (other) => `like segment ${other}`,
  },
  fr: {
    average: "proches de la moyenne en tout",
    nearAverage: "proches de la moyenne",
    semicolon: "\u00a0; ",
    colon: "\u00a0: ",
    ifAnything: "plutôt ",
    degrees: (concept) => frenchConcepts[concept.name] ?? concept,
    named: (column, more, very) => `${column} ${very ? "très " : ""}${more ? "élevé" : "bas"}`,
    compared: (column, more, other) => `${column} plus ${more ? "élevé" : "bas"} que dans le segment ${other}`,
    like: (other) => `comme le segment ${other}`,
  },
};

/** A phrase in a language; `very` says so of a strong deviation. */
export function phraseWords({ concept, column, z, more }: Phrase, lang: Lang): string {
  const words = sentenceWords[lang];
  const very = Math.abs(z) >= veryThreshold;
  if (concept === null) return words.named(shortName(column), more, very);
  const degrees = words.degrees(concept);
  if (more) return very ? degrees.veryMuch : degrees.much;
  return very ? degrees.veryLittle : degrees.little;
}

/** A column's name in a sentence. */
export function shortName(column: string, longest = longestName): string {
  return cutMiddle(visibleText(column), longest);
}
