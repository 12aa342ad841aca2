import { SegmentError } from "../../core/errors.ts";
import type { Evidence } from "../../core/source.ts";
import { delimiterName, delimiterWord } from "./delimiter-words.ts";
import { grouped } from "./grouped.ts";
import { scoreLayout, type LayoutScore } from "./layout-score.ts";
import { type LayoutTrial, tryLayout } from "./layout-trial.ts";
import { isNumberOrDate } from "./plausible.ts";
import type { Layout } from "./record.ts";
import type { SamplePieces } from "./sample-pieces.ts";
import { type GivenStructure, tableStructure, type TableStructure } from "./table-structure.ts";

/** A settled layout: how a record is cut, how the records make a table, and why. */
export interface DetectedLayout {
  readonly layout: Layout;
  readonly fields: number;
  readonly structure: TableStructure;
  /** Sampled records with a quoted field. */
  readonly quoted: number;
  readonly score: number;
  /** The layout that fits best after it, where another fits at all. */
  readonly rival: { readonly delimiter: string; readonly fields: number; readonly score: number } | null;
  readonly evidence: readonly Evidence[];
}

/** What the user has settled: byte values, -1 for a quote meaning that nothing is quoted. */
export interface GivenLayout extends GivenStructure {
  readonly delimiter?: number | undefined;
  readonly quote?: number | undefined;
  readonly escape?: Layout["escape"] | undefined;
  /** Why the delimiter is settled, where no option names it. */
  readonly delimiterWhy?: string | undefined;
}

/** One candidate: a layout, the best table that it makes of the sample, and how well that fits. */
interface Reading extends LayoutScore {
  readonly trial: LayoutTrial;
  readonly structure: TableStructure;
}

const strong: readonly string[] = [",", ";", "\t", "|"];
const rare: readonly string[] = ["^", "~"];
const weak: readonly string[] = [":", " "];
/** A rival that reaches this share of the best score is a second reading. */
const tieShare = 0.88;

/**
 * Settles delimiter, quote, escape, the lines around the table and its header together, by the score of `scoreLayout`.
 * Throws `ambiguous-input` where two readings do equally well, showing both.
 */
export function detectLayout(sample: SamplePieces, given: GivenLayout, label: string): DetectedLayout {
  const read = (delimiter: number): Reading => readingOf(sample, delimiter, given, label);
  if (given.delimiter !== undefined) {
    const reading = read(given.delimiter);
    if (reading.structure.tie !== null) throw reading.structure.tie;
    return settled(reading, null, `${given.delimiterWhy ?? "given"}; ${counted(reading)}`, given.quote);
  }
  const readings = new Map<string, Reading>();
  const occurs = (delimiter: string): boolean => sample.pieces.some((piece) => piece.includes(delimiter.charCodeAt(0)));
  for (const delimiter of [...strong, ...rare].filter(occurs)) readings.set(delimiter, read(delimiter.charCodeAt(0)));
  const single = read(-1);
  const loose = (): Reading[] => weak.filter(occurs).map((delimiter) => read(delimiter.charCodeAt(0)));
  const winner = choose(sample, readings, single, loose, label);
  if (winner.structure.tie !== null) throw winner.structure.tie;
  const others = [...readings.values()].filter((one) => one !== winner && strong.includes(shown(one)));
  const told = others.map((one) => `${delimiterName(shown(one))} gives ${spread(one)}`).join("; ");
  const why =
    winner === single
      ? `no delimiter gives the same number of fields on every record${told === "" ? "" : ` (${told})`}`
      : `${counted(winner)}${told === "" ? "" : `; ${told}`}`;
  const rival = others.sort((a, b) => b.score - a.score)[0] ?? null;
  return settled(winner, rival, why, given.quote);
}

function choose(
  sample: SamplePieces,
  readings: ReadonlyMap<string, Reading>,
  single: Reading,
  loose: () => readonly Reading[],
  label: string,
): Reading {
  const of = (names: readonly string[]): Reading[] =>
    names.map((delimiter) => readings.get(delimiter)).filter((one) => one !== undefined);
  const whole = typedOf(sample, single);
  // `1,5` below the header `price` is one number; below `a,b` it is two.
  const wholeLines = single.trial.broken === 0 && whole.share >= 0.9;
  const sound = of([...strong, ...rare])
    .filter((one) => isSound(one, wholeLines))
    .sort((a, b) => b.score - a.score);
  const [best, second] = sound;
  if (best !== undefined) {
    const isTied =
      second !== undefined && second.score >= best.score * tieShare && isPerfect(second) && isPerfect(best);
    if (isTied) throw tied(label, best, second);
    // Without a header, `1,5` over `2,5` may be one column of decimal commas or two columns of integers.
    if (wholeLines && whole.first && isPerfect(best) && best.structure.fields === 2) throw tied(label, best, single);
    return best;
  }
  if (wholeLines || whole.share >= 0.5) return single;
  const split = loose()
    .filter((one) => isPerfect(one) && (one.structure.fields > 2 || typedOf(sample, one).share >= 0.3))
    .sort((a, b) => b.structure.fields - a.structure.fields)[0];
  return split ?? single;
}

