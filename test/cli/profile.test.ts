import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { tableBySql } from "./table-by-sql.ts";
import { scratch, segment, shell, terminal } from "./run-segment.ts";

// Some tests run a command after another.
vi.setConfig({ testTimeout: 180_000 });
const cwd = scratch();
const put = (name: string, text: string | Buffer): void => writeFileSync(join(cwd, name), text);

interface Profile {
  readonly columns: readonly {
    readonly column: string;
    readonly role: string;
    readonly missing: number;
    readonly distinct: number;
    readonly example?: string;
    readonly readings?: readonly { readonly meaning: string; readonly option: string }[];
    readonly problems: readonly { readonly code: string; readonly rows: number | null; readonly message: string }[];
  }[];
  readonly duplicates: {
    readonly equal_rows: number;
    readonly keys: readonly unknown[];
    readonly equal_columns: unknown;
  };
  readonly next: readonly { readonly run: string; readonly does: string }[];
}

async function profile(file: string, ...words: readonly string[]): Promise<Profile> {
  const run = await segment(["profile", file, "--json", ...words], { cwd });
  expect(run.code, run.stderr).toBe(0);
  return JSON.parse(run.stdout) as Profile;
}

function problemsOf({ columns }: Profile): Readonly<Record<string, readonly string[]>> {
  const named = columns.filter(({ problems }) => problems.length > 0);
  return Object.fromEntries(named.map(({ column, problems }) => [column, problems.map(({ code }) => code)]));
}

/** 40 rows; what is wrong with each column is in its name. */
const rows = Array.from({ length: 40 }, (_, i) => ({
  id: i + 1,
  fine: [3, 8, 1, 9, 4, 7, 2][i % 7]!,
  constant: "x",
  bare: i < 30 ? "" : i,
  city: ["Paris", "PARIS", "Lyon", "lyon ", "Nice"][i % 5]!,
  visits: i % 10 === 0 ? 999 : i % 6,
  joined: i === 3 ? "1900-01-01" : `2024-0${1 + (i % 9)}-15`,
  churn_date: i % 4 === 0 ? `2024-09-${10 + (i % 5)}` : "",
  churned: i % 4 === 0 ? "yes" : "no",
  renewal: `2026-0${1 + (i % 9)}-01`,
  note: i === 5 ? "cafÃ© crÃ¨me" : i === 6 ? "inconnu" : "ok then",
  size: i === 7 ? "large" : String(10 + (i % 3)),
  when: i % 2 === 0 ? `${13 + (i % 10)}/02/2024` : `02/${13 + (i % 10)}/2024`,
  double: [3, 8, 1, 9, 4, 7, 2][i % 7]!,
  serial: (i * 7919) % 10_007,
}));
const names = Object.keys(rows[0]!) as (keyof (typeof rows)[number])[];
const csv = [names.join(","), ...rows.map((row) => names.map((name) => row[name]).join(","))].join("\n") + "\n";

describe("what is wrong with a column is told by a code and in words", () => {
  test("each kind of fault, and nothing of a column without one", async () => {
    put("faults.csv", csv);
    const found = await profile("faults.csv");
    expect(problemsOf(found)).toEqual({
      constant: ["constant"],
      bare: ["high-missing"],
      city: ["outer-spaces", "case-variants"],
      visits: ["sentinels", "outliers"],
      joined: ["sentinels"],
      churn_date: ["high-missing", "leaking-date"],
      renewal: ["future-dates"],
      note: ["encoding-damage", "null-words"],
      size: ["mixed-formats"],
      when: ["mixed-formats"],
      double: ["duplicate-column"],
      serial: ["id-like"],
    });
    const of = (column: string): readonly { readonly rows: number | null; readonly message: string }[] =>
      found.columns.find((one) => one.column === column)!.problems;
    expect(of("visits")[0]).toMatchObject({ rows: 4, message: expect.stringContaining("999 in 4 rows") });
    expect(of("churn_date")[1]?.message).toContain("churned");
    expect(of("when")[0]?.message).toBe("20 dates with the day first, 20 dates with the month first");
    expect(of("note")[0]?.message).toContain("cafÃ© crÃ¨me");
    expect(of("double")[0]?.message).toContain("fine");
    expect(of("size")[0]).toMatchObject({ rows: 1, message: expect.stringContaining("“large”") });
  });

  test("--as-of says from when a date is in the future; without it the other dates do", async () => {
    put("dates.csv", "signup,last\n2024-01-05,2024-02-01\n2024-01-09,2024-03-01\n2024-02-01,2024-02-15\n");
    expect(problemsOf(await profile("dates.csv"))).toEqual({});
    expect(problemsOf(await profile("dates.csv", "--as-of", "2024-02-20"))).toEqual({ last: ["future-dates"] });
  });

  test("a column that can be read in two ways is shown with both readings, not refused", async () => {
    put("tie.csv", "id;day;amount\n1;01/02/2024;1.234\n2;03/04/2024;2.500\n3;05/06/2024;9.999\n");
    const refused = await segment(["ingest", "tie.csv"], { cwd });
    expect(refused.code).toBe(3);
    const found = await profile("tie.csv");
    const [, day, amount] = found.columns;
    expect(day?.problems[0]?.code).toBe("ambiguous");
    expect(day?.readings?.map(({ option }) => option)).toEqual(["--dates day=dmy", "--dates day=mdy"]);
    expect(amount?.readings?.map(({ meaning }) => meaning)).toEqual(["1234", "1.234"]);
    expect(found.next[0]?.run).toContain("--dates day=dmy");
  });
});

