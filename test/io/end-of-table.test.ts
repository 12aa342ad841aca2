import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTotalsLabel, mayBeTotalsLabel } from "../../src/io/formats/totals-label.ts";
import { amountOf, plainAmount } from "../../src/io/formats/amount.ts";
import { readBack } from "./read-back.ts";
import { scratch } from "./scratch.ts";

const { openCsv, failure, path } = scratch();
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);

describe("a line of totals at the end", () => {
  const rowsOf = (count: number): string =>
    range(count)
      .map((i) => `C${i};${i},50;13/01/2024\n`)
      .join("");

  test.each([2, 990, 1000, 1500, 8000, 12_000, 60_000])("is found below %d rows", async (count) => {
    const source = await openCsv(`code;CA;Date\n${rowsOf(count)}Total;1 000,00;\n`);
    expect([source.rows, source.quarantined, source.layout?.footerLines]).toEqual([count, 1, 1]);
    // The sum is count · (count + 1) / 2 + count / 2.
    expect(source.layout?.footer[0]).toMatchObject({ line: count + 2, text: "Total;1 000,00;" });
    const sum = (count * (count + 1)) / 2 + count / 2;
    expect(source.layout?.footer[0]?.why).toContain(`though 1 000,00 is not the sum of the rows above (${sum})`);
  });

  test("is found behind fields that run over many lines", async () => {
    const long = `"${"a line; of text\n".repeat(60)}"`;
    const rows = range(600).map((i) => `C${i};${long};${i}\n`);
    const source = await openCsv(`code;text;CA\n${rows.join("")}Total;;180300\n`);
    expect([source.rows, source.quarantined]).toEqual([600, 1]);
    expect(source.layout?.footer[0]?.line).toBe(1 + 600 * 61 + 1);
  });

  test("is found above a long tail of delimiters, and its place is right", async () => {
    const aside = path("tail.csv");
    const text = `code;CA;Date\n${rowsOf(3)}Total;7,50;\n${";;\n".repeat(30_000)}`;
    const source = await openCsv(text, { quarantine: aside });
    expect([source.rows, source.quarantined, source.blankRows]).toEqual([3, 30_001, 30_000]);
    expect(source.layout?.footer).toMatchObject([{ line: 5, text: "Total;7,50;" }]);
    const written = readFileSync(aside, "utf8").trim().split("\n");
    expect(written).toHaveLength(30_002);
    expect(written.at(-1)).toMatch(/,30005,\d+,,a blank row: every field is empty,;;$/);
  });
});

describe("a labelled last row whose numbers are those of the rows above is a line of totals", () => {
  const body = "mois;montant;nb\njanvier;10;1\nfévrier;20;2\nmars;30;4\n";
  // 10 + 20 + 30 = 60, 1 + 2 + 4 = 7; the means are 20 and 2.33.
  test.each([
    ["Total", "60;7"],
    ["Total général", "60;7"],
    ["TOTAL :", "60;7"],
    ["Sous-total", "60,00 €;7"],
    ["Somme", "60;7"],
    ["Grand total", "60;7"],
    ["Gesamtsumme", "60;7"],
    ["Gesamtergebnis", "60;7"],
    ["Suma", "60;7"],
    ["Totale complessivo", "60;7"],
    ["Total des ventes", "60;7"],
    ["Moyenne", "20;2,33"],
    ["Average", "20;2.33"],
    ["Durchschnitt", "20;2,33"],
    ["Promedio", "20;2,33"],
  ])("%s;%s", async (label, numbers) => {
    const source = await openCsv(`${body}${label};${numbers}\n`);
    expect([source.rows, source.quarantined]).toEqual([3, 1]);
    expect(source.layout?.footer[0]?.why).toContain("of the rows above");
    expect(source.notices).toEqual([]);
  });

  test("where other rows leave cells open too", async () => {
    const source = await openCsv("nom;ville;ca\na;Paris;10\nb;;20\nc;Lyon;30\nTotal;;60\n");
    expect([source.rows, source.quarantined]).toEqual([3, 1]);
  });

  test("with its subtotals, of which those inside the table are kept and told", async () => {
    const source = await openCsv(
      "region;client;ca\nNord;A;10\nNord;B;20\nSous-total Nord;;30\nSud;C;5\nSous-total Sud;;5\nTotal;;35\n",
    );
    expect([source.rows, source.quarantined]).toEqual([4, 2]);
    expect(source.notices).toEqual([
      { code: "totals-inside", message: expect.stringMatching(/^1 row inside the table .*\(line 4\)/) as string },
    ]);
  });

  test("with years as names of columns", async () => {
    const source = await openCsv("ville;2023;2024\nParis;10;20\nRome;30;40\nTotal;40;60\n");
    expect([source.columns, source.rows]).toEqual([["ville", "2023", "2024"], 2]);
  });
});

