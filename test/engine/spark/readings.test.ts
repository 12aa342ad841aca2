import { plainLayout } from "./plain-layout.ts";
import { afterAll, expect, test } from "vitest";
import type { LoadedTable } from "../../../src/core/context.ts";
import type { Column } from "../../../src/core/schema.ts";
import type { RemoteSource } from "../../../src/core/source.ts";
import { identifier, join, sql, value } from "../../../src/sql/template.ts";
import { describeTable } from "../../../src/steps/describe.ts";
import { isMissing, numberNotation } from "../../../src/steps/reading/number-shapes.ts";
import { parseReadingOptions } from "../../../src/steps/reading/reading-options.ts";
import { withBits } from "../../../src/steps/reading/value-bits.ts";
import { Bench } from "../../steps/reading/described.ts";
import { expectTruth } from "../../steps/reading/expect-truth.ts";
import { refusals, truths } from "../../steps/reading/truth-table.ts";
import { describeOnEngine } from "./with-spark.ts";

const source: RemoteSource = {
  label: "export.csv",
  path: "export.csv",
  spooled: false,
  compression: "none",
  encoding: "utf-8",
  evidence: [],
  quarantined: 0,
  format: "remote",
  content: "csv",
  text: { delimiter: ";", quote: '"', columns: [], header: true, multiline: false, layout: plainLayout(";") },
};

/** Texts by column as a table of the engine, with their positions; shorter columns are empty at their ends. */
function loaded(columns: ReadonlyMap<string, readonly string[]>): LoadedTable {
  const lists = [...columns.values()];
  const count = Math.max(...lists.map((texts) => texts.length));
  const rows = Array.from({ length: count }, (_, i) => {
    const texts = lists.map((list) => value(list[i] === undefined || list[i] === "" ? null : list[i]!));
    return sql`(${join([value(i), ...texts], ", ")})`;
  });
  const refs = lists.map((_, i) => identifier(`cell_${i + 1}`));
  const names = join([identifier("place_1"), ...refs], ", ");
  return {
    relation: sql`(select * from (values ${join(rows, ", ")}) as given_1(${names}))`,
    position: identifier("place_1"),
    rows: count,
    columns: [...columns.keys()].map((name, i) => ({ name, ref: refs[i]!, type: "text", stored: "text" })),
  };
}

const bench = new Bench();
afterAll(() => bench.close());

const named = new Map(truths.map((truth, i) => [truth.column ?? `value ${i}`, truth]));
const textsOf = (names: Iterable<string>): ReadonlyMap<string, readonly string[]> =>
  new Map(Array.from(names, (name) => [name, named.get(name)!.cells.map(([text]) => text)]));

/** The columns of all truths as the embedded engine describes them, each in a file of its own. */
async function describedColumns(): Promise<readonly Column[]> {
  const columns: Column[] = [];
  for (const [name, { dates, cells }] of named) {
    const options = parseReadingOptions(dates === undefined ? {} : { dates: [`${name}=${dates}`] });
    const texts = { id: cells.map((_, i) => `r${i}`), [name]: cells.map(([text]) => text) };
    columns.push((await bench.describe(texts, { delimiter: ";", ...options })).columns[1]!);
  }
  return columns;
}

describeOnEngine("texts read on Spark", (engine) => {
  test("have the values that they have elsewhere", { timeout: 540_000 }, async () => {
    const given = loaded(textsOf(named.keys()));
    const columns = (await describedColumns()).map((column, i) => ({ ...column, ref: given.columns[i]!.ref }));
    await expectTruth(engine(), { ...given, columns }, named);
  });

  test("have the notations that they have elsewhere", { timeout: 540_000 }, async () => {
    const numbers = truths.filter(({ type }) => type === "number" || type === "integer");
    const texts = [...numbers.flatMap(({ cells }) => cells.map(([text]) => text)), ...refusals.map(([, text]) => text)];
    const { relation, columns } = loaded(new Map([["value", texts]]));
    const values = sql`select place_1, ${columns[0]!.ref} as text_1 from ${relation}`;
    const rows = await engine().rows(
      sql`
        select bits_1, key_1
        from (
          ${withBits(values, { kind: "number", check: null, example: "" })}
        )
        order by place_1
      `,
      texts.length,
    );
    const found = rows.map(({ bits_1: bits, key_1: key }, i) => [texts[i], bits, bits === null ? "" : key]);
    expect(found).toEqual(
      texts.map((text) => {
        const { bits, mark } = numberNotation(text);
        return isMissing(text) ? [text, null, ""] : [text, bits, mark];
      }),
    );
  });

  test("are told apart as they are elsewhere", { timeout: 540_000 }, async () => {
    const some = [...named.keys()].filter(
      (name) => /^Order Date$|^created_at$/.test(name) || named.get(name)!.name.startsWith("several"),
    );
    const table = await describeTable(engine(), loaded(textsOf(some)), [source], {});
    await expectTruth(engine(), table, named);
  });

  test("stay text where one does not fit the others", { timeout: 540_000 }, async () => {
    const some = refusals.filter((_, i) => i % 9 === 0);
    const texts = new Map(some.map(([others, text], i) => [`value ${i}`, [...others, text]]));
    const table = await describeTable(engine(), loaded(texts), [source], {});
    some.forEach(([, text], i) => {
      expect(table.columns[i]).toMatchObject({ type: "text", oddValue: { value: text, row: 2, count: 1 } });
    });
  });
});
