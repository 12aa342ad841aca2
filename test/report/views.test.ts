import { expect, test } from "vitest";
import type { Block, ReportTable } from "../../src/core/report.ts";
import { columnsBlocks, warningsOf } from "../../src/report/columns.ts";
import { describeBlocks } from "../../src/report/describe.ts";
import { profileBlocks } from "../../src/report/profile.ts";
import { silhouetteBlocks, silhouetteFlag } from "../../src/report/silhouette.ts";
import { sizesBlocks } from "../../src/report/sizes.ts";
import { structureBlocks } from "../../src/report/structure.ts";

function tableOf(blocks: readonly Block[], name: string): ReportTable {
  for (const block of blocks) if (block.kind === "table" && block.table.name === name) return block.table;
  throw new Error(`no table ${name}`);
}

function textsOf(blocks: readonly Block[]): readonly string[] {
  return blocks.flatMap((block) => (block.kind === "text" || block.kind === "heading" ? [block.text] : []));
}

test("data that is one cloud is called one cloud", () => {
  const texts = textsOf(
    structureBlocks({
      isOther: false,
      verdict: "none",
      silhouette: 0.31,
      gaussian: { tables: 2, max: 0.33 },
      shuffled: null,
      rows: 2000,
    }),
  );
  expect(texts[0]).toBe("structure: none, these segments cut one cloud");
  expect(texts[1]).toBe(
    "best silhouette 0.31 does not exceed those of all reference tables without structure: 2 drawn from one Gaussian cloud (highest 0.33); on 2 000 rows",
  );
});

test("a segment is flagged when its mean is low or many of its rows lie nearer to another", () => {
  const segment = { segment: 1, rows: 50, mean: 0.5, quantiles: [0.9, 0.1], belowZero: 0.02 };
  expect(silhouetteFlag(segment)).toBe("");
  expect(silhouetteFlag({ ...segment, mean: 0.24 })).toBe("! weak: merge or split?");
  expect(silhouetteFlag({ ...segment, belowZero: 0.11 })).toBe("! weak: merge or split?");
  expect(silhouetteFlag({ ...segment, rows: 1, mean: 0 })).toBe("! one row alone");
});

test("a silhouette from all rows is called exact, a sampled one has its interval", () => {
  const segments = [{ segment: 1, rows: 50, mean: 0.5, quantiles: [0.9, 0.1], belowZero: 0.02 }];
  expect(textsOf(silhouetteBlocks({ segments, mean: 0.5, ci95: null, anchors: null }))[1]).toBe(
    "mean silhouette 0.50, exact: every row against every row",
  );
  expect(textsOf(silhouetteBlocks({ segments, mean: 0.5, ci95: [0.49, 0.51], anchors: 5000 }))[1]).toBe(
    "mean silhouette 0.50, 0.490 to 0.510 (95% interval of the sampling alone: 5 000 rows against all)",
  );
});

test("value per head is an index: twice the share of revenue for its share of rows is 200", () => {
  const blocks = sizesBlocks({
    segments: [
      { segment: 1, size: 75, share: 0.75, valueShare: 0.5 },
      { segment: 2, size: 25, share: 0.25, valueShare: 0.5 },
      { segment: 3, size: 0, share: 0, valueShare: null },
    ],
    valueColumn: "revenue",
    weighted: false,
    unassigned: 1,
  });
  expect(tableOf(blocks, "sizes").rows.map((row) => row.cells[4])).toEqual(["67", "200", "—"]);
  expect(tableOf(blocks, "sizes").data?.rows[1]).toEqual([2, 25, 0.25, 0.5, 200]);
  expect(textsOf(blocks)[1]).toBe("1 row is in no segment (0) and in none of these shares");
});

function profileOf(columns: readonly string[], z: readonly (readonly number[])[]): readonly Block[] {
  const zeros = z.map((row) => row.map(() => 0));
  const everyone = { medians: columns.map(() => 0), means: columns.map(() => 0) };
  const segments = z.map((_, s) => s + 1);
  return profileBlocks({ columns, segments, z, medians: z, means: z, everyone, imputed: zeros });
}

test("few columns go across, many go down so that each has its line", () => {
  const few = tableOf(
    profileOf(
      ["recency", "freq"],
      [
        [1, 2],
        [-1, 0],
      ],
    ),
    "profile",
  );
  expect(few.columns.map(({ header }) => header)).toEqual(["", "recency", "freq"]);
  expect(few.rows.map((row) => row.cells[0])).toEqual(["1", "2"]);
  const names = Array.from({ length: 20 }, (_, j) => `column_${j}`);
  const many = tableOf(profileOf(names, [names.map(() => 1), names.map(() => -1)]), "profile");
  expect(many.columns.map(({ header }) => header)).toEqual(["", "1", "2"]);
  expect(many.rows.map((row) => row.cells[0])).toEqual(names);
});

test("of thousands of columns the forty that tell most are drawn, in table order, and all are kept for files", () => {
  const names = Array.from({ length: 5000 }, (_, j) => `c${j}`);
  const blocks = profileOf(names, [names.map((_, j) => (j % 125 === 0 ? 2 : 0.1)), names.map(() => 0)]);
  const table = tableOf(blocks, "profile");
  expect(table.rows.map((row) => row.cells[0])).toEqual(Array.from({ length: 40 }, (_, i) => `c${i * 125}`));
  expect(table.data?.columns.length).toBe(5001);
  expect(textsOf(blocks)).toContain("and 4 960 more columns in which the segments differ less");
});

test("a value twice as common in a segment as among everyone has index 200", () => {
  const blocks = describeBlocks({
    segments: [1, 2],
    categories: [{ column: "country", values: [{ value: "FR", everyone: 0.25, shares: [0.5, 0.1] }], rest: null }],
    numbers: [{ column: "age", everyone: 44, medians: [47, null] }],
  });
  expect(tableOf(blocks, "describe").rows[0]?.cells).toEqual(["country", "FR", "25%", "50%  200", "10%   40"]);
  expect(tableOf(blocks, "describe").data?.rows).toEqual([
    ["country", "FR", 1, 0.5, 0.25, 200],
    ["country", "FR", 2, 0.1, 0.25, 40],
  ]);
  expect(tableOf(blocks, "describe-medians").rows.map((row) => row.cells)).toEqual([
    ["1", "47"],
    ["2", "—"],
    ["everyone", "44"],
  ]);
  expect(describeBlocks({ segments: [1], categories: [], numbers: [] })).toEqual([]);
});

test("columns that count twice and columns much filled in are notices, in the JSON warnings too", () => {
  const used = {
    column: "revenue",
    scaling: "z-score",
    missing: 6,
    missingShare: 0.06,
    filledWith: "median",
    fill: 12.5,
  };
  const blocks = columnsBlocks({
    used: [used, { ...used, column: "orders", missing: 0, missingShare: 0, filledWith: null, fill: null }],
    leftOut: [{ column: "id", reason: "an identifier by its name" }],
    correlated: [{ a: "orders", b: "revenue", r: -0.978 }],
  });
  expect(tableOf(blocks, "columns").rows[0]?.cells).toEqual(["revenue", "z-score", "6 (6.0%)", "median 12.5"]);
  expect(warningsOf(blocks)).toEqual([
    {
      code: "correlated-columns",
      message: "orders and revenue say nearly the same (r -0.98) and count twice; leave one out with --exclude",
    },
    { code: "imputed-values", message: "6.0% of revenue was missing and filled with the median 12.5" },
  ]);
});