test("dates in three notations, several sentinels, ages that are none and cut codes are told; births bound no date", async () => {
  const line = (_: unknown, i: number): string =>
    [
      i,
      `19${40 + (i % 60)}-02-03`,
      `2024-0${1 + (i % 9)}-15`,
      ["13 mars 2024", "15/03/2024", "2024-01-02", "??"][i % 4],
      ["-1", "999", "150", "41", "30", "25", "38"][i % 7],
      i % 2 === 0 ? "3,01762E+12" : "4,00000E+12",
    ].join(";");
  put("crm.csv", `id;naissance;commande;statut;age;ean\n${Array.from({ length: 84 }, line).join("\n")}\n`);
  const found = await profile("crm.csv");
  const messages = Object.fromEntries(
    found.columns.map(({ column, problems }) => [column, problems.map(({ code, message }) => `${code}: ${message}`)]),
  );
  expect(messages["commande"]).toEqual([]);
  expect(messages["statut"]![0]).toBe(
    "mixed-formats: 63 dates in 3 ways: 21 with the year first, 21 with the day or month first, in digits, 21 with the month in words; 21 values are no date",
  );
  expect(messages["age"]![0]).toBe("sentinels: -1, 150 and 999 in 36 rows most likely stand for a missing value");
  expect(messages["ean"]!.join()).toContain("lost-digits: 84 numbers are as a spreadsheet shows long numbers");
  const read = await segment(["ingest", "crm.csv", "-o", "crm-out.csv"], { cwd });
  expect(read.stdout.replaceAll(/\s+/g, " ")).toContain(
    "ean is written as a spreadsheet shows long numbers, such as 3,01762E+12",
  );
  expect(found.next.find(({ run }) => run.startsWith("segment clean"))!.run).toContain("--null age=-1,age=999");
});

test("the next commands run as they are pasted, and those of a pipe name a file", async () => {
  const line = (_: unknown, i: number): string =>
    `${i % 20},${["A", "B"][i % 2]},${(i * 37) % 101},${(i * 53) % 97},2024-01-${10 + (i % 20)}`;
  put("paste.csv", `client,segment,visits,opens,day\n${Array.from({ length: 60 }, line).join("\n")}\n`);
  const { next } = await profile("paste.csv");
  expect(next.map(({ run }) => run).join("\n")).toContain("--name segment_2");
  for (const { run } of next) {
    const pasted = await shell(`${run} -q${run.includes(" -o ") ? "" : " -o seen.csv"}`, { cwd });
    expect([run, pasted.code, pasted.stderr]).toEqual([run, 0, ""]);
  }
  const piped = await shell("cat paste.csv | segment profile --json", { cwd });
  const [first] = (JSON.parse(piped.stdout) as Profile).next;
  expect(first).toMatchObject({
    run: "segment ingest FILE --schema schema.yaml",
    does: expect.stringContaining("FILE is the table that came through a pipe"),
  });
  // Events of all kinds are no purchases.
  const amounts = (_: unknown, i: number): string => `${i % 20},2024-01-${10 + (i % 20)},${i % 10 === 0 ? 5 + i : ""}`;
  put("kinds.csv", `customer_id,time,amount\n${Array.from({ length: 60 }, amounts).join("\n")}\n`);
  expect((await profile("kinds.csv")).next.filter(({ run }) => run.includes("score rfm"))).toEqual([]);
});

