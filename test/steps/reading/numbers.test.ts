import { afterAll, describe, expect, it } from "vitest";
import { Bench } from "./described.ts";

const bench = new Bench();
afterAll(() => bench.close());

const semicolon = { delimiter: ";" };

describe("decimal marks", () => {
  it("reads decimal points in a comma-separated file, also where a group of three could be thousands", async () => {
    expect((await bench.column(["1.5", "2", "-0.25"])).reading).toEqual({
      type: "number",
      decimal: ".",
      thousands: "",
    });
    expect((await bench.column(["1.234", "5.678"])).reading).toEqual({ type: "number", decimal: ".", thousands: "" });
  });

  it("reads quoted commas in groups of three as thousands in a comma-separated file", async () => {
    const column = await bench.column(["1,234", "12,345", "950"]);
    expect(column.reading).toEqual({ type: "integer", decimal: ".", thousands: "," });
  });

  it("reads a quoted comma that can only be a decimal comma as one, in that column alone", async () => {
    const table = await bench.describe({ price: ["12,5", "3,75"], latitude: ["48.85", "45.7"] });
    expect(table.columns.map(({ reading }) => reading)).toEqual([
      { type: "number", decimal: ",", thousands: "" },
      { type: "number", decimal: ".", thousands: "" },
    ]);
  });

  it("leaves thousands or decimals open where a comma-separated file also has decimal commas", async () => {
    const table = await bench.describe({ price: ["12,5", "3,75"], amount: ["1,234", "5,678"] });
    expect(table.columns[1]!.tie).toBeDefined();
  });

  it("reads 1.234 as thousands in a semicolon file with a decimal comma anywhere", async () => {
    for (const clear of ["1.234,56", "12,5", "0,5", "1.234.567", "1 234,5"]) {
      const table = await bench.describe({ a: ["1.234", "12.000"], b: [clear, "7"] }, semicolon);
      expect(table.columns[0]!.reading, clear).toEqual({ type: "integer", decimal: ",", thousands: "." });
    }
  });

  it("shows both readings of a column of three decimals where only the decimal comma of another column speaks", async () => {
    const cells = { prix: ["12,50", "13,90", "7,25"], x: ["48.856", "43.296", "5.764"] };
    const table = await bench.describe(cells, semicolon);
    expect(table.columns[1]!.tie?.readings).toEqual([
      { meaning: "48856", option: "--decimal ," },
      { meaning: "48.856", option: "--decimal ." },
    ]);
    const settled = await bench.describe(cells, { ...semicolon, decimal: "." });
    expect(settled.columns.map(({ reading }) => "decimal" in reading && reading.decimal)).toEqual([",", "."]);
    const comma = await bench.describe({ prix: ["12.50", "13.90"], x: ["48,856", "43,296"] }, semicolon);
    expect(comma.columns[1]!.tie).toBeDefined();
  });

  it("reads three decimals as such under the name of a coordinate", async () => {
    for (const name of ["lat", "Longitude", "store_lng", "gps_x", "long"]) {
      const table = await bench.describe({ prix: ["12,50", "13,90"], [name]: ["48.856", "2.352"] }, semicolon);
      expect(table.columns[1]!.reading, name).toEqual({ type: "number", decimal: ".", thousands: "" });
    }
    const comma = await bench.describe({ prix: ["12.50", "13.90"], lat: ["48,856", "2,352"] }, semicolon);
    expect(comma.columns[1]!.reading).toEqual({ type: "number", decimal: ",", thousands: "" });
    const other = await bench.describe({ prix: ["12,50", "13,90"], long_term: ["48.856", "2.352"] }, semicolon);
    expect(other.columns[1]!.tie).toBeDefined();
  });

  it("reads 1.234 as thousands beside a decimal comma where the column itself speaks for thousands", async () => {
    const speaking: readonly [string, readonly string[], string][] = [
      ["x", ["1.234", "5.678", "950"], "12,5"],
      ["x", ["1.234 €", "5.678 €"], "12,5"],
      ["CA", ["1.234", "5.678"], "12,5"],
      ["nb_visites", ["1.234", "5.678"], "12,5"],
      ["x", ["1.234", "5.678"], "1.234.567,5"],
    ];
    for (const [name, values, clear] of speaking) {
      const table = await bench.describe({ [name]: values, b: values.map(() => clear) }, semicolon);
      const reading = { type: "integer", decimal: ",", thousands: "." };
      expect(table.columns[0]!.reading, `${name} ${values.join(" ")}`).toMatchObject(reading);
    }
  });

  it("reads 1.234 as a decimal number in a semicolon file with a decimal point anywhere", async () => {
    for (const clear of ["12.5", "0.123", "1234.567", "1.5e3", "1,234.5", "1,234,567"]) {
      const table = await bench.describe({ a: ["1.234", "12.000"], b: [clear, "7"] }, semicolon);
      expect(table.columns[0]!.reading, clear).toEqual({ type: "number", decimal: ".", thousands: "" });
    }
  });

  it("shows both readings of 1.234 and of 1,234 where nothing else speaks", async () => {
    for (const delimiter of [";", "\t", "|"]) {
      const point = await bench.column(["1.234", "5.678"], { delimiter });
      expect(point.type).toBe("text");
      expect(point.tie).toEqual({
        columns: ["value"],
        example: "1.234",
        readings: [
          { meaning: "1234", option: "--decimal ," },
          { meaning: "1.234", option: "--decimal ." },
        ],
      });
      const comma = await bench.column(["1,234", "950"], { delimiter });
      expect(comma.tie?.readings).toEqual([
        { meaning: "1.234", option: "--decimal ," },
        { meaning: "1234", option: "--decimal ." },
      ]);
    }
  });

  it("settles them by --decimal, and leaves columns that say it themselves alone", async () => {
    const cells = { open: ["1.234", "5.678"], clear: ["12.5", "1.5"] };
    const table = await bench.describe({ open: cells.open }, { ...semicolon, decimal: "," });
    expect(table.columns[0]!.reading).toEqual({ type: "integer", decimal: ",", thousands: "." });
    const both = await bench.describe(cells, { ...semicolon, decimal: "," });
    expect(both.columns.map(({ reading }) => "decimal" in reading && reading.decimal)).toEqual([",", "."]);
    expect((await bench.column(["1,234"], { decimal: "," })).reading).toEqual({
      type: "number",
      decimal: ",",
      thousands: "",
    });
  });

  it("finds a lone decimal comma that the sample did not show", async () => {
    const many = Array.from({ length: 500 }, (_, i) => String(i + 1));
    const column = await bench.column([...many, "12,5"], { ...semicolon, sampled: 100 });
    expect(column.reading).toEqual({ type: "number", decimal: ",", thousands: "" });
  });

  it("keeps a column of both marks as text and shows where", async () => {
    const column = await bench.column(["12.5", "7.25", "3,75"], semicolon);
    expect(column.type).toBe("text");
    expect(column.oddValue).toEqual({ value: "3,75", row: 2, count: 1 });
  });

  it("reads each column by its own mark where two columns differ", async () => {
    const table = await bench.describe({ a: ["12.5", "1.25"], b: ["12,5", "1,25"] }, semicolon);
    expect(table.columns.map(({ reading }) => "decimal" in reading && reading.decimal)).toEqual([".", ","]);
  });
});

