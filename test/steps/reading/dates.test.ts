import { afterAll, describe, expect, it } from "vitest";
import { Bench, type Cells, type DescribeGiven } from "./described.ts";

const bench = new Bench();
afterAll(() => bench.close());

const dates = (order: Record<string, "dmy" | "mdy" | "ymd">): DescribeGiven => ({
  dates: new Map(Object.entries(order)),
});
const open = ["01/02/2024", "03/04/2024"];

/** The reading order of each column, or `tie`, or its type. */
async function orders(cells: Cells, given: DescribeGiven = {}): Promise<readonly string[]> {
  const table = await bench.describe(cells, given);
  return table.columns.map(({ reading, tie, type }) =>
    tie !== undefined ? "tie" : "order" in reading ? reading.order : type,
  );
}

/** Values of the column `d` as the engine's own text. */
async function values(cells: Cells, given: DescribeGiven = {}): Promise<readonly unknown[]> {
  return bench.text(await bench.describe(cells, given), "d");
}

describe("order of day and month", () => {
  it("is told by any row of the whole column", async () => {
    const many = Array.from({ length: 400 }, () => "01/02/2024");
    expect(await orders({ d: [...many, "13/02/2024"] }, { sampled: 50 })).toEqual(["dmy"]);
    expect(await orders({ d: [...many, "02/13/2024"] }, { sampled: 50 })).toEqual(["mdy"]);
  });

  it("is open where no row and nothing else tells it, for all columns at once", async () => {
    const table = await bench.describe({
      signup: open,
      city: ["Lyon", "Metz"],
      last_order: ["05/06/2024", "07/08/2024"],
    });
    expect(table.columns.map(({ type }) => type)).toEqual(["text", "text", "text"]);
    expect(table.columns[0]!.tie).toEqual({
      columns: ["signup", "last_order"],
      example: "01/02/2024",
      readings: [
        { meaning: "1 February 2024", option: "--dates signup=dmy,last_order=dmy" },
        { meaning: "2 January 2024", option: "--dates signup=mdy,last_order=mdy" },
      ],
    });
    expect(table.columns[2]!.tie).toBe(table.columns[0]!.tie);
  });

  it("is no question where both orders give the same days", async () => {
    expect(await orders({ d: ["01/01/2024", "05/05/2024"] })).toEqual(["dmy"]);
  });

  it("follows another column that has settled it, first one with the same mark", async () => {
    expect(await orders({ a: open, b: ["13/02/2024", "01/02/2024"] })).toEqual(["dmy", "dmy"]);
    expect(await orders({ a: open, b: ["02/13/2024", "01/02/2024"] })).toEqual(["mdy", "mdy"]);
    expect(await orders({ a: open, b: ["13-02-2024", "01-02-2024"] })).toEqual(["dmy", "dmy"]);
    expect(await orders({ a: open, b: ["13-02-2024", "01-02-2024"], c: ["02.13.2024", "01.02.2024"] })).toEqual([
      "tie",
      "dmy",
      "mdy",
    ]);
    expect(await orders({ a: open, b: ["13/02/2024", "01/02/2024"], c: ["02-13-2024", "01-02-2024"] })).toEqual([
      "dmy",
      "dmy",
      "mdy",
    ]);
    expect(await orders({ a: open, b: ["13/02/2024", "01/02/2024"], c: ["02/13/2024", "01/02/2024"] })).toEqual([
      "tie",
      "dmy",
      "mdy",
    ]);
  });

  it("is day first with points, decimal commas, European names, words or dialling codes", async () => {
    expect(await orders({ d: ["01.02.2024", "03.04.2024"] })).toEqual(["dmy"]);
    expect(await orders({ d: open, montant: ["x", "z"] })).toEqual(["dmy", "text"]);
    expect(await orders({ date_naissance: open })).toEqual(["dmy"]);
    expect(await orders({ d: open, price: ["12,5", "3,75"] }, { delimiter: ";" })).toEqual(["dmy", "number"]);
    expect(await orders({ d: open, email_ok: ["oui", "non"] })).toEqual(["dmy", "boolean"]);
    expect(await orders({ d: open, e: ["12 mars 2024", "13 mars 2024"] })).toEqual(["dmy", "dmy"]);
    expect(await orders({ d: open, e: ["12 Mar 2024", "13 Mar 2024"] })).toEqual(["tie", "dmy"]);
    expect(await orders({ d: open, phone: ["+33 6 12 34 56 78", "+33 6 98 76 54 32"] })).toEqual(["dmy", "text"]);
  });

  it("is month first with American states, or zip codes and AM/PM", async () => {
    expect(await orders({ d: open, state: ["CA", "NY"] })).toEqual(["mdy", "text"]);
    expect(await orders({ d: open, zip: ["90210", "10001"] })).toEqual(["tie", "integer"]);
    expect(await orders({ d: ["1/2/2024 3:05 PM", "3/4/2024 11:00 AM"], zip: ["90210", "10001"] })).toEqual([
      "mdy",
      "integer",
    ]);
  });

  it("is open where words speak for both", async () => {
    expect(await orders({ d: open, state: ["CA", "NY"], prenom: ["Ann", "Bob"] })).toEqual(["tie", "text", "text"]);
  });

  it("is not told by the semicolon alone", async () => {
    expect(await orders({ d: open, n: ["1", "2"] }, { delimiter: ";" })).toEqual(["tie", "integer"]);
  });
});

