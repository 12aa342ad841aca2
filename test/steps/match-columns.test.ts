import fc from "fast-check";
import { expect, test } from "vitest";
import type { ColumnType } from "../../src/core/schema.ts";
import { findColumn, matchColumns } from "../../src/steps/match-columns.ts";
import { column } from "./cluster/columns.ts";

const names = (list: readonly string[], patterns: readonly string[]): readonly string[] =>
  matchColumns(
    list.map((name) => column(name)),
    patterns,
    "--columns",
  ).names;

test("names, globs and type words choose columns, which stay in the order of the table", () => {
  const table = (
    [
      ["id", "integer"],
      ["revenue", "number"],
      ["signup", "date"],
      ["seen", "timestamp"],
      ["city", "text"],
      ["vip", "boolean"],
    ] satisfies [string, ColumnType][]
  ).map(([name, type]) => column(name, type));
  const chosen = (...patterns: string[]): readonly string[] => matchColumns(table, patterns, "--columns").names;
  expect(chosen("city", "id")).toEqual(["id", "city"]);
  expect(chosen(":numeric")).toEqual(["id", "revenue"]);
  expect(chosen(":date")).toEqual(["signup", "seen"]);
  expect(chosen(":text")).toEqual(["city"]);
  expect(chosen("s*", "revenue")).toEqual(["revenue", "signup", "seen"]);
  expect(chosen("??")).toEqual(["id"]);
  expect(chosen("*")).toEqual(["id", "revenue", "signup", "seen", "city", "vip"]);
  expect([...matchColumns(table, ["s*", "revenue"], "--columns").exact]).toEqual(["revenue"]);
});

test("a column whose name looks like a glob or a type word is taken by its name", () => {
  expect(names(["a*", "ab", ":numeric", "n"], ["a*"])).toEqual(["a*"]);
  expect(names(["a*", "ab", ":numeric", "n"], [":numeric"])).toEqual([":numeric"]);
});

test.each([
  ["e-mail*", ["e-mails sent", "email"], ["e-mails sent"]],
  ["a.b*", ["a.b1", "axb1"], ["a.b1"]],
  ["(net)*", ["(net) price", "net"], ["(net) price"]],
  ["[x]?", ["[x]1", "x1"], ["[x]1"]],
  ["^$*", ["^$a", "b"], ["^$a"]],
  ["a\\*", ["a\\b", "ab"], ["a\\b"]],
  ["*/*", ["a/b", "ab"], ["a/b"]],
  ["prix en €*", ["prix en € HT", "prix"], ["prix en € HT"]],
  ["?", ["😀", "ab"], ["😀"]],
  ["a*b", ["a\nb", "a\nc"], ["a\nb"]],
])("the glob %s means only what its stars and question marks say", (pattern, list, expected) => {
  expect(names(list, [pattern])).toEqual(expected);
});

test("a glob of many stars over a name of ten thousand letters is answered at once", () => {
  const long = "a".repeat(10_000);
  expect(names([long, `${long}b`], ["*a*a*a*a*a*a*b"])).toEqual([`${long}b`]);
});

test("globs match as the definition by recursion says", () => {
  const matches = (pattern: string, name: string): boolean => {
    if (pattern === "") return name === "";
    if (pattern[0] === "*") return matches(pattern.slice(1), name) || (name !== "" && matches(pattern, name.slice(1)));
    return name !== "" && (pattern[0] === "?" || pattern[0] === name[0]) && matches(pattern.slice(1), name.slice(1));
  };
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), minLength: 1, maxLength: 6 });
  const name = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(pattern, name, (glob, other) => {
      fc.pre(/[*?]/.test(glob));
      const choose = (): readonly string[] => names([other], [glob]);
      if (matches(glob, other)) expect(choose()).toEqual([other]);
      else expect(choose).toThrowError(expect.objectContaining({ code: "unknown-column" }));
    }),
    { numRuns: 300, examples: [["*", "a"]] },
  );
});

test("a name that is none is answered with the nearest, or with the names there are", () => {
  const table = ["revenue", "orders"].map((name) => column(name));
  expect(() => matchColumns(table, ["revenu"], "--columns")).toThrowError(
    expect.objectContaining({
      code: "unknown-column",
      message: "--columns: no column revenu",
      hint: "did you mean revenue?",
    }),
  );
  expect(() => findColumn(table, "city", "--weights")).toThrowError(
    expect.objectContaining({ message: "--weights: no column city", hint: "columns: revenue, orders" }),
  );
  expect(() => matchColumns(table, ["x*"], "--exclude")).toThrowError(
    expect.objectContaining({ code: "unknown-column", message: "--exclude x* matches no column" }),
  );
  expect(() => matchColumns(table, [":date"], "--columns")).toThrowError(
    expect.objectContaining({ message: "--columns :date matches no column" }),
  );
  expect(() => matchColumns(table, ["__proto__"], "--columns")).toThrowError(
    expect.objectContaining({ code: "unknown-column" }),
  );
});

test("a list of very many or very long names is cut short in the message", () => {
  const many = Array.from({ length: 40 }, (_, i) => column(`${"long".repeat(20)}${i}`));
  try {
    findColumn(many, "city", "--id");
  } catch (error) {
    const { hint } = error as { hint: string };
    expect(hint).toContain("and 28 more");
    expect(hint.length).toBeLessThan(600);
  }
});

test("a name is found exactly as it stands", () => {
  const table = ["Revenue", "revenue "].map((name) => column(name));
  expect(findColumn(table, "revenue ", "--id").name).toBe("revenue ");
  expect(() => findColumn(table, "revenue", "--id")).toThrowError(expect.objectContaining({ code: "unknown-column" }));
});
