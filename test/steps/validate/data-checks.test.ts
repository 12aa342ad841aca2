import { describe, expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { sql } from "../../../src/sql/template.ts";
import { withContext } from "../cluster/with-context.ts";
import { checkFile, checkText, verdicts, type Asked } from "./with-checks.ts";

const surroundings = withContext();
const check = (text: string, asked: Asked, options: Parameters<typeof checkText>[3] = {}) =>
  checkText(surroundings(), text, asked, options);

/** Rows that fail one check of a column of values. */
async function failingRows(
  kind: Asked[number][0],
  words: string,
  values: readonly string[],
  options: Parameters<typeof checkText>[3] = {},
): Promise<readonly number[]> {
  const text = ["id,v", ...values.map((value, i) => `r${i + 1},${value}`), ""].join("\n");
  const { rows, results } = await check(text, [[kind, words]], options);
  expect(results[0]!.failing).toBe(rows.length);
  expect(results[0]!.first?.row ?? null).toBe(rows[0]?.[1] ?? null);
  return rows.map(([, row]) => row);
}

describe("not-null", () => {
  test.each([
    ["a text that is empty or only spaces is missing", ["a", "", "  ", "\u00a0", '""', "b"], [2, 3, 4, 5]],
    ["a word such as n/a is a text as any other", ["FR", "NA", "none", "FR"], []],
    ["among numbers a word such as n/a is missing", ["1", "n/a", "3", "-", ""], [2, 4, 5]],
    ["so it is where one value is no number", ["1", "n/a", "x", "4", "5", "6"], [2]],
    ["a column without any value is missing in every row", ["", "", ""], [1, 2, 3]],
  ])("%s", async (_, values, rows) => expect(await failingRows("not-null", "v", values)).toEqual(rows));

  test("words such as n/a in a text column are counted apart", async () => {
    const { nullWords, results } = await check("id,v\n1,FR\n2,N/A\n3,none\n4,\n", [["not-null", "v"]]);
    expect(nullWords).toEqual([{ column: "v", count: 2 }]);
    expect(results[0]!.failing).toBe(1);
  });

  test("a glob asks for each column it names", async () => {
    const { results } = await check("a_1,a_2,b\n1,,2\n", [["not-null", "a_*"]]);
    expect(results.map(({ column, passed }) => [column, passed])).toEqual([
      ["a_1", true],
      ["a_2", false],
    ]);
  });
});

describe("unique", () => {
  test("every row of a key that stands twice fails, and rows without a key are not compared", async () => {
    const { rows, results } = await check("k,n\na,1\nb,2\na,3\n,4\n,5\na,6\n", [["unique", "k"]]);
    expect(rows).toEqual([1, 3, 6].map((row) => ["unique", row, "a"]));
    expect(results[0]).toMatchObject({ failing: 3, found: "2 rows without a key, not compared", first: { row: 1 } });
  });

  test("keys are compared as they are written: 7, 007 and 7.0 are three", async () => {
    expect(await failingRows("unique", "v", ["7", "007", "7.0", "é", "e", "É"])).toEqual([]);
  });

  test("a key of two columns is missing where one of them is", async () => {
    const text = "a,b,n\n1,x,1\n1,y,2\n1,,3\n1,,4\n1,x,5\n";
    const { rows, results } = await check(text, [["unique", "a+b"]]);
    expect(rows).toEqual([
      ["unique", 1, "1 + x"],
      ["unique", 5, "1 + x"],
    ]);
    expect(results[0]).toMatchObject({ column: "a + b", found: "2 rows without a key, not compared" });
  });

  test("a name with a plus in it is the column of that name", async () => {
    const { results } = await check("a+b,a,b+c\n1,1,1\n2,1,2\n", [
      ["unique", "a+b"],
      ["unique", "a+b+c"],
      ["unique", "a+b+a"],
    ]);
    expect(results.map(({ column }) => column)).toEqual(["a+b", "a + b+c", "a+b + a"]);
  });
});

describe("range", () => {
  test.each([
    ["both ends are in", "v:18..99", ["18", "99", "17", "100", "17.9"], [3, 4, 5]],
    ["an end may be open", "v:18..", ["17", "1e6"], [1]],
    ["a missing value passes", "v:18..99", ["20", "", "n/a", "-"], []],
    ["an infinite value lies in no range", "v:0..", ["1", "2.5", "inf", "-inf"], [3, 4]],
    ["what is no number fails", "v:0..9", ["1", "2", "x", "3", "007", "1_0", "0x1"], [3, 5, 6, 7]],
    ["a text of words fails everywhere", "v:0..9", ["a", "b", ""], [1, 2]],
    ["whole numbers are compared beyond 2^53 as texts of no number", "v:0..", ["1", "2", "12345678901234567890"], [3]],
    ["a fractional bound of whole numbers is exact", "v:1.5..2.5", ["1", "2", "3"], [1, 3]],
    [
      "dates are compared as dates",
      "v:2020-01-01..2024-12-31",
      ["2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01"],
      [1, 4],
    ],
    ["a day that is none fails", "v:2020-01-01..", ["2024-02-29", "2023-02-29", "2021-01-01"], [2]],
    [
      "dates in another order of day and month",
      "v:2024-01-13..2024-02-01",
      ["13/01/2024", "31/01/2024", "01/02/2024", "02/02/2024"],
      [4],
    ],
    [
      "a last day is in to its end",
      "v:2024-01-01..2024-01-02",
      ["2024-01-02 23:59:59", "2024-01-03 00:00:00", "2023-12-31 23:59:59"],
      [2, 3],
    ],
    [
      "times as ends",
      "v:2024-01-01 10:00..2024-01-01 11:00",
      ["2024-01-01 09:59:59", "2024-01-01 10:00:00", "2024-01-01 11:00:01"],
      [1, 3],
    ],
  ] as const)("%s", async (_, words, values, rows) => expect(await failingRows("range", words, values)).toEqual(rows));

  test("decimal commas are read as the file has them, also where a value is no number", async () => {
    const text = "id;v\n1;1,5\n2;x\n3;20,25\n4;3,75\n5;1.200,5\n";
    const { rows } = await check(text, [["range", "v:0..10"]]);
    expect(rows.map(([, row, value]) => [row, value])).toEqual([
      [2, "x"],
      [3, "20,25"],
      [5, "1.200,5"],
    ]);
  });

  test("a text of mostly numbers that can be read in two ways is refused with both readings", async () => {
    const text = "id;v\n1;1.234\n2;x\n3;2.345\n4;3.456\n";
    await expect(check(text, [["range", "v:0..10"]])).rejects.toMatchObject({ code: "ambiguous-input" });
    const settled = await check(text, [["range", "v:0..10"]], { decimal: "." });
    expect(settled.rows.map(([, row]) => row)).toEqual([2]);
    const thousands = await check(text, [["range", "v:0..10"]], { decimal: "," });
    expect(thousands.rows.map(([, row]) => row)).toEqual([1, 2, 3, 4]);
  });

  test("so is a text of mostly dates, and an option settles it", async () => {
    const text = "id,v\n1,01/02/2024\n2,x\n3,03/04/2024\n";
    const asked: Asked = [["range", "v:2024-02-01..2024-02-28"]];
    await expect(check(text, asked)).rejects.toMatchObject({ code: "ambiguous-input" });
    expect((await check(text, asked, { dates: ["dmy"] })).rows.map(([, row]) => row)).toEqual([2, 3]);
    expect((await check(text, asked, { dates: ["mdy"] })).rows.map(([, row]) => row)).toEqual([1, 2, 3]);
  });

  test("a column that can be read in two ways is refused", async () => {
    const text = "v;w\n1.234;a\n2.345;b\n";
    await expect(check(text, [["range", "v:0..10"]])).rejects.toMatchObject({ code: "ambiguous-input" });
  });
});

describe("set", () => {
  test.each([
    ["texts as they are written", "v:FR,BE", ["FR", "fr", "BE", "FR ", ""], [2, 4]],
    ["numbers as numbers", "v:1,2.5", ["1", "1.0", "2.50", "3"], [4]],
    ["yes and no in any case", "v:true,false", ["TRUE", "false", "True"], []],
    ["a member with a comma", "v:a,,b,c", ['"a,b"', "c", "a"], [3]],
    ["words among the members of a column of numbers match nothing", "v:1,x", ["1", "2"], [2]],
    ["dates as ISO days", "v:2024-01-31", ["31/01/2024", "30/01/2024"], [2]],
  ] as const)("%s", async (_, words, values, rows) => expect(await failingRows("set", words, values)).toEqual(rows));
});

describe("regex", () => {
  test("the whole value matches, and a missing one passes", async () => {
    expect(await failingRows("regex", "v:[0-9]{5}", ["12345", "123456", "x12345", "", "01000"])).toEqual([2, 3]);
  });

  test("a pattern may hold colons, as a name may", async () => {
    const { results } = await check("a:b,a\nhttp://x,1\n", [
      ["regex", "a:b:https?://.*"],
      ["set", "a:b:http://x"],
      ["range", "a:1..2"],
    ]);
    expect(results.map(({ column, passed }) => [column, passed])).toEqual([
      ["a:b", true],
      ["a:b", true],
      ["a", true],
    ]);
  });

  test("what is no pattern of RE2 is refused in words", async () => {
    await expect(check("v\n1\n2\n", [["regex", "v:(?<=a)b"]])).rejects.toMatchObject({ code: "bad-option-value" });
    await expect(check("v\n1\n2\n", [["regex", "v:[0-9"]])).rejects.toThrow("not a pattern of RE2");
  });
});

describe("schema", () => {
  test.each([
    ["integer", ["1", "2", ""], []],
    ["number", ["1", "2"], []],
    ["integer", ["1", "2.5", "3.0"], [2, 3]],
    ["integer", ["1", "x", "2.5", "1e2", "n/a"], [2, 3, 4]],
    ["number", ["1", "x", "2.5"], [2]],
    ["text", ["1", "2"], []],
    ["date", ["2024-01-01", "", "2024-01-02"], []],
    ["date", ["2024-01-01", "2024-01-32", "2024-01-02"], [2]],
    ["timestamp", ["2024-01-01", "2024-01-02"], [1, 2]],
    ["boolean", ["yes", "no", "YES"], []],
    ["boolean", ["true", "false", "maybe", ""], [3]],
    ["boolean", ["1", "0"], [1, 2]],
    ["date", ["1", "2"], [1, 2]],
    ["number", ["", ""], []],
  ])("%s in %j", async (type, values, rows) => expect(await failingRows("schema", `v:${type}`, values)).toEqual(rows));

  test("a column that is not there fails, with a near name", async () => {
    const { results } = await check("email,n\na,1\n", [["schema", "emial:text"]]);
    expect(results[0]).toMatchObject({
      passed: false,
      failing: null,
      found: "no such column; did you mean email?",
    });
  });

  test("in JSON a text of digits is text, and no number", async () => {
    const { results } = await check(
      '{"a":"1","b":1}\n{"a":"2","b":2.5}\n',
      [
        ["schema", "a:integer"],
        ["schema", "a:text"],
        ["schema", "b:number"],
        ["schema", "b:text"],
      ],
      { ending: "ndjson" },
    );
    expect(verdicts({ results })).toEqual([2, "pass", "pass", 2]);
  });
});

test.each([
  ["2..4", true],
  ["4..", false],
  ["..2", false],
  ["3", true],
])("three rows against --rows %s", async (words, passed) => {
  const { results } = await check("v\n1\n2\n3\n", [["rows", words]]);
  expect(results).toEqual([
    { check: "rows", column: null, asked: words, failing: null, found: "3", first: null, passed },
  ]);
});

describe("fresh", () => {
  const fresh = (values: readonly string[], days = 30) =>
    check(["id,v", ...values.map((value, i) => `r${i + 1},${value}`), ""].join("\n"), [["fresh", `v:${days}`]], {
      asOf: "2024-12-31",
    });

  test.each([
    ["the newest day is near enough", ["2024-12-01", "2020-01-01"], 30, true, 0],
    ["the newest day is one too far", ["2024-11-30", "2020-01-01"], 30, false, 0],
    ["the day itself counts", ["2024-12-31", ""], 0, true, 0],
    ["a later day fails with its row", ["2024-12-30", "2025-01-01"], 30, false, 1],
    ["only later days", ["2025-01-01", "2025-02-01"], 30, false, 2],
    ["times count by their day", ["2024-12-31 23:59:59", "2024-12-31 00:00:00"], 0, true, 0],
    ["what is no date fails with its row", ["2024-12-30", "2024-13-01", "2024-12-29"], 30, false, 1],
    ["no date at all", ["", ""], 30, false, 0],
  ])("%s", async (_, values, days, passed, failing) => {
    const { results } = await fresh(values, days);
    expect(results[0]).toMatchObject({ passed, failing });
  });

  test("how old the newest day is, is said", async () => {
    const { results } = await fresh(["2024-11-01", "2023-01-01"]);
    expect(results[0]!.found).toBe("newest 2024-11-01, 60 days before");
  });
});

test("what is asked wrongly is refused before any row is looked at", async () => {
  const refused: readonly (readonly [Asked[number], string, string])[] = [
    [["range", "agee:1..2"], "unknown-column", "agee"],
    [["range", "age:1..x"], "bad-option-value", "x is neither"],
    [["range", "age:2024-01-01.."], "bad-option-value", "one of dates, and age holds numbers"],
    [["range", "age"], "bad-option-value", "not COLUMN:LOW..HIGH"],
    [["set", "age:"], "bad-option-value", "the set is empty"],
    [["unique", "age+nme"], "unknown-column", "nme"],
    [["unique", "age+age"], "bad-option-value", "stands twice"],
    [["schema", "age:int"], "bad-option-value", "int is no type"],
    [["schema", "age"], "bad-option-value", "not COLUMN:TYPE"],
    [["rows", "2.5.."], "bad-option-value", "no range of row counts"],
    [["rows", "9..2"], "bad-option-value", "no range of row counts"],
    [["fresh", "age:3"], "bad-option-value", "measured from a given day"],
    [["not-null", "nam"], "unknown-column", "nam"],
  ];
  for (const [asked, code, words] of refused) {
    const failure: unknown = await check("name,age\na,1\nb,2\n", [asked]).catch((error: unknown) => error);
    expect(failure, asked.join(" ")).toBeInstanceOf(SegmentError);
    expect((failure as SegmentError).code, asked.join(" ")).toBe(code);
    expect((failure as SegmentError).message).toContain(words);
  }
});

test("the first place is the line of its own file, over several files and quoted line breaks", async () => {
  const { put, context } = surroundings();
  const first = put("place-a.csv", 'id,v\n1,"two\nlines"\n2,b\n');
  const second = put("place-b.csv", "id,v\n3,c\n4,\n");
  const { results } = await checkFile(
    { context },
    [first, second],
    [
      ["not-null", "v"],
      ["set", "v:c,b"],
    ],
  );
  expect(results[0]!.first).toEqual({ row: 4, place: { file: second, line: 3, column: "v" }, value: "" });
  expect(results[1]!.first).toEqual({ row: 1, place: { file: first, line: 2, column: "v" }, value: "two\nlines" });
});

describe("failing rows", () => {
  test("each row stands once for each check it fails, in the order of the checks, with its own columns", async () => {
    const text = "id,age,mail\n1,5,a\n2,50,\n3,,\n4,200,a\n";
    const { failures } = await check(text, [
      ["range", "age:18..99"],
      ["not-null", "mail"],
      ["unique", "mail"],
    ]);
    const rows = await surroundings().context.engine.rows(failures.query, 100);
    expect(rows.map((row) => Object.values(row).map((value) => value ?? ""))).toEqual([
      ["range", 1, "age", "5", "1", "5", "a"],
      ["range", 4, "age", "200", "4", "200", "a"],
      ["not-null", 2, "mail", "", "2", "50", ""],
      ["not-null", 3, "mail", "", "3", "", ""],
      ["unique", 1, "mail", "a", "1", "5", "a"],
      ["unique", 4, "mail", "a", "4", "200", "a"],
    ]);
    expect(failures.rows).toBe(6);
  });

  test("names of the table do not hide those of the report, nor names of the query", async () => {
    const text = "check,Row,c_2,position_1,check_1\nz,1,9,7,5\na,2,8,6,4\nb,,8,,\n";
    const { failures, rows } = await check(text, [
      ["not-null", "Row"],
      ["set", "check:a,b"],
    ]);
    expect(rows).toEqual([
      ["not-null", 3, ""],
      ["set", 1, "z"],
    ]);
    const [row] = await surroundings().context.engine.rows(failures.query, 100);
    const names = ["failed_check", "failed_row", "failed_column", "failed_value"];
    expect(Object.keys(row!)).toEqual([...names, "check", "Row", "c_2", "position_1", "check_1"]);
  });

  test("where nothing fails there is none", async () => {
    const { failures } = await check("v\n1\n", [
      ["not-null", "v"],
      ["rows", "5.."],
    ]);
    expect(failures.rows).toBe(0);
    expect(await surroundings().context.engine.rows(failures.query, 1)).toEqual([]);
  });
});

test("column names with quotes, spaces and letters of any script are checked as others", async () => {
  const text = '"a ""b""",é à,select\n1,x,5\n,y,6\n';
  const { results } = await check(text, [
    ["not-null", 'a "b"'],
    ["set", "é à:x"],
    ["range", "select:5..5"],
    ["unique", 'select+a "b"'],
  ]);
  expect(results.map(({ failing }) => failing)).toEqual([1, 1, 1, 0]);
});

test("whole numbers of Parquet are compared to the last digit, and NaN is a missing value", async () => {
  const { context, path } = surroundings();
  const file = path("typed.parquet");
  const query = sql`
    select * from (values
      (cast(9007199254740993 as bigint), cast('nan' as double), timestamp '2024-01-31 23:59:59'),
      (cast(9007199254740992 as bigint), cast(1.5 as double), timestamp '2024-02-01 00:00:00')
    ) as t(big, amount, time)
  `;
  await context.engine.write(query, file, "parquet");
  const { rows } = await checkFile(
    { context },
    [file],
    [
      ["range", "big:9007199254740993.."],
      ["set", "big:9007199254740992"],
      ["not-null", "amount"],
      ["range", "amount:0..1"],
      ["range", "time:..2024-01-31"],
      ["schema", "big:text"],
    ],
  );
  expect(rows.map(([check, row]) => [check, row])).toEqual([
    ["range", 2],
    ["set", 1],
    ["not-null", 1],
    ["range", 2],
    ["range", 2],
    ["schema", 1],
    ["schema", 2],
  ]);
});

test("a hundred checks of a wide table find what one finds, and list its failing rows in their order", async () => {
  const names = Array.from({ length: 100 }, (_, j) => `c${j}`);
  // Column j lacks a value in row j of 100 where j is divisible by three.
  const lines = names.map((_, i) => names.map((__, j) => (i === j && j % 3 === 0 ? "" : "x")).join(","));
  const { results, rows } = await check([names.join(","), ...lines, ""].join("\n"), [["not-null", "*"]]);
  expect(results.map(({ failing }) => failing)).toEqual(names.map((_, j) => (j % 3 === 0 ? 1 : 0)));
  expect(results.map(({ first }) => first?.row ?? null)).toEqual(names.map((_, j) => (j % 3 === 0 ? j + 1 : null)));
  expect(rows.map(([, row]) => row)).toEqual(names.flatMap((_, j) => (j % 3 === 0 ? [j + 1] : [])));
});