/** Whether a reading makes a table at all: most records of one length above 1, from the first on. */
function isSound(reading: Reading, wholeLines: boolean): boolean {
  const { structure, trial } = reading;
  if (structure.fields < 2 || structure.body.length === 0) return false;
  if (isPerfect(reading)) return true;
  const first = firstFields(trial, structure);
  return first > 1 || (shareOf(structure) >= 0.5 && !wholeLines);
}

function isPerfect({ structure }: Reading): boolean {
  return structure.fields > 1 && structure.ragged === 0 && structure.body.length > 0;
}

function shareOf({ body, ragged }: TableStructure): number {
  return body.length / Math.max(1, body.length + ragged);
}

function firstFields({ pieces }: LayoutTrial, structure: TableStructure): number {
  if (structure.header !== null || structure.preamble.length > 0) return structure.fields;
  return pieces[0]?.find(({ blank, broken }) => !blank && broken === "")?.fields ?? 0;
}

/** The best table that a delimiter makes of the sample: with its quote, and its number of fields. */
function readingOf(sample: SamplePieces, delimiter: number, given: GivenLayout, label: string): Reading {
  const trial = settleQuote(sample, delimiter, given);
  if (delimiter === -1) return { trial, ...scored(tableStructure(sample, trial, 1, given, label)) };
  // Records of many fields weigh more: the lines around a table have few.
  const weight = ([fields, count]: readonly [number, number]): number => (count * (fields - 0.9)) / fields;
  const first = trial.pieces[0]?.find(({ blank, broken }) => !blank && broken === "")?.fields ?? 1;
  const modal = [...trial.counts].sort((a, b) => b[1] - a[1] || Number(b[0] === first) - Number(a[0] === first))[0];
  const likely = [...trial.counts]
    .filter(([fields]) => fields > 1 || trial.counts.size === 1)
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, 3)
    .map(([fields]) => fields);
  let best: Reading | null = null;
  for (const fields of new Set([...likely, modal?.[0] ?? 1])) {
    const reading = { trial, ...scored(tableStructure(sample, trial, fields, given, label)) };
    const isBetter =
      best === null ||
      reading.score > best.score * 1.000001 ||
      (best.structure.fields < 2 && fields > 1 && reading.structure.ragged === 0);
    if (isBetter && (best === null || fields > 1 || best.structure.ragged > 0)) best = reading;
  }
  return best!;
}

function scored(structure: TableStructure): LayoutScore & { readonly structure: TableStructure } {
  return { structure, ...scoreLayout(structure) };
}

/** Shares of numbers and dates among the cells, the first record's apart, and whether that has one. */
function typedOf(
  sample: SamplePieces,
  { structure: { body, rowsOf } }: Reading,
): { readonly share: number; readonly first: boolean } {
  let data = 0;
  let typed = 0;
  let first = false;
  for (const [at, { piece, index }] of body.slice(0, 600).entries()) {
    for (const { text } of rowsOf(piece).cells(index)) {
      if (text === null) continue;
      const isValue = isNumberOrDate(text);
      if (at === 0) first ||= isValue;
      else {
        data++;
        if (isValue) typed++;
      }
    }
  }
  return { share: data === 0 ? 0 : typed / data, first: first && sample.pieces.length > 0 };
}

function tied(label: string, a: Reading, b: Reading): SegmentError {
  const option = (one: Reading): string => `--delimiter ${delimiterWord(shown(one))}`;
  const told = (one: Reading): string =>
    one.trial.layout.delimiter === -1
      ? `one column (--delimiter tab)`
      : `${one.structure.fields} columns split at ${delimiterName(shown(one))} (${option(one)})`;
  return new SegmentError("ambiguous-input", `two readings fit equally well: ${told(a)}, or ${told(b)}`, {
    place: { file: label },
    hint: `settle it with ${option(a)}${b.trial.layout.delimiter === -1 ? " or --delimiter tab" : ` or ${option(b)}`}`,
  });
}

