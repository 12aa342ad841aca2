import { nullWords, type Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, decimalText, tryDate, tryDecimal, tryNumber } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { otherSpaces } from "../reading/number-shapes.ts";
import { plainSpacesSql } from "../reading/number-sql.ts";
import { textSql, valueSql } from "../reading/values.ts";
import type { ReadColumn } from "./read-role.ts";

/** The UTC day of a date or timestamp column, null where it is missing or does not fit. SQL. */
export function daySql({ column, fits }: ReadColumn): Sql {
  const day = sql`cast(${valueSql(column)} as date)`;
  const isIsoText = column.stored === "text" && "format" in column.reading && column.reading.format === "%Y-%m-%d";
  // What is no plain cast is still read as the column is; the cast costs a quarter.
  return whereFits(isIsoText ? sql`coalesce(${tryDate(column.ref)}, ${day})` : day, fits);
}

/** The key by which customers are told apart: the exact text without its outer spaces. SQL; empty where there is none. */
export function customerSql(column: Column): Sql {
  if (column.stored === "typed") return column.ref;
  const text = textSql(column);
  return sql`case when ${plainSpacesSql(text)} = ${text} then ${text} else trim(both ${` ${otherSpaces}`} from ${text}) end`;
}

/** Whether a key that `customerSql` gave stands for no customer: null, empty, or a word for nothing. SQL. */
export function isNobodySql({ stored }: Column, key: Sql): Sql {
  if (stored === "typed") return sql`${key} is null`;
  const longest = Math.max(...nullWords.map((word) => word.length));
  const words = join(nullWords.map(value), ", ");
  return sql`(${key} is null or (length(${key}) <= ${longest} and lower(${key}) in (${words})))`;
}

/** A number column as its value, null where it is missing or does not fit. SQL. */
export function numberSql({ column, fits }: ReadColumn): Sql {
  return whereFits(valueSql(column), fits);
}

/** An amount as decimal(38, 8), null where it is missing, does not fit, is infinite or too long. SQL. */
export function decimalSql({ column, fits }: ReadColumn): Sql {
  if (column.stored === "text") return whereFits(tryDecimal(textSql(column)), fits);
  if (column.type === "integer") return tryDecimal(column.ref);
  return sql`case when abs(${column.ref}) < 10000000 then ${tryDecimal(column.ref)} else ${tryDecimal(asText(column.ref))} end`;
}

/** Whether an amount has more than eight decimals, as far as a double tells; `decimal` is its `decimalSql`. SQL. */
export function isRoundedSql(column: Column, decimal: Sql): Sql {
  if (column.type === "integer") return sql`false`;
  const kept = tryNumber(decimalText(decimal));
  if (column.stored === "typed") {
    const number = sql`cast(${column.ref} as double)`;
    return sql`case when abs(${column.ref}) < 10000000 then ${number} <> cast(${decimal} as double) else ${number} <> ${kept} end`;
  }
  const text = textSql(column);
  return sql`case when length(${text}) > 10 or contains(${text}, 'e') or contains(${text}, 'E') then ${tryNumber(text)} <> ${kept} else false end`;
}

function whereFits(value: Sql, fits: Sql | null): Sql {
  return fits === null ? value : sql`case when ${fits} then ${value} end`;
}
