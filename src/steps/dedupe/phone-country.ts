import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import { didYouMean } from "../../core/suggest.ts";
import { asText } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { requireSettled } from "../reading/ties.ts";
import { countryOf, countryWords } from "../contact/countries.ts";
import { foldKeySql } from "./fold.ts";
import { textOf } from "./key-kinds.ts";
import type { PhoneFacts } from "./key-sql.ts";
import type { PhonePlan } from "./phone-plan.ts";

/** The facts that phone keys need, and of how many rows the country is not known. */
export interface PhoneSetting {
  readonly facts: PhoneFacts;
  /** Rows whose country is not known; null where no country was asked about. */
  readonly unknown: number | null;
}

/** Names of countries that one column may hold. */
const mostNames = 10_000;

/**
 * What `--country` says: a column of countries, or one country for all rows. Without it only international forms have a
 * country. One scan for a column. Throws `unknown-choice`.
 */
export async function readPhoneCountry(
  engine: Engine,
  table: Table,
  option: string | undefined,
  plans: ReadonlyMap<string, PhonePlan>,
): Promise<PhoneSetting> {
  const all = [...plans.values()];
  if (option === undefined) return { facts: { plans: all, home: null }, unknown: null };
  const column = table.columns.find(({ name }) => name === option);
  if (column === undefined) {
    const code = countryOf(foldName(option), plans);
    if (code !== null) {
      return { facts: { plans: all, home: { plans: [plans.get(code)!], country: sql`${code}` } }, unknown: 0 };
    }
    throw new SegmentError("unknown-choice", `--country ${option}: neither a column nor a country`, {
      hint:
        didYouMean(option, [...table.columns.map(({ name }) => name), ...countryWords()]) ||
        "give a column of countries, or a code such as FR",
    });
  }
  requireSettled(table, [column.name]);
  const text = textOf(column);
  const folded = sql`case when not ${isMissingSql(text)} then ${foldKeySql(text)} end`;
  const found = await engine.rows(
    sql`
      select word_1, count(*) as rows_1
      from (
        select ${folded} as word_1
        from ${table.relation}
      )
      group by word_1
      order by rows_1 desc, word_1 nulls last
      limit ${mostNames}
    `,
    mostNames,
  );
  const words = new Map<string, string[]>();
  let known = 0;
  for (const { word_1: word, rows_1: rows } of found) {
    const code = word === null ? null : countryOf(String(word), plans);
    if (code === null) continue;
    words.set(code, [...(words.get(code) ?? []), String(word)]);
    known += Number(rows);
  }
  return {
    facts: {
      plans: all,
      home: { plans: [...words.keys()].map((code) => plans.get(code)!), country: countrySql(folded, words) },
    },
    unknown: table.rows - known,
  };
}

function countrySql(folded: Sql, words: ReadonlyMap<string, readonly string[]>): Sql {
  if (words.size === 0) return asText(sql`null`);
  const cases = [...words].flatMap(([code, own]) => own.map((word) => sql`when ${word} then ${code}`));
  return sql`
    case ${folded}
      ${join(cases, "\n")}
    end
  `;
}

/** As `foldKeySql` folds, for a word of the command line. */
function foldName(word: string): string {
  return word
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}
