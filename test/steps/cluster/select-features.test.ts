import { describe, expect, test } from "vitest";
import type { Column, ColumnType } from "../../../src/core/schema.ts";
import {
  candidateFeatures,
  measuredFeatures,
  type FeatureOptions,
} from "../../../src/steps/cluster/select-features.ts";
import { column } from "./columns.ts";
import { openCompute } from "../../../src/workers/pool.ts";

const compute = openCompute({ threads: 1 });

const none: FeatureOptions = {
  columns: undefined,
  exclude: undefined,
  id: undefined,
  weights: undefined,
  added: ["segment"],
  described: [],
};

/** Chosen as `name` or `name<source`, then what was dropped as `name: reason`. */
function choose(columns: readonly (Column | string)[], options: Partial<FeatureOptions> = {}): [string[], string[]] {
  const table = columns.map((one) => (typeof one === "string" ? column(one) : one));
  const { candidates, dropped } = candidateFeatures(table, { ...none, ...options });
  return [
    candidates.map(({ name, source }) => (name === source ? name : `${name}<${source}`)),
    dropped.map(({ column: name, reason }) => `${name}: ${reason}`),
  ];
}

describe("by names and types", () => {
  test("every number is a candidate, and what is none says why", () => {
    const tie = { columns: ["d"], example: "01/02/2024", readings: [] };
    const columns = [
      column("a", "integer"),
      column("city", "text"),
      column("size", "text", { oddValue: { value: "XL", row: 3, count: 2 } }),
      column("signup", "date"),
      column("seen", "timestamp"),
      column("vip", "boolean"),
      column("consent_email", "boolean"),
      column("d", "text", { tie }),
      column("segment", "integer"),
    ];
    expect(choose(columns)).toEqual([
      ["a"],
      [
        "city: text",
        "size: text: “XL” is no number",
        "signup: a date",
        "seen: a date",
        "vip: a flag of two values",
        "consent_email: a consent",
        "d: can be read in two ways",
        "segment: replaced by this run",
      ],
    ]);
  });

  test("a number that can be read in two ways is one to settle, not one to leave out", () => {
    const readings = [
      { meaning: "1.234", option: "--decimal ." },
      { meaning: "1234", option: "--decimal ," },
    ];
    const tie = { columns: ["ca", "ref"], example: "1.234", readings };
    expect(choose([column("ca", "text", { tie }), column("ref", "text", { tie }), "a"])).toEqual([
      ["ca", "a"],
      ["ref: can be read in two ways"],
    ]);
  });

  test("a column that describes the segments is none of the fit, unless named", () => {
    expect(choose(["a", "b"], { described: ["b"] })).toEqual([["a"], ["b: described, by --describe"]]);
    expect(choose(["a", "b"], { described: ["b"], columns: ["a", "b"] })[0]).toEqual(["a", "b"]);
  });

  test("a column without any value is called empty, not text", () => {
    expect(choose(["a", column("b", "text", { present: 0 })])).toEqual([["a"], ["b: empty"]]);
    expect(() => choose(["a", column("b", "text", { present: 0 })], { columns: ["b"] })).toThrow("no value at all");
  });

  test("what an option says of a column is its reason", () => {
    expect(choose(["a", "b", "c", "d"], { columns: ["a", "b", "c"], exclude: ["b"], id: ["c"] })).toEqual([
      ["a"],
      ["b: by --exclude", "c: an id, by --id", "d: not in --columns"],
    ]);
    expect(choose(["a", "n"], { weights: "n" })).toEqual([["a"], ["n: the weights"]]);
    expect(choose(["a", "n"], { weights: "n", columns: ["a", "n"] })[0]).toEqual(["a"]);
  });

  test("an exact name in --columns wins over a glob elsewhere, and a glob there loses to a name", () => {
    expect(choose(["rev_a", "rev_b"], { columns: ["rev_a"], exclude: ["rev*"] })[0]).toEqual(["rev_a"]);
    expect(choose(["rev_a", "rev_b"], { columns: ["rev*"], exclude: ["rev_a"] })[0]).toEqual(["rev_b"]);
    expect(choose(["rev_a", "rev_b"], { columns: ["rev_a", "rev_b"], exclude: ["rev_a"] })[0]).toEqual(["rev_b"]);
    expect(choose(["rev_a", "rev_b"], { columns: ["rev_a", "rev_b"], id: ["*_a"] })[0]).toEqual(["rev_a", "rev_b"]);
  });

  test("a flag of yes and no is a measure of 1 and 0 when it is named", () => {
    const columns = [column("vip", "boolean"), column("consent_sms", "boolean"), column("a")];
    expect(choose(columns, { columns: ["vip", "consent_sms", "a"] })[0]).toEqual(["vip", "consent_sms", "a"]);
    expect(choose(columns, { columns: ["*"] })[0]).toEqual(["a"]);
  });

  test.each([
    ["text", "holds text, and k-means needs numbers"],
    ["date", "holds dates, and k-means needs numbers"],
    ["timestamp", "holds dates, and k-means needs numbers"],
  ] satisfies [ColumnType, string][])("a column of %s that is named is refused", (type, message) => {
    expect(() => choose([column("x", type), "a"], { columns: ["x", "a"] })).toThrowError(
      expect.objectContaining({ code: "not-numeric", exit: 3, message, place: { column: "x" } }),
    );
    expect(choose([column("x", type), "a"], { columns: ["*"] })[0]).toEqual(["a"]);
  });

  test("a named column of numbers with a word in it shows the word", () => {
    const odd = column("x", "text", { oddValue: { value: "n.c.", row: 7, count: 3 } });
    expect(() => choose([odd], { columns: ["x"] })).toThrowError(
      expect.objectContaining({
        code: "not-numeric",
        message: "“n.c.” is no number",
        hint: "3 values are no number; correct or leave out the column",
      }),
    );
  });

  test("a named column that can be read in two ways stays, for the tie to be asked about", () => {
    const tie = { columns: ["x"], example: "1.234", readings: [] };
    expect(choose([column("x", "text", { tie })], { columns: ["x"] })[0]).toEqual(["x"]);
  });
});

