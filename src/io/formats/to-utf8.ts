import { SegmentError } from "../../core/errors.ts";
import type { Encoding, Evidence } from "../../core/source.ts";
import type { Spool } from "../spool.ts";
import { type CodePage, codePages, fitOf } from "./code-pages.ts";
import { grouped } from "./grouped.ts";
import type { PlainFile } from "./plain-file.ts";
import { badUtf8, type EncodingGuess, transcode } from "./text-encoding.ts";
import { type WesternEvidence, westernEvidence } from "./western-evidence.ts";

/** A text of UTF-8: the user's own file or a copy. */
export interface Utf8Text {
  readonly path: string;
  readonly from: number;
  readonly encoding: Encoding;
  readonly evidence: Evidence;
  /** Offset in the file before where the text of a copy begins: behind a byte order mark. */
  readonly origin?: number;
  /** Lines that are not UTF-8 are for the quarantine: most of the others with accents are. */
  readonly lenient?: boolean;
  /** Lines of UTF-8 in a text of another encoding, for the quarantine. */
  readonly foreign?: ReadonlySet<number>;
}

/**
 * A UTF-8 copy of a file that is in another encoding: the given one, the guessed one, else the Western code page that its
 * bytes speak for. A file with lines of two encodings stays what most lines are, if the others may be set aside
 * (`aside`). Throws `bad-encoding` with the place, `ambiguous-input`.
 */
export async function toUtf8(
  file: PlainFile,
  asked: Encoding | undefined,
  guess: EncodingGuess,
  aside: boolean,
  spool: Spool,
  signal: AbortSignal,
): Promise<Utf8Text> {
  if (asked === "utf-8" || (asked === undefined && guess.encoding === "utf-8")) {
    if (!aside) throw await badUtf8(file.path, guess.mark, file.label, signal);
    return lenientUtf8(file, guess.mark, "given; lines that are not are set aside");
  }
  const copy = async (encoding: Exclude<Encoding, "utf-8">, why: string): Promise<Utf8Text> => {
    const path = spool.file(".txt");
    const from = guess.encoding === encoding ? guess.mark : 0;
    await transcode(file.path, from, encoding, path, file.label, signal);
    return { path, from: 0, origin: from, encoding, evidence: { subject: "encoding", found: encoding, why } };
  };
  if (asked !== undefined) return await copy(asked, "given, and every byte fits");
  if (guess.encoding !== null && guess.encoding !== "utf-8") return await copy(guess.encoding, guess.why);

  const seen = westernEvidence(file.path);
  const { utf8Lines, otherLines, utf8At } = seen;
  if (utf8Lines > 0) {
    const isUtf8 = utf8Lines > otherLines;
    if (!aside || utf8Lines === otherLines) throw await mixedError(file, seen, signal);
    const counts = `${grouped(utf8Lines)} lines with accents are UTF-8, ${grouped(otherLines)} are not`;
    if (isUtf8) return lenientUtf8(file, 0, `${counts}: these are set aside`);
    const { page } = await pageOf(file, seen, signal);
    return { ...(await copy(page, `${counts}: the former are set aside`)), foreign: new Set(utf8At) };
  }
  const { page, why } = await pageOf(file, seen, signal);
  return await copy(page, why);
}

function lenientUtf8({ path }: PlainFile, from: number, why: string): Utf8Text {
  return { path, from, encoding: "utf-8", evidence: { subject: "encoding", found: "utf-8", why }, lenient: true };
}

async function mixedError(file: PlainFile, seen: WesternEvidence, signal: AbortSignal): Promise<SegmentError> {
  const { utf8Lines, otherLines, utf8At, otherAt } = seen;
  const first = await badUtf8(file.path, 0, file.label, signal);
  const isUtf8 = utf8Lines >= otherLines;
  const [few, at] = isUtf8 ? [otherLines, otherAt] : [utf8Lines, utf8At];
  const lines = `${at.slice(0, 5).join(", ")}${few > Math.min(5, at.length) ? " …" : ""}`;
  const all = utf8Lines + otherLines;
  const what = isUtf8 ? "not UTF-8, the others are: damaged UTF-8, or" : "UTF-8, the others are not:";
  return new SegmentError(
    "bad-encoding",
    `${first.message}; of ${grouped(all)} lines with accents ${grouped(few)} (line ${lines}) ${few === 1 ? "is" : "are"} ${what} two encodings in one file`,
    {
      place: isUtf8 ? first.place : { file: file.label, line: at[0]! },
      hint:
        utf8Lines === otherLines
          ? "convert the lines to UTF-8, or insist with --encoding cp1252 or utf-8"
          : `set ${few === 1 ? "that line" : "those lines"} aside with --quarantine FILE, convert the file to UTF-8, or insist with --encoding cp1252`,
    },
  );
}

