import { describe, expect, test } from "vitest";
import type { Engine } from "../../../src/core/context.ts";
import type { Dialect } from "../../../src/sql/dialect.ts";
import {
  asText,
  daysBetween,
  decimalText,
  distinctCounts,
  distinctTexts,
  extractPattern,
  isOneOf,
  matchesPart,
  matchesWhole,
  replacePattern,
  timestampOfMicros,
  tryDate,
  tryDecimal,
  tryInteger,
  tryIsoTimestamp,
  tryNumber,
  tryTimestamp,
} from "../../../src/sql/functions.ts";
import { identifier, sql, value } from "../../../src/sql/template.ts";
import { evaluator, text } from "./evaluator.ts";

/** What every dialect promises of numbers, times and patterns, over null, empty, Unicode and extreme values. */
export function describeReadings(dialect: Dialect, engine: () => Engine): void {
  const { evaluate } = evaluator(engine);
  describe(`${dialect.name} keeps the promises of its members over null, empty, Unicode and overflow`, () => {
    test.each([
      ["12.5", 12.5],
      [" -1e3 ", -1000],
      ["0.1", 0.1],
      [".5", 0.5],
      ["5.", 5],
      ["9007199254740993", 9007199254740992],
      ["1.7976931348623157e308", Number.MAX_VALUE],
      ["1e999", Infinity],
      ["-inf", -Infinity],
      ["nan", NaN],
      ["5e-324", 5e-324],
      ["12,5", null],
      ["12 kg", null],
      ["1d", null],
      ["1.5F", null],
      ["0x10", null],
      ["1e", null],
      ["٣", null],
      ["1\u00a0000", null],
      ["", null],
      [null, null],
    ])("the text %j is the number %j", async (given, number) => {
      expect(await evaluate(tryNumber(text(given)))).toBe(number);
    });

    test.each([
      ["9223372036854775807", "9223372036854775807"],
      ["9223372036854775808", null],
      ["-42", "-42"],
      ["007", "7"],
      ["1e3", "1000"],
      ["x", null],
      ["é", null],
      ["٣", null],
      ["", null],
      [null, null],
    ])("the text %j is the integer %s", async (given, number) => {
      expect(await evaluate(asText(tryInteger(text(given))))).toBe(number);
    });

    test.each([
      ["31/12/2024", "%d/%m/%Y", "2024-12-31 00:00:00"],
      ["1/2/2024", "%d/%m/%Y", "2024-02-01 00:00:00"],
      ["12/31/2024", "%d/%m/%Y", null],
      ["12/31/2024", "%m/%d/%Y", "2024-12-31 00:00:00"],
      ["29/02/2024", "%d/%m/%Y", "2024-02-29 00:00:00"],
      ["29/02/2023", "%d/%m/%Y", null],
      ["0/1/2024", "%d/%m/%Y", null],
      ["001/2/2024", "%d/%m/%Y", null],
      ["1/2/20245", "%d/%m/%Y", null],
      ["31.12.68", "%d.%m.%y", "2068-12-31 00:00:00"],
      ["31.12.69", "%d.%m.%y", "1969-12-31 00:00:00"],
      ["29.02.00", "%d.%m.%y", "2000-02-29 00:00:00"],
      ["2024-12-31", "%Y-%m-%d", "2024-12-31 00:00:00"],
      ["20241231", "%Y%m%d", "2024-12-31 00:00:00"],
      ["20240230", "%Y%m%d", null],
      ["31/12/2024 23:59:58", "%d/%m/%Y %H:%M:%S", "2024-12-31 23:59:58"],
      ["31/12/2024 24:00:00", "%d/%m/%Y %H:%M:%S", null],
      ["31/12/2024 23:59:60", "%d/%m/%Y %H:%M:%S", null],
      ["31/12/2024 9:05", "%d/%m/%Y %H:%M", "2024-12-31 09:05:00"],
      ["31/12/2024 23:59:58.25", "%d/%m/%Y %H:%M:%S.%f", "2024-12-31 23:59:58.25"],
      ["31/12/2024 23:59:58.123456", "%d/%m/%Y %H:%M:%S.%f", "2024-12-31 23:59:58.123456"],
      ["12/31/2024 12:05 AM", "%m/%d/%Y %I:%M %p", "2024-12-31 00:05:00"],
      ["12/31/2024 12:05pm", "%m/%d/%Y %I:%M%p", "2024-12-31 12:05:00"],
      ["12/31/2024 1:05:06 Pm", "%m/%d/%Y %I:%M:%S %p", "2024-12-31 13:05:06"],
      ["12/31/2024 11:05:06PM", "%m/%d/%Y %I:%M:%S%p", "2024-12-31 23:05:06"],
      ["12/31/2024 13:05 PM", "%m/%d/%Y %I:%M %p", null],
      ["12/31/2024 0:05 AM", "%m/%d/%Y %I:%M %p", null],
      ["31/12/2024 ", "%d/%m/%Y", "2024-12-31 00:00:00"],
      ["31/12/2024 x", "%d/%m/%Y", null],
      ["", "%d/%m/%Y", null],
      ["é", "%d/%m/%Y", null],
      [null, "%d/%m/%Y", null],
    ])("the text %j read by %j is %j", async (given, pattern, time) => {
      expect(await evaluate(asText(tryTimestamp(text(given), value(pattern))))).toBe(time);
    });

    test.each([
      ["2024-12-31T23:59:58Z", "2024-12-31 23:59:58"],
      ["2024-12-31T23:30+01:00", "2024-12-31 22:30:00"],
      ["2024-12-31 23:30 -0530", "2025-01-01 05:00:00"],
      ["2024-12-31 23:30:00.25+02", "2024-12-31 21:30:00.25"],
      ["2024-12-31 9:05", "2024-12-31 09:05:00"],
      ["2024-12-31 24:00:00", "2025-01-01 00:00:00"],
      ["2024-12-31", "2024-12-31 00:00:00"],
      ["2024-12-31 10:00:60", null],
      ["2024-12-31 24:00:01", null],
      ["2024-13-01", null],
      ["2024-12", null],
      ["10:00", null],
      ["", null],
      [null, null],
    ])("the ISO text %j is %j in UTC", async (given, time) => {
      expect(await evaluate(asText(tryIsoTimestamp(text(given))))).toBe(time);
    });

    test.each([
      ["75001", "[0-9]{5}", true],
      ["75001 Paris", "[0-9]{5}", false],
      ["a\n", "a", false],
      ["a\nb", "a.b", false],
      ["a\rb", "a.b", true],
      ["NA", "(?i:na|n/a)", true],
      ["é", ".", true],
      ["😀", ".", true],
      ["", "", true],
      [null, ".*", null],
    ])("%j matches %j as a whole: %j", async (given, pattern, matches) => {
      expect(await evaluate(matchesWhole(text(given), value(pattern)))).toBe(matches);
    });

    test.each([
      ["75001 Paris", "[0-9]{5}", true],
      ["Paris", "[0-9]", false],
      ["a\u00a0b", "\\x{a0}", true],
      ["😀", "[\\x{300}-\\x{10ffff}]", true],
      ["É", "(?i)é", true],
      ["", "x", false],
      [null, ".*", null],
    ])("%j matches %j somewhere: %j", async (given, pattern, matches) => {
      expect(await evaluate(matchesPart(text(given), value(pattern)))).toBe(matches);
    });

    test.each([
      ["a1b22", "([0-9])", "<\\1>", "a<1>b<2><2>"],
      ["$1", "[0-9]", "$", "$$"],
      ["é-è", "[^\\p{L}]+", "", "éè"],
      ["", "x", "y", ""],
      [null, "x", "y", null],
    ])("%j with every %j replaced by %j is %j", async (given, pattern, replacement, replaced) => {
      expect(await evaluate(replacePattern(text(given), value(pattern), value(replacement)))).toBe(replaced);
    });

    test.each([
      ["1 234,56 €", "[0-9][0-9 .,]*", 0, "1 234,56 "],
      ["12 mars 2024", "[0-9]+ ([^ ]+) ([0-9]+)", 2, "2024"],
      ["12 août 2024", "[0-9]+ ([^ ]+)", 1, "août"],
      ["a1b2", "[0-9]", 0, "1"],
      ["12 $US", "(?:[$]US|[$])", 0, "$US"],
      ["ab", "(x)?b", 1, ""],
      ["1\u00a02", "\\x{a0}", 0, "\u00a0"],
      ["a\nb", "a.b", 0, ""],
      ["none", "[0-9]+", 0, ""],
      ["", "[0-9]+", 0, ""],
      [null, "[0-9]+", 0, null],
    ])("of %j, %j finds in group %j: %j", async (given, pattern, group, found) => {
      expect(await evaluate(extractPattern(text(given), pattern, group))).toBe(found);
    });

    test.each([
      ["0", "1970-01-01 00:00:00"],
      ["1709719200123456", "2024-03-06 10:00:00.123456"],
      ["-1", "1969-12-31 23:59:59.999999"],
      ["-2208988800000000", "1900-01-01 00:00:00"],
      ["253402214400000000", "9999-12-31 00:00:00"],
      [null, null],
    ])("%j microseconds after the beginning of 1970 is %j", async (given, time) => {
      expect(await evaluate(asText(timestampOfMicros(tryInteger(text(given)))))).toBe(time);
    });

    test.each([
      ["b", ["a", "b", "c", "d", "e", "f"], true],
      ["é", ["e", "é"], true],
      ["", ["a"], false],
      ["a", [], false],
      [null, ["a"], null],
    ])("%j is one of %j: %j", async (given, list, isIn) => {
      expect(await evaluate(isOneOf(text(given), list))).toBe(isIn);
    });

    test("a number is found among others, whatever their kind", async () => {
      expect(await evaluate(isOneOf(sql`2`, [1, 2, 3]))).toBe(true);
      expect(await evaluate(isOneOf(sql`cast(2 as double)`, [1.5, 2, NaN]))).toBe(true);
      expect(await evaluate(isOneOf(sql`cast('nan' as double)`, [1, NaN]))).toBe(true);
      expect(await evaluate(isOneOf(sql`cast(3 as bigint)`, [1, 2]))).toBe(false);
    });

    test.each([
      ["12.50", "12.5"],
      [" -3 ", "-3"],
      ["-0.0", "0"],
      [".5", "0.5"],
      ["100", "100"],
      ["1e3", "1000"],
      ["9999999999.99999999", "9999999999.99999999"],
      ["-10000000000", "-10000000000"],
      ["123456789012345678901234567890.12345678", "123456789012345678901234567890.12345678"],
      ["0.123456785", "0.12345679"],
      ["-0.123456785", "-0.12345679"],
      ["1e30", null],
      ["inf", null],
      ["nan", null],
      ["12,5", null],
      ["1d", null],
      ["٣", null],
      ["é", null],
      ["", null],
      [null, null],
    ])("the text %j is the decimal %j", async (given, decimal) => {
      expect(await evaluate(decimalText(tryDecimal(text(given))))).toBe(decimal);
    });

    test("a number is a decimal too", async () => {
      expect(await evaluate(decimalText(tryDecimal(sql`cast(12.345 as double)`)))).toBe("12.345");
      expect(await evaluate(decimalText(tryDecimal(sql`cast(-7 as bigint)`)))).toBe("-7");
      expect(await evaluate(decimalText(tryDecimal(sql`cast('inf' as double)`)))).toBe(null);
    });

    test.each([
      ["2024-12-31", "2024-12-31"],
      ["0001-01-01", "0001-01-01"],
      ["2024-02-30", null],
      ["2024", null],
      ["31/12/2024", null],
      ["é", null],
      ["", null],
      [null, null],
    ])("the ISO text %j is the day %j", async (given, day) => {
      expect(await evaluate(asText(tryDate(text(given))))).toBe(day);
    });

    test("days are counted over leap days and backwards", async () => {
      const days = (from: string, to: string): Promise<unknown> =>
        evaluate(daysBetween(tryDate(value(from)), tryDate(value(to))));
      expect(await days("2024-02-28", "2024-03-01")).toBe(2);
      expect(await days("2023-02-28", "2023-03-01")).toBe(1);
      expect(await days("2024-03-01", "2024-03-01")).toBe(0);
      expect(await days("2025-01-01", "2024-01-01")).toBe(-366);
      expect(await days("", "2024-01-01")).toBe(null);
    });

    test("the distinct texts of a column are counted, nulls left out", async () => {
      const column = sql`(values ('é'), ('a'), (null), ('é'), ('')) as texts(text_1)`;
      const of = identifier("text_1");
      const [row] = await engine().rows(
        sql`select ${distinctTexts(of)} as texts_1, ${distinctCounts(of)} as counts_1 from ${column}`,
        1,
      );
      const [texts, counts] = [row!["texts_1"] as string[], row!["counts_1"] as unknown[]];
      expect(new Map(texts.map((one, i) => [one, Number(counts[i])]))).toEqual(
        new Map([
          ["é", 2],
          ["a", 1],
          ["", 1],
        ]),
      );
      const none = sql`select ${distinctTexts(of)} as texts_1 from ${column} where text_1 is null`;
      expect((await engine().rows(none, 1))[0]!["texts_1"]).toBe(null);
    });
  });
}
