import type { Block } from "../core/report.ts";
import { columnList } from "../report/columns.ts";
import { formatCount } from "../report/number.ts";
import type { LeftOut } from "../steps/clean/left-out.ts";

const ruleWords = { outliers: "outliers", impute: "gaps" } as const;

/** The columns that rules did not reach, and that models did not fill from: one row a reason. */
export function leftOutBlocks(leftOut: readonly LeftOut[]): readonly Block[] {
  if (leftOut.length === 0) return [];
  const byReason = new Map<string, { readonly words: readonly string[]; readonly columns: string[] }>();
  for (const { column, reason, rules } of leftOut) {
    const of = rules.map((rule) => ruleWords[rule]).join(", ");
    const key = JSON.stringify([of, reason]);
    const row = byReason.get(key) ?? { words: [of, reason], columns: [] };
    row.columns.push(column);
    byReason.set(key, row);
  }
  const many = new Set(leftOut.map(({ column }) => column)).size;
  return [
    {
      kind: "heading",
      text: `left out where no rule names them: ${formatCount(many)} (COL=RULE reaches any; --columns a flag, year or label)`,
    },
    {
      kind: "table",
      table: {
        name: "columns-left-out",
        columns: [
          { header: "of", align: "left" },
          { header: "why", align: "left" },
          { header: "columns", align: "left", wrap: true },
        ],
        rows: Array.from(byReason.values(), ({ words, columns }) => ({ cells: [...words, columnList(columns)] })),
        data: {
          columns: ["column", "reason", "rules"],
          rows: leftOut.map(({ column, reason, rules }) => [column, reason, rules.join(" ")]),
        },
      },
    },
  ];
}
