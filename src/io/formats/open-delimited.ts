import { statSync } from "node:fs";
import { SegmentError } from "../../core/errors.ts";
import type { DelimitedSource, Encoding, Evidence, ReadOptions } from "../../core/source.ts";
import type { Spool } from "../spool.ts";
import { grouped } from "./grouped.ts";
import { detectLayout, type DetectedLayout, type GivenLayout } from "./detect-layout.ts";
import { drawSample, type DrawnSample } from "./draw-sample.ts";
import { detectHeader, type Header } from "./header.ts";
import { lineOfRecord } from "./line-of-record.ts";
import type { PlainFile } from "./plain-file.ts";
import type { Quarantine } from "./quarantine.ts";
import type { Layout } from "./record.ts";
import { recordsAt } from "./records-at.ts";
import { rewrite } from "./rewrite.ts";
import { samplePieces } from "./sample-pieces.ts";
import { survey, type Survey } from "./survey.ts";
import { structureError } from "./structure-error.ts";
import { badUtf8, guessEncoding } from "./text-encoding.ts";
import { readRange } from "./file-window.ts";
import { toUtf8 } from "./to-utf8.ts";

/** A text of UTF-8: the user's own file or a copy. */
interface Utf8Text {
  readonly path: string;
  readonly from: number;
  readonly encoding: Encoding;
  readonly evidence: Evidence;
}

/**
 * Opens delimited text: settles encoding, layout and header, reads the file to its end, and leaves it where it is, or
 * writes a normal copy where the engine could read it otherwise. Throws `bad-encoding`, `ambiguous-input`,
 * `ragged-rows`, `bad-quotes`, `duplicate-columns`, `no-rows`, `disk-full`, `interrupted`.
 */
export async function openDelimited(
  file: PlainFile,
  options: ReadOptions,
  spool: Spool,
  quarantine: Quarantine | null,
  signal: AbortSignal,
): Promise<DelimitedSource> {
  const given: GivenLayout = {
    delimiter: options.delimiter === undefined ? undefined : delimiterByte(options.delimiter),
    quote: options.quote === undefined ? undefined : quoteByte(options.quote),
  };
  const { text, layout, seen } = await read(file, options, given, spool, signal);
  if (seen.nul !== -1) throw nulError(file.label, await lineOfByte(text.path, seen.nul));
  if (seen.records === 0 && seen.bad === 0) throw noRows(file.label, "only blank lines");
  const firstIsBad = seen.firstBad[0] !== undefined && seen.firstBad[0].offset < (seen.offsets[0] ?? Infinity);
  if (seen.bad > 0 && (quarantine === null || firstIsBad)) {
    throw structureError(file.label, layout, seen, firstIsBad, given.delimiter !== undefined);
  }

  const drawn = drawSample(text.path, layout.layout, seen);
  const header = detectHeader(drawn.first, drawn.rows, options.header, file.label);
  const rows = seen.records - (header.present ? 1 : 0);
  if (rows === 0) throw noRows(file.label, "a header and no rows");
  const own = text.path === file.path && file.compression === "none";
  const common = {
    label: file.label,
    compression: file.compression,
    ...(file.sender === undefined ? {} : { sender: file.sender }),
    encoding: text.encoding,
    format: "csv" as const,
    columns: header.names,
    rows,
    sample: header.present ? drawn.rows : [drawn.first, ...drawn.rows].slice(0, 2000),
    quarantined: seen.bad,
    evidence: [
      ...file.evidence,
      text.evidence,
      ...layout.evidence,
      ...header.evidence,
      ...lineEvidence(seen, layout.fields),
    ],
    lineOf: (row: number) => lineOfRecord(text.path, text.from, layout, row + (header.present ? 1 : 0), signal),
    recordsAt: (wanted: readonly number[]) =>
      recordsAt(
        text.path,
        text.from,
        layout,
        wanted.map((row) => row + (header.present ? 1 : 0)),
        own,
        signal,
      ),
  };
  const inPlace = placeOf(layout.layout, layout.fields, seen, drawn, header, text);
  if (inPlace !== null) {
    return { ...common, ...inPlace, path: text.path, spooled: file.spooled || text.path !== file.path };
  }

  const delimiter = layout.layout.delimiter === -1 ? 44 : layout.layout.delimiter;
  const copy = spool.file(".csv");
  const written = await rewrite(
    text.path,
    copy,
    {
      from: text.from,
      layout: layout.layout,
      fields: layout.fields,
      drop: header.present ? 1 : 0,
      delimiter,
      onBad({ shape, window, line, offset }) {
        quarantine?.add({
          file: file.label,
          line,
          byte: own ? offset : null,
          column: "",
          reason: reasonOf(shape.broken, shape.fields, layout.fields),
          raw: window.buffer.toString("utf8", window.start, shape.end),
        });
      },
    },
    signal,
  );
  if (written !== rows) throw new SegmentError("bug", `${rows} records counted, ${written} copied`);
  return {
    ...common,
    path: copy,
    spooled: true,
    delimiter: String.fromCharCode(delimiter),
    quote: '"',
    newline: "\n",
    skip: 0,
  };
}

