import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";
import { tableBySql } from "./table-by-sql.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

interface Bound {
  readonly column: string;
  readonly above: number | null;
  readonly at_most: number | null;
}

interface Rules {
  readonly fidelity: number;
  readonly enough: boolean;
  readonly rows: number;
  readonly columns: readonly { readonly column: string; readonly missing_as: number | null }[];
  readonly required: readonly string[];
  readonly segments: readonly {
    readonly segment: number;
    readonly rule: string | null;
    readonly any: readonly (readonly Bound[])[];
    readonly share: number;
    readonly precision: number | null;
    readonly recall: number | null;
  }[];
}

/** Three groups in two columns, some gaps, a flag, and names that need quotes. */
const rows = Array.from({ length: 360 }, (_, i) => {
  const group = i % 3;
  const wave = ((i * 7919) % 101) / 10;
  const recency = i % 41 === 7 ? "" : String(Math.round(20 + group * 60 + wave));
  const basket = i % 29 === 3 ? "NA" : (30 + (group === 1 ? 200 : 0) + wave * 3).toFixed(1);
  return `k${i},${recency},${basket},${i % 5 === 0 ? "yes" : "no"}`;
});
put("table.csv", `id,recency,"basket ""net"", €",vip\n${rows.join("\n")}\n`);
const basketName = 'basket "net", €';

function isTrueOf(bounds: readonly Bound[], row: Readonly<Record<string, number>>): boolean {
  return bounds.every(
    ({ column, above, at_most }) =>
      (above === null || row[column]! > above) && (at_most === null || row[column]! <= at_most),
  );
}

/** The rows of a table of three columns, gaps filled as the rules say; null where a column has no fill. */
function filled({ columns }: Rules): readonly (Readonly<Record<string, number>> | null)[] {
  const fill = new Map(columns.map(({ column, missing_as }) => [column, missing_as]));
  return rows.map((line) => {
    const [, recency = "", basket = "", vip] = line.split(",");
    const texts = { recency, [basketName]: basket === "NA" ? "" : basket, vip: vip === "yes" ? "1" : "0" };
    const values = Object.entries(texts).map(([name, text]) => [
      name,
      text === "" ? (fill.get(name) ?? null) : Number(text),
    ]);
    return values.some(([, value]) => value === null) ? null : (Object.fromEntries(values) as Record<string, number>);
  });
}

