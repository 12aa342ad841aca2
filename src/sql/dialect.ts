import { SegmentError } from "../core/errors.ts";
import type { Sql, SqlValue } from "../core/sql.ts";

/** How one engine spells what engines spell differently. */
export interface Dialect {
  readonly name: string;
  /** A name as the engine reads it back unchanged. Throws for a name that the engine cannot hold. */
  quoteIdentifier(name: string): string;
  /** A value as text that evaluates to exactly that value: any string, doubles round-trip. */
  literal(value: SqlValue): string;
  /** The mark of bound value `position`, counted from 1. */
  placeholder(position: number): string;
  readonly functions: DialectFunctions;
}

/** Functions by their names in `functions.ts`; each gives SQL in terms of its arguments. */
export interface DialectFunctions {
  /**
   * Text to double, correctly rounded; null where it is no number. Spaces around it, `inf` and `nan` are read, beyond
   * the largest double it is infinite, and an engine may read `1_000`: the caller keeps out what it does not want.
   */
  tryNumber(text: Sql): Sql;
  /**
   * Text of digits to a 64-bit integer; null where it is no number or too large. An engine may round `1.5` and read
   * `0x10`: compare with the text again where the digits are not sure.
   */
  tryInteger(text: Sql): Sql;
  /** Text to a timestamp without zone by a strptime pattern; null where it is none. Spaces around it are passed over. */
  tryTimestamp(text: Sql, pattern: Sql): Sql;
  /** ISO 8601 date and time to a timestamp in UTC: a `T` or a space, seconds and offset may be missing; null where it is none. */
  tryIsoTimestamp(text: Sql): Sql;
  /** `2024-12-31` to a date; null where it is none. An engine may read other notations too, spaces around it among them. */
  tryDate(text: Sql): Sql;
  /** Whether the whole text matches an RE2 pattern. */
  matchesWhole(text: Sql, pattern: Sql): Sql;
  /** Whether some part of the text matches an RE2 pattern. */
  matchesPart(text: Sql, pattern: Sql): Sql;
  /** Whether a value is one of a list of values, row by row: DuckDB makes a join of a longer `in` list, which loses the order of rows. */
  isOneOf(given: Sql, list: Sql): Sql;
  /** The place of a value in a list of values, from 1; 0 where it is not in it, or null. */
  placeIn(given: Sql, list: Sql): Sql;
  /**
   * Window function: the last value that is not null up to this row, in a window of `partition by` and `order by`. Rows
   * come in another order than they had.
   */
  lastPresent(value: Sql, over: Sql): Sql;
  /** A timestamp as microseconds since 1970, a 64-bit integer. */
  microseconds(timestamp: Sql): Sql;
  /**
   * A number, or text of one, to decimal(38, 8), what is beyond the eighth decimal rounded half away from zero; null
   * where it is none or has more than 30 digits before the point. Text that `tryNumber` reads is read, but for the
   * infinite; a double from 1e7 on may be off in its last decimals, its text is not.
   */
  tryDecimal(text: Sql): Sql;
  /** A decimal of eight decimals in its shortest plain notation: `12.5`, `-3`, `0`. */
  decimalText(decimal: Sql): Sql;
  /** Whole days from one date to another; negative where the other is earlier. */
  daysBetween(from: Sql, to: Sql): Sql;
  /** Aggregate: the distinct texts that are not null, as a list in some order; null for none. For few distinct ones. */
  distinctTexts(text: Sql): Sql;
  /** Aggregate: how often each of them stands, in the order of `distinctTexts`. */
  distinctCounts(text: Sql): Sql;
  /** Any value as the engine's own text of it. */
  asText(value: Sql): Sql;
  /** Text in small letters, letter by letter: `Σ` is `σ` wherever it stands, `İ` is `i`. */
  lowerCase(text: Sql): Sql;
  /** Text in capital letters, letter by letter: `ß` is `ẞ`, and a letter that has no single capital stays. */
  upperCase(text: Sql): Sql;
  /** Text in Unicode normalization form C. */
  nfc(text: Sql): Sql;
  /** Text in Unicode normalization form KC: `ﬁ` is `fi`, `Ａ` is `A`, `²` is `2`. */
  nfkc(text: Sql): Sql;
  /** Latin letters without their marks: `é` → `e`; ligatures and letters with a stroke (`œ`, `ß`, `ø`, `ł`) stay. */
  stripAccents(text: Sql): Sql;
  /**
   * The first letter of each word large, the others small; a word begins after anything that is no letter, mark or
   * digit (`Jean-Pierre D'Arc`), but a single letter behind an apostrophe stays small (`St Mary's`, `'t Hooft`).
   */
  titleCase(text: Sql): Sql;
  /** Every match of an RE2 pattern replaced; `\\1` in the replacement stands for the first group. */
  replacePattern(text: Sql, pattern: Sql, replacement: Sql): Sql;
  /**
   * What a group of an RE2 pattern holds where the pattern first matches, 0 for all of the match; empty where it does not
   * match, or the group takes no part.
   */
  extractPattern(text: Sql, pattern: Sql, group: Sql): Sql;
  /** The timestamp without zone that many microseconds after the beginning of 1970. */
  timestampOfMicros(micros: Sql): Sql;
  /** SHA-256 of the text's UTF-8 bytes, in 64 small hexadecimal digits. */
  sha256Hex(text: Sql): Sql;
  /** Jaro–Winkler similarity of two texts, 0 to 1 (prefix weight 0.1, at most 4 letters). Compares bytes: right for ASCII only. */
  jaroWinklerBytes(a: Sql, b: Sql): Sql;
  /**
   * Two relations of as many rows set beside each other, row by row in their orders, as a relation with the columns of
   * both; no name may be in both. Where an engine keeps no order, by the positions, SQL over each.
   */
  rowsBeside(left: Sql, right: Sql, leftPosition: Sql, rightPosition: Sql): Sql;
  /**
   * Jaro–Winkler similarity by code point; 0 for two empty texts. The texts are folded: no capital letters and no control characters. Exact
   * while at most 80 different letters beyond ASCII stand in both texts.
   */
  jaroWinkler(a: Sql, b: Sql): Sql;
  /** Damerau–Levenshtein distance, beyond 2 some number beyond 2. Compares bytes, as `jaroWinklerBytes` does. */
  editDistanceBytes(a: Sql, b: Sql): Sql;
  /**
   * A text with a byte for each letter beyond ASCII, so that what compares bytes compares letters: those that both texts
   * hold get the same byte in both, all others become `rest`, which must be another one for the other text. The texts are
   * as `jaroWinkler` takes them.
   */
  inBytes(text: Sql, other: Sql, rest: Sql): Sql;
  /** Whether a text is nothing but ASCII. */
  isAscii(text: Sql): Sql;
  /** Text of words with one space between them as a list of words; an empty text has no word. */
  wordList(text: Sql): Sql;
  /** How many items a list has. */
  listLength(list: Sql): Sql;
  /** How many items of a list a condition holds for; `item` stands for the item in it. */
  countItems(list: Sql, item: Sql, condition: Sql): Sql;
  /**
   * The texts that a list of words makes without spaces, begun with each word in turn: `du`, `bellay`, `pascal` give
   * `dubellaypascal`, `bellaypascaldu` and `pascaldubellay`. `word` stands for a word in it.
   */
  turnedTexts(words: Sql, word: Sql): Sql;
  /** Item `position` of a list, from 1; null beyond its ends. */
  itemAt(list: Sql, position: Sql): Sql;
  /** Aggregate: the value where `by` is least, of rows where neither is null and the condition holds. */
  valueAtLeast(value: Sql, by: Sql, condition: Sql): Sql;
  /** A relation of whole numbers, or null, that stand in the text: name and list of one column, then of the next; all of one length. */
  listedRows(...namesAndLists: readonly Sql[]): Sql;
  /**
   * A relation of doubles that stand in the text: name and list of one column, then of the next, each list one text of one or more
   * numbers with a space between two; all of one length. A text is planned many times as quickly as so many numbers.
   */
  listedDoubles(...namesAndLists: readonly Sql[]): Sql;
  /**
   * In a select list: the items of JSON text that is a list, as JSON text, a row each; one row with null where there is none.
   */
  eachRecord(json: Sql): Sql;
  /** In a select list: the keys of JSON text that is an object, a row each; none where it is no object. */
  eachKey(json: Sql): Sql;
  /** What stands at a JSON pointer (`/a/b`, RFC 6901) in JSON text, as text: a string without its quotes; null where nothing does. */
  jsonText(json: Sql, pointer: Sql): Sql;
  /** Whether what stands at a JSON pointer in JSON text is a number; null where nothing does. */
  jsonIsNumber(json: Sql, pointer: Sql): Sql;
  /** JSON text that is a list of `{key, value}`, read once for `keyedText`, to be stored as a column. */
  keyedList(json: Sql): Sql;
  /** Of what `keyedList` gave: the value of the first whose key is that text, as JSON text; null where there is none. */
  keyedText(list: Sql, key: Sql): Sql;
  /** Two 64-bit integers bit by bit: 1 where they differ. */
  bitXor(a: Sql, b: Sql): Sql;
  /** A 64-bit integer shifted to the right, its sign kept. */
  shiftRight(of: Sql, bits: Sql): Sql;
}