describe("thousands", () => {
  it("reads space, no-break space, narrow no-break space and apostrophe in groups of three", async () => {
    for (const mark of [" ", "\u00a0", "\u202f", "'"]) {
      const table = await bench.describe({ value: [`1${mark}234`, `12${mark}345${mark}678`, "-950"] });
      expect(table.columns[0]!.type, JSON.stringify(mark)).toBe("integer");
      expect((await bench.rows(table, "typed")).map((row) => Number(row["value"]))).toEqual([1234, 12345678, -950]);
      expect((await bench.rows(table, "query")).map((row) => row["value"])).toEqual(["1234", "12345678", "-950"]);
    }
  });

  it("takes no other grouping for a number", async () => {
    for (const odd of ["12 34", "1 2345", "1,23,456", "1.23.456", "1'23", "0 123"]) {
      const column = await bench.column(["5", "6", odd], semicolon);
      expect(column.type, odd).toBe("text");
      expect(column.oddValue?.value).toBe(odd);
    }
  });

  it("keeps a column whose thousands are marked in two ways as text", async () => {
    expect((await bench.column(["1,234.5", "1 234.5"])).type).toBe("text");
  });
});

describe("what is not a number", () => {
  it("keeps codes, telephone numbers, long ids, hexadecimals and underscores as text", async () => {
    for (const code of [
      "007",
      "-01",
      "+33612345678",
      "12345678901234567890",
      "9007199254740993",
      "0x10",
      "1_000",
      "1_0.5",
      "+-5",
      "1e",
      "12 %",
      "12€",
    ]) {
      const column = await bench.column(["5", "6.5", "7", code]);
      expect(column.type, code).toBe("text");
      const whole = await bench.column(["5", "6", "7", code]);
      expect(whole.type, code).toBe("text");
    }
  });

  it("keeps a telephone column in groups of three as text", async () => {
    const table = await bench.describe({ phone: ["612 345 678", "698 765 432"] });
    expect(table.columns[0]!.type).toBe("text");
  });

  it("reads 0, 0.5, -0.5, .5, +5, 1e5 and the largest exact whole number", async () => {
    const table = await bench.describe({
      value: ["0", "0.5", "-0.5", ".5", "+5", "1e5", "9007199254740991", " 12 ", "\u00a07"],
    });
    expect(table.columns[0]!.type).toBe("number");
    const values = (await bench.rows(table, "typed")).map((row) => row["value"]);
    expect(values).toEqual([0, 0.5, -0.5, 0.5, 5, 100000, 9007199254740991, 12, 7]);
  });

  it("keeps infinite values as infinite numbers, so that their user can refuse them", async () => {
    const table = await bench.describe({ value: ["1.5", "inf", "-Infinity", "1e999", "nan"] });
    expect(table.columns[0]!.type).toBe("number");
    expect(table.columns[0]!.present).toBe(4);
    const values = (await bench.rows(table, "typed")).map((row) => row["value"]);
    expect(values).toEqual([1.5, Infinity, -Infinity, Infinity, null]);
  });
});

