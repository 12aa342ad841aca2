import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openTable } from "../../../src/steps/open-table.ts";
import { outputQueries } from "../../../src/steps/reading/values.ts";
import { measureRfm, scoreMeasured, type AppliedRfm } from "../../../src/steps/rfm/apply.ts";
import { defaultGrid } from "../../../src/steps/rfm/default-grid.ts";
import { measuredNumbers } from "../../../src/steps/rfm/measured-numbers.ts";
import { withContext } from "../cluster/with-context.ts";

const at = withContext();
let count = 0;

type Row = Readonly<Record<string, unknown>>;

async function scored(
  text: string,
  roles: { customer: string; date: string; amount: string },
  options: { asOf?: string; missing?: "error" | "drop" } = {},
): Promise<AppliedRfm & { rows: readonly Row[] }> {
  const { context, put } = at();
  const opened = await openTable(context, [put(`tx-${++count}.csv`, text)], {});
  const all = { kind: "transactions", ...roles } as const;
  const measured = await measureRfm(context, opened, all, { ...options, weights: null });
  const numbers = await measuredNumbers(context, measured);
  const model = {
    version: "0",
    columns: measured.columns,
    roles: all,
    cuts: await numbers.cuts(new Map()),
    weights: null,
    grid: defaultGrid,
  };
  const applied = scoreMeasured(measured, await numbers.summary(model), model);
  return { ...applied, rows: await context.engine.rows(outputQueries(applied.table).query, 10_000) };
}

const roles = { customer: "c", date: "d", amount: "a" };
const values = (rows: readonly Row[], names: string): unknown[][] =>
  rows.map((row) => names.split(" ").map((name) => row[name]));

/*
 * By hand, as of 2024-12-31. Recency 0 0 10 20 50, frequency 3 1 1 1 2, monetary 30 5 5 5 100.
 * Type 7 at .2 .4 .6 .8 of five values lies at ranks .8 1.6 2.4 3.2 of the sorted ones:
 *   recency   0 0 10 20 50  -> 0, 6, 14, 26
 *   frequency 1 1 1 2 3     -> 1, 1, 1.4, 2.2
 *   monetary  5 5 5 30 100  -> 5, 5, 15, 44
 * r = 1 + cuts above, f and m = 1 + cuts below:
 *   A 0 -> 4 (6, 14, 26), 3 -> 5, 30 -> 4 (5, 5, 15)    B 0 -> 4, 1 -> 1, 5 -> 1
 *   C 10 -> 3, 1, 1         D 20 -> 2, 1, 1             E 50 -> 1, 2 -> 4 (1, 1, 1.4), 100 -> 5
 */
const hand = `c,d,a
A,2024-12-31,10
B,2024-12-31,5
C,2024-12-21,5
A,2024-01-01,12.50
D,2024-12-11,5.00
E,2024-11-11,99.99
A,2023-01-01,7.5
E,2020-02-29,0.01
`;

test("a table with ties is scored as by hand", async () => {
  const { rows, asOf, grouped, removed, summary, warnings } = await scored(hand, roles);
  expect(asOf).toBe("2024-12-31");
  expect([grouped, removed]).toEqual([3, 0]);
  expect(Object.keys(rows[0]!)).toEqual(
    "c recency frequency monetary r_score f_score m_score rfm_score rfm_segment".split(" "),
  );
  expect(values(rows, "c recency frequency monetary rfm_score rfm_segment")).toEqual([
    ["A", 0, 3, "30", "454", "loyal"],
    ["B", 0, 1, "5", "411", "promising"],
    ["C", 10, 1, "5", "311", "about to sleep"],
    ["D", 20, 1, "5", "211", "hibernating"],
    ["E", 50, 2, "100", "145", "at risk"],
  ]);
  expect(summary.levels).toEqual({ recency: [1, 2, 3, 4], frequency: [1, 4, 5], monetary: [1, 4, 5] });
  expect(warnings.map(({ code }) => code)).toEqual(["few-levels", "few-levels", "few-levels"]);
});

test("transactions after the as-of day are left out and counted, whatever they lack", async () => {
  const more = `${hand}Z,2025-01-01,1\nA,2025-01-02,\n`;
  const { rows, removed, grouped, afterAsOf, warnings } = await scored(more, roles, { asOf: "2024-12-31" });
  expect([removed, afterAsOf, grouped]).toEqual([2, 2, 3]);
  expect(values(rows, "c rfm_score").flat()).toEqual(["A", "454", "B", "411", "C", "311", "D", "211", "E", "145"]);
  expect(warnings[0]).toEqual({ code: "after-as-of", message: "2 rows after 2024-12-31 were left out" });
});

