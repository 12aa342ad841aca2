import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SegmentError } from "../../src/core/errors.ts";
import { readBack } from "./read-back.ts";
import { scratch } from "./scratch.ts";
import { xxh64 } from "../../src/io/xxh64.ts";

const { openCsv, failure, open } = scratch();
const table = "id,name\n1,Ann\n2,Bob\n";
const rows = [
  ["1", "Ann"],
  ["2", "Bob"],
];

// Written by zstd 1.5.4 from `table`: with a checksum; without; with a checksum and no content size; by python-zstandard 0.25.
const zstd = {
  checked: Buffer.from("KLUv/SQUoQAAaWQsbmFtZQoxLEFubgoyLEJvYgprSn4N", "base64"),
  unchecked: Buffer.from("KLUv/SAUoQAAaWQsbmFtZQoxLEFubgoyLEJvYgo=", "base64"),
  streamed: Buffer.from("KLUv/QRYoQAAaWQsbmFtZQoxLEFubgoyLEJvYgprSn4N", "base64"),
};
// The same header and 5,000 rows of `1,Ann`, which zstd stores as sequences.
const repeated = Buffer.from("KLUv/WQ4dK0AAGhpZCxuYW1lCjEsQW5uAQAodfbyBYLRwcg=", "base64");
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

/** Some bits stand for nothing: those that fill up the last byte of a stream, reserved ones. */
async function expectErrorOrSame(damaged: Buffer, text: string): Promise<void> {
  try {
    expect(readFileSync((await openCsv(damaged)).path, "utf8")).toBe(text);
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    expect(["broken-file", "truncated-file"]).toContain(error.code);
  }
}

describe("a gzip file", () => {
  test("is read by its content, whatever its name", async () => {
    const source = await openCsv(gzipSync(table));
    expect([source.compression, source.spooled, source.rows]).toEqual(["gzip", true, 2]);
    expect(readBack(source)).toEqual(rows);
  });

  test("may be several joined, and padded with zeros", async () => {
    const parts = [gzipSync(table.slice(0, 9)), gzipSync(table.slice(9)), Buffer.alloc(512)];
    expect(readBack(await openCsv(Buffer.concat(parts)))).toEqual(rows);
  });

  test("cut anywhere is an error, never a shorter table", async () => {
    const whole = gzipSync(table);
    for (let length = 3; length < whole.length; length++) {
      const error = await failure(whole.subarray(0, length));
      expect(error.code).toBe("truncated-file");
    }
  });

  test("with a second part cut is an error", async () => {
    const error = await failure(Buffer.concat([gzipSync(table), gzipSync("3,Cid\n").subarray(0, 12)]));
    expect(error.code).toBe("truncated-file");
  });

  test("followed by something else is an error", async () => {
    expect((await failure(Buffer.concat([gzipSync(table), Buffer.from("tail")]))).code).toBe("broken-file");
    const behindZeros = Buffer.concat([gzipSync(table), Buffer.alloc(9), Buffer.from("tail")]);
    expect((await failure(behindZeros)).code).toBe("broken-file");
  });

  test("with any bit of its content, CRC or length flipped is an error, or gives the same table", async () => {
    const whole = gzipSync(table);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10 * 8, max: whole.length * 8 - 1 }), async (bit) => {
        const damaged = Buffer.from(whole);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        await expectErrorOrSame(damaged, table);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test("of nothing is an empty file", async () => {
    expect((await failure(gzipSync(""))).code).toBe("file-empty");
  });
});

describe("a zstd file", () => {
  test.each(Object.entries(zstd))("is read by its content: %s", async (_, bytes) => {
    const source = await openCsv(bytes);
    expect([source.compression, source.rows]).toEqual(["zstd", 2]);
    expect(readBack(source)).toEqual(rows);
  });

  test("of long repetitions is read whole", async () => {
    const source = await openCsv(repeated);
    expect(source.rows).toBe(5000);
    expect(readFileSync(source.path, "utf8")).toBe(`id,name\n${"1,Ann\n".repeat(5000)}`);
  });

  test("may be several frames, and hold frames to be skipped", async () => {
    const source = await openCsv(Buffer.concat([skippable, zstd.checked, skippable, zstd.unchecked]), {
      header: false,
    });
    expect(source.rows).toBe(6);
  });

  test("cut anywhere is an error, never a shorter table", async () => {
    for (const bytes of [...Object.values(zstd), repeated, Buffer.concat([zstd.checked, skippable])]) {
      for (let length = 4; length < bytes.length; length++) {
        if (length === zstd.checked.length) continue;
        expect((await failure(bytes.subarray(0, length))).code).toBe("truncated-file");
      }
    }
  });

  test("with a checksum and any bit flipped behind its magic number is an error, or gives the same table", async () => {
    const long = `id,name\n${"1,Ann\n".repeat(5000)}`;
    for (const bytes of [zstd.checked, zstd.streamed, repeated]) {
      for (let bit = 4 * 8; bit < bytes.length * 8; bit += 3) {
        const damaged = Buffer.from(bytes);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        await expectErrorOrSame(damaged, bytes === repeated ? long : table);
      }
    }
  });

  test("followed by something else is an error", async () => {
    expect((await failure(Buffer.concat([zstd.checked, Buffer.from("tail")]))).code).toBe("broken-file");
  });
});

test("XXH64 agrees with the values of its specification", () => {
  const low = (text: string): number => {
    const hash = xxh64();
    for (const letter of text) hash.update(Buffer.from(letter));
    return hash.low32();
  };
  // ef46db3751d8e999, d24ec4f1a98c6e5b, 44bc2cf5ad770999 and, for 43 letters, 0b242d361fda71bc.
  expect([low(""), low("a"), low("abc"), low("The quick brown fox jumps over the lazy dog")]).toEqual([
    0x51d8e999, 0xa98c6e5b, 0xad770999, 0x1fda71bc,
  ]);
});

test("a compressed file inside another is refused", async () => {
  expect((await failure(gzipSync(gzipSync("a,b\n1,2\n".repeat(100))))).code).toBe("binary-input");
});

test("Parquet and JSON may be compressed as a whole", async () => {
  const json = await open(gzipSync('{"a":1}\n{"a":2}\n'));
  expect([json.format, json.compression, json.spooled]).toEqual(["ndjson", "gzip", true]);
});