/** Reads the whole file once, twice where it turns out not to be UTF-8 or to escape its quotes by a backslash. */
async function read(
  file: PlainFile,
  options: ReadOptions,
  given: GivenLayout,
  spool: Spool,
  signal: AbortSignal,
): Promise<{ text: Utf8Text; layout: DetectedLayout; seen: Survey }> {
  const guess = guessEncoding(readRange(file.path, 0, 4096));
  const asked = options.encoding;
  const plain = (asked ?? guess.encoding ?? "utf-8") === "utf-8";
  let text: Utf8Text = plain
    ? { path: file.path, from: guess.encoding === "utf-8" ? guess.mark : 0, ...utf8Evidence(guess.why, asked) }
    : await toUtf8(file, asked, guess, spool, signal);
  for (;;) {
    if (statSync(text.path).size === text.from) throw noRows(file.label, "nothing but a byte order mark");
    const layout = detectLayout(samplePieces(text.path, text.from), given, file.label);
    const seen = await survey(text.path, text.from, layout.layout, layout.fields, signal);
    if (!seen.utf8) {
      if (asked === "utf-8" || text.path !== file.path || text.from > 0)
        throw await badUtf8(text.path, text.from, file.label, signal);
      text = await toUtf8(file, asked, guess, spool, signal);
      continue;
    }
    if (seen.firstBad.some((bad) => bad.reason !== "fields") && layout.layout.escape === "double") {
      const escaped = { ...layout, layout: { ...layout.layout, escape: "backslash" as const } };
      const again = await survey(text.path, text.from, escaped.layout, layout.fields, signal);
      if (again.bad === 0) return { text, layout: escaped, seen: again };
    }
    return { text, layout, seen };
  }
}

function utf8Evidence(why: string, asked: Encoding | undefined): Pick<Utf8Text, "encoding" | "evidence"> {
  const reason =
    asked === undefined ? (why === "" ? "every byte of the file is valid UTF-8" : why) : "given, and every byte fits";
  return { encoding: "utf-8", evidence: { subject: "encoding", found: "utf-8", why: reason } };
}

/** How the text can be read where it is; null when a copy is needed. */
function placeOf(
  layout: Layout,
  fields: number,
  seen: Survey,
  drawn: DrawnSample,
  header: Header,
  text: Utf8Text,
): Pick<DelimitedSource, "delimiter" | "quote" | "newline" | "skip"> | null {
  const { lf, crlf, cr } = seen.endings;
  const mixed = cr > 0 || (lf > 0 && crlf > 0);
  const untidy = seen.bad > 0 || seen.spacedRecords > 0 || seen.spacedBlankLines > 0;
  if (mixed || untidy || (seen.quoted && layout.escape === "backslash")) return null;
  if (drawn.firstOffset !== text.from || drawn.firstLines > 1) return null;
  if (text.from > 0 && !header.present) return null;
  const delimiter = layout.delimiter === -1 ? seen.absentDelimiter : layout.delimiter;
  if (delimiter === -1 || (fields === 1 && crlf > 0)) return null;
  return {
    delimiter: String.fromCharCode(delimiter),
    quote: !seen.quoted ? "" : String.fromCharCode(layout.quote),
    newline: crlf > 0 ? "\r\n" : "\n",
    skip: header.present ? 1 : 0,
  };
}

