import { SegmentError } from "../../core/errors.ts";
import type { Evidence } from "../../core/source.ts";
import { grouped } from "./grouped.ts";
import { type LayoutTrial, tryLayout } from "./layout-trial.ts";
import type { Layout } from "./record.ts";
import type { SamplePieces } from "./sample-pieces.ts";

/** A settled layout: how many fields a record has, and why. */
export interface DetectedLayout {
  readonly layout: Layout;
  readonly fields: number;
  readonly evidence: readonly Evidence[];
}

/** What the user has settled: byte values, -1 for a quote meaning that nothing is quoted. */
export interface GivenLayout {
  readonly delimiter?: number | undefined;
  readonly quote?: number | undefined;
}

const strong: readonly string[] = [",", ";", "\t", "|"];
const rare: readonly string[] = ["^", "~"];
const weak: readonly string[] = [":", " "];

/**
 * Settles delimiter, quote and escape together: by constant field counts, by fields that look whole, and by quotes
 * that open and close. Throws `ambiguous-input` where two delimiters do equally well, showing both.
 */
export function detectLayout(sample: SamplePieces, given: GivenLayout, label: string): DetectedLayout {
  if (given.delimiter !== undefined) {
    const trial = settleQuote(sample, given.delimiter, given.quote);
    return settled(trial, `given; ${counted(trial)}`, quoteEvidence(trial, given.quote));
  }
  const trials = new Map<string, LayoutTrial>();
  for (const delimiter of [...strong, ...rare, ...weak]) {
    const code = delimiter.charCodeAt(0);
    if (sample.pieces.some((piece) => piece.includes(code)))
      trials.set(delimiter, settleQuote(sample, code, given.quote));
  }
  const single = settleQuote(sample, -1, given.quote);
  const winner = choose(trials, single, label);
  const others = [...trials.values()].filter((trial) => trial !== winner && strong.includes(shown(trial)));
  const rivals = others.map((trial) => `${name(shown(trial))} gives ${spread(trial)}`).join("; ");
  const why =
    winner === single
      ? `no delimiter gives the same number of fields on every record${rivals === "" ? "" : ` (${rivals})`}`
      : `${counted(winner)}${rivals === "" ? "" : `; ${rivals}`}`;
  return settled(winner, why, quoteEvidence(winner, given.quote));
}

function choose(trials: ReadonlyMap<string, LayoutTrial>, single: LayoutTrial, label: string): LayoutTrial {
  const of = (names: readonly string[]): LayoutTrial[] =>
    names.map((delimiter) => trials.get(delimiter)).filter((trial) => trial !== undefined);
  const perfect = of([...strong, ...rare]).filter(isPerfect);
  if (perfect.length > 0) return chooseAmong(perfect, single, label);

  const uneven = of(strong)
    .filter((trial) => trial.first > 1 || (trial.fields > 1 && trial.share >= 0.5))
    .sort((a, b) => Number(b.first > 1) - Number(a.first > 1) || b.share * b.plausible - a.share * a.plausible);
  const best = uneven[0];
  // `1,5` below the header `price` is one number; below `a,b` it is two.
  const wholeLines = single.broken === 0 && single.typed >= 0.9;
  if (best !== undefined && (best.first > 1 || !wholeLines)) return best;

  const loose = of(weak)
    .filter((trial) => isPerfect(trial) && (trial.fields > 2 || trial.typed >= 0.3))
    .sort((a, b) => b.fields - a.fields)[0];
  return loose !== undefined && !wholeLines && single.typed < 0.5 ? loose : single;
}

function chooseAmong(perfect: readonly LayoutTrial[], single: LayoutTrial, label: string): LayoutTrial {
  const [best, second] = [...perfect].sort((a, b) => b.plausible - a.plausible);
  if (best === undefined) return single;
  if (second !== undefined && (best.plausible < 0.9 || best.plausible - second.plausible < 0.05)) {
    throw tied(label, best, second);
  }
  // Without a header, `1,5` over `2,5` may be one column of decimal commas or two columns of integers.
  if (single.broken === 0 && single.typedFirst && single.typed >= 0.9 && best.fields === 2) {
    throw tied(label, best, single);
  }
  return best;
}

