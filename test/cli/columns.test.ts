import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const labelsOf = (name: string): string[] =>
  readFileSync(join(cwd, name), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").at(-1)!);

interface ClusterJson {
  readonly columns: string[];
  readonly dropped: { column: string; reason: string }[];
  readonly scale: { column: string; transform: string; center: number; scale: number }[];
  readonly unassigned: number;
  readonly inertia: number;
  readonly silhouette: { mean: number };
  readonly segments: { segment: number; size: number; centroid: Record<string, number> }[];
}

async function fit(words: readonly string[]): Promise<ClusterJson> {
  const run = await segment(["cluster", ...words, "--json"], { cwd });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout) as ClusterJson;
}

beforeAll(() => {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const at = (i % 3) * 10;
    const x = at + ((i * 7) % 11) / 10;
    return `${1000 + i},${x},${at + ((i * 5) % 13) / 10},${i % 2},${75_000 + ((i * 37) % 60)},${2000 + (i % 20)},fixed`;
  });
  put("table.csv", ["customer_id,visits,basket,consent_email,zip,birth_year,town", ...rows, ""].join("\n"));
});

test("ids, codes, flags, consents, years and text are left out with a reason, and used when named", async () => {
  const { columns, dropped } = await fit(["table.csv", "--k", "3"]);
  expect(columns).toEqual(["visits", "basket"]);
  expect(dropped.map(({ column }) => column)).toEqual(
    expect.arrayContaining(["customer_id", "consent_email", "zip", "birth_year", "town"]),
  );
  for (const { reason } of dropped) expect(reason).not.toBe("");
  const named = await fit(["table.csv", "--k", "3", "--columns", "visits,consent_email,zip,birth_year"]);
  expect(named.columns).toEqual(["visits", "consent_email", "zip", "birth_year"]);
});

test("--columns takes names, globs and :numeric; --exclude and --id take away", async () => {
  expect((await fit(["table.csv", "--k", "3", "--columns", "*t*"])).columns).toEqual(["visits", "basket"]);
  expect((await fit(["table.csv", "--k", "3", "--columns", ":numeric"])).columns).toEqual(["visits", "basket"]);
  expect((await fit(["table.csv", "--k", "3", "--exclude", "bas*"])).columns).toEqual(["visits"]);
  expect((await fit(["table.csv", "--k", "3", "--id", "visits"])).columns).toEqual(["basket"]);
});

test("NAME_scaled stands in for NAME without another scaling, and centres are told in NAME's unit", async () => {
  put("scaled.csv", "basket,basket_scaled\n10,-1\n12,-0.9\n50,1\n48,0.9\n49,1.1\n");
  const { columns, scale, segments } = await fit(["scaled.csv", "--k", "2"]);
  expect(columns).toEqual(["basket"]);
  expect(scale).toMatchObject([{ column: "basket", transform: "given" }]);
  expect(segments.map(({ size, centroid }) => [size, centroid["basket"]])).toEqual([
    [3, 49],
    [2, 11],
  ]);
});

test("what a run adds beside each row is never clustered by later, and an existing column needs --overwrite", async () => {
  const extras = ["--with", "silhouette,distance,second", "-q", "-o", "with.csv"];
  expect(await segment(["cluster", "table.csv", "--k", "3", ...extras], { cwd })).toMatchObject({ code: 0 });
  const header = readFileSync(join(cwd, "with.csv"), "utf8").split("\n")[0];
  expect(header).toMatch(/,segment,segment_silhouette,segment_distance,segment_second$/);
  expect((await fit(["with.csv", "--k", "3", "--overwrite"])).columns).toEqual(["visits", "basket"]);
  expect((await fit(["with.csv", "--k", "3", "--name", "group"])).columns).toEqual(["visits", "basket"]);
  expect(await segment(["cluster", "with.csv", "--k", "3"], { cwd })).toMatchObject({ code: 2, stdout: "" });
});

