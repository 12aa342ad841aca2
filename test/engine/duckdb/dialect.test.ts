import { assert, asyncProperty, double as anyDouble, record, string } from "fast-check";
import { expect, test } from "vitest";
import { duckdb } from "../../../src/sql/duckdb.ts";
import {
  asText,
  eachKey,
  eachRecord,
  isOneOf,
  jsonIsNumber,
  jsonText,
  keyedList,
  keyedText,
} from "../../../src/sql/functions.ts";
import type { Sql } from "../../../src/core/sql.ts";
import { identifier, sql, value } from "../../../src/sql/template.ts";
import { describeDialect } from "../dialect/describe-dialect.ts";
import { openEngine, scratch, sharedEngine } from "./with-engine.ts";

const files = scratch();
const engine = sharedEngine(files.path("spool"));

describeDialect(duckdb, engine);

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

test("JSON text is taken apart: lists by item, objects by key and pointer, numbers told from texts", async () => {
  const all = async (of: Sql): Promise<unknown[]> =>
    (await engine().rows(sql`select ${of} as result_1`, 9)).map((row) => row["result_1"]);
  const list = value('[{"key":"a","value":{"n":1}},{"key":"b/c","value":{"n":"1"}},{"key":"a","value":{"n":2}}]');
  expect(await all(eachRecord(list))).toHaveLength(3);
  expect(await all(eachRecord(value("[]")))).toEqual([null]);
  expect(await all(eachRecord(value('{"a":1}')))).toEqual([null]);
  expect(await all(eachRecord(asText(value(null))))).toEqual([null]);
  expect(await all(eachKey(value('{"b":1,"a.c":{"d":2}}')))).toEqual(["b", "a.c"]);
  expect(await all(eachKey(value("[1]")))).toEqual([]);
  const object = value('{"b/c":{"d":"é\\"e"},"n":null,"f":1.50}');
  expect(await all(jsonText(object, "/b~1c/d"))).toEqual(['é"e']);
  expect(await all(jsonText(object, "/n"))).toEqual([null]);
  expect(await all(jsonText(object, "/no"))).toEqual([null]);
  expect(await all(jsonIsNumber(object, "/f"))).toEqual([true]);
  expect(await all(jsonIsNumber(object, "/b~1c/d"))).toEqual([false]);
  expect(await all(jsonText(keyedText(keyedList(list), value("a")), "/n"))).toEqual(["1"]);
  expect(await all(jsonIsNumber(keyedText(keyedList(list), value("b/c")), "/n"))).toEqual([false]);
  expect(await all(keyedText(keyedList(list), value("none")))).toEqual([null]);
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
