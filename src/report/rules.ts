import type { Block } from "../core/report.ts";
import { cutMiddle, visibleText } from "./display-text.ts";
import { formatCount, formatShare } from "./number.ts";

export interface RulesInput {
  readonly rules: readonly SegmentRule[];
  /** What stands for no segment among them; null for nothing. */
  readonly none: number | string | null;
  /** Share of the rows that the rules give their segment, 0–1. */
  readonly fidelity: number;
  /** A fidelity from which rules may stand for the segments. */
  readonly enough: number;
  /** Rows that the rules were learned from, where those were a sample; else null. */
  readonly sample: number | null;
  /** Columns without which a row is in no segment. */
  readonly required: readonly string[];
}

export interface SegmentRule {
  readonly segment: number | string;
  /** Any of these, each with all its bounds; empty where no rule says the segment. */
  readonly any: readonly (readonly RuleBound[])[];
  readonly share: number;
  readonly precision: number | null;
  readonly recall: number | null;
}

export interface RuleBound {
  readonly column: string;
  readonly above: number | null;
  readonly atMost: number | null;
}

const columnWidth = 32;
const nameWidth = 32;
const shownNames = 12;

/** What a row must be like to be in each segment, one line each, and how far that is true. */
export function rulesBlocks(input: RulesInput): readonly Block[] {
  const { rules, none, fidelity, enough, sample, required } = input;
  const name = (segment: number | string): string =>
    segment === none ? "no segment" : `segment ${cutMiddle(visibleText(String(segment)), nameWidth)}`;
  const share = (figure: number | null): string => (figure === null ? "—" : formatShare(figure));
  const without = rules.filter(({ any }) => any.length === 0).map(({ segment }) => name(segment));
  const lines: Block[] = [
    { kind: "heading", text: "rules for the segments" },
    {
      kind: "table",
      table: {
        name: "rules",
        columns: [
          { header: "", align: "left", wrap: true },
          { header: "share", align: "right", priority: 1 },
          { header: "precision", align: "right" },
          { header: "recall", align: "right" },
        ],
        rows: rules
          .filter(({ any }) => any.length > 0)
          .map((rule) => ({
            ...(typeof rule.segment === "number" ? { segment: rule.segment } : {}),
            cells: [
              `${ruleText(rule)} THEN ${name(rule.segment)}`,
              share(rule.share),
              share(rule.precision),
              share(rule.recall),
            ],
          })),
        data: {
          columns: ["segment", "rule", "share", "precision", "recall"],
          rows: rules.map((rule) => [rule.segment, ruleText(rule), rule.share, rule.precision, rule.recall]),
        },
      },
    },
    {
      kind: "text",
      text:
        `fidelity ${formatShare(fidelity)}: of the rows, those that the rules give the segment they are in` +
        (sample === null ? "" : `; learned from ${formatCount(sample)} rows drawn by hash, judged on all`) +
        (without.length === 0
          ? ""
          : `; no rule of five questions says ${without.slice(0, shownNames).join(", ")}${without.length > shownNames ? ` and ${without.length - shownNames} more` : ""}`) +
        (required.length === 0 ? "" : `; without ${required.map(shortName).join(" or ")} a row is in no segment`),
      emphasis: "dim",
    },
  ];
  if (fidelity >= enough) return lines;
  const text = `the rules give ${formatShare(fidelity)} of the rows their segment, under ${formatShare(enough, 0)}: a sketch of the segments, which cannot stand for them`;
  return [...lines, { kind: "notice", code: "rules-unfaithful", text }];
}

/** The rules as a statement of SQL, line by line. */
export function statementBlocks(statement: string): readonly Block[] {
  const lines = statement.split("\n").map((text): Block => ({ kind: "text", text: visibleText(text.trim()) }));
  return [{ kind: "heading", text: "the rules as SQL" }, ...lines];
}

/** `IF recency <= 92 AND orders > 3`, alternatives in brackets with OR between them. */
export function ruleText({ any }: Pick<SegmentRule, "any">): string {
  if (any.length === 0) return "";
  const all = any.map((bounds) => {
    const terms = bounds.flatMap(({ column, above, atMost }) => [
      ...(above === null ? [] : [`${shortName(column)} > ${above}`]),
      ...(atMost === null ? [] : [`${shortName(column)} <= ${atMost}`]),
    ]);
    return terms.length === 0 ? "anything" : terms.join(" AND ");
  });
  return `IF ${all.length === 1 ? all[0]! : all.map((one) => `(${one})`).join(" OR ")}`;
}

function shortName(column: string): string {
  return cutMiddle(visibleText(column), columnWidth);
}