describe("columns that come scaled", () => {
  test("NAME_scaled stands for NAME", () => {
    expect(choose(["a", "a_scaled", "b"])).toEqual([["a<a_scaled", "b"], []]);
    expect(choose(["a_scaled", "a"], { columns: ["a"] })[0]).toEqual(["a<a_scaled"]);
    expect(choose(["a", "a_scaled"], { columns: ["a*"] })[0]).toEqual(["a<a_scaled"]);
  });
  test("named itself, by name or glob, it is read in place of its column, once", () => {
    expect(choose(["a", "a_scaled"], { columns: ["a_scaled"] })).toEqual([["a<a_scaled"], []]);
    expect(choose(["a", "a_scaled"], { columns: ["*_scaled"] })).toEqual([["a<a_scaled"], []]);
    expect(choose(["a", "a_scaled"], { columns: ["a", "a_scaled"] })).toEqual([["a<a_scaled"], []]);
  });
  test("left out, its column is scaled afresh", () => {
    expect(choose(["a", "a_scaled"], { exclude: ["*_scaled"] })[0]).toEqual(["a"]);
  });
  test("a column left out takes its scaled one along", () => {
    expect(choose(["a", "a_scaled", "b"], { exclude: ["a"] })).toEqual([["b"], ["a: by --exclude"]]);
  });
  test("alone, or beside a column of text, it is a column of its own", () => {
    expect(choose(["a_scaled"])[0]).toEqual(["a_scaled"]);
    expect(choose([column("a", "text"), "a_scaled"])[0]).toEqual(["a_scaled"]);
    expect(choose(["a", column("a_scaled", "text")])).toEqual([["a"], ["a_scaled: text"]]);
  });
});

describe("columns that an earlier run added", () => {
  test("are no features, unless named", () => {
    const columns = [column("groupe", "integer"), "groupe_distance", "groupe_second", "segment_silhouette", "a"];
    expect(choose(columns)).toEqual([
      ["a"],
      ["groupe", "groupe_distance", "groupe_second", "segment_silhouette"].map(
        (name) => `${name}: made by an earlier clustering`,
      ),
    ]);
    expect(choose(columns, { columns: ["a", "groupe_distance"] })[0]).toEqual(["groupe_distance", "a"]);
  });
  test("probabilities and outlier scores mark their segment's column; flags of outliers do not", () => {
    const made = [column("g", "integer"), "g_probability", column("h", "integer"), "h_outlier", "a"];
    expect(choose(made)[0]).toEqual(["a"]);
    const flagged = [column("revenue", "integer"), column("revenue_outlier", "boolean"), "a"];
    expect(choose(flagged)[0]).toEqual(["revenue", "a"]);
  });
  test("a distance to a shop is none of them", () => {
    expect(choose([column("store", "text"), "store_distance", "delivery_second"])[0]).toEqual([
      "store_distance",
      "delivery_second",
    ]);
  });
});

describe("by the values", () => {
  const gaps = (missing: number, rows: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, i) => (i < missing ? NaN : (i * 7.3) % 11));
  const measured = (values: Float64Array, named: boolean, name = "x"): string => {
    const { features, dropped } = measuredFeatures(compute, [{ name, source: name, named, role: null }], () => values);
    expect(features.length + dropped.length).toBe(1);
    return dropped[0]?.reason ?? "used";
  };

  test("what ends in _scaled was put in numbers on purpose: a 0 and 1, or the mean of a postcode, is a feature", () => {
    const flag = Float64Array.from({ length: 100 }, (_, i) => i % 2);
    expect(measured(flag, false, "city_Paris")).toBe("a flag of two values");
    expect(measured(flag, false, "city_Paris_scaled")).toBe("used");
    expect(measured(gaps(0, 100), false, "postcode_scaled")).toBe("used");
    expect(measured(new Float64Array(100), false, "city_Paris_scaled")).toBe("constant");
    const postcode = [{ name: "postcode", source: "postcode_scaled", named: false, role: null }];
    expect(measuredFeatures(compute, postcode, () => gaps(0, 100)).dropped).toEqual([]);
  });

  test("more than 30 % of the rows missing leaves a column out, 30 % does not, and a name brings it back", () => {
    expect(measured(gaps(30, 100), false)).toBe("used");
    expect(measured(gaps(31, 100), false)).toBe("31 % missing");
    expect(measured(gaps(31, 100), true)).toBe("used");
    expect(measured(gaps(100, 100), true)).toBe("empty");
  });

  test("ids, constants, labels, consents, flags and years are used when they are named, and only then", () => {
    const cases: [string, number[], string][] = [
      ["customer_id", [5, 3, 9], "an id or code, by its name"],
      ["a", [5, 5, 5], "constant"],
      ["cluster", [1, 2, 5], "a label"],
      ["optin", [0, 1, 2], "a consent"],
      ["a", [0, 1, 1], "a flag of two values"],
      ["birth_year", [1980, 1991, 1975], "a date or year in digits"],
      ["a", [1, 2, 3], "a row number"],
    ];
    for (const [name, values, reason] of cases) {
      expect(measured(Float64Array.from(values), false, name)).toBe(reason);
      expect(measured(Float64Array.from(values), true, name)).toBe("used");
    }
  });
});
