import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { drawKey, uniformDraw } from "../../../src/model/cluster/row-hash.ts";
import { sql } from "../../../src/sql/template.ts";
import { sampleRows } from "../../../src/steps/cluster/in-engine/sample-rows.ts";
import { openTable } from "../../../src/steps/open-table.ts";
import { describeWithContext } from "./with-spark.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-sample-rows-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = 3000;
const most = 300;
const lines = Array.from({ length: rows }, (_, i) => JSON.stringify({ number: i, other: i % 7 }));

/** The table as one file, or as files of so many rows each. */
function tableIn(rowsOfFile: number): string {
  const path = join(folder, `${rowsOfFile}.ndjson`);
  mkdirSync(path);
  for (let from = 0; from < rows; from += rowsOfFile) {
    const name = `part-${String(from).padStart(5, "0")}.ndjson`;
    writeFileSync(join(path, name), [...lines.slice(from, from + rowsOfFile), ""].join("\n"));
  }
  return path;
}

describeWithContext("a hash sample of a table in a Spark", (context) => {
  test.each([rows, 1100, 250])("the rows that the hash says, in files of %i rows", async (rowsOfFile) => {
    const { engine } = context();
    const { table } = await openTable(context(), [tableIn(rowsOfFile)], {});
    const drawn = await sampleRows(engine, table, most, 42);
    const found = await engine.rows(
      sql`select cast(${drawn.columns.find(({ name }) => name === "number")!.ref} as bigint) as number_1 from ${drawn.relation} order by 1`,
      rows,
    );
    const key = drawKey(42, 0);
    const isDrawn = (i: number): boolean => uniformDraw(i, i + 0x85ebca77, key) < most / rows;
    expect(found.map((row) => Number(row["number_1"]))).toEqual(Array.from(lines.keys()).filter(isDrawn));
  });
});
