import { assert, asyncProperty, double as anyDouble, record, string } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Sql } from "../../../src/core/sql.ts";
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
  matchesPart,
  matchesWhole,
  rowsBeside,
  titleCase,
  tryDate,
  tryDecimal,
  tryInteger,
  tryIsoTimestamp,
  tryNumber,
  turnedTexts,
  tryTimestamp,
  valueAtLeast,
  wordList,
} from "../../../src/sql/functions.ts";
import { identifier, sql, value } from "../../../src/sql/template.ts";
import { openEngine, scratch, sharedEngine } from "./with-engine.ts";

const files = scratch();
const engine = sharedEngine(files.path("spool"));

async function evaluate(expression: Sql): Promise<unknown> {
  const rows = await engine().rows(sql`select ${expression} as result`, 1);
  return rows[0]!["result"];
}

describe("what differs between engines keeps its promise over null, empty, Unicode and overflow", () => {
  test.each([
    ["12.5", 12.5],
    [" -1e3 ", -1000],
    ["0.1", 0.1],
    ["9007199254740993", 9007199254740992],
    ["1.7976931348623157e308", Number.MAX_VALUE],
    ["1e999", Infinity],
    ["nan", NaN],
    ["5e-324", 5e-324],
    ["12,5", null],
    ["12 kg", null],
    ["٣", null],
    ["1\u00a0000", null],
    ["", null],
    [null, null],
  ])("the text %j is the number %j", async (text, number) => {
    expect(await evaluate(tryNumber(value(text)))).toBe(number);
  });

  test.each([
    ["9223372036854775807", 9223372036854775807n],
    ["9223372036854775808", null],
    ["-42", -42],
    ["007", 7],
    ["x", null],
    ["é", null],
    ["", null],
    [null, null],
  ])("the text %j is the integer %s", async (text, number) => {
    expect(await evaluate(tryInteger(value(text)))).toBe(number);
  });

  test.each([
    ["31/12/2024", "%d/%m/%Y", "2024-12-31 00:00:00"],
    ["12/31/2024", "%d/%m/%Y", null],
    ["29/02/2023", "%d/%m/%Y", null],
    ["31/12/2024 23:59:58", "%d/%m/%Y %H:%M:%S", "2024-12-31 23:59:58"],
    ["31/12/2024 ", "%d/%m/%Y", "2024-12-31 00:00:00"],
    ["31/12/2024 x", "%d/%m/%Y", null],
    ["", "%d/%m/%Y", null],
    ["é", "%d/%m/%Y", null],
    [null, "%d/%m/%Y", null],
  ])("the text %j read by %j is %j", async (text, pattern, time) => {
    expect(await evaluate(tryTimestamp(value(text), value(pattern)))).toBe(time);
  });

  test.each([
    ["2024-12-31T23:59:58Z", "2024-12-31 23:59:58"],
    ["2024-12-31T23:30+01:00", "2024-12-31 22:30:00"],
    ["2024-12-31", "2024-12-31 00:00:00"],
    ["2024-13-01", null],
    ["", null],
    [null, null],
  ])("the ISO text %j is %j in UTC", async (text, time) => {
    expect(await evaluate(tryIsoTimestamp(value(text)))).toBe(time);
  });

  test.each([
    ["75001", "[0-9]{5}", true],
    ["75001 Paris", "[0-9]{5}", false],
    ["é", ".", true],
    ["", "", true],
    [null, ".*", null],
  ])("%j matches %j as a whole: %j", async (text, pattern, matches) => {
    expect(await evaluate(matchesWhole(value(text), value(pattern)))).toBe(matches);
  });

  test.each([
    ["75001 Paris", "[0-9]{5}", true],
    ["Paris", "[0-9]", false],
    ["a\u00a0b", "\\x{a0}", true],
    ["", "x", false],
    [null, ".*", null],
  ])("%j matches %j somewhere: %j", async (text, pattern, matches) => {
    expect(await evaluate(matchesPart(value(text), value(pattern)))).toBe(matches);
  });

  test.each([
    ["b", ["a", "b", "c", "d", "e", "f"], true],
    ["é", ["e", "é"], true],
    ["", ["a"], false],
    ["a", [], false],
    [2, [1, 2, 3], true],
    [null, ["a"], null],
  ])("%j is one of %j: %j", async (given, list, isIn) => {
    expect(await evaluate(isOneOf(value(given), list))).toBe(isIn);
  });

  test("asking whether a text is one of a long list keeps the order of a long table's rows", async () => {
    const words = Array.from({ length: 40 }, (_, i) => `word ${i}`);
    const rows = await engine().rows(
      sql`
        select count(*) as disordered_1
        from (
          select
            row_number() over () - 1 as position_1,
            number_1
          from (
            select
              range as number_1,
              ${isOneOf(asText(sql`range`), words)} as known_1
            from range(300000)
          )
        )
        where position_1 <> number_1
      `,
      1,
    );
    expect(rows[0]!["disordered_1"]).toBe(0);
  });

  test.each([
    ["JEAN-PIERRE D'ARC", "Jean-Pierre D'Arc"],
    ["st mary’s close", "St Mary’s Close"],
    ["'t hooft", "'t Hooft"],
    ["l'haÿ-les-roses 2e", "L'Haÿ-Les-Roses 2e"],
    ["élan", "Élan"],
    ["", ""],
    [null, null],
  ])("the title case of %j is %j", async (text, title) => {
    expect(await evaluate(titleCase(value(text)))).toBe(title);
  });

  test.each([
    ["12.50", "12.5"],
    [" -3 ", "-3"],
    ["-0.0", "0"],
    [".5", "0.5"],
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
    ["٣", null],
    ["é", null],
    ["", null],
    [null, null],
  ])("the text %j is the decimal %j", async (text, decimal) => {
    expect(await evaluate(decimalText(tryDecimal(value(text))))).toBe(decimal);
  });

  test.each([
    ["2024-12-31", "2024-12-31"],
    ["2024-02-30", null],
    ["31/12/2024", null],
    ["é", null],
    ["", null],
    [null, null],
  ])("the ISO text %j is the day %j", async (text, day) => {
    expect(await evaluate(asText(tryDate(value(text))))).toBe(day);
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
    const text = identifier("text_1");
    const [row] = await engine().rows(
      sql`select ${distinctTexts(text)} as texts_1, ${distinctCounts(text)} as counts_1 from ${column}`,
      1,
    );
    const [texts, counts] = [row!["texts_1"] as string[], row!["counts_1"] as number[]];
    expect(new Map(texts.map((one, i) => [one, counts[i]]))).toEqual(
      new Map([
        ["é", 2],
        ["a", 1],
        ["", 1],
      ]),
    );
    const none = sql`select ${distinctTexts(text)} as texts_1 from ${column} where text_1 is null`;
    expect((await engine().rows(none, 1))[0]!["texts_1"]).toBe(null);
  });

  test.each([
    ["abc", true],
    ["", true],
    ["é", false],
    [null, null],
  ])("%j is nothing but ASCII: %j", async (text, found) => {
    expect(await evaluate(isAscii(value(text)))).toBe(found);
  });

  // Jaro of MARTHA and MARHTA is 17/18, the prefix of three adds 3 · 0.1 · 1/18; of иванов and иваноф it is 8/9 and four.
  test.each([
    ["martha", "marhta", 17 / 18 + 0.3 / 18],
    ["иванов", "иваноф", 8 / 9 + 0.4 / 9],
    ["", "", 0],
    ["a", "я", 0],
    [null, "a", null],
  ])("%j and %j are alike by %j, letter by letter", async (a, b, similarity) => {
    const found = await evaluate(jaroWinkler(value(a), value(b)));
    if (similarity === null) expect(found).toBe(null);
    else expect(found).toBeCloseTo(similarity, 12);
  });

  test.each([
    ["jean", "jaen", 1],
    ["", "abc", 3],
    ["иван", "ивна", 1],
    ["王小明", "王小名", 1],
  ])("from %j to %j it takes %j edits", async (a, b, edits) => {
    const bytes = (text: string, other: string, rest: string) => inBytes(value(text), value(other), value(rest));
    expect(await evaluate(editDistanceBytes(bytes(a, b, "\u0001"), bytes(b, a, "\u0002")))).toBe(edits);
  });

  test("a text of words is a list, of which items are counted and taken", async () => {
    expect(await evaluate(wordList(value("le gall")))).toEqual(["le", "gall"]);
    expect(await evaluate(wordList(value("")))).toEqual([]);
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

  test("any value has a text", async () => {
    expect(await evaluate(asText(sql`date '2024-02-29'`))).toBe("2024-02-29");
    expect(await evaluate(asText(value(0.1)))).toBe("0.1");
    expect(await evaluate(asText(value(null)))).toBe(null);
  });
});

test("rows are set beside each other in their own orders, null and empty text included", async () => {
  const left = sql`(select * from (values ('é'), (null), ('')) as l(a))`;
  const right = sql`(select 10 * range as b from range(3) order by b desc)`;
  const rows = await engine().rows(sql`select a, b from ${rowsBeside(left, right, sql`0`, sql`0`)} where b < 20`, 3);
  expect(rows.map(({ a, b }) => [a, b])).toEqual([
    [null, 10],
    ["", 0],
  ]);
});

test(
  "any text and any double come back the same, bound and in place, under any name",
  { timeout: 30_000 },
  async () => {
    const opened = await openEngine(files.path("spool-words"));
    const name = string({ unit: "binary", minLength: 1 }).filter((text) => !text.includes("\0"));
    const anything = record({ text: string({ unit: "binary" }), double: anyDouble({ noNaN: true }), name });
    await assert(
      asyncProperty(anything, async ({ text, double, name: alias }) => {
        const query = sql`
        select
          ${text} as ${identifier(alias)},
          ${double} as double_1
      `;
        const bound = await opened.rows(query, 1);
        expect([bound[0]![alias], bound[0]!["double_1"]]).toEqual([text, double]);
        const path = files.path("words.ndjson");
        await opened.write(sql`select ${text} as text_1, ${double} as double_1`, path, "ndjson");
        const printed = JSON.parse(files.text("words.ndjson")) as { text_1: string; double_1: number | null };
        expect([printed.text_1, printed.double_1]).toEqual([text, Number.isFinite(double) ? double : null]);
      }),
      { numRuns: 40 },
    );
    await opened.close();
  },
);
