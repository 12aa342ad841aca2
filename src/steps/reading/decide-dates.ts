import type { DateCount, DateOrder, ReadingOptions } from "../../core/source.ts";
import type { ColumnEvidence, DateCandidate, ValueGroup, WrittenDates } from "./column-evidence.ts";
import { familyOf, formatOf, ownOrder, type DateFamily } from "./date-families.ts";
import { countWords } from "./day-counts.ts";
import { quoted, type Decided, type Decision } from "./decision.ts";
import { dateBit } from "./value-bits.ts";
import { short, type WordEvidence } from "./word-evidence.ts";

/** A date column's evidence. */
export type DateEvidence = ColumnEvidence & { readonly candidate: DateCandidate };

/** An explicit order that the values of a column refuse; `bits` are those of the values that do. */
export interface RefusedOrder {
  readonly evidence: DateEvidence;
  readonly order: DateOrder | DateCount;
  readonly bits: number;
}

/** A way of writing that values of the column have. */
type SeenDates = WrittenDates & Pick<ValueGroup, "rows" | "bits">;

/**
 * Gives date columns their order of day and month: by the user's word, by a schema where every row fits it, by every row, by other columns (first those written
 * with the same mark), by the file's decimal commas and words; left open where none of these tells, or they disagree. A
 * column written in several ways has one order.
 */
export function decideDates(
  columns: readonly DateEvidence[],
  options: ReadingOptions,
  words: WordEvidence,
  decimalComma: string | null,
): { readonly decided: readonly Decided[]; readonly refused: readonly RefusedOrder[] } {
  const refused: RefusedOrder[] = [];
  const alone = columns.map((evidence) => {
    const own = options.dates?.get(evidence.column.name);
    const asked = own ?? options.dates?.get("*");
    const named = own !== undefined;
    const isOpen = seenDates(evidence).some(
      ({ family }) => ownOrder(family) === null || (family.kind !== "count" && family.yearDigits === 2),
    );
    if (asked === undefined || asked === "none" || (!named && !isOpen)) {
      return (
        decideBySchema(evidence, options.declared?.get(evidence.column.name)?.order ?? null) ?? decideAlone(evidence)
      );
    }
    if (asked !== "ymd" && isIso(evidence))
      return read(evidence, "ymd", `ISO dates already, whatever --dates ${asked} says`);
    const against = bitsAgainst(evidence, asked);
    // A column of no order at all is text, unless its own name was given.
    const mixed = (evidence.bits & dateBit.odd) !== 0 || decideAlone(evidence)?.kind === "text";
    if (against !== 0 && (named || !mixed)) refused.push({ evidence, order: asked, bits: against });
    if (against !== 0) return decideAlone(evidence);
    return read(evidence, asked, `settled by --dates ${asked}`);
  });
  const decided = columns.map((evidence, i) => {
    const decision = alone[i] ?? decideTogether(evidence, columns, alone, words, decimalComma);
    return { evidence, decision };
  });
  return { decided, refused };
}

/** The ways in which the values of a column are written, the commonest first; those of the sample where it has no value. */
function seenDates({ candidate, groups }: DateEvidence): readonly SeenDates[] {
  const all = candidate.written.map((one, i) => {
    const group = groups.find(({ key }) => key === String(i));
    return { ...one, rows: group?.rows ?? 0, bits: group?.bits ?? 0 };
  });
  const seen = all.filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
  return seen.length === 0 ? all.slice(0, 1) : seen;
}

/** The order that a schema tells of a column whose digits leave it open, where every value fits it; else null. */
function decideBySchema(evidence: DateEvidence, order: DateOrder | null): Decision | null {
  if (order === null || seenDates(evidence).every(({ family }) => ownOrder(family) !== null)) return null;
  return bitsAgainst(evidence, order) === 0 ? read(evidence, order, "by the schema") : null;
}

/** Whether every value is written as tables are: such a column fits any order, since a run with `--dates` writes it. */
function isIso(evidence: DateEvidence): boolean {
  if ((evidence.bits & dateBit.odd) !== 0) return false;
  return seenDates(evidence).every(
    ({ family }) => family.kind === "digits" && family.yearFirst && family.separator === "-",
  );
}

function decideAlone(evidence: DateEvidence): Decision | null {
  const seen = seenDates(evidence);
  const { family: main, example } = seen[0]!;
  if ((evidence.bits & dateBit.odd) !== 0) {
    return { kind: "text", bits: dateBit.odd, why: `not every value is a date like ${quoted(example)}` };
  }
  const open = seen.filter(({ family }) => ownOrder(family) === null);
  if (open.length === 0) return read(evidence, ownOrder(main)!, ownWhy(main, example));
  const bits = open.reduce((all, one) => all | one.bits, 0);
  const first = (bits & dateBit.first) !== 0;
  const second = (bits & dateBit.second) !== 0;
  if (first && second) {
    return { kind: "text", bits: dateBit.second, why: "some rows have the day first and others the month" };
  }
  if (first) return read(evidence, "dmy", "day first: some rows have a first number above 12");
  if (second) return read(evidence, "mdy", "month first: some rows have a second number above 12");
  if ((bits & dateBit.differ) === 0) return read(evidence, "dmy", "both orders of day and month give the same days");
  if (open.every(({ family }) => family.kind === "digits" && family.separator === ".")) {
    return read(evidence, "dmy", "dates with points have the day first");
  }
  return null;
}

