import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Block, Cell, Report, ReportTable } from "../../../src/core/report.ts";
import { chooseKBlocks } from "../../../src/report/choose-k.ts";
import { profileBlocks } from "../../../src/report/profile.ts";
import { renderTerminal, type TerminalStyle } from "../../../src/report/render/terminal.ts";
import { candidates, sampleReport } from "../sample-report.ts";

const plain: TerminalStyle = { width: 80, colour: false, unicode: true };

function reportOf(...blocks: readonly Block[]): Report {
  return { ...sampleReport(), blocks };
}

function tableOf(
  columns: ReportTable["columns"],
  rows: readonly (readonly Cell[])[],
  more: Partial<ReportTable> = {},
): Block {
  return { kind: "table", table: { name: "t", columns, rows: rows.map((cells) => ({ cells })), ...more } };
}

function golden(name: string): string {
  return readFileSync(new URL(`./golden/${name}`, import.meta.url), "utf8");
}

test.each([
  ["cluster-80.txt", { width: 80, colour: false, unicode: true }],
  ["cluster-120.txt", { width: 120, colour: false, unicode: true }],
  ["cluster-40.txt", { width: 40, colour: false, unicode: true }],
  ["cluster-80-ascii.txt", { width: 80, colour: false, unicode: false }],
  ["cluster-80-colour.txt", { width: 80, colour: true, unicode: true }],
])("a whole clustering report is drawn as in %s", async (name, style) => {
  expect(await renderTerminal(sampleReport(), style)).toBe(golden(name));
});

test("the k table is drawn with bars in eighths and the chosen row marked", async () => {
  const blocks = chooseKBlocks({ candidates, chosen: 3, knee: 3, tolerance: 0.01, criterion: "inertia" }).slice(0, 2);
  expect(await renderTerminal(reportOf(...blocks), { ...plain, width: 120 })).toBe(
    [
      "  k  inertia                     drop  silhouette         ±95%    C–H   D–B  smallest",
      "  2     412k ██████████████████     —  0.41 ━━━━━          .01  48.2k  1.21     31.1%",
      "▶ 3     310k █████████████▌      -25%  0.61 ━━━━━━━╸      .009  61.0k  0.87     15.2%",
      "  4     287k ████████████▌        -7%  0.48 ━━━━━╸        .004  52.3k  1.03      8.4%",
      " 10     158k ██████▉             -45%  0.33 ━━━━           .01  39.9k  1.34     <0.1%",
      "knee k=3 · best silhouette k=3 → they agree",
      "",
    ].join("\n"),
  );
});

test("without Unicode the same table is drawn in ASCII", async () => {
  const blocks = chooseKBlocks({ candidates, chosen: 3, knee: 3, tolerance: 0.01, criterion: "inertia" }).slice(0, 2);
  expect(await renderTerminal(reportOf(...blocks), { ...plain, unicode: false })).toBe(
    [
      "  k  inertia                drop  silhouette       +/-95%    C-H   D-B  smallest",
      "  2     412k #############     -  0.41 ====           .01  48.2k  1.21     31.1%",
      "> 3     310k ##########     -25%  0.61 ======        .009  61.0k  0.87     15.2%",
      "  4     287k #########       -7%  0.48 =====         .004  52.3k  1.03      8.4%",
      " 10     158k #####          -45%  0.33 ===            .01  39.9k  1.34     <0.1%",
      "knee k=3 | best silhouette k=3 -> they agree",
      "",
    ].join("\n"),
  );
});

test("a narrow terminal leaves out the least telling columns and says which", async () => {
  const [table] = chooseKBlocks({ candidates, chosen: 3, knee: 3, tolerance: 0.01, criterion: "inertia" });
  if (table === undefined) throw new Error("a table comes first");
  const lines = (await renderTerminal(reportOf(table), { ...plain, width: 60 })).split("\n");
  expect(lines[0]).toBe("  k  inertia                silhouette         C–H  smallest");
  expect(lines.slice(5).join(" ").trim()).toBe("not shown at this width: drop, ±95%, D–B");
});

