import type { Lang } from "../core/lang.ts";
import type { Block } from "../core/report.ts";
import { type Concept, conceptOf } from "./concepts.ts";
import { formatShare } from "./number.ts";
import { phraseThreshold, phraseWords, sentenceWords, shortName, type Phrase } from "./segment-words.ts";

export interface SentencesInput {
  readonly columns: readonly string[];
  /** Columns of dates as numbers, by name: more is later, so that much of a last order is recent. */
  readonly dates?: readonly string[];
  readonly segments: readonly number[];
  /** `z[s][j]`: z-score of segment s of `segments` in column j of `columns`. */
  readonly z: readonly (readonly number[])[];
  /** English where it is not said. */
  readonly lang?: Lang;
}

/** Phrases of a sentence, the strongest deviations, unless more are needed to tell two segments apart. */
const usualPhrases = 5;
const mostPhrases = 8;

/** One sentence per segment, as rows: `1  18.2%  Recent big spenders: high revenue, recent, opens e-mail; few returns`. */
export function sentenceBlocks(
  segments: readonly {
    readonly segment: number;
    readonly share: number;
    readonly name?: string | undefined;
    readonly description: string;
  }[],
  lang: Lang = "en",
): readonly Block[] {
  const { colon } = sentenceWords[lang];
  return [
    { kind: "heading", text: "in a sentence" },
    {
      kind: "table",
      table: {
        name: "sentences",
        columns: [
          { header: "", align: "right" },
          { header: "", align: "right", priority: 1 },
          { header: "", align: "left", wrap: true },
        ],
        rows: segments.map(({ segment, share, name, description }) => ({
          segment,
          cells: [
            String(segment),
            shareWords(share, lang),
            name === undefined ? description : `${name}${colon}${description}`,
          ],
        })),
        data: {
          columns: ["segment", "share", "name", "description"],
          rows: segments.map(({ segment, share, name, description }) => [segment, share, name ?? null, description]),
        },
      },
    },
  ];
}

/** A share as a language writes it: `18.2%`, `18,2 %` with a space that does not break. */
function shareWords(share: number, lang: Lang): string {
  const text = formatShare(share);
  return lang === "fr" ? text.replace(".", ",").replace("%", "\u00a0%") : text;
}

/**
 * One sentence per segment from its z-scores, in the order of `segments`: what it has before the semicolon, what it lacks
 * after, strongest deviation first; the side of the strongest opens the sentence. Segments that would get one sentence
 * get further phrases, at last a comparison, until they differ; equal z-scores are said to be so.
 */
export function segmentSentences(input: SentencesInput): readonly string[] {
  const phrases = phrasesOf(input);
  const { lang = "en" } = input;
  const counts = phrases.map((list) =>
    Math.min(usualPhrases, list.filter(({ z }) => Math.abs(z) >= phraseThreshold).length),
  );
  const sentences = phrases.map((list, s) => sentence(list.slice(0, counts[s] ?? 0), lang));
  for (;;) {
    const longer = sharedBy(sentences).filter((s) => (counts[s] ?? 0) < Math.min(mostPhrases, phrases[s]?.length ?? 0));
    if (longer.length === 0) break;
    for (const s of longer) {
      counts[s] = (counts[s] ?? 0) + 1;
      sentences[s] = sentence(phrases[s]?.slice(0, counts[s]) ?? [], lang);
    }
  }
  const plain = [...sentences];
  for (const s of sharedBy(sentences)) {
    const before = s === 0 ? -1 : plain.lastIndexOf(plain[s] ?? "", s - 1);
    if (before >= 0) sentences[s] = `${plain[s]}${sentenceWords[lang].semicolon}${comparison(s, before, input)}`;
  }
  return sentences;
}

/**
 * In what each segment deviates, strongest first, in the order of `segments`; a second column of one concept goes by its own
 * name, or is left out if it agrees.
 */
export function phrasesOf(input: SentencesInput): readonly (readonly Phrase[])[] {
  const concepts = input.columns.map(conceptOf);
  return input.z.map((row) => segmentPhrases(row, concepts, input));
}

function segmentPhrases(
  row: readonly number[],
  concepts: readonly (Concept | null)[],
  input: SentencesInput,
): readonly Phrase[] {
  const order = row.map((_, j) => j).toSorted((a, b) => Math.abs(row[b] ?? 0) - Math.abs(row[a] ?? 0) || a - b);
  const said = new Map<string, boolean>();
  const phrases: Phrase[] = [];
  for (const j of order) {
    const z = row[j] ?? 0;
    if (z === 0 || Number.isNaN(z)) continue;
    const column = input.columns[j] ?? "";
    const concept = concepts[j] ?? null;
    const more = concept?.falls === true && input.dates?.includes(column) === true ? z < 0 : z > 0;
    const before = concept === null ? undefined : said.get(concept.name);
    if (before === more) continue;
    if (concept !== null && before === undefined) said.set(concept.name, more);
    if (concept === null || before !== undefined) phrases.push({ column, concept: null, z, more: z > 0, lack: z < 0 });
    else {
      const lack = concept.lack === undefined ? !more : concept.lack === "much" && more;
      phrases.push({ column, concept, z, more, lack });
    }
  }
  return phrases;
}

function sentence(phrases: readonly Phrase[], lang: Lang): string {
  const words = sentenceWords[lang];
  const [strongest] = phrases;
  if (strongest === undefined) return words.average;
  const degree = ({ z }: Phrase): string => (Math.abs(z) < phraseThreshold ? words.ifAnything : "");
  const side = (lack: boolean): string =>
    phrases
      .filter((phrase) => phrase.lack === lack)
      .map((phrase) => degree(phrase) + phraseWords(phrase, lang))
      .join(", ");
  const sides = [side(strongest.lack), side(!strongest.lack)].filter((text) => text !== "").join(words.semicolon);
  return Math.abs(strongest.z) < phraseThreshold ? `${words.nearAverage}${words.semicolon}${sides}` : sides;
}

/** Indices of sentences that another one equals. */
function sharedBy(sentences: readonly string[]): readonly number[] {
  const times = new Map<string, number>();
  for (const text of sentences) times.set(text, (times.get(text) ?? 0) + 1);
  return sentences.flatMap((text, s) => ((times.get(text) ?? 0) > 1 ? [s] : []));
}

/** Where segment `s` differs most from segment `other`. */
function comparison(s: number, other: number, { columns, segments, z, lang = "en" }: SentencesInput): string {
  const difference = (j: number): number => (z[s]?.[j] ?? 0) - (z[other]?.[j] ?? 0);
  const widest = columns.reduce((most, _, j) => (Math.abs(difference(j)) > Math.abs(difference(most)) ? j : most), 0);
  const number = segments[other] ?? 0;
  if (!(Math.abs(difference(widest)) > 0)) return sentenceWords[lang].like(number);
  return sentenceWords[lang].compared(shortName(columns[widest] ?? ""), difference(widest) > 0, number);
}
