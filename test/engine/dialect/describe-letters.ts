import { describe, expect, test } from "vitest";
import type { Engine } from "../../../src/core/context.ts";
import type { Sql } from "../../../src/core/sql.ts";
import type { Dialect } from "../../../src/sql/dialect.ts";
import {
  editDistanceBytes,
  inBytes,
  isAscii,
  jaroWinkler,
  jaroWinklerBytes,
  lowerCase,
  nfc,
  nfkc,
  sha256Hex,
  stripAccents,
  titleCase,
  upperCase,
} from "../../../src/sql/functions.ts";
import { sql, value } from "../../../src/sql/template.ts";
import { evaluator, text } from "./evaluator.ts";
import { damerauLevenshtein, jaroWinklerOf, randomWords } from "./text-distances.ts";

/** What every dialect promises of letters, of all Latin ones with marks and some others. */
export function describeLetters(dialect: Dialect, engine: () => Engine): void {
  const { evaluate, overAll } = evaluator(engine);
  describe(`${dialect.name} sees letters as the others do`, () => {
    // All letters of the Latin blocks with marks, some texts of other scripts, composed and not.
    const latin = Array.from({ length: 0x250 - 0xc0 }, (_, i) => String.fromCodePoint(0xc0 + i));
    const vietnamese = Array.from({ length: 0x1f00 - 0x1e00 }, (_, i) => String.fromCodePoint(0x1e00 + i));
    const others = ["", "plain", "тест й", "ά", "が", "각", "ạ\u0307", "a\u0307\u0323", "שָׁלוֹם", "مَرْحَبًا", "😀", "Å"];
    const texts = [...latin, ...vietnamese, ...others];

    test("form C is that of Unicode", async () => {
      const given = [...texts, ...texts.map((one) => one.normalize("NFD"))];
      const found = await overAll(
        given.map((one) => [one]),
        nfc,
      );
      expect(found).toEqual(given.map((one) => one.normalize("NFC")));
      expect(await evaluate(nfc(text(null)))).toBe(null);
    });

    test("form KC is that of Unicode, for every letter that has one of its own", async () => {
      const points = Array.from({ length: 0x20000 }, (_, i) => i).filter((i) => i > 0x20 && (i < 0xd800 || i > 0xdfff));
      const letters = points.map((point) => String.fromCodePoint(point));
      const own = letters.filter((letter) => letter.normalize("NFKC") !== letter.normalize("NFC"));
      const given = ["", "Ａｂｃ ﬁn ½ ㎏", "ﾊﾞｽ", "e\u0301²", "ạ\u0307", ...own, ...others];
      const found = await overAll(
        given.map((one) => [one]),
        nfkc,
      );
      expect(found).toEqual(given.map((one) => one.normalize("NFKC")));
      expect(await evaluate(nfkc(text(null)))).toBe(null);
    });

    test("letters lose their marks, and those with a stroke stay", async () => {
      const bare = (one: string): string => one.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
      const found = await overAll(
        texts.map((one) => [one]),
        stripAccents,
      );
      expect(found).toEqual(texts.map(bare));
      expect(await evaluate(stripAccents(value("œßøł é")))).toBe("œßøł e");
      expect(await evaluate(stripAccents(text(null)))).toBe(null);
    });

    test("small letters are made letter by letter", async () => {
      const small = (one: string): string => [...one].map((c) => (c === "İ" ? "i" : c.toLowerCase())).join("");
      const given = [...texts, "ΝΙΚΟΣ", "İSTANBUL", "STRAẞE"];
      const found = await overAll(
        given.map((one) => [one]),
        lowerCase,
      );
      expect(found).toEqual(given.map(small));
      expect(await evaluate(lowerCase(text(null)))).toBe(null);
    });

    test.each([
      ["élan", "ÉLAN"],
      ["straße", "STRAẞE"],
      ["νίκος", "ΝΊΚΟΣ"],
      ["ŉ ﬁ ǰ", "ŉ ﬁ ǰ"],
      ["ᾳ ı ǆ", "ᾼ I Ǆ"],
      ["", ""],
      [null, null],
    ])("the capitals of %j are %j", async (given, capitals) => {
      expect(await evaluate(upperCase(text(given)))).toBe(capitals);
    });

    test.each([
      ["JEAN-PIERRE D'ARC", "Jean-Pierre D'Arc"],
      ["st mary’s close", "St Mary’s Close"],
      ["'t hooft", "'t Hooft"],
      ["l'haÿ-les-roses 2e", "L'Haÿ-Les-Roses 2e"],
      ["élan", "Élan"],
      ["LE HAVRE", "Le Havre"],
      ["saint-ÉTIENNE", "Saint-Étienne"],
      ["a b", "A B"],
      ["x-2e", "X-2e"],
      ["", ""],
      [null, null],
    ])("the title case of %j is %j", async (given, title) => {
      expect(await evaluate(titleCase(text(given)))).toBe(title);
    });

    // From FIPS 180-4 and its example of "abc"; of "é" by Python's hashlib.
    test.each([
      ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
      ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
      ["é", "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"],
      [null, null],
    ])("the digest of %j is %s", async (given, digest) => {
      expect(await evaluate(sha256Hex(text(given)))).toBe(digest);
    });

    test.each([
      ["abc", true],
      ["", true],
      ["é", false],
      [null, null],
    ])("%j is nothing but ASCII: %j", async (given, found) => {
      expect(await evaluate(isAscii(text(given)))).toBe(found);
    });

    test("texts are alike as Jaro and Winkler define it, letter by letter", async () => {
      const pairs = [
        ["martha", "marhta"],
        ["bacc", "dcbacc"],
        ["abcde", "abxyz"],
        ["иванов", "иваноф"],
        ["王小明", "王小名"],
        ["", ""],
        ["a", ""],
        ["a", "я"],
        ...randomWords(300, "abcdé"),
      ];
      const found = await overAll(pairs, jaroWinkler as (...given: readonly Sql[]) => Sql);
      found.forEach((one, i) =>
        expect(one, pairs[i]!.join(" ")).toBeCloseTo(jaroWinklerOf(pairs[i]![0]!, pairs[i]![1]!), 12),
      );
      const plain = pairs.filter((pair) => pair.every((one) => /^[ -~]*$/.test(one)));
      const bytes = await overAll(plain, jaroWinklerBytes as (...given: readonly Sql[]) => Sql);
      bytes.forEach((one, i) => expect(one).toBeCloseTo(jaroWinklerOf(plain[i]![0]!, plain[i]![1]!), 12));
      expect(await evaluate(jaroWinkler(text(null), value("a")))).toBe(null);
    });

    test("edits between texts are as Damerau and Levenshtein count them, up to two", async () => {
      const pairs = [
        ["jean", "jaen"],
        ["ca", "abc"],
        ["abcd", "badc"],
        ["", "abc"],
        ["", ""],
        ["иван", "ивна"],
        ["王小明", "王小名"],
        ...randomWords(500, "abcя"),
      ];
      const bytes = (a: Sql, b: Sql, rest: number): Sql => inBytes(a, b, sql`chr(${rest})`);
      const found = await overAll(pairs, (a, b) => editDistanceBytes(bytes(a!, b!, 1), bytes(b!, a!, 2)));
      expect(found.map((one) => Math.min(3, Number(one)))).toEqual(
        pairs.map(([a, b]) => Math.min(3, damerauLevenshtein(a!, b!))),
      );
      expect(await evaluate(editDistanceBytes(text(null), value("a")))).toBe(null);
    });
  });
}
