import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const quiet = { code: 0, stdout: "", stderr: "" };

/** Two groups of customers; of every eighth one the spending, of others the visits, is not known. */
beforeAll(() => {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const u = ((i * 7919) % 10_007) / 10_007;
    const v = ((i * 104_729) % 9973) / 9973;
    const isKeen = i % 2 === 0;
    const visits = Math.round((isKeen ? 40 : 10) + 30 * u);
    const spending = Math.round(100 * (20 * visits + 400 * v)) / 100;
    const cells = [i % 8 === 1 ? "" : visits, i % 8 === 3 ? "" : spending, Math.round(10 + 60 * v)];
    return [`k${i}`, ...cells, isKeen ? "gold" : i % 9 === 0 ? "" : "basic"].join(",");
  });
  put("crm.csv", ["customer_id,visits,spending,age,plan", ...rows, ""].join("\n"));
});

test.each(["knn", "iterative", "forest"])(
  "--impute %s: table, model and report are the same bytes for any number of threads",
  async (method) => {
    const run = async (threads: string): Promise<readonly string[]> => {
      const files = ["-o", "out.csv", "--save-model", "out.json", "--report", "report.json"];
      const words = ["clean", "crm.csv", "-q", "--threads", threads, "--impute", method, "--impute-flag", ...files];
      expect(await segment(words, { cwd })).toEqual(quiet);
      return ["out.csv", "out.json", "report.json"].map(read);
    };
    const one = await run("1");
    expect(await run("2")).toEqual(one);
    expect(one[0]).not.toMatch(/,,/);
    const model = JSON.parse(one[1]!) as {
      parameters: { imputers: { method: string; features: { column: string }[] }[] };
    };
    const [imputer] = model.parameters.imputers;
    expect(imputer!.method).toBe(method);
    // What identifies people is in no model.
    expect(one[1]).not.toContain("k17");
    expect(imputer!.features.map(({ column }) => column)).toEqual(["visits", "spending", "age", "plan"]);
    expect(await segment(["clean", "crm.csv", "-q", "--model", "out.json", "-o", "again.csv"], { cwd })).toEqual(quiet);
    expect(read("again.csv")).toBe(one[0]);
    const onItself = ["clean", "out.csv", "-q", "--model", "out.json", "--overwrite", "-o", "twice.csv"];
    expect(await segment(onItself, { cwd })).toEqual(quiet);
    expect(read("twice.csv")).toBe(one[0]);
    expect(await segment(["assign", "crm.csv", "-q", "--model", "out.json", "-o", "assigned.csv"], { cwd })).toEqual(
      quiet,
    );
    expect(read("assigned.csv")).toBe(one[0]);
    const explained = await segment(["assign", "crm.csv", "--model", "out.json", "--explain"], { cwd });
    expect(explained.code).toBe(2);
    expect(explained.stderr).toContain("cannot show as SQL");
  },
);

