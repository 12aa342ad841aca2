import type { Block, Json, ReportRow } from "../core/report.ts";
import { formatCompact, formatCount, formatFixed } from "./number.ts";

/** The top of a tree of merges: what was merged, at which height, down to the segments. */
export type Dendrogram =
  | {
      readonly height: number;
      /** Sum of weights. */
      readonly size: number;
      readonly parts: readonly [Dendrogram, Dendrogram];
    }
  | { readonly height: number; readonly size: number; readonly segment: number };

/** One row for each merge above the segments and for each segment, what was merged last first. */
export function dendrogramBlocks(tree: Dendrogram, linkage: string): readonly Block[] {
  if ("segment" in tree) return [];
  const most = tree.height;
  const rows = rowsOf(tree, "", "", most);
  return [
    { kind: "heading", text: `tree above the segments (heights: ${linkage} linkage)` },
    {
      kind: "table",
      table: {
        name: "tree",
        columns: [
          { header: "merge", align: "left" },
          { header: "height", align: "right" },
          { header: "rows", align: "right" },
        ],
        rows,
        data: { columns: ["segments", "height", "rows"], rows: dataOf(tree) },
      },
    },
  ];
}

/** `lead` begins the row itself, `under` those of its parts. */
function rowsOf(tree: Dendrogram, lead: string, under: string, most: number): readonly ReportRow[] {
  const isSegment = "segment" in tree;
  const name = isSegment ? String(tree.segment) : segmentsOf(tree).join(" ");
  const own: ReportRow = {
    ...(isSegment ? { segment: tree.segment } : {}),
    cells: [
      `${lead}${name}`,
      { text: heightText(tree.height), bar: most > 0 ? tree.height / most : 0, style: "line" },
      formatCount(tree.size),
    ],
  };
  if (isSegment) return [own];
  const [first, second] = inOrder(tree.parts);
  return [
    own,
    ...rowsOf(first, `${under}├─ `, `${under}│  `, most),
    ...rowsOf(second, `${under}└─ `, `${under}   `, most),
  ];
}

function heightText(height: number): string {
  return height >= 1000 ? formatCompact(height) : formatFixed(height, 2);
}

/** The part with the lowest segment first. */
function inOrder(parts: readonly [Dendrogram, Dendrogram]): readonly [Dendrogram, Dendrogram] {
  const [a, b] = parts;
  return segmentsOf(a)[0]! <= segmentsOf(b)[0]! ? [a, b] : [b, a];
}

/** The segments below a branch, rising. */
function segmentsOf(tree: Dendrogram): readonly number[] {
  if ("segment" in tree) return [tree.segment];
  return tree.parts.flatMap((part) => segmentsOf(part)).sort((a, b) => a - b);
}

function dataOf(tree: Dendrogram): readonly (readonly (string | number)[])[] {
  const own = [segmentsOf(tree).join(" "), tree.height, tree.size];
  return "segment" in tree ? [own] : [own, ...inOrder(tree.parts).flatMap(dataOf)];
}

/** The tree as the JSON report has it. */
export function dendrogramJson(tree: Dendrogram): Json {
  const { height, size } = tree;
  if ("segment" in tree) return { segment: tree.segment, height, size };
  return { height, size, parts: inOrder(tree.parts).map(dendrogramJson) };
}

const rowHeight = 28;
const plotWidth = 560;
const margin = 24;
const labelWidth = 140;

/** The tree as an SVG picture: merges to the right by their heights, a row for each segment. */
export function dendrogramSvg(tree: Dendrogram, title: string): string {
  const count = segmentsOf(tree).length;
  const most = tree.height > 0 ? tree.height : 1;
  const height = 2 * margin + 20 + count * rowHeight;
  const width = labelWidth + plotWidth + 2 * margin;
  const x = (at: number): number => round(margin + labelWidth + (at / most) * plotWidth);
  const lines: string[] = [];
  let row = 0;
  const draw = (branch: Dendrogram): { readonly x: number; readonly y: number } => {
    if ("segment" in branch) {
      const y = margin + 20 + (row++ + 0.5) * rowHeight;
      const label = `${branch.segment} (${formatCount(branch.size)})`;
      lines.push(`<text x="${margin + labelWidth - 8}" y="${y + 4}" text-anchor="end">${label}</text>`);
      return { x: x(0), y };
    }
    const [a, b] = inOrder(branch.parts).map((part) => draw(part)) as [
      { readonly x: number; readonly y: number },
      { readonly x: number; readonly y: number },
    ];
    const at = x(branch.height);
    lines.push(`<path d="M${a.x} ${a.y}H${at}V${b.y}H${b.x}"/>`);
    const y = round((a.y + b.y) / 2);
    lines.push(`<text x="${at - 4}" y="${y - 4}" text-anchor="end" class="height">${heightText(branch.height)}</text>`);
    return { x: at, y };
  };
  draw(tree);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    "<style>text{font:13px sans-serif;fill:#222}.height{font-size:11px;fill:#666}path{fill:none;stroke:#0072b2;stroke-width:1.5}</style>",
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin}" y="${margin}">${escaped(title)}</text>`,
    ...lines,
    "</svg>\n",
  ].join("\n");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
