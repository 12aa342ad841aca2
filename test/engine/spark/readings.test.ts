import { expect, test } from "vitest";
import type { LoadedTable } from "../../../src/core/context.ts";
import type { RemoteSource } from "../../../src/core/source.ts";
import { identifier, join, sql, value } from "../../../src/sql/template.ts";
import { describeTable } from "../../../src/steps/describe.ts";
import { parseReadingOptions } from "../../../src/steps/reading/reading-options.ts";
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
  text: { delimiter: ";", quote: '"', columns: [], header: true, multiline: false },
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

describeOnEngine("texts read on Spark", (engine) => {
  test("are what they are elsewhere, amounts, dates and words", { timeout: 540_000 }, async () => {
    const named = new Map(truths.map((truth, i) => [truth.column ?? `value ${i}`, truth]));
    const dates = [...named].flatMap(([name, own]) => (own.dates === undefined ? [] : [`${name}=${own.dates}`]));
    const texts = new Map([...named].map(([name, { cells }]) => [name, cells.map(([text]) => text)]));
    const table = await describeTable(engine(), loaded(texts), [source], parseReadingOptions({ dates }));
    await expectTruth(engine(), table, named);
  });

  test("stay text where one does not fit the others", { timeout: 540_000 }, async () => {
    const some = refusals.filter((_, i) => i % 7 === 0);
    const texts = new Map(some.map(([others, text], i) => [`value ${i}`, [...others, text]]));
    const table = await describeTable(engine(), loaded(texts), [source], {});
    some.forEach(([, text], i) => {
      expect(table.columns[i]).toMatchObject({ type: "text", oddValue: { value: text, row: 2, count: 1 } });
    });
  });
});
