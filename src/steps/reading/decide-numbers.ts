import type { AmountReading, ThousandsMark } from "../../core/schema.ts";
import type { DecimalMark, DeclaredNotation, ReadingOptions } from "../../core/source.ts";
import { saysActivity, saysCoordinate, saysCountOrMoney } from "../column-kinds.ts";
import { percentMark } from "./amount-shapes.ts";
import type { ColumnEvidence } from "./column-evidence.ts";
import { currencyOf } from "../../core/currencies.ts";
import { quoted, type Decided, type Decision } from "./decision.ts";
import { isNumberDeclared } from "./reading-options.ts";
import { longWhy, notation, notationOf, notNumber } from "./number-shapes.ts";
import { short } from "./word-evidence.ts";

/** Bits of numbers that are written with a decimal point for sure, and of those with a decimal comma. */
export const saysPoint =
  notation.point |
  notation.plain |
  notation.commaGroups |
  notation.commaGroupsPoint |
  notation.spaceGroupsPoint |
  notation.quoteGroupsPoint;
export const saysComma =
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
  /** The file shows the other mark as that of thousands; else a column of `48.856` may still have its own notation. */
  readonly isStrong: boolean;
}

/**
 * Gives number columns their decimal and thousands marks. A column that says it itself is read so; the others follow
 * `--decimal`, else a schema, else what their own values and the file speak for together, and are left open where that is
 * both marks or none.
 *
 * @param delimiters those of the files, empty for other formats
 * @param isJson whether all files are JSON
 */
export function decideNumbers(
  columns: readonly ColumnEvidence[],
  delimiters: readonly string[],
  options: ReadingOptions,
  isJson: boolean,
): readonly Decided[] {
  const alone = columns.map((evidence) => decideAlone(evidence, options.declared?.get(evidence.column.name)));
  const marks = [pointEvidence(columns, alone, delimiters, isJson), commaEvidence(columns, alone)].filter(
    (mark) => mark !== null,
  );
  return columns.map((evidence, i) => ({
    evidence,
    decision: wholeIfDeclared(
      evidence,
      alone[i] ?? decideTogether(evidence, options, marks),
      options.declared?.get(evidence.column.name),
    ),
  }));
}

/** Fractions do not fit a schema that says whole numbers. */
function wholeIfDeclared(
  { bits }: ColumnEvidence,
  decision: Decision,
  declared: DeclaredNotation | undefined,
): Decision {
  if (declared?.type !== "integer" || decision.kind !== "read" || decision.reading.type !== "number") return decision;
  const open =
    "decimal" in decision.reading && decision.reading.decimal === "," ? notation.eitherComma : notation.eitherPoint;
  return { kind: "text", bits: bits & (fraction | open), why: "not every value is a whole number" };
}

/** Why whole numbers of JSON stay text. */
export const wholeInStrings = "whole numbers in strings, which the file has as text";

/** The decision that the column's own values allow, or null where they leave it open. */
function decideAlone(evidence: ColumnEvidence, declared: DeclaredNotation | undefined): Decision | null {
  const { bits } = evidence;
  if ((bits & notNumber) !== 0) return { kind: "text", bits: bits & notNumber, why: notNumberWhy(bits) };
  // A file that writes whole numbers in strings, and nothing else, has said that they are text: ids, postcodes.
  const isSaid = evidence.column.strings === "not-whole" && evidence.held === evidence.present;
  if (isSaid && bits === notation.integer) return { kind: "text", bits: 0, why: wholeInStrings };
  const isActivity = !isNumberDeclared(declared) && saysActivity(evidence.column.name);
  if ((bits & (saysPoint | notation.eitherPoint)) !== 0 && isActivity)
    return { kind: "text", bits: 0, why: "codes, by its name: a number would lose their zeros" };
  const mixed = mixedAmounts(evidence);
  if (mixed !== null) return mixed;
  const point = (bits & saysPoint) !== 0;
  const comma = (bits & saysComma) !== 0;
  if (point && comma) {
    return { kind: "text", bits: bits & saysComma, why: "some values have a decimal point and others a decimal comma" };
  }
  if (!point && !comma && (bits & either) !== 0) return null;
  const mark: DecimalMark = comma ? "," : ".";
  return marked(evidence, mark, markWhy(evidence, mark));
}

