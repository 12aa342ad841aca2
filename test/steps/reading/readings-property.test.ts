import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { isMissing, notation, numberNotation } from "../../../src/steps/reading/number-shapes.ts";
import { isPlainNumberSql } from "../../../src/steps/reading/number-sql.ts";
import { withBits } from "../../../src/steps/reading/value-bits.ts";
import { sql } from "../../../src/sql/template.ts";
import { Bench } from "./described.ts";

const bench = new Bench();
afterAll(() => bench.close());

const runs = { numRuns: 25, seed: 7 };

/** A number in cents, so that its decimal text is exact. */
const cents = fc.array(fc.integer({ min: -999_999_999, max: 999_999_999 }), { minLength: 1, maxLength: 20 });

interface Notation {
  readonly delimiter: string;
  readonly decimal: "." | ",";
  readonly thousands: string;
  readonly decimals: 0 | 1 | 2 | 3;
}

const notations: fc.Arbitrary<Notation> = fc
  .record({
    delimiter: fc.constantFrom(",", ";", "\t", "|"),
    decimal: fc.constantFrom("." as const, "," as const),
    thousands: fc.constantFrom("", ".", ",", " ", "\u00a0", "\u202f", "'"),
    decimals: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  })
  .filter(({ decimal, thousands }) => decimal !== thousands)
  // What a comma-separated export never does: group by points, or mark thousands so beside decimal commas.
  .filter(({ delimiter, decimal, thousands }) => delimiter !== "," || (decimal === "." && thousands !== "."));

function write(scaled: number, { decimal, thousands, decimals }: Notation): string {
  const digits = String(Math.abs(scaled)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, thousands);
  const fraction = decimals === 0 ? "" : decimal + digits.slice(-decimals);
  return (scaled < 0 ? "-" : "") + whole + fraction;
}

/** Ways to write an amount from the text of its number without a sign, with a currency or a percent sign or neither. */
type Dress = (digits: string, isNegative: boolean) => string;
const space = ["", " ", "\u00a0", "\u202f", "\u2009"];
const dresses: readonly Dress[] = [
  (digits, minus) => `${minus ? "-" : ""}${digits}`,
  (digits, minus) => `${minus ? "\u2212" : ""}${digits}`,
  (digits, minus) => (minus ? `(${digits})` : digits),
  (digits, minus) => `${digits}${minus ? "-" : ""}`,
  (digits, minus) => `${minus ? "- " : ""}${digits}`,
];
const currencyDresses = ["€", "EUR", "$", "£", "CHF", "zł", "US$"].map((mark) =>
  space.flatMap((gap): readonly Dress[] => [
    (digits, minus) => `${minus ? "-" : ""}${digits}${gap}${mark}`,
    (digits, minus) => `${minus ? "-" : ""}${mark}${gap}${digits}`,
    (digits, minus) => `${mark}${gap}${minus ? "\u2212" : ""}${digits}`,
    (digits, minus) => (minus ? `(${digits}${gap}${mark})` : `${digits}${gap}${mark}`),
    (digits, minus) => (minus ? `${mark}${gap}(${digits})` : `${mark}${gap}${digits}`),
    (digits, minus) => `${digits}${gap}${mark}${minus ? "-" : ""}`,
  ]),
);
const percentDresses = space.map(
  (gap): Dress =>
    (digits, minus) =>
      `${minus ? "-" : ""}${digits}${gap}%`,
);
/** Dresses that may stand in one column. */
const columnDresses = fc.oneof(
  fc.constant(dresses),
  fc.constant(percentDresses),
  fc.integer({ min: 0, max: currencyDresses.length - 1 }).map((i) => currencyDresses[i]!),
);
const beside = columnDresses.chain((own) => fc.constantFrom(...own));

