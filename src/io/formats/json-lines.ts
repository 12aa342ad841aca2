import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import type { RawRecord } from "../../core/source.ts";
import { SegmentError } from "../../core/errors.ts";
import { throwIfInterrupted } from "../file-errors.ts";

/** A line of text that is not blank, its number from 1, and its offset in the file. */
interface TextLine {
  readonly line: number;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Calls `each` with the lines of a file from byte `from` on that are not blank, until it gives false. Memory for one line. */
async function eachLine(
  path: string,
  from: number,
  signal: AbortSignal,
  each: (line: TextLine) => boolean | Promise<boolean>,
): Promise<void> {
  let line = 1;
  let offset = from;
  let parts: Buffer[] = [];
  const take = async (bytes: Buffer): Promise<boolean> => {
    const isGoing = isBlank(bytes) || (await each({ line, offset, bytes }));
    line++;
    offset += bytes.length + 1;
    return isGoing;
  };
  for await (const data of createReadStream(path, { start: from, highWaterMark: 1 << 20 })) {
    throwIfInterrupted(signal);
    const chunk = data as Buffer;
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(10, start);
      if (end === -1) break;
      const piece = chunk.subarray(start, end);
      const whole = parts.length === 0 ? piece : Buffer.concat([...parts, piece]);
      parts = [];
      start = end + 1;
      if (!(await take(whole))) return;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) await take(Buffer.concat(parts));
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 32 && byte !== 9 && byte !== 13) return false;
  return true;
}

/** Some records (from 0, rising) of JSON in lines, but for those on the lines `lost`. Throws `bug` when one is not there. */
export async function jsonLinesAt(
  path: string,
  from: number,
  lost: ReadonlySet<number>,
  rows: readonly number[],
  own: boolean,
  signal: AbortSignal,
): Promise<readonly RawRecord[]> {
  const found: RawRecord[] = [];
  if (rows.length === 0) return found;
  let seen = 0;
  await eachLine(path, from, signal, ({ line, offset, bytes }) => {
    if (lost.has(line) || seen++ !== rows[found.length]) return true;
    found.push({ line, byte: own ? offset : null, raw: textOf(bytes) });
    return found.length < rows.length;
  });
  if (found.length < rows.length) {
    throw new SegmentError("bug", `record ${rows[found.length]} was asked for, ${seen} were found`);
  }
  return found;
}

/** A line that holds no record, with the reason. */
export type LostLine = RawRecord & { readonly reason: string };

/** Tells each line of a file that the engine's reader would not read as a record, or not as one of a table. */
export async function lostLines(
  path: string,
  from: number,
  own: boolean,
  signal: AbortSignal,
  onLost: (lost: LostLine) => void,
): Promise<{ readonly records: number }> {
  let records = 0;
  await eachLine(path, from, signal, ({ line, offset, bytes }) => {
    const raw = textOf(bytes);
    const reason = faultOf(raw);
    if (reason === null) records++;
    else onLost({ line, byte: own ? offset : null, raw, reason });
    return true;
  });
  return { records };
}

/** Copies the lines of a file that are neither blank nor `lost`. */
export async function copyWithout(
  path: string,
  from: number,
  lost: ReadonlySet<number>,
  copy: string,
  signal: AbortSignal,
): Promise<void> {
  const out = createWriteStream(copy, { flags: "wx", mode: 0o600 });
  await eachLine(path, from, signal, async ({ line, bytes }) => {
    if (!lost.has(line) && !out.write(Buffer.concat([bytes, Buffer.of(10)]))) await once(out, "drain");
    return true;
  });
  out.end();
  await once(out, "finish");
}

function textOf(bytes: Buffer): string {
  const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
  return bytes.toString("utf8", 0, end);
}

/** Why a line is no record; null for one that is. */
function faultOf(text: string): string | null {
  const value = parsed(text);
  if (value === undefined) return "no JSON";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "no JSON object";
  const keys = Object.keys(value);
  if (keys.some((key) => key === "" || key.includes("\0"))) return "a key is empty or holds a zero byte";
  return topKeys(text) > keys.length ? "a key twice" : null;
}

/** The value of JSON as the engine takes it: also NaN, infinities and a comma before a closing bracket. */
function parsed(text: string): unknown {
  if (holdsLoneSurrogate(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:nan|inf|infinity)\b|,(?=\s*[\]}])/gi, (part) =>
      part.startsWith('"') ? part : part === "," ? "" : "null",
    );
    if (strict === text) return undefined;
    try {
      return JSON.parse(strict);
    } catch {
      return undefined;
    }
  }
}

/** Half of a pair of escapes that stand for one character. */
function holdsLoneSurrogate(text: string): boolean {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return false;
  const plain = text.replaceAll("\\\\", "");
  return /\\u[dD][89a-fA-F]/.test(plain.replace(/\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/g, ""));
}

/** The number of keys that an object's text has at its top. */
function topKeys(text: string): number {
  let depth = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (sign === '"') {
      for (i++; text[i] !== '"' && i < text.length; i++) if (text[i] === "\\") i++;
    } else if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    else if (sign === ":" && depth === 1) count++;
  }
  return count;
}
