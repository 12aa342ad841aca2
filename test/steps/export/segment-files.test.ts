import { describe, expect, test } from "vitest";
import type { Table } from "../../../src/core/context.ts";
import { segmentFiles, segmentKey, wordStem, type SegmentFile } from "../../../src/steps/export/segment-files.ts";
import { findColumn } from "../../../src/steps/match-columns.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

test.each([
  ["Champions", "champions"],
  ["Can't lose them", "can-t-lose-them"],
  ["  À risque ! ", "a-risque"],
  ["Fidèles (80+)", "fideles-80"],
  ["Cœur de gamme", "coeur-de-gamme"],
  ["ŁÓDŹ straße", "lodz-strasse"],
  ["İstanbul", "istanbul"],
  ["顧客 A", "顧客-a"],
  ["Ωραίοι", "ωραίοι"],
  ["../../etc/passwd", "etc-passwd"],
  ["a.csv", "a-csv"],
])("the segment %j has the file segment-%s", (name, stem) => {
  expect(wordStem(name, { name: "segment" })).toBe(stem);
});

async function split(table: Table, name = "segment"): Promise<readonly SegmentFile[]> {
  const key = segmentKey(table, findColumn(table.columns, name, "--name"));
  const columns = table.columns.map((column) => ({ name: column.name, value: column.ref }));
  return segmentFiles(surroundings().context.engine, table, key, columns, "csv");
}

async function contents(
  files: readonly SegmentFile[],
): Promise<readonly (readonly [string, string | number, string])[]> {
  const { engine } = surroundings().context;
  const all: [string, string | number, string][] = [];
  for (const { file, segment, table } of files) {
    const rows = await engine.rows(table.query, 100);
    expect(rows).toHaveLength(table.rows);
    all.push([file, segment, rows.map(({ id }) => String(id)).join("")]);
  }
  return all;
}

describe("each segment has its rows, in the order of the table", () => {
  test("numbers, in order of number; missing and 0 are together", async () => {
    const table = await surroundings().table("id,segment\na,10\nb,2\nc,\nd,10\ne,0\nf,2\ng,1\nh,NA\n");
    expect(await contents(await split(table))).toEqual([
      ["segment-0.csv", 0, "ceh"],
      ["segment-1.csv", 1, "g"],
      ["segment-2.csv", 2, "bf"],
      ["segment-10.csv", 10, "ad"],
    ]);
  });

  test("numbers with a fraction of zero are the same numbers", async () => {
    const table = await surroundings().table("id,segment\na,1.0\nb,2.0\nc,1.0\nd,\n");
    expect((await contents(await split(table))).map(([file]) => file)).toEqual([
      "segment-0.csv",
      "segment-1.csv",
      "segment-2.csv",
    ]);
  });

  test("words, in order of file", async () => {
    const table = await surroundings().table("id,rfm_segment\na,Loyal\nb,At risk\nc,Loyal\nd,\ne,0\n");
    expect(await contents(await split(table, "rfm_segment"))).toEqual([
      ["segment-0.csv", 0, "de"],
      ["segment-at-risk.csv", "At risk", "b"],
      ["segment-loyal.csv", "Loyal", "ac"],
    ]);
  });

  test("yes and no make two segments", async () => {
    const table = await surroundings().table("id,vip\na,yes\nb,no\nc,yes\n");
    expect(await contents(await split(table, "vip"))).toEqual([
      ["segment-no.csv", "no", "b"],
      ["segment-yes.csv", "yes", "ac"],
    ]);
  });
});

describe("values that are no segments, or no files, are refused", () => {
  test.each([
    ["a negative number, as other tools mark noise", "1\n-1\n", "ambiguous-input", "segment holds -1"],
    ["a fraction", "1\n1.5\n", "ambiguous-input", "segment holds 1.5"],
    [
      "two names that differ in case and accents",
      "Fidèle\nFIDELE\n",
      "ambiguous-input",
      "would both be segment-fidele.csv",
    ],
    ["two names that differ in spaces", "At risk\n At risk\n", "ambiguous-input", "would both be"],
    ["a name without a letter", "A\n!!!\n", "ambiguous-input", "“!!!” of segment has no letter"],
    ["a name too long for a file", `A\n${"é".repeat(250)}\n`, "ambiguous-input", "too long"],
    ["1001 values", Array.from({ length: 1001 }, (_, i) => `k${i}\n`).join(""), "too-many-segments", "more than 1000"],
  ])("%s", async (_, values, code, words) => {
    const lines = values
      .trimEnd()
      .split("\n")
      .map((value, i) => `${i},${value}\n`);
    const table = await surroundings().table(`id,segment\n${lines.join("")}`);
    await expect(split(table)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });
});
