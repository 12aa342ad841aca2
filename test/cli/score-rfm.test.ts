import { DuckDBInstance } from "@duckdb/node-api";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell, terminal } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const quiet = { code: 0, stdout: "", stderr: "" };
const orders = ["--customer", "customer_id", "--date", "date", "--amount", "amount"];
const three = ["--recency", "last_order", "--frequency", "orders", "--monetary", "revenue"];

beforeAll(async () => {
  const sample = async (what: string, file: string): Promise<void> => {
    expect(await segment(["sample", what, "--rows", "700", "-q", "-o", file], { cwd })).toMatchObject({ code: 0 });
  };
  await sample("transactions", "tx.csv");
  await sample("customers", "c.csv");
  for (const name of ["tx", "c"]) {
    expect(await segment(["ingest", `${name}.csv`, "-q", "-o", `${name}.parquet`], { cwd })).toEqual(quiet);
  }
});

test("transactions become a row per customer, from CSV, Parquet and a pipe, with one thread and with two", async () => {
  const words = ["score", "rfm", "tx.csv", ...orders, "-q"];
  expect(await segment([...words, "-o", "rfm.csv"], { cwd })).toEqual(quiet);
  const table = read("rfm.csv");
  expect(table.split("\n")[0]).toBe(
    "customer_id,recency,frequency,monetary,r_score,f_score,m_score,rfm_score,rfm_segment",
  );
  expect((await segment([...words, "--threads", "1"], { cwd })).stdout).toBe(table);
  expect((await segment([...words, "--threads", "2"], { cwd })).stdout).toBe(table);
  expect((await segment(["score", "rfm", "tx.parquet", ...orders, "-q"], { cwd })).stdout).toBe(table);
  expect((await shell(`segment ingest tx.csv -q | segment score rfm ${orders.join(" ")} -q`, { cwd })).stdout).toBe(
    table,
  );
  expect((await segment(["score", "rfm", ...orders, "-q"], { cwd, stdin: read("tx.csv") })).stdout).toBe(table);
});

test("both ways agree: the orders of a base, and the columns that its customers have", async () => {
  const asOf = ["--as-of", "2025-12-31", "-q"];
  expect(await segment(["score", "rfm", "c.csv", ...three, ...asOf, "-o", "by-columns.csv"], { cwd })).toEqual(quiet);
  const run = await segment(["score", "rfm", "tx.csv", ...orders, ...asOf], { cwd });
  const byId = new Map(
    run.stdout
      .trimEnd()
      .split("\n")
      .map((line) => [line.split(",")[0]!, line.split(",").slice(1)]),
  );
  const lines = read("by-columns.csv").trimEnd().split("\n");
  const buyers = lines.filter((line) => !line.endsWith(","));
  expect(buyers.length).toBe(byId.size);
  for (const line of buyers.slice(1)) {
    const [recency, frequency, monetary, ...scores] = line.split(",").slice(-8);
    const [ownRecency, ownFrequency, ownMonetary, ...ownScores] = byId.get(line.split(",")[0]!)!;
    expect([recency, frequency, ...scores]).toEqual([ownRecency, ownFrequency, ...ownScores]);
    expect(Number(monetary)).toBe(Number(ownMonetary));
  }
});

test("a decimal comma, semicolons, days before months and names in accents are read as they are meant", async () => {
  put("fr.csv", "client;date d'achat;montant\nZoé;13/02/2024;1.234,50\nŁukasz;01/03/2024;12,5\nZoé;01/03/2024;-0,50\n");
  const words = ["--customer", "client", "--date", "date d'achat", "--amount", "montant", "-q"];
  const run = await segment(["score", "rfm", "fr.csv", ...words], { cwd });
  expect(
    run.stdout
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(0, 4).join(" ")),
  ).toEqual(["Zoé 0 2 1234", "Łukasz 0 1 12.5", ""]);
});

