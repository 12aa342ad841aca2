import type { DateOrder, ReadingOptions } from "../../core/source.ts";
import type { ColumnEvidence } from "./column-evidence.ts";
import { formatOf, type DateFamily } from "./date-families.ts";
import { quoted, type Decided, type Decision } from "./decision.ts";
import { dateBit } from "./value-bits.ts";
import { short, type WordEvidence } from "./word-evidence.ts";

/** A date column's evidence. */
export type DateEvidence = ColumnEvidence & { readonly candidate: { readonly kind: "date" } };

/** An explicit order that the values of a column refuse; `bits` are those of the values that do. */
export interface RefusedOrder {
  readonly evidence: DateEvidence;
  readonly order: DateOrder;
  readonly bits: number;
}

/**
 * Gives date columns their order of day and month: by the user's word, by every row, by other columns written with the
 * same mark, by the file's decimal commas and words; left open where none of these tells, or they disagree.
 */
export function decideDates(
  columns: readonly DateEvidence[],
  options: ReadingOptions,
  words: WordEvidence,
  decimalComma: string | null,
): { readonly decided: readonly Decided[]; readonly refused: RefusedOrder | null } {
  let refused: RefusedOrder | null = null;
  const alone = columns.map((evidence) => {
    const asked = options.dates?.get(evidence.column.name) ?? options.dates?.get("*");
    const named = options.dates?.has(evidence.column.name) === true;
    const { family } = evidence.candidate;
    if (asked === undefined || (!named && family.yearFirst && family.yearDigits === 4)) return decideAlone(evidence);
    const against = bitsAgainst(family, evidence.bits, asked);
    // A column of no order at all is text, unless its own name was given.
    const mixed = (evidence.bits & dateBit.odd) !== 0 || decideAlone(evidence)?.kind === "text";
    if (against !== 0 && (named || !mixed)) refused ??= { evidence, order: asked, bits: against };
    if (against !== 0) return decideAlone(evidence);
    return read(family, asked, `settled by --dates ${asked}`);
  });
  const decided = columns.map((evidence, i) => {
    const decision = alone[i] ?? decideTogether(evidence, columns, alone, words, decimalComma);
    return { evidence, decision };
  });
  return { decided, refused };
}

function decideAlone({ bits, candidate }: DateEvidence): Decision | null {
  const { family, example } = candidate;
  if ((bits & dateBit.odd) !== 0) {
    return { kind: "text", bits: dateBit.odd, why: `not every value is a date like ${quoted(example)}` };
  }
  if (family.yearFirst) return read(family, "ymd", `year first: ${quoted(example)}`);
  const first = (bits & dateBit.first) !== 0;
  const second = (bits & dateBit.second) !== 0;
  if (first && second) {
    return { kind: "text", bits: dateBit.second, why: "some rows have the day first and others the month" };
  }
  if (first) return read(family, "dmy", "day first: some rows have a first number above 12");
  if (second) return read(family, "mdy", "month first: some rows have a second number above 12");
  if ((bits & dateBit.differ) === 0) return read(family, "dmy", "both orders of day and month give the same days");
  if (family.separator === ".") return read(family, "dmy", "dates with points have the day first");
  return null;
}

function decideTogether(
  evidence: DateEvidence,
  columns: readonly DateEvidence[],
  alone: readonly (Decision | null)[],
  words: WordEvidence,
  decimalComma: string | null,
): Decision {
  const { family, example } = evidence.candidate;
  const dayFirst =
    neighbour("dmy") ?? (decimalComma === null ? words.dayFirst : `decimal commas in column ${decimalComma}`);
  const monthFirst = neighbour("mdy") ?? words.monthFirst;
  if (dayFirst !== null && monthFirst === null) return read(family, "dmy", `day first, by ${dayFirst}`);
  if (monthFirst !== null && dayFirst === null) return read(family, "mdy", `month first, by ${monthFirst}`);
  const shown = evidence.values.find((value) => showsDifference(value)) ?? example;
  const why =
    dayFirst === null
      ? "no row and nothing else in the file tells day from month"
      : `${dayFirst} speaks for the day first, ${monthFirst} for the month`;
  return { kind: "open", tie: "dates", example: shown, why };

  function neighbour(order: DateOrder): string | null {
    const index = columns.findIndex((other, i) => {
      const decision = alone[i];
      if (decision?.kind !== "read" || !("order" in decision.reading) || decision.reading.order !== order) return false;
      const telling = order === "dmy" ? dateBit.first : dateBit.second;
      return other.candidate.family.separator === family.separator && (other.bits & telling) !== 0;
    });
    return index < 0 ? null : `column ${short(columns[index]!.column.name)}`;
  }
}

function read(family: DateFamily, order: DateOrder, why: string): Decision {
  const type = family.time === "none" ? "date" : "timestamp";
  return { kind: "read", reading: { type, order, format: formatOf(family, order) }, why };
}

/** The bits of values that do not fit an order. */
function bitsAgainst(family: DateFamily, bits: number, order: DateOrder): number {
  if (family.yearFirst) return order === "ymd" ? bits & dateBit.odd : bits;
  if (order === "ymd") return bits;
  return bits & (dateBit.odd | (order === "dmy" ? dateBit.second : dateBit.first));
}

function showsDifference(value: string): boolean {
  const [first, second] = value.trim().split(/[-/.]/);
  return first !== undefined && second !== undefined && Number(first) !== Number(second);
}