describe("--dates", () => {
  it("settles a column by name, or every column", async () => {
    expect(await orders({ a: open, b: open }, dates({ a: "mdy" }))).toEqual(["mdy", "tie"]);
    expect(await orders({ a: open, b: open, c: ["2024-02-01", "2024-02-03"] }, dates({ "*": "dmy" }))).toEqual([
      "dmy",
      "dmy",
      "ymd",
    ]);
    expect(await values({ d: open }, dates({ d: "mdy" }))).toEqual(["2024-01-02", "2024-03-04"]);
  });

  it("must fit every value, and shows the first that it does not fit with its line", async () => {
    const cells = { signup: ["01/02/2024", "12/31/2024", "11/30/2024"] };
    await expect(bench.describe(cells, dates({ signup: "dmy" }))).rejects.toMatchObject({
      code: "bad-option-value",
      message: "12/31/2024 does not fit --dates signup=dmy, nor does 1 more row",
      place: { file: "export.csv", line: 3, column: "signup" },
    });
    await expect(bench.describe(cells, dates({ "*": "dmy" }))).rejects.toMatchObject({ code: "bad-option-value" });
  });

  it("refuses a column that is not there or holds no dates", async () => {
    await expect(bench.describe({ signup: open }, dates({ singup: "dmy" }))).rejects.toMatchObject({
      code: "unknown-column",
      hint: "did you mean signup?",
    });
    await expect(bench.describe({ city: ["Lyon", "Metz"] }, dates({ city: "dmy" }))).rejects.toMatchObject({
      code: "bad-option-value",
    });
  });

  it("reads years of two digits and eight digits in a row only by the user's word", async () => {
    const short = await bench.column(["01/02/24", "03/04/24"]);
    expect(short).toMatchObject({ type: "text", why: "01/02/24 has a year of two digits; --dates says its order" });
    expect(await values({ d: ["01/02/24", "03/04/99"] }, dates({ d: "dmy" }))).toEqual(["2024-02-01", "1999-04-03"]);
    expect(await orders({ d: ["20240201", "20241231"] })).toEqual(["integer"]);
    expect(await values({ d: ["20240201", "20241231"] }, dates({ d: "ymd" }))).toEqual(["2024-02-01", "2024-12-31"]);
    expect(await values({ d: ["01022024", "31122024"] }, dates({ d: "dmy" }))).toEqual(["2024-02-01", "2024-12-31"]);
  });
});