const rivals = ["macroman", "cp850"] as const;

/** The code page that the bytes speak for, and why. Throws `bad-encoding` where none is clear, `ambiguous-input` for ¤ or €. */
async function pageOf(
  file: PlainFile,
  seen: WesternEvidence,
  signal: AbortSignal,
): Promise<{ readonly page: CodePage; readonly why: string }> {
  const { high, letters, odd, runs, counts, beside, byDigits, example } = seen;
  const isCyrillic = runs * 4 > high * 0.1;
  const among = Object.values(beside).flatMap((of) => [...of.subarray(128)]);
  const words = among.reduce((sum, count) => sum + count, 0);
  const kinds = [...counts.subarray(128)].filter((count) => count > 0).length;
  const western = fitOf("cp1252", seen);
  if (!isCyrillic && words >= 8 && kinds >= 2 && western <= 0.5) {
    const [best, second] = rivals.map((page) => ({ page, fit: fitOf(page, seen) })).sort((a, b) => b.fit - a.fit);
    if (best!.fit >= 0.9 && second!.fit <= best!.fit - 0.15) {
      const why = `not UTF-8 (${example}); ${percent(best!.fit)} of the bytes above 7F beside letters are letters of words as ${best!.page}, ${percent(western)} as cp1252`;
      return { page: best!.page, why };
    }
  }
  const controls = counts.subarray(0x80, 0xa0).some((count) => count > 0);
  const nine = latin9.reduce((sum, byte) => sum + beside.lower[byte]! + beside.upper[byte]! + beside.start[byte]!, 0);
  if (!controls && !isCyrillic && (nine > 0 || byDigits[euro]! > 0)) {
    const signs = [
      ...(byDigits[euro]! > 0 ? [`A4 beside numbers is € (${grouped(byDigits[euro]!)} times)`] : []),
      ...(nine > 0 ? [`${grouped(nine)} bytes inside words are Œ, œ, Š, š, Ž, ž or Ÿ`] : []),
    ];
    return { page: "iso-8859-15", why: `not UTF-8 (${example}); ${signs.join("; ")}, and no byte is from 80 to 9F` };
  }
  const doubt =
    odd > high * 0.1
      ? "as Windows-1252 it has punctuation inside words: an older code page, such as Mac Roman or DOS"
      : isCyrillic
        ? "as Windows-1252 its words are accented letters only: perhaps Cyrillic, Greek or an Asian encoding"
        : "";
  if (doubt !== "") {
    const first = await badUtf8(file.path, 0, file.label, signal);
    throw new SegmentError("bad-encoding", `${first.message}; ${doubt}`, {
      place: first.place,
      hint: "convert it to UTF-8 with iconv, or insist with --encoding (cp1252, macroman, cp850 …)",
    });
  }
  const [near] = rivals.map((page) => ({ page, fit: fitOf(page, seen) })).sort((a, b) => b.fit - a.fit);
  if (!isCyrillic && words > 0 && western <= 0.25 && near!.fit >= 0.7) throw tiedPages(file, near!.page, seen);
  if (!controls && counts[euro]! > 0) {
    throw new SegmentError("ambiguous-input", "byte A4 is ¤ in Windows-1252 and iso-8859-1, € in iso-8859-15", {
      place: { file: file.label },
      hint: "settle it with --encoding cp1252 or --encoding iso-8859-15",
    });
  }
  const same = controls ? "" : "; iso-8859-1 would give the same text";
  const why = `not UTF-8 (${example}); ${letters} of ${high} bytes above 7F are accented letters in Windows-1252${same}`;
  return { page: "cp1252", why };
}

/** Too few letters to tell, but as Windows-1252 no word would have them where they are. */
function tiedPages({ label }: PlainFile, page: CodePage, { counts, example, beside }: WesternEvidence): SegmentError {
  const isBeside = (byte: number): boolean => Object.values(beside).some((of) => of[byte]! > 0);
  const byte = counts.findIndex((count, i) => i > 127 && count > 0 && isBeside(i));
  const sign = (one: CodePage): string => `“${codePages[one][byte - 128]!}” in ${one}`;
  const hex = byte.toString(16).toUpperCase();
  return new SegmentError(
    "ambiguous-input",
    `not UTF-8 (${example}); byte ${hex} is ${sign(page)}, as its place in words suggests, or ${sign("cp1252")}`,
    { place: { file: label }, hint: `settle it with --encoding ${page} or --encoding cp1252` },
  );
}

/** The bytes that iso-8859-15 has letters for where Windows-1252 has signs, the euro apart. */
const latin9 = [0xa6, 0xa8, 0xbc, 0xbd, 0xbe];
const euro = 0xa4;

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
