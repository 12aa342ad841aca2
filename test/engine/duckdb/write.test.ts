import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FileFormat } from "../../../src/core/source.ts";
import type { Sql } from "../../../src/core/sql.ts";
import { identifier, sql } from "../../../src/sql/template.ts";
import { delimited, openEngine, parquet, plainCompute, scratch, sharedEngine } from "./with-engine.ts";

const files = scratch();
const engine = sharedEngine(files.path("spool"));

async function written(query: Sql, format: FileFormat): Promise<string> {
  const path = files.path(`out.${format}`);
  await engine().write(query, path, format);
  return files.text(`out.${format}`);
}

describe("CSV", () => {
  test("quotes only where a reader needs them, and keeps a missing value apart from an empty text", async () => {
    const text = await written(
      sql`
        select
          'plain' as plain,
          ${'say "hi"'} as quotes,
          ${"two\nlines"} as lines,
          'a,b' as comma,
          '' as empty,
          null as missing,
          ' é ' as spaces
      `,
      "csv",
    );
    expect(text).toBe('plain,quotes,lines,comma,empty,missing,spaces\nplain,"say ""hi""","two\nlines","a,b","",, é \n');
  });

  test("has a decimal point, ISO dates, and doubles in their shortest form", async () => {
    const text = await written(
      sql`
        select
          ${0.1} as tenth,
          cast(3 as double) as whole,
          ${1e300} as large,
          ${-0} as zero,
          ${2 ** 53} as exact,
          date '2024-01-02' as day,
          timestamp '2024-01-02 03:04:05' as moment,
          true as flag,
          12345678901234567890123456789 as long
      `,
      "csv",
    );
    expect(text.split("\n")[1]).toBe(
      "0.1,3.0,1e+300,-0.0,9007199254740992.0,2024-01-02,2024-01-02 03:04:05,true,12345678901234567890123456789",
    );
  });

  test("holds columns that differ only in case, and names of any characters", async () => {
    const text = await written(
      sql`select 1 as ${identifier("Email")}, 'x' as ${identifier("email")}, null as ${identifier('a"b\nc')}`,
      "csv",
    );
    expect(text).toBe('Email,email,"a""b\nc"\n1,x,\n');
  });

  test("of a table without rows is the header", async () => {
    expect(await written(sql`select 1 as a, 2 as b where false`, "csv")).toBe("a,b\n");
  });
});

describe("JSON", () => {
  test("keeps every key, every digit, and writes no number that JSON lacks", async () => {
    const query = sql`
      select
        1 as ${identifier("Email")},
        'x"y' as ${identifier("email")},
        2 as ${identifier("__proto__")},
        cast('nan' as double) as n,
        cast('inf' as double) as i,
        9007199254740993 as long,
        cast('12345678901234567.89' as decimal(30, 2)) as money,
        null as missing
    `;
    const line =
      '{"Email":1,"email":"x\\"y","__proto__":2,"n":null,"i":null,"long":9007199254740993,"money":"12345678901234567.89","missing":null}';
    expect(await written(query, "ndjson")).toBe(`${line}\n`);
    expect(await written(query, "json")).toBe(`[\n${line}\n]\n`);
  });

  test("of a table without rows is an empty list", async () => {
    expect(JSON.parse(await written(sql`select 1 as a where false`, "json"))).toEqual([]);
  });
});

describe("Parquet", () => {
  test("refuses names that differ only in case, before it writes", async () => {
    const path = files.path("case.parquet");
    const query = sql`select 1 as ${identifier("Email")}, 2 as ${identifier("email")}`;
    await expect(engine().write(query, path, "parquet")).rejects.toMatchObject({ code: "duplicate-columns" });
    expect(existsSync(path)).toBe(false);
  });

  test("says nothing of the time or the place it was written", async () => {
    const path = files.path("facts.parquet");
    await engine().write(sql`select 1 as a`, path, "parquet");
    expect(readFileSync(path).includes(files.path(""))).toBe(false);
    expect(await engine().rows(sql`select created_by from parquet_file_metadata(${path})`, 1)).toEqual([
      { created_by: expect.stringMatching(/^DuckDB version v[\d.]+ \(build [0-9a-f]+\)$/) },
    ]);
  });
});

test("files are the same bytes for 1, 2 and 4 threads, with several row groups", { timeout: 60_000 }, async () => {
  const rows = 140_000;
  const text = Array.from({ length: rows }, (_, i) => `${i},${Math.sin(i)},name ${i % 1000}`).join("\n");
  const path = files.put("many.csv", `id,x,name\n${text}\n`);
  const digests = new Map<string, Set<string>>();
  const note = (what: string, file: string): void => {
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    digests.set(what, (digests.get(what) ?? new Set()).add(digest));
  };
  for (const threads of [1, 2, 4]) {
    const opened = await openEngine(files.path(`spool-${threads}`), { threads });
    const loaded = await opened.load([delimited(path, ["id", "x", "name"], rows)]);
    const query = sql`select "id", cast("x" as double) as "x", "name" from ${loaded.relation}`;
    const matrix = await opened.matrix(
      sql`select cast("x" as double) from ${loaded.relation}`,
      ["x"],
      rows,
      plainCompute(),
    );
    const labels = Int32Array.from(matrix.values, (value) => Math.round(value * 10));
    const attached = await opened.attach(loaded, rows, [{ name: "segment", values: labels }]);
    const labelled = sql`select "id", "name", ${attached.refs[0]!} as "segment" from ${attached.relation}`;
    for (const [what, table] of [
      ["plain", query],
      ["labelled", labelled],
    ] as const) {
      for (const format of what === "plain" ? (["csv", "parquet"] as const) : (["csv", "ndjson", "parquet"] as const)) {
        const file = files.path(`${what}-${threads}.${format}`);
        expect(await opened.write(table, file, format)).toBe(rows);
        note(`${what} ${format}`, file);
      }
    }
    const packed = files.path(`plain-${threads}.csv.zst`);
    await opened.write(query, packed, "csv");
    note("plain zstd", packed);
    const twice = await opened.load([
      delimited(path, ["id", "x", "name"], rows),
      delimited(path, ["id", "x", "name"], rows),
    ]);
    const both = await opened.attach(twice, 2 * rows, [
      { name: "row", values: Float64Array.from({ length: 2 * rows }, (_, i) => (i % 3 === 0 ? NaN : i)) },
    ]);
    for (const format of ["csv", "parquet"] as const) {
      const file = files.path(`twice-${threads}.${format}`);
      const table = sql`select "id", cast("x" as double) as "x", ${both.refs[0]!} as "row" from ${both.relation}`;
      expect(await opened.write(table, file, format)).toBe(2 * rows);
      note(`two files ${format}`, file);
    }
    const again = await opened.load([parquet(files.path(`plain-${threads}.parquet`))]);
    const copy = files.path(`copy-${threads}.parquet`);
    await opened.write(sql`from ${again.relation}`, copy, "parquet");
    note("parquet to parquet", copy);
    await opened.close();
  }
  expect([...digests].filter(([, found]) => found.size !== 1).map(([what]) => what)).toEqual([]);
  const second = files.text("twice-4.csv").split("\n");
  expect([second[1]!.split(",")[2], second[140_004]]).toEqual(["", `3,${Math.sin(3)},140003.0`]);
  expect(files.text("labelled-4.csv").split("\n")[139_001]).toBe(`139000,name 0,${Math.round(Math.sin(139_000) * 10)}`);
});
