import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import Papa from "papaparse";
import { expect, test, vi } from "vitest";
import { SegmentError } from "../../src/core/errors.ts";
import { readBack } from "./read-back.ts";
import { scratch } from "./scratch.ts";

/** How many times the inputs of a usual run are generated: SEGMENT_FUZZ=1300 makes a million of them. */
const share = Number(process.env.SEGMENT_FUZZ ?? 1);
/** Other inputs than those of a usual run. */
const offset = Number(process.env.SEGMENT_FUZZ_SEED ?? 0);
// What the I/O keeps of each input until it is closed is removed by the hook.
vi.setConfig({ testTimeout: 30_000 * share, hookTimeout: 60_000 * Math.max(1, share / 100) });

const { clear, openCsv, path } = scratch();

const word = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Za-z]{1,8}( [a-z]{1,6})?$/) },
  { weight: 2, arbitrary: fc.constantFrom("Zoë", "Besançon", "naïve", "déjà vu") },
  { weight: 2, arbitrary: fc.constantFrom("", "O'Brien", "x, y", "a; b", 'say "hi"', "two\nlines", "1|2") },
);
const table = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 12 })).chain(([columns, rows]) =>
  fc.array(fc.tuple(fc.nat(9999), fc.array(word, { minLength: columns, maxLength: columns })), {
    minLength: rows,
    maxLength: rows,
  }),
);
interface Writing {
  readonly delimiter: string;
  readonly quote: string;
  readonly newline: string;
  readonly end: boolean;
  readonly encoding: string;
  readonly compression: string;
}

const writing: fc.Arbitrary<Writing> = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  quote: fc.constantFrom("needed", "all"),
  newline: fc.constantFrom("\n", "\r\n"),
  end: fc.boolean(),
  encoding: fc.constantFrom("utf8", "utf8 with mark", "utf16le", "utf16be", "cp1252"),
  compression: fc.constantFrom("none", "gzip"),
});

