import { plainLayout } from "./plain-layout.ts";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { LoadedTable } from "../../../src/core/context.ts";
import { columnOf } from "../../../src/core/matrix.ts";
import type { RemoteSource } from "../../../src/core/source.ts";
import { identifier, sql } from "../../../src/sql/template.ts";
import { plainCompute } from "../duckdb/with-engine.ts";
import { describeOnEngine, openEngine } from "./with-spark.ts";

const folder = mkdtempSync(joinPath(tmpdir(), "segment-spark-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function csv(path: string, columns: readonly string[]): RemoteSource {
  return {
    format: "remote",
    content: "csv",
    label: path,
    path,
    spooled: false,
    compression: "none",
    encoding: "utf-8",
    evidence: [],
    quarantined: 0,
    text: { delimiter: ",", quote: '"', columns, header: true, multiline: false, layout: plainLayout(",") },
  };
}

describeOnEngine("a session on Spark", (engine, remote) => {
  test("values of every type come as the embedded engine gives them", async () => {
    const query = sql`
      select
        cast(12.5 as decimal(10, 2)) as decimal_1, cast(-0.01 as decimal(38, 8)) as decimal_2,
        date '1969-12-31' as day_1, timestamp_ntz '2024-02-29 23:59:59.12' as time_1,
        cast(null as string) as nothing_1, array(array(1, null), array()) as nested_1, named_struct('a', 1, 'b', 'x') as pair_1,
        cast(9007199254740993 as bigint) as long_1, 3 as small_1, true as flag_1, 'é' as text_1, double('NaN') as number_1
    `;
    expect(await engine().rows(query, 1)).toEqual([
      {
        decimal_1: 12.5,
        decimal_2: -0.01,
        day_1: "1969-12-31",
        time_1: "2024-02-29 23:59:59.12",
        nothing_1: null,
        nested_1: [[1, null], []],
        pair_1: { a: 1, b: "x" },
        long_1: 9007199254740993n,
        small_1: 3,
        flag_1: true,
        text_1: "é",
        number_1: NaN,
      },
    ]);
  });

  test("times with a zone are those of UTC", async () => {
    const query = sql`select cast(cast('2024-07-01T12:00:00+02:00' as timestamp_ltz) as timestamp_ntz) as time_1`;
    expect(await engine().rows(query, 1)).toEqual([{ time_1: "2024-07-01 10:00:00" }]);
  });

  test("bound values mean what they say, whatever they hold", async () => {
    const texts = ["'", "\\", "${x}", "a\u0000b", "é\u{1f600}", "--", ":p_1", "?"];
    for (const text of texts) {
      expect(await engine().rows(sql`select ${text} as a, ${-0.1} as b, ${2 ** 40} as c, ${null} as d`, 1)).toEqual([
        { a: text, b: -0.1, c: 2 ** 40, d: null },
      ]);
    }
  });

  test("a result of more rows than were allowed is an error, and is not read to its end", async () => {
    await expect(engine().rows(sql`select id from range(1000000)`, 10)).rejects.toMatchObject({ code: "bug" });
    expect(await engine().rows(sql`select 1 as a`, 1)).toEqual([{ a: 1 }]);
  });

  test("names and types of a query are told without running it", async () => {
    const query = sql`select 1 as a, 1.5 as b, 'x' as c, true as d, date '2024-01-01' as e, timestamp_ntz '2024-01-01 00:00:00' as f`;
    expect(await engine().columns(query)).toEqual([
      { name: "a", type: "integer" },
      { name: "b", type: "number" },
      { name: "c", type: "text" },
      { name: "d", type: "boolean" },
      { name: "e", type: "date" },
      { name: "f", type: "timestamp" },
    ]);
  });

  test("what is kept is named after its content, and the same is kept once", async () => {
    const first = await engine().store(sql`select id as a from range(10)`);
    const again = await engine().store(sql`select id as a from range(10)`);
    const other = await engine().store(sql`select id as a from range(11)`);
    expect([first.rows, again.rows, other.rows]).toEqual([10, 10, 11]);
    expect(again.relation).toEqual(first.relation);
    expect(other.relation).not.toEqual(first.relation);
  });

  test("a matrix is column after column in the query's order, null as NaN", async () => {
    const query = sql`select id as a, case when id % 3 = 0 then null else -id / 4 end as b from range(10000) order by a`;
    const matrix = await engine().matrix(query, ["a", "b"], 10_000, plainCompute());
    expect(columnOf(matrix, 0)).toEqual(Float64Array.from({ length: 10_000 }, (_, i) => i));
    expect(columnOf(matrix, 1)).toEqual(
      Float64Array.from({ length: 10_000 }, (_, i) => (i % 3 === 0 ? NaN : (0 - i) / 4)),
    );
    await expect(engine().matrix(query, ["a", "b"], 9_999, plainCompute())).rejects.toMatchObject({ code: "bug" });
    await expect(engine().matrix(query, ["a", "b"], 10_001, plainCompute())).rejects.toMatchObject({ code: "bug" });
  });

  test("a matrix that would not fit here is refused before anything is read", async () => {
    const { executed } = engine().received;
    await expect(
      engine().matrix(sql`select id as a from range(1)`, ["a"], 2 ** 25, plainCompute()),
    ).rejects.toMatchObject({
      code: "engine-failed",
      exit: 4,
    });
    expect(engine().received.executed).toBe(executed);
  });

  describe("rows are numbered", () => {
    /** Files of a folder whose rows hold their own number over all. */
    function numbered(name: string, sizes: readonly number[]): string {
      const path = joinPath(folder, name);
      mkdirSync(path);
      let next = 0;
      sizes.forEach((size, at) => {
        const lines = Array.from({ length: size }, () => `${next++},x`);
        writeFileSync(
          joinPath(path, `part-${String(at).padStart(3, "0")}.csv`),
          `n,t\n${lines.map((line) => `${line}\n`).join("")}`,
        );
      });
      return path;
    }

    async function misplaced({ relation, position, columns }: LoadedTable): Promise<number> {
      const [row = {}] = await engine().rows(
        sql`select count(*) filter (where cast(${columns[0]!.ref} as bigint) <> ${position!}) as n from ${relation}`,
        1,
      );
      return Number(row["n"]);
    }

    test("in the order of files and lines, over files of any size", async () => {
      const table = await engine().load([csv(numbered("many", [3, 40_000, 1, 700, 0, 20_000]), ["n", "t"])]);
      expect(table.rows).toBe(60_704);
      expect(await misplaced(table)).toBe(0);
    });

    test("in the order of the pieces of one file", async () => {
      const own = await openEngine(remote);
      await own.session.set({ "spark.sql.files.maxPartitionBytes": "100000", "spark.sql.files.openCostInBytes": "1" });
      const table = await own.load([csv(numbered("pieces", [200_000]), ["n", "t"])]);
      const [parts = {}] = await own.rows(
        sql`select count(*) as n from (select distinct part_1 from (select spark_partition_id() as part_1 from ${table.relation}))`,
        1,
      );
      expect(Number(parts["n"])).toBeGreaterThan(5);
      const [row = {}] = await own.rows(
        sql`select count(*) filter (where cast(${table.columns[0]!.ref} as bigint) <> ${table.position!}) as n from ${table.relation}`,
        1,
      );
      expect(Number(row["n"])).toBe(0);
      await own.close();
    });

    test("and numbers from here find their rows, also where some rows are gone", async () => {
      const table = await engine().load([csv(numbered("attached", [5000]), ["n", "t"])]);
      const n = sql`cast(${table.columns[0]!.ref} as bigint)`;
      const kept = { relation: sql`(select * from ${table.relation} where ${n} % 5 <> 0)`, position: table.position! };
      const values = Int32Array.from({ length: 4000 }, (_, i) => (i % 3 === 0 ? 0 : i));
      const halves = Float64Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? NaN : i / 2));
      const { relation, refs } = await engine().attach(kept, 4000, [
        { name: "whole", values },
        { name: "half", values: halves },
      ]);
      // Row i of those left is number i + i / 4 + 1 of all.
      const i = sql`(${n} - 1 - floor((${n} - 1) / 5))`;
      const [row = {}] = await engine().rows(
        sql`
          select
            count(*) as rows_1,
            count(*) filter (where ${refs[0]!} = case when ${i} % 3 = 0 then 0 else ${i} end) as whole_1,
            count(*) filter (where ${refs[1]!} is not distinct from case when ${i} % 2 = 0 then null else ${i} / 2 end) as half_1
          from ${relation}
        `,
        1,
      );
      expect(row).toEqual({ rows_1: 4000, whole_1: 4000, half_1: 4000 });
    });
  });

  test("a file that has changed is read anew by the next session, whatever an earlier one kept", async () => {
    const path = joinPath(folder, "changing.csv");
    const source = csv(path, ["a"]);
    const total = async (): Promise<unknown> => {
      const own = await openEngine(remote);
      const { relation, columns } = await own.load([source]);
      const [row = {}] = await own.rows(sql`select sum(cast(${columns[0]!.ref} as bigint)) as n from ${relation}`, 1);
      return row["n"];
    };
    // The first session is left open: what it keeps is still there.
    writeFileSync(path, "a\n1\n2\n");
    expect(await total()).toBe(3);
    writeFileSync(path, "a\n10\n20\n");
    expect(await total()).toBe(30);
  });

  test("names that Spark cannot tell apart or hold are refused, with the column", async () => {
    const path = joinPath(folder, "names.csv");
    writeFileSync(path, "a,b\n1,2\n");
    for (const [names, odd] of [
      [["A", "a"], "a"],
      [["x", "${x}"], "${x}"],
    ] as const) {
      const refused = { code: "duplicate-columns", exit: 3, place: { file: path, column: odd } };
      await expect(engine().load([csv(path, names)])).rejects.toMatchObject(refused);
    }
    const table = await engine().load([csv(path, ["position_0", "segment_position_1"])]);
    expect(table.columns.map(({ name }) => name)).toEqual(["position_0", "segment_position_1"]);
  });

  test("a place that is taken is told before anything is written", async () => {
    await engine().requireFree("default.no_such_table_of_ours");
    await engine().rows(sql`create table if not exists default.taken_by_test as select 1 as a`, 1);
    await expect(engine().requireFree("default.taken_by_test")).rejects.toMatchObject({
      code: "cannot-write",
      exit: 4,
    });
    await engine().rows(sql`drop table default.taken_by_test`, 1);
  });

  test("text of cp1252 is read as the options say", async () => {
    const path = joinPath(folder, "old.csv");
    writeFileSync(path, Buffer.from("n\n\xc9mile\n\x80\n", "latin1"));
    const { relation, columns, position } = await engine().load([{ ...csv(path, ["n"]), encoding: "cp1252" }]);
    const found = await engine().rows(sql`select ${columns[0]!.ref} as n from ${relation} order by ${position!}`, 2);
    expect(found).toEqual([{ n: "Émile" }, { n: "€" }]);
  });

  test("columns of JSON records come in the order of their first appearance", async () => {
    const path = joinPath(folder, "records.ndjson");
    writeFileSync(path, '{"z":1,"a":"x"}\n{"a":"y","b":true}\n');
    const { text: _, ...json } = csv(path, []);
    const { columns } = await engine().load([{ ...json, content: "ndjson", keys: ["z", "a", "b"] }]);
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ["z", "integer"],
      ["a", "text"],
      ["b", "boolean"],
    ]);
  });

  test("a record of another length ends the reading, and the record is told", async () => {
    const path = joinPath(folder, "ragged.csv");
    writeFileSync(path, "a,b\n1,2\n3,4,5\n");
    await expect(engine().load([csv(path, ["a", "b"])])).rejects.toMatchObject({
      code: "broken-file",
      exit: 3,
      message: expect.stringContaining("[3,4]"),
    });
  });

  test("text is written so that it reads back: quotes, line breaks, spaces, null and empty", async () => {
    const path = joinPath(folder, "written.csv");
    const query = sql`
      select *
      from (
        values (' a ', 'x,"y"'), (${"line\nbreak"}, null), ('', 'é')
      ) as t(${identifier("first")}, ${identifier("second")})
    `;
    expect(await engine().write(query, path, "csv")).toBe(3);
    const { readdirSync } = await import("node:fs");
    const parts = readdirSync(path).filter((name) => name.endsWith(".csv"));
    const text = parts.map((name) => readFileSync(joinPath(path, name), "utf8")).join("");
    expect(text.replaceAll("first,second\n", "")).toBe(' a ,"x,""y"""\n"line\nbreak",\n"",é\n');
    expect(readdirSync(path)).toContain("_SUCCESS");
    await expect(engine().write(query, path, "csv")).rejects.toMatchObject({ code: "cannot-write" });
  });

  test("a session that the server has closed says so", async () => {
    const own = await openEngine(remote);
    await own.session.client.ask("ReleaseSession", {});
    for (const ask of [() => own.rows(sql`select 1 as a`, 1), () => own.store(sql`select 1 as a`)]) {
      await expect(ask()).rejects.toMatchObject({
        code: "engine-unreachable",
        exit: 4,
        hint: expect.stringContaining("run again"),
      });
    }
    await own.close();
  });

  test("Ctrl-C ends a running query, here and in the cluster", async () => {
    const { openSpark } = await import("../../../src/engine/spark/open-spark.ts");
    const controller = new AbortController();
    const own = await openSpark({ url: remote, token: undefined, version: "0.0.0", signal: controller.signal });
    const started = Date.now();
    const asked = own.rows(
      sql`select count(*) as n from range(1000000) a cross join range(1000000) b where a.id + b.id = -1`,
      1,
    );
    setTimeout(() => controller.abort(), 1500);
    await expect(asked).rejects.toMatchObject({ code: "interrupted" });
    expect(Date.now() - started).toBeLessThan(20_000);
    await own.close();
    // The threads of the server are free again.
    expect(await engine().rows(sql`select count(*) as n from range(1000)`, 1)).toEqual([{ n: 1000 }]);
  });
});
