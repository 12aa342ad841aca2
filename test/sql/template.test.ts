import { assert, double as anyDouble, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, inline } from "../../src/sql/compile.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { identifier, join, sql, value } from "../../src/sql/template.ts";

describe("SQL from the template", () => {
  test("binds values in the order they stand in", () => {
    const inner = sql`select * from t where a > ${1}`;
    const query = sql`select ${"x"} from (${inner}) where b in (${join(["y", null].map(value), ", ")}) and c = ${true}`;
    expect(compile(query, duckdb)).toEqual({
      text: "select $1 from (select * from t where a > $2) where b in ($3, $4) and c = $5",
      values: ["x", 1, "y", null, true],
    });
  });

  test("reads as SQL when it is printed: nested lines are indented like the line that holds them", () => {
    const columns = join([identifier("revenue"), identifier("Last Order")], ",\n");
    const inner = sql`
      select
        ${columns}
      from input_1
    `;
    const query = sql`
      select count(*)
      from (
        ${inner}
      )
      where "revenue" > ${0.5}
    `;
    expect(inline(query, duckdb)).toBe(
      [
        "select count(*)",
        "from (",
        "  select",
        '    "revenue",',
        '    "Last Order"',
        "  from input_1",
        ")",
        'where "revenue" > 0.5e0',
      ].join("\n"),
    );
  });

  test("never touches the text of a value, whatever its lines and quotes", () => {
    const query = sql`
      select
        ${"it's\n  two\nlines"} as a
    `;
    expect(inline(query, duckdb)).toBe("select\n  'it''s\n  two\nlines' as a");
  });

  test("quotes names, all but plain ones of the program's own", () => {
    const print = (name: string): string => inline(identifier(name), duckdb);
    expect(["input_1", "select", "a b", 'x"y', "Email", "é"].map(print)).toEqual([
      "input_1",
      '"select"',
      '"a b"',
      '"x""y"',
      '"Email"',
      '"é"',
    ]);
    expect(() => print("")).toThrow();
    expect(() => print("a\0b")).toThrow();
  });

  test("prints doubles so that they come back the same", () => {
    const doubles = [0.1, -0.5, 1e300, 5e-324, 2 ** 53, -(2 ** 63), 3, -3, 1e21];
    expect(doubles.map((double) => inline(value(double), duckdb))).toEqual([
      "0.1e0",
      "(-0.5e0)",
      "1e+300",
      "5e-324",
      "9007199254740992e0",
      "(-9223372036854776000e0)",
      "3",
      "(-3)",
      "1e+21",
    ]);
    assert(
      property(anyDouble({ noNaN: true, noDefaultInfinity: true }), (double) => {
        const text = inline(value(double), duckdb);
        return Object.is(Number(text.replace(/[()]/g, "")), double) || double === 0;
      }),
    );
  });

  test("a function that an engine lacks fails by its name and the engine's", async () => {
    const { dialectFunctions } = await import("../../src/sql/dialect.ts");
    const { tryNumber } = await import("../../src/sql/functions.ts");
    const bare = { ...duckdb, name: "Other", functions: dialectFunctions("Other", {}) };
    expect(() => compile(tryNumber(sql`a`), bare)).toThrow("Other has no tryNumber");
  });
});
