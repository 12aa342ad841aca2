import { describe, expect, test } from "vitest";
import type { Source } from "../../../src/core/source.ts";
import { join, sql } from "../../../src/sql/template.ts";
import { delimited, json, openEngine, plainCompute, scratch, sharedEngine } from "./with-engine.ts";

const files = scratch();
const engine = sharedEngine(files.path("spool"));

/** The loaded rows, in order, each as its values in the order of the columns. */
async function values(...sources: Source[]): Promise<unknown[][]> {
  const loaded = await engine().load(sources);
  const refs = join(
    loaded.columns.map((column) => column.ref),
    ", ",
  );
  const rows = await engine().rows(sql`select ${refs} from ${loaded.relation}`, 10_000);
  expect(rows.length).toBe(loaded.rows);
  return rows.map((row) => Object.values(row));
}

describe("a delimited file is read as it stands", () => {
  test("an empty field is missing, an empty quoted field is an empty text", async () => {
    const path = files.put("empty.csv", 'a,b\n1,\n"",x\n,\n"",""\n');
    expect(await values(delimited(path, ["a", "b"], 4))).toEqual([
      ["1", null],
      ["", "x"],
      [null, null],
      ["", ""],
    ]);
  });

  test("an empty line of a one-column file is a missing value", async () => {
    const path = files.put("one.csv", 'a\n1\n\n3\n""\n\n');
    expect(await values(delimited(path, ["a"], 5))).toEqual([["1"], [null], ["3"], [""], [null]]);
  });

  test("dates, long ids, leading zeros and spaces keep their text", async () => {
    const path = files.put("text.csv", "a,b,c,d\n01/02/2024,12345678901234567890,007, x \n");
    expect(await values(delimited(path, ["a", "b", "c", "d"], 1))).toEqual([
      ["01/02/2024", "12345678901234567890", "007", " x "],
    ]);
  });

  test("a byte order mark belongs to no column", async () => {
    const path = files.put("bom.csv", "\uFEFFa,b\n1,2\n");
    expect(await values(delimited(path, ["a", "b"], 1))).toEqual([["1", "2"]]);
    const bare = files.put("bare.csv", "\uFEFF1,2\n3,4\n");
    expect(await values(delimited(bare, ["a", "b"], 2, { skip: 0 }))).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  test("a quoted header may hold a line break", async () => {
    const path = files.put("header.csv", '"a\n""z""",b\n1,2\n3,4\n');
    expect(await values(delimited(path, ['a\n"z"', "b"], 2, { skip: 2 }))).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  test("lines before the header are skipped", async () => {
    const path = files.put("preamble.csv", 'Report on 5" screens\n\na,b\n1,2\n');
    expect(await values(delimited(path, ["a", "b"], 1, { skip: 3 }))).toEqual([["1", "2"]]);
  });

  test("windows line endings, semicolons, tabs and apostrophe quotes are obeyed", async () => {
    const windows = files.put("crlf.csv", 'a;b\r\n1,5;"x\r\ny"\r\n;2\r\n');
    expect(await values(delimited(windows, ["a", "b"], 2, { delimiter: ";", newline: "\r\n" }))).toEqual([
      ["1,5", "x\r\ny"],
      [null, "2"],
    ]);
    const tabs = files.put("tabs.tsv", "a\tb\n'x\ty'\t\"\n");
    expect(await values(delimited(tabs, ["a", "b"], 1, { delimiter: "\t", quote: "'" }))).toEqual([["x\ty", '"']]);
    const bare = files.put("bare-quotes.csv", "a,b\n5\",O'Brien\n");
    expect(await values(delimited(bare, ["a", "b"], 1, { quote: "" }))).toEqual([['5"', "O'Brien"]]);
  });

  test("columns that differ only in case, and names of any characters, all live", async () => {
    const names = [
      "Email",
      "email",
      "__proto__",
      "a\"b'c",
      "two\nlines",
      "x".repeat(10_000),
      "",
      "constructor",
      "é",
      "É",
    ];
    const path = files.put("names.csv", `ignored\n${names.map((_, i) => i).join(",")}\n`);
    const loaded = await engine().load([delimited(path, names, 1)]);
    expect(loaded.columns.map((column) => column.name)).toEqual(names);
    expect(await values(delimited(path, names, 1))).toEqual([names.map((_, i) => String(i))]);
  });

  test("5,000 columns are read", { timeout: 30_000 }, async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `column ${i}`);
    const line = `${names.map((_, i) => i * 7).join(",")}\n`;
    const path = files.put("wide.csv", `ignored\n${line.repeat(20)}`);
    const rows = await values(delimited(path, names, 20));
    expect(rows[19]![4999]).toBe("34993");
  });

  test("a record longer than the first buffer is read with a larger one", async () => {
    const path = files.put("long.csv", `a,b\n${"x".repeat(5_000_000)},2\n1,2\n`);
    const loaded = await engine().load([delimited(path, ["a", "b"], 2)]);
    const rows = await engine().rows(sql`select length("a") as n from ${loaded.relation}`, 2);
    expect(rows).toEqual([{ n: 5_000_000 }, { n: 1 }]);
  });

  test("a path with pattern characters names one file only", async () => {
    files.put("g1x.csv", "a\nwrong\n");
    const path = files.put("g[1]*.csv", "a\nright\n");
    expect(await values(delimited(path, ["a"], 1))).toEqual([["right"]]);
  });

  test("a record that does not fit the columns is an error with its line", async () => {
    const path = files.put("ragged.csv", "a,b\n1,2\n3\n");
    await expect(engine().load([delimited(path, ["a", "b"], 2, { label: "crm.csv" })])).rejects.toMatchObject({
      code: "broken-file",
      message: "crm.csv: line 3 cannot be read: Expected Number of Columns: 2 Found: 1",
      place: { file: "crm.csv", line: 3 },
    });
  });

  test("a count that differs from the scan's is never passed over", async () => {
    const path = files.put("count.csv", "a\n1\n2\n");
    await expect(engine().load([delimited(path, ["a"], 3)])).rejects.toMatchObject({ code: "bug" });
  });
});

describe("several files make one table", () => {
  test("columns are matched by name and rows follow in the order given", async () => {
    const one = delimited(files.put("1.csv", "a,b\n1,2\n3,4\n"), ["a", "b"], 2);
    const two = delimited(files.put("2.csv", "b,a\n5,6\n"), ["b", "a"], 1);
    expect(await values(one, two, one)).toEqual([
      ["1", "2"],
      ["3", "4"],
      ["6", "5"],
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  test("other columns are an error that names them", async () => {
    const one = delimited(files.put("3.csv", "a,b\n1,2\n"), ["a", "b"], 1, { label: "one.csv" });
    const two = delimited(files.put("4.csv", "a,c\n1,2\n"), ["a", "c"], 1, { label: "two.csv" });
    await expect(engine().load([one, two])).rejects.toMatchObject({
      code: "columns-differ",
      message: "does not have the columns of one.csv: it lacks “b” and has “c” besides",
    });
  });

  test("text and typed columns of one name meet as text", async () => {
    const one = delimited(files.put("5.csv", "a\n007\n"), ["a"], 1);
    const two = json(files.put("6.ndjson", '{"a":12}\n'), "ndjson");
    expect(await values(one, two)).toEqual([["007"], ["12"]]);
  });

  test("two columns of the same name are an error", async () => {
    const twice = delimited(files.put("7.csv", "a,a\n1,2\n"), ["a", "a"], 1);
    await expect(engine().load([twice])).rejects.toMatchObject({ code: "duplicate-columns", exit: 3 });
  });
});

describe("a file too large for the memory given is read in place", () => {
  test("in the same order, and a change under way is an error", async () => {
    const rows = 60_000;
    const filler = "f".repeat(80);
    const lines = Array.from({ length: rows }, (_, i) => `${i},"${filler}\r\n${i % 7 === 0 ? '""' : ""}"`);
    const path = files.put("large.csv", `a,b\r\n${lines.join("\r\n")}\r\n`);
    const source = delimited(path, ["a", "b"], rows, { newline: "\r\n" });
    for (const memory of [1 << 30, 20_000_000]) {
      const opened = await openEngine(files.path(`spool-${memory}`), { memory, threads: 4 });
      const loaded = await opened.load([source]);
      const isView = memory < 1 << 30;
      expect(opened.explain(sql`select 1`)).toContain(isView ? "create view input_1" : "create table input_1");
      const matrix = await opened.matrix(
        sql`select cast("a" as double), length("b") from ${loaded.relation}`,
        ["a", "b"],
        rows,
        plainCompute(),
      );
      const odd = matrix.values.findIndex((value, at) =>
        at < rows ? value !== at : value !== 82 + ((at - rows) % 7 === 0 ? 1 : 0),
      );
      expect(odd).toBe(-1);
      if (isView) {
        files.put("large.csv", "a,b\n1,2\n");
        const counted = opened.rows(sql`select count(*) as n from ${loaded.relation}`, 1);
        await expect(counted).rejects.toMatchObject({ code: "broken-file", exit: 3 });
      }
      await opened.close();
    }
  });
});

describe("a file of a million rows", () => {
  test("is copied in larger pieces by several threads, and stays the same table in the same order", async () => {
    const rows = 1_000_000;
    const lines = Array.from({ length: rows }, (_, i) => `${i},"customer ${i % 977}"\n`);
    const path = files.put("million.csv", `id,name\n${lines.join("")}`);
    const scripts: string[] = [];
    for (const threads of [1, 2]) {
      const opened = await openEngine(files.path(`spool-million-${threads}`), { threads });
      const table = await opened.load([delimited(path, ["id", "name"], rows)]);
      const [id, name] = table.columns.map(({ ref }) => ref);
      const wrong = sql`
        select count(*) as n
        from ${table.relation}
        where ${id!} <> cast(rowid as varchar) or ${name!} <> 'customer ' || cast(rowid % 977 as varchar)
      `;
      expect(table.rows).toBe(rows);
      expect(await opened.rows(wrong, 1)).toEqual([{ n: 0 }]);
      scripts.push(opened.explain(sql`select 1`));
      await opened.close();
    }
    expect(scripts[1]).toBe(scripts[0]);
  });
});
