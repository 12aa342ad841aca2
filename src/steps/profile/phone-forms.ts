import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { extractPattern, matchesWhole } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { compactPhoneSql, phoneNumberSql } from "../dedupe/phone-sql.ts";
import { groupedSql } from "./value-groups.ts";

/** Telephone numbers that are written in two ways: with their country in front (`+33 6 …`, `0033…`), and without. */
export interface PhoneForms {
  /** Rows of each. */
  readonly international: number;
  readonly national: number;
  /** ISO code of the one country that all of the former name; null for several. */
  readonly country: string | null;
}

/** Countries that share their calling code with smaller ones, by that code. */
const mainCountries: Readonly<Record<string, string>> = {
  "1": "US",
  "7": "RU",
  "39": "IT",
  "44": "GB",
  "47": "NO",
  "61": "AU",
  "212": "MA",
  "262": "RE",
  "358": "FI",
  "590": "GP",
  "599": "CW",
};

/**
 * The forms of a column of telephone numbers, and what makes them one where their country is known, as SQL over a text;
 * null for a column of one form. One scan of the column's different texts.
 */
export async function phoneForms(
  engine: Engine,
  table: Table,
  column: Column,
): Promise<{ readonly forms: PhoneForms; readonly keyOf: ((text: Sql) => Sql) | null } | null> {
  const { phonePlans } = await import("../dedupe/phone-plan.ts");
  const plans = phonePlans();
  const all = [...plans.values()];
  const codes = [...new Set(all.map(({ callingCode }) => callingCode))].join("|");
  const number = compactPhoneSql(groupedSql(column));
  const [row = {}] = await engine.rows(
    sql`
      select
        count(*) filter (where number_1 like '+%') as international_1,
        count(*) filter (where ${matchesWhole(sql`number_1`, value("[0-9]{6,15}"))}) as national_1,
        min(nullif(${extractPattern(sql`number_1`, `^[+](${codes})`, 1)}, '')) as least_1,
        max(nullif(${extractPattern(sql`number_1`, `^[+](${codes})`, 1)}, '')) as greatest_1
      from (
        select ${number} as number_1
        from ${table.relation}
      )
    `,
    1,
  );
  const [international, national] = [Number(row["international_1"]), Number(row["national_1"])];
  if (international === 0 || national === 0) return null;
  const code = row["least_1"] === row["greatest_1"] ? String(row["least_1"]) : "";
  const country = mainCountries[code] ?? all.find(({ callingCode }) => callingCode === code)?.country ?? null;
  if (country === null) return { forms: { international, national, country }, keyOf: null };
  const home = { plans: [plans.get(country)!], country: sql`${country}`, single: true };
  return {
    forms: { international, national, country },
    keyOf: (text) => {
      const compact = compactPhoneSql(text);
      return sql`coalesce(${phoneNumberSql(compact, all, home)}, ${compact})`;
    },
  };
}