test("a profile of 20 columns is readable at 80: one line per column", async () => {
  const columns = Array.from({ length: 20 }, (_, j) => `a_rather_long_column_name_${j + 1}`);
  const z = [columns.map((_, j) => (j - 10) / 5), columns.map((_, j) => (10 - j) / 5)];
  const zeros = z.map((row) => row.map(() => 0));
  const everyone = { medians: columns.map(() => 0), means: columns.map(() => 0) };
  const blocks = profileBlocks({ columns, segments: [1, 2], z, medians: z, means: z, everyone, imputed: zeros });
  const lines = (await renderTerminal(reportOf(...blocks.slice(0, 2)), plain)).split("\n");
  expect(lines.slice(0, 4)).toEqual([
    "profile, z-score against everyone (░ ≥0.5  ▒ ≥1  ▓ ≥1.5  █ ≥2)",
    "                                  1      2",
    "a_rather_long_column_name_1   █-2.0  █+2.0",
    "a_rather_long_column_name_2   ▓-1.8  ▓+1.8",
  ]);
  expect(lines.length).toBe(2 + 20 + 1);
});

test("a table that may not lose columns goes on below, its first column repeated", async () => {
  const columns = ["", "alpha", "beta", "gamma"].map((header) => ({ header, align: "right" as const }));
  const block = tableOf(columns, [["1", "+1.0", "+2.0", "+3.0"]], { repeat: 1 });
  expect(await renderTerminal(reportOf(block), { ...plain, width: 20 })).toBe(
    ["   alpha  beta", "1   +1.0  +2.0", "", "   gamma", "1   +3.0", ""].join("\n"),
  );
});

test("names in wide letters stay in their columns", async () => {
  const columns = [
    { header: "city", align: "left" as const },
    { header: "rows", align: "right" as const },
  ];
  const block = tableOf(columns, [
    ["東京", "10"],
    ["Orléans", "7"],
    ["😀", "120 431"],
  ]);
  expect(await renderTerminal(reportOf(block), plain)).toBe(
    ["city        rows", "東京          10", "Orléans        7", "😀       120 431", ""].join("\n"),
  );
});

test("a hostile name can neither steer the terminal nor forge a line nor flood it", async () => {
  const evil = "x\u001b]0;owned\u0007\n! forged\u009b2J\u202e";
  const text = await renderTerminal(
    reportOf(
      { kind: "title", parts: [evil, evil] },
      { kind: "heading", text: evil },
      { kind: "notice", code: "c", text: evil },
      tableOf(
        [
          { header: evil, align: "left" },
          { header: "n", align: "right" },
        ],
        [
          [evil, "1"],
          ["n".repeat(10_000), "2"],
        ],
      ),
    ),
    plain,
  );
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const steering = (code: number): boolean =>
    (code < 32 && code !== 10) || (code >= 127 && code < 160) || code === 0x202e;
  expect(codes.filter(steering)).toEqual([]);
  expect(text).not.toMatch(/^! forged/m);
  expect(text.split("\n").length).toBeLessThan(16);
});

test("colour wraps the same words: without its sequences the report is the plain one", async () => {
  const colour = await renderTerminal(sampleReport(), { ...plain, colour: true });
  const escape = String.fromCharCode(27);
  expect(colour).toContain(`${escape}[1m`);
  const bare = colour.replaceAll(new RegExp(`${escape}\\[[0-9;]*m`, "g"), "");
  const trimmed = (text: string): string => text.replaceAll(/ +$/gm, "");
  expect(trimmed(bare)).toBe(await renderTerminal(sampleReport(), plain));
});

const word = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."abcXYZ019-_.·≥…— "), maxLength: 30 }),
  fc.string({ unit: fc.constantFrom("客", "é", "😀", "a", " "), maxLength: 30 }),
  fc.string({ maxLength: 60 }),
);
const number = fc.double({ min: -3, max: 3 });
const cell: fc.Arbitrary<Cell> = fc.oneof(
  word,
  fc.record({ text: word, bar: number }),
  fc.record({ text: word, bar: number, style: fc.constant("line" as const) }),
  fc.record({ text: word, spark: fc.array(number, { maxLength: 30 }) }),
  fc.record({ text: word, shade: number }),
);

