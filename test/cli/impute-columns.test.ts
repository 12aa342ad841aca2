import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const put = (name: string, rows: readonly string[]): void => writeFileSync(join(cwd, name), `${rows.join("\n")}\n`);
const table = (name: string): readonly Readonly<Record<string, string>>[] => {
  const [head, ...rows] = read(name)
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return rows.map((cells) => Object.fromEntries(head!.map((column, j) => [column, cells[j]!])));
};
interface Report {
  readonly imputed: readonly { readonly column: string; readonly check: { readonly error: number } | null }[];
  readonly left_out: readonly { readonly column: string; readonly reason: string; readonly rules: readonly string[] }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}
const run = async (...words: readonly string[]): Promise<Report> => {
  const { code, stdout, stderr } = await segment(["clean", ...words, "--json"], { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Report;
};

/** What is spent follows from the flag `keen` and the visits alone. */
const spent = (i: number): number => (i % 2 === 0 ? 100 : 20) + (i % 10);
const customers = Array.from({ length: 60 }, (_, i) => [
  `r${100 + i}`,
  `Name ${i % 45}`,
  i % 12 === 5 ? "" : String(i % 2 === 0 ? 1 : 0),
  String(i % 10),
  i % 15 === 4 ? "" : String(spent(i)),
]);
put("crm.csv", ["rid,who,keen,visits,spent", ...customers.map((cells) => cells.join(","))]);

test("a flag of 0 and 1 is filled from, and what rules for all columns leave out is listed with the reason", async () => {
  const { left_out } = await run("crm.csv", "--impute", "iterative", "--outliers", "iqr", "-o", "all.csv");
  expect(left_out).toEqual([
    { column: "rid", reason: "more than 50 texts", rules: ["impute"] },
    { column: "who", reason: "texts that mostly stand once", rules: ["impute"] },
    { column: "keen", reason: "a flag of two values", rules: ["outliers"] },
    { column: "keen", reason: "a flag of two values: not filled", rules: ["impute"] },
  ]);
  const one = await run("crm.csv", "--impute", "spent=iterative", "-o", "one-column.csv");
  expect(one.left_out.map(({ column }) => column)).toEqual(["rid", "who"]);
  const rows = table("all.csv");
  // The flag alone tells the two kinds apart; without it the error is 40.
  for (const [i, row] of rows.entries())
    if (i % 15 === 4) expect(Math.abs(Number(row["spent"]) - spent(i))).toBeLessThan(1);
  expect(rows.filter(({ keen }) => keen === "")).toHaveLength(5);
});

test.each(["knn", "iterative", "forest", "median"])("--impute %s fills a flag that --columns names", async (how) => {
  const { imputed, left_out } = await run("crm.csv", "--impute", how, "--columns", "keen,visits,spent", "-o", "k.csv");
  expect(imputed.map(({ column }) => column)).toEqual(["keen", "spent"]);
  expect(left_out).toEqual([]);
  expect(table("k.csv").every(({ keen, spent: money }) => keen !== "" && money !== "")).toBe(true);
});

test("names and ids are in no model, named in --columns or not", async () => {
  put("few.csv", ["rid,who,keen,visits,spent", ...customers.slice(0, 22).map((cells) => cells.join(","))]);
  for (const more of [[], ["--columns", "rid,who,visits,spent"]]) {
    const { left_out } = await run(
      "few.csv",
      "--impute",
      "knn",
      ...more,
      "--save-model",
      "few.json",
      "-o",
      "few-out.csv",
    );
    expect(left_out.filter(({ column }) => column === "rid" || column === "who")).toEqual([
      { column: "rid", reason: "texts that mostly stand once", rules: ["impute"] },
      { column: "who", reason: "texts that mostly stand once", rules: ["impute"] },
    ]);
    expect(read("few.json")).not.toMatch(/r10\d|Name \d/);
  }
});

test.each(["knn", "iterative", "forest"])("--impute %s --by fills each group from its own rows", async (how) => {
  const cells = (i: number, shift: number, name: string): string =>
    [name, (i * 3) % 17, i % 9 === 4 ? "" : shift + ((i * 7) % 11), (i * 5) % 13].join(",");
  const a = Array.from({ length: 40 }, (_, i) => cells(i, 0, "a"));
  const b = Array.from({ length: 40 }, (_, i) => cells(i, 1000, "b"));
  const head = "shop,x,y,z";
  put("both.csv", [head, ...a, ...b, ",3,,4"]);
  const words = ["--impute", `y=${how}`, "--neighbors", "3"].slice(0, how === "knn" ? 4 : 2);
  const report = await run("both.csv", ...words, "--by", "shop", "--save-model", "by.json", "-o", "by.csv");
  expect(report.warnings.map(({ code }) => code)).toEqual(["other-groups"]);
  for (const [name, rows] of Object.entries({ a, b })) {
    put("one.csv", [head, ...rows]);
    await run("one.csv", ...words, "--exclude", "shop", "-o", "alone.csv");
    const own = table("by.csv").filter(({ shop }) => shop === name);
    expect(own.map(({ y }) => y)).toEqual(table("alone.csv").map(({ y }) => y));
  }
  expect(await segment(["clean", "both.csv", "--model", "by.json", "-q", "-o", "again.csv"], { cwd })).toMatchObject({
    code: 0,
  });
  expect(read("again.csv")).toBe(read("by.csv"));
  // A row of a group that the model does not have takes the model of all rows.
  put("new.csv", [head, "c,3,,4"]);
  const other = await run("new.csv", "--model", "by.json", "-o", "new-out.csv");
  expect(other.warnings.map(({ code }) => code)).toEqual(["columns-empty", "other-groups"]);
  expect(table("new-out.csv")[0]!["y"]).toBe(table("by.csv").at(-1)!["y"]);
});

test("more groups than models are made for are refused", async () => {
  put("many.csv", ["g,x,y", ...Array.from({ length: 202 }, (_, i) => `g${i % 101},${i},${i % 7 === 0 ? "" : i * 2}`)]);
  const { code, stderr } = await segment(["clean", "many.csv", "--impute", "y=knn", "--by", "g", "-o", "no.csv"], {
    cwd,
  });
  expect([code, stderr]).toEqual([2, expect.stringContaining("--by g: 101 groups")]);
});

test("the error on hidden cells does not depend on --save-model", async () => {
  const rows = Array.from({ length: 300 }, (_, i) => [
    i % 9 === 2 ? "" : ((i * 37) % 101) + 0.5,
    (i * 37) % 101,
    (i * 53) % 97,
  ]);
  put("gap.csv", ["x,y,z", ...rows.map((cells) => cells.join(","))]);
  const plain = await run("gap.csv", "--impute", "knn", "-o", "g1.csv");
  const saved = await run("gap.csv", "--impute", "knn", "--save-model", "g.json", "-o", "g2.csv");
  const errorOf = ({ imputed }: Report): number => imputed.find(({ column }) => column === "x")!.check!.error;
  expect(errorOf(saved)).toBe(errorOf(plain));
  expect(saved.imputed.filter(({ check }) => check !== null).map(({ column }) => column)).toEqual(["x"]);
  expect(read("g2.csv")).toBe(read("g1.csv"));
});

test("a category that the model does not know is counted", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${["a", "b"][i % 2]},${i % 8 === 3 ? "" : i},${i * 2}`);
  put("kinds.csv", ["kind,x,y", ...rows]);
  put("kinds-new.csv", ["kind,x,y", "zzz,,4", "zzz,5,10", "a,,6"]);
  for (const how of ["knn", "iterative", "forest"]) {
    await run("kinds.csv", "--impute", `x=${how}`, "--save-model", "kinds.json", "-o", "kinds-out.csv");
    const { warnings } = await run("kinds-new.csv", "--model", "kinds.json", "-o", "kinds-new-out.csv");
    expect(warnings).toEqual([
      {
        code: "unseen-categories",
        message: expect.stringMatching(/^kind: 1 row with gaps has a category that the fit/),
      },
    ]);
  }
});

test.each([["clean"], ["normalize"]])("segment %s --explain refuses what it would not write", async (command) => {
  for (const more of [["--save-model", "no.json"], ["--report", "no.md"], ["--json"]]) {
    const { code, stderr } = await segment([command, "crm.csv", "--explain", ...more], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${more[0]} would have no effect`)]);
  }
});