test("pandas and NumPy give the same table on 1,022 transactions with ties, refunds and names in many letters", async () => {
  const file = (name: string): string =>
    readFileSync(new URL(`../../../fixtures/reference/rfm/${name}`, import.meta.url), "utf8");
  const reference = JSON.parse(file("reference.json")) as {
    after_as_of: number;
    negative: number;
    transactions: number;
    customers: number;
    levels: object;
  };
  const { rows, afterAsOf, grouped, removed, summary, warnings } = await scored(
    file("transactions.csv"),
    { customer: "customer", date: "date", amount: "amount" },
    { asOf: "2024-12-31" },
  );
  const names = "customer recency frequency monetary r_score f_score m_score rfm_score";
  const lines = values(rows, names).map((row) =>
    row.map((value) => (/,/.test(String(value)) ? `"${value}"` : value)).join(","),
  );
  expect(`${[names.replaceAll(" ", ","), ...lines].join("\n")}\n`).toBe(file("scores.csv"));
  expect(afterAsOf).toBe(reference.after_as_of);
  expect(rows.length).toBe(reference.customers);
  expect(grouped + removed + rows.length).toBe(reference.transactions);
  expect(summary.levels).toEqual(reference.levels);
  expect(warnings.find(({ code }) => code === "negative-amounts")!.message).toMatch(`${reference.negative} amounts`);
});

describe("sums are exact", () => {
  test("ten times ten cents are one, and the text is the shortest", async () => {
    const lines = Array.from({ length: 10 }, () => "A,2024-01-01,0.10");
    const { rows } = await scored(`c,d,a\n${lines.join("\n")}\nB,2024-01-01,-0.50\nB,2024-01-01,0.5\n`, roles);
    expect(values(rows, "c monetary")).toEqual([
      ["A", "1"],
      ["B", "0"],
    ]);
  });

  test("cents stay beside billions, and decimals beyond the eighth are rounded and told", async () => {
    const text = "c,d,a\nA,2024-01-01,90071992547409.93\nA,2024-01-01,0.01\nB,2024-01-01,0.000000014\n";
    const { rows, warnings } = await scored(text, roles);
    expect(values(rows, "monetary").flat()).toEqual(["90071992547409.94", "0.00000001"]);
    expect(warnings.find(({ code }) => code === "rounded-amounts")!.message).toBe(
      "1 amount has more than 8 decimals and was rounded to 8",
    );
  });

  test("doubles of a Parquet file are summed as the decimals that they print as", async () => {
    const { context, path } = at();
    const parquet = path("doubles.parquet");
    const text = "c,d,a\nA,2024-01-01,0.1\nA,2024-01-01,0.2\nB,2024-01-01,12345678.91\nB,2024-01-01,0.09\n";
    const csv = await openTable(context, [at().put("doubles.csv", text)], {});
    await context.engine.write(outputQueries(csv.table).typed, parquet, "parquet");
    const opened = await openTable(context, [parquet], {});
    expect(opened.table.columns.map(({ type, stored }) => `${type} ${stored}`)).toEqual([
      "text text",
      "date typed",
      "number typed",
    ]);
    const all = { kind: "transactions", ...roles } as const;
    const measured = await measureRfm(context, opened, all, { weights: null });
    const rows = await context.engine.rows(outputQueries(measured.table).query, 10);
    expect(rows.map((row) => row["monetary"])).toEqual(["0.3", "12345679"]);
    expect(measured.warnings).toEqual([]);
  });

  test("amounts that no decimal of 38 digits can sum are refused", async () => {
    const big = "9".repeat(29);
    const text = `c,d,a\nA,2024-01-01,${big}.5\nA,2024-01-01,${big}.5\nB,2024-01-01,1.5\n`;
    await expect(scored(text, roles)).rejects.toMatchObject({ exit: 3 });
  });
});

