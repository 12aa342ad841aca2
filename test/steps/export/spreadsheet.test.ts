import { expect, test } from "vitest";
import { countFormulas, spreadsheetName, spreadsheetSql } from "../../../src/steps/export/spreadsheet.ts";
import { sql } from "../../../src/sql/template.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

// What a spreadsheet takes for a formula (OWASP, CSV injection), and what it does not.
const cells: readonly (readonly [string, string])[] = [
  ["=1+1", "'=1+1"],
  ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
  ["+SUM(A1)", "'+SUM(A1)"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", "'\r=1"],
  ["-", "'-"],
  ["--", "'--"],
  ["+33 6 12 34 56 78", "'+33 6 12 34 56 78"],
  ["-1.234,56", "'-1.234,56"],
  ["-inf", "'-inf"],
  ["+", "'+"],
  ["=é", "'=é"],
  ["+33612345678", "+33612345678"],
  ["-12.5", "-12.5"],
  ["-12,5", "-12,5"],
  ["+1", "+1"],
  ["-.5", "-.5"],
  ["-1e-7", "-1e-7"],
  ["a=b", "a=b"],
  [" =1", " =1"],
  ["'=1", "'=1"],
  ["Jean-Luc", "Jean-Luc"],
  ["10", "10"],
];

test("text that a spreadsheet would compute begins with ', numbers and phones stay, and each change is counted", async () => {
  const { context, table } = surroundings();
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const described = await table(`word,n\n${cells.map(([text], i) => `${quoted(text)},${i}\n`).join("")},99\n`);
  const [word] = described.columns;
  expect(word!.type).toBe("text");
  const rows = await context.engine.rows(sql`select ${spreadsheetSql(word!)} as cell from ${described.relation}`, 100);
  expect(rows.map(({ cell }) => cell)).toEqual([...cells.map(([, safe]) => safe), null]);
  expect(await countFormulas(context.engine, described)).toBe(cells.filter(([text, safe]) => text !== safe).length);
});

test("a null word in a column of numbers is a text cell, its numbers are not", async () => {
  const { context, table } = surroundings();
  const described = await table("id;x\na;-1.234,50\nb;-\nc;-2,5\nd;+3,25\n");
  const x = described.columns[1]!;
  expect(x.type).toBe("number");
  const rows = await context.engine.rows(sql`select ${spreadsheetSql(x)} as cell from ${described.relation}`, 100);
  expect(rows.map(({ cell }) => cell)).toEqual(["-1234.50", "'-", "-2.5", "+3.25"]);
});

test("names of columns are cells too", () => {
  expect(["=a", "-a", "@a", "a", "-1", ""].map(spreadsheetName)).toEqual(["'=a", "'-a", "'@a", "a", "-1", ""]);
});