function tied(label: string, a: LayoutTrial, b: LayoutTrial): SegmentError {
  const option = (trial: LayoutTrial): string => `--delimiter ${optionText(shown(trial))}`;
  const reading = (trial: LayoutTrial): string =>
    trial.layout.delimiter === -1
      ? `one column (--delimiter tab)`
      : `${trial.fields} columns split at ${name(shown(trial))} (${option(trial)})`;
  return new SegmentError("ambiguous-input", `two readings fit equally well: ${reading(a)}, or ${reading(b)}`, {
    place: { file: label },
    hint: `settle it with ${option(a)}${b.layout.delimiter === -1 ? " or --delimiter tab" : ` or ${option(b)}`}`,
  });
}

/** The best quote for one delimiter: `"` unless `'` is shown to be one. */
function settleQuote(sample: SamplePieces, delimiter: number, given: number | undefined): LayoutTrial {
  const double = '"'.charCodeAt(0);
  const single = "'".charCodeAt(0);
  const read = (quote: number, escape: Layout["escape"] = "double"): LayoutTrial =>
    tryLayout(sample, { delimiter, quote, escape });
  const withEscape = (quote: number): LayoutTrial => {
    const plain = read(quote);
    if (quote === -1 || plain.broken === 0 || !sample.pieces.some((piece) => piece.includes(92))) return plain;
    const escaped = read(quote, "backslash");
    return escaped.broken === 0 ? escaped : plain;
  };
  if (given !== undefined) return withEscape(given);
  const byDouble = withEscape(double);
  if (byDouble.quoted > 0 || !sample.pieces.some((piece) => piece.includes(single))) return byDouble;
  const bySingle = withEscape(single);
  if (bySingle.quoted === 0 || bySingle.broken > 0) return byDouble;
  const mends = isPerfect(bySingle) && !isPerfect(byDouble) && byDouble.broken === 0;
  return bySingle.quotesAColumn || mends ? bySingle : byDouble;
}

function isPerfect(trial: LayoutTrial): boolean {
  return trial.fields > 1 && trial.share === 1 && trial.broken === 0;
}

function settled(trial: LayoutTrial, why: string, quote: Evidence): DetectedLayout {
  const found = trial.layout.delimiter === -1 ? "none, one column" : name(shown(trial));
  return { layout: trial.layout, fields: trial.fields, evidence: [{ subject: "delimiter", found, why }, quote] };
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

function counted(trial: LayoutTrial): string {
  const records = grouped(trial.records);
  if (trial.share === 1)
    return `${name(shown(trial))} gives ${plural(trial.fields, "field")} on every one of ${records} sampled records`;
  return `${name(shown(trial))} gives ${plural(trial.fields, "field")} on ${(trial.share * 100).toFixed(1)}% of ${records} sampled records`;
}

function spread(trial: LayoutTrial): string {
  if (trial.records === 0) return "quotes that do not close";
  return trial.fewest === trial.most
    ? `${plural(trial.fields, "field")} each, ${Math.round(trial.plausible * 100)}% of which look whole`
    : `${trial.fewest} to ${trial.most}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function shown(trial: LayoutTrial): string {
  return trial.layout.delimiter === -1 ? "" : String.fromCharCode(trial.layout.delimiter);
}

/** A delimiter as people write it. */
function name(delimiter: string): string {
  if (delimiter === "\t") return "tab";
  if (delimiter === " ") return "space";
  if (delimiter === "") return "one column";
  return delimiter < " " ? `\\x${delimiter.charCodeAt(0).toString(16).padStart(2, "0")}` : `\`${delimiter}\``;
}

function optionText(delimiter: string): string {
  if (delimiter === "\t") return "tab";
  if (delimiter === " ") return "space";
  return /[;|^~]/.test(delimiter) ? `'${delimiter}'` : delimiter;
}
