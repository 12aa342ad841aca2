import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { isMissing, notation, notationOf } from "../../../src/steps/reading/number-shapes.ts";
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

describe("columns written in a known notation", () => {
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
    const letters = fc.string({ unit: fc.constantFrom(..."0123456789.,-+ '_eE\u00a0\u202fxinfNA"), maxLength: 12 });
    const grouped = fc
      .tuple(fc.integer({ min: 0, max: 99_999_999 }), notations)
      .map(([number, notation]) => write(number, notation));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(letters, grouped), { minLength: 20, maxLength: 60 }), async (texts) => {
        for (const { text_1: text, bits_1: bits } of await engineBits(texts)) {
          const expected = isMissing(String(text)) ? null : notationOf(String(text));
          expect([text, bits]).toEqual([text, expected]);
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
