import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { columnValues, copyDoubles, readBatches } from "../../../src/engine/spark/arrow-values.ts";

// An Arrow stream that pyarrow wrote (make.py of the same folder), and what Python says that it holds.
const folder = new URL("../../../fixtures/reference/arrow/", import.meta.url);
const stream = readFileSync(new URL("values.arrow", folder));
const expected = JSON.parse(readFileSync(new URL("values.json", folder), "utf8")) as Record<string, readonly unknown[]>;

const [batch] = readBatches(stream);
const names = batch!.schema.fields.map(({ name }) => name);

/** Whole numbers beyond 2^53 are written as text in the file. */
function shown(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(shown);
  return value;
}

test.each(names)("%s arrives as Python has it", (name) => {
  expect(columnValues(batch!, names.indexOf(name)).map(shown)).toEqual(expected[name]);
});

test("doubles are copied to their place, null as NaN", () => {
  const out = new Float64Array(10).fill(7);
  copyDoubles(batch!, names.indexOf("double"), out, 2);
  expect([...out]).toEqual([7, 7, 1.5, -0.1, NaN, 1e300, 7, 7, 7, 7]);
});
