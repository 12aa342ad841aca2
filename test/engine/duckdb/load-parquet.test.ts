import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { join, sql } from "../../../src/sql/template.ts";
import { openEngine, parquet, scratch, sharedEngine } from "./with-engine.ts";

const files = scratch();
const engine = sharedEngine(files.path("spool"));

describe("a Parquet file", () => {
  test("keeps its types; those that tables lack become text, and it is said", async () => {
    const path = files.path("types.parquet");
    await engine().write(
      sql`
        select
          cast(1 as tinyint) as tiny,
          cast(5000000000 as bigint) as big,
          cast(0.5 as float) as half,
          cast('1.50' as decimal(9, 2)) as money,
          true as flag,
          date '2024-01-02' as day,
          timestamp '2024-01-02 03:04:05' as moment,
          timestamptz '2024-01-02 03:04:05+02' as zoned,
          '007' as code,
          cast(18446744073709551615 as ubigint) as huge,
          [1, 2] as list,
          {'a': 1, 'b': 'x'} as nested,
          cast('6ba7b810-9dad-11d1-80b4-00c04fd430c8' as uuid) as id
      `,
      path,
      "parquet",
    );
    const loaded = await engine().load([parquet(path)]);
    expect(loaded.columns.map(({ name, type, stored, note }) => [name, type, stored, note ?? ""])).toEqual([
      ["tiny", "integer", "typed", ""],
      ["big", "integer", "typed", ""],
      ["half", "number", "typed", ""],
      ["money", "number", "typed", ""],
      ["flag", "boolean", "typed", ""],
      ["day", "date", "typed", ""],
      ["moment", "timestamp", "typed", ""],
      ["zoned", "timestamp", "typed", "a time with zone, kept as its UTC time"],
      ["code", "text", "text", ""],
      ["huge", "text", "text", "integers of more than 63 bits, kept as text"],
      ["list", "text", "text", "nested values, kept as JSON text"],
      ["nested", "text", "text", "nested values, kept as JSON text"],
      ["id", "text", "text", "uuid values, kept as text"],
    ]);
    const refs = join(
      loaded.columns.map((column) => column.ref),
      ", ",
    );
    const [row] = await engine().rows(sql`select ${refs} from ${loaded.relation}`, 1);
    expect(Object.values(row!)).toEqual([
      1,
      5_000_000_000,
      0.5,
      1.5,
      true,
      "2024-01-02",
      "2024-01-02 03:04:05",
      "2024-01-02 01:04:05",
      "007",
      "18446744073709551615",
      "[1,2]",
      '{"a":1,"b":"x"}',
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    ]);
  });

  test("keeps its row order for any number of threads", async () => {
    const path = files.path("order.parquet");
    await engine().write(sql`select range as i from range(400000)`, path, "parquet");
    const opened = await openEngine(files.path("spool-4"), { threads: 4 });
    const loaded = await opened.load([parquet(path), parquet(path)]);
    expect(loaded.rows).toBe(800_000);
    const csv = files.path("order.csv");
    await opened.write(sql`from ${loaded.relation}`, csv, "csv");
    const lines = readFileSync(csv, "utf8").split("\n");
    expect(lines.findIndex((line, at) => at > 0 && at <= 800_000 && line !== String((at - 1) % 400_000))).toBe(-1);
    await opened.close();
  });

  test("that is cut short, or is something else, is broken and named as the user named it", async () => {
    const path = files.path("whole.parquet");
    await engine().write(sql`select range as i, md5(cast(range as varchar)) as h from range(50000)`, path, "parquet");
    const bytes = readFileSync(path);
    const cut = parquet(files.put("cut.parquet", bytes.subarray(0, bytes.length / 2)), "crm.parquet");
    await expect(engine().load([cut])).rejects.toMatchObject({
      code: "broken-file",
      exit: 3,
      message: "broken: No magic bytes found at end of file",
    });
    const none = parquet(files.path("absent.parquet"), "crm.parquet");
    await expect(engine().load([none])).rejects.toMatchObject({ code: "file-missing" });
  });

  test("with a damaged page is broken when the page is read", async () => {
    const path = files.path("page.parquet");
    await engine().write(sql`select range as i, md5(cast(range as varchar)) as h from range(50000)`, path, "parquet");
    const bytes = readFileSync(path);
    const at = Math.floor(bytes.length / 3);
    bytes.fill(0xff, at, at + 4000);
    const opened = await openEngine(files.path("spool-page"));
    const loaded = await opened.load([parquet(files.put("page.parquet", bytes), "crm.parquet")]);
    const read = opened.rows(sql`select max("h") as h, max("i") as i from ${loaded.relation}`, 1);
    await expect(read).rejects.toMatchObject({ code: "broken-file", place: { file: "crm.parquet" } });
    await opened.close();
  });
});