function decideTogether(evidence: ColumnEvidence, options: ReadingOptions, marks: readonly FileMark[]): Decision {
  const example = exampleOf(evidence, either);
  const { decimal, declared } = options;
  const { name } = evidence.column;
  if (decimal !== undefined) return marked(evidence, decimal, `settled by --decimal ${decimal}`);
  const bySchema = decideBySchema(evidence, declared?.get(name));
  if (bySchema !== null) return bySchema;
  const own = ownMark(evidence);
  if (own !== null && saysCoordinate(name))
    return marked(evidence, own, `${quoted(example)}: a coordinate, by its name`);
  const open = (why: string): Decision => ({ kind: "open", tie: "decimal", example, why });
  const [file] = marks;
  if (file === undefined) return open("nothing in the file tells which");
  if (marks.length > 1) return open("the file has decimal points and decimal commas");
  const grouped = own === null || own === file.mark || file.isStrong ? "" : thousandsWhy(evidence, own);
  if (grouped === null) {
    const word = own === "." ? "point" : "comma";
    return open(`${file.why}, but every value has one ${word} with three digits behind it`);
  }
  return marked(evidence, file.mark, `${quoted(example)}: ${file.why}${grouped}`);
}

/** The reading that a schema tells, or null where it tells none, or whole numbers and the mark it tells makes fractions. */
function decideBySchema(evidence: ColumnEvidence, declared: DeclaredNotation | undefined): Decision | null {
  const { decimal = null, type } = declared ?? {};
  if (decimal === null) return null;
  const decision = marked(evidence, decimal, "by the schema");
  return type === "integer" && decision.kind === "read" && decision.reading.type === "number" ? null : decision;
}

/** The mark in values such as `48.856`; null where there are two. */
function ownMark({ bits }: ColumnEvidence): DecimalMark | null {
  if ((bits & either) === notation.eitherPoint) return ".";
  return (bits & either) === notation.eitherComma ? "," : null;
}

/** Share of the values drawn that are whole thousands where amounts are rounded; of fractions, one in a thousand is. */
const roundShare = 0.1;

/** What in a column of `1.234` itself speaks for thousands, to be said after the reason of the file; null for nothing. */
function thousandsWhy({ bits, groups, values, column }: ColumnEvidence, mark: DecimalMark): string | null {
  // A number of four digits without a mark would have one.
  const isBare = values.some((value) => /^[-+]?\d{4,}$/.test(value.trim()));
  if ((bits & notation.integer) !== 0 && !isBare) return ", and smaller numbers have no mark";
  if (groups.some(({ key }) => key !== "" && key !== percentMark)) return ", and money has no thousandths";
  if (saysCountOrMoney(column.name)) return ", and by its name it has no thousandths";
  const round = values.filter((value) => value.includes(`${mark}000`)).length;
  return round > 0 && round >= values.length * roundShare ? ", and some are whole thousands" : null;
}

function pointEvidence(
  columns: readonly ColumnEvidence[],
  alone: readonly (Decision | null)[],
  delimiters: readonly string[],
  isJson: boolean,
): FileMark | null {
  if (isJson) return { mark: ".", why: "numbers of JSON have decimal points", isStrong: true };
  if (delimiters.length > 0 && delimiters.every((delimiter) => delimiter === ",")) {
    return { mark: ".", why: "a comma-separated file has decimal points", isStrong: true };
  }
  return columnMark(columns, alone, ".", saysPoint, notation.commaGroups | notation.commaGroupsPoint);
}

function commaEvidence(columns: readonly ColumnEvidence[], alone: readonly (Decision | null)[]): FileMark | null {
  return columnMark(columns, alone, ",", saysComma, notation.pointGroups | notation.pointGroupsComma);
}

/** What columns whose values tell their mark say: `says` are the notations that tell it, `groups` those that show the other as that of thousands. */
function columnMark(
  columns: readonly ColumnEvidence[],
  alone: readonly (Decision | null)[],
  mark: DecimalMark,
  says: number,
  groups: number,
): FileMark | null {
  const telling = columns.filter(({ bits }, i) => alone[i]?.kind === "read" && (bits & says) !== 0);
  const [first] = telling;
  if (first === undefined) return null;
  const why = `decimal ${mark === "." ? "point" : "comma"} as in column ${short(first.column.name)}`;
  return { mark, why, isStrong: telling.some(({ bits }) => (bits & groups) !== 0) };
}

