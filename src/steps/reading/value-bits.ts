import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { amountMarkSql, amountNumberSql, isAmountSql, plainMarksSql } from "./amount-sql.ts";
import { booleanBitSql } from "./boolean-words.ts";
import type { Candidate } from "./column-evidence.ts";
import { formatOf, isOfFamilySql, ownOrder, realTimeSql, timestampSql, type DateFamily } from "./date-families.ts";
import { isMissingSql, notationSql, plainSpacesSql } from "./number-sql.ts";

/** How the values of a date column fit its two readings; a family of one order has one reading only, which is both. */
export const dateBit = { first: 1, second: 2, same: 4, differ: 8, odd: 16 } as const;

const text = identifier("text_1");
const plain = identifier("plain_1");

/**
 * A query with the columns `bits_1` and `key_1` beside those of `values`, a query of texts in a column `text_1`: the bits of
 * each text by the candidate's kind, null where it is missing, and the key of the group that it is in, empty for none.
 */
export function withBits(values: Sql, candidate: Candidate): Sql {
  if (candidate.kind === "date") {
    return withDateBits(
      values,
      candidate.written.map(({ family }) => family),
    );
  }
  return candidate.kind === "boolean" ? withBooleanBits(values) : withNumberBits(values);
}

function withBooleanBits(values: Sql): Sql {
  return sql`
    select
      *,
      '' as key_1,
      case
        when ${isMissingSql(text)} then null
        else ${booleanBitSql(plain)}
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

function withNumberBits(values: Sql): Sql {
  const isAmount = identifier("amount_1");
  const number = identifier("number_1");
  return sql`
    select
      *,
      case when ${isAmount} then ${amountMarkSql(plain)} else '' end as key_1,
      case
        when ${isMissingSql(text)} then null
        else ${notationSql(text, number, isAmount)}
      end as bits_1
    from (
      select
        *,
        case when ${isAmount} then ${amountNumberSql(plain)} else ${plain} end as ${number}
      from (
        select
          *,
          ${isAmountSql(plain)} as ${isAmount}
        from (
          select
            *,
            ${plainMarksSql(text)} as plain_1
          from (
            ${values}
          )
        )
      )
    )
  `;
}

/** Each text is parsed once in each order of each family; texts that do not fit cost the most. */
function withDateBits(values: Sql, families: readonly DateFamily[]): Sql {
  const tried = families.map((family, i) => {
    const isOpen = ownOrder(family) === null;
    const written = (order: "ymd" | "dmy" | "mdy"): Sql =>
      sql`case when ${isOfFamilySql(text, family, order)} then ${timestampSql(text, formatOf(family, order))} end`;
    return {
      key: String(i),
      first: { name: identifier(`first_${i + 1}`), time: written(isOpen ? "dmy" : "ymd") },
      second: isOpen ? { name: identifier(`second_${i + 1}`), time: written("mdy") } : null,
    };
  });
  const bits = tried.flatMap(({ first, second }) => {
    const fitsFirst = realTimeSql(first.name);
    if (second === null) return [sql`when ${fitsFirst} then ${dateBit.same}`];
    const fitsSecond = realTimeSql(second.name);
    const both = sql`case when ${first.name} = ${second.name} then ${dateBit.same} else ${dateBit.differ} end`;
    return [
      sql`when ${fitsFirst} and ${fitsSecond} then ${both}`,
      sql`when ${fitsFirst} then ${dateBit.first}`,
      sql`when ${fitsSecond} then ${dateBit.second}`,
    ];
  });
  const keys = tried.map(({ key, first, second }) => {
    const fits =
      second === null ? realTimeSql(first.name) : sql`${realTimeSql(first.name)} or ${realTimeSql(second.name)}`;
    return sql`when ${fits} then ${key}`;
  });
  const times = tried.flatMap(({ first, second }) => (second === null ? [first] : [first, second]));
  return sql`
    select
      *,
      case
        ${join(keys, "\n")}
        else ''
      end as key_1,
      case
        ${join(bits, "\n")}
        when ${isMissingSql(text)} then null
        else ${dateBit.odd}
      end as bits_1
    from (
      select
        *,
        ${join(
          times.map(({ name, time }) => sql`${time} as ${name}`),
          ",\n",
        )}
      from (
        ${values}
      )
    )
  `;
}
