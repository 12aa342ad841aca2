import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readBack } from "./read-back.ts";
import { scratch } from "./scratch.ts";

const { openCsv, failure, open, path } = scratch();
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

test("a single name of Mac Roman is an error with both readings", async () => {
  // 8E is é in Mac Roman, Ž in Windows-1252.
  const error = await failure(Buffer.from("id;nom\n0;R\x8en\x8e\n1;Paul\n", "latin1"));
  expect(error.code).toBe("ambiguous-input");
  expect(error.message).toContain("“é” in macroman, as its place in words suggests, or “Ž” in cp1252");
  expect(error.hint).toContain("--encoding macroman or --encoding cp1252");
  expect((await openCsv(Buffer.from("id;nom\n0;l\x92ami\n1;2 \x80\n", "latin1"))).encoding).toBe("cp1252");
});

test("iso-8859-15 is told by its euro beside numbers and its œ inside words", async () => {
  // Bytes A4 and BD: € and œ in ISO/IEC 8859-15, ¤ and ½ in Windows-1252 and ISO/IEC 8859-1.
  const source = await openCsv(Buffer.from("prix;note\n5 \xa4;c\xbdur\n6 \xa4;b\n", "latin1"));
  expect(source.encoding).toBe("iso-8859-15");
  expect(readBack(source)).toEqual([
    ["5 €", "cœur"],
    ["6 €", "b"],
  ]);
});

test("a sign that is ¤ or € is an error that shows both readings", async () => {
  const bytes = Buffer.from("a;b\n1;x \xa4 y\n2;\xe9t\xe9\n", "latin1");
  const error = await failure(bytes);
  expect([error.code, error.place.file !== undefined]).toEqual(["ambiguous-input", true]);
  expect(error.hint).toContain("--encoding iso-8859-15");
  expect((await openCsv(bytes, { encoding: "iso-8859-15" })).sample[0]).toEqual(["1", "x € y"]);
  expect((await openCsv(bytes, { encoding: "iso-8859-1" })).sample[0]).toEqual(["1", "x ¤ y"]);
});

test("Mac Roman and code page 850 are taken where their letters alone make words", async () => {
  const expected = [
    ["Zoë", "Orléans"],
    ["Hélène", "Besançon"],
    ["José", "Mâcon"],
    ["François", "Nîmes"],
  ];
  // The bytes of é è ê ë â ç î in Mac Roman are 8E 8F 90 91 89 8D 94, in code page 850 they are 82 8A 88 89 83 87 8C.
  const mac = "nom;ville\nZo\x91;Orl\x8eans\nH\x8el\x8fne;Besan\x8don\nJos\x8e;M\x89con\nFran\x8dois;N\x94mes\n";
  const dos = "nom;ville\nZo\x89;Orl\x82ans\nH\x82l\x8ane;Besan\x87on\nJos\x82;M\x83con\nFran\x87ois;N\x8cmes\n";
  for (const [encoding, text] of [
    ["macroman", mac],
    ["cp850", dos],
  ] as const) {
    const source = await openCsv(Buffer.from(text, "latin1"));
    expect(source.encoding).toBe(encoding);
    expect(readBack(source)).toEqual(expected);
  }
});

