import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const folder = scratch();
const rows = Array.from(
  { length: 40 },
  (_, i) => `${i % 2 === 0 ? 10 + i / 7 : 90 + i / 9},${(i * 13) % 17},${i % 3 === 0 ? "Lille" : "Lyon"}`,
);
const text = `spent,visits,town\n${rows.join("\n")}\n`;
writeFileSync(join(folder, "c.csv"), text);
writeFileSync(join(folder, "c.csv.gz"), gzipSync(text));
writeFileSync(join(folder, "tie.csv"), "ca;visites;commandes\n1.234;3;7\n2.345;9;2\n5.859;4;4\n3.111;8;1\n");

test("an option of the fit beside a saved model is refused, not ignored", async () => {
  expect(
    (await segment(["cluster", "c.csv", "--k", "2", "--save-model", "m.json", "-q", "-o", "a.csv"], { cwd: folder }))
      .code,
  ).toBe(0);
  const run = await segment(
    ["cluster", "c.csv", "--model", "m.json", "--k", "4", "--scale", "none", "--save-model", "n.json", "-o", "b.csv"],
    { cwd: folder },
  );
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(
    /^segment: --model assigns without fitting, so --scale, --k, --save-model would have no effect; [^\n]+\n$/,
  );
  expect(existsSync(join(folder, "n.json"))).toBe(false);
  expect(existsSync(join(folder, "b.csv"))).toBe(false);
});

test.each([
  ["c.csv.gz", [], /plain UTF-8.*segment ingest/],
  ["c.csv", ["--with", "silhouette"], /--with silhouette measures a row against all others, and is not written as SQL/],
  ["c.csv", ["--quarantine", "q.csv"], /--quarantine would have no effect/],
] as const)("--explain refuses what it could not keep: %s %s", async (file, words, message) => {
  const run = await segment(["cluster", file, "--k", "2", "--explain", ...words], { cwd: folder });
  expect(run).toMatchObject({ code: 2, stdout: "" });
  expect(run.stderr).toMatch(message);
  expect(existsSync(join(folder, "q.csv"))).toBe(false);
});

test("a money column that can be read in two ways is settled before it is clustered by", async () => {
  const run = await segment(["cluster", "tie.csv", "--k", "2", "-o", "t.csv"], { cwd: folder });
  expect(run.code).toBe(3);
  for (const word of ["ca", "1.234", "--decimal ,", "--decimal ."]) expect(run.stderr).toContain(word);
  const settled = await segment(["cluster", "tie.csv", "--k", "2", "--decimal", ",", "--json", "-o", "t.csv"], {
    cwd: folder,
  });
  expect(settled.code).toBe(0);
  expect(JSON.parse(settled.stdout)).toMatchObject({ columns: ["ca", "visites", "commandes"] });
  const without = await segment(["cluster", "tie.csv", "--k", "2", "--exclude", "ca", "-q", "-o", "t.csv"], {
    cwd: folder,
  });
  expect(without.code).toBe(0);
});

test("a column that describes the segments had no part in the fit", async () => {
  const run = await segment(["cluster", "c.csv", "--k", "2", "--describe", "visits", "--json", "-o", "d.csv"], {
    cwd: folder,
  });
  expect(JSON.parse(run.stdout)).toMatchObject({ columns: ["spent"] });
});

test("a group of commands explains itself", async () => {
  const run = await segment(["sample", "--help"]);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  for (const name of ["sample customers", "sample transactions", "sample events"]) expect(run.stdout).toContain(name);
});

test.each([
  [["export", "t.csv", "--per-segment", ""], /--per-segment names no file: the name is empty/],
  [["ingest", "t.csv", "-o", ""], /--output names no file/],
  [["assign", "t.csv", "--model", ""], /--model names no file/],
  [["ingest", ""], /an input file has an empty name/],
])("a variable that was never set is no file: %j", async (words, message) => {
  const folder = scratch();
  writeFileSync(`${folder}/t.csv`, "id,segment\n1,1\n");
  const run = await segment(words, { cwd: folder });
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(message);
  expect(readdirSync(folder)).toEqual(["t.csv"]);
});

test("a temporary folder that is not there is said, with the way out", async () => {
  const folder = scratch();
  writeFileSync(`${folder}/t.csv.gz`, gzipSync("id,a\n1,2\n"));
  const run = await segment(["ingest", "t.csv.gz"], { cwd: folder, env: { TMPDIR: "/nonexistent" } });
  expect(run.code).toBe(4);
  expect(run.stderr).toMatch(/temporary files cannot be used: \/nonexistent; set TMPDIR/);
});

test("two roles of a transaction are two columns", async () => {
  const folder = scratch();
  writeFileSync(`${folder}/t.csv`, "day,amount\n2024-01-01,2\n");
  const run = await segment(["score", "rfm", "t.csv", "--customer", "day", "--date", "day", "--amount", "amount"], {
    cwd: folder,
  });
  expect(run.code).toBe(2);
  expect(run.stderr).toContain("--customer and --date both name day");
});
