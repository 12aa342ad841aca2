import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { SegmentError } from "../../core/errors.ts";
import type { DelimitedSource, ReadOptions, SourceNotice } from "../../core/source.ts";
import { throwIfInterrupted } from "../file-errors.ts";
import type { Spool } from "../spool.ts";
import { noRows, structureError } from "./delimited-errors.ts";
import { delimiterByte, quoteByte } from "./delimiter-words.ts";
import type { GivenLayout } from "./detect-layout.ts";
import { drawSample, type DrawnSample } from "./draw-sample.ts";
import { openWindow } from "./file-window.ts";
import { grouped } from "./grouped.ts";
import { detectHeader, type Header, nameColumns } from "./header.ts";
import { joined } from "./header-rows.ts";
import { layoutEvidence, layoutOf } from "./layout-facts.ts";
import { lineOfRecord } from "./line-of-record.ts";
import type { PlainFile } from "./plain-file.ts";
import type { Quarantine } from "./quarantine.ts";
import { type ReadText, readText } from "./read-text.ts";
import { recordsAt } from "./records-at.ts";
import { rewrite } from "./rewrite.ts";
import { asideOf } from "./set-aside.ts";
import { survey } from "./survey.ts";

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
    escape: options.escape,
  };
  const { read, drawn, header } = await readTable(file, options, given, quarantine !== null, spool, signal);
  const { text, layout, region, rules, seen } = read;
  const { structure } = layout;
  const headed = header.present && structure.header === null ? 1 : 0;
  const rows = seen.records - headed;
  if (rows === 0) throw noRows(file.label, "a header and no rows");
  const keep = read.trailing ? rules.fields - 1 : rules.fields;
  const cut = <T>(cells: readonly T[]): readonly T[] => (read.trailing ? cells.slice(0, keep) : cells);
  const firstFooter = region.line + seen.lines;
  const blankRows = seen.blankRows + read.blankBelow;
  const found = layoutOf(read, header, options);
  const own = text.path === file.path && file.compression === "none";
  const common = {
    label: file.label,
    compression: file.compression,
    ...(file.sender === undefined ? {} : { sender: file.sender }),
    encoding: text.encoding,
    format: "csv" as const,
    columns: header.names,
    rows,
    sample: (headed === 1 ? drawn.rows : [drawn.first, ...drawn.rows].slice(0, 2000)).map(cut),
    quarantined: seen.bad + structure.footer.length + blankRows,
    ...(blankRows === 0 ? {} : { blankRows }),
    notices: [...headerNotice(header), ...read.notices, ...blankNotice(read, quarantine !== null)],
    layout: found,
    ...(seen.odd ? {} : { plainCharacters: true as const }),
    evidence: [...file.evidence, text.evidence, ...layout.evidence, ...layoutEvidence(read, header, found)],
    lineOf: (row: number) =>
      lineOfRecord(text.path, region, layout.layout, rules, seen.nul !== -1, row + headed, signal),
    recordsAt: (wanted: readonly number[]) =>
      recordsAt(
        text.path,
        region,
        layout.layout,
        rules,
        seen.nul !== -1,
        wanted.map((row) => row + headed),
        own,
        signal,
      ),
  };
  const aside = asideOf(file, read, header.names, quarantine);
  try {
    const inPlace = placeOf(read, drawn, headed);
    if (inPlace !== null) {
      await aside.footer(firstFooter, signal);
      const isWhole = region.from === 0 && region.to >= statSync(text.path).size;
      const isMarked = region.from === text.from && region.to >= statSync(text.path).size && headed === 1;
      if (isWhole || isMarked)
        return { ...common, ...inPlace, path: text.path, spooled: file.spooled || text.path !== file.path };
      const copy = spool.file(".csv");
      await copyRange(text.path, region.from, region.to, copy, signal);
      return { ...common, ...inPlace, path: copy, spooled: true };
    }
    const delimiter = layout.layout.delimiter === -1 ? 44 : layout.layout.delimiter;
    const copy = spool.file(".csv");
    const written = await rewrite(
      text.path,
      copy,
      {
        region,
        layout: layout.layout,
        rules,
        keep,
        nul: seen.nul !== -1,
        drop: headed,
        delimiter,
        onBad: aside.record,
      },
      signal,
    );
    await aside.footer(firstFooter, signal);
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
  } finally {
    aside.close();
  }
}

interface ReadTable {
  readonly read: ReadText;
  readonly drawn: DrawnSample;
  readonly header: Header;
}

/** Reads the file, and again where its first record turns out to be no header though it comes twice. */
async function readTable(
  file: PlainFile,
  options: ReadOptions,
  given: GivenLayout,
  aside: boolean,
  spool: Spool,
  signal: AbortSignal,
): Promise<ReadTable> {
  const read = await readText(file, options, given, aside, spool, signal);
  const table = withHeader(file, read, options, given, aside);
  if (table.header.present || read.seen.headers === 0) return table;
  const { text, layout, region } = read;
  const rules = { ...read.rules, headers: [] };
  const seen = await survey(text.path, region, layout.layout, rules, read.trailing, signal);
  return withHeader(file, { ...read, rules, seen }, options, given, aside);
}

