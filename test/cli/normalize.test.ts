import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell, terminal } from "./run-segment.ts";
import { tableBySql } from "./table-by-sql.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const quiet = { code: 0, stdout: "", stderr: "" };
const example = fileURLToPath(new URL("../../examples/customers/customers.csv", import.meta.url));

/** The last field of every row. */
function lastFields(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.slice(line.lastIndexOf(",") + 1));
}

beforeAll(async () => {
  const sample = ["sample", "customers", "--rows", "900", "-q", "-o", "c.csv"];
  expect(await segment(sample, { cwd })).toMatchObject({ code: 0 });
});

test("normalize | cluster gives every customer of the example the segment that cluster alone gives", async () => {
  expect(await segment(["cluster", example, "-q", "-o", "alone.csv"], { cwd })).toEqual(quiet);
  const run = await shell(`segment normalize '${example}' -q | segment cluster -q -o piped.csv`, { cwd });
  expect(run).toEqual(quiet);
  const segments = lastFields(read("alone.csv"));
  expect(new Set(segments).size).toBeGreaterThan(2);
  expect(lastFields(read("piped.csv"))).toEqual(segments);
});

test("a saved model gives the rows of the fit the bytes of the fit; on any threads and on plain kernels as well", async () => {
  const methods = ["--method", "auto,visits=yeo-johnson+robust,orders=log1p+minmax"];
  const fit = ["normalize", "c.csv", ...methods, "-q", "--save-model", "m.json", "-o", "fit.csv"];
  expect(await segment(fit, { cwd })).toEqual(quiet);
  expect(await segment(["normalize", "c.csv", "--model", "m.json", "-q", "-o", "a.csv"], { cwd })).toEqual(quiet);
  expect(read("a.csv")).toBe(read("fit.csv"));
  const again = ["normalize", "c.csv", ...methods, "--save-model", "m2.json", "-o", "fit2.csv", "--report", "r2.json"];
  for (const [threads, kernels] of [
    ["1", ""],
    ["2", ""],
    ["3", "typescript"],
  ] as const) {
    const env = { SEGMENT_KERNELS: kernels };
    expect(await segment([...again, "--threads", threads, "-q"], { cwd, env })).toEqual(quiet);
    expect(read("fit2.csv")).toBe(read("fit.csv"));
    expect(read("m2.json")).toBe(read("m.json"));
    const report = read("r2.json");
    writeFileSync(join(cwd, `report-${threads}.json`), report);
    expect(report).toBe(read("report-1.json"));
  }
});

test("Parquet in, Parquet out: the same numbers, as doubles", async () => {
  expect(await segment(["normalize", "c.csv", "-q", "-o", "csv.csv"], { cwd })).toEqual(quiet);
  expect(await segment(["ingest", "c.csv", "-q", "-o", "c.parquet"], { cwd })).toEqual(quiet);
  expect(await segment(["normalize", "c.parquet", "-q", "-o", "p.parquet"], { cwd })).toEqual(quiet);
  expect(await segment(["normalize", "c.parquet", "-q", "-o", "p.csv"], { cwd })).toEqual(quiet);
  expect(lastFields(read("p.csv"))).toEqual(lastFields(read("csv.csv")));
  const described = JSON.parse((await segment(["ingest", "p.parquet", "--json"], { cwd })).stdout);
  const types = described.columns.filter(({ name }: { name: string }) => name.endsWith("_scaled"));
  expect(types.map(({ type }: { type: string }) => type)).toEqual(types.map(() => "number"));
});

test("the way back: --inverse recovers every value that --in-place replaced", async () => {
  const columns = ["--columns", "revenue,visits", "--method", "yeo-johnson+zscore", "--in-place"];
  const fit = ["normalize", "c.csv", ...columns, "--save-model", "i.json", "-q", "-o", "i.csv"];
  expect(await segment(fit, { cwd })).toEqual(quiet);
  const back = ["normalize", "i.csv", "--model", "i.json", "--inverse", "-q", "-o", "back.csv"];
  expect(await segment(back, { cwd })).toEqual(quiet);
  const header = read("c.csv").split("\n")[0]!;
  expect(read("i.csv").split("\n")[0]).toBe(header);
  expect(read("back.csv").split("\n")[0]).toBe(header);
  const column = (name: string): number[] => {
    const place = header.split(",").indexOf("revenue");
    const fields = /("[^"]*"|[^,]*)(,|$)/g;
    const lines = read(name).trimEnd().split("\n").slice(1);
    return lines.map((line) => Number([...line.matchAll(fields)][place]![1]));
  };
  const before = column("c.csv");
  column("back.csv").forEach((x, i) => {
    if (!Number.isNaN(before[i])) expect(Math.abs(x - before[i]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, before[i]!));
  });
});

