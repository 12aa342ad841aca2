import { describe, expect, test } from "vitest";
import { csvColumn, withClean } from "./with-clean.ts";

const { run } = withClean();

interface Rule {
  readonly rule: string;
  readonly count: number;
  readonly example: { before: string | null; after: string | null };
  readonly words?: readonly { word: string; count: number }[];
}

const columnsOf = (json: Record<string, unknown>) =>
  json["columns"] as { column: string; type: string; changed: number; rules: Rule[] }[];

async function cleaned(
  cells: readonly string[],
  given = {},
): Promise<{ cells: readonly (string | null)[]; type: string; rules: Rule[] }> {
  const { column, json } = await run(csvColumn("value", cells), given);
  const { type, rules } = columnsOf(json).find((one) => one.column === "value")!;
  return { cells: column("value"), type, rules };
}

describe("spaces", () => {
  test.each([
    [" Paul ", "Paul"],
    ["Anne  Marie", "Anne Marie"],
    ["a\tb", "a b"],
    ["two\r\nlines", "two lines"],
    ["12\u00a0rue\u202fde la\u3000Paix", "12 rue de la Paix"],
    ["\u00a0\ufeffPaul\u2009", "Paul"],
    ["a\u200b \u200bb", "a b"],
    ["jo\u200bhn", "john"],
    ["👩‍👩‍👧 x", "👩‍👩‍👧 x"],
    ["- x  ' y", "- x ' y"],
  ])("%j becomes %j", async (before, after) => {
    const { cells } = await cleaned([before, "other"]);
    expect(cells).toEqual([after, "other"]);
  });

  test("are counted where a cell changes, with the first example in row order", async () => {
    const { rules } = await cleaned(["x", " b", "c ", "d"]);
    expect(rules).toEqual([{ rule: "spaces", count: 2, example: { before: " b", after: "b" } }]);
  });
});

test("Unicode is put into form C, and a text that is in it is left alone", async () => {
  const { cells, rules } = await cleaned(["Chloe\u0301", "Chloé", "A\u030angstro\u0308m", "œuf"]);
  expect(cells).toEqual(["Chloé", "Chloé", "Ångström", "œuf"]);
  expect(rules).toEqual([{ rule: "nfc", count: 2, example: { before: "Chloe\u0301", after: "Chloé" } }]);
});

describe("words for a missing value", () => {
  test("become empty in any case and with spaces around them, and are counted by word", async () => {
    const { cells, rules } = await cleaned([
      "Paris",
      "NA",
      "n/a ",
      "N/A",
      "-",
      "",
      "  ",
      "Nadia",
      "none of it",
      "#N/A",
    ]);
    expect(cells).toEqual(["Paris", null, null, null, null, null, null, "Nadia", "none of it", null]);
    expect(rules.find(({ rule }) => rule === "null")).toMatchObject({
      count: 7,
      words: [
        { word: "", count: 2 },
        { word: "n/a", count: 2 },
        { word: "#n/a", count: 1 },
        { word: "-", count: 1 },
        { word: "na", count: 1 },
      ],
    });
  });

  test("--null takes the place of the list; the empty text always counts", async () => {
    const { cells } = await cleaned(["NA", "Inconnu", "ÉTRANGER ", " ", "x"], { null: ["inconnu", "étranger"] });
    expect(cells).toEqual(["NA", null, null, null, "x"]);
  });

  test("--null lets a column of numbers be one, and empties a number that stands for nothing", async () => {
    const numbers = await cleaned(["12", "inconnu", "15,5", "999"], { null: ["Inconnu", "999"] });
    expect(numbers.type).toBe("number");
    expect(numbers.cells).toEqual(["12", null, "15.5", null]);
    const text = await cleaned(["12", "inconnu", "15,5", "999"]);
    expect(text.type).toBe("text");
  });

  test("a column of nothing but null words becomes empty, and a number column's are empty whatever --null says", async () => {
    expect((await cleaned(["NA", "-", "n/a"])).cells).toEqual([null, null, null]);
    expect((await cleaned(["1", "NA", "2", "3", "4"], { null: ["x"] })).cells).toEqual(["1", null, "2", "3", "4"]);
    expect((await cleaned(["1", "NA\u00a0", "2", "3"])).cells).toEqual(["1", null, "2", "3"]);
  });
});