test("the report tells the method, the rows it learned from, and the error beside that of the mean", async () => {
  const { code, stdout } = await segment(["clean", "crm.csv", "--impute", "knn", "-o", "told.csv"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("knn: learned from 400 rows and 4 columns; the model holds 400 rows as");
  expect(stdout).toContain("gaps filled from the other columns");
  const line = /spending +knn 5 +50 +([\d.]+) +([\d.]+)/.exec(stdout.replaceAll("\u202f", ""));
  expect(Number(line![1])).toBeLessThan(Number(line![2]));
});

describe("several imputations", () => {
  test.each(["iterative", "knn"])("with %s are tables that cluster pools", async (method) => {
    const words = ["clean", "crm.csv", "--impute", method, "--imputations", "4", "-q", "-o", `${method}.csv`];
    expect(await segment(words, { cwd })).toEqual(quiet);
    const tables = [1, 2, 3, 4].map((m) => read(`${method}-${m}.csv`).trimEnd().split("\n"));
    tables.forEach((lines, m) => {
      expect(lines).toHaveLength(401);
      expect(lines[0]).toBe("customer_id,visits,spending,age,plan,imputation");
      expect(lines.slice(1).every((line) => line.endsWith(`,${m + 1}`))).toBe(true);
    });
    const differ = tables[0]!.filter((line, i) => line.slice(0, -2) !== tables[1]![i]!.slice(0, -2));
    // Of 100 gaps of numbers those that were drawn apart, and some of the plan.
    expect(differ.length).toBeGreaterThan(60);
    expect(differ.length).toBeLessThan(126);

    const files = [
      `${method}-*.csv`,
      "--imputations",
      "--id",
      "customer_id",
      "--columns",
      "visits,spending",
      "--k",
      "2",
    ];
    const { code, stdout } = await segment(["cluster", ...files, "--json", "-o", "pooled.csv"], { cwd });
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as {
      input: { rows: number };
      grouped: number;
      output: { rows: number };
      imputations: { count: number; rows: number; ari: { mean: number; pairs: number[] }; unanimous: number };
      segments: {
        segment: number;
        size: number;
        stability: number;
        pooled: Record<
          string,
          { mean: number; within: number; between: number; total: number; standard_error: number; share: number }
        >;
      }[];
    };
    expect(report).toMatchObject({ input: { rows: 1600 }, grouped: 1200, output: { rows: 400 } });
    expect(report.imputations).toMatchObject({ count: 4, rows: 400 });
    expect(report.imputations.ari.pairs).toHaveLength(6);
    const out = read("pooled.csv")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(out[0]).toEqual(["customer_id", "visits", "spending", "age", "plan", "segment", "segment_stability"]);
    expect(out).toHaveLength(401);
    const stabilities = out.slice(1).map((cells) => Number(cells[6]));
    expect(new Set(stabilities.map((x) => x * 4 === Math.round(x * 4)))).toEqual(new Set([true]));
    expect(stabilities.filter((x) => x === 1).length / 400).toBeCloseTo(report.imputations.unanimous, 12);
    for (const one of report.segments) {
      expect(out.filter((cells) => cells[5] === String(one.segment))).toHaveLength(one.size);
      const { within, between, total, share, standard_error } = one.pooled["spending"]!;
      expect(total).toBeCloseTo(within + 1.25 * between, 8);
      expect(share).toBeCloseTo((1.25 * between) / total, 10);
      expect(standard_error).toBeCloseTo(Math.sqrt(total), 8);
      expect(between).toBeGreaterThan(0);
    }
  });

  test("imputations of a table without gaps agree in everything", async () => {
    const lines = read("iterative-1.csv").trimEnd().split("\n");
    const stacked = [
      lines[0]!,
      ...[1, 2, 3].flatMap((m) => lines.slice(1).map((line) => line.replace(/\d$/, String(m)))),
    ];
    put("same.csv", `${stacked.join("\n")}\n`);
    const words = [
      "cluster",
      "same.csv",
      "--imputations",
      "--columns",
      "visits,spending",
      "--k",
      "3",
      "--json",
      "-o",
      "s.csv",
    ];
    const report = JSON.parse((await segment(words, { cwd })).stdout) as {
      imputations: { ari: { mean: number }; unanimous: number };
      segments: { pooled: Record<string, { between: number; share: number }> }[];
    };
    expect(report.imputations).toMatchObject({ ari: { mean: 1 }, unanimous: 1 });
    for (const { pooled } of report.segments) expect(pooled["visits"]).toMatchObject({ between: 0, share: 0 });
    const single = await segment(
      ["cluster", "iterative-1.csv", "--columns", "visits,spending", "--k", "3", "-q", "-o", "one.csv"],
      { cwd },
    );
    expect(single.code).toBe(0);
    const segments = (name: string, at: number): string[] =>
      read(name)
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",")[at]!);
    expect(segments("s.csv", 5)).toEqual(segments("one.csv", 6));
  });

  const refused: readonly [string, readonly string[], number, RegExp][] = [
    ["one table alone", ["iterative-1.csv"], 3, /one imputation has nothing to agree with/],
    ["a table without numbers", ["crm.csv"], 2, /no column imputation/],
    ["a saved model", ["iterative-*.csv", "--save-model", "m.json"], 2, /--save-model would have no effect/],
    ["rows that are dropped", ["iterative-*.csv", "--missing", "drop"], 2, /--missing drop/],
    ["other rows", ["iterative-1.csv", "short.csv"], 3, /imputation 2 has 3 rows, and imputation 1 has 400/],
    ["rows in another order", ["iterative-1.csv", "turned.csv", "--id", "customer_id"], 3, /row 1 is not the same/],
  ];
  test.each(refused)("%s: cluster says why not", async (_, words, code, message) => {
    const lines = read("iterative-2.csv").trimEnd().split("\n");
    put("short.csv", `${lines.slice(0, 4).join("\n")}\n`);
    put("turned.csv", `${[lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)].join("\n")}\n`);
    const run = await segment(["cluster", "--imputations", ...words, "-o", "no.csv"], { cwd });
    expect([run.code, run.stderr]).toEqual([code, expect.stringMatching(message)]);
  });

  test("a table that is read is not written over", async () => {
    put("x-1.csv", read("crm.csv"));
    const run = await segment(["clean", "x-1.csv", "--impute", "knn", "--imputations", "2", "-o", "x.csv"], { cwd });
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/x-1\.csv/)]);
    expect(read("x-1.csv")).toBe(read("crm.csv"));
  });
});

