import type { Block, ReportRow } from "../core/report.ts";
import { cutMiddle, visibleText } from "./display-text.ts";
import { formatFixed, formatShare, formatSigned, measureFormat } from "./number.ts";

/** Why a row is in its segment. Values are in the columns' own units. */
export interface WhyInput {
  readonly id: string;
  readonly idColumn: string;
  readonly row: number;
  /** Null where the file has no lines. */
  readonly line: number | null;
  readonly segment: number | string;
  /** False for a row in no segment. */
  readonly isInOne: boolean;
  /** How the table calls no segment. */
  readonly none: number | string;
  /** What says so: a model, or the table itself, explained by the segments' means. */
  readonly by: "model" | "means";
  /** What the segment goes by: the nearest centre, the least cost of numbers and words, the components of a mixture, or the rows nearby. */
  readonly decides: "nearest" | "prototypes" | "gower" | "mixture" | "rows";
  /** Of the model; null without. */
  readonly method: string | null;
  /** The column of segments. */
  readonly column: string;
  readonly description: string | null;
  /** The segment that the table says, where that is another one than the model's. */
  readonly inFile: string | null;
  /** Columns whose missing value leaves the row in no segment. */
  readonly unfilled: readonly string[];
  /** To the own centre. */
  readonly distance: number | null;
  /** How surely it is there, 0–1; null where the method has no such figure. */
  readonly probability: number | null;
  readonly runnerUp: {
    readonly segment: number | string;
    readonly distance: number;
    readonly probability: number | null;
  } | null;
  /** What the sizes and volumes of two components add to the log odds; null where there is no mixture. */
  readonly prior: number | null;
  /** The segment whose mean is nearest, where that is not the one that the table says. */
  readonly byRule: number | string | null;
  readonly columns: readonly WhyColumn[];
  /** How each column is scaled, in words. */
  readonly scaling: readonly string[];
  /** The smallest change of one column; null where none was found. */
  readonly change: (ValueChange & { readonly segment: number | string; readonly size: number }) | null;
  /** Other words, one a column, that give the row another segment by themselves. */
  readonly wordChanges: readonly WordChange[];
  readonly joint: WhyJoint | null;
}

export interface WordChange {
  readonly column: string;
  readonly from: string;
  readonly to: string;
  readonly segment: number | string;
}

/** Of a column of numbers, or of words. */
export interface WhyColumn {
  readonly column: string;
  readonly value: number | string;
  /** The row has no value, and this one takes its place. */
  readonly isFilled: boolean;
  readonly own: number | string | null;
  readonly second: number | string | null;
  /** Above 0 it speaks for the own segment against the runner-up; null where centres do not decide. */
  readonly contribution: number | null;
}

export interface ValueChange {
  readonly column: string;
  readonly from: number;
  readonly to: number;
}

export interface WhyJoint {
  readonly segment: number | string;
  readonly size: number;
  /** `smallest`: no smaller one does; `found`: one that does, where a smaller one may be. */
  readonly kind: "smallest" | "found";
  readonly outside: readonly string[];
  readonly changes: readonly ValueChange[];
}

const nameWidth = 32;
const shownColumns = 20;

/** Where the row is, what decides, and what would move it. */
export function whyBlocks(input: WhyInput): readonly Block[] {
  const { id, idColumn, line, row, segment, isInOne, by, column } = input;
  const place = line === null ? `row ${row}` : `line ${line}`;
  const blocks: Block[] = [
    {
      kind: "title",
      parts: [
        "why",
        `${short(idColumn)} ${short(id)}`,
        place,
        by === "model" ? "by the model" : "by the segments' means",
      ],
    },
    {
      kind: "text",
      text: isInOne
        ? `in segment ${short(String(segment))}${input.description === null ? "" : `: ${input.description}`}`
        : "in no segment",
      emphasis: "strong",
    },
  ];
  if (input.unfilled.length > 0) {
    const text = `no value in ${input.unfilled.map(short).join(", ")}, and nothing takes its place: such a row has no place among the centres`;
    return [...blocks, { kind: "text", text }];
  }
  blocks.push(...distanceBlocks(input), ...columnBlocks(input), ...moveBlocks(input));
  blocks.push(spaceBlock(input));
  if (input.inFile !== null) {
    const text = `column ${short(column)} of the table says segment ${short(input.inFile)}; what is explained is the model's`;
    blocks.push({ kind: "notice", code: "segment-differs", text });
  }
  if (input.byRule !== null) {
    const text = `the nearest mean is that of segment ${short(String(input.byRule))}: means alone do not say why the row is in ${isInOne ? short(String(segment)) : "none"}; give the model with --model`;
    blocks.push({ kind: "notice", code: "nearest-differs", text });
  }
  return blocks;
}