describe("columns written in a known notation", () => {
  it("of amounts are read back as the numbers they were, or shown as a tie", { timeout: 60_000 }, async () => {
    const column = columnDresses.chain((own) =>
      fc.record({
        own: fc.constant(own),
        picks: fc.array(fc.nat({ max: own.length - 1 }), { minLength: 20, maxLength: 20 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cents, notations, column, async (numbers, notation, { own, picks }) => {
        const texts = numbers.map((number, i) => own[picks[i % 20]!]!(write(Math.abs(number), notation), number < 0));
        const table = await bench.describe(
          { id: texts.map((_, i) => `r${i}`), value: texts },
          { delimiter: notation.delimiter },
        );
        const read = table.columns[1]!;
        if (read.tie !== undefined) return;
        expect([texts, read.why, read.type]).toEqual([texts, read.why, expect.stringMatching(/integer|number/)]);
        const expected = numbers.map((number) => (number === 0 ? 0 : Number(`${number}e-${notation.decimals}`)));
        expect((await bench.rows(table, "typed")).map((row) => (row["value"] as number) + 0)).toEqual(expected);
        expect((await bench.rows(table, "query")).map((row) => Number(row["value"]) + 0)).toEqual(expected);
      }),
      runs,
    );
  });

  it("of dates with the month in letters are read back as the days they were", { timeout: 180_000 }, async () => {
    const months = {
      fr: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" "),
      short: "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(" "),
      en: "January February March April May June July August September October November December".split(" "),
      abc: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" "),
    } as const;
    const layouts: readonly ((day: number, month: number, year: string) => string)[] = [
      (day, month, year) => `${day} ${months.fr[month]} ${year}`,
      (day, month, year) => `${String(day).padStart(2, "0")} ${months.short[month]} ${year}`,
      (day, month, year) => `${day === 1 ? "1er" : day} ${months.fr[month]!.toUpperCase()} ${year}`,
      (day, month, year) => `${day} ${months.en[month]} ${year}`,
      (day, month, year) => `${months.en[month]} ${day}, ${year}`,
      (day, month, year) => `${day}-${months.abc[month]}-${year}`,
      (day, month, year) => `${months.abc[month]} ${day}, ${year}`,
      (day, month, year) => `${year}-${String(month + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`,
    ];
    const days = fc.array(fc.tuple(fc.integer({ min: -300_000, max: 60_000 }), fc.constantFrom(...layouts)), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(days, async (given) => {
        const iso = given.map(([day]) => new Date(day * 86_400_000).toISOString().slice(0, 10));
        const texts = given.map(([, layout], i) => {
          const [year, month, day] = iso[i]!.split("-");
          return layout(Number(day), Number(month) - 1, year!);
        });
        const table = await bench.describe({ id: texts.map((_, i) => `r${i}`), value: texts }, { delimiter: ";" });
        expect([texts, table.columns[1]!.type]).toEqual([texts, "date"]);
        expect(await bench.text(table, "value")).toEqual(iso);
      }),
      { numRuns: 8, seed: 7 },
    );
  });

  it(
    "are read back as the numbers they were, or shown as a tie, never read otherwise",
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(cents, notations, async (numbers, notation) => {
          const table = await bench.describe(
            { id: numbers.map((_, i) => `r${i}`), value: numbers.map((number) => write(number, notation)) },
            { delimiter: notation.delimiter },
          );
          const column = table.columns[1]!;
          if (column.tie !== undefined) return;
          expect(["integer", "number"]).toContain(column.type);
          const read = (await bench.rows(table, "typed")).map((row) => row["value"]);
          expect(read).toEqual(numbers.map((number) => (number === 0 ? 0 : Number(`${number}e-${notation.decimals}`))));
          const texts = (await bench.rows(table, "query")).map((row) => Number(row["value"]));
          expect(texts.map((number) => number + 0)).toEqual(read);
        }),
        runs,
      );
    },
  );

  it("are read back as the days they were, or shown as a tie, never read otherwise", { timeout: 60_000 }, async () => {
    const days = fc.array(fc.integer({ min: -20_000, max: 40_000 }), { minLength: 1, maxLength: 12 });
    const layouts = fc.record({
      order: fc.constantFrom("ymd", "dmy", "mdy"),
      mark: fc.constantFrom("-", "/", "."),
      padded: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(days, layouts, async (numbers, { order, mark, padded }) => {
        // Points with the month first are not written anywhere.
        fc.pre(order !== "mdy" || mark !== ".");
        const iso = numbers.map((number) => new Date(number * 86_400_000).toISOString().slice(0, 10));
        const texts = iso.map((day) => {
          const [year, month, date] = day.split("-").map((part) => (padded ? part : String(Number(part)))) as [
            string,
            string,
            string,
          ];
          return { ymd: [year, month, date], dmy: [date, month, year], mdy: [month, date, year] }[order]!.join(mark);
        });
        const table = await bench.describe({ id: texts.map((_, i) => `r${i}`), d: texts });
        const column = table.columns[1]!;
        if (column.tie !== undefined) return;
        expect(column.type).toBe("date");
        expect(await bench.text(table, "d")).toEqual(iso);
        expect((await bench.rows(table, "query")).map((row) => row["d"])).toEqual(iso);
      }),
      runs,
    );
  });
});

