import { existsSync, readdirSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { columnOf } from "../../../src/core/matrix.ts";
import { identifier, join, sql, value } from "../../../src/sql/template.ts";
import { delimited, openEngine, parquet, plainCompute, scratch, sharedEngine } from "./with-engine.ts";

const files = scratch();
const engine = sharedEngine(files.path("spool"));

test("a long list of words behind in does not cost a query the order of its rows", async () => {
  const words = Array.from({ length: 20 }, (_, i) => `word ${i}`);
  const list = join(words.map(value), ", ");
  const { relation, rows } = await engine().store(sql`select cast(range as varchar) as text_1 from range(400000)`);
  const marked = sql`
    select
      cast(text_1 as integer) as number_1,
      case when length(text_1) < 12 and lower(text_1) in (${list}) then 1 else 0 end as found_1
    from ${relation}
  `;
  const kept = await engine().store(marked);
  for (const query of [marked, sql`from ${kept.relation}`]) {
    const matrix = await engine().matrix(query, ["number_1", "found_1"], rows, plainCompute());
    expect(columnOf(matrix, 0).findIndex((number, i) => number !== i)).toBe(-1);
  }
});

describe("numbers cross into the program and back", () => {
  test("a matrix is column after column, a missing value is NaN, and order is kept", async () => {
    const query = sql`
      select
        range as a,
        case when range % 1000 = 3 then null else -range / 4.0 end as b,
        cast(range % 7 as utinyint) as c
      from range(10000)
    `;
    const matrix = await engine().matrix(query, ["a", "b", "c"], 10_000, plainCompute());
    expect(matrix.values.length).toBe(30_000);
    expect(columnOf(matrix, 0)).toEqual(Float64Array.from({ length: 10_000 }, (_, i) => i));
    expect(columnOf(matrix, 1)).toEqual(
      Float64Array.from({ length: 10_000 }, (_, i) => (i % 1000 === 3 ? NaN : (0 - i) / 4)),
    );
    expect(columnOf(matrix, 2)).toEqual(Float64Array.from({ length: 10_000 }, (_, i) => i % 7));
  });

  test("a matrix of another number of rows than asked is an error", async () => {
    const query = sql`select 1.0 as a from range(5)`;
    await expect(engine().matrix(query, ["a"], 4, plainCompute())).rejects.toMatchObject({ code: "bug" });
    await expect(engine().matrix(query, ["a"], 6, plainCompute())).rejects.toMatchObject({ code: "bug" });
  });

  test("new columns stand beside the rows they were made for, and no name of the file's hides them", async () => {
    const rows = 300_000;
    const path = files.path("attach.parquet");
    await engine().write(
      sql`select range as ${identifier("segment")}, -range as ${identifier("numbers_1_1")} from range(${rows})`,
      path,
      "parquet",
    );
    const loaded = await engine().load([parquet(path)]);
    const attached = await engine().attach(loaded, rows, [
      { name: "segment", values: Int32Array.from({ length: rows }, (_, i) => i - 5) },
      { name: "distance", values: Float64Array.from({ length: rows }, (_, i) => (i % 2 === 0 ? i / 8 : NaN)) },
    ]);
    const [segment, distance] = attached.refs;
    const [row] = await engine().rows(
      sql`
        select
          count(*) as n,
          count(*) filter (where ${segment!} <> ${loaded.columns[0]!.ref} - 5) as wrong,
          count(${distance!}) as present,
          max(${distance!}) as largest,
          min(${loaded.columns[1]!.ref}) as least
        from ${attached.relation}
      `,
      1,
    );
    expect(row).toEqual({ n: rows, wrong: 0, present: rows / 2, largest: (rows - 2) / 8, least: 1 - rows });
  });
});

describe("rows", () => {
  test("come with integers exact, decimals as numbers, and times as text", async () => {
    const rows = await engine().rows(
      sql`
        select
          ${2 ** 53 - 1} as safe,
          9007199254740993 as big,
          ${1.25} as double,
          1.25 as decimal,
          date '2024-02-29' as day,
          timestamp '2024-02-29 01:02:03.5' as moment,
          [1, null, 3] as list,
          'é' as text,
          true as yes,
          null as none,
          ${12345678901234567890n} as huge,
          1 as ${identifier("__proto__")}
      `,
      1,
    );
    expect(Object.entries(rows[0]!)).toEqual([
      ["safe", 2 ** 53 - 1],
      ["big", 9007199254740993n],
      ["double", 1.25],
      ["decimal", 1.25],
      ["day", "2024-02-29"],
      ["moment", "2024-02-29 01:02:03.5"],
      ["list", [1, null, 3]],
      ["text", "é"],
      ["yes", true],
      ["none", null],
      ["huge", 12345678901234567890n],
      ["__proto__", 1],
    ]);
  });

  test("beyond the maximum are an error, not a cut", async () => {
    await expect(engine().rows(sql`select range from range(5000)`, 4999)).rejects.toMatchObject({ code: "bug" });
  });
});

describe("--explain", () => {
  test("prints text that a fresh DuckDB runs to the same result", async () => {
    const opened = await openEngine(files.path("spool-explain"));
    const path = files.put("it's.csv", 'Email,email,"a ""b"""\nx@y,007,01/02/2024\n,"",é\n');
    const source = delimited(path, ["Email", "email", 'a "b"'], 2, { spooled: true, label: "crm.csv.gz" });
    const loaded = await opened.load([source]);
    const refs = loaded.columns.map((column) => column.ref);
    const query = sql`
      select
        ${refs[0]!} as first,
        ${refs[1]!} as second,
        ${refs[2]!} as third,
        ${"it's\n“é”\0"} as words,
        ${0.1 + 0.2} as sum,
        ${-1e-300} as small,
        ${[1, 2.5]} as list
      from ${loaded.relation}
      where ${refs[2]!} in (${"01/02/2024"}, ${"é"})
    `;
    const text = opened.explain(query);
    expect(text).toContain("is a plain UTF-8 copy of crm.csv.gz");
    const here = await opened.rows(query, 10);
    await opened.close();
    const fresh = await (await DuckDBInstance.create(":memory:")).connect();
    const there = await (await fresh.runAndReadAll(text)).getRowObjectsJS();
    expect(there.map((row) => ({ ...row }))).toEqual(here.map((row) => ({ ...row })));
    expect(here[0]).toMatchObject({ first: "x@y", second: "007", words: "it's\n“é”\0", sum: 0.1 + 0.2 });
  });
});

describe("failures", () => {
  test("Ctrl-C stops the running statement", async () => {
    const stop = new AbortController();
    const opened = await openEngine(files.path("spool-stop"), { signal: stop.signal });
    const running = opened.rows(
      sql`select count(*) as n from range(100000000) a, range(1000000) b where a.range <> b.range`,
      1,
    );
    setTimeout(() => stop.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: "interrupted", exit: 130 });
    await expect(opened.rows(sql`select 1 as a`, 1)).rejects.toMatchObject({ code: "interrupted" });
    await opened.close();
  });

  test("too little memory says how to give more", async () => {
    const opened = await openEngine(files.path("spool-memory"), { memory: 20_000_000 });
    const running = opened.rows(sql`select len(list(range)) as n from range(20000000)`, 1);
    await expect(running).rejects.toMatchObject({ code: "out-of-memory", exit: 4, hint: /--memory/ });
    await opened.close();
  });

  test("a folder that is not there, and a full disk, are told apart", async () => {
    const query = sql`select range, md5(cast(range as varchar)) as h from range(200000)`;
    const absent = engine().write(query, files.path("absent/out.csv"), "csv");
    await expect(absent).rejects.toMatchObject({ code: "cannot-write", exit: 4 });
    if (!existsSync("/dev/full")) return;
    for (const format of ["csv", "ndjson"] as const) {
      await expect(engine().write(query, "/dev/full", format)).rejects.toMatchObject({ code: "disk-full", exit: 4 });
    }
  });

  test("a query that fails carries its text for -v", async () => {
    const failing = engine().rows(sql`select cast(${"x"} as integer) as a`, 1);
    await expect(failing).rejects.toMatchObject({
      code: "engine-failed",
      cause: { message: expect.stringContaining("cast('x' as integer)") },
    });
  });

  test("nothing is installed or loaded from outside", async () => {
    const installing = engine().rows(sql`select * from read_csv('https://example.invalid/a.csv')`, 1);
    await expect(installing).rejects.toMatchObject({ exit: expect.any(Number) });
    const settings = await engine().rows(
      sql`select name, value from duckdb_settings() where name like 'auto%known_extensions' order by name`,
      10,
    );
    expect(settings.map((row) => row["value"])).toEqual(["false", "false"]);
    expect(existsSync(files.path("spool/engine")) ? readdirSync(files.path("spool/engine")) : []).toEqual([]);
  });
});