function distanceBlocks({ distance, probability, runnerUp, decides, method }: WhyInput): readonly Block[] {
  const digits = decides === "gower" ? 3 : 2;
  const sure = probability === null ? [] : [`probability ${formatShare(probability)}`];
  const own = distance === null ? [] : [`${distanceWords(decides)} ${formatFixed(distance, digits)}`];
  const facts = decides === "mixture" ? sure : [...sure, ...own];
  const figure = (one: NonNullable<WhyInput["runnerUp"]>): string =>
    decides === "mixture" && one.probability !== null
      ? `with ${formatShare(one.probability)}`
      : `at ${formatFixed(one.distance, digits)}${decides === "gower" ? "" : ", in scaled units"}`;
  const which = decides === "rows" ? "nearest other centre" : distance === null ? "nearest" : "next";
  const next =
    runnerUp === null
      ? "there is no other segment"
      : `${which}: segment ${short(String(runnerUp.segment))} ${figure(runnerUp)}`;
  const blocks: Block[] = [{ kind: "text", text: [...facts, next].join("; ") }];
  if (decides !== "rows" || runnerUp === null) return blocks;
  const text = `${method ?? "the method"} does not go by distances to centres in these columns: what follows compares, and does not decide`;
  return [...blocks, { kind: "text", text, emphasis: "dim" }];
}

function distanceWords(decides: WhyInput["decides"]): string {
  if (decides === "gower") return "Gower's distance to its medoid";
  return decides === "prototypes" ? "cost at its prototype" : "distance to its centre";
}

function columnBlocks({ columns, segment, runnerUp, isInOne, decides, prior }: WhyInput): readonly Block[] {
  if (runnerUp === null) return [];
  const isDecided = columns.some(({ contribution }) => contribution !== null);
  const total = columns.reduce((sum, { contribution }) => sum + (contribution ?? 0), prior ?? 0);
  const largest = columns.reduce((most, { contribution }) => Math.max(most, Math.abs(contribution ?? 0)), 0);
  const ordered = columns.toSorted((a, b) => Math.abs(b.contribution ?? 0) - Math.abs(a.contribution ?? 0));
  const other = short(String(runnerUp.segment));
  const row = (one: WhyColumn): ReportRow => {
    const numbers = [one.value, one.own, one.second].filter((value) => typeof value !== "string");
    const ofNumbers = measureFormat(numbers);
    const format = (value: number | string | null): string =>
      typeof value === "string" ? short(value) : ofNumbers(value);
    const { contribution } = one;
    const isNumber = typeof one.value === "number";
    return {
      cells: [
        short(one.column),
        one.isFilled && isNumber ? `missing, as ${format(one.value)}` : format(one.value),
        ...(isInOne ? [format(one.own)] : []),
        format(one.second),
        ...(contribution === null
          ? []
          : [
              {
                text: formatSigned(contribution, decides === "gower" ? 3 : 2),
                bar: largest > 0 ? Math.max(0, contribution) / largest : 0,
              },
            ]),
      ],
    };
  };
  const heading = isDecided
    ? `what decides between ${short(String(segment))} and ${other}`
    : isInOne
      ? `the row beside the centres of segments ${short(String(segment))} and ${other}`
      : `the row beside the centre of segment ${other}`;
  return [
    { kind: "heading", text: heading },
    {
      kind: "table",
      table: {
        name: "why",
        columns: [
          { header: "column", align: "left" },
          { header: "value", align: "right" },
          ...(isInOne ? [{ header: `centre ${short(String(segment))}`, align: "right" as const, priority: 1 }] : []),
          { header: `centre ${other}`, align: "right", priority: 1 },
          ...(isDecided ? [{ header: `for ${short(String(segment))}`, align: "right" as const }] : []),
        ],
        rows: ordered.slice(0, shownColumns).map(row),
        data: {
          columns: ["column", "value", "missing", "centre", "runner_up_centre", "contribution"],
          rows: ordered.map((one) => [
            one.column,
            one.value,
            one.isFilled ? "yes" : "no",
            one.own,
            one.second,
            one.contribution,
          ]),
        },
      },
    },
    ...(isDecided ? [{ kind: "text" as const, text: unitText(), emphasis: "dim" as const }] : []),
  ];

  function unitText(): string {
    const own = short(String(segment));
    const all = `${formatSigned(total, decides === "gower" ? 3 : 2)} in all`;
    if (decides === "gower" || decides === "prototypes") {
      const what = decides === "gower" ? "Gower's distance" : "the cost";
      return `for ${own}: what the column adds to ${what} at ${other} less that at ${own}, ${all}`;
    }
    return decides === "mixture"
      ? `for ${own}: what the column adds to the log odds of ${own} against ${other}; sizes and spreads of the two add ${formatSigned(prior ?? 0, 2)}, ${all}`
      : `for ${own}: what the column adds to the squared distance to ${other} less that to ${own}, ${all}`;
  }
}