describe("missing values", () => {
  it("counts null words as missing in numbers, and keeps their text in CSV", async () => {
    const words = ["", "NA", "n/a", "NaN", "NULL", "None", "-", "#N/A", "\\N", "nd", "?", " "];
    const table = await bench.describe(
      { id: ["a", "b", ...words.map((_, i) => `r${i}`)], value: ["1,5", "2,5", ...words] },
      semicolon,
    );
    const column = table.columns[1]!;
    expect(column.reading).toEqual({ type: "number", decimal: ",", thousands: "" });
    expect(column.present).toBe(2);
    const typed = (await bench.rows(table, "typed")).map((row) => row["value"]);
    expect(typed).toEqual([1.5, 2.5, ...words.map(() => null)]);
    const texts = (await bench.rows(table, "query")).map((row) => row["value"]);
    expect(texts).toEqual(["1.5", "2.5", ...words.map((word) => (word === "" ? null : word))]);
  });

  it("leaves null words in a text column as text", async () => {
    const column = await bench.column(["red", "NA", "", "blue"]);
    expect(column).toMatchObject({ type: "text", present: 3 });
  });

  it("finds the numbers of a column that is empty in every sampled record", async () => {
    const empty = Array.from({ length: 300 }, () => "");
    const column = await bench.column([...empty, "-", "12.5", "NA"], { sampled: 100 });
    expect(column).toMatchObject({ type: "number", present: 1 });
  });

  it("calls a column without any value text", async () => {
    expect(await bench.column(["", "", ""])).toMatchObject({ type: "text", present: 0 });
  });
});

describe("what goes into CSV", () => {
  it("keeps the text of plain notation and rewrites another one", async () => {
    const table = await bench.describe(
      { code: ["007", "12345678901234567890"], plain: ["1.50", "2"], euro: ["1.234,50", "-7,5"] },
      semicolon,
    );
    expect(await bench.rows(table, "query")).toEqual([
      { code: "007", plain: "1.50", euro: "1234.50" },
      { code: "12345678901234567890", plain: "2", euro: "-7.5" },
    ]);
  });
});
