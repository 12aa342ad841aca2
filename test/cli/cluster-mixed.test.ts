import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mixedRows, type MixedRows } from "../model/cluster/mixed-data.ts";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const folder = new URL("../../fixtures/reference/", import.meta.url);
const recorded = <Case>(topic: string): readonly Case[] =>
  (JSON.parse(readFileSync(new URL(`${topic}/reference.json`, folder), "utf8")) as { cases: Case[] }).cases;

interface Report {
  readonly cost: number;
  readonly deviation: number;
  readonly parameters: Readonly<Record<string, { readonly value: number; readonly proposed: string | null }>>;
  readonly columns: readonly string[];
  readonly categories: readonly { readonly column: string; readonly words: number; readonly missing: number }[];
  readonly silhouette: { readonly mean: number } | null;
  readonly structure: string | null;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly segments: readonly {
    readonly segment: number;
    readonly name: string;
    readonly size: number;
    readonly description: string;
    readonly modes: Readonly<
      Record<string, { readonly word: string; readonly share: number; readonly everyone: number }>
    >;
  }[];
}

/** Both kinds of columns as a file: numbers `n0` … and words `w0` …, which are whole numbers there. */
function table(name: string, { numbers, words }: MixedRows): { readonly columns: string; readonly categories: string } {
  const n = numbers[0]!.map((_, j) => `n${j}`);
  const w = words[0]!.map((_, j) => `w${j}`);
  const rows = numbers.map((row, i) => [...row, ...words[i]!].join(","));
  put(`${name}.csv`, `${[...n, ...w].join(",")}\n${rows.join("\n")}\n`);
  return { columns: n.join(","), categories: w.join(",") };
}

const segmentsOf = (file: string): string[] =>
  read(file)
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",").at(-1)!);

interface Prototypes {
  readonly name: string;
  readonly kind: "prototypes" | "modes";
  readonly k: number;
  readonly gamma: number;
  readonly kmodes: { readonly cost: number };
}
const prototypes = recorded<Prototypes>("k-prototypes").filter(({ k }) => k === 3);
const fits = [...new Set(prototypes.map(({ name, kind, k }) => `${name} ${kind} ${k}`))].map((key) => {
  const [name = "", kind = "", k = ""] = key.split(" ");
  const all = prototypes.filter((one) => one.name === name && one.kind === kind && `${one.k}` === k);
  const best = Math.min(...all.map(({ kmodes }) => kmodes.cost));
  return { name, kind, k, gamma: all[0]!.gamma, best };
});

test.each(fits)(
  "k-$kind of $name, k = $k: no dearer than the package kmodes, and its saved model gives the same",
  async (one) => {
    const { columns, categories } = table(one.name, mixedRows(one.name));
    const isModes = one.kind === "modes";
    const numbers = isModes ? ["--exclude", columns] : ["--columns", columns];
    const how = ["--method", "k-prototypes", "--scale", "none", "--categories", categories, "--k", one.k, ...numbers];
    const words = ["cluster", `${one.name}.csv`, ...how, "--starts", "30", "--json"];
    const run = await segment([...words, "-o", "out.csv", "--save-model", "m.json"], { cwd });
    expect([run.code, run.stderr]).toEqual([0, ""]);
    const report = JSON.parse(run.stdout) as Report;
    expect(report.cost).toBeLessThanOrEqual(one.best * (1 + 1e-9));
    expect(report.warnings.map(({ code }) => code)).toContain("numbers-only");
    if (isModes) expect([report.columns, report.silhouette, report.structure]).toEqual([[], null, null]);
    else expect(report.parameters.gamma!.value / one.gamma).toBeCloseTo(1, 12);
    const again = isModes ? "cluster" : "assign";
    const assigned = await segment([again, `${one.name}.csv`, "--model", "m.json", "-o", "again.csv", "-q"], { cwd });
    expect([assigned.code, assigned.stderr]).toEqual([0, ""]);
    expect(segmentsOf("again.csv")).toEqual(segmentsOf("out.csv"));
  },
);

