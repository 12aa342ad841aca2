import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { utils, write, type CellObject, type WorkBook } from "@e965/xlsx";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "../cli/run-segment.ts";

const cwd = scratch();

/** Saves a workbook of sheets; a cell is a value, or a cell as the library has it. */
function workbook(
  name: string,
  sheets: Readonly<Record<string, readonly (readonly unknown[])[]>>,
  about: WorkBook["Workbook"] = {},
): string {
  const book = utils.book_new();
  for (const [title, rows] of Object.entries(sheets)) {
    const sheet = utils.aoa_to_sheet(rows.map((row) => row.map((cell) => (isCell(cell) ? null : cell))));
    rows.forEach((row, r) =>
      row.forEach((cell, c) => {
        if (isCell(cell)) sheet[utils.encode_cell({ r, c })] = cell;
      }),
    );
    sheet["!ref"] = utils.encode_range(
      { r: 0, c: 0 },
      { r: rows.length - 1, c: Math.max(1, ...rows.map((row) => row.length)) - 1 },
    );
    utils.book_append_sheet(book, sheet, title);
  }
  book.Workbook = { ...book.Workbook, ...about };
  writeFileSync(join(cwd, name), write(book, { type: "buffer", bookType: "xlsx" }) as Buffer);
  return name;
}

function isCell(cell: unknown): cell is CellObject {
  return typeof cell === "object" && cell !== null;
}

const day = (serial: number, z = "dd/mm/yyyy"): CellObject => ({ t: "n", v: serial, z });
const csv = async (words: readonly string[]): Promise<string> => {
  const run = await segment(["ingest", ...words, "--format", "csv", "-q"], { cwd });
  expect(run.stderr).toBe("");
  return run.stdout;
};

