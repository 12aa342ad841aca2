import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell, terminal } from "./run-segment.ts";

const cwd = scratch();
const place = (name: string): string => join(cwd, name);
const read = (name: string): string => readFileSync(place(name), "utf8");
const escape = String.fromCharCode(27);
const k3 = ["cluster", "c.csv", "--columns", "revenue,orders,visits", "--k", "3"];
const line = `segment ${k3.join(" ")}`;

beforeAll(async () => {
  expect(await segment(["sample", "customers", "--rows", "300", "-q", "-o", "c.csv"], { cwd })).toMatchObject({
    code: 0,
  });
});

test("with -o the table goes to the file and the report to standard output", async () => {
  const run = await segment([...k3, "-o", "a.csv"], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toMatch(/^k = 3 · k-means · 300 rows/);
  expect(run.stdout).not.toContain(escape);
  expect(read("a.csv").split("\n")).toHaveLength(302);
  expect(read("a.csv")).not.toMatch(/^\ufeff|\r/);
});

test("in a pipe the table goes to standard output and the report to standard error, no line above 80 columns", async () => {
  const run = await segment(k3, { cwd });
  expect(run.code).toBe(0);
  expect(run.stdout).toBe(read("a.csv"));
  expect(run.stderr).toMatch(/^k = 3 · k-means · 300 rows/);
  for (const shown of run.stderr.split("\n")) expect([...shown].length).toBeLessThanOrEqual(80);
});

test("--json claims standard output without -o, and shares it with no table", async () => {
  const alone = await segment([...k3, "--json"], { cwd });
  const saved = await segment([...k3, "--json", "-o", "b.csv"], { cwd });
  expect(alone).toMatchObject({ code: 0, stderr: "" });
  expect(saved.stdout).toBe(alone.stdout);
  expect(JSON.parse(alone.stdout)).toMatchObject({ schema: "segment/cluster@1" });
  expect(read("b.csv")).toBe(read("a.csv"));
});

test("-q prints nothing but the table", async () => {
  expect(await segment([...k3, "-q", "-o", "q.csv"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
  const piped = await segment([...k3, "-q"], { cwd });
  expect(piped).toEqual({ code: 0, stdout: read("a.csv"), stderr: "" });
});

test("--report saves the report as JSON, Markdown and HTML, and --tables its tables as CSV with a manifest", async () => {
  const json = await segment([...k3, "--json", "--report", "r.json"], { cwd });
  expect(read("r.json")).toBe(json.stdout);
  for (const name of ["r.md", "r.html"]) {
    expect(await segment([...k3, "-q", "--report", name, "-o", "d.csv"], { cwd })).toMatchObject({ code: 0 });
  }
  expect(read("r.md")).toMatch(/^# .*\n/);
  expect(read("r.html")).toMatch(/^<!doctype html>/i);
  expect(read("r.html")).not.toMatch(/<script|src="http|href="http/i);
  for (let again = 0; again < 2; again++) {
    expect(await segment([...k3, "-q", "--tables", "tables", "-o", "d.csv"], { cwd })).toMatchObject({ code: 0 });
  }
  const { files } = JSON.parse(read("tables/manifest.json")) as { files: { file: string }[] };
  expect(readdirSync(place("tables")).sort()).toEqual([...files.map(({ file }) => file), "manifest.json"].sort());
  expect(files.every(({ file }) => file.endsWith(".csv"))).toBe(true);
});

describe("a reader that closes the pipe early has seen enough: exit 0, nothing said", () => {
  test.each([
    ["table", `${line} -q | head -1`, /^customer_id,.*segment\n$/],
    ["report", `${line} -o h.csv | head -1`, /^k = 3/],
    ["JSON", `${line} --json | head -1`, /^\{\n$/],
    ["a large table", "segment sample customers --rows 20000 -q | head -1", /^customer_id,/],
    ["help", "segment cluster --help | head -1", /^Usage/],
  ])("%s", async (_what, words, shown) => {
    const run = await shell(`${words}; echo "\${PIPESTATUS[0]}" >&2`, { cwd });
    expect(run.stderr).toBe("0\n");
    expect(run.stdout).toMatch(shown);
  });
});

describe("a full disk ends in 4 and one line", () => {
  test.each([
    ["a device", `${line} -q -o /dev/full`],
    ["standard output", `${line} -q > /dev/full`],
    ["the report on standard output", `${line} -o e.csv > /dev/full`],
    ["Parquet", `${line} -q -o /dev/full --format parquet`],
  ])("%s", async (_what, words) => {
    const run = await shell(`${words}; exit $?`, { cwd });
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(/^segment: [^\n]+\n$/);
  });

  test.each(["csv", "parquet", "ndjson", "csv.gz"])("a limit on the file's size, %s", async (ending) => {
    writeFileSync(place(`limit.${ending}`), "old");
    const run = await shell(`ulimit -f 4; ${line} -q -o limit.${ending}; exit $?`, { cwd });
    expect(run.code).toBe(4);
    expect(run.stderr).toMatch(/^segment: limit\.[^\n]+\n$/);
    expect(read(`limit.${ending}`)).toBe("old");
    expect(readdirSync(cwd).filter((name) => name.startsWith(".segment"))).toEqual([]);
  });
});

test("a report that cannot be written leaves table and model as they were", async () => {
  for (const name of ["kept.csv", "kept.json"]) writeFileSync(place(name), "old");
  const words = [...k3, "-q", "-o", "kept.csv", "--save-model", "kept.json", "--report", "/proc/none/r.md"];
  expect(await segment(words, { cwd })).toMatchObject({ code: 4 });
  expect([read("kept.csv"), read("kept.json")]).toEqual(["old", "old"]);
});

test("Ctrl-C in the middle ends in 130 with the old output intact and nothing left behind", async () => {
  writeFileSync(place("old.csv"), "old");
  const words = [
    "mkdir -p tmp; segment sample customers --rows 60000 -q -o big.csv",
    `TMPDIR=$PWD/tmp segment cluster big.csv --starts 500 --k 2..12 -q -o old.csv --save-model new.json & run=$!`,
    // The spool folder appears when the work has begun.
    'for i in $(seq 200); do [ -n "$(ls tmp)" ] && break; sleep 0.05; done; sleep 0.3',
    // A shell's function in the background is a subshell: its child is the program.
    "pkill -INT -P $run; wait $run; exit $?",
  ];
  const run = await shell(words.join("\n"), { cwd });
  expect(run.stderr).toMatch(/^segment: interrupted[^\n]*\n$/);
  expect(run.code).toBe(130);
  expect(read("old.csv")).toBe("old");
  expect(existsSync(place("new.json"))).toBe(false);
  expect(readdirSync(place("tmp"))).toEqual([]);
  expect(readdirSync(cwd).filter((name) => name.startsWith(".segment"))).toEqual([]);
});

test("standard input is read when no file or - is named", async () => {
  const stdin = read("c.csv");
  const words = k3.filter((word) => word !== "c.csv");
  expect(await segment([...words, "-q"], { cwd, stdin })).toEqual({ code: 0, stdout: read("a.csv"), stderr: "" });
  expect((await segment(["cluster", "-", ...k3.slice(2), "-q"], { cwd, stdin })).stdout).toBe(read("a.csv"));
  expect(await segment(["cluster"], { cwd, stdin: "" })).toMatchObject({ code: 3, stdout: "" });
});

describe("at a terminal", () => {
  test.each([80, 120])(
    "the report and a preview fit %i columns, in colour, with the line that saves",
    async (columns) => {
      const run = await terminal(`${line}; exit $?`, columns, { cwd });
      expect(run.code).toBe(0);
      expect(run.stdout).toContain(`${escape}[`);
      expect(run.stdout).toContain("preview: 10 of 300 rows");
      expect(run.stdout).toMatch(/to save them all: [\s\S]*-o/);
      for (const shown of plain(run.stdout).split("\n")) expect([...shown].length).toBeLessThanOrEqual(columns);
    },
  );

  test.each([
    ["NO_COLOR", `NO_COLOR=1 ${line}`],
    ["--no-color", `${line} --no-color`],
    ["TERM=dumb", `TERM=dumb ${line}`],
  ])("%s takes the colours away", async (_what, words) => {
    expect((await terminal(`${words} 2>/dev/null`, 80, { cwd })).stdout).not.toContain(`${escape}[3`);
  });

  test("where the locale has no Unicode, the program's own words and bars are ASCII", async () => {
    const run = await terminal(`LANG=C ${line} --no-color`, 80, { cwd });
    expect(run.stdout).toContain("k-means");
    const [own] = run.stdout.split("preview:");
    expect(plain(own!)).toMatch(/^[\n -~]*$/);
  });

  test("no argument prints the help and exits 2", async () => {
    for (const words of ["segment", "segment cluster"]) {
      const run = await terminal(`${words}; exit $?`, 80, { cwd });
      expect(run.code).toBe(2);
      expect(run.stdout).toContain("Usage: segment");
    }
  });
});

test("FORCE_COLOR colours a pipe", async () => {
  const run = await segment([...k3, "-o", "f.csv"], { cwd, env: { FORCE_COLOR: "1" } });
  expect(run.stdout).toContain(`${escape}[`);
});

test("every command explains itself, and the program says its version", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(await segment(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  const general = await segment(["--help"]);
  expect(general).toMatchObject({ code: 0, stderr: "" });
  const names = ["ingest", "cluster", "assign", "sample customers", "sample transactions", "sample events"];
  const helps = await Promise.all(names.map((name) => segment([...name.split(" "), "--help"])));
  helps.forEach((help, i) => {
    expect(general.stdout).toContain(names[i]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toMatch(/Usage: segment [\s\S]*Examples:/);
  });
});

/** Text without colours and other escape sequences; what a progress line was before it was cleared is dropped. */
function plain(text: string): string {
  const sequence = new RegExp(`${escape}\\[[0-9;?]*[A-Za-z]`, "g");
  return text
    .split("\n")
    .map((shown) => shown.replace(/\r$/, "").split("\r").at(-1)!.replace(sequence, ""))
    .join("\n");
}
