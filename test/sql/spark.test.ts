import { describe, expect, test } from "vitest";
import { compile, inline } from "../../src/sql/compile.ts";
import { dialectFunctions } from "../../src/sql/dialect.ts";
import { isOneOf, matchesWhole, nfc, replacePattern, tryTimestamp } from "../../src/sql/functions.ts";
import { spark } from "../../src/sql/spark.ts";
import { identifier, sql, value } from "../../src/sql/template.ts";

describe("a query compiled for Spark SQL", () => {
  test("binds its values by name and quotes names with backticks", () => {
    const { text, values } = compile(
      sql`select ${identifier("a`b")} from ${identifier("rows_1")} where x > ${2}`,
      spark,
    );
    expect(text).toBe("select `a``b` from rows_1 where x > :p_1");
    expect(values).toEqual([2]);
  });

  test.each([
    ["it's \\ ${user}", "'it\\u0027s \\u005c \\u0024{user}'"],
    ["é\n😀", "'é\n😀'"],
    ["\0", "'\\u0000'"],
    [1.5, "1.5D"],
    [-0, "(-0D)"],
    [1e21, "1e+21D"],
    [12, "12"],
    [-12n, "(-12)"],
    [NaN, "double('NaN')"],
    [-Infinity, "double('-Infinity')"],
    [null, "null"],
    [true, "true"],
  ])("writes %s as a literal that means the same", (given, written) => {
    expect(inline(sql`${given}`, spark)).toBe(written);
  });

  test("has lists in its text", () => {
    const { text, values } = compile(isOneOf(sql`x`, ["a", "b'"]), spark);
    expect(text).toBe("array_contains(array('a', 'b\\u0027'), x)");
    expect(values).toEqual([]);
  });

  test("has patterns of RE2 and strptime as Java reads them", () => {
    expect(compile(matchesWhole(sql`x`, value("a|b")), spark).values).toEqual(["(?du)\\A(?:a|b)\\z"]);
    expect(compile(replacePattern(sql`x`, value("(a)"), value("\\1$")), spark).values).toEqual(["(?du)(a)", "$1\\$"]);
    const { values } = compile(tryTimestamp(sql`x`, value("%d/%m/%Y %H:%M")), spark);
    expect(values).toContain("d/M/yyyy H:m");
  });

  test("refuses a pattern that is no plain value, and names that it cannot hold", () => {
    expect(() => compile(matchesWhole(sql`x`, sql`y`), spark)).toThrow("a pattern for Spark SQL must be a plain value");
    expect(() => compile(identifier(""), spark)).toThrow("Spark SQL cannot hold it");
    expect(() => compile(identifier("${env:HOME}"), spark)).toThrow("Spark SQL cannot hold it");
  });
});

test("what an engine has no spelling for fails by its name", () => {
  const bare = { ...spark, name: "Bare SQL", functions: dialectFunctions("Bare SQL", {}) };
  expect(() => compile(nfc(sql`x`), bare)).toThrow("Bare SQL has no nfc");
});
