import { SegmentError } from "../../core/errors.ts";
import type { Encoding } from "../../core/source.ts";
import { detectLayout, type DetectedLayout, type GivenLayout } from "./detect-layout.ts";
import { delimiterName } from "./delimiter-words.ts";
import type { PlainFile } from "./plain-file.ts";
import type { SamplePieces } from "./sample-pieces.ts";
import { type EncodingGuess, isUtf8File } from "./text-encoding.ts";
import { westernEvidence } from "./western-evidence.ts";

/**
 * Holds the delimiter and quote of a dialect file against what the sample itself says. Where that can be read in two ways,
 * or the user settled it when the dialect was saved, the dialect settles it. Throws `dialect-mismatch`.
 */
export function requireFrozen(
  sample: SamplePieces,
  { layout }: DetectedLayout,
  known: GivenLayout,
  settled: readonly string[],
  label: string,
): void {
  const free = freeLayout(sample, known, label);
  if (free === null) return;
  const shown = (byte: number): string => delimiterName(byte === -1 ? "" : String.fromCharCode(byte));
  if (!settled.includes("delimiter") && free.layout.delimiter !== layout.delimiter)
    throw mismatch(label, "delimiter", shown(layout.delimiter), shown(free.layout.delimiter));
  if (!settled.includes("quote") && free.quoted > 0 && free.layout.quote !== layout.quote)
    throw mismatch(label, "quote", quoteName(layout.quote), quoteName(free.layout.quote));
}

function freeLayout(sample: SamplePieces, known: GivenLayout, label: string): DetectedLayout | null {
  const { delimiter: _delimiter, quote: _quote, escape: _escape, ...structure } = known;
  try {
    return detectLayout(sample, structure, label);
  } catch (error) {
    if (error instanceof SegmentError && error.code === "ambiguous-input") return null;
    throw error;
  }
}

/**
 * Holds the encoding of a dialect file against the bytes: a code page of one byte a character would read UTF-8 as other
 * letters, without a word. Throws `dialect-mismatch`.
 */
export async function requireEncoding(
  file: PlainFile,
  asked: Encoding,
  guess: EncodingGuess,
  settled: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (settled.includes("encoding")) return;
  if (guess.encoding !== null && guess.encoding !== asked)
    throw mismatch(file.label, "encoding", asked, guess.encoding);
  if (asked.startsWith("utf-16")) return;
  if (asked === "utf-8") {
    if (await isUtf8File(file.path, guess.mark, signal)) return;
    const { utf8Lines, otherLines } = westernEvidence(file.path, guess.mark);
    if (utf8Lines <= otherLines) throw mismatch(file.label, "encoding", asked, "bytes that are not UTF-8");
    return;
  }
  const { high } = westernEvidence(file.path);
  if (high > 0 && (await isUtf8File(file.path, 0, signal))) throw mismatch(file.label, "encoding", asked, "utf-8");
}

function mismatch(label: string, subject: string, expected: string, found: string): SegmentError {
  return new SegmentError("dialect-mismatch", `${subject}: ${expected} expected, ${found} found`, {
    place: { file: label },
  });
}

function quoteName(quote: number): string {
  return quote === -1 ? "none" : String.fromCharCode(quote);
}
