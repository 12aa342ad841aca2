import { describe, expect, test } from "vitest";
import type { Column } from "../../../src/core/schema.ts";
import { identifier } from "../../../src/sql/template.ts";
import { chooseExportColumns, type ColumnWords } from "../../../src/steps/export/choose-columns.ts";

const column = (name: string, type: "text" | "number" = "number"): Column => ({
  name,
  ref: identifier(name),
  type,
  stored: "text",
  reading: type === "text" ? { type } : { type, decimal: ".", thousands: "" },
  present: 1,
  why: "",
});

const table = [
  column("id", "text"),
  column("email", "text"),
  column("basket"),
  column("basket_scaled"),
  column("a=b"),
  column("segment"),
];
const [, email] = table;

const names = (words: ColumnWords, hashed: Column | null = null): string[] =>
  chooseExportColumns(table, words, hashed).columns.map(({ name, form }) => (form === "hash" ? `#${name}` : name));

describe("columns go out in the order in which they are named", () => {
  test.each([
    [{}, ["id", "email", "basket", "a=b", "segment"]],
    [{ columns: ["segment", "id"] }, ["segment", "id"]],
    [{ columns: ["segment", ":text", "id"] }, ["segment", "id", "email"]],
    [{ columns: ["s*", "*"] }, ["segment", "id", "email", "basket", "a=b"]],
    [{ columns: [":numeric"], exclude: ["a=b"] }, ["basket", "segment"]],
    [{ exclude: ["*a*"] }, ["id", "segment"]],
    // A scaled column has to be named, in full or by a pattern of such.
    [{ columns: ["basket_scaled", "id"] }, ["basket_scaled", "id"]],
    [{ columns: ["basket*"] }, ["basket"]],
    [{ columns: ["id", "*_scaled"] }, ["id", "basket_scaled"]],
    [{ rename: ["segment=audience", "a=b=c=d"] }, ["id", "email", "basket", "c=d", "audience"]],
    [{ rename: ["id=email", "email=id"] }, ["email", "id", "basket", "a=b", "segment"]],
    [{ columns: ["id"], rename: ["id=ID client"] }, ["ID client"]],
  ] as const)("%j: %j", (words, expected) => {
    expect(names(words)).toEqual(expected);
  });

  test("what stays at home without having been excluded is told", () => {
    expect(chooseExportColumns(table, {}).leftOut).toEqual([{ column: "basket_scaled", reason: "scaled" }]);
    expect(chooseExportColumns(table, { exclude: ["basket_scaled"] }).leftOut).toEqual([]);
    expect(chooseExportColumns(table, { columns: ["id", "email*"] }, email).leftOut).toEqual([
      { column: "email", reason: "hashed" },
    ]);
  });
});

describe("a hashed address takes the place of the plain one", () => {
  test.each([
    [{}, ["id", "basket", "a=b", "segment", "#email_sha256"]],
    [{ columns: ["email_sha256", "segment"] }, ["#email_sha256", "segment"]],
    [{ columns: ["id", "e*"] }, ["id", "#email_sha256"]],
    [{ columns: ["email", "segment"] }, ["email", "segment", "#email_sha256"]],
    [{ columns: ["segment"], rename: ["email_sha256=hash"] }, ["segment", "#hash"]],
  ] as const)("%j: %j", (words, expected) => {
    expect(names(words, email)).toEqual(expected);
  });
});

test.each([
  [{ columns: ["segmen"] }, "unknown-column"],
  [{ exclude: ["z*"] }, "unknown-column"],
  [{ rename: ["segmen=x"] }, "unknown-column"],
  [{ columns: ["id"], exclude: ["*"] }, "usage"],
  [{ columns: ["*"], exclude: [":numeric", ":text"] }, "usage"],
  [{ rename: ["id"] }, "bad-option-value"],
  [{ rename: ["id="] }, "bad-option-value"],
  [{ rename: ["=x"] }, "bad-option-value"],
  [{ rename: ["id=x", "id=y"] }, "bad-option-value"],
  [{ columns: ["email"], rename: ["id=x"] }, "bad-option-value"],
  [{ rename: ["basket_scaled=x"] }, "bad-option-value"],
  [{ rename: ["id=segment"] }, "column-exists"],
] as const)("%j is refused: %s", (words, code) => {
  expect(() => chooseExportColumns(table, words)).toThrow(expect.objectContaining({ code }));
});

test("a hash neither replaces a column of its name nor is excluded again", () => {
  const taken = [...table, column("email_sha256", "text")];
  expect(() => chooseExportColumns(taken, {}, email)).toThrow(expect.objectContaining({ code: "column-exists" }));
  expect(() => chooseExportColumns(table, { exclude: ["email*"] }, email)).toThrow("--hash-email adds");
});
