import { afterAll, describe, expect, it } from "vitest";
import { openColumnsWarning, requireSettled } from "../../../src/steps/reading/ties.ts";
import { parseReadingOptions } from "../../../src/steps/reading/reading-options.ts";
import type { DeclaredNotation, ReadingOptions } from "../../../src/core/source.ts";
import { Bench } from "./described.ts";

const bench = new Bench();
afterAll(() => bench.close());

describe("booleans", () => {
  it("reads words for yes and no in French and English, in any case", async () => {
    for (const [yes, no] of [
      ["oui", "non"],
      ["Vrai", "FAUX"],
      ["yes", "No"],
      ["TRUE", "false"],
      ["y", "n"],
      ["O", "N"],
    ]) {
      const table = await bench.describe({ id: ["a", "b", "c", "d"], ok: [yes!, no!, "NA", ""] });
      expect(table.columns[1], yes).toMatchObject({ type: "boolean", present: 2 });
      expect((await bench.rows(table, "typed")).map(({ ok }) => ok)).toEqual([true, false, null, null]);
      expect((await bench.rows(table, "query")).map(({ ok }) => ok)).toEqual([yes, no, "NA", null]);
    }
  });

  it("reads 1 and 0 beside words, wherever in the table the words stand and however large it is", async () => {
    for (const rows of [20, 500, 3000]) {
      for (const at of [0, Math.floor(rows / 2) + 1, rows - 1]) {
        const flags = Array.from({ length: rows }, (_, i) => (i === at ? "oui" : String(i % 2)));
        for (const sampled of [rows, 7])
          expect(await bench.column(flags, { sampled }), `${rows} ${at}`).toMatchObject({
            type: "boolean",
            present: rows,
            why: "words such as oui",
          });
        const others = flags.map((flag, i) => (i === (at + 7) % rows ? "2" : flag));
        for (const sampled of [rows, 7])
          expect((await bench.column(others, { sampled })).type, `${rows} ${at}`).toBe("text");
      }
    }
  });

  it("keeps 1 and 0 as whole numbers, one letter alone as text, and other words as text", async () => {
    expect((await bench.column(["1", "0"])).type).toBe("integer");
    expect((await bench.column(["n", "n"])).type).toBe("text");
    expect(await bench.column(["oui", "non", "peut-être"])).toMatchObject({
      type: "text",
      oddValue: { value: "peut-être", row: 2 },
    });
  });
});

describe("codes that are also words for yes or no", () => {
  it("stay text under a name of codes, and where nothing else says yes or no", async () => {
    for (const [name, values] of [
      ["pays", ["NO", "NO"]],
      ["country_code", ["no", "NO"]],
      ["state", ["on", "on"]],
      ["orientation", ["N", "O"]],
      ["canal", ["on", "off"]],
      ["langue", ["no", "no"]],
      ["marche", ["NO", "NO"]],
      ["marche", ["no", "no"]],
      ["destination", ["NO", "ON"]],
    ] as const) {
      const table = await bench.describe({ id: ["a", "b"], [name]: values });
      expect(table.columns[1]!.type, `${name} ${values.join(" ")}`).toBe("text");
      expect((await bench.rows(table, "typed")).map((row) => row[name])).toEqual(values);
    }
  });

  it("are yes and no under a name that says consent, beside another word, and in a switch", async () => {
    for (const [name, values] of [
      ["optin", ["O", "N"]],
      ["newsletter", ["NO", "NO"]],
      ["consent_code", ["N", "O"]],
      ["code_promo_used", ["oui", "non"]],
      ["pays_ue", ["NO", "YES"]],
      ["mode", ["on", "off"]],
      ["actif", ["on", "on"]],
      ["actif_2", ["NO", "1"]],
    ] as const) {
      const table = await bench.describe({ id: ["a", "b"], [name]: values });
      expect(table.columns[1]!.type, `${name} ${values.join(" ")}`).toBe("boolean");
    }
  });
});

