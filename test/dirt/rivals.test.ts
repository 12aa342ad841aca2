import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { corpus } from "./corpus.ts";
import { openDuckdbReader, readByPapaparse } from "./read-by-rivals.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-rivals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("rivals", { timeout: 600_000 }, async () => {
  const duck = await openDuckdbReader(folder);
  for (const [name, read] of [
    ["duckdb", duck],
    ["papaparse", readByPapaparse],
  ] as const) {
    const counts = new Map<string, number>();
    for (const file of corpus()) {
      const { outcome, why } = await read(file);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (file.pollutions.length < 2) console.log(name, file.name, outcome, why.slice(0, 150));
    }
    console.log(name, counts);
  }
  expect(1).toBe(1);
});