test("decimal commas and semicolons: scaled numbers are written with a point, the others in plain notation", async () => {
  writeFileSync(join(cwd, "fr.csv"), "Numéro;Chiffre d'affaires;Visites\n1;1 234,50;3\n2;20,5;5\n3;400,25;10\n");
  const run = await segment(["normalize", "fr.csv", "--method", "minmax", "--columns", "Chiffre*,Visites"], { cwd });
  expect(run.code).toBe(0);
  expect(run.stdout).toBe(
    [
      "Numéro,Chiffre d'affaires,Visites,Chiffre d'affaires_scaled,Visites_scaled",
      "1,1234.50,3,1.0,0.0",
      "2,20.5,5,0.0,0.2857142857142857",
      `3,400.25,10,${(400.25 - 20.5) / (1234.5 - 20.5)},1.0`,
      "",
    ].join("\n"),
  );
  expect(run.stderr).toContain("normalize · 3 rows · 2 columns scaled");
});

describe("--explain prints SQL that a fresh DuckDB runs to the same table, and writes nothing", () => {
  test.each([
    ["c.csv", ["--method", "auto"], 1e-13],
    ["c.csv", ["--method", "minmax,revenue=zscore", "--in-place"], 0],
    ["c.csv", ["--model", "m.json"], 1e-13],
    ["c.parquet", ["--method", "yeo-johnson+zscore"], 1e-12],
    ["fit.csv", ["--model", "m.json", "--inverse", "--overwrite"], 1e-11],
  ] as const)("%s %s", async (file, words, tolerance) => {
    const before = readdirSync(cwd).sort();
    const run = await segment(["normalize", file, ...words, "--explain", "-o", "never.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(cwd).sort()).toEqual(before);
    expect(await segment(["normalize", file, ...words, "-q", "-o", "x.ndjson"], { cwd })).toEqual(quiet);
    const expected = read("x.ndjson")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const found = await tableBySql(cwd, run.stdout);
    expect(found.length).toBe(expected.length);
    found.forEach((row, i) => {
      expect(Object.keys(row)).toEqual(Object.keys(expected[i]!));
      for (const [name, value] of Object.entries(row)) {
        const other = expected[i]![name];
        if (typeof other !== "number" || value === null) continue;
        const off = Math.abs(Number(value) - other) / Math.max(1, Math.abs(other));
        expect(off, `${name}, row ${i}`).toBeLessThanOrEqual(tolerance);
      }
    });
  });
});

describe("what would have no effect, or cannot be, ends in exit 2 with the way out", () => {
  test.each([
    [["--method", "zcore"], /did you mean zscore/],
    [["--method", "log1p,zscore"], /log1p\+zscore/],
    [["--inverse"], /--inverse needs the model/],
    [["--model", "m.json", "--method", "zscore", "--columns", "visits"], /--columns, --method would have no effect/],
    [["--model", "m.json", "--in-place"], /--in-place would have no effect/],
    [["--explain", "--quarantine", "q.csv"], /--quarantine would have no effect/],
    [["--columns", "vists"], /did you mean visits/],
    [["--model", "m.json", "--seed", "3"], /--seed would have no effect/],
  ])("%s", async (words, message) => {
    const run = await segment(["normalize", "c.csv", ...words], { cwd });
    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toMatch(message);
    expect(run.stderr.trimEnd().split("\n").length).toBe(1);
  });
});

test("at a terminal of 80 columns every line fits, and the preview shows the scaled columns", async () => {
  const run = await terminal("segment normalize c.csv --method yeo-johnson+zscore --no-color", 80, { cwd });
  expect(run.code).toBe(0);
  for (const line of run.stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  expect(run.stdout).toMatch(/^column +method +λ +centre +scale +skewness/m);
  expect(run.stdout).toContain("revenue_scaled");
  expect(run.stdout).toContain("to save them all: segment normalize c.csv");
});