describe("a customer whose name begins as totals do is kept", () => {
  test("with a notice where the last row has the label alone", async () => {
    const source = await openCsv("nom;ville;ca\nAnn;Paris;12\nBob;;13\nTotal;Rome;13\n");
    expect([source.rows, source.quarantined]).toEqual([3, 0]);
    expect(source.notices).toEqual([
      {
        code: "totals-kept",
        message:
          "line 4 “Total;Rome;13” begins as a line of totals does, but 13 is not the sum of the rows above (25): it is kept as a row; if it is none, add --footer-lines 1",
      },
    ]);
    const again = await openCsv("nom;ville;ca\nAnn;Paris;12\nBob;;13\nTotal;Rome;13\n", { footerLines: 1 });
    expect([again.rows, again.notices]).toEqual([2, []]);
  });

  test.each([
    ["in the middle, whatever its numbers", "nom;ca\nAnn;12\nTotal;12\nBob;14\n", 3],
    ["in the last row, with a longer name", "nom;ca\nAnn;12\nBob;14\nTotal Energies;20\n", 3],
    ["behind an id", "id;nom;ca\n1;Ann;12\n2;Bob;14\n3;Total;26\n", 3],
  ])("%s", async (_, text, rows) => {
    const source = await openCsv(text);
    expect([source.rows, source.quarantined, source.notices]).toEqual([rows, 0, []]);
  });
});

describe("rows of delimiters alone", () => {
  const text = "id;nom;ville\n1;a;Paris\n;;\n2;b;Lyon\n ; ;\t\n;;\n";

  test("are set aside as blank, inside the table and below it", async () => {
    const aside = path("blank.csv");
    const source = await openCsv(text, { quarantine: aside });
    expect([source.rows, source.quarantined, source.blankRows]).toEqual([2, 3, 3]);
    expect(readBack(source)).toEqual([
      ["1", "a", "Paris"],
      ["2", "b", "Lyon"],
    ]);
    expect(source.notices?.map(({ code }) => code)).toEqual(["blank-rows"]);
    const lines = readFileSync(aside, "utf8").trim().split("\n").slice(1);
    expect(lines.map((line) => line.split(",")[1])).toEqual(["3", "5", "6"]);
    expect(await source.lineOf(1)).toBe(4);
  });

  test("are left out without a quarantine too, and a quoted empty text is none", async () => {
    const source = await openCsv(text);
    expect([source.rows, source.quarantined]).toEqual([2, 3]);
    expect((await openCsv('a,b\n1,x\n"",""\n2,y\n')).rows).toBe(3);
  });

  test("are found wherever they stand in a long file", async () => {
    for (const shift of [0, 1, 2, 3, 4]) {
      const filler = "9,,".padEnd((1 << 20) - 8 - shift, "z");
      const source = await openCsv(`id,a,b\n${filler}\n,,\n2,x,y\n,,`);
      expect([source.rows, source.quarantined]).toEqual([2, 2]);
    }
  });
});

describe("the header again behind a byte order mark", () => {
  const part = "\ufeffid;nom;montant\r\n1;a;1,5\r\n2;b;2,5\r\n";

  test("is set aside as without one", async () => {
    const aside = path("marked.csv");
    const source = await openCsv(part + part, { quarantine: aside });
    expect(readBack(source)).toEqual([
      ["1", "a", "1,5"],
      ["2", "b", "2,5"],
      ["1", "a", "1,5"],
      ["2", "b", "2,5"],
    ]);
    expect(readFileSync(aside, "utf8")).toContain(",the header again,");
  });

  test("is found across the border of what is read at a time", async () => {
    for (const shift of [0, 2, 4, 9]) {
      const filler = "9,".padEnd((1 << 20) - 12 - shift, "z");
      const source = await openCsv(`id,text\n${filler}\n\ufeffid,text\n2,x\n`, { quarantine: path("far-marked.csv") });
      expect([source.rows, source.quarantined]).toEqual([2, 1]);
    }
  });
});

test("labels of totals are told from names that begin with one", () => {
  for (const label of [
    "Total",
    "Sous-total",
    "TOTAL GÉNÉRAL",
    "Zwischensumme",
    "Media",
    "Totaux :",
    "Total 12 clients",
  ])
    expect([label, isTotalsLabel(label)]).toEqual([label, true]);
  for (const label of ["Totalement", "Total Energies", "Summer", "Meanwhile", "Sommer", "a total"])
    expect([label, isTotalsLabel(label)]).toEqual([label, false]);
  expect(["Total Energies", "Sous-total Nord", "Totalement"].map(mayBeTotalsLabel)).toEqual([true, true, false]);
});

test("amounts are read by both marks, and what is none is none", () => {
  const both = (text: string): readonly number[] => [amountOf(text).point, amountOf(text).comma];
  expect(both("1 234,56 €")).toEqual([Number.NaN, 1234.56]);
  expect(both("(12.5)")).toEqual([-12.5, Number.NaN]);
  expect(both("1.234")).toEqual([1.234, 1234]);
  expect(both("1,234,567")).toEqual([1234567, Number.NaN]);
  expect(both("12 %")).toEqual([12, 12]);
  expect(both("-$3.50")).toEqual([-3.5, Number.NaN]);
  for (const none of ["13/01/2024", "2024-01-13", "01 02 03 04", "10:30", "12a", ""])
    expect([none, ...both(none)]).toEqual([none, Number.NaN, Number.NaN]);
});

test("bytes of digits are read as their text is", () => {
  const text = fc.stringMatching(/^-?[0-9]{0,5}[.,]?[0-9]{0,4}[ a]?$/);
  fc.assert(
    fc.property(text, (value) => {
      const amount = { point: 0, comma: 0 };
      const { point, comma } = amountOf(value);
      if (plainAmount(Buffer.from(`x${value}y`), 1, 1 + value.length, amount)) expect(amount).toEqual({ point, comma });
      else expect([value, /^-?\d+$/.test(value)]).toEqual([value, false]);
    }),
    { numRuns: 2000, seed: 3 },
  );
});

test("a file of nothing but delimiters has no rows", async () => {
  expect((await failure(";;\n;;\n")).code).toBe("no-rows");
});
