import { describe, expect, test } from "vitest";
import { csvColumn, withClean } from "./with-clean.ts";

const { run, surroundings } = withClean();
const textbook = csvColumn("spend", ["1", "2", "3", "4.00", "5", "6", "7", "8", "9", "100"]);

describe("outliers", () => {
  test("are told in a column beside by default; a value on the fence is none", async () => {
    const { column, json, header } = await run(textbook, { outliers: ["iqr"] });
    expect(header).toEqual(["row", "spend", "spend_outlier"]);
    expect(column("spend_outlier")).toEqual([...Array<string>(9).fill("false"), "true"]);
    expect(json["outliers"]).toEqual([
      { column: "spend", rule: "iqr", parameters: [1.5], low: -3.5, high: 14.5, count: 1, action: "flag" },
    ]);
    // Quartiles 2.25 and 6.75 of 1…8, 13.5: the upper fence is 13.5 with a factor of 1.5.
    const edge = await run(csvColumn("spend", ["1", "2", "3", "4", "5", "6", "7", "13"]), { outliers: ["iqr"] });
    const [{ high }] = edge.json["outliers"] as [{ high: number }];
    const onIt = csvColumn("spend", ["1", "2", "3", "4", "5", "6", "7", String(high)]);
    expect((await run(onIt, { outliers: ["iqr"] })).column("spend_outlier").at(-1)).toBe("false");
  });

  test("clip writes the bound and leaves other cells their text; the column is then one of numbers with fractions", async () => {
    const { column, outcome } = await run(textbook, { outliers: ["iqr"], outlierAction: ["clip"] });
    expect(column("spend")).toEqual(["1", "2", "3", "4.00", "5", "6", "7", "8", "9", "14.5"]);
    expect(outcome.table!.rows).toBe(10);
  });

  test("null empties the cell, drop removes the row and counts it", async () => {
    expect((await run(textbook, { outliers: ["iqr"], outlierAction: ["null"] })).column("spend").at(-1)).toBe(null);
    const { rows, json, outcome } = await run(textbook, { outliers: ["iqr"], outlierAction: ["drop"] });
    expect(rows).toHaveLength(9);
    expect(outcome.table!.rows).toBe(9);
    expect(json).toMatchObject({ removed: 1, output: { rows: 9 } });
  });

  test("zscore with 3 misses the 100 of the textbook, 2.9 does not", async () => {
    const misses = await run(textbook, { outliers: ["zscore"] });
    expect(misses.json["outliers"]).toMatchObject([{ rule: "zscore", count: 0 }]);
    const finds = await run(textbook, { outliers: ["spend=zscore"], zLimit: 2.9 });
    expect(finds.json["outliers"]).toMatchObject([{ rule: "zscore", count: 1 }]);
  });

  test("a rule for all reaches numbers that measure behaviour: no ids, codes, flags of two values, years", async () => {
    const lines = Array.from(
      { length: 12 },
      (_, i) => `${1000 + i},${i % 2},${2000 + (i % 5)},${75000 + i * 7},${i * i},c${i}`,
    );
    const text = `customer_id,consent,year,zip,visits,town\n${lines.join("\n")}\n`;
    const { json } = await run(text, { outliers: ["iqr"] });
    expect((json["outliers"] as { column: string }[]).map(({ column }) => column)).toEqual(["visits"]);
    const named = await run(text, { outliers: ["iqr", "zip=zscore"] });
    expect((named.json["outliers"] as { column: string }[]).map(({ column }) => column)).toEqual(["zip", "visits"]);
    await expect(run(text, { outliers: ["town=iqr"] })).rejects.toMatchObject({ code: "not-numeric" });
    await expect(run(text, { outliers: ["iqr"], exclude: ["visits"] })).rejects.toMatchObject({
      code: "no-numeric-column",
    });
  });

  test("equal quartiles mark no outlier, and it is said", async () => {
    const { json } = await run(csvColumn("returns", ["0", "0", "0", "0", "0", "0", "0", "1", "2"]), {
      outliers: ["iqr"],
      outlierAction: ["clip"],
    });
    expect(json["outliers"]).toEqual([
      { column: "returns", rule: "iqr", parameters: [1.5], low: null, high: null, count: 0, action: "clip" },
    ]);
    expect(json["warnings"]).toMatchObject([{ code: "no-spread" }]);
  });

  test("an infinite value stops with its place", async () => {
    await expect(run(csvColumn("spend", ["1", "2", "inf", "4"]), { outliers: ["spend=iqr"] })).rejects.toMatchObject({
      code: "not-finite",
      place: { line: 4, column: "spend" },
    });
  });

  test("a run that would drop every row stops", async () => {
    const text = "mail,other\nx@y,1\nz@w,2\n";
    await expect(run(text, { email: ["mail"], emailCheck: "drop" })).rejects.toMatchObject({ code: "nothing-left" });
  });
});

