import { assert, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { parseFilter } from "../../../src/steps/export/parse-filter.ts";

const compare = (column: string, operator: string, value: string) => ({
  column,
  test: { kind: "compare", operator, value },
});

test.each([
  ["orders >= 3", compare("orders", ">=", "3")],
  ["orders>=3", compare("orders", ">=", "3")],
  ["  orders   !=  -1.5 ", compare("orders", "!=", "-1.5")],
  ["opt-in = yes", compare("opt-in", "=", "yes")],
  ["city = New York", compare("city", "=", "New York")],
  ["`last order` < 2024-01-31", compare("last order", "<", "2024-01-31")],
  ['"a = b" = "c >= d"', compare("a = b", "=", "c >= d")],
  ["'it''s' = 'Trinidad and Tobago'", compare("it's", "=", "Trinidad and Tobago")],
  ["island = Saint-Pierre-et-Miquelon", compare("island", "=", "Saint-Pierre-et-Miquelon")],
  ["segment in 1,2, 3", { column: "segment", test: { kind: "in", values: ["1", "2", "3"] } }],
  ["segment IN (1, 2)", { column: "segment", test: { kind: "in", values: ["1", "2"] } }],
  [
    "city not in Lyon,'Aix, en Provence'",
    { column: "city", test: { kind: "not in", values: ["Lyon", "Aix, en Provence"] } },
  ],
  ["email is missing", { column: "email", test: { kind: "missing" } }],
  ["email is not missing", { column: "email", test: { kind: "present" } }],
  ["`in` IS PRESENT", { column: "in", test: { kind: "present" } }],
])("%s", (text, expected) => {
  expect(parseFilter(text)).toMatchObject({ text: text.trim(), ...expected });
});

function failure(text: string): SegmentError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof SegmentError) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("what cannot be read names the offending words and ends in 2", () => {
  test.each([
    ["", "no condition"],
    ["orders", "nothing is asked of orders"],
    [">= 3", "it begins with an operator"],
    ["orders == 3", "“==” is not an operator"],
    ["orders <> 3", "“<>” is not an operator"],
    ["orders ~ 3", "“~” is not an operator"],
    ["orders =", "no value after ="],
    ["orders = ''", "the value is empty"],
    ["orders like 3", "“like” is not an operator"],
    ["last order >= 3", "“order” is not an operator"],
    ["orders in", "“in” is cut short"],
    ["orders in 1,,2", "an empty value after in"],
    ["orders in 1,", "an empty value after in"],
    ["orders in ()", "an empty value after in"],
    ["orders in 'a' 'b'", "“'b'” after a value in quotes"],
    ["orders is null", "“is null” is cut short or misspelt"],
    ["`orders >= 3", "the quote ` is not closed"],
    ["'' = 3", "the name is empty"],
    ["orders >= 3 and visits > 2", "“and” within a value"],
    ["orders >= 3 OR 4", "“OR” within a value"],
    ["city = 'Lyon' or 'Metz'", "“or 'Metz'” after the value"],
    ["orders = a=b", "holds a sign of comparison"],
    ['city = Ly"on', "holds a quote"],
  ])("%j: %s", (text, words) => {
    const { code, exit, message, hint } = failure(text);
    expect([code, exit]).toEqual(["bad-option-value", 2]);
    expect(message).toContain(words);
    expect(hint).not.toBe("");
  });

  test("the hint gives what to write in the place of another language's operator", () => {
    expect(failure("a == 1").hint).toBe("write =");
    expect(failure("a <> 1").hint).toBe("write !=");
    expect(failure("a = 1 or 2").hint).toContain("list the values");
  });
});

test("any name and any text come through quotes unchanged", () => {
  const text = string({ unit: "binary", minLength: 1 });
  assert(
    property(text, text, (name, value) => {
      const quoted = (one: string): string => `"${one.replaceAll('"', '""')}"`;
      if (value.trim() === "") return;
      expect(parseFilter(`${quoted(name)} != ${quoted(value)}`)).toMatchObject(compare(name, "!=", value));
      expect(parseFilter(`${quoted(name)} in ${quoted(value)}, ${quoted(value)}`)).toMatchObject({
        column: name,
        test: { values: [value, value] },
      });
    }),
    { numRuns: 300 },
  );
});

test("anything is either read or refused in words", () => {
  assert(
    property(string({ unit: "binary" }), (text) => {
      try {
        parseFilter(text);
      } catch (error) {
        expect(error).toBeInstanceOf(SegmentError);
      }
    }),
    { numRuns: 500 },
  );
});
