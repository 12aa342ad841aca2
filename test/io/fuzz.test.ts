import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SegmentError } from "../../src/core/errors.ts";
import { readBack } from "./read-back.ts";
import { scratch } from "./scratch.ts";

const { openCsv } = scratch();

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
    fc.asyncProperty(table, writing, async (content, how) => {
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
    }),
    { numRuns: 200, seed: 11 },
  );
  expect(read).toBeGreaterThan(180);
});

test("a compressed table cut anywhere is never read as a shorter one", async () => {
  await fc.assert(
    fc.asyncProperty(table, writing, fc.double({ min: 0, max: 0.999, noNaN: true }), async (content, how, share) => {
      const rows = content.map(([id, words]) => [String(id), ...words]);
      const whole = write(rows, { ...how, compression: "gzip" });
      const cut = whole.subarray(0, 3 + Math.floor((whole.length - 3) * share));
      await expect(openCsv(cut)).rejects.toMatchObject({ code: "truncated-file" });
    }),
    { numRuns: 60, seed: 12 },
  );
});

test("bytes at random end in a table or in an error that is explained", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      try {
        const source = await openCsv(bytes, { from: "csv" });
        expect(source.rows).toBeGreaterThan(0);
        expect(source.sample.every((row) => row.length === source.columns.length)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(SegmentError);
        expect(error).not.toMatchObject({ code: "bug" });
      }
    }),
    { numRuns: 300, seed: 13 },
  );
});