test("integer weights give what the repeated rows give", async () => {
  const rows = Array.from({ length: 24 }, (_, i) => ({
    x: (i % 3) * 8 + ((i * 7) % 5),
    y: (i % 3) * 5 + ((i * 3) % 7) / 2,
    n: 1 + (i % 4),
  }));
  put("weighted.csv", ["x,y,n", ...rows.map(({ x, y, n }) => `${x},${y},${n}`), ""].join("\n"));
  const repeated = rows.flatMap(({ x, y, n }) => Array<string>(n).fill(`${x},${y}`));
  put("repeated.csv", ["x,y", ...repeated, ""].join("\n"));
  put("init.csv", "x,y\n1,1\n9,6\n18,11\n");
  const same = ["--init", "init.csv", "--k", "3", "--columns", "x,y"];
  const weighted = await fit(["weighted.csv", "--weights", "n", ...same, "-o", "weighted-out.csv"]);
  const plain = await fit(["repeated.csv", ...same, "-o", "repeated-out.csv"]);
  weighted.scale.forEach((one, i) => {
    expect(one.center).toBeCloseTo(plain.scale[i]!.center, 12);
    expect(one.scale).toBeCloseTo(plain.scale[i]!.scale, 12);
  });
  expect(weighted.inertia / plain.inertia).toBeCloseTo(1, 10);
  expect(weighted.silhouette.mean).toBeCloseTo(plain.silhouette.mean, 10);
  expect(weighted.segments.map(({ size }) => size)).toEqual(plain.segments.map(({ size }) => size));
  const spread = labelsOf("weighted-out.csv").flatMap((label, i) => Array<string>(rows[i]!.n).fill(label));
  expect(spread).toEqual(labelsOf("repeated-out.csv"));
});

describe("missing values", () => {
  beforeAll(() => put("gaps.csv", "x,y\n1,10\n2,\n3,30\n10,100\n11,110\n12,120\n13,100\n"));

  test.each([
    ["median", 100],
    ["mean", 470 / 6],
    ["zero", 0],
  ])("--missing %s fills with %d", async (how, value) => {
    const { missing } = (await fit(["gaps.csv", "--k", "2", "--missing", how])) as ClusterJson & {
      missing: { column: string; count: number; value: number }[];
    };
    expect(missing).toHaveLength(1);
    expect(missing[0]).toMatchObject({ column: "y", count: 1 });
    expect(missing[0]!.value).toBeCloseTo(value, 12);
  });

  test("--missing drop keeps the row with segment 0, also for one column alone", async () => {
    for (const how of ["drop", "y=drop"]) {
      const run = await fit(["gaps.csv", "--k", "2", "--missing", how, "-o", "dropped.csv"]);
      expect(run.unassigned).toBe(1);
      expect(labelsOf("dropped.csv")).toEqual(["2", "0", "2", "1", "1", "1", "1"]);
    }
  });
});

// y = -1, 0, 1, 2, 3: mean 1 and variance 2 (ddof 0), median 1 and quartiles 0 and 2 (type 7), range 4.
test.each([
  ["zscore", 1, Math.SQRT2],
  ["robust", 1, 2],
  ["minmax", -1, 4],
  ["none", 0, 1],
])("--scale %s subtracts %d and divides by %d", async (how, center, by) => {
  put("scales.csv", "x,y\n1,-1\n2,0\n3,1\n4,2\n90,3\n");
  const { scale, inertia } = await fit(["scales.csv", "--columns", "x,y", "--k", "2", "--scale", how]);
  expect(scale[1]).toMatchObject({ column: "y", transform: how });
  expect(scale[1]!.center).toBeCloseTo(center, 12);
  expect(scale[1]!.scale).toBeCloseTo(by, 12);
  // {1, 2, 3, 4} and {90}: the squares about 2.5 sum to 5, and those of y about 0.5 too.
  if (how === "none") expect(inertia).toBeCloseTo(10, 12);
});
