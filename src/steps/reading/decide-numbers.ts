import type { ThousandsMark } from "../../core/schema.ts";
import type { DecimalMark } from "../../core/source.ts";
import type { ColumnEvidence } from "./column-evidence.ts";
import { quoted, type Decided, type Decision } from "./decision.ts";
import { notation, notationOf, notNumber } from "./number-shapes.ts";
import { short } from "./word-evidence.ts";

const saysPoint =
  notation.point |
  notation.plain |
  notation.commaGroups |
  notation.commaGroupsPoint |
  notation.spaceGroupsPoint |
  notation.quoteGroupsPoint;
const saysComma =
  notation.comma |
  notation.pointGroups |
  notation.pointGroupsComma |
  notation.spaceGroupsComma |
  notation.quoteGroupsComma;
const either = notation.eitherPoint | notation.eitherComma;
const fraction =
  notation.plain |
  notation.point |
  notation.comma |
  notation.pointGroupsComma |
  notation.commaGroupsPoint |
  notation.spaceGroupsPoint |
  notation.spaceGroupsComma |
  notation.quoteGroupsPoint |
  notation.quoteGroupsComma |
  notation.exponent |
  notation.infinite;

/** The decimal mark that other columns or the delimiter speak for, with the reason in words. */
interface FileMark {
  readonly mark: DecimalMark;
  readonly why: string;
}

/**
 * Gives number columns their decimal and thousands marks. A column that says it itself is read so; the others follow
 * `--decimal`, else what the file speaks for, and are left open where it speaks for both marks or for none.
 *
 * @param delimiters those of the files, empty for other formats
 */
export function decideNumbers(
  columns: readonly ColumnEvidence[],
  delimiters: readonly string[],
  decimal: DecimalMark | undefined,
): readonly Decided[] {
  const alone = columns.map((evidence) => decideAlone(evidence));
  const point = pointEvidence(columns, alone, delimiters);
  const comma = commaEvidence(columns, alone);
  const file = point !== null && comma !== null ? null : (point ?? comma);
  return columns.map((evidence, i) => ({
    evidence,
    decision: alone[i] ?? decideTogether(evidence, decimal, file, point !== null),
  }));
}

/** The decision that the column's own values allow, or null where they leave it open. */
function decideAlone(evidence: ColumnEvidence): Decision | null {
  const { bits } = evidence;
  if ((bits & notNumber) !== 0) return { kind: "text", bits: bits & notNumber, why: notNumberWhy(bits) };
  const point = (bits & saysPoint) !== 0;
  const comma = (bits & saysComma) !== 0;
  if (point && comma) {
    return { kind: "text", bits: bits & saysComma, why: "some values have a decimal point and others a decimal comma" };
  }
  if (!point && !comma && (bits & either) !== 0) return null;
  const mark: DecimalMark = comma ? "," : ".";
  return marked(evidence, mark, markWhy(evidence, mark));
}

function decideTogether(
  evidence: ColumnEvidence,
  decimal: DecimalMark | undefined,
  file: FileMark | null,
  contradictory: boolean,
): Decision {
  const example = exampleOf(evidence, either);
  if (decimal !== undefined) return marked(evidence, decimal, `settled by --decimal ${decimal}`);
  if (file !== null) return marked(evidence, file.mark, `${quoted(example)}: ${file.why}`);
  const why = contradictory ? "the file has decimal points and decimal commas" : "nothing in the file tells which";
  return { kind: "open", tie: "decimal", example, why };
}

function pointEvidence(
  columns: readonly ColumnEvidence[],
  alone: readonly (Decision | null)[],
  delimiters: readonly string[],
): FileMark | null {
  if (delimiters.length > 0 && delimiters.every((delimiter) => delimiter === ",")) {
    return { mark: ".", why: "a comma-separated file has decimal points" };
  }
  const index = columns.findIndex(({ bits }, i) => alone[i]?.kind === "read" && (bits & saysPoint) !== 0);
  return index < 0 ? null : { mark: ".", why: `decimal point as in column ${short(columns[index]!.column.name)}` };
}

function commaEvidence(columns: readonly ColumnEvidence[], alone: readonly (Decision | null)[]): FileMark | null {
  const index = columns.findIndex(({ bits }, i) => alone[i]?.kind === "read" && (bits & saysComma) !== 0);
  return index < 0 ? null : { mark: ",", why: `decimal comma as in column ${short(columns[index]!.column.name)}` };
}

/** The reading with a decimal mark, or text where thousands are marked in two ways. */
function marked(evidence: ColumnEvidence, decimal: DecimalMark, why: string): Decision {
  const { bits } = evidence;
  const ownGroups =
    decimal === "."
      ? notation.eitherComma | notation.commaGroups | notation.commaGroupsPoint
      : notation.eitherPoint | notation.pointGroups | notation.pointGroupsComma;
  const marks: { mark: ThousandsMark; bits: number }[] = [
    { mark: decimal === "." ? "," : ".", bits: bits & ownGroups },
    { mark: " ", bits: bits & (notation.spaceGroups | notation.spaceGroupsPoint | notation.spaceGroupsComma) },
    { mark: "'", bits: bits & (notation.quoteGroups | notation.quoteGroupsPoint | notation.quoteGroupsComma) },
  ];
  const used = marks.filter((one) => one.bits !== 0);
  if (used.length > 1) return { kind: "text", bits: used[1]!.bits, why: "thousands are marked in two ways" };
  const eitherFraction = decimal === "." ? notation.eitherPoint : notation.eitherComma;
  const type = (bits & (fraction | eitherFraction)) === 0 ? "integer" : "number";
  return { kind: "read", reading: { type, decimal, thousands: used[0]?.mark ?? "" }, why };
}

function markWhy(evidence: ColumnEvidence, mark: DecimalMark): string {
  const { bits } = evidence;
  const clear = bits & (mark === "." ? saysPoint : saysComma);
  if ((bits & ~notation.infinite) === notation.integer) return "whole numbers";
  if (clear === 0) return `whole numbers such as ${quoted(exampleOf(evidence, ~notation.integer))}`;
  const shape = clear === notation.plain ? notation.point : clear;
  return `decimal ${mark === "." ? "point" : "comma"}: ${quoted(exampleOf(evidence, shape))}`;
}

function notNumberWhy(bits: number): string {
  if ((bits & notation.odd) !== 0) return "not every value is a number";
  if ((bits & notation.long) !== 0) return "whole numbers too long for a number to keep";
  return "codes: digits with leading zeros or a plus sign";
}

/** A drawn value in one of the notations, else the column's example. */
function exampleOf({ candidate, values }: ColumnEvidence, bits: number): string {
  const found = values.find((value) => (notationOf(value) & bits) !== 0);
  return found ?? ("example" in candidate ? candidate.example : (values[0] ?? ""));
}
