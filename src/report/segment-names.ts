import type { Lang } from "../core/lang.ts";
import { conceptNames, type NameWord } from "./concept-names.ts";
import { phraseThreshold, phraseWords, shortName, veryThreshold, type Phrase } from "./segment-words.ts";
import { phrasesOf, type SentencesInput } from "./sentences.ts";

/** A second deviation goes into a name where it is at least this part of the strongest. */
const secondPart = 0.5;
const usualFeatures = 2;
const mostFeatures = 4;
/** A column's name within the name of a segment is cut to so many cells. */
const longestColumn = 24;

/**
 * A short name for each segment from its z-scores, in the order of `segments`: its strongest deviations of half a standard
 * deviation or more, one or two; a segment without any is one of average customers. No two names are equal, nor equal to one
 * of `taken`: where they would be, strong deviations say "very", then further deviations are added, and where that does
 * not part them either the segment's number is.
 */
export function segmentNames(input: SentencesInput, taken: readonly string[] = []): readonly string[] {
  const { lang = "en", segments } = input;
  const phrases = phrasesOf(input).map((list) => list.filter(({ z }) => Math.abs(z) >= phraseThreshold));
  const usual = phrases.map((list) => usualOf(list));
  const nameAt = (s: number, level: number): string => {
    const list = phrases[s]!;
    const count = Math.min(list.length, usual[s]! + Math.max(0, level - 1));
    return nameOf(list.slice(0, count), lang, level > 0);
  };
  const levels = segments.map(() => 0);
  const names = segments.map((_, s) => nameAt(s, 0));
  for (;;) {
    const raised = equalTo(names, taken).filter((s) => {
      const most = 1 + Math.min(phrases[s]!.length, mostFeatures) - usual[s]!;
      return levels[s]! < most;
    });
    if (raised.length === 0) break;
    for (const s of raised) names[s] = nameAt(s, ++levels[s]!);
  }
  for (const s of equalTo(names, taken)) names[s] = `${nameAt(s, 0)} (${segments[s]})`;
  return names;
}

/** How many of the phrases a name has where nothing else is like it. */
function usualOf(phrases: readonly Phrase[]): number {
  const strongest = Math.abs(phrases[0]?.z ?? 0);
  return phrases.slice(0, usualFeatures).filter(({ z }) => Math.abs(z) >= secondPart * strongest).length;
}

/** Indices of names that another one, or one of `taken`, equals but for capitals. */
function equalTo(names: readonly string[], taken: readonly string[]): readonly number[] {
  const times = new Map<string, number>();
  for (const name of [...names, ...taken]) times.set(name.toLowerCase(), (times.get(name.toLowerCase()) ?? 0) + 1);
  return names.flatMap((name, s) => (times.get(name.toLowerCase())! > 1 ? [s] : []));
}

interface Adjective {
  readonly text: string;
  readonly before: boolean;
}

interface Part {
  readonly word: NameWord | null;
  readonly phrase: Phrase;
}

/** The customers that deviate so; with `says`, a strong deviation says "very". */
function nameOf(phrases: readonly Phrase[], lang: Lang, says: boolean): string {
  if (phrases.length === 0) return lang === "fr" ? "Clients moyens" : "Average customers";
  const isVery = ({ z }: Phrase): boolean => says && Math.abs(z) >= veryThreshold;
  const parts = phrases.map((phrase): Part => {
    const pair = phrase.concept === null ? undefined : conceptNames[lang][phrase.concept.name];
    return { phrase, word: pair === undefined ? null : phrase.more ? pair.much : pair.little };
  });
  const nouns: string[] = [];
  const adjectives: Adjective[] = [];
  const others: string[] = [];
  for (const { phrase, word } of parts) {
    const very = isVery(phrase);
    if (word === null) others.push(wordsOf(phrase, lang, very));
    else if (word.kind === "noun") nouns.push(very ? (word.very ?? word.word) : word.word);
    else adjectives.push({ text: very ? word.very : word.word, before: word.before === true });
  }
  const [noun, ...moreNouns] = nouns;
  const core = noun ?? (adjectives.length > 0 ? (lang === "fr" ? "clients{}" : "customers") : null);
  const first = core === null ? [] : [lang === "fr" ? frenchCore(core, adjectives) : englishCore(core, adjectives)];
  const text = [...first, ...moreNouns.map((one) => one.replace(/\{(?:et)?\}/, "")), ...others].join(", ");
  const isQuoted = core === null && lang === "fr" && parts[0]!.phrase.concept === null;
  return isQuoted ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

function wordsOf(phrase: Phrase, lang: Lang, very: boolean): string {
  const { concept, column } = phrase;
  const shown = { ...phrase, column: concept === null ? shortName(column, longestColumn) : column };
  return phraseWords(very ? shown : { ...shown, z: Math.sign(phrase.z) }, lang);
}

function englishCore(noun: string, adjectives: readonly Adjective[]): string {
  return [adjectives.map(({ text }) => text).join(", "), noun].filter((text) => text !== "").join(" ");
}

function frenchCore(noun: string, adjectives: readonly Adjective[]): string {
  const before = adjectives.filter(({ before: leads }) => leads).map(({ text }) => `${text} `);
  const after = adjectives.filter(({ before: leads }) => !leads).map(({ text }) => text);
  const joined = after.join(" et ");
  const placed = noun.replace(/\{(et)?\}/, (_, et?: string) =>
    joined === "" ? "" : et ? ` et ${joined}` : ` ${joined}`,
  );
  return before.join("") + placed;
}
