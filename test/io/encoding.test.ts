import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readBack } from "./read-back.ts";
import { scratch } from "./scratch.ts";

const { openCsv, failure, open } = scratch();
const text = "id;prénom;ville\n1;Zoë;Besançon\n2;Ægir;Reykjavík\n";
const rows = [
  ["1", "Zoë", "Besançon"],
  ["2", "Ægir", "Reykjavík"],
];
const utf16be = (value: string): Buffer => Buffer.from(value, "utf16le").swap16();

test.each([
  ["UTF-8", Buffer.from(text), "utf-8", false],
  ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`), "utf-8", false],
  ["UTF-16 little-endian with a mark", Buffer.from(`\ufeff${text}`, "utf16le"), "utf-16le", true],
  ["UTF-16 big-endian with a mark", utf16be(`\ufeff${text}`), "utf-16be", true],
  ["UTF-16 little-endian without a mark", Buffer.from(text, "utf16le"), "utf-16le", true],
  ["UTF-16 big-endian without a mark", utf16be(text), "utf-16be", true],
  ["Windows-1252", Buffer.from(text, "latin1"), "cp1252", true],
])("%s is recognised, and read as the same table", async (_, bytes, encoding, spooled) => {
  const source = await openCsv(bytes);
  expect([source.encoding, source.spooled]).toEqual([encoding, spooled]);
  expect(source.columns).toEqual(["id", "prénom", "ville"]);
  expect(readBack(source)).toEqual(rows);
});

test("the euro sign and curly quotes of Windows-1252 are read", async () => {
  const source = await openCsv(Buffer.from("price,note\n5 \x80,l\x92\xe9t\xe9\n", "latin1"));
  expect(readBack(source)).toEqual([["5 €", "l’été"]]);
});

test("a byte that is not UTF-8 is noticed far into the file", async () => {
  const source = await openCsv(
    Buffer.concat([Buffer.from(`a,b\n${"1,x\n".repeat(400_000)}`), Buffer.from("2,\xe9\n", "latin1")]),
  );
  expect([source.encoding, source.rows, source.sample.at(-1)?.[1]?.length]).toEqual(["cp1252", 400_001, 1]);
});

test("a character may lie across the border between two pieces of the file", async () => {
  const filler = "x".repeat((1 << 20) - 6);
  for (const shift of [0, 1, 2, 3]) {
    const source = await openCsv(`a,b\n${filler.slice(shift)},é€😀\n`);
    expect([source.encoding, source.rows]).toEqual(["utf-8", 1]);
    const wide = await openCsv(Buffer.from(`\ufeffa,b\n${filler.slice(0, 524_280 - shift)}😀,y\n`, "utf16le"));
    expect(readFileSync(wide.path, "utf8")).toContain("x😀,y");
  }
});

test("a given encoding is obeyed, and checked", async () => {
  const bytes = Buffer.from("name\nZo\xc3\xab\n", "latin1");
  expect((await openCsv(bytes, { encoding: "cp1252" })).sample).toEqual([["ZoÃ«"]]);
  const error = await failure(Buffer.from("a,b\n1,x\n2,\xe9t\xe9\n", "latin1"), { encoding: "utf-8" });
  expect([error.code, error.place.line]).toEqual(["bad-encoding", 3]);
  expect(error.message).toContain("byte E9 at offset 10");
});

test("bytes that Windows-1252 does not define are an error with their place", async () => {
  const error = await failure(Buffer.from("a,b\n1,\xe9\n2,\x81\n", "latin1"));
  expect([error.code, error.place.line]).toEqual(["bad-encoding", 3]);
});

test("UTF-8 with a few damaged characters is not taken for Windows-1252", async () => {
  const bytes = Buffer.concat([Buffer.from(`a,b\n${"1,é\n".repeat(50)}`), Buffer.from("2,\xe9x\n", "latin1")]);
  const error = await failure(bytes);
  expect([error.code, error.place.line]).toEqual(["bad-encoding", 52]);
  expect(error.message).toContain("damaged UTF-8");
});

test("Cyrillic and DOS code pages are not taken for Windows-1252", async () => {
  // "имя" and "Иван" in Windows-1251; "prénom" and "Zoé" in code page 850.
  const cyrillic = Buffer.from("id,\xe8\xec\xff\n1,\xc8\xe2\xe0\xed\n", "latin1");
  const dos = Buffer.from("id,pr\x82nom,b\x82b\x82\n1,Zo\x82,caf\x82s\n", "latin1");
  expect((await failure(cyrillic)).code).toBe("bad-encoding");
  expect((await failure(dos)).code).toBe("bad-encoding");
});

test("UTF-16 cut inside a character is an error", async () => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  expect((await failure(bytes.subarray(0, -1))).code).toBe("bad-encoding");
  const half = Buffer.concat([bytes, Buffer.from([0x3d, 0xd8, 0x0a, 0x00])]);
  const error = await failure(half);
  expect([error.code, error.place.line]).toEqual(["bad-encoding", 4]);
});

test("JSON is handed over as UTF-8 without a byte order mark", async () => {
  const source = await open(Buffer.from('\ufeff[{"a":"é"}]', "utf16le"), {}, "wide.json");
  expect([source.format, source.encoding]).toEqual(["json", "utf-16le"]);
  expect(readFileSync(source.path, "utf8")).toBe('[{"a":"é"}]');
  const marked = await open('\ufeff{"a":1}\n{"a":2}\n', {}, "marked.ndjson");
  expect(readFileSync(marked.path, "utf8")).toBe('{"a":1}\n{"a":2}\n');
});
