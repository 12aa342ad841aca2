import { statSync } from "node:fs";
import type { Encoding, ReadOptions, SourceNotice } from "../../core/source.ts";
import type { Spool } from "../spool.ts";
import { detectLayout, type DetectedLayout, type GivenLayout } from "./detect-layout.ts";
import { noRows } from "./delimited-errors.ts";
import { endOfTable } from "./end-of-table.ts";
import { requireEncoding, requireFrozen } from "./frozen-layout.ts";
import { givenRegion } from "./given-region.ts";
import { readRange } from "./file-window.ts";
import type { PlainFile } from "./plain-file.ts";
import { emptyShape, readRecord } from "./record.ts";
import { isBlankRow, type RecordRules } from "./record-fault.ts";
import { samplePieces } from "./sample-pieces.ts";
import { survey, type Survey } from "./survey.ts";
import { badUtf8, encodingNotices, guessEncoding, isUtf8Range, requireUtf16 } from "./text-encoding.ts";
import type { TextRegion } from "./text-region.ts";
import { toUtf8, type Utf8Text } from "./to-utf8.ts";

/** A delimited file that has been read to its end: what it is written in, its layout, and what its records are. */
export interface ReadText {
  readonly text: Utf8Text;
  readonly layout: DetectedLayout;
  /** The records of the table; its header first, where that is a single record. */
  readonly region: TextRegion;
  /** Physical lines before the table, header apart. */
  readonly skipLines: number;
  readonly rules: RecordRules;
  readonly seen: Survey;
  /** The last field of every record is empty and has no name: no column. */
  readonly trailing: boolean;
  /** Rows of delimiters alone below the first line that is set aside there. */
  readonly blankBelow: number;
  readonly notices: readonly SourceNotice[];
}

/**
 * Reads the whole file once, again where it turns out not to be UTF-8, to escape its quotes by a backslash, or to hold the
 * header more than once. `aside`: records that cannot be read may be set aside. Throws what its parts throw.
 */
export async function readText(
  file: PlainFile,
  options: ReadOptions,
  given: GivenLayout,
  aside: boolean,
  spool: Spool,
  signal: AbortSignal,
): Promise<ReadText> {
  const head = readRange(file.path, 0, 4096);
  const guess = guessEncoding(head);
  const asked = options.encoding;
  const plain = (asked ?? guess.encoding ?? "utf-8") === "utf-8";
  if (options.frozen !== undefined && asked !== undefined)
    await requireEncoding(file, asked, guess, options.frozen.settled, signal);
  if (asked === "utf-16le" || asked === "utf-16be") requireUtf16(head, asked, guess, file.label);
  let text: Utf8Text = plain
    ? { path: file.path, from: guess.encoding === "utf-8" ? guess.mark : 0, ...utf8Evidence(guess.why, asked) }
    : await toUtf8(file, asked, guess, aside, spool, signal);
  for (;;) {
    if (statSync(text.path).size === text.from) throw noRows(file.label, "nothing but a byte order mark");
    const found = await readAs(text, options, given, file.label, signal);
    if (found !== null) {
      const doubt = asked === undefined || plain ? [] : await encodingNotices(file.path, asked, signal);
      return { ...found, notices: [...found.notices, ...doubt] };
    }
    if (text.path !== file.path || (!aside && (asked === "utf-8" || text.from > 0)))
      throw await badUtf8(text.path, text.from, file.label, signal);
    text = await toUtf8(file, text.from > 0 ? "utf-8" : asked, guess, aside, spool, signal);
  }
}

/** Null where the text is not UTF-8. */
async function readAs(
  text: Utf8Text,
  options: ReadOptions,
  given: GivenLayout,
  label: string,
  signal: AbortSignal,
): Promise<ReadText | null> {
  const { path } = text;
  const { outer, known, skipped } = givenRegion(text, options, given, label);
  const sample = samplePieces(path, outer);
  if (sample.pieces[0]!.length === 0) throw noRows(label, "only blank lines and rows of empty fields");
  const layout = detectLayout(sample, known, label);
  if (options.frozen !== undefined) requireFrozen(sample, layout, known, options.frozen.settled, label);
  const { structure, fields } = layout;
  const skipLines = skipped + structure.linesBefore;
  const { header } = structure;
  const region: TextRegion = {
    from: header?.end ?? structure.from,
    to: structure.footer[0]?.offset ?? outer.to,
    line: outer.line + structure.linesBefore + (header?.lines ?? 0),
  };
  const isOutside = region.from > text.from || region.to < statSync(path).size;
  if (isOutside && text.lenient !== true) {
    const isUtf8 =
      (await isUtf8Range(path, text.from, region.from, signal)) &&
      (await isUtf8Range(path, region.to, Infinity, signal));
    if (!isUtf8) return null;
  }
  const wantsHeader = options.header !== false && known.headerRows !== 0 && header === null && fields > 1;
  const rules: RecordRules = {
    fields,
    delimiter: layout.layout.delimiter,
    keepsBlank: options.blankRows === "kept",
    headers: header === null ? (wantsHeader ? firstRecord(path, region, layout) : []) : header.raw,
    headed: header === null,
    lenient: text.lenient === true,
    foreign: text.foreign ?? null,
  };
  const look = (cut: DetectedLayout["layout"], within = region): Promise<Survey> =>
    survey(path, within, cut, rules, structure.trailing, signal);
  let own = layout;
  let seen = await look(layout.layout);
  if (!seen.utf8) return null;
  if (
    given.escape === undefined &&
    layout.layout.escape === "double" &&
    seen.firstBad.some(({ reason }) => reason === "after-quote" || reason === "unclosed")
  ) {
    const escaped = { ...layout, layout: { ...layout.layout, escape: "backslash" as const } };
    const again = await look(escaped.layout);
    if (again.bad === 0) {
      own = escaped;
      seen = again;
    }
  }
  const read = { text, skipLines, rules };
  const trailing = (): boolean => structure.trailing && seen.openEnded;
  if (known.end === true)
    return { ...read, region, layout: own, seen, trailing: trailing(), blankBelow: 0, notices: [] };
  const end = await endOfTable({ path, outer, region, layout: own, rules, seen }, signal);
  const { footer, footerLines, blankRows, notices, to } = end;
  const within = { ...region, to };
  if (to !== region.to) seen = await look(own.layout, within);
  if (!seen.utf8) return null;
  own = { ...own, structure: { ...structure, footer, footerLines } };
  return { ...read, region: within, layout: own, seen, trailing: trailing(), blankBelow: blankRows, notices };
}

/** The bytes of the first record of a region, without its line ending; none where it is long, or holds nothing. */
function firstRecord(path: string, { from, to }: TextRegion, { layout, fields }: DetectedLayout): readonly Buffer[] {
  const bytes = readRange(path, from, Math.min(1 << 16, to - from));
  const shape = emptyShape();
  for (let at = 0; at < bytes.length; at = shape.next) {
    if (!readRecord(bytes, at, bytes.length, false, layout, shape)) return [];
    if (shape.blank || isBlankRow(shape, bytes, at, layout.delimiter)) continue;
    return shape.broken === "" && shape.fields === fields && shape.lines === 1 ? [bytes.subarray(at, shape.end)] : [];
  }
  return [];
}

function utf8Evidence(why: string, asked: Encoding | undefined): Pick<Utf8Text, "encoding" | "evidence"> {
  const reason =
    asked === undefined ? (why === "" ? "every byte of the file is valid UTF-8" : why) : "given, and every byte fits";
  return { encoding: "utf-8", evidence: { subject: "encoding", found: "utf-8", why: reason } };
}