describe("columns of any text", () => {
  it(
    "never lose a value: what counts as present has a value, and what does not has none",
    { timeout: 60_000 },
    async () => {
      const numberLike = fc.stringMatching(
        /^ ?[+-]?[0-9]{0,4}([., '\u00a0][0-9]{3}){0,2}[.,]?[0-9]{0,3}([eE][+-]?[0-9]{1,4})? ?$/,
      );
      const dateLike = fc.stringMatching(
        /^([0-9]{4}[-/.])?[0-3]?[0-9][-/.][01]?[0-9]([-/.][12][0-9]{3})?([T ][0-2]?[0-9]:[0-5][0-9](:[0-5][0-9])?Z?)?$/,
      );
      const wordLike = fc.constantFrom("oui", "Non", "NA", "-", "inf", "nan", "", "vrai");
      const column = fc.oneof(
        ...[numberLike, dateLike, wordLike].map((one) => fc.array(one, { minLength: 1, maxLength: 3 })),
      );
      await fc.assert(
        fc.asyncProperty(column, fc.constantFrom(",", ";"), async (texts, delimiter) => {
          const table = await bench.describe({ id: texts.map((_, i) => `r${i}`), value: texts }, { delimiter });
          const values = (await bench.rows(table, "typed")).map((row) => row["value"]);
          expect(values.filter((value) => value !== null)).toHaveLength(table.columns[1]!.present);
          expect(await bench.rows(table, "query")).toHaveLength(texts.length);
        }),
        { numRuns: 60, seed: 7 },
      );
    },
  );
});

describe("the reading of one value", () => {
  const engineBits = async (texts: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const table = await bench.load(texts);
    const { ref } = table.columns[1]!;
    const values = sql`
      select
        ${ref} as text_1,
        ${isPlainNumberSql(ref, "integer")} as whole,
        ${isPlainNumberSql(ref, "plain")} as pointed,
        ${isPlainNumberSql(ref, "comma")} as comma
      from ${table.relation}
      where ${ref} is not null
    `;
    return (await bench.open()).rows(withBits(values, { kind: "number", check: null, example: "" }), 100);
  };

  it("is the same in the sample and in the engine, for any text", { timeout: 60_000 }, async () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."0123456789.,-+ '_eE\u00a0\u202f\u2009\u2019\u2212€$%()xinfNA", "EUR", "CHF "),
      maxLength: 12,
    });
    const grouped = fc
      .tuple(fc.integer({ min: 0, max: 99_999_999 }), notations, beside)
      .map(([number, notation, dress]) => dress(write(number, notation), number < 0));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(letters, grouped), { minLength: 20, maxLength: 60 }), async (texts) => {
        for (const { text_1: text, bits_1: bits, key_1: key } of await engineBits(texts)) {
          const { bits: own, mark } = numberNotation(String(text));
          expect([text, bits, key]).toEqual([text, isMissing(String(text)) ? null : own, mark]);
        }
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it("is never a number by the cheap check alone where the patterns say otherwise", { timeout: 60_000 }, async () => {
    const letters = fc.string({ unit: fc.constantFrom(..."0012345.,-+ _eEinf"), maxLength: 9 });
    const whole = notation.integer;
    const pointed = whole | notation.exponent | notation.point | notation.eitherPoint;
    const comma = whole | notation.exponent | notation.comma | notation.eitherComma;
    await fc.assert(
      fc.asyncProperty(fc.array(letters, { minLength: 40, maxLength: 80 }), async (texts) => {
        for (const row of await engineBits(texts)) {
          const bits = Number(row["bits_1"] ?? notation.odd);
          if (row["whole"] === true) expect([row["text_1"], bits & ~whole]).toEqual([row["text_1"], 0]);
          if (row["pointed"] === true) expect([row["text_1"], bits & ~pointed]).toEqual([row["text_1"], 0]);
          if (row["comma"] === true) expect([row["text_1"], bits & ~comma]).toEqual([row["text_1"], 0]);
        }
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});