/** The best quote for one delimiter: `"` unless `'` is shown to be one. */
function settleQuote(sample: SamplePieces, delimiter: number, given: GivenLayout): LayoutTrial {
  const double = '"'.charCodeAt(0);
  const single = "'".charCodeAt(0);
  const read = (quote: number, escape: Layout["escape"] = "double"): LayoutTrial =>
    tryLayout(sample, { delimiter, quote, escape });
  const withEscape = (quote: number): LayoutTrial => {
    if (given.escape !== undefined) return read(quote, given.escape);
    const plain = read(quote);
    if (quote === -1 || plain.broken === 0 || !sample.pieces.some((piece) => piece.includes(92))) return plain;
    const escaped = read(quote, "backslash");
    return escaped.broken === 0 ? escaped : plain;
  };
  if (given.quote !== undefined) return withEscape(given.quote);
  const byDouble = withEscape(double);
  if (byDouble.quoted > 0 || !sample.pieces.some((piece) => piece.includes(single))) return byDouble;
  const bySingle = withEscape(single);
  // A few records with a stray apostrophe are for the quarantine; the columns still tell.
  if (bySingle.quoted === 0 || bySingle.broken * 10 > bySingle.records) return byDouble;
  if (bySingle.broken > 0) return bySingle.quotesAColumn ? bySingle : byDouble;
  const mends = isEven(bySingle) && !isEven(byDouble) && byDouble.broken === 0;
  return bySingle.quotesAColumn || mends ? bySingle : byDouble;
}

function isEven({ counts, fewest, broken }: LayoutTrial): boolean {
  return counts.size === 1 && fewest > 1 && broken === 0;
}

function settled(reading: Reading, rival: Reading | null, why: string, quote: number | undefined): DetectedLayout {
  const { trial, structure, score } = reading;
  const found = trial.layout.delimiter === -1 ? "none, one column" : delimiterName(shown(reading));
  return {
    layout: trial.layout,
    fields: structure.fields,
    structure,
    quoted: trial.quoted,
    score,
    rival: rival === null ? null : { delimiter: shown(rival), fields: rival.structure.fields, score: rival.score },
    evidence: [
      { subject: "delimiter", found, why },
      quoteEvidence(trial, quote),
      { subject: "score", found: `${score.toFixed(2)} of 1`, why: scoreWords(reading, rival) },
    ],
  };
}

function scoreWords({ consistency, shapes, structure }: Reading, rival: Reading | null): string {
  const held = [...shapes].map(([shape, count]) => `${count} of ${shape}`).join("; ");
  const even = `${percent(consistency)} of the records have as many fields as the others`;
  const columns = held === "" ? "no column of one shape" : `${plural(structure.fields, "column")}: ${held}`;
  const next =
    rival === null
      ? ""
      : `; next best ${delimiterName(shown(rival))}: ${rival.score.toFixed(2)}, ${plural(rival.structure.fields, "column")}, on ${percent(rival.consistency)} of the records`;
  return `${even}; ${columns}${next}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share === 1 ? 0 : 1)}%`;
}

function quoteEvidence(trial: LayoutTrial, given: number | undefined): Evidence {
  const { quote, escape } = trial.layout;
  const found = quote === -1 ? "none" : String.fromCharCode(quote);
  const inside = escape === "backslash" ? "; a quote inside a field follows a backslash" : "";
  const seen =
    trial.quoted === 0
      ? `no field among ${grouped(trial.records)} sampled records is quoted`
      : `${grouped(trial.quoted)} of ${grouped(trial.records)} sampled records have quoted fields`;
  return { subject: "quote", found, why: `${given === undefined ? "" : "given; "}${seen}${inside}` };
}

function counted(reading: Reading): string {
  const { structure } = reading;
  const records = grouped(structure.body.length + structure.ragged);
  const what = `${delimiterName(shown(reading))} gives ${plural(structure.fields, "field")}`;
  return structure.ragged === 0
    ? `${what} on every one of ${records} sampled records`
    : `${what} on ${(shareOf(structure) * 100).toFixed(1)}% of ${records} sampled records`;
}

function spread({ trial, typing }: Reading): string {
  if (trial.records === 0) return "quotes that do not close";
  return trial.fewest === trial.most
    ? `${plural(trial.fewest, "field")} each, of which ${Math.round(typing * 100)}% look whole`
    : `${trial.fewest} to ${trial.most}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function shown({ trial }: Reading): string {
  return trial.layout.delimiter === -1 ? "" : String.fromCharCode(trial.layout.delimiter);
}
