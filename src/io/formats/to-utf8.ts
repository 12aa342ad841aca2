import { SegmentError } from "../../core/errors.ts";
import type { Encoding, Evidence } from "../../core/source.ts";
import type { Spool } from "../spool.ts";
import type { PlainFile } from "./plain-file.ts";
import { badUtf8, type EncodingGuess, transcode } from "./text-encoding.ts";
import { westernEvidence } from "./western-evidence.ts";

/**
 * A UTF-8 copy of a file that is in another encoding: the given one, the guessed one, else Windows-1252 if the bytes
 * speak for it. Throws `bad-encoding` with the place.
 */
export async function toUtf8(
  file: PlainFile,
  asked: Encoding | undefined,
  guess: EncodingGuess,
  spool: Spool,
  signal: AbortSignal,
): Promise<{ path: string; from: number; encoding: Encoding; evidence: Evidence }> {
  const encoding = asked ?? guess.encoding ?? "cp1252";
  if (encoding === "utf-8") throw await badUtf8(file.path, guess.mark, file.label, signal);
  let why = asked === undefined ? guess.why : "given, and every byte fits";
  if (encoding === "cp1252" && asked === undefined) why = await westernReason(file, signal);
  const path = spool.file(".txt");
  const from = guess.encoding === encoding ? guess.mark : 0;
  await transcode(file.path, from, encoding, path, file.label, signal);
  return { path, from: 0, encoding, evidence: { subject: "encoding", found: encoding, why } };
}

async function westernReason(file: PlainFile, signal: AbortSignal): Promise<string> {
  const { high, letters, odd, runs, utf8, example } = westernEvidence(file.path);
  const doubt =
    utf8 * 2 > high * 0.1
      ? `of ${high} bytes above 7F, ${utf8 * 2} or more form UTF-8 characters: damaged UTF-8`
      : odd > high * 0.1
        ? "as Windows-1252 it has punctuation inside words: an older code page, such as Mac Roman or DOS"
        : runs * 4 > high * 0.1
          ? "as Windows-1252 its words are accented letters only: perhaps Cyrillic, Greek or an Asian encoding"
          : "";
  if (doubt !== "") {
    const first = await badUtf8(file.path, 0, file.label, signal);
    throw new SegmentError("bad-encoding", `${first.message}; ${doubt}`, {
      place: first.place,
      hint: "convert it to UTF-8 with iconv, or insist with --encoding cp1252",
    });
  }
  return `not UTF-8 (${example}); ${letters} of ${high} bytes above 7F are accented letters in Windows-1252`;
}