interface Medoids {
  readonly name: string;
  readonly k: number;
  readonly weights: readonly number[];
  readonly deviation: number;
}
const even = recorded<Medoids>("gower").filter(({ k, weights }) => k === 4 && new Set(weights).size === 1);

test.each(even)(
  "medoids in Gower's distance of $name, k = $k: as near as FasterPAM's, and its saved model gives the same",
  async (one) => {
    const { columns, categories } = table(one.name, mixedRows(one.name));
    const how = ["--method", "k-medoids", "--distance", "gower", "--scale", "none", "--columns", columns];
    const words = ["cluster", `${one.name}.csv`, ...how, "--categories", categories, "--k", `${one.k}`];
    const run = await segment([...words, "--starts", "10", "--json", "-o", "out.csv", "--save-model", "m.json"], {
      cwd,
    });
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect((JSON.parse(run.stdout) as Report).deviation).toBeLessThanOrEqual(one.deviation * (1 + 1e-9));
    const assigned = await segment(["assign", `${one.name}.csv`, "--model", "m.json", "-o", "again.csv", "-q"], {
      cwd,
    });
    expect([assigned.code, assigned.stderr]).toEqual([0, ""]);
    expect(read("again.csv")).toBe(read("out.csv"));
  },
);

/** Forty customers in two groups; each tenth has no plan. */
function customers(): string {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const isB = i % 2;
    const plan = i % 10 === 9 ? "" : ["basic", "pro"][isB]!;
    const name = `Name ${i} of ${(i * 7919) % 1009}`;
    const mail = `u${i}@example.org`;
    const numbers = `${20 + 30 * isB + (i % 7)},${100 + 200 * isB + (i % 5)}`;
    return `c${String(i).padStart(4, "0")},${mail},${name},${numbers},${plan},${["FR", "DE", "ES"][i % 3]},${["yes", "no"][isB]}`;
  });
  return `customer_id,email,notes,age,visits,plan,country,vip\n${rows.join("\n")}\n`;
}

