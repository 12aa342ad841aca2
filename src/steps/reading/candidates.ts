import type { LoadedColumn } from "../../core/context.ts";
import type { DateCount, ReadingOptions } from "../../core/source.ts";
import { nameWords, saysAmount, saysId } from "../column-kinds.ts";
import { booleanBit, booleanBitOf } from "./boolean-words.ts";
import type { Candidate, DateCandidate, SampledColumn, WrittenDates } from "./column-evidence.ts";
import {
  compactFamily,
  countFamilies,
  familyOf,
  isCompactDate,
  mayMix,
  sameFamily,
  type DateFamily,
} from "./date-families.ts";
import { isDateCount, likelyCount } from "./day-counts.ts";
import { isMissing, longWhy, notation, notationOf, notNumber, plainSpaces } from "./number-shapes.ts";
import type { FastCheck } from "./number-sql.ts";
import { isNumberDeclared } from "./reading-options.ts";

/** Values of a column that are looked at; the whole table decides, so a few are enough. */
export const sampledValues = 200;

const dateWords = new Set(
  "date dates dt datum fecha jour day dob birthday birthdate naissance anniversaire geburtsdatum geboortedatum".split(
    " ",
  ),
);
/** Words of moments, under which seconds since 1970 stand. */
const momentWords = new Set(
  (
    "ts time timestamp timestamps datetime epoch unix heure horodatage moment created updated modified at seen login signup registered " +
    "expires expiry expiration cree creee creation modifie modifiee modification maj inscription inscrit inscrite enregistre " +
    "enregistree connexion debut fin echeance"
  ).split(" "),
);
/** Words of what happened first or last, of which a column may hold the moment, or the number: `last_order`. */
const turnWords = new Set("dernier derniere premier premiere last first".split(" "));
const numberedWords = new Set(
  "order commande client customer carte card compte account facture invoice contrat contract".split(" "),
);
/** What the reason says of dates that nothing but `--dates` reads. */
export const twoDigitYear = " has a year of two digits; --dates says its order";
/** Ways of writing dates that are looked for in one column. */
const mostFamilies = 6;
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
  if (example === undefined) return { kind: "text" };
  if (column.strings === "text") {
    // The user's word goes before that of the file.
    const isNamed = options.dates?.has(column.name) === true && column.note === undefined;
    return (isNamed ? dateCandidate(column, values, options) : null) ?? { kind: "text" };
  }
  return (
    booleanCandidate(values, options.declared?.get(column.name)?.type === "boolean") ??
    dateCandidate(column, values, options) ??
    numberCandidate(column, values) ?? { kind: "text" }
  );
}

/** Digits are of yes and no only beside words for it, or where a schema says so. */
function booleanCandidate(values: readonly string[], isDeclared: boolean): Candidate | null {
  const bits = values.map(booleanBitOf);
  const example = values.find((_, i) => (bits[i]! & (isDeclared ? ~booleanBit.odd : booleanBit.words)) !== 0);
  if (example === undefined) return null;
  const known = bits.filter((bit) => bit !== booleanBit.odd).length;
  return known * 2 >= values.length ? { kind: "boolean", example } : null;
}

function dateCandidate(column: LoadedColumn, values: readonly string[], options: ReadingOptions): Candidate | null {
  const named = options.dates?.get(column.name);
  const asked = named ?? options.dates?.get("*");
  if (named === "none") return null;
  const iso = familiesOf(values).filter(({ family }) => family.kind === "digits" && family.yearFirst);
  const isIso = iso.reduce((sum, { count }) => sum + count, 0) * 2 >= values.length;
  if (named !== undefined && isDateCount(named) && !isIso) return countCandidate(named, values, false);
  const order = asked === "none" || asked === undefined || isDateCount(asked) ? declaredOrder(column, options) : asked;
  const compact = values.filter((value) => (named === undefined ? isCompactDate(value) : /^\d{8}$/.test(value)));
  const parts = nameWords(column.name);
  if (compact.length * 2 >= values.length && (named !== undefined || parts.some((word) => dateWords.has(word)))) {
    const family = { ...compactFamily, yearFirst: named === undefined || named === "ymd" };
    return { kind: "date", written: [{ family, example: compact[0]! }], example: compact[0]! };
  }
  const isNumber = isNumberDeclared(options.declared?.get(column.name));
  const count = named === undefined && !isNumber ? countOf(column, values) : null;
  if (count !== null) {
    return { ...countCandidate(count, values, true), otherwise: numberCandidate(column, values) ?? { kind: "text" } };
  }
  const groups = familiesOf(values);
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  if (total * 2 < values.length || total === 0) return null;
  const written = mixedFamilies([], groups);
  const { family, example } = written[0]!;
  if (family.kind === "count" || family.yearDigits === 4) return { kind: "date", written, example };
  if (order === undefined) {
    return { kind: "text", why: `${example}${twoDigitYear}` };
  }
  const ordered = family.kind === "named" ? { ...family, order } : { ...family, yearFirst: order === "ymd" };
  return { kind: "date", written: [{ family: ordered, example }], example };
}