/** RFC 4180, as an exporting program would write it. */
function write(rows: readonly (readonly string[])[], how: Writing): Buffer {
  const field = (value: string): string =>
    how.quote === "all" || /["\r\n]/.test(value) || value.includes(how.delimiter)
      ? `"${value.replaceAll('"', '""')}"`
      : value;
  const text = rows.map((row) => row.map(field).join(how.delimiter)).join(how.newline) + (how.end ? how.newline : "");
  const bytes = encode(text, how.encoding);
  return how.compression === "gzip" ? gzipSync(bytes) : bytes;
}

function encode(text: string, encoding: string): Buffer {
  if (encoding === "utf16le") return Buffer.from(`\ufeff${text}`, "utf16le");
  if (encoding === "utf16be") return Buffer.from(`\ufeff${text}`, "utf16le").swap16();
  if (encoding === "cp1252") return Buffer.from(text, "latin1");
  return Buffer.from(encoding === "utf8" ? text : `\ufeff${text}`);
}

test("a table is read as it was written, in any notation, or the tie is shown", async () => {
  let read = 0;
  await fc.assert(
    fc
      .asyncProperty(table, writing, async (content, how) => {
        const rows = content.map(([id, words]) => [String(id), ...words]);
        const names = rows[0]!.map((_, j) => `name ${j}`);
        let source;
        try {
          source = await openCsv(write([names, ...rows], how));
        } catch (error) {
          // A file that reads equally well in two ways is not guessed at.
          if (error instanceof SegmentError && error.code === "ambiguous-input") return;
          throw error;
        }
        read++;
        expect(source.columns).toEqual(names);
        expect(source.rows).toBe(rows.length);
        expect(readBack(source)).toEqual(rows);
        expect(source.sample.map((row) => row.map((cell) => cell ?? ""))).toEqual(rows);
      })
      .afterEach(clear),
    { numRuns: 200 * share, seed: 11 + offset },
  );
  expect(read).toBeGreaterThan(180);
});

test("a compressed table cut anywhere is never read as a shorter one", async () => {
  await fc.assert(
    fc
      .asyncProperty(table, writing, fc.double({ min: 0, max: 0.999, noNaN: true }), async (content, how, share) => {
        const rows = content.map(([id, words]) => [String(id), ...words]);
        const whole = write(rows, { ...how, compression: "gzip" });
        const cut = whole.subarray(0, 3 + Math.floor((whole.length - 3) * share));
        await expect(openCsv(cut)).rejects.toMatchObject({ code: "truncated-file" });
      })
      .afterEach(clear),
    { numRuns: 60 * share, seed: 12 + offset },
  );
});

/** What exports have around and between their rows. */
const dirt = fc.record({
  above: fc.constantFrom(
    "",
    "Export du 12/03/2024\n",
    "Liste, des; clients\n\n",
    "# one\n# two\n",
    ";;\n",
    "\n\n",
    "sep=;\n",
  ),
  below: fc.constantFrom("", "Total;;12\n", "\nTotal;1\n", "# 3 rows\n", "\n\n3 lignes\n", "x", "1;", '"', "\0\n"),
  spots: fc.array(
    fc.tuple(
      fc.nat(40),
      fc.constantFrom(
        "\n",
        "only one field\n",
        "a;b;c;d;e;f;g\n",
        'x;"y"z;w\n',
        '1;"open;2\n',
        "HEADER",
        "\xe9;\xe9;1\n",
        "\0;1;2\n",
        "\r",
        "Total;1;2\n",
        " ; ;\n",
      ),
    ),
    { maxLength: 4 },
  ),
  newline: fc.constantFrom("\n", "\r\n", "mixed"),
  quarantine: fc.boolean(),
});

test("every line of a dirty export is in a row, in the quarantine or named above or below the table, or the run refuses", async () => {
  let read = 0;
  await fc.assert(
    fc
      .asyncProperty(table, dirt, async (content, how) => {
        const rows = content.map(([id, words]) => [String(id), ...words.map((w) => w.replaceAll("\n", " "))]);
        const names = rows[0]!.map((_, j) => `name ${j}`);
        const lines = [names, ...rows].map((row) =>
          row.map((cell) => (/[";]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(";"),
        );
        const body = lines.map((line) => `${line}\n`);
        for (const [at, text] of how.spots)
          body.splice(1 + (at % body.length), 0, text === "HEADER" ? `${lines[0]!}\n` : text);
        let text = how.above + body.join("") + how.below;
        if (how.newline !== "\n") {
          let n = 0;
          text = text.replaceAll("\n", () => (how.newline === "mixed" && n++ % 2 === 0 ? "\n" : "\r\n"));
        }
        const aside = path("dirt.csv");
        let source;
        try {
          source = await openCsv(Buffer.from(text, "latin1"), how.quarantine ? { quarantine: aside } : {});
        } catch (error) {
          expect(error).toBeInstanceOf(SegmentError);
          expect(error).not.toMatchObject({ code: "bug" });
          return;
        }
        read++;
        const { layout } = source;
        const kept = readBack(source);
        expect(kept).toHaveLength(source.rows);
        const set = how.quarantine
          ? Papa.parse<string[]>(readFileSync(aside, "utf8").trimEnd(), { header: false }).data.slice(1)
          : layout!.footer;
        // In = out + quarantined; without a file for them, rows of delimiters alone are only counted.
        expect(set.length + (how.quarantine ? 0 : (source.blankRows ?? 0))).toBe(source.quarantined);
        // Each word of the input is in exactly one place; no cell of the generated rows holds a line break.
        const held = [
          ...kept.flat(),
          ...(how.quarantine ? set.map((row) => (row as string[])[5]!) : layout!.footer.map(({ text: raw }) => raw)),
          ...layout!.preamble.map(({ text: raw }) => raw),
          ...(layout!.headerRows > 0 ? source.columns.filter((name) => !/^column_\d+_*$/.test(name)) : []),
        ];
        const letters = (parts: readonly string[]): string =>
          [
            ...parts
              .join("")
              .replace(/\\xE9/g, "é")
              .replace(/sep=/g, "")
              .replace(/[^\p{L}\p{N}\0#=]/gu, ""),
          ]
            .toSorted()
            .join("");
        expect(letters(held)).toBe(letters([text]));
      })
      .afterEach(clear),
    { numRuns: 200 * share, seed: 14 + offset },
  );
  expect(read).toBeGreaterThan(50);
});

test("bytes at random end in a table or in an error that is explained", async () => {
  await fc.assert(
    fc
      .asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        try {
          const source = await openCsv(bytes, { from: "csv" });
          expect(source.rows).toBeGreaterThan(0);
          expect(source.sample.every((row) => row.length === source.columns.length)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(SegmentError);
          expect(error).not.toMatchObject({ code: "bug" });
        }
      })
      .afterEach(clear),
    { numRuns: 300 * share, seed: 13 + offset },
  );
});
