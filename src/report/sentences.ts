import type { Block } from "../core/report.ts";
import { type Concept, conceptOf } from "./concepts.ts";
import { cutMiddle, visibleText } from "./display-text.ts";
import { formatShare } from "./number.ts";

export interface SentencesInput {
  readonly columns: readonly string[];
  /** Columns of dates as numbers, by name: more is later, so that much of a last order is recent. */
  readonly dates?: readonly string[];
  readonly segments: readonly number[];
  /** `z[s][j]`: z-score of segment s of `segments` in column j of `columns`. */
  readonly z: readonly (readonly number[])[];
}

/** From this absolute z-score on a column is worth a phrase … */
const phraseThreshold = 0.5;
/** … and from this one the phrase says "very". */
const veryThreshold = 2;
/** Phrases of a sentence, the strongest deviations, unless more are needed to tell two segments apart. */
const usualPhrases = 5;
const mostPhrases = 8;
const longestName = 40;

/** One sentence per segment, as rows: `1  18.2%  high revenue, recent, opens e-mail; few returns`. */
export function sentenceBlocks(
  segments: readonly { readonly segment: number; readonly share: number; readonly description: string }[],
): readonly Block[] {
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
        rows: segments.map(({ segment, share, description }) => ({
          segment,
          cells: [String(segment), formatShare(share), description],
        })),
        data: {
          columns: ["segment", "share", "description"],
          rows: segments.map(({ segment, share, description }) => [segment, share, description]),
        },
      },
    },
  ];
}

/**
 * One sentence per segment from its z-scores, in the order of `segments`: what it has before the semicolon, what it lacks
 * after, strongest deviation first; the side of the strongest opens the sentence. Segments that would get one sentence
 * get further phrases, at last a comparison, until they differ; equal z-scores are said to be so.
 */
export function segmentSentences(input: SentencesInput): readonly string[] {
  const concepts = input.columns.map(conceptOf);
  const phrases = input.z.map((row) => segmentPhrases(row, concepts, input));
  const counts = phrases.map((list) =>
    Math.min(usualPhrases, list.filter(({ z }) => Math.abs(z) >= phraseThreshold).length),
  );
  const sentences = phrases.map((list, s) => sentence(list.slice(0, counts[s] ?? 0)));
  for (;;) {
    const longer = sharedBy(sentences).filter((s) => (counts[s] ?? 0) < Math.min(mostPhrases, phrases[s]?.length ?? 0));
    if (longer.length === 0) break;
    for (const s of longer) {
      counts[s] = (counts[s] ?? 0) + 1;
      sentences[s] = sentence(phrases[s]?.slice(0, counts[s]) ?? []);
    }
  }
  const plain = [...sentences];
  for (const s of sharedBy(sentences)) {
    const before = s === 0 ? -1 : plain.lastIndexOf(plain[s] ?? "", s - 1);
    if (before >= 0) sentences[s] = `${plain[s]}; ${comparison(s, before, input)}`;
  }
  return sentences;
}

interface Phrase {
  readonly text: string;
  readonly z: number;
  readonly lack: boolean;
}

/** Phrases of a segment, strongest first; a second column of one concept says its own name, or nothing if it agrees. */
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
    phrases.push(concept === null || before !== undefined ? namedPhrase(column, z) : conceptPhrase(concept, z, more));
  }
  return phrases;
}

function conceptPhrase(concept: Concept, z: number, more: boolean): Phrase {
  const lack = concept.lack === undefined ? !more : concept.lack === "much" && more;
  const very = Math.abs(z) >= veryThreshold;
  const words = more ? (very ? concept.veryMuch : concept.much) : very ? concept.veryLittle : concept.little;
  return { text: degree(z) + words, z, lack };
}

function namedPhrase(column: string, z: number): Phrase {
  const very = Math.abs(z) >= veryThreshold ? "very " : "";
  return { text: `${degree(z)}${very}${z > 0 ? "high" : "low"} ${shortName(column)}`, z, lack: z < 0 };
}

/** Below the threshold a phrase is there only to tell two segments apart. */
function degree(z: number): string {
  return Math.abs(z) < phraseThreshold ? "if anything " : "";
}

function sentence(phrases: readonly Phrase[]): string {
  const [strongest] = phrases;
  if (strongest === undefined) return "close to the average in everything";
  const side = (lack: boolean): string =>
    phrases
      .filter((phrase) => phrase.lack === lack)
      .map(({ text }) => text)
      .join(", ");
  const sides = [side(strongest.lack), side(!strongest.lack)].filter((text) => text !== "").join("; ");
  return Math.abs(strongest.z) < phraseThreshold ? `close to the average; ${sides}` : sides;
}

/** Indices of sentences that another one equals. */
function sharedBy(sentences: readonly string[]): readonly number[] {
  const times = new Map<string, number>();
  for (const text of sentences) times.set(text, (times.get(text) ?? 0) + 1);
  return sentences.flatMap((text, s) => ((times.get(text) ?? 0) > 1 ? [s] : []));
}

/** Where segment `s` differs most from segment `other`. */
function comparison(s: number, other: number, { columns, segments, z }: SentencesInput): string {
  const difference = (j: number): number => (z[s]?.[j] ?? 0) - (z[other]?.[j] ?? 0);
  const widest = columns.reduce((most, _, j) => (Math.abs(difference(j)) > Math.abs(difference(most)) ? j : most), 0);
  if (!(Math.abs(difference(widest)) > 0)) return `like segment ${segments[other]}`;
  const direction = difference(widest) > 0 ? "more" : "less";
  return `${direction} ${shortName(columns[widest] ?? "")} than segment ${segments[other]}`;
}

function shortName(column: string): string {
  return cutMiddle(visibleText(column), longestName);
}
