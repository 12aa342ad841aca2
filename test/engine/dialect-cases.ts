import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/core/context.ts";
import type { Sql, SqlValue } from "../../src/core/sql.ts";
import { inline } from "../../src/sql/compile.ts";
import type { Dialect } from "../../src/sql/dialect.ts";
import {
  asText,
  countItems,
  daysBetween,
  decimalText,
  distinctCounts,
  distinctTexts,
  editDistanceBytes,
  inBytes,
  isAscii,
  isOneOf,
  itemAt,
  jaroWinkler,
  jaroWinklerBytes,
  listedRows,
  listLength,
  lowerCase,
  matchesPart,
  matchesWhole,
  nfc,
  replacePattern,
  rowsBeside,
  sha256Hex,
  stripAccents,
  titleCase,
  tryDate,
  tryDecimal,
  tryInteger,
  tryIsoTimestamp,
  tryNumber,
  tryTimestamp,
  turnedTexts,
  upperCase,
  valueAtLeast,
  wordList,
} from "../../src/sql/functions.ts";
import { identifier, join, sql, value } from "../../src/sql/template.ts";
import { damerauLevenshtein, jaroWinklerOf, randomWords } from "./text-distances.ts";

/** What every dialect promises of its members, over null, empty, Unicode and extreme values; run on the engine itself. */
export function describeDialect(dialect: Dialect, engine: () => Engine): void {
  const evaluate = async (expression: Sql): Promise<unknown> => {
    const rows = await engine().rows(sql`select ${expression} as result`, 1);
    return rows[0]!["result"];
  };
  /** What an expression over each of some texts gives, in one query. */
  const overAll = async (
    texts: readonly (readonly (string | null)[])[],
    of: (...given: readonly Sql[]) => Sql,
  ): Promise<readonly unknown[]> => {
    const names = texts[0]!.map((_, j) => identifier(`text_${j + 1}`));
    const listed = texts.map((own, i) => sql`(${join([value(i), ...own.map(text)], ", ")})`);
    const rows = await engine().rows(
      sql`
        select
          number_1,
          ${of(...names)} as result
        from (values ${join(listed, ", ")}) as given_1(${join([identifier("number_1"), ...names], ", ")})
        order by number_1
      `,
      texts.length,
    );
    return rows.map((row) => row["result"]);
  };

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

  describe(`${dialect.name} sees letters as the others do`, () => {
    // All letters of the Latin blocks with marks, some texts of other scripts, composed and not.
    const latin = Array.from({ length: 0x250 - 0xc0 }, (_, i) => String.fromCodePoint(0xc0 + i));
    const vietnamese = Array.from({ length: 0x1f00 - 0x1e00 }, (_, i) => String.fromCodePoint(0x1e00 + i));
    const others = ["", "plain", "тест й", "ά", "が", "각", "ạ\u0307", "a\u0307\u0323", "שָׁלוֹם", "مَرْحَبًا", "😀", "Å"];
    const texts = [...latin, ...vietnamese, ...others];

    test("form C is that of Unicode", async () => {
      const given = [...texts, ...texts.map((one) => one.normalize("NFD"))];
      const found = await overAll(
        given.map((one) => [one]),
        nfc,
      );
      expect(found).toEqual(given.map((one) => one.normalize("NFC")));
      expect(await evaluate(nfc(text(null)))).toBe(null);
    });

    test("letters lose their marks, and those with a stroke stay", async () => {
      const bare = (one: string): string => one.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
      const found = await overAll(
        texts.map((one) => [one]),
        stripAccents,
      );
      expect(found).toEqual(texts.map(bare));
      expect(await evaluate(stripAccents(value("œßøł é")))).toBe("œßøł e");
      expect(await evaluate(stripAccents(text(null)))).toBe(null);
    });

    test("small letters are made letter by letter", async () => {
      const small = (one: string): string => [...one].map((c) => (c === "İ" ? "i" : c.toLowerCase())).join("");
      const given = [...texts, "ΝΙΚΟΣ", "İSTANBUL", "STRAẞE"];
      const found = await overAll(
        given.map((one) => [one]),
        lowerCase,
      );
      expect(found).toEqual(given.map(small));
      expect(await evaluate(lowerCase(text(null)))).toBe(null);
    });

    test.each([
      ["élan", "ÉLAN"],
      ["straße", "STRAẞE"],
      ["νίκος", "ΝΊΚΟΣ"],
      ["ŉ ﬁ ǰ", "ŉ ﬁ ǰ"],
      ["ᾳ ı ǆ", "ᾼ I Ǆ"],
      ["", ""],
      [null, null],
    ])("the capitals of %j are %j", async (given, capitals) => {
      expect(await evaluate(upperCase(text(given)))).toBe(capitals);
    });

    test.each([
      ["JEAN-PIERRE D'ARC", "Jean-Pierre D'Arc"],
      ["st mary’s close", "St Mary’s Close"],
      ["'t hooft", "'t Hooft"],
      ["l'haÿ-les-roses 2e", "L'Haÿ-Les-Roses 2e"],
      ["élan", "Élan"],
      ["", ""],
      [null, null],
    ])("the title case of %j is %j", async (given, title) => {
      expect(await evaluate(titleCase(text(given)))).toBe(title);
    });

    // From FIPS 180-4 and its example of "abc"; of "é" by Python's hashlib.
    test.each([
      ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
      ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
      ["é", "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"],
      [null, null],
    ])("the digest of %j is %s", async (given, digest) => {
      expect(await evaluate(sha256Hex(text(given)))).toBe(digest);
    });

    test.each([
      ["abc", true],
      ["", true],
      ["é", false],
      [null, null],
    ])("%j is nothing but ASCII: %j", async (given, found) => {
      expect(await evaluate(isAscii(text(given)))).toBe(found);
    });

    test("texts are alike as Jaro and Winkler define it, letter by letter", async () => {
      const pairs = [
        ["martha", "marhta"],
        ["bacc", "dcbacc"],
        ["abcde", "abxyz"],
        ["иванов", "иваноф"],
        ["王小明", "王小名"],
        ["", ""],
        ["a", ""],
        ["a", "я"],
        ...randomWords(300, "abcdé"),
      ];
      const found = await overAll(pairs, jaroWinkler as (...given: readonly Sql[]) => Sql);
      found.forEach((one, i) =>
        expect(one, pairs[i]!.join(" ")).toBeCloseTo(jaroWinklerOf(pairs[i]![0]!, pairs[i]![1]!), 12),
      );
      const plain = pairs.filter((pair) => pair.every((one) => /^[ -~]*$/.test(one)));
      const bytes = await overAll(plain, jaroWinklerBytes as (...given: readonly Sql[]) => Sql);
      bytes.forEach((one, i) => expect(one).toBeCloseTo(jaroWinklerOf(plain[i]![0]!, plain[i]![1]!), 12));
      expect(await evaluate(jaroWinkler(text(null), value("a")))).toBe(null);
    });

    test("edits between texts are as Damerau and Levenshtein count them, up to two", async () => {
      const pairs = [
        ["jean", "jaen"],
        ["ca", "abc"],
        ["abcd", "badc"],
        ["", "abc"],
        ["", ""],
        ["иван", "ивна"],
        ["王小明", "王小名"],
        ...randomWords(500, "abcя"),
      ];
      const bytes = (a: Sql, b: Sql, rest: number): Sql => inBytes(a, b, sql`chr(${rest})`);
      const found = await overAll(pairs, (a, b) => editDistanceBytes(bytes(a!, b!, 1), bytes(b!, a!, 2)));
      expect(found.map((one) => Math.min(3, Number(one)))).toEqual(
        pairs.map(([a, b]) => Math.min(3, damerauLevenshtein(a!, b!))),
      );
      expect(await evaluate(editDistanceBytes(text(null), value("a")))).toBe(null);
    });
  });

  describe(`${dialect.name} has lists and relations as the others do`, () => {
    test("a text of words is a list, of which items are counted and taken", async () => {
      expect(await evaluate(wordList(value("le gall")))).toEqual(["le", "gall"]);
      expect(await evaluate(wordList(value("")))).toEqual([]);
      expect(await evaluate(listLength(wordList(value("le gall é"))))).toBe(3);
      expect(await evaluate(listLength(wordList(value(""))))).toBe(0);
      expect(await evaluate(itemAt(wordList(value("é b")), sql`1`))).toBe("é");
      expect(await evaluate(itemAt(wordList(value("a")), sql`2`))).toBe(null);
      const turned = turnedTexts(wordList(value("du bellay é")), sql`item_1`);
      expect(await evaluate(turned)).toEqual(["dubellayé", "bellayédu", "édubellay"]);
      expect(await evaluate(turnedTexts(wordList(value("")), sql`item_1`))).toEqual([]);
      const longer = sql`length(item_1) > 1`;
      expect(await evaluate(countItems(wordList(value("a bc de")), sql`item_1`, longer))).toBe(2);
      expect(await evaluate(countItems(wordList(value("")), sql`item_1`, longer))).toBe(0);
    });

    test("the value at the least of another passes over nulls and rows that are left out", async () => {
      const rows = sql`(values ('a', 3), (null, 1), ('b', 2), ('c', null)) as given(v, k)`;
      const least = (condition: Sql): Sql => sql`(select ${valueAtLeast(sql`v`, sql`k`, condition)} from ${rows})`;
      expect(await evaluate(least(sql`true`))).toBe("b");
      expect(await evaluate(least(sql`v <> 'b'`))).toBe("a");
      expect(await evaluate(least(sql`false`))).toBe(null);
    });

    test("numbers in the text are rows of a relation", async () => {
      const rows = await engine().rows(
        sql`select * from ${listedRows({ a_1: [3, null], b_1: [-1, 2] })} order by b_1`,
        2,
      );
      expect(rows.map((row) => [row["a_1"], row["b_1"]])).toEqual([
        [3, -1],
        [null, 2],
      ]);
      const none = await engine().rows(sql`select count(*) as n from ${listedRows({ a_1: [], b_1: [] })}`, 1);
      expect(none[0]!["n"]).toBe(0);
    });

    test("rows are set beside each other in their own orders, null and empty text included", async () => {
      const left = sql`(select * from (values (1, 'é'), (2, null), (3, '')) as l(p, a) order by p)`;
      const right = sql`(select * from (values (5, 30), (6, 20), (7, 10)) as r(q, b) order by q)`;
      const beside = rowsBeside(left, right, sql`p`, sql`q - 4`);
      const rows = await engine().rows(sql`select a, b from ${beside} where b < 30 order by b`, 3);
      expect(rows.map(({ a, b }) => [a, b])).toEqual([
        ["", 10],
        [null, 20],
      ]);
    });

    // As Python writes a double, whose rule this is.
    test.each([
      [0.1, "0.1"],
      [1, "1.0"],
      [-0, "-0.0"],
      [1e7, "10000000.0"],
      [12345678.9, "12345678.9"],
      [1e15 / 3, "333333333333333.3"],
      [1e16, "1e+16"],
      [2e23, "2e+23"],
      [1.5e300, "1.5e+300"],
      [1e-4, "0.0001"],
      [0.00012345, "0.00012345"],
      [1e-5, "1e-05"],
      [1.5e-7, "1.5e-07"],
      [1 / 3, "0.3333333333333333"],
      [Number.MAX_VALUE, "1.7976931348623157e+308"],
      [Infinity, "inf"],
      [-Infinity, "-inf"],
      [NaN, "nan"],
      [null, null],
    ])("the text of the double %j is %j", async (number, written) => {
      expect(await evaluate(asText(sql`cast(${number} as double)`))).toBe(written);
    });

    test("any value has a text", async () => {
      expect(await evaluate(asText(sql`date '2024-02-29'`))).toBe("2024-02-29");
      expect(await evaluate(asText(sql`timestamp '2024-02-29 10:00:00'`))).toBe("2024-02-29 10:00:00");
      expect(await evaluate(asText(sql`cast(12 as bigint)`))).toBe("12");
      expect(await evaluate(asText(sql`true`))).toBe("true");
      expect(await evaluate(asText(sql`cast(0.5 as decimal(3, 2))`))).toBe("0.50");
      expect(await evaluate(asText(value("é")))).toBe("é");
      expect(await evaluate(asText(value(null)))).toBe(null);
    });

    const values: readonly SqlValue[] = [
      ...[
        "",
        "a'b",
        "a\\b",
        "\\'",
        "\\u0041",
        "${x} $y {}",
        "\u0001\u007f😀",
        "line\nbreak\r\t",
        '"`%_',
        "--",
        "?",
        "$1",
      ],
      ...[0.1, -0, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 1e21, -1.5, 42, -5, 123456789012],
      ...[true, false, null],
    ];
    test.each(values.map((one) => [one]))("%j comes back the same, bound and in place", async (given) => {
      const query = sql`select ${given} as result`;
      expect((await engine().rows(query, 1))[0]!["result"]).toBe(given);
      const inPlace: Sql = { parts: [{ kind: "text", text: inline(query, dialect) }] };
      expect((await engine().rows(inPlace, 1))[0]!["result"]).toBe(given);
    });

    test("a name comes back the same", async () => {
      for (const name of ["a b", "é", "a.b", "`", '"', "select", "A", "😀"]) {
        const [row] = await engine().rows(sql`select 1 as ${identifier(name)}`, 1);
        expect(Object.keys(row!)).toEqual([name]);
      }
    });
  });
}

/** A text with the type of one, null too. */
function text(given: string | null): Sql {
  return given === null ? asText(sql`null`) : value(given);
}
