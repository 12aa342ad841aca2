import type { Block, Report } from "../../core/report.ts";
import { displayWidth, wrapText } from "../display-text.ts";
import { asciiGlyphs, type Glyphs, unicodeGlyphs } from "./glyphs.ts";
import { colourPaint, type Paint, type Piece, plainPaint, type Tone } from "./paint.ts";
import { tableLines } from "./table-lines.ts";

/** What is known of the terminal: its cells per line, and what it can show. */
export interface TerminalStyle {
  readonly width: number;
  readonly colour: boolean;
  readonly unicode: boolean;
}

const narrowest = 20;

/**
 * A report as lines of at most `width` cells (20 at the least), each ended by LF, none with a trailing space. Without
 * colour there is no escape sequence in it; without Unicode all but the data's own letters is ASCII.
 */
export async function renderTerminal(report: Report, style: TerminalStyle): Promise<string> {
  const paint = style.colour ? await colourPaint() : plainPaint;
  const glyphs = style.unicode ? unicodeGlyphs : asciiGlyphs;
  const width = Math.max(narrowest, Math.floor(style.width));
  let text = "";
  report.blocks.forEach((block, index) => {
    if (needsGap(report.blocks[index - 1], block)) text += "\n";
    for (const line of blockLines(block, width, glyphs)) text += `${paintLine(line, paint)}\n`;
  });
  return text;
}

/** A blank line before each title and heading, between two tables, and around a run of notices. */
function needsGap(before: Block | undefined, block: Block): boolean {
  if (before === undefined) return false;
  if (block.kind === "title") return true;
  if (block.kind === "heading") return true;
  if (before.kind === "title" || before.kind === "heading") return false;
  if (block.kind === "table" && before.kind === "table") return true;
  return (block.kind === "notice") !== (before.kind === "notice");
}

function blockLines(block: Block, width: number, glyphs: Glyphs): readonly (readonly Piece[])[] {
  switch (block.kind) {
    case "title":
      return titleLines(block.parts, width, glyphs);
    case "heading":
      return wrapped(block.text, width, glyphs, "strong");
    case "text":
      return wrapped(block.text, width, glyphs, block.emphasis ?? "plain");
    case "notice":
      return wrapped(block.text, width - 2, glyphs, "plain").map((line, index) => [
        { text: index === 0 ? "! " : "  ", tone: "strong" },
        ...line,
      ]);
    case "command":
      return [
        ...commandLines(glyphs.text(block.text), width).map((text) => [{ text, tone: "plain" as const }]),
        ...wrapped(block.does, width - 4, glyphs, "dim").map((line) => [
          { text: "    ", tone: "dim" as const },
          ...line,
        ]),
      ];
    case "table":
      return tableLines(block.table, width, glyphs);
  }
}

/** A command in lines that a shell reads as one: broken between words, never inside quotes, with a backslash at each end. */
function commandLines(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.match(/(?:'[^']*'|\\.|[^ '\\])+/g) ?? []) {
    const line = lines.at(-1);
    if (line === undefined) lines.push(word);
    else if (displayWidth(`${line} ${word} \\`) <= width) lines[lines.length - 1] = `${line} ${word}`;
    else {
      lines[lines.length - 1] = `${line} \\`;
      lines.push(`  ${word}`);
    }
  }
  return lines;
}

function wrapped(text: string, width: number, glyphs: Glyphs, tone: Tone): readonly (readonly Piece[])[] {
  return wrapText(glyphs.text(text), width).map((line) => [{ text: line, tone }]);
}

/** The first part strong, the others after it, as many on a line as fit. */
function titleLines(parts: readonly string[], width: number, glyphs: Glyphs): readonly (readonly Piece[])[] {
  const lead = glyphs.text(parts[0] ?? "");
  const lines = wrapText(parts.map(glyphs.text).join(glyphs.text(" · ")), width);
  return lines.map((line, index) => {
    if (index > 0 || !line.startsWith(lead)) return [{ text: line, tone: index > 0 ? "plain" : "strong" }];
    return [
      { text: lead, tone: "strong" },
      { text: line.slice(lead.length), tone: "plain" },
    ];
  });
}

function paintLine(line: readonly Piece[], paint: Paint): string {
  const pieces = [...line];
  while (pieces.length > 0) {
    const last = pieces[pieces.length - 1];
    const text = last?.text.trimEnd() ?? "";
    pieces.pop();
    if (last !== undefined && text !== "") {
      pieces.push({ ...last, text });
      break;
    }
  }
  return pieces.map(paint).join("");
}
