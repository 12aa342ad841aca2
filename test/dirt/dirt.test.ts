import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { corpus } from "./corpus.ts";
import { pollutions } from "./pollutions.ts";
import { readBySegment } from "./read-by-segment.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-dirt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = corpus();

test("the corpus has each pollution alone and in pairs", () => {
  expect(files.length).toBeGreaterThan(300);
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
  for (const { name } of pollutions) expect(files.map((file) => file.name)).toContain(name);
});

describe("a polluted file is read exactly, its polluted rows set aside, or refused with both readings", () => {
  for (const group of ["clean", ...pollutions.map(({ name }) => name)]) {
    const some = files.filter((file) => (file.pollutions[0]?.name ?? "clean") === group);
    test(`${group}, alone and with ${some.length - 1} others`, { timeout: 300_000 }, async () => {
      const found: string[] = [];
      for (const file of some) {
        const { outcome, why } = await readBySegment(file, folder);
        const open = file.pollutions.some((one) => one.open);
        const mayRefuse = open;
        if (outcome === "wrong" || (outcome === "refused" && !mayRefuse) || (open && outcome !== "refused"))
          found.push(`${file.name}: ${outcome}, ${why}`);
      }
      expect(found).toEqual([]);
    });
  }
});