test("the JSON report accounts for every row and has no warning it need not have", async () => {
  const words = ["--as-of", "2025-06-30", "--weights", "r=1,f=1,m=2", "--json", "-o", "json.csv"];
  const run = await segment(["score", "rfm", "tx.csv", ...orders, ...words], { cwd });
  const report = JSON.parse(run.stdout) as Record<string, unknown> & {
    input: { rows: number };
    output: { rows: number };
    segments: { segment: string; customers: number; share: number; monetary_share: number }[];
  };
  expect(Object.keys(report)).toEqual(
    "schema version input merged grouped removed output warnings as_of after_as_of customers unscored cuts levels weights segments".split(
      " ",
    ),
  );
  expect(report).toMatchObject({ schema: "segment/rfm@1", as_of: "2025-06-30", weights: { r: 1, f: 1, m: 2 } });
  expect(report["after_as_of"]).toBe(report["removed"]);
  expect(report.input.rows).toBe(report.output.rows + Number(report["grouped"]) + Number(report["removed"]));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  expect(sum(report.segments.map(({ customers }) => customers))).toBe(report.output.rows);
  expect(sum(report.segments.map(({ share }) => share))).toBeCloseTo(1, 12);
  expect(sum(report.segments.map(({ monetary_share: share }) => share))).toBeCloseTo(1, 12);
  const counted = new Map<string, number>();
  for (const line of read("json.csv").trimEnd().split("\n").slice(1)) {
    const name = line.split(",").at(-2)!;
    counted.set(name, (counted.get(name) ?? 0) + 1);
  }
  for (const { segment: name, customers } of report.segments) expect(counted.get(name) ?? 0).toBe(customers);
});

describe("a saved model", () => {
  test("gives the rows of its fit byte for byte what the fit gave, both ways, and keeps its cuts on others", async () => {
    for (const [name, roles] of [
      ["tx", orders],
      ["c", three],
    ] as const) {
      const fit = ["score", "rfm", `${name}.csv`, ...roles, "--weights", "r=3,f=2,m=1", "-q"];
      expect(await segment([...fit, "--save-model", `${name}.json`, "-o", "fit.csv"], { cwd })).toEqual(quiet);
      for (const input of [`${name}.csv`, `${name}.parquet`]) {
        const run = await segment(["score", "rfm", input, "--model", `${name}.json`, "-q"], { cwd });
        expect(run).toMatchObject({ code: 0, stderr: "" });
        if (name === "tx" || input.endsWith(".csv")) expect(run.stdout).toBe(read("fit.csv"));
      }
    }
    const cuts = (text: string): unknown => (JSON.parse(text) as { cuts: unknown }).cuts;
    const few = `${read("tx.csv").split("\n").slice(0, 40).join("\n")}\n`;
    const all = await segment(["score", "rfm", "tx.csv", ...orders, "--json"], { cwd });
    const some = await segment(["score", "rfm", "--model", "tx.json", "--json"], { cwd, stdin: few });
    expect(cuts(some.stdout)).toEqual(cuts(all.stdout));
  });

  test("takes no option of a fit beside it, and no file that is another model or damaged", async () => {
    const refused = await segment(
      ["score", "rfm", "tx.csv", "--model", "tx.json", ...orders, "--cuts", "recency=1,2,3,4"],
      {
        cwd,
      },
    );
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("--customer, --date, --amount, --cuts would have no effect");
    const saved = JSON.parse(read("tx.json")) as {
      parameters: { cuts: { recency: { at: number[] } }; grid: unknown[] };
    };
    saved.parameters.cuts.recency.at.reverse();
    put("damaged.json", JSON.stringify(saved));
    const damaged = await segment(["score", "rfm", "tx.csv", "--model", "damaged.json"], { cwd });
    expect(damaged).toMatchObject({ code: 3 });
    expect(damaged.stderr).toContain("cuts.recency is missing or wrong");
    saved.parameters.cuts.recency.at.reverse();
    saved.parameters.grid.pop();
    put("damaged.json", JSON.stringify(saved));
    expect((await segment(["score", "rfm", "tx.csv", "--model", "damaged.json"], { cwd })).stderr).toContain("grid");
  });
});

describe("a grid", () => {
  test("is saved to be edited, and used as it was edited", async () => {
    expect(
      await segment(["score", "rfm", "tx.csv", ...orders, "-q", "--save-grid", "g.yaml", "-o", "a.csv"], { cwd }),
    ).toEqual(quiet);
    const same = await segment(["score", "rfm", "tx.csv", ...orders, "-q", "--grid", "g.yaml"], { cwd });
    expect(same.stdout).toBe(read("a.csv"));
    put("g.yaml", read("g.yaml").replace("- name: champions", "- name: VIP, à choyer"));
    const run = await segment(["score", "rfm", "tx.csv", ...orders, "-q", "--grid", "g.yaml"], { cwd });
    expect(run.stdout).toBe(read("a.csv").replaceAll(",champions\n", ',"VIP, à choyer"\n'));
  });

  test("with a gap or an overlap is refused with file and line", async () => {
    put("gap.yaml", "- name: best\n  r: 4-5\n- name: rest\n  r: 1-2\n");
    const gap = await segment(["score", "rfm", "tx.csv", ...orders, "--grid", "gap.yaml"], { cwd });
    expect(gap).toMatchObject({ code: 2, stdout: "" });
    expect(gap.stderr).toContain("gap.yaml");
    expect(gap.stderr).toContain("no segment holds r3");
    put("overlap.yaml", "- name: best\n  r: 3-5\n- name: rest\n  r: 1-3\n");
    const overlap = await segment(["score", "rfm", "tx.csv", ...orders, "--grid", "overlap.yaml"], { cwd });
    expect(overlap).toMatchObject({ code: 2, stdout: "" });
    expect(overlap.stderr).toMatch(/overlap\.yaml, line 3.*“rest” and “best” \(line 1\) both hold r3/);
  });
});

