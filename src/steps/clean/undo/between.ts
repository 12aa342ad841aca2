import type { Sql } from "../../../core/sql.ts";
import { lowerCase, nfc, nfkc, titleCase, upperCase } from "../../../sql/functions.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { foldedSql, smallAddressSql } from "../form.ts";
import { digestSql } from "../ledger.ts";
import { seenSql, spacedSql } from "../white-space.ts";

/** Rules that need nothing but the value, in the order in which they apply: what they left is found by doing it again. */
const again = {
  control: (before: Sql) => seenSql(before, null),
  nfc: (before: Sql) => nfc(before),
  nfkc: (before: Sql) => nfkc(before),
  spaces: (before: Sql) => spacedSql(before, sql`true`),
  accents: (before: Sql) => foldedSql(before),
  email: (before: Sql) => smallAddressSql(before),
} as const;

export type Step = keyof typeof again;

const steps = Object.keys(again) as readonly Step[];
const at = (stem: string, i: number): Sql => identifier(`${stem}_${i + 1}`);

/**
 * The values that columns had before the first rule to take back (`known_1` …), beside the relation that `besideEachOther`
 * made: the value as it was read, after the rules before that can be done again, in one case or another, or in plain
 * notation, whichever has the digest that the ledger tells; null where none has, and where the value was missing.
 */
function known(relation: Sql, places: readonly number[]): Sql {
  let whole = relation;
  const extend = (added: readonly Sql[]): void => {
    if (added.length === 0) return;
    whole = sql`
      (
        select
          *,
          ${join(added, ",\n")}
        from ${whole}
      )
    `;
  };
  const name = (step: Step | "old", i: number): Sql => (step === "old" ? at("old", i) : at(`${step}_done`, i));
  let last: Step | "old" = "old";
  for (const step of steps) {
    extend(
      places.map((i) => {
        const before = name(last, i);
        const isDone = sql`${identifier(`${step}_of_${i + 1}`)} < cast(substr(${at("cut", i)}, 1, 2) as int)`;
        return sql`case when ${isDone} then ${again[step](before)} else ${before} end as ${name(step, i)}`;
      }),
    );
    last = step;
  }
  extend(
    places.map((i) => {
      const done = name(last, i);
      const wanted = sql`nullif(substr(${at("cut", i)}, 3), '-')`;
      const cased = [lowerCase, upperCase, titleCase].map((inCase) => nfc(inCase(done)));
      const candidates = [at("old", i), done, ...cased, at("plain", i)];
      const cases = candidates.map((one) => sql`when ${digestSql(one)} = ${wanted} then ${one}`);
      return sql`
        case
          when ${at("cut", i)} is null or ${wanted} is null then null
          ${join(cases, "\n")}
        end as ${at("known", i)}
      `;
    }),
  );
  return whole;
}

export const betweenSql = { steps, known };
