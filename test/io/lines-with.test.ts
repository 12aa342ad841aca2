import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import papaparse from "papaparse";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openIo } from "../../src/io/io.ts";
import type { DelimitedSource } from "../../src/core/source.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lines-with-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const io = openIo({ temporaryFolder: tmpdir(), stdoutIsTerminal: false, signal: new AbortController().signal });
afterAll(() => io.close());

async function opened(text: string): Promise<DelimitedSource> {
  const path = join(folder, "in.csv");
  writeFileSync(path, text);
  const [source] = await io.open([path], { delimiter: "," });
  if (source?.format !== "csv") throw new Error("not read as delimited text");
  return source;
}

async function written(text: string, columns: readonly Int32Array[], names: readonly string[]): Promise<string | null> {
  const source = await opened(text);
  const out = join(folder, "out.csv");
  rmSync(out, { force: true });
  const rows = await io.writeLinesWith({ source, header: [...source.columns, ...names], columns }, out);
  if (rows === null) return null;
  expect(rows).toBe(source.rows);
  return readFileSync(out, "utf8");
}

test("a number is added at the end of every line, the text of the line untouched", async () => {
  const columns = [Int32Array.from([3, 0, -12]), Int32Array.from([1, 2147483647, -2147483648])];
  expect(await written("id,spent\n007,1.50\n\n008,\n009,2e3", columns, ["segment", "other"])).toBe(
    "id,spent,segment,other\n007,1.50,3,1\n008,,0,2147483647\n009,2e3,-12,-2147483648\n",
  );
});

test("a new name with a comma or a quote is quoted in the header", async () => {
  expect(await written("a,b\n1,2\n3,4\n", [Int32Array.from([1, 2])], ['my, "own"'])).toBe(
    'a,b,"my, ""own"""\n1,2,1\n3,4,2\n',
  );
});

test("a file with a quote in it is left to the engine, and nothing is written", async () => {
  expect(await written('a,b\n1,5" pipe\n2,x\n', [Int32Array.from([1, 2])], ["segment"])).toBeNull();
});

test("a table over the size of a chunk comes out line by line as another reader sees it", async () => {
  const rows = 300_000;
  const lines = Array.from({ length: rows }, (_, i) => `${i},customer number ${i * 7},é${i % 13}`);
  const labels = Int32Array.from({ length: rows }, (_, i) => (i * 31) % 11);
  const text = (await written(`n,name,town\n${lines.join("\n")}\n`, [labels], ["segment"])) ?? "";
  expect(text.length).toBeGreaterThan(8_000_000);
  const all = text.split("\n");
  expect(all).toHaveLength(rows + 2);
  for (let i = 0; i < rows; i += 997) expect(all[i + 1]).toBe(`${lines[i]},${labels[i]}`);
});

test("whatever the fields and the numbers, another reader finds them again", async () => {
  const fieldText = fc.stringMatching(/^[a-zé0-9 ;'.-]{1,9}$/u);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fieldText, fieldText, fc.integer({ min: -2147483648, max: 2147483647 })), {
        minLength: 2,
        maxLength: 20,
      }),
      async (rows) => {
        const text = `first name,town\n${rows.map(([a, b]) => `x${a}x,y${b}y`).join("\n")}\n`;
        const out = await written(text, [Int32Array.from(rows, ([, , n]) => n)], ["segment"]);
        const { data } = papaparse.parse<string[]>(out ?? "", { skipEmptyLines: true });
        expect(data.slice(1)).toEqual(rows.map(([a, b, n]) => [`x${a}x`, `y${b}y`, String(n)]));
      },
    ),
    { numRuns: 40 },
  );
});