export type DialectFunctionName = keyof DialectFunctions;

/**
 * The functions of a dialect: those given, and for each other one a failure that names the engine, and what it lacks where
 * that has another name than the member.
 */
export function dialectFunctions(
  name: string,
  given: Partial<DialectFunctions>,
  lacking: ReadonlyMap<DialectFunctionName, string> = new Map(),
): DialectFunctions {
  const missing = (member: DialectFunctionName) => (): Sql => {
    throw new SegmentError("engine-failed", `${name} has no ${lacking.get(member) ?? member}`, {
      hint: "run this step on the embedded engine (leave out --engine)",
    });
  };
  return {
    tryNumber: missing("tryNumber"),
    tryInteger: missing("tryInteger"),
    tryTimestamp: missing("tryTimestamp"),
    tryIsoTimestamp: missing("tryIsoTimestamp"),
    matchesWhole: missing("matchesWhole"),
    matchesPart: missing("matchesPart"),
    isOneOf: missing("isOneOf"),
    placeIn: missing("placeIn"),
    lastPresent: missing("lastPresent"),
    microseconds: missing("microseconds"),
    tryDate: missing("tryDate"),
    tryDecimal: missing("tryDecimal"),
    decimalText: missing("decimalText"),
    daysBetween: missing("daysBetween"),
    distinctTexts: missing("distinctTexts"),
    distinctCounts: missing("distinctCounts"),
    asText: missing("asText"),
    lowerCase: missing("lowerCase"),
    upperCase: missing("upperCase"),
    nfc: missing("nfc"),
    nfkc: missing("nfkc"),
    stripAccents: missing("stripAccents"),
    titleCase: missing("titleCase"),
    replacePattern: missing("replacePattern"),
    extractPattern: missing("extractPattern"),
    timestampOfMicros: missing("timestampOfMicros"),
    sha256Hex: missing("sha256Hex"),
    jaroWinklerBytes: missing("jaroWinklerBytes"),
    rowsBeside: missing("rowsBeside"),
    jaroWinkler: missing("jaroWinkler"),
    editDistanceBytes: missing("editDistanceBytes"),
    inBytes: missing("inBytes"),
    isAscii: missing("isAscii"),
    wordList: missing("wordList"),
    listLength: missing("listLength"),
    countItems: missing("countItems"),
    turnedTexts: missing("turnedTexts"),
    itemAt: missing("itemAt"),
    valueAtLeast: missing("valueAtLeast"),
    listedRows: missing("listedRows"),
    listedDoubles: missing("listedDoubles"),
    eachRecord: missing("eachRecord"),
    eachKey: missing("eachKey"),
    jsonText: missing("jsonText"),
    jsonIsNumber: missing("jsonIsNumber"),
    keyedList: missing("keyedList"),
    keyedText: missing("keyedText"),
    bitXor: missing("bitXor"),
    shiftRight: missing("shiftRight"),
    ...given,
  };
}
