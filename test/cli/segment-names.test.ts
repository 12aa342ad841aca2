import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const run = (...words: string[]): ReturnType<typeof segment> => segment(words, { cwd });

interface Fit {
  readonly segments: readonly { readonly segment: number; readonly name: string; readonly description: string }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

const fit = async (...words: string[]): Promise<Fit> => {
  const found = await run("cluster", "customers.csv", "--starts", "2", "--json", ...words);
  expect(found).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(found.stdout) as Fit;
};

beforeAll(async () => {
  const made = await shell(
    `set -e; segment sample customers --rows 400 --seed 7 -q -o customers.csv
     segment cluster customers.csv --k 4 --starts 2 --names names.yaml --save-model old.json --with name -q -o old.csv`,
    { cwd },
  );
  expect(made).toEqual({ code: 0, stdout: "", stderr: "" });
}, 60_000);

/** Segment and name of each row; a name with a comma is quoted. */
function pairs(file: string): ReadonlySet<string> {
  return new Set(
    read(file)
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => /,(\d+,(?:"[^"]*"|[^,"]*))$/.exec(line)![1]!),
  );
}

test("each row has the name of its segment, as the model and the report say it", async () => {
  const { segments } = await fit("--k", "4");
  const quoted = (name: string): string => (name.includes(",") ? `"${name}"` : name);
  expect([...pairs("old.csv")].toSorted()).toEqual(segments.map(({ segment: n, name }) => `${n},${quoted(name)}`));
  const model = JSON.parse(read("old.json")) as { parameters: { segments: { segment: number; name: string }[] } };
  const saved = model.parameters.segments.toSorted((a, b) => a.segment - b.segment);
  expect(saved.map(({ name }) => name)).toEqual(segments.map(({ name }) => name));
  expect((await run("cluster", "customers.csv", "--k", "4", "--starts", "2", "-o", "x.csv")).stdout).toContain(
    `${segments[0]!.name}: ${segments[0]!.description}`.slice(0, 50),
  );
});

test("names are French where that is asked for", async () => {
  const english = await fit("--k", "4");
  const french = await fit("--k", "4", "--lang", "fr");
  expect(french.segments).toHaveLength(4);
  for (const { name, description } of french.segments) {
    expect(english.segments.map((one) => one.name)).not.toContain(name);
    expect(`${name} ${description}`).not.toMatch(/\b(buyers|customers|many|few|seldom|average)\b/);
  }
});

test("a name that a person changed stays with its segment at a refit numbered like the last, and is told of", async () => {
  const edited = read("names.yaml").replace(
    /^2:\n {2}name: .*$/m,
    "2:\n  name: Ours # kept\n  sentence: those we like",
  );
  writeFileSync(join(cwd, "edited.yaml"), `${edited}77: Nobody\n`);
  const refit = await fit("--k", "5", "--like", "old.json", "--names", "edited.yaml", "--save-model", "new.json");
  const second = refit.segments.find((one) => one.segment === 2);
  expect(second).toMatchObject({ name: "Ours", description: "those we like" });
  const codes = refit.warnings.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(["numbered-like", "names-new", "names-retired"]));
  expect(codes).not.toContain("names-by-number");
  const file = read("edited.yaml");
  expect(file).toContain("  name: Ours # kept\n  sentence: those we like\n");
  expect(file).toContain("77:\n  name: Nobody\n  retired: true\n");
  expect(file).toMatch(/^5:\n {2}name: (.+)\n {2}generated: \1$/m);
  const again = await fit("--k", "4", "--like", "new.json");
  expect(again.segments.find((one) => one.segment === 2)).toMatchObject({ name: "Ours", description: "those we like" });
  expect((await fit("--k", "4", "--names", "edited.yaml")).warnings.map(({ code }) => code)).toContain(
    "names-by-number",
  );
});

test("assign takes the model's names, or those of a file", async () => {
  expect(
    (await run("assign", "customers.csv", "--model", "old.json", "--with", "name", "-q", "-o", "a.csv")).code,
  ).toBe(0);
  expect(read("a.csv")).toBe(read("old.csv"));
  writeFileSync(join(cwd, "mine.yaml"), "1: Uns\n2: Deux\n3: Trois\n4: Quatre\n");
  const words = ["--model", "old.json", "--names", "mine.yaml", "--with", "name"];
  expect((await run("assign", "customers.csv", ...words, "-q", "-o", "b.csv")).code).toBe(0);
  expect([...pairs("b.csv")].toSorted()).toEqual(["1,Uns", "2,Deux", "3,Trois", "4,Quatre"]);
  const explained = await run("assign", "customers.csv", "--model", "old.json", "--names", "mine.yaml", "--explain");
  expect(explained).toMatchObject({ code: 0, stderr: "" });
});

test("validate calls the segments of a model by its names", async () => {
  const judged = await run("validate", "old.csv", "--segments", "--model", "old.json", "--json");
  const { segments } = (JSON.parse(judged.stdout) as { segments: { segments: { segment: number; name: string }[] } })
    .segments;
  const model = JSON.parse(read("old.json")) as { parameters: { segments: { segment: number; name: string }[] } };
  for (const { segment: number, name } of segments) {
    expect(model.parameters.segments.find((one) => one.segment === number)!.name).toBe(name);
  }
  expect(segments).toHaveLength(4);
});

test("a names file that cannot be taken is an error with its place, and nothing is written", async () => {
  writeFileSync(join(cwd, "bad.yaml"), "1: a\n2: A\n");
  const refused = await run("cluster", "customers.csv", "--k", "4", "--names", "bad.yaml", "-o", "c.csv");
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("bad.yaml, line 2, column 4: two segments are named A");
  expect(read("bad.yaml")).toBe("1: a\n2: A\n");
  const missing = await run("assign", "customers.csv", "--model", "old.json", "--names", "none.yaml", "-o", "c.csv");
  expect(missing).toMatchObject({ code: 3 });
});

test("a model of before segments had names says so when a name is asked for", async () => {
  const model = JSON.parse(read("old.json")) as { parameters: { segments: Record<string, unknown>[] } };
  for (const one of model.parameters.segments) for (const member of ["name", "z", "given"]) delete one[member];
  writeFileSync(join(cwd, "bare.json"), JSON.stringify(model));
  expect((await run("assign", "customers.csv", "--model", "bare.json", "-q", "-o", "d.csv")).code).toBe(0);
  const refused = await run("assign", "customers.csv", "--model", "bare.json", "--with", "name", "-o", "d.csv");
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("--names FILE.yaml");
});