describe("notations", () => {
  const first = "2024-02-01";

  it("reads ISO dates, one-digit days, slashes with the year first, and eight digits under a name that says date", async () => {
    expect(await values({ d: ["2024-02-01", "NA", ""] })).toEqual([first, null, null]);
    expect(await values({ d: ["2024-2-1", "2024-12-31"] })).toEqual([first, "2024-12-31"]);
    expect(await values({ d: ["2024/02/01"] })).toEqual([first]);
    expect(await values({ d: ["1/2/2024", "13/2/2024"] })).toEqual([first, "2024-02-13"]);
    expect(await orders({ order_date: ["20240201", "20240301"] })).toEqual(["ymd"]);
  });

  it("reads ISO times in UTC: T or space, seconds and fractions optional, offsets applied", async () => {
    const cases: readonly [string, string][] = [
      ["2024-02-01T10:00:00", "2024-02-01 10:00:00"],
      ["2024-02-01 10:00", "2024-02-01 10:00:00"],
      ["2024-02-01T10:00:00.250", "2024-02-01 10:00:00.25"],
      ["2024-02-01T10:00:00.123456789", "2024-02-01 10:00:00.123456"],
      ["2024-02-01T10:00:00Z", "2024-02-01 10:00:00"],
      ["2024-02-01T10:00Z", "2024-02-01 10:00:00"],
      ["2024-02-01T10:00:00+02:00", "2024-02-01 08:00:00"],
      ["2024-02-01T10:00:00-0530", "2024-02-01 15:30:00"],
      ["2024-02-01 10:00:00 +02", "2024-02-01 08:00:00"],
      ["2024-02-01T10:00+02:00", "2024-02-01 08:00:00"],
      ["2024/02/01 10:00", "2024-02-01 10:00:00"],
    ];
    for (const [text, utc] of cases) {
      const table = await bench.describe({ d: [text, text] });
      expect(table.columns[0]!.type, text).toBe("timestamp");
      expect((await bench.text(table, "d"))[0], text).toBe(utc);
    }
  });

  it("reads days first with a time, and twelve-hour clocks", async () => {
    const european = await bench.describe({ d: ["01/02/2024 10:05", "13/02/2024 23:59:58"] });
    expect(await bench.text(european, "d")).toEqual(["2024-02-01 10:05:00", "2024-02-13 23:59:58"]);
    const american = await bench.describe({ d: ["2/13/2024 3:05 PM", "1/2/2024 12:00AM", "1/2/2024 11:59:59 am"] });
    expect(await bench.text(american, "d")).toEqual([
      "2024-02-13 15:05:00",
      "2024-01-02 00:00:00",
      "2024-01-02 11:59:59",
    ]);
  });

  it("rewrites other notations as ISO in CSV and keeps ISO and null words as they are", async () => {
    const table = await bench.describe({
      a: ["01/02/2024", "13/02/2024", "NA"],
      b: ["2024-02-01T10:00:00Z", "2024-02-01T10:00:00+02:00", "null"],
      c: ["2024-02-01", "2024-2-1", "-"],
      e: ["13.02.2024 10:00", "14.02.2024 11:30:00.5", "NA"],
    });
    expect(await bench.rows(table, "query")).toEqual([
      { a: "2024-02-01", b: "2024-02-01T10:00:00Z", c: "2024-02-01", e: "2024-02-13 10:00:00" },
      { a: "2024-02-13", b: "2024-02-01T08:00:00Z", c: "2024-02-01", e: "2024-02-14 11:30:00.5" },
      { a: "NA", b: "null", c: "-", e: "NA" },
    ]);
  });

  it("writes the times of a column in one notation, and times with an offset as the same moments in UTC", async () => {
    const table = await bench.describe({
      naive: ["2024-01-01 10:00:00", "2024-01-01T11:00", "2024-01-02 09:05", "2024-01-03 08:00:00.25"],
      zoned: ["2024-03-31T02:30:00+01:00", "2024-10-27T02:30:00Z", "2024-01-01T00:30:00.5+02:00", ""],
    });
    expect(await bench.rows(table, "query")).toEqual([
      { naive: "2024-01-01 10:00:00", zoned: "2024-03-31T01:30:00Z" },
      { naive: "2024-01-01 11:00:00", zoned: "2024-10-27T02:30:00Z" },
      { naive: "2024-01-02 09:05:00", zoned: "2023-12-31T22:30:00.5Z" },
      { naive: "2024-01-03 08:00:00.25", zoned: null },
    ]);
    expect(table.columns[1]!.why).toContain("written in UTC");
    expect((await bench.text(table, "zoned")).slice(0, 2)).toEqual(["2024-03-31 01:30:00", "2024-10-27 02:30:00"]);
  });

  it("keeps a column with an impossible day as text and shows it, never as missing", async () => {
    const column = await bench.column(["01/02/2024", "13/02/2024", "31/02/2024", "30/02/2024"]);
    expect(column).toMatchObject({ type: "text", present: 4, oddValue: { value: "31/02/2024", row: 2, count: 2 } });
    expect((await bench.column(["2024-02-29", "2023-02-29"])).oddValue?.value).toBe("2023-02-29");
  });

  it("keeps mixed notations that leave the order open, and contradicting orders, as text", async () => {
    const mixed = await bench.column(["2024-02-01", "2024-02-02", "03/04/2024"]);
    expect(mixed).toMatchObject({ type: "text", tie: { example: "03/04/2024" } });
    const both = await bench.column(["13/02/2024", "02/13/2024"]);
    expect(both).toMatchObject({ type: "text", oddValue: { value: "02/13/2024", row: 1, count: 1 } });
    const zones = await bench.column(["2024-02-01T10:00:00Z", "2024-02-01T10:00:00Z", "2024-02-01T10:00:00"]);
    expect(zones.type).toBe("text");
    const short = await bench.column(["13/02/2024", "14/02/2024", "15/02/24"]);
    expect(short.oddValue?.value).toBe("15/02/24");
  });
});