describe("a workbook", () => {
  test("is read cell by cell: days, times, leading zeros, numbers as they are stored, yes and no", async () => {
    const file = workbook("kinds.xlsx", {
      Clients: [
        ["code", "né le", "vu le", "à", "montant", "part", "actif", "texte"],
        [
          { t: "n", v: 1000, z: "00000" },
          day(45_363),
          day(45_363.343_75),
          day(0.4375, "hh:mm"),
          { t: "n", v: 1234.5, z: "#,##0.00 €" },
          { t: "n", v: 0.125, z: "0.0%" },
          true,
          "une\nligne",
        ],
        [{ t: "n", v: 75_001, z: "00000" }, day(60_000), day(45_364), null, -3, null, false, 'dit "Zoé"'],
        // Excel's 29 February 1900 does not exist: day 61 is 1 March.
        [{ t: "n", v: 2, z: "00000" }, day(61), null, null, null, null, true, null],
      ],
    });
    expect(await csv([file])).toBe(
      [
        "code,né le,vu le,à,montant,part,actif,texte",
        '01000,2024-03-12,2024-03-12 08:15:00,10:30:00,1234.5,12.5,true,"une\nligne"',
        '75001,2064-04-08,2024-03-13 00:00:00,,-3,,false,"dit ""Zoé"""',
        "00002,1900-03-01,,,,,true,",
        "",
      ].join("\n"),
    );
  });

  test("has durations in hours, beyond a day too, and no day of 1900 for them", async () => {
    const file = workbook("durations.xlsx", {
      A: [
        ["id", "long", "short", "mixed"],
        // 36 h 15 min, 50 h 15 min and 100 h 15 min as parts of days.
        [0, day(1.510_416_666_666_67, "[h]:mm:ss"), day(0.052_083_333_333_33, "[h]:mm"), day(1.5, "h:mm")],
        [1, day(2.093_75, "[h]:mm:ss"), day(-0.5, "[h]:mm"), day(0.25, "h:mm")],
        [2, day(4.177_083_333_333_33, "[h]:mm:ss"), null, null],
      ],
    });
    expect(await csv([file])).toBe(
      "id,long,short,mixed\n0,36:15:00,01:15:00,36:00:00\n1,50:15:00,-12:00:00,06:00:00\n2,100:15:00,,\n",
    );
  });

  test("keeps the currency of a number's format, and mixes none; percentages are what is shown, as in a text", async () => {
    const money = (v: number, z: string): CellObject => ({ t: "n", v, z });
    const file = workbook("money.xlsx", {
      A: [
        ["id", "eur", "both", "part", "mixed"],
        [1, money(12.5, '#,##0.00\\ "€"'), money(12.5, "#,##0.00 [$€-40C]"), money(0.07, "0%"), money(0.5, "0%")],
        [2, money(-3, '_-* #,##0.00 "€"_-'), money(13.5, '"$"#,##0.00_);[Red]("$"#,##0.00)'), money(0.125, "0.0%"), 3],
      ],
    });
    const run = await segment(["ingest", file, "--json", "-o", "money.csv"], { cwd });
    expect(readFileSync(join(cwd, "money.csv"), "utf8")).toBe(
      "id,eur,both,part,mixed\n1,12.5,12.5 €,7,50 %\n2,-3,13.5 $,12.5,3\n",
    );
    const report = JSON.parse(run.stdout) as { columns: { name: string; currency?: string }[]; warnings: unknown[] };
    expect(report.columns.find(({ name }) => name === "eur")).toMatchObject({ type: "number", currency: "EUR" });
    expect(JSON.stringify(report.warnings)).toContain("amounts in several currencies: $ (1), EUR (1)");
  });

  test("may count its days from 1904", async () => {
    const rows = [
      ["id", "jour"],
      [1, day(43_901)],
      [2, day(0 + 366)],
    ];
    const file = workbook("mac.xlsx", { A: rows }, { WBProps: { date1904: true } });
    expect(await csv([file])).toBe("id,jour\n1,2024-03-12\n2,1905-01-01\n");
  });

  test("gives its first visible sheet that holds anything, or the one that is named", async () => {
    const sheets = {
      Caché: [
        ["x", "y"],
        [1, 2],
      ],
      Vide: [[]],
      Ventes: [
        ["a", "b"],
        [1, 2],
      ],
      Retours: [
        ["c", "d"],
        [3, 4],
      ],
    };
    const names = Object.keys(sheets);
    const file = workbook("sheets.xlsx", sheets, {
      Sheets: names.map((name) => ({ name, Hidden: name === "Caché" ? 1 : 0 })),
    });
    expect(await csv([file])).toBe("a,b\n1,2\n");
    expect(await csv([file, "--sheet", "Retours"])).toBe("c,d\n3,4\n");
    expect(await csv([file, "--sheet", "1"])).toBe("x,y\n1,2\n");
    const shown = await segment(["ingest", file], { cwd });
    expect(shown.stderr).toMatch(/sheet +Ventes +the first; --sheet names\s+Caché, Retours/);
    const near = await segment(["ingest", file, "--sheet", "Vente"], { cwd });
    expect(near).toMatchObject({ code: 2, stderr: expect.stringContaining("did you mean Ventes?") as string });
    const empty = await segment(["ingest", file, "--sheet", "Vide"], { cwd });
    expect(empty).toMatchObject({ code: 3, stderr: expect.stringContaining("the sheet holds nothing") as string });
  });

  test("may begin below and right of its corner", async () => {
    const file = workbook("corner.xlsx", {
      A: [[], [], [null, null, "id", "ville"], [null, null, 1, "Lyon"], [null, null, 2, null]],
    });
    expect(await csv([file])).toBe("id,ville\n1,Lyon\n2,\n");
  });

  test("has its rows without a value set aside as blank, and totals below any number of rows", async () => {
    const rows = Array.from({ length: 1200 }, (_, i) => [`C${i}`, i, "x"]);
    const blank = [null, null, null];
    const file = workbook("blank.xlsx", {
      A: [["code", "v", "w"], ...rows, blank, ["D", 1, "y"], blank, ["Total", 719401, null]],
    });
    const run = await segment(["ingest", file, "--json", "--quarantine", "blank.csv"], { cwd });
    // The sum of 0 … 1199 is 719,400, and the last row has 1.
    expect(JSON.parse(run.stdout)).toMatchObject({
      input: { rows: 1204, used: 1201, quarantined: 3 },
      output: { rows: 1201 },
      warnings: [{ code: "footer-lines" }, { code: "blank-rows" }],
    });
    const aside = readFileSync(join(cwd, "blank.csv"), "utf8").trim().split("\n").slice(1);
    expect(aside.map((line) => line.split(",").slice(0, 2))).toEqual([
      ["blank.xlsx", "1202"],
      ["blank.xlsx", "1204"],
      ["blank.xlsx", "1205"],
    ]);
  });

  test("that holds errors of formulas is refused at the cell, or its rows are set aside; #N/A is missing", async () => {
    const file = workbook("errors.xlsx", {
      A: [
        ["id", "v"],
        [1, 5],
        [2, { t: "e", v: 7, f: "A2/0" }],
        [3, { t: "e", v: 42 }],
        [4, { t: "e", v: 23 }],
      ],
    });
    const refused = await segment(["ingest", file], { cwd });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toBe(
      "segment: errors.xlsx, line 3: cell B3 of A has no value but #DIV/0!; 2 cells are such; mend the formula, or add --quarantine FILE to set such rows aside\n",
    );
    expect(await csv([file, "--quarantine", "aside.csv"])).toBe("id,v\n1,5\n3,\n");
    expect(readFileSync(join(cwd, "aside.csv"), "utf8")).toBe(
      'file,line,byte,column,reason,raw\nerrors.xlsx,3,,,cell B3 of A has no value but #DIV/0!,"2,#DIV/0!"\nerrors.xlsx,5,,,cell B5 of A has no value but #REF!,"4,#REF!"\n',
    );
  });

  test("names the row of the sheet where a value is wrong, whatever line breaks stand above", async () => {
    const file = workbook("lines.xlsx", {
      A: [
        ["id", "v"],
        [1, "deux\nlignes\nici"],
        [2, "x"],
        [2, "y"],
      ],
    });
    const run = await segment(["validate", file, "--unique", "id"], { cwd });
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).toMatch(/line 3\b/);
  });

  test("that is none, or none of Excel's, is refused", async () => {
    writeFileSync(join(cwd, "broken.xlsx"), Buffer.from("PK\u0003\u0004 xl/ and then nothing of it"));
    writeFileSync(join(cwd, "plain.csv"), "a,b\n1,2\n");
    expect(await segment(["ingest", "broken.xlsx"], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("broken.xlsx: the workbook cannot be read") as string,
    });
    expect(await segment(["ingest", "plain.csv", "--from", "xlsx"], { cwd })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("not an Excel workbook") as string,
    });
    expect(await segment(["ingest", "plain.csv", "--sheet", "A"], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--sheet names a sheet of a workbook") as string,
    });
    expect(await segment(["ingest", "plain.csv", "--table", "A"], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--table concerns a database") as string,
    });
  });
});