describe("what a schema says", () => {
  const declared = (notation: Partial<DeclaredNotation>): ReadingOptions => ({
    declared: new Map([["d", { type: null, order: null, decimal: null, ...notation }]]),
  });
  const semicolon = { delimiter: ";" };

  it("holds against what the rest of the file speaks for, wherever every value fits it", async () => {
    const dates = { montant: ["12,50", "13,50"], d: ["01/02/2024", "03/04/2024"] };
    const order = declared({ type: "date", order: "mdy" });
    const read = await bench.describe(dates, { ...semicolon, ...order });
    expect(read.columns[1]!.reading).toMatchObject({ order: "mdy" });
    const points = await bench.describe({ ...dates, d: ["01.02.2024", "02.02.2024"] }, { ...semicolon, ...order });
    expect(points.columns[1]!.reading).toMatchObject({ order: "mdy" });
    const short = await bench.describe({ ...dates, d: ["01/02/24", "02/02/24"] }, { ...semicolon, ...order });
    expect(short.columns[1]!.reading).toMatchObject({ type: "date", order: "mdy" });
    const numbers = { montant: ["12,50", "13,50"], d: ["1.234", "950"] };
    const point = declared({ type: "number", decimal: "." });
    expect((await bench.describe(numbers, { ...semicolon, ...point })).columns[1]!.reading).toMatchObject({
      type: "number",
      decimal: ".",
    });
    const flags = await bench.describe({ id: ["a", "b"], d: ["1", "0"] }, declared({ type: "boolean" }));
    expect(flags.columns[1]!.type).toBe("boolean");
  });

  it("gives way to values that do not fit it", async () => {
    const order = declared({ type: "date", order: "mdy" });
    expect((await bench.describe({ id: ["a"], d: ["31/01/2024"] }, order)).columns[1]!.reading).toMatchObject({
      order: "dmy",
    });
    // Whole numbers, says the schema: 1.234 with a decimal point is none.
    const numbers = { montant: ["12,50", "13,50"], d: ["1.234", "950"] };
    const whole = declared({ type: "integer", decimal: "." });
    expect((await bench.describe(numbers, { ...semicolon, ...whole })).columns[1]!.reading).toMatchObject({
      type: "integer",
      thousands: ".",
    });
    const flags = await bench.describe({ id: ["a", "b"], d: ["1", "2"] }, declared({ type: "boolean" }));
    expect(flags.columns[1]!.type).not.toBe("boolean");
  });
});

describe("ties", () => {
  const cells = {
    amount: ["1.234", "5.678"],
    signup: ["01/02/2024", "03/04/2024"],
    "last, order": ["05/06/2024", "07/08/2024"],
    n: ["1", "2"],
  };

  it("shows every tie at once, with lines to paste that settle them all", async () => {
    const table = await bench.describe(cells, { delimiter: ";" });
    expect(() => requireSettled(table)).toThrow(
      expect.objectContaining({
        code: "ambiguous-input",
        exit: 3,
        message:
          "3 columns can be read in two ways: 1.234 in amount is 1234 or 1.234; " +
          "01/02/2024 in signup, last, order is 1 February 2024 or 2 January 2024",
        hint:
          "add --decimal , --dates 'signup=dmy,last,, order=dmy' (1234, 1 February 2024) " +
          "or --decimal . --dates 'signup=mdy,last,, order=mdy' (1.234, 2 January 2024)",
      }),
    );
  });

  it("stops only a command that uses such a column; another one is warned", async () => {
    const table = await bench.describe(cells, { delimiter: ";" });
    expect(() => requireSettled(table, ["n"])).not.toThrow();
    expect(() => requireSettled(table, ["n", "signup"])).toThrow("can be read in two ways");
    expect(openColumnsWarning(table)).toMatchObject({ code: "ambiguous-passed-through" });
    const rows = await bench.rows(table, "typed");
    expect(rows[0]).toMatchObject({ amount: "1.234", signup: "01/02/2024" });
  });

  it("is settled by the line that the error shows", async () => {
    const options = parseReadingOptions({ decimal: ",", dates: ["signup=dmy", "last, order=dmy"] });
    const table = await bench.describe(cells, { delimiter: ";", ...options });
    expect(() => requireSettled(table)).not.toThrow();
    expect(openColumnsWarning(table)).toBeNull();
    expect(table.columns.map(({ type }) => type)).toEqual(["integer", "date", "date", "integer"]);
  });

  it("refuses an order that is none, and two orders for one column", () => {
    expect(() => parseReadingOptions({ dates: ["signup=dym"] })).toThrow("not COLUMN=ORDER");
    expect(() => parseReadingOptions({ dates: ["a=dmy", "a=mdy"] })).toThrow("two orders");
    expect(parseReadingOptions({ dates: ["DMY"] }).dates?.get("*")).toBe("dmy");
  });
});