describe("gaps", () => {
  const gaps =
    "id,spend,town,since,active\na,10,Lyon,2024-01-05,yes\nb,,Paris,,no\nc,20,,2024-03-01,\nd,60,Lyon,2024-03-01,no\ne,NA,Paris,,no\n";

  test.each([
    ["mean", "30"],
    ["median", "20"],
    ["mode", "10"],
  ])("%s fills numbers with %s, and a column beside says where", async (how, value) => {
    const { column, json } = await run(gaps, { impute: [how], imputeFlag: true });
    expect(column("spend")).toEqual(["10", value, "20", "60", value]);
    expect(column("spend_missing")).toEqual(["false", "true", "false", "false", "true"]);
    expect(json["imputed"]).toEqual([{ column: "spend", how, value: Number(value), count: 2, left: 0 }]);
  });

  test("a mode fills text, dates and yes or no where named; ties go to the first by code point", async () => {
    const { column } = await run(gaps, { impute: ["town=mode", "since=mode", "active=mode"] });
    expect(column("town")[2]).toBe("Lyon");
    expect(column("since")).toEqual(["2024-01-05", "2024-03-01", "2024-03-01", "2024-03-01", "2024-03-01"]);
    expect(column("active")[2]).toBe("false");
  });

  test("a constant must fit the column's type", async () => {
    const { column } = await run(gaps, {
      impute: ["town=constant:inconnu", "spend=constant:0", "since=constant:2020-02-29", "active=constant:oui"],
    });
    expect([column("town")[2], column("spend")[1], column("since")[1], column("active")[2]]).toEqual([
      "inconnu",
      "0",
      "2020-02-29",
      "true",
    ]);
    for (const wrong of [
      "spend=constant:none",
      "since=constant:2023-02-29",
      "active=constant:maybe",
      "spend=constant:1_000",
    ]) {
      await expect(run(gaps, { impute: [wrong] })).rejects.toMatchObject({ code: "bad-option-value" });
    }
    await expect(run(gaps, { impute: ["town=median"] })).rejects.toMatchObject({ code: "not-numeric" });
  });

  test("fills are learned from what outliers leave: the mean of 1…9 and no 100", async () => {
    const withGap = textbook.replace("r10,100", 'r10,100\nr11,""');
    for (const [action, mean] of [
      ["null", 5],
      ["drop", 5],
      // 45 and the fence of 14.5 among ten.
      ["clip", 5.95],
      ["flag", 14.5],
    ] as const) {
      const { json } = await run(withGap, { outliers: ["iqr"], outlierAction: [action], impute: ["mean"] });
      const [{ value }] = json["imputed"] as [{ value: number }];
      expect(value).toBeCloseTo(mean, 12);
    }
  });

  test("rows that the e-mail check drops teach nothing", async () => {
    const text = "mail,spend\na@b.co,1\nbad@x,1000\nc@d.fr,3\ne@f.de,\n";
    const { json, column } = await run(text, { email: ["mail"], emailCheck: "drop", impute: ["spend=mean"] });
    expect(column("spend")).toEqual(["1", "3", "2"]);
    expect(json["imputed"]).toEqual([{ column: "spend", how: "mean", value: 2, count: 1, left: 0 }]);
  });

  test("a column without values has no mean, but takes a constant", async () => {
    const text = "a,b\nx,NA\ny,\nz,-\n";
    await expect(run(text, { impute: ["b=mode"] })).rejects.toMatchObject({ code: "missing-values" });
    expect((await run(text, { impute: ["b=constant:none"] })).column("b")).toEqual(["none", "none", "none"]);
  });
});

describe("columns that are added", () => {
  const text = "id,spend,spend_outlier\na,1,keep\nb,2,keep\nc,3,keep\nd,4,keep\n";

  test("are refused where the table has their name, and replace it with --overwrite", async () => {
    await expect(run(text, { outliers: ["spend=iqr"] })).rejects.toMatchObject({ code: "column-exists" });
    const { header, column } = await run(text, { outliers: ["spend=iqr"], overwrite: true });
    expect(header).toEqual(["id", "spend", "spend_outlier"]);
    expect(column("spend_outlier")).toEqual(["false", "false", "false", "false"]);
  });
});

test.each([
  [{ outlierAction: ["clip"] }, "--outlier-action"],
  [{ outliers: ["zscore"], iqrFactor: 2 }, "--iqr-factor"],
  [{ outliers: ["iqr"], zLimit: 2 }, "--z-limit"],
  [{ imputeFlag: true }, "--impute-flag"],
  [{ explain: true, saveModel: "m.json" }, "--save-model"],
  [{ model: "m.json", impute: ["mean"], null: ["x"] }, "--null, --impute"],
])("an option that would have no effect is refused: %j", async (given, named) => {
  await expect(run(textbook, given)).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining(named) as unknown,
  });
});

test("Parquet columns keep their types, through bounds and fills", async () => {
  const { context, path } = surroundings();
  const source = await run(
    "id,n,x,ok,day,word\na,1,1.5,yes,2024-01-01, hi \nb,2,2.5,no,,NA\nc,,nan,,2024-01-01,hi\nd,50,3.5,yes,2024-01-03,HI\n",
  );
  const table = source.outcome.table as { typed: Parameters<typeof context.engine.write>[0] };
  await context.engine.write(table.typed, path("typed.parquet"), "parquet");
  const { rows, header } = await run(path("typed.parquet"), {
    outliers: ["n=zscore"],
    zLimit: 1,
    outlierAction: ["clip"],
    impute: ["n=median", "x=mean", "ok=mode", "day=mode", "word=constant:none"],
  });
  expect(header).toEqual(["id", "n", "x", "ok", "day", "word"]);
  // n: 1, 2, 50: mean 53/3, deviation 22.8667, so the upper bound is 40.5331…; the middle of 1, 2, 40.5 is 2.
  const high = 53 / 3 + Math.sqrt((1 + 4 + 2500) / 3 - (53 / 3) ** 2);
  expect(rows.map((row) => row[1]).slice(0, 3)).toEqual(["1", "2", "2"]);
  expect(Number(rows[3]![1])).toBeCloseTo(high, 10);
  expect(rows.map((row) => row[2])).toEqual(["1.5", "2.5", "2.5", "3.5"]);
  expect(rows.map((row) => row[3])).toEqual(["true", "false", "true", "true"]);
  expect(rows[1]![4]).toBe("2024-01-01");
  expect(rows.map((row) => row[5])).toEqual(["hi", "none", "hi", "HI"]);
});
