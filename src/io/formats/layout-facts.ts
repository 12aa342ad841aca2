import type { Evidence, ReadOptions, TextLayout } from "../../core/source.ts";
import { grouped } from "./grouped.ts";
import type { Header } from "./header.ts";
import type { ReadText } from "./read-text.ts";
import { exactText } from "./record-fault.ts";

/** The layout of a file as it was found, or given. */
export function layoutOf(
  { layout, region, skipLines, seen, trailing }: ReadText,
  header: Header,
  options: ReadOptions,
): TextLayout {
  const { structure } = layout;
  const firstFooter = region.line + seen.lines;
  const { lf, crlf, cr } = seen.endings;
  const kinds = [lf, crlf, cr].filter((count) => count > 0).length;
  const newline = kinds > 1 ? "mixed" : lf > 0 ? "lf" : crlf > 0 ? "crlf" : cr > 0 ? "cr" : "none";
  const first = skipLines - structure.linesBefore + 1;
  return {
    delimiter: layout.layout.delimiter === -1 ? "" : String.fromCharCode(layout.layout.delimiter),
    quote: layout.layout.quote === -1 ? "" : String.fromCharCode(layout.layout.quote),
    escape: layout.layout.escape,
    newline,
    skipLines,
    preamble: structure.preamble.map(({ line, raw, why }) => ({ line: first + line, text: exactText(raw), why })),
    headerRows: structure.header?.rows.length ?? (header.present ? 1 : 0),
    footerLines: options.footerLines ?? structure.footerLines,
    footer: structure.footer.map(({ line, raw, why }) => ({ line: firstFooter + line, text: exactText(raw), why })),
    trailingDelimiter: trailing,
    score: layout.score,
    rival:
      layout.rival === null
        ? null
        : { delimiter: layout.rival.delimiter, columns: layout.rival.fields, score: layout.rival.score },
  };
}

/** What a read file shows of its lines: those around the table, its header, line endings, records. */
export function layoutEvidence(read: ReadText, header: Header, layout: TextLayout): readonly Evidence[] {
  return [
    ...linesAround(
      "lines above the table",
      layout.preamble,
      layout.skipLines,
      read.layout.structure.preamble.length > 0,
    ),
    ...header.evidence,
    ...(read.trailing
      ? [
          {
            subject: "last field",
            found: "no column",
            why: `every one of ${grouped(read.seen.records)} records ends in a delimiter with nothing behind it`,
          },
        ]
      : []),
    ...lineEvidence(read),
    ...linesAround("lines below the table", layout.footer, layout.footerLines, true),
  ];
}

function linesAround(
  subject: string,
  lines: TextLayout["footer"],
  count: number,
  isFound: boolean,
): readonly Evidence[] {
  if (lines.length === 0) return count === 0 ? [] : [{ subject, found: String(count), why: "given, or blank" }];
  const shown = lines.slice(0, 3).map(({ line, text }) => `line ${line} “${short(text)}”`);
  const more = lines.length > 3 ? ` and ${lines.length - 3} more` : "";
  const reasons = [...new Set(lines.map(({ why }) => why))].slice(0, 2).join("; ");
  const why = `${shown.join(", ")}${more}${isFound && reasons !== "above the table" ? `: ${reasons}` : ""}`;
  const shownLines = lines.reduce((sum, { text }) => sum + text.trimEnd().split("\n").length, 0);
  const rest = shownLines < count ? "; the others are blank, or given" : "";
  return [{ subject, found: String(count), why: `${why}${rest}` }];
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function lineEvidence({ seen, rules, layout }: ReadText): readonly Evidence[] {
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
      : used.length === 1 && used[0]![0] < seen.lines - 1
        ? `behind ${grouped(used[0]![0])} of ${grouped(seen.lines)} lines; the others end inside quotes`
        : `on all ${grouped(seen.lines)} lines`;
  const evidence: Evidence[] = [{ subject: "line ending", found, why: used.length === 0 ? "a single line" : why }];
  evidence.push({
    subject: "records",
    found: `${grouped(seen.records)} of ${rules.fields} fields`,
    why: `counted over the whole file${layout.structure.header === null ? ", the header included" : ""}`,
  });
  if (seen.blankLines > 0)
    evidence.push({
      subject: "blank lines",
      found: String(seen.blankLines),
      why: "a blank line is no row in a file of several columns",
    });
  return evidence;
}