/** Why amounts are no numbers of one kind: several currencies, percentages beside others; null where they are of one. */
function mixedAmounts({ bits, groups }: ColumnEvidence): Decision | null {
  if ((bits & notation.amount) === 0) return null;
  const of = (mark: string): string => (mark === "" || mark === percentMark ? mark : currencyOf(mark)!);
  const rows = new Map<string, number>();
  for (const { key, rows: own } of groups) rows.set(of(key), (rows.get(of(key)) ?? 0) + own);
  const found = [...rows].filter(([mark]) => mark !== "").sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const main = found[0]?.[0];
  const others = groups.filter(({ key }) => of(key) !== main).map(({ key }) => key);
  const text = (why: string): Decision => ({ kind: "text", why, bits: 0, keys: others });
  if (found.length > 1) {
    const counted = found.map(([mark, count]) => `${mark} (${count})`).join(", ");
    const what = rows.has(percentMark) ? "amounts and percentages" : "amounts in several currencies";
    return text(`${what}: ${counted}; give each a column of its own`);
  }
  if (main === percentMark && rows.has("")) return text("some values are percentages and others have no percent sign");
  const marked = main === undefined ? 0 : rows.get(main)!;
  if (main !== undefined && marked < (rows.get("") ?? 0)) {
    const keys = groups.filter(({ key }) => key !== "").map(({ key }) => key);
    return { kind: "text", why: `some values name a currency (${main}), and most do not`, bits: 0, keys };
  }
  if ((bits & notation.infinite) !== 0) return { kind: "text", why: "infinite amounts", bits: notation.infinite };
  return null;
}

/** What the amounts of a column are of, and words for it; null where its numbers stand alone. */
function amountsOf({
  bits,
  groups,
  present,
}: ColumnEvidence): { readonly amounts: AmountReading; readonly why: string } | null {
  if ((bits & notation.amount) === 0) return null;
  const marked = groups.filter(({ key }) => key !== "");
  const percent = marked.some(({ key }) => key === percentMark);
  const currency = marked.length === 0 || percent ? null : currencyOf(marked[0]!.key);
  const bare = present - marked.reduce((sum, { rows }) => sum + rows, 0);
  const unnamed = bare === 0 ? "" : `, ${bare} ${bare === 1 ? "value names" : "values name"} none`;
  if (percent) return { amounts: { currency, percent }, why: "; percentages, 12 % is read as 12" };
  return { amounts: { currency, percent }, why: currency === null ? "" : `; amounts in ${currency}${unnamed}` };
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
  const thousands = used[0]?.mark ?? "";
  const beside = amountsOf(evidence);
  if (beside === null) return { kind: "read", reading: { type, decimal, thousands }, why };
  return { kind: "read", reading: { type, decimal, thousands, amounts: beside.amounts }, why: why + beside.why };
}

function markWhy(evidence: ColumnEvidence, mark: DecimalMark): string {
  const { bits } = evidence;
  const clear = bits & (mark === "." ? saysPoint : saysComma);
  if ((bits & ~(notation.infinite | notation.amount)) === notation.integer) return "whole numbers";
  if (clear === 0) return `whole numbers such as ${quoted(exampleOf(evidence, ~(notation.integer | notation.amount)))}`;
  const shape = clear === notation.plain ? notation.point : clear;
  return `decimal ${mark === "." ? "point" : "comma"}: ${quoted(exampleOf(evidence, shape))}`;
}

function notNumberWhy(bits: number): string {
  if ((bits & notation.odd) !== 0) return "not every value is a number";
  if ((bits & notation.long) !== 0) return longWhy;
  return "codes: digits with leading zeros or a plus sign";
}

/** A drawn value in one of the notations, else the column's example. */
function exampleOf({ candidate, values }: ColumnEvidence, bits: number): string {
  const found = values.find((value) => (notationOf(value) & bits) !== 0);
  return found ?? ("example" in candidate ? candidate.example : (values[0] ?? ""));
}
