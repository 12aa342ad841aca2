import { isAscii } from "node:buffer";
import { closeSync, openSync, writeSync } from "node:fs";
import { SegmentError } from "../../core/errors.ts";
import type { Encoding, SourceNotice } from "../../core/source.ts";
import { readError, throwIfInterrupted } from "../file-errors.ts";
import { type CodePage, codePages } from "./code-pages.ts";
import { openWindow, readRange } from "./file-window.ts";
import { firstBadByte, utf8Check } from "./utf8-check.ts";

/** What the first bytes say of a text's encoding. */
export interface EncodingGuess {
  /** Null: UTF-8 unless a byte further on says otherwise. */
  readonly encoding: Encoding | null;
  /** Bytes of the byte order mark. */
  readonly mark: number;
  readonly why: string;
}

/** Reads the byte order mark, or the pattern of NUL bytes that UTF-16 leaves in Western text. */
export function guessEncoding(head: Buffer): EncodingGuess {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf)
    return { encoding: "utf-8", mark: 3, why: "the file begins with the byte order mark of UTF-8" };
  if (head[0] === 0xff && head[1] === 0xfe)
    return { encoding: "utf-16le", mark: 2, why: "the file begins with the byte order mark FF FE" };
  if (head[0] === 0xfe && head[1] === 0xff)
    return { encoding: "utf-16be", mark: 2, why: "the file begins with the byte order mark FE FF" };
  const nul = [0, 0];
  const pairs = Math.floor(head.length / 2);
  for (let i = 0; i < pairs * 2; i++) if (head[i] === 0) nul[i & 1]!++;
  const [even, odd] = [nul[0]!, nul[1]!];
  if (odd >= pairs * 0.3 && even <= odd * 0.05)
    return { encoding: "utf-16le", mark: 0, why: `${percent(odd, pairs)} of the odd bytes are NUL, as in UTF-16` };
  if (even >= pairs * 0.3 && odd <= even * 0.05)
    return { encoding: "utf-16be", mark: 0, why: `${percent(even, pairs)} of the even bytes are NUL, as in UTF-16` };
  return { encoding: null, mark: 0, why: "" };
}

/** Throws `bad-encoding` where the first bytes show that a file is not in the form of UTF-16 that the user names. */
export function requireUtf16(head: Buffer, asked: Encoding, guess: EncodingGuess, label: string): void {
  const other = asked === "utf-16le" ? "utf-16be" : "utf-16le";
  const isOther = guess.encoding === other;
  if (!isOther && head.includes(0)) return;
  const why = isOther
    ? `it is ${other}: ${guess.why}`
    : "no byte of its beginning is NUL, and in UTF-16 every digit and delimiter has one";
  throw new SegmentError("bad-encoding", `--encoding ${asked} is not the file's: ${why}`, {
    place: { file: label },
    hint: "leave the option out to have the encoding found",
  });
}

/** A notice for a text that is read in a code page by the user's word, though its bytes beyond ASCII are all UTF-8. */
export async function encodingNotices(
  path: string,
  asked: Encoding,
  signal: AbortSignal,
): Promise<readonly SourceNotice[]> {
  if (asked.startsWith("utf-")) return [];
  const check = utf8Check();
  let hasAccents = false;
  const isUtf8 = await eachPiece(path, 0, signal, (piece) => {
    hasAccents ||= !isAscii(piece);
    return check.push(piece);
  });
  if (!isUtf8 || !check.finish() || !hasAccents) return [];
  const message =
    `--encoding ${asked} is most likely not the file's: every byte is valid UTF-8, accents included, which text in ${asked} ` +
    "hardly ever is; without the option it is read as UTF-8";
  return [{ code: "other-encoding", message }];
}

/** Whether a file is UTF-8 from `from` to its end. One native pass. */
export function isUtf8File(path: string, from: number, signal: AbortSignal): Promise<boolean> {
  return isUtf8Range(path, from, Infinity, signal);
}

/** Whether the bytes `from … to` of a file are UTF-8. */
export async function isUtf8Range(path: string, from: number, to: number, signal: AbortSignal): Promise<boolean> {
  if (to <= from || from === Infinity) return true;
  const check = utf8Check();
  return (await eachPiece(path, from, signal, (piece) => check.push(piece), to)) && check.finish();
}

/** The error for a file that is not UTF-8: its first bad byte, by offset and line. */
export async function badUtf8(path: string, from: number, label: string, signal: AbortSignal): Promise<SegmentError> {
  let line = 1;
  let offset = from;
  let carry = Buffer.alloc(0);
  let found = -1;
  await eachPiece(path, from, signal, (piece) => {
    const bytes = Buffer.concat([carry, piece]);
    const bad = firstBadByte(bytes);
    if (bad !== -1 && bytes.length - bad >= 4) {
      found = offset + bad;
      line += linesIn(bytes.subarray(0, bad));
      return false;
    }
    const keep = bad === -1 ? bytes.length : bad;
    line += linesIn(bytes.subarray(0, keep));
    offset += keep;
    carry = Buffer.from(bytes.subarray(keep));
    return true;
  });
  return badByte(
    label,
    found === -1 ? offset : found,
    line,
    readRange(path, found === -1 ? offset : found, 1),
    "UTF-8",
  );
}