function moveBlocks({ change, wordChanges, joint, byRule, runnerUp, decides, none }: WhyInput): readonly Block[] {
  if (byRule !== null || (runnerUp === null && decides !== "rows")) return [];
  const inWhich = (segment: number | string): string =>
    segment === none ? "in no segment" : `in segment ${short(String(segment))}`;
  const lines =
    change === null
      ? ["no single column moves it, within the values that the table has"]
      : [
          `one column: ${valueText(change)} and it is ${inWhich(change.segment)} (${formatFixed(change.size, 2)} scaled units)`,
        ];
  for (const { column, from, to, segment } of wordChanges) {
    lines.push(`one word: ${short(column)} ${short(from)} → ${short(to)} and it is ${inWhich(segment)}`);
  }
  if (joint === null && decides === "rows") {
    const what = change === null ? "no change of several together" : "no smaller change of several together";
    lines.push(`${what} was found by search`);
  }
  if (joint !== null) {
    const moved = joint.changes.map(valueText).join(", ");
    const outside =
      joint.outside.length === 0 ? "" : `; beyond the table's values in ${joint.outside.map(short).join(", ")}`;
    const words =
      joint.kind === "smallest"
        ? `all${decides === "prototypes" ? " numbers" : ""} together, the least`
        : "together, as found by search (less may do)";
    lines.push(
      `${words}: ${moved} and it is ${inWhich(joint.segment)} (${formatFixed(joint.size, 2)} scaled units${outside})`,
    );
  }
  return [{ kind: "heading", text: "what would move it" }, ...lines.map((text): Block => ({ kind: "text", text }))];
}

function spaceBlock({ columns, scaling, by }: WhyInput): Block {
  const shown = columns.slice(0, shownColumns).map((one, j) => `${short(one.column)} (${scaling[j]!})`);
  const more = columns.length > shownColumns ? ` and ${columns.length - shownColumns} more` : "";
  const how = by === "model" ? "as in the model" : "as cluster chooses and scales by default";
  return { kind: "text", text: `by ${shown.join(", ")}${more}: ${how}`, emphasis: "dim" };
}

/** The value that the row has is shortened; the one that moves it is as it was tried. */
function valueText({ column, from, to }: ValueChange): string {
  return `${short(column)} ${String(Number(from.toPrecision(6)))} → ${valueOf(to)}`;
}

/** A value in the digits that it has: a rounded one might not do. */
function valueOf(value: number): string {
  return String(Number(value.toPrecision(15)));
}

function short(text: string): string {
  return cutMiddle(visibleText(text), nameWidth);
}
