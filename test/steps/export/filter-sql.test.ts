import { describe, expect, test } from "vitest";
import type { Table } from "../../../src/core/context.ts";
import { SegmentError } from "../../../src/core/errors.ts";
import { filterSql } from "../../../src/steps/export/filter-sql.ts";
import { parseFilter } from "../../../src/steps/export/parse-filter.ts";
import { openTable } from "../../../src/steps/open-table.ts";
import { sql } from "../../../src/sql/template.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

/** The first column of the rows that a condition keeps. */
async function kept(table: Table, text: string): Promise<string> {
  const condition = filterSql(table, parseFilter(text));
  const rows = await surroundings().context.engine.rows(
    sql`select ${table.columns[0]!.ref} as id from ${table.relation} where ${condition}`,
    1000,
  );
  return rows.map(({ id }) => String(id)).join("");
}

const text = [
  "id;spent;orders;joined;seen;vip;city;code",
  "a;1.234,50;3;25/12/2023;2024-01-31 23:59:59;oui;Lyon;007",
  "b;-12,5;10;01/02/2024;2024-02-01 00:00:00;non; Lyon;7",
  "c;;n/a;;;;;",
  "d;3,25;9;29/02/2024;2024-02-01T08:30:00;oui;Saint-Étienne;75001",
  "",
].join("\n");

describe("each value is read by the type of its column", () => {
  test.each([
    ["spent > 3.2", "ad"],
    ["spent = 1234.5", "a"],
    ["spent != 3.25", "ab"],
    ["spent <= -12.5", "b"],
    ["orders >= 9", "bd"],
    ["orders < 9.5", "ad"],
    ["orders in 3, 10.0", "ab"],
    ["orders not in 3", "bd"],
    ["orders is missing", "c"],
    ["orders is present", "abd"],
    ["joined >= 2024-02-01", "bd"],
    ["joined in 2023-12-25,2024-02-29", "ad"],
    // A day stands for the whole day in a column of times.
    ["seen <= 2024-01-31", "a"],
    ["seen = 2024-02-01", "bd"],
    ["seen > 2024-02-01", ""],
    ["seen >= 2024-02-01T08:30", "d"],
    ["seen = 2024-02-01 00:00:00", "b"],
    ["vip = yes", "ad"],
    ["vip != OUI", "b"],
    ["vip = 0", "b"],
    ["vip in yes,no", "abd"],
    // Text is compared as it stands.
    ["city = Lyon", "a"],
    ["city != Lyon", "bd"],
    ["city = ' Lyon'", "b"],
    ["city in Saint-Étienne,Lyon", "ad"],
    ["city is missing", "c"],
    ["code = 007", "a"],
    ["code = 7", "b"],
  ])("%s keeps %j", async (condition, ids) => {
    const { table } = surroundings();
    expect(await kept(await table(text), condition)).toBe(ids);
  });

  test.each([
    ["spent = 3,25", "spent holds numbers, and “3,25” is none"],
    ["joined > 2024-02-30", "joined holds dates, and “2024-02-30” is none"],
    ["joined > 2024-02-01T10:00", "joined holds dates"],
    ["seen > 31/01/2024", "seen holds times"],
    ["seen > 2024-01-31T25:00", "seen holds times"],
    ["vip = maybe", "vip holds yes or no, and “maybe” is none"],
    ["vip > no", "vip is yes or no, which has no order"],
    ["city > Lyon", "city is text, which has no order"],
  ])("%s is refused", async (condition, words) => {
    const table = await surroundings().table(text);
    expect(() => filterSql(table, parseFilter(condition))).toThrow(words);
  });
});

test("a column that is text for one odd value is told by that value", async () => {
  const table = await surroundings().table("id,orders\na,1\nb,2\nc,3 or so\nd,4\n");
  expect(() => filterSql(table, parseFilter("orders > 1"))).toThrow("orders is text, such as “3 or so”");
});

test("a column that can be read in two ways is not filtered by", async () => {
  const table = await surroundings().table("id,day\na,01/02/2024\nb,03/04/2024\n");
  for (const condition of ["day > 2024-01-01", "day is missing"]) {
    try {
      filterSql(table, parseFilter(condition));
      expect.unreachable();
    } catch (error) {
      expect((error as SegmentError).code).toBe("ambiguous-input");
    }
  }
});

test("values of a Parquet file are compared as they are, NaN is missing", async () => {
  const { context, path } = surroundings();
  const file = path("typed.parquet");
  await context.engine.write(
    sql`
      select * from (values
        ('a', 1.5e0, 9007199254740993, date '2024-02-29', true, 'x'),
        ('b', cast('nan' as double), 2, null, false, ''),
        ('c', cast('inf' as double), null, date '2024-03-01', null, null)
      ) as t(id, x, n, day, flag, word)
    `,
    file,
    "parquet",
  );
  const { table } = await openTable(context, [file], {});
  expect(await kept(table, "x > 1")).toBe("ac");
  expect(await kept(table, "x is missing")).toBe("b");
  expect(await kept(table, "n >= 2")).toBe("ab");
  expect(await kept(table, "day > 2024-02-29")).toBe("c");
  expect(await kept(table, "flag != yes")).toBe("b");
  expect(await kept(table, "word is missing")).toBe("bc");
  expect(await kept(table, "word != y")).toBe("a");
});

test("a value is a value, never SQL", async () => {
  const table = await surroundings().table(`id,"a"" b",x\na,"x' or 1=1 --",1\nb,y,2\n`);
  expect(await kept(table, `'a" b' = "x' or 1=1 --"`)).toBe("a");
  expect(await kept(table, `'a" b' != "y'; drop table input_1; --"`)).toBe("ab");
});