describe("numbers", () => {
  test("get a decimal point and lose their thousands marks; plain ones keep their text", async () => {
    const comma = await cleaned(["1 234,50", "-7,25", "NA", "12", "1\u202f000,0"]);
    expect(comma).toMatchObject({ type: "number", cells: ["1234.50", "-7.25", null, "12", "1000.0"] });
    const plain = await cleaned([" 1.50", "2.0", "3", "1e3"]);
    expect(plain.cells).toEqual(["1.50", "2.0", "3", "1e3"]);
    expect(plain.rules.map(({ rule }) => rule)).toEqual(["spaces"]);
  });

  test("codes and long ids keep every digit", async () => {
    expect((await cleaned(["007", "012 ", "75001"])).cells).toEqual(["007", "012", "75001"]);
    expect((await cleaned(["12345678901234567890", "1"])).cells).toEqual(["12345678901234567890", "1"]);
  });

  test("a line break or a zero-width space does not keep a column of numbers from being one", async () => {
    const { type, cells } = await cleaned(["1,5\n", "\u20032,5", "\u200b3,5", "4\u2009000,25"]);
    expect({ type, cells }).toEqual({ type: "number", cells: ["1.5", "2.5", "3.5", "4000.25"] });
  });
});

test("dates become ISO by the order that the column shows", async () => {
  const { type, cells, rules } = await cleaned(["31/12/2024", " 01/02/2024", "NA", "05/06/2024 "]);
  expect({ type, cells }).toEqual({ type: "date", cells: ["2024-12-31", "2024-02-01", null, "2024-06-05"] });
  expect(rules.map(({ rule, count }) => [rule, count])).toEqual([
    ["spaces", 2],
    ["null", 1],
    ["date", 3],
  ]);
});

describe("yes and no", () => {
  test("become true and false", async () => {
    const { type, cells } = await cleaned(["oui", "NON", "Yes", "n", "vrai ", "NA", "true"]);
    expect({ type, cells }).toEqual({
      type: "boolean",
      cells: ["true", "false", "true", "false", "true", null, "true"],
    });
  });

  test("1 and 0 count in a column that mixes them with words, whichever are more", async () => {
    for (const cells of [
      ["oui", "1", "non", "0"],
      ["1", "0", "1", "1", "0", "non"],
      ["o", "n", "0", "1"],
    ]) {
      const found = await cleaned(cells);
      expect(found.type).toBe("boolean");
      expect(new Set(found.cells)).toEqual(new Set(["true", "false"]));
    }
  });

  test("a column of 1 and 0 alone stays numbers, unless --booleans names it", async () => {
    expect(await cleaned(["1", "0", "1"])).toMatchObject({ type: "integer", cells: ["1", "0", "1"] });
    expect(await cleaned(["1", "0", "NA"], { booleans: ["value"] })).toMatchObject({
      type: "boolean",
      cells: ["true", "false", null],
    });
  });

  test("a column with another value stays text, and one named in --booleans stops at it with its line", async () => {
    expect(await cleaned(["oui", "non", "1", "peut-être"])).toMatchObject({ type: "text" });
    // The letter o among zeros is rather a slip than a word.
    expect(await cleaned(["0", "1", "o", "0"])).toMatchObject({ type: "text" });
    await expect(cleaned(["oui", "non", "maybe"], { booleans: ["value"] })).rejects.toMatchObject({
      code: "bad-option-value",
      message: "--booleans value: “maybe” is no word for yes or no",
      place: { line: 4, column: "value" },
    });
  });
});

describe("e-mail addresses", () => {
  const addresses = ["Anne@Ex.FR ", "bob@ex", "not an address", "", "ÉLO@ex.com", "z@ex.com", "a@b.co"];

  test("are written in small letters in columns that hold them, found by content or named", async () => {
    const { cells } = await cleaned(["Anne@Ex.FR ", "Bob@EX.com", "NA"]);
    expect(cells).toEqual(["anne@ex.fr", "bob@ex.com", null]);
    expect((await cleaned(["Anne@Ex.FR", "X", "Y"])).cells).toEqual(["Anne@Ex.FR", "X", "Y"]);
    expect((await cleaned(["Anne@Ex.FR", "X", "Y"], { email: ["value"] })).cells).toEqual(["anne@ex.fr", "X", "Y"]);
  });

  test("--email-check flag tells the wrong ones in a column of its own", async () => {
    const { column, json } = await run(csvColumn("value", addresses), { emailCheck: "flag" });
    expect(column("value_valid")).toEqual(["true", "false", "false", null, "true", "true", "true"]);
    expect(json["emails"]).toEqual([{ column: "value", valid: 4, invalid: 2, missing: 1, action: "flag" }]);
  });

  test("--email-check null empties the wrong ones, drop removes their rows", async () => {
    const emptied = await run(csvColumn("value", addresses), { emailCheck: "null" });
    expect(emptied.column("value")).toEqual(["anne@ex.fr", null, null, null, "élo@ex.com", "z@ex.com", "a@b.co"]);
    const dropped = await run(csvColumn("value", addresses), { emailCheck: "drop" });
    expect(dropped.column("row")).toEqual(["r1", "r4", "r5", "r6", "r7"]);
    expect(dropped.json).toMatchObject({ removed: 2, input: { rows: 7 }, output: { rows: 5 } });
  });

  test("a check without any column of addresses is refused", async () => {
    await expect(run(csvColumn("value", ["x", "y"]), { emailCheck: "flag" })).rejects.toMatchObject({ code: "usage" });
    await expect(
      run(csvColumn("value", ["a@b.co", "x"]), { emailCheck: "drop", email: ["value"], columns: ["row"] }),
    ).rejects.toMatchObject({ code: "usage" });
  });
});

