import { mkdtempSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { corpus } from "./corpus.ts";
import { readBySegment } from "./read-by-segment.ts";
test("singles", { timeout: 1_000_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "segment-dirt-"));
  for (const file of corpus()) {
    if (process.env.PAIRS === undefined ? file.pollutions.length > 1 : file.pollutions.length < 2) continue;
    const { outcome, why } = await readBySegment(file, folder);
    appendFileSync("/tmp/singles.txt", `${file.name}\t${outcome}\t${why}\n`);
  }
  expect(1).toBe(1);
});