test("text of few words is chosen where no column is named, with the modes of each segment and a missing word of its own", async () => {
  put("customers.csv", customers());
  const words = ["cluster", "customers.csv", "--method", "k-prototypes", "--k", "2", "--json", "-o", "out.csv"];
  const run = await segment([...words, "--save-model", "m.json"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const report = JSON.parse(run.stdout) as Report;
  expect(report.columns).toEqual(["age", "visits"]);
  expect(report.categories).toEqual([
    { column: "plan", words: 2, missing: 4 },
    { column: "country", words: 3, missing: 0 },
  ]);
  // Of the twenty customers of each group: all of one are basic, sixteen of the other pro.
  const [first, second] = report.segments;
  const byWord = [first!.modes.plan!, second!.modes.plan!].toSorted((a, b) => (a.word < b.word ? -1 : 1));
  expect(byWord).toEqual([
    { word: "basic", share: 1, everyone: 0.5 },
    { word: "pro", share: 0.8, everyone: 0.4 },
  ]);
  expect([first!.description, second!.description].toSorted()).toEqual([
    expect.stringMatching(/; plan (basic \(100%\)|pro \(80%\))/),
    expect.stringMatching(/; plan (basic \(100%\)|pro \(80%\))/),
  ]);
  expect(report.parameters.gamma).toEqual({ value: 0.5, proposed: expect.stringContaining("half the mean") });
  const model = JSON.parse(read("m.json")) as { parameters: { categories: unknown; rule: { kind: string } } };
  expect(model.parameters.categories).toEqual([
    { column: "plan", type: "text", words: ["basic", "pro"], has_missing: true },
    { column: "country", type: "text", words: ["DE", "ES", "FR"], has_missing: false },
  ]);
  const shown = await segment(
    words.filter((word) => word !== "--json"),
    { cwd },
  );
  expect(shown.stdout).toContain("categorical columns: 2 (text of 2 to 50 words that rows share");
  expect(shown.stdout).toMatch(/ plan +country\n1 +(basic 100%|pro 80%)/);
});

test("a word that the fit has not seen is like none, and told; the numbers decide", async () => {
  put("customers.csv", customers());
  const fit = ["cluster", "customers.csv", "--method", "k-prototypes", "--k", "2", "-o", "out.csv", "-q"];
  expect((await segment([...fit, "--save-model", "m.json"], { cwd })).code).toBe(0);
  put("new.csv", customers().replaceAll(",basic,", ",gold,").replaceAll(",FR,", ",IT,"));
  const run = await segment(["assign", "new.csv", "--model", "m.json", "-o", "new-out.csv"], { cwd });
  expect(run.code).toBe(0);
  expect(run.stdout.replaceAll(/\s+/g, " ")).toContain("like those of no segment: 20 of plan, 14 of country");
  expect(segmentsOf("new-out.csv")).toEqual(segmentsOf("out.csv"));
  put("lacking.csv", customers().replace("country", "region"));
  const lacking = await segment(["assign", "lacking.csv", "--model", "m.json", "-o", "x.csv"], { cwd });
  expect([lacking.code, lacking.stderr]).toEqual([3, expect.stringContaining("country is missing")]);
});

test("weights act as repeated rows, and yes and no are words", async () => {
  const rows = customers().trim().split("\n");
  const weighted = rows.map((row, i) => `${row},${i === 0 ? "times" : 1 + (i % 3)}`);
  const repeated = rows.flatMap((row, i) => Array.from({ length: i === 0 ? 1 : 1 + (i % 3) }, () => row));
  put("weighted.csv", `${weighted.join("\n")}\n`);
  put("repeated.csv", `${repeated.join("\n")}\n`);
  const how = ["--method", "k-prototypes", "--k", "3", "--categories", "plan,vip,c*try", "--gamma", "0.4", "--json"];
  const [one, other] = await Promise.all(
    [
      ["cluster", "weighted.csv", "--weights", "times", "-o", "w.csv"],
      ["cluster", "repeated.csv", "-o", "r.csv"],
    ].map(async (words) => JSON.parse((await segment([...words, ...how], { cwd })).stdout) as Report),
  );
  expect(one!.categories.map(({ column, words }) => [column, words])).toEqual([
    ["plan", 2],
    ["country", 3],
    ["vip", 2],
  ]);
  expect(one!.parameters.gamma).toEqual({ value: 0.4, proposed: null });
  expect(one!.cost).toBeCloseTo(other!.cost, 9);
  expect(one!.segments.map(({ size, modes }) => [size, modes.vip!.word])).toEqual(
    other!.segments.map(({ size, modes }) => [size, modes.vip!.word]),
  );
});

test("a refit is numbered like a model of words, and segments are judged by their numbers, which is said", async () => {
  put("customers.csv", customers());
  const words = ["cluster", "customers.csv", "--method", "k-prototypes", "-o", "out.csv", "--k", "2"];
  expect((await segment([...words, "-q", "--save-model", "m.json"], { cwd })).code).toBe(0);
  const again = await segment([...words, "--like", "m.json"], { cwd });
  expect(again.stdout.replaceAll(/\s+/g, " ")).toContain("numbered like the earlier model: 0 rows moved");
  const judged = await segment(["validate", "out.csv", "--segments", "--model", "m.json", "--json"], { cwd });
  expect(JSON.parse(judged.stdout)).toMatchObject({
    warnings: [{ code: "numbers-only", message: expect.stringContaining("not by its words: plan, country") }],
  });
  for (const [refused, text] of [
    [["validate", "out.csv", "--stability", "--model", "m.json"], "goes by words too"],
    [["why", "c0001", "--in", "out.csv", "--model", "m.json"], "goes by words too: plan, country"],
    [["assign", "customers.csv", "--model", "m.json", "--with", "second", "-o", "x.csv"], "measures numbers alone"],
  ] as const) {
    const run = await segment(refused, { cwd });
    expect([refused, run.code, run.stderr]).toEqual([refused, 2, expect.stringContaining(text)]);
  }
});

test("a model of words with a member that is wrong is refused by the member's name", async () => {
  put("customers.csv", customers());
  const words = ["cluster", "customers.csv", "--k", "2", "-o", "out.csv", "-q", "--save-model", "m.json"];
  const saved = async (how: readonly string[]): Promise<string> => {
    expect((await segment([...words, ...how], { cwd })).code).toBe(0);
    return read("m.json");
  };
  const prototype = await saved(["--method", "k-prototypes"]);
  const gower = await saved(["--method", "k-medoids", "--distance", "gower"]);
  type Parameters = Record<string, unknown> & { rule: Record<string, unknown>; categories: Record<string, unknown>[] };
  const wrongs: readonly (readonly [string, (parameters: Parameters) => void, string])[] = [
    [prototype, ({ rule }) => (rule.modes = [0, 0, 9, 0]), "rule.modes[2]"],
    [prototype, ({ rule }) => (rule.gamma = 0), "rule.gamma"],
    [prototype, ({ rule }) => (rule.centres = [1]), "rule.centres"],
    [prototype, ({ categories }) => (categories[0]!.words = ["a", "a"]), "categories[0].words (one stands twice)"],
    [prototype, ({ categories }) => (categories[1]!.type = "date"), "categories[1].type"],
    [prototype, ({ categories }) => delete categories[1]!.has_missing, "categories[1].has_missing"],
    [gower, ({ rule }) => (rule.prices = [-1, 0]), "rule.prices[0]"],
    [gower, ({ rule }) => (rule.codes = [0]), "rule.codes"],
    [gower, (parameters) => delete (parameters as Record<string, unknown>).rule, "categories"],
  ];
  for (const [text, change, member] of wrongs) {
    const model = JSON.parse(text) as { parameters: Parameters };
    change(model.parameters);
    put("wrong.json", JSON.stringify(model));
    const run = await segment(["assign", "customers.csv", "--model", "wrong.json", "-o", "x.csv"], { cwd });
    expect([member, run.code, run.stderr]).toEqual([
      member,
      3,
      expect.stringContaining(`${member} is missing or wrong`),
    ]);
  }
});

test("what words and numbers cannot do together is refused with the way out", async () => {
  put("customers.csv", customers());
  put("numbers.csv", "a,b\n1,2\n2,3\n9,9\n8,9\n5,5\n");
  const gower = ["--method", "k-medoids", "--distance", "gower"];
  const method = ["--method", "k-prototypes"];
  const refusals: readonly (readonly [string, readonly string[], string])[] = [
    ["customers.csv", ["--categories", "plan"], "--categories would have no effect"],
    ["customers.csv", ["--method", "k-medoids", "--categories", "plan"], "add --distance gower"],
    ["customers.csv", ["--gamma", "1"], "--gamma would have no effect"],
    ["customers.csv", [...method, "--gamma", "0"], "above 0"],
    ["customers.csv", [...method, "--categories", "plans"], "did you mean plan"],
    ["customers.csv", [...method, "--categories", "plan", "--exclude", "plan"], "both name plan"],
    ["customers.csv", [...method, "--categories", "age", "--columns", "age"], "both name age"],
    ["customers.csv", [...method, "--missing", "plan=zero"], "a missing word is a word of its own"],
    ["customers.csv", [...method, "--exclude", "age,visits"], "say how many segments: --k N"],
    ["customers.csv", [...method, "--exclude", "age,visits", "--k", "2", "--gamma", "1"], "no numbers to weigh"],
    ["customers.csv", [...method, "--exclude", "age,visits", "--k", "2", "--rules"], "--rules would have no effect"],
    ["customers.csv", [...method, "--with", "distance"], "measures numbers alone"],
    ["customers.csv", [...gower, "--with", "silhouette"], "measures numbers alone"],
    ["customers.csv", [...method, "--within", "plan"], "goes by words too"],
    ["customers.csv", [...gower, "--imputations"], "goes by words too"],
    ["numbers.csv", method, "no categorical column"],
  ];
  for (const [file, words, text] of refusals) {
    const run = await segment(["cluster", file, ...words], { cwd });
    expect([words, run.code, run.stderr]).toEqual([words, 2, expect.stringContaining(text)]);
  }
});