describe("case", () => {
  test.each([
    ["lower", "LE HAVRE", "le havre"],
    ["upper", "straße d'été", "STRAẞE D'ÉTÉ"],
    ["title", "JEAN-PIERRE d'arc", "Jean-Pierre D'Arc"],
    ["title", "ST MARY'S CLOSE", "St Mary's Close"],
  ])("%s of %j is %j", async (rule, before, after) => {
    expect((await cleaned([before, "x1"], { case: [rule] })).cells[0]).toBe(after);
  });

  test("one rule for all leaves e-mail and ids alone; a column's own rule comes first", async () => {
    const text = "id,town,name,mail\nA1,paris,Zoé,A@b.co\nB2,LYON,max,c@D.fr\n";
    const { rows } = await run(text, { case: ["upper", "town=title"], id: ["id"] });
    expect(rows).toEqual([
      ["A1", "Paris", "ZOÉ", "a@b.co"],
      ["B2", "Lyon", "MAX", "c@d.fr"],
    ]);
    await expect(run("a,b\n1,x\n", { case: ["a=lower"] })).rejects.toMatchObject({ code: "bad-option-value" });
  });
});

describe("which columns", () => {
  const text = "a,b\n x , y \n";

  test("--columns and --exclude leave others as they are", async () => {
    expect((await run(text, { columns: ["a"] })).rows).toEqual([["x", " y "]]);
    expect((await run(text, { exclude: ["a"] })).rows).toEqual([[" x ", "y"]]);
    await expect(run(text, { exclude: ["*"] })).rejects.toMatchObject({ code: "usage" });
    await expect(run(text, { columns: ["aa"] })).rejects.toMatchObject({ code: "unknown-column" });
    await expect(run(text, { impute: ["c=mode"] })).rejects.toMatchObject({ code: "unknown-column" });
  });

  test("a column that can be read in two ways stops the run, unless it is not to be cleaned", async () => {
    const open = "name;amount;when\nx;1.234;01/02/2024\ny;2.345;03/04/2024\n";
    await expect(run(open)).rejects.toMatchObject({ code: "ambiguous-input" });
    expect((await run(open, { columns: ["name"] })).rows[0]).toEqual(["x", "1.234", "01/02/2024"]);
    const settled = await run(open, { decimal: ",", dates: ["dmy"] });
    expect(settled.rows[0]).toEqual(["x", "1234", "2024-02-01"]);
  });

  test("a column that a few values keep text is warned of with the line", async () => {
    const { json } = await run(csvColumn("spend", ["1", "2", "3", "4", "5", "oops", "7"]));
    expect(json["warnings"]).toMatchObject([
      { code: "mixed-column", message: expect.stringContaining("first oops on line 7") as unknown },
    ]);
  });
});

test("clean leaves what is in plain notation alone, one row, all empty, odd column names", async () => {
  const one = await run('a"b,c d,"e,f"\n1,x,2024-01-02\n');
  expect(one.header).toEqual(['a"b', "c d", "e,f"]);
  expect(one.rows).toEqual([["1", "x", "2024-01-02"]]);
  expect(columnsOf(one.json).every(({ changed, rules }) => changed === 0 && rules.length === 0)).toBe(true);
  await expect(run("a,b\n,\n,\n")).rejects.toThrow("a header and no rows");
  const empty = await run("a,b\nx,\n,\n");
  expect(empty.rows).toEqual([["x", null]]);
});