test.each([
  ["clean", ["--impute", "spending=median"]],
  ["normalize", ["--columns", "spending"]],
])("%s --model tells of a column that holds nothing tonight", async (command, more) => {
  const fit = [command, "crm.csv", ...more, "--save-model", "full.json", "-q", "-o", "full.csv"];
  expect(await segment(fit, { cwd })).toEqual(quiet);
  put("gone.csv", read("crm.csv").replace(/^(k[^,]*,[^,]*),[^,]*/gm, "$1,"));
  const said = "no row has a value of spending, and the model was fitted on a column with values";
  for (const words of [
    [command, "gone.csv"],
    ["assign", "gone.csv"],
  ]) {
    const run = await segment([...words, "--model", "full.json", "-o", "gone-out.csv", "--json"], { cwd });
    expect(run.code).toBe(0);
    const { warnings } = JSON.parse(run.stdout) as { warnings: readonly { code: string; message: string }[] };
    expect(warnings).toContainEqual({ code: "columns-empty", message: said });
  }
  const full = await segment([command, "crm.csv", "--model", "full.json", "-o", "full-out.csv", "--json"], { cwd });
  expect(full.stdout).not.toContain("columns-empty");
});

test("an id with a letter does not stop a model that learned nothing of it; another column of text does", async () => {
  put("digits.csv", "client_id,spend\n1,5\n2,\n3,7\n");
  const fit = ["clean", "digits.csv", "--impute", "spend=median", "--save-model", "digits.json", "-q", "-o", "d.csv"];
  expect(await segment(fit, { cwd })).toEqual(quiet);
  put("letters.csv", "client_id,spend\n4,5\nX9 ,\n");
  const run = await segment(["clean", "letters.csv", "--model", "digits.json", "-o", "l.csv", "--json"], { cwd });
  expect(run.code).toBe(0);
  expect(read("l.csv")).toBe("client_id,spend\n4,5\nX9,6\n");
  expect(run.stdout).toContain(
    "client_id holds text (such as “X9 ”), and held whole numbers when the model was fitted",
  );
  put("words.csv", "client_id,spend\n4,five\nX9,six\n");
  const refused = await segment(["clean", "words.csv", "--model", "digits.json", "-q"], { cwd });
  expect([refused.code, refused.stdout]).toEqual([3, ""]);
  expect(refused.stderr).toContain("spend is text");
});