test("equal rows and shared keys are counted; addresses without regard to capital letters", async () => {
  put(
    "twice.csv",
    "email,phone,city\nA@x.fr,06 12 34 56 78,Lyon\na@x.fr,0612345678,Nice\nb@x.fr,0699999999,Lyon\nb@x.fr,0699999999,Lyon\n",
  );
  const { duplicates } = await profile("twice.csv");
  expect(duplicates).toEqual({
    equal_rows: 1,
    keys: [
      { column: "email", role: "email", values: 2, rows: 4 },
      { column: "phone", role: "phone", values: 2, rows: 4 },
    ],
    equal_columns: [],
  });
});

test("the commands that it suggests run one after the other as they stand, quotes and all", async () => {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const email = i % 15 === 14 ? "k1@x.fr" : `k${i}@x.fr`;
    const city = ["Paris", "PARIS", "Lyon"][i % 3]!;
    return [`C${1000 + i}`, email, city, i % 7 === 3 ? "" : i % 9, 10 + ((i * 37) % 100), i % 2 === 0 ? "oui" : "non"];
  });
  const text = ["client_id,email,ville,nb visites,montant,opt_in", ...lines.map((line) => line.join(","))].join("\n");
  put("l'export du jour.csv", `${text}\n`);
  const { next } = await profile("l'export du jour.csv");
  expect(next.map(({ run }) => run.split(" ")[1])).toEqual(["ingest", "clean", "dedupe", "cluster", "export"]);
  expect(next[1]?.run).toContain(`'l'\\''export du jour.csv'`);
  for (const { run } of next) expect(await shell(`${run} -q`, { cwd }), run).toMatchObject({ code: 0 });
  expect(existsSync(join(cwd, "audience.csv"))).toBe(true);
  expect(readFileSync(join(cwd, "l'export du jour.schema.yaml"), "utf8")).toContain(
    "opt_in: { type: boolean, role: consent }",
  );
});

test("what it suggests for the same file repeats how the file was read, and the schema that is there", async () => {
  const row = (_: unknown, i: number): string =>
    `${i}|0${1 + (i % 9)}/0${1 + (i % 7)}/2024|${i % 11},5|-9|${i % 2 === 0 ? "Lyon" : " Lyon"}`;
  put("read.txt", `Export\nid|jour|montant|note|ville\n${Array.from({ length: 60 }, row).join("\n")}\n`);
  const reading = ["--delimiter", "|", "--skip-lines", "1", "--dates", "jour=dmy", "--null=-9"];
  const { stdout } = await segment(["profile", "read.txt", ...reading, "--json"], { cwd });
  const { next } = JSON.parse(stdout) as Profile;
  expect(next[0]?.run).toBe(
    "segment ingest read.txt --delimiter '|' --skip-lines 1 --dates jour=dmy --null=-9 --schema read.schema.yaml",
  );
  for (const { run } of next) expect(await shell(`${run} -q`, { cwd }), run).toMatchObject({ code: 0 });
  // With the schema there, nothing writes it anew.
  const again = await segment(["profile", "read.txt", ...reading, "--schema", "read.schema.yaml", "--json"], { cwd });
  const [first] = (JSON.parse(again.stdout) as Profile).next;
  expect(first?.run).not.toContain("ingest");
  expect(first?.run).toContain("--null=-9 --schema read.schema.yaml");
});

test("at a terminal of 80 columns no line is longer, and a command goes on after a backslash", async () => {
  put("faults.csv", csv);
  const { code, stdout } = await terminal("segment profile faults.csv --by churned --no-color", 80, { cwd });
  expect(code).toBe(0);
  const lines = stdout
    .slice(stdout.lastIndexOf("\u001b[K") + 1)
    .replace(/^\[K/, "")
    .trimEnd()
    .split("\n");
  const drawn = lines.slice(0, lines.indexOf("next"));
  expect(drawn.length).toBeGreaterThan(60);
  for (const line of drawn) expect([...line].length, line).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/segment clean faults\.csv .*\\\n {2}/);
});

test("the same bytes on any number of threads and on plain kernels; as Markdown and as HTML too", async () => {
  put("faults.csv", csv);
  const first = await segment(["profile", "faults.csv", "--by", "city", "--json", "--threads", "1"], { cwd });
  expect(first.code).toBe(0);
  for (const kernels of ["", "typescript"]) {
    const env = { SEGMENT_KERNELS: kernels };
    const again = await segment(["profile", "faults.csv", "--by", "city", "--json", "--threads", "3"], { cwd, env });
    expect(again.stdout).toBe(first.stdout);
  }
  const pages = await shell(
    "segment profile faults.csv -q --report p.md && segment profile faults.csv -q --report p.html",
    { cwd },
  );
  expect(pages).toMatchObject({ code: 0, stdout: "" });
  expect(readFileSync(join(cwd, "p.md"), "utf8")).toContain(
    "```sh\nsegment ingest faults.csv --schema faults.schema.yaml\n```",
  );
  expect(readFileSync(join(cwd, "p.html"), "utf8")).toContain("<pre><code>segment ingest faults.csv");
});