function ownWhy(family: DateFamily, example: string): string {
  switch (family.kind) {
    case "digits":
      return `year first: ${quoted(example)}${family.zone ? "; times with an offset, written in UTC" : ""}`;
    case "named":
      return `month in letters: ${quoted(example)}`;
    case "count":
      return `${countWords[family.count]} in a column of dates: ${quoted(example)}`;
  }
}

function decideTogether(
  evidence: DateEvidence,
  columns: readonly DateEvidence[],
  alone: readonly (Decision | null)[],
  words: WordEvidence,
  decimalComma: string | null,
): Decision {
  const separators = separatorsOf(evidence);
  let dayFirst =
    neighbour("dmy", true) ?? (decimalComma === null ? words.dayFirst : `decimal commas in column ${decimalComma}`);
  let monthFirst = neighbour("mdy", true) ?? words.monthFirst;
  if (dayFirst === null && monthFirst === null) {
    dayFirst = neighbour("dmy", false);
    monthFirst = neighbour("mdy", false);
  }
  if (dayFirst !== null && monthFirst === null) return read(evidence, "dmy", `day first, by ${dayFirst}`);
  if (monthFirst !== null && dayFirst === null) return read(evidence, "mdy", `month first, by ${monthFirst}`);
  const open = seenDates(evidence).find(({ family }) => ownOrder(family) === null)!;
  const shown = evidence.values.find((value) => showsDifference(value)) ?? open.example;
  const why =
    dayFirst === null
      ? "no row and nothing else in the file tells day from month"
      : `${dayFirst} speaks for the day first, ${monthFirst} for the month`;
  return { kind: "open", tie: "dates", example: shown, why };

  /** A column whose own rows tell its order, written with the same mark, or with any. */
  function neighbour(order: DateOrder, sameMark: boolean): string | null {
    const index = columns.findIndex((other, i) => {
      const decision = alone[i];
      if (decision?.kind !== "read" || !("order" in decision.reading) || decision.reading.order !== order) return false;
      const telling = order === "dmy" ? dateBit.first : dateBit.second;
      const tells = seenDates(other).some(({ family, bits }) => ownOrder(family) === null && (bits & telling) !== 0);
      return tells && (!sameMark || separatorsOf(other).some((mark) => separators.includes(mark)));
    });
    if (index < 0) return null;
    const name = `column ${short(columns[index]!.column.name)}`;
    return sameMark ? name : `the dates in ${name}`;
  }
}

/** The marks between the digits of dates whose order is open. */
function separatorsOf(evidence: DateEvidence): readonly string[] {
  return seenDates(evidence).flatMap(({ family }) =>
    family.kind === "digits" && !family.yearFirst ? [family.separator] : [],
  );
}

function read(evidence: DateEvidence, order: DateOrder | DateCount, why: string): Decision {
  const seen = seenDates(evidence);
  const type = seen.some(({ family }) => family.time !== "none") ? "timestamp" : "date";
  const formats = seen.map(({ family }) => formatOf(family, ownOrder(family) ?? order));
  const [format] = formats;
  if (formats.length === 1) return { kind: "read", reading: { type, order, format: format! }, why };
  const isCount = seen.every(({ family }) => family.kind === "count");
  const ways = seen.map(({ example, rows }) => `${quoted(example)} (${rows})`).join(", ");
  const more = isCount ? "" : `; written in ${seen.length} ways: ${ways}`;
  return { kind: "read", reading: { type, order, format: format!, formats }, why: why + more };
}

/** The bits of values that do not fit an order. */
function bitsAgainst(evidence: DateEvidence, order: DateOrder | DateCount): number {
  const seen = seenDates(evidence);
  const open = seen.filter(({ family }) => ownOrder(family) === null);
  if (open.length === 0) {
    return seen.some(({ family }) => ownOrder(family) === order) ? evidence.bits & dateBit.odd : evidence.bits;
  }
  const bits = open.reduce((all, one) => all | one.bits, evidence.bits & dateBit.odd);
  if (order !== "dmy" && order !== "mdy") return bits;
  return bits & (dateBit.odd | (order === "dmy" ? dateBit.second : dateBit.first));
}

function showsDifference(value: string): boolean {
  const family = familyOf(value);
  if (family === null || ownOrder(family) !== null) return false;
  const [first, second] = value.trim().split(/[-/.]/);
  return first !== undefined && second !== undefined && Number(first) !== Number(second);
}