function badByte(label: string, offset: number, line: number, byte: Buffer, encoding: string): SegmentError {
  const hex = byte.toString("hex").toUpperCase();
  return new SegmentError("bad-encoding", `byte ${hex} at offset ${offset} is not ${encoding}`, {
    place: { file: label, line },
    hint: "name the encoding with --encoding (utf-8, utf-16le, utf-16be, cp1252, iso-8859-15 …), or convert the file to UTF-8 with iconv",
  });
}

/**
 * Writes a UTF-8 copy of a text file in another encoding; physical lines stay as they are. Throws `bad-encoding` with
 * the place where the bytes are not text of that encoding, `disk-full`, `interrupted`.
 */
export async function transcode(
  path: string,
  from: number,
  encoding: Exclude<Encoding, "utf-8">,
  to: string,
  label: string,
  signal: AbortSignal,
): Promise<void> {
  const out = openSync(to, "wx", 0o600);
  try {
    const write = (text: string): void => {
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length;) at += writeSync(out, bytes, at);
    };
    if (encoding === "utf-16le" || encoding === "utf-16be")
      await fromUtf16(path, from, encoding === "utf-16be", label, signal, write);
    else await fromCodePage(path, from, encoding, label, signal, write);
  } catch (error) {
    throw readError(error, label);
  } finally {
    closeSync(out);
  }
}

async function fromCodePage(
  path: string,
  from: number,
  encoding: CodePage,
  label: string,
  signal: AbortSignal,
  write: (text: string) => void,
): Promise<void> {
  const high = codePages[encoding];
  const undefinedBytes = [...high].flatMap((sign, i) => (sign === "\ufffd" ? [String.fromCharCode(128 + i)] : []));
  const refused = undefinedBytes.length === 0 ? /(?!)/ : new RegExp(`[${undefinedBytes.join("")}]`);
  let line = 1;
  let offset = from;
  await eachPiece(path, from, signal, (piece) => {
    const text = piece.toString("latin1");
    const bad = text.search(refused);
    if (bad !== -1) {
      const at = line + linesIn(piece.subarray(0, bad));
      const name = encoding === "cp1252" ? "Windows-1252" : encoding;
      throw badByte(label, offset + bad, at, piece.subarray(bad, bad + 1), `${name}, nor is the file UTF-8`);
    }
    write(text.replace(/[\x80-\xff]/g, (byte) => high[byte.charCodeAt(0) - 0x80]!));
    line += linesIn(piece);
    offset += piece.length;
    return true;
  });
}

async function fromUtf16(
  path: string,
  from: number,
  bigEndian: boolean,
  label: string,
  signal: AbortSignal,
  write: (text: string) => void,
): Promise<void> {
  let carry = Buffer.alloc(0);
  let offset = from;
  let line = 1;
  const refuse = (at: number, on: number, what: string): SegmentError =>
    new SegmentError("bad-encoding", `${what} at offset ${at}, so it is not whole UTF-16`, {
      place: { file: label, line: on },
      hint: "the file may be cut short, or in another encoding: name it with --encoding",
    });
  await eachPiece(path, from, signal, (piece) => {
    const bytes = Buffer.concat([carry, piece]);
    let length = bytes.length & ~1;
    const units = Buffer.from(bytes.subarray(0, length));
    if (bigEndian) units.swap16();
    // A character may straddle two pieces: its first half waits for the second.
    if (length > 0 && (units[length - 1]! & 0xfc) === 0xd8) length -= 2;
    const text = units.toString("utf16le", 0, length);
    const bad = text.search(/\p{Surrogate}/u);
    if (bad !== -1) throw refuse(offset + bad * 2, line + countLines(text.slice(0, bad)), "half a character");
    write(text);
    line += countLines(text);
    offset += length;
    carry = Buffer.from(bytes.subarray(length));
    return true;
  });
  if (carry.length > 0) throw refuse(offset, line, "half a character");
}

async function eachPiece(
  path: string,
  from: number,
  signal: AbortSignal,
  visit: (piece: Buffer) => boolean,
  to = Infinity,
): Promise<boolean> {
  const { window, refill, close } = openWindow(path, from, to);
  try {
    while (!window.atEnd) {
      refill();
      if (!visit(window.buffer.subarray(window.start, window.end))) return false;
      window.start = window.end;
      await new Promise((resolve) => setImmediate(resolve));
      throwIfInterrupted(signal);
    }
    return true;
  } finally {
    close();
  }
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

function percent(part: number, whole: number): string {
  return `${Math.round((part / whole) * 100)}%`;
}
