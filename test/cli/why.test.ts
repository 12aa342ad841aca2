import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

interface Change {
  readonly column: string;
  readonly from: number;
  readonly to: number;
  readonly segment: number | string;
  readonly size: number;
}

interface Why {
  readonly row: number;
  readonly line: number;
  readonly segment: number | string;
  readonly nearest: number | string | null;
  readonly segment_in_file: string | null;
  readonly unfilled: readonly string[];
  readonly decides: string;
  readonly distance: number | null;
  readonly probability: number | null;
  readonly prior: number | null;
  readonly runner_up: {
    readonly segment: number | string;
    readonly distance: number;
    readonly probability: number | null;
  } | null;
  readonly columns: readonly {
    readonly column: string;
    readonly value: number;
    readonly missing: boolean;
    readonly centre: number;
    readonly runner_up_centre: number;
    readonly contribution: number;
  }[];
  readonly changes: readonly Change[];
  readonly joint: {
    readonly segment: number;
    readonly size: number;
    readonly kind: string;
    readonly changes: readonly Pick<Change, "column" | "from" | "to">[];
  } | null;
  readonly warnings: readonly { readonly code: string }[];
}

async function whyOf(words: readonly string[]): Promise<Why> {
  const run = await segment(["why", ...words, "--json"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  return JSON.parse(run.stdout) as Why;
}

/** Two squares of four rows: centres (1, 1) and (12, 1). */
const squares = ["a1,0,0", "a2,2,0", "a3,0,2", "a4,2,2", "b1,11,0", "b2,13,0", "b3,11,2", "b4,13,2"];
put("squares.csv", `customer_id,visits,opens\n${squares.join("\n")}\n`);

beforeAll(async () => {
  const fit = ["cluster", "squares.csv", "--columns", "visits,opens", "--scale", "none", "--k", "2"];
  await segment([...fit, "--save-model", "m.json", "-o", "s.csv", "-q"], { cwd });
});

test("by hand: distances, what decides, and the half-way between two centres", async () => {
  const why = await whyOf(["a1", "--in", "s.csv", "--model", "m.json"]);
  expect(why).toMatchObject({ row: 1, line: 2, nearest: null, segment_in_file: null, warnings: [] });
  expect(why.distance).toBeCloseTo(Math.SQRT2, 12);
  expect(why.runner_up!.distance).toBeCloseTo(Math.hypot(12, 1), 12);
  expect(why.columns).toMatchObject([
    { column: "visits", value: 0, missing: false, centre: 1, runner_up_centre: 12, contribution: 143 },
    { column: "opens", value: 0, missing: false, centre: 1, runner_up_centre: 1, contribution: 0 },
  ]);
  // The middle is at 6.5, and visits are whole numbers; no number of opens helps.
  const other = why.runner_up!.segment;
  expect(why.changes).toEqual([{ column: "visits", from: 0, to: 7, segment: other, size: 7 }]);
  expect(why.joint).toMatchObject({ segment: other, kind: "smallest" });
  // The plane is at 6.5; the value that is told may be 2% further on.
  const [joint] = why.joint!.changes;
  expect(joint).toMatchObject({ column: "visits", from: 0 });
  expect(joint!.to / 6.5).toBeGreaterThan(1);
  expect(joint!.to / 6.5).toBeLessThanOrEqual(1.02);
  expect(why.joint!.size).toBe(joint!.to);
  const byMeans = await whyOf(["a1", "--in", "s.csv", "--columns", "visits,opens"]);
  expect(byMeans.segment).toBe(why.segment);
  expect(byMeans.changes.map(({ column, to }) => [column, to])).toEqual([["visits", 7]]);
  const text = await segment(["why", "a1", "--in", "s.csv", "--model", "m.json"], { cwd });
  expect(text.stdout).toContain("one column: visits 0 → 7 and it is in segment");
  expect(text.stdout).toContain("by visits (as it is), opens (as it is): as in the model");
});

test.each([
  ["k-means", 5, ["--k", "5"]],
  ["gmm", 2, ["--k", "4", "--covariance", "full"]],
  ["hdbscan", 2, []],
  ["genie", 2, ["--k", "4"]],
] as const)("%s: changes that are told move the row in segment assign", async (method, count, more) => {
  await segment(["sample", "customers", "--rows", "400", "-o", "crm.csv", "-q"], { cwd });
  const fit = ["cluster", "crm.csv", "--method", method, ...more, "--save-model", "crm.json", "-o", "crm.ndjson", "-q"];
  await segment(fit, { cwd });
  const rows = readFileSync(join(cwd, "crm.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const changed: string[] = [];
  const expected: (number | string)[] = [];
  const ways = new Set<string>();
  for (let i = 0; i < count; i++) {
    const { segment: own, ...row } = rows[i * 47]!;
    const why = await whyOf([String(row["customer_id"]), "--in", "crm.ndjson", "--model", "crm.json"]);
    expect(why.segment).toBe(own);
    const put = (changes: readonly Pick<Change, "column" | "to">[], segment: number | string): void => {
      changed.push(JSON.stringify({ ...row, ...Object.fromEntries(changes.map(({ column, to }) => [column, to])) }));
      expected.push(segment);
    };
    const lessOf = ({ column, from, to }: Pick<Change, "column" | "from" | "to">): { column: string; to: number } => ({
      column,
      to: from + 0.95 * (to - from),
    });
    for (const change of why.changes) {
      ways.add(change.column);
      put([change], change.segment);
      const isWhole = rows.every((one) => Number.isInteger(one[change.column]));
      const less = isWhole ? { ...change, to: change.to - Math.sign(change.to - change.from) } : lessOf(change);
      put([less], why.segment);
    }
    const { joint } = why;
    if (joint !== null) put(joint.changes, joint.segment);
    // No single column needs less than all of them together.
    for (const { size } of why.changes) expect(size).toBeGreaterThanOrEqual((joint?.size ?? 0) * 0.97);
    if (method !== "k-means") continue;
    expect(joint!.kind).toBe("smallest");
    put(joint!.changes.map(lessOf), why.segment);
  }
  expect(ways.size).toBeGreaterThan(1);
  put("changed.ndjson", `${changed.join("\n")}\n`);
  const run = await segment(["assign", "changed.ndjson", "--model", "crm.json", "-o", "moved.ndjson", "-q"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const moved = readFileSync(join(cwd, "moved.ndjson"), "utf8").trim().split("\n");
  expect(moved.map((line) => (JSON.parse(line) as { segment: number }).segment)).toEqual(expected);
});

test("a mixture: the log odds of its two likeliest components are what the columns and the components' sizes add", async () => {
  const fit = ["cluster", "squares.csv", "--columns", "visits,opens", "--k", "2", "--method", "gmm", "-q"];
  await segment([...fit, "--covariance", "spherical", "--save-model", "g.json", "-o", "g.csv"], { cwd });
  put("between.csv", `customer_id,visits,opens\n${[...squares, "m1,6,1"].join("\n")}\n`);
  const why = await whyOf(["m1", "--in", "between.csv", "--model", "g.json"]);
  expect(why.decides).toBe("mixture");
  const logOdds = Math.log(why.probability!) - Math.log(why.runner_up!.probability!);
  const added = why.columns.reduce((sum, { contribution }) => sum + contribution, why.prior!);
  expect(added).toBeCloseTo(logOdds, 8);
  expect(why.columns[1]!.contribution).toBeCloseTo(0, 12);
  const text = await segment(["why", "m1", "--in", "between.csv", "--model", "g.json"], { cwd });
  expect(text.stdout).toMatch(/probability [\d.>]+%; next: segment \d with/);
});

test("columns that came scaled are told in their own unit, by values that the table has", async () => {
  await segment(["sample", "customers", "--rows", "300", "-o", "base.csv", "-q"], { cwd });
  const columns = ["--columns", "orders,visits,returns"];
  await segment(["normalize", "base.csv", ...columns, "-o", "base.ndjson", "-q"], { cwd });
  const fit = ["cluster", "base.ndjson", ...columns, "--k", "4", "--save-model", "base.json", "-o", "base-s.ndjson"];
  await segment([...fit, "-q"], { cwd });
  const rows = readFileSync(join(cwd, "base-s.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, number | string>>);
  const changed: string[] = [];
  const expected: (number | string)[] = [];
  for (const i of [3, 77, 140]) {
    const row = rows[i]!;
    for (const more of [["--model", "base.json"], columns]) {
      const why = await whyOf([String(row["customer_id"]), "--in", "base-s.ndjson", ...more]);
      expect(why.columns.map(({ column, value }) => [column, value])).toEqual(
        ["orders", "visits", "returns"].map((name) => [name, row[name]]),
      );
      const held = rows.filter((one) => one["segment"] === row["segment"]);
      const mean = held.reduce((sum, one) => sum + Number(one["visits"]), 0) / held.length;
      expect(why.columns[1]!.centre).toBeCloseTo(mean, 8);
      if (more === columns) continue;
      for (const { column, from, to, segment } of why.changes) {
        expect(from).toBe(row[column]);
        const beside = rows.find((one) => one[column] === to)!;
        changed.push(JSON.stringify({ ...row, segment: undefined, [`${column}_scaled`]: beside[`${column}_scaled`] }));
        expected.push(segment);
      }
    }
  }
  expect(expected.length).toBeGreaterThan(2);
  put("changed.ndjson", `${changed.join("\n")}\n`);
  await segment(["assign", "changed.ndjson", "--model", "base.json", "-o", "moved.ndjson", "-q"], { cwd });
  const moved = readFileSync(join(cwd, "moved.ndjson"), "utf8").trim().split("\n");
  expect(moved.map((line) => (JSON.parse(line) as { segment: number }).segment)).toEqual(expected);
});

test("where no single column can move a row within the table, that is said", async () => {
  const cube = Array.from({ length: 16 }, (_, i) => {
    const high = i < 8 ? 0 : 10;
    return `r${i},${high + (i & 1)},${high + ((i >> 1) & 1)},${high + ((i >> 2) & 1)}`;
  });
  put("cube.csv", `id,visits,opens,clicks\n${cube.join("\n")}\n`);
  const fit = ["cluster", "cube.csv", "--columns", "visits,opens,clicks", "--k", "2", "--save-model", "cube.json"];
  await segment([...fit, "-o", "cube-s.csv", "-q"], { cwd });
  const words = ["r0", "--in", "cube-s.csv", "--model", "cube.json"];
  const why = await whyOf(words);
  expect(why.changes).toEqual([]);
  expect(why.joint!.changes).toHaveLength(3);
  const text = await segment(["why", ...words], { cwd });
  expect(text.stdout).toContain("no single column moves it, within the values that the table has");
});

test("gaps: filled as the model fills them, or no place at all", async () => {
  put("gaps.csv", `customer_id,visits,opens\n${[...squares, "g1,,1"].join("\n")}\n`);
  const fit = ["cluster", "gaps.csv", "--columns", "visits,opens", "--k", "2", "-q", "-o", "gaps-s.csv"];
  await segment([...fit, "--save-model", "fill.json"], { cwd });
  const filled = await whyOf(["g1", "--in", "gaps.csv", "--model", "fill.json"]);
  // The median of 0, 0, 2, 2, 11, 11, 13, 13.
  expect(filled.columns[0]).toMatchObject({ column: "visits", value: 6.5, missing: true });
  await segment([...fit, "--missing", "drop", "--save-model", "drop.json"], { cwd });
  const dropped = await whyOf(["g1", "--in", "gaps.csv", "--model", "drop.json"]);
  expect(dropped).toMatchObject({ segment: 0, unfilled: ["visits"], columns: [], changes: [], joint: null });
  const text = await segment(["why", "g1", "--in", "gaps.csv", "--model", "drop.json"], { cwd });
  expect(text.stdout).toContain("in no segment");
});

test("segments by name, a row that another mean is nearer to, and a file that says another segment than the model", async () => {
  const named = squares.map(
    (line) => `${line},${line.startsWith("a") ? "near" : line.startsWith("b4") ? "near" : "far"}`,
  );
  put("named.csv", `customer_id,visits,opens,segment\n${named.join("\n")}\n`);
  const odd = await whyOf(["b4", "--in", "named.csv", "--columns", "visits,opens"]);
  expect(odd).toMatchObject({ segment: "near", nearest: "far", changes: [], joint: null });
  expect(odd.warnings.map(({ code }) => code)).toContain("nearest-differs");
  put("wrong.csv", `customer_id,visits,opens,segment\na1,0,0,9\nb1,11,0,2\n`);
  const other = await whyOf(["a1", "--in", "wrong.csv", "--model", "m.json"]);
  expect(other).toMatchObject({ segment_in_file: "9" });
  expect(other.warnings.map(({ code }) => code)).toEqual(["segment-differs"]);
});

test.each([
  [["a9", "--in", "squares.csv"], 3, "no row has a9 in customer_id", "did you mean a"],
  [["a1"], 2, "why needs the table that holds the row", "segment why a1 --in segments.csv"],
  [["--in", "squares.csv"], 2, "missing required argument", "segment why --help"],
  [["7", "--in", "twice.csv"], 3, "7 stands in account_id at line 2, line 4, line 5", "--id COL"],
  [["x", "--in", "nameless.csv"], 2, "no column is called an id", "--id COL"],
  [["x", "--in", "nameless.csv", "--id", "visit"], 2, "--id: no column visit", "did you mean visits?"],
  [["a1", "--in", "none.csv"], 3, "no row of the table is in a segment by column segment", "--model"],
  [["a1", "--in", "squares.csv"], 2, "--name: no column segment", "columns: customer_id"],
  [["a1", "--in", "s.csv", "--model", "m.json", "--columns", "visits"], 2, "--model has its own columns", ""],
])("%j is refused", async (words, code, message, hint) => {
  put("twice.csv", "account_id,visits,segment\n7,1,1\n8,2,1\n7,3,2\n7,4,2\n");
  put("none.csv", "customer_id,visits,segment\na1,2,0\na2,4,\na3,9,0\n");
  put("nameless.csv", "visits,opens,segment\n1,2,1\n3,4,2\n");
  const run = await segment(["why", ...words], { cwd });
  expect([run.code, run.stdout]).toEqual([code, ""]);
  expect(run.stderr).toContain(message);
  expect(run.stderr).toContain(hint);
});

test("the table may come through a pipe, and a stage that fails before it is told", async () => {
  const given = await segment(["why", "a1", "--in", "-", "--model", "m.json", "--json"], {
    cwd,
    stdin: readFileSync(join(cwd, "s.csv")),
  });
  expect([given.code, (JSON.parse(given.stdout) as Why).columns.length]).toEqual([0, 2]);
  const failed = await shell("segment cluster nothing.csv 2>/dev/null | segment why a1 --in -; exit $?", { cwd });
  expect([failed.code, failed.stdout]).toEqual([3, ""]);
  expect(failed.stderr).toContain("segment cluster failed");
});
