import type { Sql, SqlValue } from "../core/sql.ts";
import { call, value } from "./template.ts";

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
export const distinctTexts = (text: Sql): Sql => call("distinctTexts", [text]);
export const distinctCounts = (text: Sql): Sql => call("distinctCounts", [text]);
export const asText = (value: Sql): Sql => call("asText", [value]);
export const nfc = (text: Sql): Sql => call("nfc", [text]);
export const stripAccents = (text: Sql): Sql => call("stripAccents", [text]);
export const titleCase = (text: Sql): Sql => call("titleCase", [text]);
export const replacePattern = (text: Sql, pattern: Sql, replacement: Sql): Sql =>
  call("replacePattern", [text, pattern, replacement]);
export const sha256Hex = (text: Sql): Sql => call("sha256Hex", [text]);
export const jaroWinklerBytes = (a: Sql, b: Sql): Sql => call("jaroWinklerBytes", [a, b]);