test("lines of two encodings in one file are an error, or the fewer of them go to the quarantine as they stand", async () => {
  const mostlyUtf8 = Buffer.concat([
    Buffer.from("id;v\n1;é\n2;è\n"),
    Buffer.from("3;\xe9t\xe9\n", "latin1"),
    Buffer.from("4;x\n"),
  ]);
  const first = await failure(mostlyUtf8);
  expect([first.code, first.place.line]).toEqual(["bad-encoding", 4]);
  expect(first.hint).toContain("--quarantine");
  const utf8 = await openCsv(mostlyUtf8, { quarantine: path("utf8.csv") });
  expect([utf8.encoding, utf8.quarantined]).toEqual(["utf-8", 1]);
  expect(readBack(utf8)).toEqual([
    ["1", "é"],
    ["2", "è"],
    ["4", "x"],
  ]);
  expect(readFileSync(path("utf8.csv"), "utf8")).toContain(",4,15,v,byte E9 is not UTF-8,3;\\xE9t\\xE9\n");

  const mostlyWestern = Buffer.concat([
    Buffer.from("id;v\n1;\xe9t\xe9\n2;\xe8re\n", "latin1"),
    Buffer.from("3;été\n4;x\n"),
  ]);
  expect((await failure(mostlyWestern)).place.line).toBe(4);
  const western = await openCsv(mostlyWestern, { quarantine: path("western.csv") });
  expect([western.encoding, western.quarantined]).toEqual(["cp1252", 1]);
  expect(readBack(western)).toEqual([
    ["1", "été"],
    ["2", "ère"],
    ["4", "x"],
  ]);
  expect(readFileSync(path("western.csv"), "utf8")).toContain(
    ",4,17,,a line of UTF-8 in a file of another encoding,3;été\n",
  );
});

test("a quarantined line of a converted or compressed file is placed in the user's own bytes", async () => {
  const lines = ["id;v", "1;é", "2;é;x", "3;é"];
  const bad = `${lines.slice(0, 2).join("\n")}\n`;
  for (const [bytes, offset] of [
    [Buffer.from(`\ufeff${lines.join("\n")}\n`, "utf16le"), 2 + bad.length * 2],
    [utf16be(`\ufeff${lines.join("\r\n")}\r\n`), 2 + (bad.length + 2) * 2],
    [Buffer.from(`${lines.join("\n")}\n`, "latin1"), bad.length],
    [gzipSync(`${lines.join("\n")}\n`), Buffer.byteLength(bad)],
  ] as const) {
    const source = await openCsv(bytes, { quarantine: path("placed.csv") });
    expect(source.rows).toBe(2);
    expect(readFileSync(path("placed.csv"), "utf8").split("\n")[1]).toMatch(
      new RegExp(`,3,${offset},,"3 fields, 2 expected",2;é;x$`),
    );
  }
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

test("a code page that is named for a file of UTF-8 with accents is doubted, and no other", async () => {
  const notices = async (bytes: Buffer, encoding: "cp1252" | "utf-8"): Promise<readonly string[]> =>
    ((await openCsv(bytes, { encoding })).notices ?? []).map(({ code }) => code);
  expect(await notices(Buffer.from(text), "cp1252")).toEqual(["other-encoding"]);
  expect(await notices(Buffer.from(text), "utf-8")).toEqual([]);
  expect(await notices(Buffer.from("id;v\n1;x\n"), "cp1252")).toEqual([]);
  expect(await notices(Buffer.from("id;v\n1;\xe9t\xe9\n", "latin1"), "cp1252")).toEqual([]);
});

test("a text that is no UTF-16, or in the other order, is refused by what its bytes say", async () => {
  const plain = await failure(Buffer.from(text), { encoding: "utf-16le" });
  expect([plain.code, plain.message]).toEqual([
    "bad-encoding",
    expect.stringMatching(/no byte of its beginning is NUL/),
  ]);
  const swapped = await failure(utf16be(`\ufeff${text}`), { encoding: "utf-16le" });
  expect(swapped.message).toContain("it is utf-16be: the file begins with the byte order mark FE FF");
});

test("a header of as many lines as the file has leaves no row, and says so", async () => {
  const error = await failure(Buffer.from("a;b\n1;2\n3;4\n"), { headerRows: 3 });
  expect([error.code, error.message]).toEqual(["no-rows", "--header-rows 3 leaves no row"]);
  expect(error.hint).toContain("below its header");
});

test("line ends inside quotes are not counted with those of lines", async () => {
  const { evidence } = await openCsv(Buffer.from('id;v\r\n1;"a\nb"\r\n2;"c\nd"\r\n'));
  expect(evidence.find(({ subject }) => subject === "line ending")).toMatchObject({
    found: "CRLF",
    why: "behind 3 of 5 lines; the others end inside quotes",
  });
});
