import { getExampleNumber, parsePhoneNumberFromString, type CountryCode } from "libphonenumber-js";
import examples from "libphonenumber-js/examples.mobile.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { join, sql, value } from "../../../src/sql/template.ts";
import { countryOf } from "../../../src/steps/contact/countries.ts";
import { phonePlans } from "../../../src/steps/dedupe/phone-plan.ts";
import {
  compactPhoneSql,
  nationalDigitsSql,
  phoneNumberSql,
  type PhoneCountry,
} from "../../../src/steps/dedupe/phone-sql.ts";
import { isPlaceholderPhoneSql } from "../../../src/steps/dedupe/placeholders.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();
const plans = phonePlans();
const all = [...plans.values()];

async function numbers(texts: readonly string[], country: string | null): Promise<readonly unknown[]> {
  const home: PhoneCountry | null =
    country === null ? null : { plans: [plans.get(country)!], country: sql`${country}` };
  const rows = await surroundings().context.engine.rows(
    sql`
      select ${phoneNumberSql(compactPhoneSql(sql`written`), all, home)} as number
      from (values ${join(
        texts.map((text, i) => sql`(${i}, ${value(text)})`),
        ", ",
      )}) as written(i, written)
      order by i
    `,
    texts.length,
  );
  return rows.map((row) => row["number"]);
}

/** What libphonenumber makes of it, where it finds the number possible. */
function reference(text: string, country: CountryCode): string | null {
  const number = parsePhoneNumberFromString(text, country);
  return number?.isPossible() === true ? number.number : null;
}

/** Numbers of a country in every notation: drawn by a fixed rule, not at random. */
function written(prefixes: readonly string[], length: number, code: string, trunk: string): readonly string[] {
  return Array.from({ length: 120 }, (_, i) => {
    const head = prefixes[i % prefixes.length]!;
    const digits = (
      head +
      String((i * 7_919_317 + 1_234_567) % 10 ** 9)
        .padStart(9, "0")
        .repeat(2)
    ).slice(0, length);
    const pairs = digits.slice(1).replace(/(..)(?=.)/g, "$1 ");
    const forms = [
      `${trunk}${digits}`,
      `${trunk}${digits[0]} ${pairs}`,
      `${trunk}${digits[0]}.${pairs.replaceAll(" ", ".")}`,
      `${trunk}${digits[0]}-${pairs.replaceAll(" ", "-")}`,
      `+${code} ${digits[0]} ${pairs}`,
      `+${code}${digits}`,
      trunk === "1" ? `+${code}.${digits}` : `00${code} ${digits[0]} ${pairs}`,
      // The library reads the (0) as a digit where the country has no such prefix, and 00 as none where one dials 011.
      trunk === "0" ? `+${code} (0)${digits[0]} ${pairs}` : `+${code}-${digits}`,
      `(${trunk}${digits.slice(0, 3)}) ${digits.slice(3)}`,
      `+${code}\u00a0${digits}`,
    ];
    return forms[i % forms.length]!;
  });
}

describe("telephone numbers become what libphonenumber makes of them", () => {
  test.each<[CountryCode, readonly string[]]>([
    ["FR", written(["1", "2", "6", "7", "9"], 9, "33", "0")],
    ["GB", written(["20", "77", "113", "163", "28"], 10, "44", "0")],
    ["BE", written(["47", "48", "49"], 9, "32", "0")],
    ["CH", written(["76", "79", "22"], 9, "41", "0")],
    ["US", written(["212", "415", "617"], 10, "1", "1")],
    ["ES", written(["6", "91"], 9, "34", "")],
  ])("%s", async (country, texts) => {
    expect(await numbers(texts, country)).toEqual(texts.map((text) => reference(text, country)));
  });

  test("an example number of every country, in international form", async () => {
    const forms = [...plans.keys()].flatMap((country) => {
      const example = getExampleNumber(country as CountryCode, examples);
      return example === undefined ? [] : [example];
    });
    expect(forms.length).toBeGreaterThan(230);
    expect(
      await numbers(
        forms.map((example) => example.formatInternational()),
        null,
      ),
    ).toEqual(forms.map((example) => example.number));
  });
});

test("without a country national forms match by their digits, and what is no number matches nothing", async () => {
  const texts = [
    "06 12 34 56 78",
    "06.12.34.56.78",
    "+33 6 12 34 56 78",
    "12",
    "06 12 34 56 78 poste 4",
    "+999123456",
    "+33612",
  ];
  expect(await numbers(texts, null)).toEqual(["0612345678", "0612345678", "+33612345678", null, null, null, null]);
  expect(await numbers(["612345678", "33612345678", "06123456"], "FR")).toEqual(["+33612345678", "+33612345678", null]);
});

test.each([
  ["+33600000000", true],
  ["0000000000", true],
  ["0123456789", true],
  ["1234567890", true],
  ["9876543210", true],
  ["+33999999999", true],
  ["+33612345678", false],
  ["+33639981234", false],
  ["+18005555555", false],
])("%s stands for having no number: %s", async (number, isPlaceholder) => {
  const query = sql`select ${isPlaceholderPhoneSql(nationalDigitsSql(value(number), all))} as found`;
  const [row = {}] = await surroundings().context.engine.rows(query, 1);
  expect(row["found"]).toBe(isPlaceholder);
});

test.each([
  ["france", "FR"],
  ["fra", "FR"],
  ["fr", "FR"],
  ["uk", "GB"],
  ["royaumeuni", "GB"],
  ["angleterre", "GB"],
  ["us", "US"],
  ["jp", "JP"],
  ["atlantis", null],
  ["", null],
])("the country %j is %j", (word, code) => {
  expect(countryOf(word, plans)).toBe(code);
});
