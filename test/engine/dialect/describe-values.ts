import { describe, expect, test } from "vitest";
import type { Engine } from "../../../src/core/context.ts";
import type { Sql, SqlValue } from "../../../src/core/sql.ts";
import { inline } from "../../../src/sql/compile.ts";
import type { Dialect } from "../../../src/sql/dialect.ts";
import {
  asText,
  countItems,
  itemAt,
  lastPresent,
  listedDoubles,
  listedRows,
  listLength,
  microseconds,
  placeIn,
  rowsBeside,
  turnedTexts,
  valueAtLeast,
  wordList,
} from "../../../src/sql/functions.ts";
import { identifier, sql, value } from "../../../src/sql/template.ts";
import { evaluator } from "./evaluator.ts";

/** What every dialect promises of lists, relations, texts of values, values in the text of a query, and names. */
export function describeValues(dialect: Dialect, engine: () => Engine): void {
  const { evaluate } = evaluator(engine);
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

    test("a value has a place in a list, of texts and of numbers", async () => {
      const list = ["b", "", "é", "a'b"];
      const places = list.map((one) => evaluate(placeIn(value(one), list)));
      expect(await Promise.all(places)).toEqual([1, 2, 3, 4]);
      expect(await evaluate(placeIn(value("B"), list))).toBe(0);
      expect(await evaluate(placeIn(asText(value(null)), list))).toBe(0);
      expect(await evaluate(placeIn(sql`cast(7 as bigint)`, [5, 7]))).toBe(2);
    });

    test("the last value up to a row passes over nulls, in either direction of an order", async () => {
      const rows = sql`(values (1, 1, null), (2, 1, 'é'), (3, 1, null), (4, 1, ''), (5, 2, null)) as given(p, g, v)`;
      const found = await engine().rows(
        sql`
          select
            p,
            ${lastPresent(sql`v`, sql`partition by g order by p`)} as before,
            ${lastPresent(sql`v`, sql`partition by g order by p desc`)} as behind
          from ${rows}
          order by p
        `,
        5,
      );
      expect(found.map(({ before, behind }) => [before, behind])).toEqual([
        [null, "é"],
        ["é", "é"],
        ["é", ""],
        ["", ""],
        [null, null],
      ]);
    });

    test("a time is microseconds since 1970, before it too", async () => {
      const at = (text: string): Promise<unknown> => evaluate(microseconds(sql`cast(${text} as timestamp)`));
      expect(await at("1970-01-01 00:00:00")).toBe(0);
      expect(await at("2024-02-29 10:00:00.000001")).toBe(1_709_200_800_000_001);
      expect(await at("1969-12-31 23:59:59")).toBe(-1_000_000);
      expect(await evaluate(microseconds(sql`cast(null as timestamp)`))).toBe(null);
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

    test("doubles in the text are rows of a relation, to the bit", async () => {
      const numbers = [0.1, -1e300, 5e-324, 1 / 3, 12, Infinity, 4.35, 1e21, 123456789012345680];
      const rows = await engine().rows(
        sql`select * from ${listedDoubles({ _place: numbers.map((_, i) => i), "b 1": numbers })} order by _place`,
        numbers.length,
      );
      expect(rows.map((row) => row["b 1"])).toEqual(numbers);
      const typed = sql`select _place / 2 as half from ${listedDoubles({ _place: [1] })}`;
      expect((await engine().rows(typed, 1))[0]!["half"]).toBe(0.5);
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

    const texts = [
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
    ];
    const numbers = [0.1, -0, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, 1e21, -1.5, 42, -5, 123456789012];
    const values: readonly SqlValue[] = [...texts, ...numbers, true, false, null];
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
