import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string | Buffer): void => writeFileSync(join(cwd, name), text);
const ingest = async (words: readonly string[], stdin?: Buffer): Promise<string> => {
  const run = await segment(["ingest", ...words, "-q"], { cwd, ...(stdin === undefined ? {} : { stdin }) });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  return run.stdout;
};

const table = "name,amount\nZoé,1234.5\nBob,0.25\n";
const bigEndian = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le").swap16();

describe("the same two rows, however they are written", () => {
  test.each<[string, string | Buffer]>([
    ["a byte order mark and CRLF", `\ufeff${table.replaceAll("\n", "\r\n")}`],
    ["semicolons and decimal commas", "name;amount\nZoé;1.234,5\nBob;0,25\n"],
    ["tabs", table.replaceAll(",", "\t")],
    ["UTF-16, little end first", Buffer.from(`\ufeff${table}`, "utf16le")],
    ["UTF-16, big end first", bigEndian(table)],
    ["Windows-1252", Buffer.from(table, "latin1")],
    ["gzip without its extension", gzipSync(table)],
    ["NDJSON", '{"name":"Zoé","amount":1234.5}\n{"name":"Bob","amount":0.25}\n'],
    ["a JSON array", '[{"name":"Zoé","amount":1234.5},\n {"name":"Bob","amount":0.25}]'],
  ])("%s", async (_how, content) => {
    put("any.data", content);
    expect(await ingest(["any.data"])).toBe(table);
    expect(await ingest([], readFileSync(join(cwd, "any.data")))).toBe(table);
  });
});

test.each(["csv", "tsv", "parquet", "ndjson", "json", "csv.gz", "csv.zst", "ndjson.gz"])(
  "written as %s and read again, the rows are the same",
  async (ending) => {
    put("table.csv", table);
    await ingest(["table.csv", "-o", `copy.${ending}`]);
    expect(await ingest([`copy.${ending}`])).toBe(table);
    if (ending !== "parquet") return;
    expect(await ingest([], readFileSync(join(cwd, "copy.parquet")))).toBe(table);
  },
);

test("values in plain notation keep their text: leading zeros, closing zeros, twenty digits, quotes and line ends", async () => {
  const text =
    'code,price,long,note\n007,1.50,12345678901234567890,"a ""b"", c"\n010,2.00,98765432109876543210,"two\nlines"\n';
  put("texts.csv", text);
  expect(await ingest(["texts.csv"])).toBe(text);
});

test("several files and a quoted glob are one table, in the order of their names, matched by column", async () => {
  mkdirSync(join(cwd, "parts"));
  put("parts/b.csv", "y,x\n4,3\n");
  put("parts/a.csv", "x,y\n1,2\n");
  put("parts/c d.csv", "x,y\n5,6\n");
  expect(await ingest(["parts/*.csv"])).toBe("x,y\n1,2\n3,4\n5,6\n");
  expect(await ingest(["parts/b.csv", "parts/a.csv"])).toBe("y,x\n4,3\n2,1\n");
});

test("--json of cluster holds every member that its schema promises", async () => {
  const rows = Array.from(
    { length: 30 },
    (_, i) => `${(i % 3) * 10 + ((i * 7) % 5) / 4},${i % 7 === 0 ? "" : (i % 3) * 4},t`,
  );
  put("schema.csv", ["x,y,town", ...rows, ""].join("\n"));
  const run = await segment(["cluster", "schema.csv", "--json"], { cwd });
  expect(run.code).toBe(0);
  const number = expect.any(Number) as unknown;
  const text = expect.any(String) as unknown;
  const report = JSON.parse(run.stdout) as Record<string, unknown> & {
    k: number;
    choice: { candidates: unknown[] };
    segments: { segment: number; size: number; share: number }[];
  };
  expect(report).toMatchObject({
    schema: "segment/cluster@1",
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as unknown,
    input: { rows: 30, used: 30, quarantined: 0 },
    merged: 0,
    grouped: 0,
    removed: 0,
    output: { rows: 30 },
    warnings: expect.any(Array) as unknown,
    columns: ["x", "y"],
    dropped: [{ column: "town", reason: text }],
    scale: [
      { column: "x", transform: text },
      { column: "y", transform: text },
    ],
    missing: [{ column: "y", count: 5, value: number }],
    unassigned: 0,
    method: text,
    k: number,
    seed: 42,
    starts: 100,
    weights: null,
    inertia: number,
    iterations: number,
    converged: true,
    silhouette: { mean: number, ci95: null, anchors: null },
    choice: { rule: text },
  });
  expect(report).toHaveProperty("structure");
  expect(report.choice.candidates).toHaveLength(9);
  for (const candidate of report.choice.candidates) {
    expect(candidate).toMatchObject({
      k: number,
      inertia: number,
      silhouette: number,
      calinski_harabasz: number,
      davies_bouldin: number,
    });
  }
  for (const one of report.segments) {
    expect(one).toMatchObject({ silhouette: number, centroid: { x: number, y: number }, description: text });
  }
  expect(report.segments.map(({ segment: number }) => number)).toEqual(
    Array.from({ length: report.k }, (_, i) => i + 1),
  );
  expect(report.segments.reduce((sum, { size }) => sum + size, 0)).toBe(30);
  expect(report.segments.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
});