test("a NaN is a missing value, and none of the different ones", async () => {
  const values = "select unnest([1.5, 'nan'::double, 2.5, null]) as v, unnest([1, 2, 3, 4]) as i";
  await tableBySql(cwd, `copy (${values}) to 'nan.parquet'; select 1`);
  expect((await profile("nan.parquet")).columns[0]).toMatchObject({ column: "v", missing: 2, distinct: 2 });
});

test("CSV, Parquet and a pipe give the same figures", async () => {
  const plain = "id,amount,city\n1,2.5,Lyon\n2,7,Nice\n3,,Lyon\n4,1.25,\n";
  put("plain.csv", plain);
  await shell("segment ingest plain.csv -q -o plain.parquet", { cwd });
  const [csvFile, parquet] = [await profile("plain.csv"), await profile("plain.parquet")];
  const piped = await shell("segment ingest plain.csv -q | segment profile --json", { cwd });
  const figures = ({ columns }: Profile): unknown =>
    columns.map((one) => ({ ...one, why: "", lengths: null, null_words: null }));
  expect(figures(parquet)).toEqual(figures(csvFile));
  expect(figures(JSON.parse(piped.stdout) as Profile)).toEqual(figures(csvFile));
});

describe("what cannot be", () => {
  test.each([
    [["--by", "constant"], 2, "--by constant: the column has one value"],
    [["--by", "citi"], 2, "did you mean city?"],
    [["--columns", "nothing"], 2, "no column nothing"],
    [["--exclude", "*"], 2, "no column is left to look at"],
    [["--as-of", "yesterday"], 2, "--as-of"],
    [["--explain", "--schema", "new.yaml"], 2, "--explain writes nothing"],
  ])("%j is refused", async (words, code, message) => {
    put("faults.csv", csv);
    const run = await segment(["profile", "faults.csv", ...words], { cwd });
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(message);
  });

  test("a column of more than fifty different values makes no groups", async () => {
    put("many.csv", `n,v\n${Array.from({ length: 60 }, (_, i) => `${i},${i % 3}`).join("\n")}\n`);
    const run = await segment(["profile", "many.csv", "--by", "n"], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("--by n: the column has 60 different values");
  });
});

test("a table of one row and one with an empty column are profiled as well", async () => {
  put("one.csv", "id,name,amount\n1,Ana,5\n");
  expect((await profile("one.csv")).columns.map(({ distinct }) => distinct)).toEqual([1, 1, 1]);
  put("empty.csv", "id,void\n1,\n2,\n");
  expect(problemsOf(await profile("empty.csv"))).toEqual({ void: ["empty"] });
});

test("--explain prints the counting as SQL that names the columns", async () => {
  put("faults.csv", csv);
  const run = await segment(["profile", "faults.csv", "--explain"], { cwd });
  expect(run.code).toBe(0);
  expect(run.stdout).toContain("count(*) filter");
  expect(run.stdout).toContain("month_first");
});

test("means of a column with negative values have no index", async () => {
  const line = (_: unknown, i: number): string => `${["a", "b"][i % 2]},${i % 2 === 0 ? -700 - i : 1032 + i},${i % 10}`;
  put("signed.csv", `kind,balance,visits\n${Array.from({ length: 40 }, line).join("\n")}\n`);
  const run = await segment(["profile", "signed.csv", "--by", "kind", "--json"], { cwd });
  const { by } = JSON.parse(run.stdout) as {
    by: { tables: { column: string; means?: { indices: readonly (number | null)[] } }[] };
  };
  const indices = Object.fromEntries(by.tables.map(({ column, means }) => [column, means?.indices]));
  expect(indices["balance"]).toEqual([null, null]);
  // Means of 4 and 5 beside 4.5.
  expect(indices["visits"]![0]).toBeCloseTo((100 * 4) / 4.5, 10);
  const drawn = await segment(["profile", "signed.csv", "--by", "kind"], { cwd });
  expect(drawn.stdout).toContain("no index for balance, with negative values or zeros alone");
});
