import type { Sql, SqlValue } from "../core/sql.ts";
import { call, identifier, value } from "./template.ts";

/**
 * Functions that each engine spells in its own way, for use in the `sql` template; the dialect expands them when the
 * query is compiled. What each promises is said in `DialectFunctions`.
 */
export const tryNumber = (text: Sql): Sql => call("tryNumber", [text]);
export const tryInteger = (text: Sql): Sql => call("tryInteger", [text]);
export const tryTimestamp = (text: Sql, pattern: Sql): Sql => call("tryTimestamp", [text, pattern]);
export const tryIsoTimestamp = (text: Sql): Sql => call("tryIsoTimestamp", [text]);
export const matchesWhole = (text: Sql, pattern: Sql): Sql => call("matchesWhole", [text, pattern]);
export const matchesPart = (text: Sql, pattern: Sql): Sql => call("matchesPart", [text, pattern]);
export const isOneOf = (given: Sql, list: readonly SqlValue[]): Sql => call("isOneOf", [given, value(list)]);
export const placeIn = (given: Sql, list: readonly SqlValue[]): Sql => call("placeIn", [given, value(list)]);
export const lastPresent = (of: Sql, over: Sql): Sql => call("lastPresent", [of, over]);
export const microseconds = (timestamp: Sql): Sql => call("microseconds", [timestamp]);
export const tryDate = (text: Sql): Sql => call("tryDate", [text]);
export const tryDecimal = (text: Sql): Sql => call("tryDecimal", [text]);
export const decimalText = (decimal: Sql): Sql => call("decimalText", [decimal]);
export const daysBetween = (from: Sql, to: Sql): Sql => call("daysBetween", [from, to]);
export const distinctTexts = (text: Sql): Sql => call("distinctTexts", [text]);
export const distinctCounts = (text: Sql): Sql => call("distinctCounts", [text]);
export const asText = (value: Sql): Sql => call("asText", [value]);
export const lowerCase = (text: Sql): Sql => call("lowerCase", [text]);
export const upperCase = (text: Sql): Sql => call("upperCase", [text]);
export const nfc = (text: Sql): Sql => call("nfc", [text]);
export const nfkc = (text: Sql): Sql => call("nfkc", [text]);
export const stripAccents = (text: Sql): Sql => call("stripAccents", [text]);
export const titleCase = (text: Sql): Sql => call("titleCase", [text]);
export const replacePattern = (text: Sql, pattern: Sql, replacement: Sql): Sql =>
  call("replacePattern", [text, pattern, replacement]);
export const extractPattern = (text: Sql, pattern: string, group = 0): Sql =>
  call("extractPattern", [text, value(pattern), value(group)]);
export const timestampOfMicros = (micros: Sql): Sql => call("timestampOfMicros", [micros]);
export const sha256Hex = (text: Sql): Sql => call("sha256Hex", [text]);
export const jaroWinklerBytes = (a: Sql, b: Sql): Sql => call("jaroWinklerBytes", [a, b]);
export const rowsBeside = (left: Sql, right: Sql, leftPosition: Sql, rightPosition: Sql): Sql =>
  call("rowsBeside", [left, right, leftPosition, rightPosition]);
export const jaroWinkler = (a: Sql, b: Sql): Sql => call("jaroWinkler", [a, b]);
export const editDistanceBytes = (a: Sql, b: Sql): Sql => call("editDistanceBytes", [a, b]);
export const inBytes = (text: Sql, other: Sql, rest: Sql): Sql => call("inBytes", [text, other, rest]);
export const isAscii = (text: Sql): Sql => call("isAscii", [text]);
export const wordList = (text: Sql): Sql => call("wordList", [text]);
export const listLength = (list: Sql): Sql => call("listLength", [list]);
export const countItems = (list: Sql, item: Sql, condition: Sql): Sql => call("countItems", [list, item, condition]);
export const turnedTexts = (words: Sql, word: Sql): Sql => call("turnedTexts", [words, word]);
export const itemAt = (list: Sql, position: Sql): Sql => call("itemAt", [list, position]);
export const valueAtLeast = (value: Sql, by: Sql, condition: Sql): Sql => call("valueAtLeast", [value, by, condition]);
export const listedRows = (columns: Readonly<Record<string, readonly (number | null)[]>>): Sql =>
  call(
    "listedRows",
    Object.entries(columns).flatMap(([name, list]) => [identifier(name), value(list)]),
  );
export const listedDoubles = (columns: Readonly<Record<string, readonly number[]>>): Sql =>
  call(
    "listedDoubles",
    Object.entries(columns).flatMap(([name, list]) => [identifier(name), value(list.join(" "))]),
  );
export const eachRecord = (json: Sql): Sql => call("eachRecord", [json]);
export const eachKey = (json: Sql): Sql => call("eachKey", [json]);
export const jsonText = (json: Sql, pointer: string): Sql => call("jsonText", [json, value(pointer)]);
export const jsonIsNumber = (json: Sql, pointer: string): Sql => call("jsonIsNumber", [json, value(pointer)]);
export const keyedList = (json: Sql): Sql => call("keyedList", [json]);
export const keyedText = (list: Sql, key: Sql): Sql => call("keyedText", [list, key]);
export const bitXor = (a: Sql, b: Sql): Sql => call("bitXor", [a, b]);
export const shiftRight = (of: Sql, bits: number): Sql => call("shiftRight", [of, value(bits)]);