describe("--explain prints SQL that a fresh DuckDB runs to the same table, and writes nothing", () => {
  test.each([
    ["tx.csv", orders],
    ["tx.parquet", orders],
    ["c.csv", three],
  ])("%s", async (file, roles) => {
    const words = ["score", "rfm", file, ...roles, "--weights", "r=1,f=1,m=1"];
    const table = (await segment([...words, "-q"], { cwd })).stdout;
    const before = readdirSync(cwd).sort();
    const run = await segment([...words, "--explain", "--save-model", "never.json", "--save-grid", "never.yaml"], {
      cwd,
    });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(cwd).sort()).toEqual(before);
    expect(await csvBySql(run.stdout)).toEqual(table);
  });

  test("standard input cannot be read again, and is refused", async () => {
    const run = await segment(["score", "rfm", ...orders, "--explain"], { cwd, stdin: read("tx.csv") });
    expect(run).toMatchObject({ code: 2, stdout: "" });
  });
});

/** The last query's rows as the program writes them. */
async function csvBySql(text: string): Promise<string> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const started = process.cwd();
  process.chdir(cwd);
  try {
    const end = text.trimEnd().lastIndexOf(";\n\n");
    await connection.run(text.slice(0, end + 1));
    const last = text
      .slice(end + 2)
      .trimEnd()
      .replace(/;$/, "");
    await connection.run(`copy (${last}) to 'by-sql.csv' (format csv, header true, nullstr '', quote '"', escape '"')`);
    return read("by-sql.csv");
  } finally {
    process.chdir(started);
    connection.closeSync();
    instance.closeSync();
  }
}

describe("a command line that cannot be meant is refused with the way out", () => {
  test.each([
    [[], "transactions: --customer customer_id --date date --amount amount; customers: --recency date"],
    [
      ["--customer", "customer_id"],
      "--date and --amount are missing; --customer customer_id --date date --amount amount",
    ],
    [[...orders, "--recency", "date"], "exclude each other"],
    [["--customer", "customer", "--date", "date", "--amount", "amount"], "did you mean customer_id?"],
    [
      ["--customer", "customer_id", "--date", "amount", "--amount", "date"],
      "--date takes dates, and this one holds numbers",
    ],
    [[...orders, "--as-of", "2024-13-01"], "not a day"],
    [[...orders, "--weights", "r=1"], "f is missing"],
    [[...orders, "--cut", "r=1"], "did you mean --cuts?"],
    [[...orders, "--missing", "skip"], "not one of error, drop"],
    [[...orders, "--grid", "g.yaml", "--save-grid", "h.yaml"], "--save-grid would only write what --grid reads"],
    [[...orders, "--explain", "--quarantine", "q.csv"], "--quarantine would have no effect"],
  ])("%j", async (words, hint) => {
    const run = await segment(["score", "rfm", "tx.csv", ...words], { cwd });
    expect(run.stdout).toBe("");
    expect([2, 3]).toContain(run.code);
    expect(run.stderr).toContain(hint);
    expect(existsSync(join(cwd, "q.csv"))).toBe(false);
  });
});

test("segment score names its commands, and segment score rfm --help its options", async () => {
  expect((await segment(["score", "--help"], { cwd })).stdout).toContain("segment score rfm");
  const help = await segment(["score", "rfm", "--help"], { cwd });
  expect(help.code).toBe(0);
  for (const option of [
    "--customer",
    "--recency",
    "--as-of",
    "--cuts",
    "--weights",
    "--grid",
    "--save-grid",
    "--model",
  ]) {
    expect(help.stdout).toContain(option);
  }
});

test("the report fits a terminal of 80 columns", async () => {
  const run = await terminal(`segment score rfm tx.csv ${orders.join(" ")}`, 80, { cwd });
  expect(run.code).toBe(0);
  expect(run.stdout).toContain("segments (days since the last purchase, orders and spent: medians)");
  expect(run.stdout).toContain("to save them all:");
  expect(run.stdout).not.toContain("not shown at this width: spent");
});