test.each([
  ["gaps filled", []],
  ["gaps dropped", ["--missing", "drop"]],
  ["a flag among the columns", ["--columns", `recency,basket "net",, €,vip`, "--scale", "minmax"]],
])("--rules says in words, in JSON and in SQL what gives each row its segment: %s", async (_, more) => {
  const words = ["cluster", "table.csv", "--k", "3", ...more, "--rules", "--rules-sql", "rules.sql", "-o", "out.csv"];
  const run = await segment([...words, "--json"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const { rules } = JSON.parse(run.stdout) as { readonly rules: Rules };
  expect(rules.enough).toBe(true);
  const segments = readFileSync(join(cwd, "out.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => Number(line.split(",").at(-1)));
  const table = filled(rules);
  const told = table.map((row) => {
    if (row === null) return 0;
    const true_ = rules.segments.filter(({ any }) => any.some((bounds) => isTrueOf(bounds, row)));
    expect(true_.length).toBe(1);
    return true_[0]!.segment;
  });
  const judged = segments.map((_, i) => i).filter((i) => table[i] !== null);
  expect(rules.rows).toBe(judged.length);
  expect(rules.fidelity).toBeCloseTo(judged.filter((i) => told[i] === segments[i]).length / judged.length, 12);
  for (const rule of rules.segments) {
    const said = judged.filter((i) => told[i] === rule.segment);
    const right = said.filter((i) => segments[i] === rule.segment);
    const held = judged.filter((i) => segments[i] === rule.segment);
    expect(rule.share).toBeCloseTo(said.length / judged.length, 12);
    expect(rule.precision).toBeCloseTo(right.length / said.length, 12);
    expect(rule.recall).toBeCloseTo(right.length / held.length, 12);
  }
  await segment(["ingest", "table.csv", "-o", "typed.parquet", "-q"], { cwd });
  const statement = readFileSync(join(cwd, "rules.sql"), "utf8");
  const bySql = await tableBySql(cwd, `create view "table" as select * from 'typed.parquet'; ${statement}`);
  expect(bySql.map((row) => Number(row["segment"]))).toEqual(told);
  expect(bySql.map((row) => row["id"])).toEqual(rows.map((_, i) => `k${i}`));
  const text = await segment(words, { cwd });
  expect(text.stdout).toContain("rules for the segments");
  expect(text.stdout.match(/^IF /gm)).toHaveLength(rules.segments.length);
  expect(text.stdout.match(/^fidelity \d/gm)).toHaveLength(1);
  const printed = text.stdout.slice(text.stdout.indexOf("the rules as SQL"));
  expect(printed.replace(/\s+/g, " ")).toContain(statement.trim().replace(/\s+/g, " "));
});

test("rules that give under 95% of the rows their segment say so in plain words", async () => {
  const cloud = Array.from({ length: 600 }, (_, i) => {
    const [a, b, c] = [1, 2, 3].map((n) => (Math.imul(i + 1, 2654435761 + n * 40503) >>> 0) / 2 ** 32);
    return `${a! + b!},${b! - c!},${a! + c!},${a! - b! + c!}`;
  });
  put("cloud.csv", `a,b,c,d\n${cloud.join("\n")}\n`);
  const run = await segment(["cluster", "cloud.csv", "--k", "9", "--rules", "-o", "out.csv"], { cwd });
  expect(run.code).toBe(0);
  expect(run.stdout.replace(/\s+/g, " ")).toMatch(
    /! the rules give [78]\d\.\d% of the rows their segment, under 95%: a sketch of the segments, which cannot stand for them/,
  );
});

test("validate --rules explains the segments of a file, whatever they are called", async () => {
  await segment(["cluster", "table.csv", "--k", "3", "--save-model", "m.json", "-o", "out.csv", "-q"], { cwd });
  const names = ["none", "lapsed", "big baskets", "recent"];
  const lines = readFileSync(join(cwd, "out.csv"), "utf8").trim().split("\n");
  const named = lines.slice(1).map((line, i) => line.replace(/\d+$/, (n) => (i % 40 === 5 ? "" : names[Number(n)]!)));
  put("named.csv", `${lines[0]}\n${named.join("\n")}\n`);
  const run = await segment(["validate", "named.csv", "--rules", "--json", "-o", "same.csv"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const { rules } = JSON.parse(run.stdout) as { readonly rules: Rules };
  expect(rules.segments.map(({ segment }) => String(segment)).toSorted()).toEqual(["0", ...names.slice(1)].toSorted());
  expect(rules.segments.find(({ segment }) => String(segment) === "0")).toMatchObject({ any: [], recall: 0 });
  expect(rules.fidelity).toBeGreaterThan(0.95);
  expect(rules.required).toEqual([]);
  const byModel = await segment(["validate", "out.csv", "--rules", "--model", "m.json", "-o", "same.csv"], { cwd });
  expect(byModel.stdout).toContain("rules for the segments");
});

test.each([
  [["--explain", "--rules"], "--explain shows how the segment is found, so --rules would have no effect"],
  [
    ["--model", "m.json", "--rules-sql", "x.sql"],
    "--model assigns without fitting, so --rules-sql would have no effect",
  ],
  [["--imputations", "--rules"], "the fits of several imputations make no one model, so --rules would have no effect"],
])("%j is refused", async (words, message) => {
  const run = await segment(["cluster", "table.csv", ...words], { cwd });
  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(message)]);
});

test("rules as SQL go by names alone: those of standard input and of other encodings are written too", async () => {
  const stdin = readFileSync(join(cwd, "table.csv"));
  const run = await segment(["cluster", "--rules-sql", "x.sql", "-o", "out.csv", "--k", "3"], { cwd, stdin });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  expect(readFileSync(join(cwd, "x.sql"), "utf8")).toMatch(/^select\n {2}\*,\n[^]* as "segment"\nfrom "customers";\n$/);
  writeFileSync(join(cwd, "français.csv"), Buffer.from(stdin.toString().replaceAll("recency", "récence"), "latin1"));
  const latin = await segment(["cluster", "français.csv", "--rules-sql", "x.sql", "-o", "out.csv", "--k", "3"], {
    cwd,
  });
  expect([latin.code, latin.stderr]).toEqual([0, ""]);
  expect(readFileSync(join(cwd, "x.sql"), "utf8")).toContain('"récence"');
});

test("SQL of columns whose names differ in case alone is refused, the rules in words are not", async () => {
  put("cases.csv", `Visits,visits\n${rows.map((_, i) => `${i % 3},${(i * 7) % 40}`).join("\n")}\n`);
  const words = ["cluster", "cases.csv", "--columns", "Visits,visits", "--k", "3", "-o", "out.csv"];
  const run = await segment([...words, "--rules-sql", "x.sql"], { cwd });
  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("Visits and visits differ in case alone")]);
  expect((await segment([...words, "--rules"], { cwd })).stdout).toContain("rules for the segments");
});

test("rules are the same for any number of threads and without WebAssembly", async () => {
  const words = ["cluster", "table.csv", "--k", "4", "--rules", "--rules-sql", "t.sql", "--json", "-o", "out.csv"];
  const runs = [];
  for (const [threads, env] of [
    ["1", {}],
    ["4", {}],
    ["2", { SEGMENT_KERNELS: "typescript" }],
  ] as const) {
    const run = await segment([...words, "--threads", threads], { cwd, env });
    const { rules } = JSON.parse(run.stdout) as { readonly rules: Rules };
    runs.push(`${JSON.stringify(rules)}${readFileSync(join(cwd, "t.sql"), "utf8")}`);
  }
  expect(new Set(runs).size).toBe(1);
});
