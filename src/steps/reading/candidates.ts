import type { LoadedColumn } from "../../core/context.ts";
import type { ReadingOptions } from "../../core/source.ts";
import { nameWords } from "../column-kinds.ts";
import { booleanBitOf, isBoolean } from "./boolean-words.ts";
import type { Candidate, SampledColumn } from "./column-evidence.ts";
import { compactFamily, familyOf, isCompactDate, sameFamily, type DateFamily } from "./date-families.ts";
import { isMissing, notation, notationOf, notNumber } from "./number-shapes.ts";
import type { FastCheck } from "./number-sql.ts";

/** Values of a column that are looked at; the whole table decides, so a few are enough. */
export const sampledValues = 200;

const dateWords = new Set(
  "date dates dt datum fecha jour day dob birthday birthdate naissance anniversaire geburtsdatum geboortedatum".split(
    " ",
  ),
);
const callWords = new Set("phone telephone tel mobile portable fax siren siret iban".split(" "));

/**
 * What a column may be, from values spread over the table: the kind that at least half of the values have. A wrong
 * guess is never a wrong reading: a column that turns out to hold anything else is text.
 */
export function sampleColumn(
  column: LoadedColumn,
  sample: Iterable<string | null>,
  options: ReadingOptions,
): SampledColumn {
  const values: string[] = [];
  for (const value of sample) {
    if (value === null || isMissing(value)) continue;
    values.push(value);
    if (values.length === sampledValues) break;
  }
  return { column, values, candidate: candidateOf(column, values, options) };
}

function candidateOf(column: LoadedColumn, values: readonly string[], options: ReadingOptions): Candidate {
  if (column.stored === "typed") return { kind: "typed" };
  if (column.stated !== undefined) return { kind: "stated", type: column.stated };
  const example = values[0];
  if (example === undefined || column.strings === "text") return { kind: "text" };
  if (column.strings === "dates") return dateCandidate(column, values, options) ?? { kind: "text" };
  const booleans = values.filter((value) => isBoolean(booleanBitOf(value) | 3)).length;
  if (booleans * 2 >= values.length) return { kind: "boolean", example };
  return dateCandidate(column, values, options) ?? numberCandidate(column, values) ?? { kind: "text" };
}

function dateCandidate(column: LoadedColumn, values: readonly string[], options: ReadingOptions): Candidate | null {
  const named = options.dates?.get(column.name);
  const order = named ?? options.dates?.get("*");
  const compact = values.filter((value) => (named === undefined ? isCompactDate(value) : /^\d{8}$/.test(value)));
  if (
    compact.length * 2 >= values.length &&
    (named !== undefined || nameWords(column.name).some((word) => dateWords.has(word)))
  ) {
    return {
      kind: "date",
      family: { ...compactFamily, yearFirst: named === undefined || named === "ymd" },
      example: compact[0]!,
    };
  }
  const groups: { family: DateFamily; example: string; count: number }[] = [];
  for (const value of values) {
    const family = familyOf(value);
    if (family === null) continue;
    const group = groups.find((one) => sameFamily(one.family, family));
    if (group === undefined) groups.push({ family, example: value, count: 1 });
    else group.count++;
  }
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  if (total * 2 < values.length || total === 0) return null;
  const { family, example } = groups.reduce((best, group) => (group.count > best.count ? group : best));
  if (family.yearDigits === 4) return { kind: "date", family, example };
  if (order !== undefined) return { kind: "date", family: { ...family, yearFirst: order === "ymd" }, example };
  return { kind: "text", why: `${example} has a year of two digits; --dates says its order` };
}

function numberCandidate(column: LoadedColumn, values: readonly string[]): Candidate | null {
  const notations = values.map(notationOf);
  const seen = notations.reduce((all, bits) => all | bits, 0);
  const numbers = notations.filter((bits) => (bits & notNumber) === 0).length;
  if (numbers * 2 < values.length) return null;
  const groups = notation.spaceGroups | notation.spaceGroupsPoint | notation.spaceGroupsComma;
  if ((seen & groups) !== 0 && nameWords(column.name).some((word) => callWords.has(word))) return null;
  return { kind: "number", check: fastCheck(seen), example: exampleOf(values, notations) };
}

/** Where the sample settles the decimal mark, the cheap check may leave `1.234` and `12.5` apart. */
function fastCheck(seen: number): FastCheck {
  if ((seen & ~(notation.integer | notNumber)) === 0) return "integer";
  if ((seen & notation.point) !== 0) return "plain";
  return (seen & notation.comma) !== 0 ? "comma" : null;
}

/** The value that shows the notation best: a number with marks rather than a whole one. */
function exampleOf(values: readonly string[], notations: readonly number[]): string {
  const rank = (bits: number): number =>
    (bits & notNumber) !== 0 ? 0 : bits === notation.integer ? 1 : isEither(bits) ? 2 : 3;
  let best = 0;
  notations.forEach((bits, i) => {
    if (rank(bits) > rank(notations[best]!)) best = i;
  });
  return values[best]!;
}

function isEither(bits: number): boolean {
  return (bits & (notation.eitherPoint | notation.eitherComma)) !== 0;
}