describe("customers are told apart by their exact text", () => {
  test("outer spaces, no-break ones too, do not count; case, accents and zeros do", async () => {
    const keys = ["a", " a ", "\u00a0a", "A", "á", "007", "7", '"x, y"', '"x ""y"""'];
    const { rows } = await scored(`c,d,a\n${keys.map((key) => `${key},2024-01-01,1`).join("\n")}\n`, roles);
    expect(values(rows, "c frequency")).toEqual([
      ["a", 3],
      ["A", 1],
      ["á", 1],
      ["007", 1],
      ["7", 1],
      ["x, y", 1],
      ['x "y"', 1],
    ]);
  });

  test("a column of any name may hold them", async () => {
    const name = 'no "client" — №';
    const { rows } = await scored(`"no ""client"" — №",d,a\n12,2024-01-01,1\n12,2024-01-02,1\n`, {
      ...roles,
      customer: name,
    });
    expect(
      values(
        rows.map((row) => ({ ...row, id: row[name] })),
        "id frequency",
      ),
    ).toEqual([["12", 2]]);
  });

  test("one customer alone scores 3 three times", async () => {
    const { rows, warnings } = await scored("c,d,a\nA,2024-01-01,5.5\n", roles);
    expect(values(rows, "recency rfm_score")).toEqual([[0, "333"]]);
    expect(warnings.map(({ code }) => code)).toEqual(["one-value", "one-value", "one-value"]);
  });
});

test("times count by their UTC day", async () => {
  const text =
    "c,d,a\nA,2024-01-01T23:30:00-02:00,1\nA,2024-01-01T10:00:00+00:00,1\nB,2024-01-03T00:30:00+02:00,1\nC,2024-01-04T23:59:59Z,1\n";
  const { rows, asOf } = await scored(text, roles);
  expect(asOf).toBe("2024-01-04");
  expect(values(rows, "c recency").flat()).toEqual(["A", 2, "B", 2, "C", 0]);
});

describe("a row that lacks a value", () => {
  const gaps = "c,d,a\nA,2024-01-02,1\nB,2024-01-01,n/a\nNA,2024-01-01,2\nC,,3\nA,2024-01-01,12 kg\nA,2024-01-01,4\n";

  test("stops the run, with the first place and the way out", async () => {
    const text = gaps.replace("12 kg", "");
    await expect(scored(text, roles)).rejects.toMatchObject({
      code: "missing-values",
      place: { line: 3, column: "a" },
      message: expect.stringContaining("“n/a” is no amount; 4 rows in all lack a value"),
      hint: expect.stringContaining("--missing drop"),
    });
    await expect(scored(gaps, roles)).rejects.toMatchObject({
      code: "not-numeric",
      place: { line: 6, column: "a" },
      message: expect.stringContaining("12 kg"),
      hint: expect.stringContaining("--missing drop"),
    });
  });

  test("is left out and counted with --missing drop, unreadable ones too", async () => {
    const { rows, removed, grouped, warnings } = await scored(gaps, roles, { missing: "drop" });
    expect(values(rows, "c recency frequency monetary")).toEqual([["A", 0, 2, "5"]]);
    expect([removed, grouped]).toEqual([4, 1]);
    expect(warnings[0]!.message).toBe("4 rows without a readable customer, date or amount were left out");
  });

  test("unreadable dates are left out, and the others read in their order", async () => {
    const text = "c;d;a\nA;31/01/2024;1,5\nA;soon;1\nB;13/01/2024;2,5\nB;31/02/2024;2\nB;0/0/0;2\n";
    const { rows, removed, asOf } = await scored(text, roles, { missing: "drop" });
    expect(asOf).toBe("2024-01-31");
    expect(values(rows, "c recency monetary")).toEqual([
      ["A", 0, "1.5"],
      ["B", 18, "2.5"],
    ]);
    expect(removed).toBe(3);
  });

  test("and nothing is left when every row does", async () => {
    const text = "c,d,a\n,2024-01-01,1\n,2024-01-02,1\n";
    await expect(scored(text, roles, { missing: "drop" })).rejects.toMatchObject({ code: "nothing-left", exit: 3 });
    await expect(scored(hand, roles, { asOf: "2000-01-01" })).rejects.toMatchObject({
      code: "nothing-left",
      hint: "the first date in the data is 2020-02-29",
    });
  });
});

test("a column that can be read in two ways stops the run where it is used, and only there", async () => {
  const text = "c,d,a,other\nA,01/02/2024,1,3.456\nB,03/04/2024,2,1.234\n";
  await expect(scored(text, roles)).rejects.toMatchObject({ code: "ambiguous-input" });
  const settled = "c,d,a,other\nA,2024-02-01,1,01/02/2024\nB,2024-03-04,2,03/04/2024\n";
  expect((await scored(settled, roles)).warnings.map(({ code }) => code)).not.toContain("ambiguous-passed-through");
});