function lineEvidence(seen: Survey, fields: number): Evidence[] {
  const { lf, crlf, cr } = seen.endings;
  const parts = [
    [lf, "LF"],
    [crlf, "CRLF"],
    [cr, "CR"],
  ] as const;
  const used = parts.filter(([count]) => count > 0);
  const found = used.length === 0 ? "none" : used.map(([, kind]) => kind).join(" and ");
  const why =
    used.length > 1
      ? used.map(([count, kind]) => `${grouped(count)} lines end in ${kind}`).join(", ")
      : `on all ${grouped(seen.lines)} lines`;
  const evidence: Evidence[] = [{ subject: "line ending", found, why: used.length === 0 ? "a single line" : why }];
  evidence.push({
    subject: "records",
    found: `${grouped(seen.records)} of ${fields} fields`,
    why: "counted over the whole file, the header included",
  });
  if (seen.blankLines > 0)
    evidence.push({
      subject: "blank lines",
      found: String(seen.blankLines),
      why: "a blank line is no row in a file of several columns",
    });
  return evidence;
}

function reasonOf(broken: string, found: number, expected: number): string {
  if (broken === "after-quote") return "text after a closing quote";
  if (broken === "unclosed") return "quote never closed";
  return `${found} ${found === 1 ? "field" : "fields"}, ${expected} expected`;
}

function noRows(label: string, what: string): SegmentError {
  return new SegmentError("no-rows", what, {
    place: { file: label },
    hint: "a table needs at least one row; if the first line is data, add --no-header",
  });
}

function nulError(label: string, line: number): SegmentError {
  return new SegmentError("bad-encoding", "a NUL byte", {
    place: { file: label, line },
    hint: "name the encoding with --encoding if it is not UTF-8, or remove the NUL bytes (tr -d '\\000')",
  });
}

async function lineOfByte(path: string, offset: number): Promise<number> {
  let line = 1;
  for (let at = 0; at < offset; at += 1 << 20) {
    for (const byte of readRange(path, at, Math.min(1 << 20, offset - at))) if (byte === 10) line++;
  }
  return line;
}

/** The byte of a delimiter as the user names it: one character, `tab`, `\t` or `space`. Throws `bad-option-value`. */
export function delimiterByte(text: string): number {
  const named = new Map([
    ["tab", "\t"],
    ["\\t", "\t"],
    ["space", " "],
    ["comma", ","],
    ["semicolon", ";"],
    ["pipe", "|"],
  ]);
  const delimiter = named.get(text.toLowerCase()) ?? text;
  const code = delimiter.charCodeAt(0);
  if (delimiter.length !== 1 || code > 126 || code === 10 || code === 13 || code === 34 || code === 0)
    throw new SegmentError("bad-option-value", `--delimiter ${JSON.stringify(text)} is not one plain character`, {
      hint: "for instance --delimiter ';' or --delimiter tab",
    });
  return code;
}

/** The byte of a quote as the user names it, -1 for `none`. Throws `bad-option-value`. */
export function quoteByte(text: string): number {
  if (text === "" || text.toLowerCase() === "none") return -1;
  const code = text.charCodeAt(0);
  if (text.length !== 1 || code > 126 || code < 33)
    throw new SegmentError("bad-option-value", `--quote ${JSON.stringify(text)} is not one plain character`, {
      hint: `for instance --quote "'", or --quote none`,
    });
  return code;
}
