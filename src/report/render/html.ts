import type { Block, Cell, Report, ReportRow, ReportTable } from "../../core/report.ts";
import { visibleText } from "../display-text.ts";
import { drawSpark, shadeLevel, unicodeGlyphs } from "./glyphs.ts";
import { segmentColour } from "./paint.ts";

/**
 * A report as one HTML page: no script, nothing loaded from elsewhere, light and dark by the reader's setting. Bars and
 * shades are inline styles, which mail clients keep; every number stands beside them as text. All data is escaped.
 */
export function renderHtml(report: Report): string {
  const title = report.blocks.find((block) => block.kind === "title");
  const name = title?.kind === "title" ? title.parts.join(" · ") : `segment ${report.command}`;
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(name)}</title>`,
    `<style>${styleSheet}</style>`,
    "</head>",
    "<body>",
    "<main>",
    ...report.blocks.map(blockHtml),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const styleSheet = `
:root { color-scheme: light dark; }
body { margin: 0; background: #fff; color: #1b1f24; font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .5rem; }
p { margin: .4rem 0; }
.facts, .dim { color: #5b6470; }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .28rem .7rem; border-bottom: 1px solid #e3e6ea; text-align: left; vertical-align: top; }
th { font-weight: 600; color: #5b6470; vertical-align: bottom; }
th.r, td.r { text-align: right; }
td.r { white-space: nowrap; }
h1, h2, p, th, td { overflow-wrap: anywhere; }
th, td { min-width: 1.5rem; max-width: 40rem; }
tr.chosen td { font-weight: 700; background: #eef5fb; }
.track { display: inline-block; width: 8rem; height: .62em; margin-left: .6rem; background: #eceff2; border-radius: 2px; text-align: left; }
.fill { display: inline-block; height: 100%; border-radius: 2px; vertical-align: top; }
.spark { font-family: ui-monospace, Menlo, Consolas, monospace; margin-left: .6rem; }
pre { margin: .8rem 0 .2rem; padding: .5rem .7rem; background: #f3f5f7; border-radius: 3px; white-space: pre-wrap; overflow-wrap: anywhere; }
.notice { border-left: 4px solid #d55e00; padding: .3rem .8rem; margin: .5rem 0; background: #fdf3ec; }
@media (prefers-color-scheme: dark) {
body { background: #15181c; color: #e6e8eb; }
.facts, .dim, th { color: #9aa4af; }
th, td { border-color: #2b3138; }
tr.chosen td { background: #1c2a36; }
.track { background: #262c33; }
pre { background: #20262d; }
.notice { background: #2a1f18; }
}
@media print { main { max-width: none; padding: 0; } .scroll { overflow: visible; } h2, tr { break-inside: avoid; } }
`;

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "title": {
      const [lead = "", ...facts] = block.parts.map(escapeHtml);
      return `<h1>${lead}</h1>${facts.length === 0 ? "" : `\n<p class="facts">${facts.join(" · ")}</p>`}`;
    }
    case "heading":
      return `<h2>${escapeHtml(block.text)}</h2>`;
    case "text": {
      const text = escapeHtml(block.text);
      if (block.emphasis === "strong") return `<p><strong>${text}</strong></p>`;
      return block.emphasis === "dim" ? `<p class="dim">${text}</p>` : `<p>${text}</p>`;
    }
    case "notice":
      return `<p class="notice"><strong>Notice:</strong> ${escapeHtml(block.text)}</p>`;
    case "command":
      return `<pre><code>${escapeHtml(block.text)}</code></pre>\n<p class="dim">${escapeHtml(block.does)}</p>`;
    case "table":
      return tableHtml(block.table);
  }
}

function tableHtml(table: ReportTable): string {
  const marked = table.rows.some((row) => row.chosen === true);
  const headers = table.columns.map(
    ({ header, align }) => `<th scope="col"${align === "right" ? ' class="r"' : ""}>${escapeHtml(header)}</th>`,
  );
  const named = table.columns.some(({ header }) => header !== "");
  const head = named ? [`<thead><tr>${marked ? "<th></th>" : ""}${headers.join("")}</tr></thead>`] : [];
  const rows = table.rows.map((row) => rowHtml(table, row, marked));
  return ['<div class="scroll"><table>', ...head, "<tbody>", ...rows, "</tbody>", "</table></div>"].join("\n");
}

function rowHtml(table: ReportTable, row: ReportRow, marked: boolean): string {
  const mark = marked ? `<td>${row.chosen === true ? unicodeGlyphs.chosen : ""}</td>` : "";
  const cells = table.columns.map((column, index) => {
    const cell = row.cells[index] ?? "";
    const edge = index === 0 && row.segment !== undefined ? `border-left:4px solid ${segmentColour(row.segment)};` : "";
    const style = shadeStyle(cell) + edge;
    const attributes = (column.align === "right" ? ' class="r"' : "") + (style === "" ? "" : ` style="${style}"`);
    return `<td${attributes}>${cellHtml(cell, row.segment)}</td>`;
  });
  return `<tr${row.chosen === true ? ' class="chosen"' : ""}>${mark}${cells.join("")}</tr>`;
}

function cellHtml(cell: Cell, segment: number | undefined): string {
  if (typeof cell === "string") return escapeHtml(cell);
  const words = escapeHtml(cell.text);
  if ("shade" in cell) return words;
  if ("spark" in cell) {
    const spark = drawSpark(cell.spark, cell.spark.length, unicodeGlyphs);
    return `${words}<span class="spark">${spark}</span>`;
  }
  const share = Number.isFinite(cell.bar) ? Math.min(1, Math.max(0, cell.bar)) : 0;
  const fill = `width:${(share * 100).toFixed(1)}%;background:${segmentColour(segment ?? 1)}`;
  return `${words}<span class="track"><span class="fill" style="${fill}"></span></span>`;
}

/** Orange above the mean, blue below, stronger with the size of the z-score. */
function shadeStyle(cell: Cell): string {
  if (typeof cell === "string" || !("shade" in cell)) return "";
  const level = shadeLevel(cell.shade);
  if (level === 0) return "";
  const rgb = cell.shade > 0 ? "230,159,0" : "86,180,233";
  return `background:rgba(${rgb},${(level * 0.16).toFixed(2)});`;
}

function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => entities.get(character) ?? character);
}

const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);
