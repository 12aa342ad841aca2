import type { Block, Cell, Report, ReportTable } from "../../core/report.ts";
import { visibleText } from "../display-text.ts";
import { drawBar, drawShade, drawSpark, unicodeGlyphs } from "./glyphs.ts";

/**
 * A report as GitHub-flavoured Markdown: the title and the headings as headings, tables as pipe tables in full (no
 * column is left out), notices as block quotes. Data is escaped, so that no name is read as markup or HTML.
 */
export function renderMarkdown(report: Report): string {
  return `${report.blocks.map(blockText).join("\n\n")}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "title": {
      const [lead = "", ...facts] = block.parts.map(escapeMarkdown);
      return facts.length === 0 ? `# ${lead}` : `# ${lead}\n\n${facts.join(" · ")}`;
    }
    case "heading":
      return `## ${escapeMarkdown(block.text)}`;
    case "text": {
      const text = escapeMarkdown(block.text);
      if (text.trim() === "") return "";
      return block.emphasis === "strong" ? `**${text.trim()}**` : block.emphasis === "dim" ? `*${text.trim()}*` : text;
    }
    case "notice":
      return `> **Notice:** ${escapeMarkdown(block.text)}`;
    case "command":
      return `${fenced(visibleText(block.text))}\n\n${escapeMarkdown(block.does)}`;
    case "table":
      return tableText(block.table);
  }
}

/** A block of code, whose fence is longer than any run of backticks in it. */
function fenced(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}sh\n${text}\n${fence}`;
}

function tableText(table: ReportTable): string {
  const marked = table.rows.some((row) => row.chosen === true);
  const line = (cells: readonly string[], mark: string): string =>
    `| ${[...(marked ? [mark] : []), ...cells].join(" | ")} |`;
  const header = line(
    table.columns.map((column) => escapeInline(column.header)),
    " ",
  );
  const rule = line(
    table.columns.map((column) => (column.align === "right" ? "--:" : ":--")),
    ":-:",
  );
  const rows = table.rows.map((row) => {
    const cells = table.columns.map((_, index) => cellMarkdown(row.cells[index] ?? ""));
    return line(row.chosen === true ? cells.map(strong) : cells, row.chosen === true ? unicodeGlyphs.chosen : " ");
  });
  return [header, rule, ...rows].join("\n");
}

function cellMarkdown(cell: Cell): string {
  if (typeof cell === "string") return escapeInline(cell);
  const words = escapeInline(cell.text);
  if ("shade" in cell) return `${drawShade(cell.shade, unicodeGlyphs)} ${words}`.trim();
  const drawn =
    "spark" in cell
      ? drawSpark(cell.spark, cell.spark.length, unicodeGlyphs)
      : drawBar(cell.bar, 12, cell.style ?? "block", unicodeGlyphs);
  return `${words} ${drawn}`.trim();
}

function strong(text: string): string {
  return text === "" ? "" : `**${text}**`;
}

/** Text that Markdown shows as it stands, at the beginning of a line too. */
function escapeMarkdown(text: string): string {
  return escapeInline(text)
    .replace(/^([-+=>#~])/, "\\$1")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2");
}

/** What would be markup within a line: emphasis, code, links, HTML, entities, mathematics, cell borders, bare addresses. */
function escapeInline(text: string): string {
  return visibleText(text)
    .replace(/[\\`*[\]|~$]/g, "\\$&")
    .replace(/_(?![\p{L}\d])|(?<![\p{L}\d])_/gu, "\\_")
    .replace(/<(?=[a-z/!?])/gi, "\\<")
    .replace(/&(?=[a-z#])/gi, "\\&")
    .replace(/(https?|ftp|mailto|xmpp):/gi, "$1\\:")
    .replace(/www\./gi, "www\\.")
    .replace(/@(?=\w)/g, "\\@");
}
