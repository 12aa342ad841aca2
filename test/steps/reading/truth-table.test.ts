import { afterAll, describe, expect, it } from "vitest";
import { parseReadingOptions } from "../../../src/steps/reading/reading-options.ts";
import { Bench } from "./described.ts";
import { refusals, truths } from "./truth-table.ts";
import { expectTruth } from "./expect-truth.ts";

const bench = new Bench();
afterAll(() => bench.close());

describe("the table of texts and their values", () => {
  it("has 150 texts and more", () => {
    expect(truths.reduce((sum, { cells }) => sum + cells.length, 0)).toBeGreaterThanOrEqual(150);
  });

  it.each(truths)("$name", async (truth) => {
    const name = truth.column ?? "value";
    const options = parseReadingOptions(truth.dates === undefined ? {} : { dates: [`${name}=${truth.dates}`] });
    const cells = { id: truth.cells.map((_, i) => `r${i}`), [name]: truth.cells.map(([text]) => text) };
    const table = await bench.describe(cells, { delimiter: ";", ...options });
    await expectTruth(await bench.open(), table, new Map([[name, truth]]));
  });

  it.each(refusals.map(([others, text]) => ({ others, text })))(
    "$text keeps $others text",
    async ({ others, text }) => {
      const column = await bench.column([...others, text], { delimiter: ";" });
      expect(column).toMatchObject({ type: "text", oddValue: { value: text, row: 2, count: 1 } });
      const first = await bench.column([text, ...others], { delimiter: ";" });
      expect(first).toMatchObject({ type: "text", oddValue: { value: text, row: 0, count: 1 } });
    },
  );
});