function tables(wordOf: fc.Arbitrary<Cell>, header: fc.Arbitrary<string>): fc.Arbitrary<Block> {
  return fc.integer({ min: 1, max: 12 }).chain((count) => {
    const column = fc.record({
      header,
      align: fc.constantFrom("left" as const, "right" as const),
      priority: fc.constantFrom(0, 0, 1, 2),
    });
    const cells = fc.array(wordOf, { minLength: count, maxLength: count });
    const row = fc.record({ cells, chosen: fc.boolean(), segment: fc.integer({ min: 0, max: 12 }) });
    return fc
      .record({
        columns: fc.array(column, { minLength: count, maxLength: count }),
        rows: fc.array(row, { maxLength: 5 }),
        repeat: fc.constantFrom(undefined, 1),
        wrap: fc.integer({ min: -1, max: count - 1 }),
      })
      .map(({ columns, rows, repeat, wrap }): Block => {
        const wrapped = columns.map((one, at) => ({ ...one, wrap: at === wrap }));
        return {
          kind: "table",
          table: { name: "t", columns: wrapped, rows, ...(repeat === undefined ? {} : { repeat }) },
        };
      });
  });
}

function blocksOf(wordOf: fc.Arbitrary<string>, cellOf: fc.Arbitrary<Cell>): fc.Arbitrary<readonly Block[]> {
  const block: fc.Arbitrary<Block> = fc.oneof(
    fc.record({ kind: fc.constant("title" as const), parts: fc.array(wordOf, { maxLength: 6 }) }),
    fc.record({ kind: fc.constant("heading" as const), text: wordOf }),
    fc.record({
      kind: fc.constant("text" as const),
      text: wordOf,
      emphasis: fc.constantFrom("strong" as const, "dim" as const),
    }),
    fc.record({ kind: fc.constant("notice" as const), code: fc.constant("c"), text: wordOf }),
    tables(cellOf, wordOf),
  );
  return fc.array(block, { maxLength: 5 });
}

/** Cells of a line, counted apart from the code under test: the alphabet has only these wide characters. */
function cellsOf(line: string): number {
  return [...line].reduce((total, character) => total + (character === "客" || character === "😀" ? 2 : 1), 0);
}

test("no line of any report is wider than the terminal, ends in a space or, without colour, holds an escape", async () => {
  const run = fc.asyncProperty(
    blocksOf(word, cell),
    fc.integer({ min: 40, max: 200 }),
    fc.boolean(),
    async (blocks, width, unicode) => {
      const text = await renderTerminal(reportOf(...blocks), { width, colour: false, unicode });
      expect(text).not.toContain(String.fromCharCode(27));
      expect(text === "" || text.endsWith("\n")).toBe(true);
      for (const line of text.split("\n")) {
        expect(cellsOf(line)).toBeLessThanOrEqual(width);
        expect(line).toBe(line.trimEnd());
      }
    },
  );
  await fc.assert(run, { numRuns: 300 });
});

test("without Unicode a report on ASCII data is ASCII throughout", async () => {
  const ascii = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_.·≥≤…—–±×→ "), maxLength: 30 });
  const cells: fc.Arbitrary<Cell> = fc.oneof(
    ascii,
    fc.record({ text: ascii, bar: number }),
    fc.record({ text: ascii, spark: fc.array(number, { maxLength: 30 }) }),
    fc.record({ text: ascii, shade: number }),
  );
  const run = fc.asyncProperty(blocksOf(ascii, cells), fc.integer({ min: 40, max: 200 }), async (blocks, width) => {
    const text = await renderTerminal(reportOf(...blocks), { width, colour: false, unicode: false });
    expect(text).toMatch(/^[\n -~]*$/);
  });
  await fc.assert(run, { numRuns: 200 });
});
