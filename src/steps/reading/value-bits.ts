import type { Sql } from "../../core/sql.ts";
import { identifier, sql } from "../../sql/template.ts";
import { booleanBitSql } from "./boolean-words.ts";
import type { Candidate } from "./column-evidence.ts";
import { formatOf, isWrittenSql, timestampSql, type DateFamily } from "./date-families.ts";
import { isMissingSql, notationSql, plainSpacesSql } from "./number-sql.ts";

/** How the values of a date column fit its two readings; a family with the year first has one reading only. */
export const dateBit = { first: 1, second: 2, same: 4, differ: 8, odd: 16 } as const;

const text = identifier("text_1");
const plain = identifier("plain_1");

/**
 * A query with the column `bits_1` beside those of `values`, a query of texts in a column `text_1`: the bits of each
 * text by the candidate's kind, null where it is missing.
 */
export function withBits(values: Sql, candidate: Candidate): Sql {
  if (candidate.kind === "date") return withDateBits(values, candidate.family);
  const bits = candidate.kind === "boolean" ? booleanBitSql(plain) : notationSql(text, plain);
  return sql`
    select
      *,
      case
        when ${isMissingSql(text)} then null
        else ${bits}
      end as bits_1
    from (
      select
        *,
        ${plainSpacesSql(text)} as plain_1
      from (
        ${values}
      )
    )
  `;
}

/** Each text is parsed once in each order; texts that do not fit cost the most. */
function withDateBits(values: Sql, family: DateFamily): Sql {
  const first = identifier("first_1");
  const second = identifier("second_1");
  const written = (order: "ymd" | "dmy" | "mdy"): Sql => {
    const format = formatOf(family, order);
    return sql`case when ${isWrittenSql(text, format)} then ${timestampSql(text, format)} end`;
  };
  const other = family.yearFirst ? sql`cast(null as timestamp)` : written("mdy");
  // A year of fewer digits is no year.
  const fits = (time: Sql): Sql => sql`coalesce(${time} >= timestamp '1000-01-01 00:00:00', false)`;
  return sql`
    select
      *,
      case
        when ${fits(first)} and ${fits(second)} then case when ${first} = ${second} then ${dateBit.same} else ${dateBit.differ} end
        when ${fits(first)} then ${dateBit.first}
        when ${fits(second)} then ${dateBit.second}
        when ${isMissingSql(text)} then null
        else ${dateBit.odd}
      end as bits_1
    from (
      select
        *,
        ${written(family.yearFirst ? "ymd" : "dmy")} as ${first},
        ${other} as ${second}
      from (
        ${values}
      )
    )
  `;
}
