import { describe, expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { readChecksFile } from "../../../src/steps/validate/checks-file.ts";

const read = (text: string) => readChecksFile(text, "checks.yaml");

/** What a file asks for, as lists of check, column and words. */
async function asked(text: string): Promise<readonly unknown[]> {
  const { asks, gates } = await read(text);
  return [
    ...asks.map(({ kind, column, words }) => [kind, column, words]),
    ...gates.map(({ gate, words }) => [gate, words]),
  ];
}

describe("a map of checks by name", () => {
  test.each([
    ["not-null: id", [["not-null", null, "id"]]],
    [
      "not-null: [id, email]",
      [
        ["not-null", null, "id"],
        ["not-null", null, "email"],
      ],
    ],
    [
      "not-null: id,a,,b",
      [
        ["not-null", null, "id"],
        ["not-null", null, "a,b"],
      ],
    ],
    ["unique: store+number", [["unique", null, "store+number"]]],
    ["range: age:18..99", [["range", null, "age:18..99"]]],
    ["range: {age: 18..99}", [["range", "age", "18..99"]]],
    [
      "range:\n  signup: [2020-01-01.., ..2024-12-31]",
      [
        ["range", "signup", "2020-01-01.."],
        ["range", "signup", "..2024-12-31"],
      ],
    ],
    ["set: {country: [FR, NO, 007, 1.0]}", [["set", "country", ["FR", "NO", "007", "1.0"]]]],
    ["set: {country: 'FR,BE'}", [["set", "country", "FR,BE"]]],
    ["set: country:FR,BE", [["set", null, "country:FR,BE"]]],
    ["regex: {'a: b': '[a-z]: .*'}", [["regex", "a: b", "[a-z]: .*"]]],
    ["rows: 100..", [["rows", null, "100.."]]],
    ["rows: 12", [["rows", null, "12"]]],
    [
      "schema: {id: text, age: number}",
      [
        ["schema", "id", "text"],
        ["schema", "age", "number"],
      ],
    ],
    [
      "schema: id:text,age:number",
      [
        ["schema", null, "id:text"],
        ["schema", null, "age:number"],
      ],
    ],
    ["fresh: {signup: 30}", [["fresh", "signup", "30"]]],
    [
      "min-silhouette: 0.25\nmin-size: 50",
      [
        ["min-silhouette", "0.25"],
        ["min-size", "50"],
      ],
    ],
    [
      "base: &list [a]\n".replace("base: ", "not-null: ") + "unique: *list",
      [
        ["not-null", null, "a"],
        ["unique", null, "a"],
      ],
    ],
  ])("%s", async (text, expected) => expect(await asked(text)).toEqual(expected));
});

test("a list of maps asks for the same, and may hold a check twice", async () => {
  expect(await asked("- not-null: id\n- range: age:18..99\n- range: {age: ..120}\n")).toEqual([
    ["not-null", null, "id"],
    ["range", null, "age:18..99"],
    ["range", "age", "..120"],
  ]);
});

test("each check knows its line", async () => {
  const { asks } = await read("# nightly\nnot-null:\n  - id\n  - email\nrange:\n  age: 1..2\n");
  expect(asks.map(({ origin }) => origin.place)).toEqual([3, 4, 6].map((line) => ({ file: "checks.yaml", line })));
});

describe("what is no check is refused with its line", () => {
  test.each([
    ["not-nul: [id]", 1, "not-nul is no check", "did you mean not-null?"],
    ["not-null: id\nrnage: {a: 1..2}", 2, "rnage is no check", "did you mean range?"],
    ["as-of: 2024-01-01", 1, "as-of is no check", "--as-of DATE"],
    ["not-null: {a: b}", 1, "not-null: takes no map", "write not-null: [email, phone]"],
    ["rows: {a: b}", 1, "rows: takes no map", "write rows: 1000.."],
    ["not-null:", 1, "not-null: holds nothing", ""],
    ["set:\n  age: {a: b}", 2, "set: age: a list or map stands where a text belongs", ""],
    ["range:\n  age: ~", 2, "range: age: holds nothing", ""],
    ["- not-null: id\n- 5", 2, "holds something that is no check", ""],
    ["just words", 1, "holds something that is no check", ""],
    ["", 1, "holds something that is no check", ""],
    ["[]", 1, "asks for no check", ""],
    ["{}", 1, "asks for no check", ""],
    ["range: {age: 1..2", 1, "is not YAML", ""],
    ["not-null: a\nnot-null: b", 2, "is not YAML: Map keys must be unique", ""],
    ["a: &x [*x]", 1, "a is no check", ""],
    ["not-null: &x [*x]", 1, "a list or map stands where a text belongs", ""],
    ["not-null: *nowhere", 1, "*nowhere stands for nothing", ""],
  ])("%s", async (text, line, message, hint) => {
    const failure: unknown = await read(text).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SegmentError);
    const { code, place, message: said, hint: way } = failure as SegmentError;
    expect({ code, place }).toEqual({ code: "bad-rules", place: { file: "checks.yaml", line } });
    expect(said).toContain(message);
    expect(way).toContain(hint);
  });
});
