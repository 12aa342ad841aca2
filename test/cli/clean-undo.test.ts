import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const run = (...words: string[]) => segment(["clean", ...words], { cwd });
const quiet = { code: 0, stdout: "", stderr: "" };

async function query(text: string): Promise<readonly unknown[][]> {
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(text)).getRowsJson();
}

describe("a cell whose outlier was emptied and then filled has two records", () => {
  // The quartiles (type 7) of 1 to 5 and 1000 are 2.25 and 4.75: 1000 is outside. The median of 1 to 5 is 3.
  const table = ["rid,v,w", "r1,1,9", "r2,2,9", "r3,3,9", "r4,4,9", "r5,5,9", "r6,1000,9", "r7,,9", ""];
  const ledgered = ["--outliers", "v=iqr", "--outlier-action", "null", "--impute", "v=median", "--ledger", "two.l.csv"];

  test("one of each rule, and each is taken back alone or with what came after it", async () => {
    put("two.csv", table.join("\n"));
    expect(await run("two.csv", ...ledgered, "-o", "two.c.csv", "-q")).toEqual(quiet);
    // SHA-256 of 1000 and of 3, by sha256sum.
    expect(read("two.l.csv")).toBe(
      "row,column,rule,before,after\n6,v,outliers,40510175845988f1,\n6,v,impute,,4e07408562bedb8b\n7,v,impute,,4e07408562bedb8b\n",
    );
    const back = async (...rules: string[]): Promise<string> => {
      const undone = await run("--undo", "two.l.csv", "--input", "two.csv", "two.c.csv", ...rules, "-q");
      expect(undone.stderr).toBe("");
      return undone.stdout;
    };
    expect(await back("--undo-rules", "impute")).toBe(table.join("\n").replace("1000", ""));
    expect(await back("--undo-rules", "outliers")).toBe(table.join("\n").replace("r7,,", "r7,3,"));
    expect(await back()).toBe(table.join("\n"));
  });
});

describe("what was written is taken back", () => {
  const table = "rid,d\nr1,2024-01-01T10:00:00+02:00\nr2,2024-07-02T10:00:00+02:00\n";

  test("where nothing was changed: the ledger is a header alone", async () => {
    const plain = "rid,d\nr1,2024-01-01T08:00:00Z\nr2,2024-07-02T08:00:00Z\n";
    put("same.csv", plain);
    expect(await run("same.csv", "--ledger", "same.l.csv", "-o", "same.c.csv", "-q")).toEqual(quiet);
    expect(read("same.l.csv")).toBe("row,column,rule,before,after\n");
    const undone = await run("--undo", "same.l.csv", "--input", "same.csv", "same.c.csv", "-q");
    expect(undone).toEqual({ ...quiet, stdout: plain });
    put("other.csv", "row,column,rule,before,then\n");
    const refused = await run("--undo", "other.csv", "--input", "same.csv", "same.c.csv", "-q");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("other.csv: a header and no rows");
  });

  test("to NDJSON, which holds another text of the same time; a time that was changed is refused", async () => {
    put("zone.csv", table);
    expect(await run("zone.csv", "--ledger", "zone.l.parquet", "-o", "zone.ndjson", "-q")).toEqual(quiet);
    const undone = await run("--undo", "zone.l.parquet", "--input", "zone.csv", "zone.ndjson", "-q");
    expect(undone).toEqual({ ...quiet, stdout: table });
    put("moved.ndjson", read("zone.ndjson").replace("2024-07-02", "2024-07-03"));
    const refused = await run("--undo", "zone.l.parquet", "--input", "zone.csv", "moved.ndjson", "-q");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("row 2 of the input was cleaned to another value");
  });

  test("to Parquet: the columns and types of the input, those that tables here do not have among them", async () => {
    const path = join(cwd, "types.parquet");
    await query(`
      copy (
        select 'r1' as rid, 18446744073709551615::ubigint as wide, 3::ubigint as fits, 999 as n, 0.1::float as f,
          timestamptz '2024-01-01 10:00:00+02' as zone, 'a'::blob as bytes, [1, 2] as list, {'a': ' x '} as struct,
          time '10:01:00' as day_time, 1.10::decimal(10, 2) as dec, ' a ' as t
        union all by name
        select 'r2' as rid, 1::ubigint as wide, 4::ubigint as fits, 5 as n
      ) to '${path}'
    `);
    const cleaned = await run("types.parquet", "--null", "999", "--ledger", "types.l.parquet", "-o", "types.c.parquet");
    expect(cleaned.code).toBe(0);
    const said = cleaned.stdout.replaceAll(/\s+/g, " ");
    expect(said).toContain("zone (a time with zone, kept as its UTC time)");
    expect(said).toContain("wide (integers of more than 63 bits, kept as text)");
    expect(said).not.toContain("fits (");
    const types = (name: string) => query(`select column_name, column_type from (describe from '${join(cwd, name)}')`);
    expect(await types("types.c.parquet")).toContainEqual(["fits", "BIGINT"]);
    const undo = ["--undo", "types.l.parquet", "--input", "types.parquet", "types.c.parquet"];
    expect(await run(...undo, "-o", "types.u.parquet", "-q")).toEqual(quiet);
    expect(await types("types.u.parquet")).toEqual(await types("types.parquet"));
    const rows = (name: string) => query(`from '${join(cwd, name)}'`);
    expect(await rows("types.u.parquet")).toEqual(await rows("types.parquet"));
  });
});

test.each([
  ["semicolons and decimal commas", "crm.csv", Buffer.from('nom;montant\n"Zoé ";12,50\nLuc;3,25\n')],
  [
    "another code page, CRLF and lines around the table",
    "vieux.csv",
    Buffer.from(
      "Export du 12 mars\r\n\r\nnom;montant\r\nZoé ;12,50\r\nLuc;3,25\r\nMax;4,75\r\nTotal;20,50\r\n",
      "latin1",
    ),
  ],
])("all of it, to a file of the input's ending, is the input byte for byte: %s", async (_, name, bytes) => {
  writeFileSync(join(cwd, name), bytes);
  const ledger = ["--ledger", "bytes.l.parquet", "-o", "bytes.c.csv", "-q"];
  expect((await run(name, ...ledger)).code).toBe(0);
  expect(read("bytes.c.csv")).toContain("Zoé,12.50\n");
  const undo = ["--undo", "bytes.l.parquet", "--input", name, "bytes.c.csv", "-q"];
  expect(await run(...undo, "-o", "bytes.back.csv")).toEqual(quiet);
  expect(readFileSync(join(cwd, "bytes.back.csv"))).toEqual(bytes);
  // Elsewhere tables are written in one notation, with the text of the cells.
  expect((await run(...undo)).stdout).toMatch(/^nom,montant\nZoé ,"12,50"\nLuc,"3,25"\n/);
});