/** The order that a schema tells of days and months, for years of two digits. */
function declaredOrder({ name }: LoadedColumn, { declared }: ReadingOptions): "dmy" | "mdy" | undefined {
  const order = declared?.get(name)?.order ?? "ymd";
  return order === "ymd" ? undefined : order;
}

/** What the numbers of a column count that is called after dates, or after moments, and not after an amount of them, or an id. */
export function countOf({ name }: Pick<LoadedColumn, "name">, values: readonly string[]): DateCount | null {
  const parts = nameWords(name);
  const isDate = parts.some((word) => dateWords.has(word));
  const isMoment = parts.at(-1) === "le" || parts.some((word) => momentWords.has(word));
  const isTurn = parts.some((word) => turnWords.has(word));
  if (saysAmount(name) || saysId(name) || !(isDate || isMoment || isTurn)) return null;
  const count = likelyCount(values.map(plainSpaces));
  // Ten digits may be the number of an order; thirteen in these years hardly are.
  const isNumber = !isDate && !isMoment && parts.some((word) => numberedWords.has(word));
  return (count === "excel" && !isDate) || (count === "epoch" && isNumber) ? null : count;
}

function countCandidate(count: DateCount, values: readonly string[], isLikely: boolean): DateCandidate {
  const example = values[0]!;
  return { kind: "date", written: countFamilies(count, isLikely).map((family) => ({ family, example })), example };
}

/** Dates of one family among some texts. */
interface FamilyGroup extends WrittenDates {
  readonly count: number;
}

/** The families of those texts that look like dates, the commonest first. */
function familiesOf(values: readonly string[]): readonly FamilyGroup[] {
  const groups: { family: DateFamily; example: string; count: number }[] = [];
  for (const value of values) {
    const family = familyOf(value);
    if (family === null) continue;
    const group = groups.find((one) => sameFamily(one.family, family));
    if (group === undefined) groups.push({ family, example: value, count: 1 });
    else group.count++;
  }
  return groups.sort((a, b) => b.count - a.count);
}

/** Ways of writing that may stand in one column, those known first. */
function mixedFamilies(known: readonly WrittenDates[], more: readonly FamilyGroup[]): readonly WrittenDates[] {
  const written = [...known];
  for (const { family, example } of more) {
    if (written.length === mostFamilies) break;
    if (written.some((one) => !mayMix(one.family, family) || sameFamily(one.family, family))) continue;
    written.push({ family, example });
  }
  return written;
}

/** The candidate with the ways of writing in further texts of its column added; null where they add none. */
export function withMoreDates(candidate: DateCandidate, texts: readonly string[]): DateCandidate | null {
  const written = mixedFamilies(candidate.written, familiesOf(texts));
  return written.length === candidate.written.length ? null : { ...candidate, written };
}

function numberCandidate(column: LoadedColumn, values: readonly string[]): Candidate | null {
  const notations = values.map(notationOf);
  const seen = notations.reduce((all, bits) => all | bits, 0);
  const numbers = notations.filter((bits) => (bits & notNumber) === 0).length;
  if (notations.every((bits) => (bits & notation.long) !== 0)) return { kind: "text", why: longWhy };
  if (numbers * 2 < values.length) return null;
  const groups = notation.spaceGroups | notation.spaceGroupsPoint | notation.spaceGroupsComma;
  if ((seen & groups) !== 0 && nameWords(column.name).some((word) => callWords.has(word))) return null;
  const amounts = notations.filter((bits) => (bits & notation.amount) !== 0).length;
  // Where most values are amounts the cheap check would be in vain.
  const check = amounts * 2 > values.length ? null : fastCheck(seen);
  return { kind: "number", check, example: exampleOf(values, notations) };
}

/** Where the sample settles the decimal mark, the cheap check may leave `1.234` and `12.5` apart. */
function fastCheck(seen: number): FastCheck {
  if ((seen & ~(notation.integer | notation.amount | notNumber)) === 0) return "integer";
  if ((seen & notation.point) !== 0) return "plain";
  return (seen & notation.comma) !== 0 ? "comma" : null;
}

/** The value that shows the notation best: a number with marks rather than a whole one. */
function exampleOf(values: readonly string[], notations: readonly number[]): string {
  const rank = (bits: number): number =>
    (bits & notNumber) !== 0 ? 0 : (bits & ~notation.amount) === notation.integer ? 1 : isEither(bits) ? 2 : 3;
  let best = 0;
  notations.forEach((bits, i) => {
    if (rank(bits) > rank(notations[best]!)) best = i;
  });
  return values[best]!;
}

function isEither(bits: number): boolean {
  return (bits & (notation.eitherPoint | notation.eitherComma)) !== 0;
}
