import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { corpus, type DirtyFile } from "./corpus.ts";
import { pollutions } from "./pollutions.ts";
import { openDuckdbReader, readByPapaparse, type Rival } from "./read-by-rivals.ts";
import { readBySegment } from "./read-by-segment.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-dirt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = corpus();

test("the corpus has each pollution alone and in pairs", () => {
  expect(files.length).toBeGreaterThan(300);
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
  for (const { name } of pollutions) expect(files.map((file) => file.name)).toContain(name);
});

/** What the README tells of a reader. */
const outcomes = ["exact", "set aside", "refused", "error", "wrong"] as const;
type Outcome = (typeof outcomes)[number];
const counts = new Map<string, Map<Outcome, number>>();
const counted = (reader: string, outcome: Outcome): void => {
  const own = counts.get(reader) ?? new Map<Outcome, number>();
  counts.set(reader, own.set(outcome, (own.get(outcome) ?? 0) + 1));
};

describe("a polluted file is read exactly, its polluted rows set aside, or refused with both readings", () => {
  for (const group of ["clean", ...pollutions.map(({ name }) => name)]) {
    const some = files.filter((file) => (file.pollutions[0]?.name ?? "clean") === group);
    test(`${group}, alone and with ${some.length - 1} others`, { timeout: 300_000 }, async () => {
      const found: string[] = [];
      for (const file of some) {
        const { outcome, why } = await readBySegment(file, folder);
        counted("segment ingest", outcome);
        const isOpen = file.pollutions.some(({ open }) => open === true);
        if (outcome === "wrong" || (outcome === "refused" && !isOpen)) found.push(`${file.name}: ${outcome}, ${why}`);
      }
      expect(found).toEqual([]);
    });
  }
});

describe("the README tells what became of the corpus", () => {
  const begin = `<!-- dirt -->\n`;
  const end = `<!-- /dirt -->`;

  test("by us, by DuckDB and by papaparse, as they come", { timeout: 300_000 }, async () => {
    await countRival("DuckDB `read_csv`", await openDuckdbReader(folder), files);
    await countRival("papaparse `parse`", readByPapaparse, files);
    const path = new URL("../../README.md", import.meta.url);
    const text = readFileSync(path, "utf8");
    const [before = "", rest = ""] = text.split(begin);
    const [table = "", after = ""] = rest.split(end);
    if (process.env.SEGMENT_DIRT === "write") {
      const rows = [...counts].map(
        ([reader, own]) => `| ${[reader, ...outcomes.map((one) => own.get(one) ?? 0)].join(" | ")} |`,
      );
      const head = [
        "| reader | exact | polluted rows set aside | refused, both readings shown | stopped with an error | wrong without a word |",
        "|---|---|---|---|---|---|",
      ];
      return writeFileSync(path, `${before}${begin}\n${[...head, ...rows].join("\n")}\n\n${end}${after}`);
    }
    const said = table
      .split("\n")
      .map((line) =>
        line
          .split("|")
          .map((cell) => cell.trim())
          .slice(1, -1),
      )
      .filter((cells) => counts.has(cells[0] ?? ""))
      .map(([reader, ...numbers]) => [reader, ...numbers.map(Number)]);
    expect(said).toEqual([...counts].map(([reader, own]) => [reader, ...outcomes.map((one) => own.get(one) ?? 0)]));
  });
});

async function countRival(reader: string, read: Rival, some: readonly DirtyFile[]): Promise<void> {
  for (const file of some) counted(reader, (await read(file)).outcome);
}