/** Throws where the records cannot be read, and nothing may be set aside. */
function withHeader(
  file: PlainFile,
  read: ReadText,
  options: ReadOptions,
  given: GivenLayout,
  aside: boolean,
): ReadTable {
  const { text, layout, region, seen } = read;
  if (seen.records === 0 && seen.bad === 0) {
    const { headerRows = 0 } = options;
    if (headerRows > 1)
      throw noRows(
        file.label,
        `--header-rows ${headerRows} leaves no row`,
        "a table needs at least one row below its header",
      );
    throw noRows(file.label, "only blank lines");
  }
  const firstIsBad =
    layout.structure.header === null &&
    seen.firstBad[0] !== undefined &&
    seen.firstBad[0].offset < (seen.offsets[0] ?? Infinity);
  const error = (): SegmentError => structureError(file.label, layout, seen, firstIsBad, given.delimiter !== undefined);
  if (seen.records === 0 || (seen.bad > seen.headers && (!aside || firstIsBad))) throw error();
  const drawn = drawSample(text.path, region, layout.layout, seen);
  const header = headerOf(read, drawn, options, file.label);
  if (header.present && seen.bad > 0 && !aside) throw error();
  return { read, drawn, header };
}

function headerOf(read: ReadText, drawn: DrawnSample, options: ReadOptions, label: string): Header {
  const { header } = read.layout.structure;
  const cut = <T>(cells: readonly T[]): readonly T[] => (read.trailing ? cells.slice(0, -1) : cells);
  if (header !== null) {
    const { fields } = read.rules;
    const names = joined(header.rows.map((row) => (row.length < fields ? [...row, null] : row)));
    const why =
      options.headerRows !== undefined
        ? "given"
        : header.rows.length > 1
          ? `the first ${header.rows.length} records name groups of columns, then columns, over numbers, dates or addresses`
          : "it has every name but one for the empty field at the end of each row";
    const own = nameColumns(cut(names), why, label, read.region.line - header.lines);
    const [first, ...others] = own.evidence;
    const found = header.rows.length > 1 ? `${header.rows.length} records` : "yes";
    return { present: true, names: own.names, evidence: [{ ...first!, found }, ...others] };
  }
  const given =
    options.header === false || options.headerRows === 0 ? false : options.headerRows === 1 ? true : options.header;
  const rows = drawn.rows.map(cut);
  // A last field without a name is no column only where the header has none for it.
  return detectHeader(cut(drawn.first), rows, given, label);
}

function headerNotice({ open }: Header): readonly SourceNotice[] {
  return open === undefined ? [] : [{ code: "header-assumed", message: open }];
}

/** What is said of rows of delimiters alone. */
function blankNotice({ seen, blankBelow }: ReadText, aside: boolean): readonly SourceNotice[] {
  const count = seen.blankRows + blankBelow;
  if (count === 0) return [];
  const where =
    seen.blankRows === 0 ? "" : count === 1 ? ` (line ${seen.firstBlank})` : `, from line ${seen.firstBlank} on,`;
  const [rows, hold] = count === 1 ? ["1 row", "holds"] : [`${grouped(count)} rows`, "hold"];
  const went = aside ? "went to the quarantine" : count === 1 ? "was left out" : "were left out";
  return [{ code: "blank-rows", message: `${rows}${where} ${hold} nothing but empty fields and ${went}` }];
}

/** How the text can be read where it is; null when a copy in normal notation is needed. */
function placeOf(
  { text, layout: { layout }, rules, seen, region, trailing }: ReadText,
  drawn: DrawnSample,
  headed: number,
): Pick<DelimitedSource, "delimiter" | "quote" | "newline" | "skip"> | null {
  const { lf, crlf, cr } = seen.endings;
  const mixed = cr > 0 || (lf > 0 && crlf > 0);
  const untidy = seen.bad + seen.blankRows > 0 || seen.spacedRecords > 0 || seen.spacedBlankLines > 0 || trailing;
  if (mixed || untidy || (seen.quoted && layout.escape === "backslash")) return null;
  if (drawn.firstOffset !== region.from || drawn.firstLines > 1) return null;
  if (text.from > 0 && region.from === text.from && headed === 0) return null;
  const delimiter = layout.delimiter === -1 ? seen.absentDelimiter : layout.delimiter;
  if (delimiter === -1 || (rules.fields === 1 && crlf > 0)) return null;
  return {
    delimiter: String.fromCharCode(delimiter),
    quote: !seen.quoted ? "" : String.fromCharCode(layout.quote),
    newline: crlf > 0 ? "\r\n" : "\n",
    skip: headed,
  };
}

/** Copies bytes `from … to` of a file. */
async function copyRange(path: string, from: number, to: number, copy: string, signal: AbortSignal): Promise<void> {
  const { window, refill, close } = openWindow(path, from, to);
  const out = openSync(copy, "wx", 0o600);
  try {
    while (!window.atEnd) {
      refill();
      for (let at = window.start; at < window.end;) at += writeSync(out, window.buffer, at, window.end - at);
      window.start = window.end;
      await new Promise((resolve) => setImmediate(resolve));
      throwIfInterrupted(signal);
    }
  } finally {
    close();
    closeSync(out);
  }
}
