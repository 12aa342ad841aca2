import { writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { plainRules } from "../../src/io/formats/record-fault.ts";
import { surveyPlain } from "../../src/io/formats/survey-plain.ts";
import { surveyAny } from "../../src/io/formats/survey.ts";
import { wholeText } from "../../src/io/formats/text-region.ts";
import { scratch } from "./scratch.ts";

const { path } = scratch();
const signal = new AbortController().signal;
const whole = wholeText(0);
const rules = plainRules(3, 44);
const layout = { delimiter: 44, quote: 34, escape: "double" } as const;

test("the compiled scan of plain text finds what the byte-by-byte scan finds, and gives up where that finds fault", async () => {
  const field = fc.oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^[a-z0-9.é]{0,40}$/u) },
    { weight: 2, arbitrary: fc.stringMatching(/^"([a-z,\n;]|""){0,90}"$/u) },
    { weight: 1, arbitrary: fc.constantFrom('a"b', '"a"b', '"', '""', " x", ' "x"', "\r", "\0") },
  );
  const row = fc.tuple(field, field, field).map((fields) => fields.join(","));
  const line = fc.oneof({ weight: 20, arbitrary: row }, { weight: 1, arbitrary: fc.constantFrom("", "a,b", " ") });
  const file = fc.tuple(fc.array(line, { minLength: 1, maxLength: 30 }), fc.constantFrom("\n", "\r\n"), fc.boolean());
  let plain = 0;
  await fc.assert(
    fc.asyncProperty(file, async ([lines, newline, last]) => {
      const text = lines.join(newline) + (last ? newline : "");
      writeFileSync(path("t"), text);
      const slow = await surveyAny(path("t"), whole, layout, rules, false, signal);
      const quick = await surveyPlain(path("t"), whole, layout, rules, signal);
      const { lf, crlf, cr } = slow.endings;
      const faulty =
        slow.bad + slow.blankRows + slow.spacedRecords + slow.spacedBlankLines + cr > 0 ||
        slow.nul !== -1 ||
        text.includes('a"b');
      if (faulty) expect(quick).toBeNull();
      // A quote inside an unquoted field is no fault, but the compiled scan leaves it to the other.
      if (quick === null) return;
      plain++;
      // A line break inside a field is white space other than the plain space.
      const odd = slow.lines > slow.records + slow.blankLines;
      expect({ ...quick, absentDelimiter: -1 }).toEqual({
        ...slow,
        odd,
        absentDelimiter: -1,
        endings: { lf, crlf, cr },
      });
    }),
    { numRuns: 400, seed: 7 },
  );
  expect(plain).toBeGreaterThan(100);
});

test("the offsets of records are kept evenly in a file of many", async () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `${i},x,"${i % 5 === 0 ? "a\nb" : "c"}"`);
  writeFileSync(path("many"), `${lines.join("\n")}\n`);
  const quick = await surveyPlain(path("many"), whole, layout, rules, signal);
  const slow = await surveyAny(path("many"), whole, layout, rules, false, signal);
  expect(quick).toEqual({ ...slow, odd: true, absentDelimiter: quick?.absentDelimiter });
  expect(quick?.stride).toBe(8);
  expect(quick?.offsets).toHaveLength(5000);
  const start = (record: number): number => lines.slice(0, record).join("\n").length + (record > 0 ? 1 : 0);
  expect([...(quick?.offsets ?? [])].filter((offset, i) => i % 777 === 0 && offset !== start(8 * i))).toEqual([]);
});

test("the compiled scan tells whether a character may be odd, wherever it stands", async () => {
  const plain = ["a", "Z", "~", " ", "é", "œ", "¡", "¿", "ª", "\u02ff", "À"];
  const odd = [
    "\t",
    "\u0001",
    "\u001f",
    "\u007f",
    "\u0080",
    "\u0085",
    "\u00a0",
    "\u00ad",
    "\u0300",
    "\u200b",
    "’",
    "€",
    "😀",
  ];
  for (const character of [...plain, ...odd]) {
    for (const before of [0, 1, 50, 61, 62, 63, 64, 130, 2 ** 20 - 9, 2 ** 20 - 8]) {
      const text = `a,b,c\n${"x".repeat(before)}${character}y,2,3\n`;
      writeFileSync(path("odd"), text);
      const quick = await surveyPlain(path("odd"), whole, layout, rules, signal);
      const isAtBorder = Buffer.byteLength(text.slice(0, 6 + before)) === 2 ** 20 - 1 && character.charCodeAt(0) < 0xc0;
      expect([character, before, quick?.odd]).toEqual([
        character,
        before,
        odd.includes(character) || (isAtBorder && character >= "\u0080"),
      ]);
    }
  }
  writeFileSync(path("odd"), 'a,b,c\r\n1,"x\r\ny",3\r\n');
  expect((await surveyPlain(path("odd"), whole, layout, rules, signal))?.odd).toBe(true);
  writeFileSync(path("odd"), 'a,b,c\r\n1,"x,y",é\r\n');
  expect((await surveyPlain(path("odd"), whole, layout, rules, signal))?.odd).toBe(false);
});
