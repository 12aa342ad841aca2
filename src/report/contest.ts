import type { Block } from "../core/report.ts";
import { formatCount, formatFixed, formatShare } from "./number.ts";

export interface ContestInput {
  readonly winner: string;
  readonly contestants: readonly {
    readonly method: string;
    readonly k: number | null;
    readonly agreement: number | null;
    readonly stability: number | null;
    readonly silhouette: number | null;
    readonly noise: number;
    readonly out: string | null;
  }[];
  readonly rule: string;
  /** Rows it was held on; null: all. */
  readonly rows: number | null;
}

/** One row per method with what it was judged by, and the rule. */
export function contestBlocks({ winner, contestants, rule, rows }: ContestInput): readonly Block[] {
  const figure = (value: number | null, decimals: number): string =>
    value === null ? "—" : formatFixed(value, decimals);
  const right = { align: "right" as const };
  const present = contestants.filter(({ out }) => out === null);
  const absent = contestants.filter(({ out }) => out !== null);
  return [
    { kind: "heading", text: `contest of ${present.length} methods: ${winner}` },
    {
      kind: "table",
      table: {
        name: "contest",
        columns: [
          { header: "method", align: "left" },
          { header: "k", ...right },
          { header: "neighbours", ...right },
          { header: "stability", ...right },
          { header: "silhouette", ...right },
          { header: "noise", ...right, priority: 1 },
        ],
        rows: present.map((one) => ({
          cells: [
            one.method,
            one.k === null ? "—" : String(one.k),
            figure(one.agreement, 3),
            figure(one.stability, 2),
            figure(one.silhouette, 2),
            one.noise === 0 ? "" : formatShare(one.noise),
          ],
          ...(one.method === winner ? { chosen: true } : {}),
        })),
        data: {
          columns: ["method", "k", "neighbour_agreement", "stability", "silhouette", "noise_share", "out"],
          rows: contestants.map((one) => [
            one.method,
            one.k,
            one.agreement,
            one.stability,
            one.silhouette,
            one.noise,
            one.out,
          ]),
        },
      },
    },
    { kind: "text", text: `rule: ${rule}`, emphasis: "dim" },
    {
      kind: "text",
      text:
        "neighbours: share of a row's ten nearest others in its own segment, above chance · stability: adjusted Rand index of " +
        `fits of halves${rows === null ? "" : ` · held on ${formatCount(rows)} rows drawn by hash`}`,
      emphasis: "dim",
    },
    ...absent.map(({ method, out }): Block => ({
      kind: "text",
      text: `${method} took no part: ${out}`,
      emphasis: "dim",
    })),
  ];
}
