import type { Engine, StoredQuery, Table } from "../../../core/context.ts";
import type { Column } from "../../../core/schema.ts";
import type { Sql } from "../../../core/sql.ts";
import { asText, isOneOf } from "../../../sql/functions.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { textSql, valueSql } from "../../reading/values.ts";
import { rowNumberSql } from "../../row-position.ts";
import { betweenSql, type Step } from "./between.ts";
import type { ReadLedger } from "./read-ledger.ts";

/** A column of the input that the cleaned table has still. */
export interface Pair {
  readonly before: Column;
  readonly after: Column;
  readonly recorded: boolean;
  /** Whether the cleaned table holds values, which may have another text. */
  readonly isTyped: boolean;
}

/** The name of what `besideEachOther` tells of the column at a place. */
export const at = (stem: string, i: number): Sql => identifier(`${stem}_${i + 1}`);

/**
 * Row by row of the input, in its order: `row_1`, the rule that took the row away (`gone_1`), what the row holds in both
 * tables (`old_1`, `new_1` …, the cleaned table's other columns as `other_1` …), and of each recorded column the digests at
 * both ends of its chain of rules and before the first rule to take back (`first_1`, `last_1`, `cut_1`).
 */
export async function besideEachOther(
  engine: Engine,
  original: Table,
  cleaned: Table,
  { cells, removed }: ReadLedger,
  pairs: readonly Pair[],
  rules: readonly string[] | null,
): Promise<StoredQuery> {
  const olds = pairs.flatMap(({ before, isTyped }, i) => [
    sql`${asText(before.ref)} as ${at("old", i)}`,
    ...(isTyped ? [sql`${valueSql(before)} as ${at("held", i)}`] : []),
    sql`${asText(textSql(before))} as ${at("plain", i)}`,
  ]);
  const news = cleaned.columns.map(({ ref }, i) => sql`${ref} as ${at("new", i)}`);
  const taken = rules === null ? sql`true` : isOneOf(sql`rule_1`, rules);
  const key = (digest: Sql): Sql => sql`lpad(cast(order_1 as varchar(2)), 2, '0') || coalesce(${digest}, '-')`;
  const chains = pairs.flatMap(({ before, recorded }, i) =>
    !recorded
      ? []
      : [
          sql`
            left join (
              select
                row_1 as ${at("row_of", i)},
                min(${key(sql`before_1`)}) as ${at("first", i)},
                max(${key(sql`after_1`)}) as ${at("last", i)},
                min(case when ${taken} then ${key(sql`before_1`)} end) as ${at("cut", i)},
                ${stepsSql(i)}
              from ${cells.relation}
              where column_1 = ${before.name}
              group by row_1
            ) as ${at("chain", i)}
              on ${at("row_of", i)} = row_1
          `,
        ],
  );
  return await engine.store(sql`
    select *
    from (
      select
        *,
        case when gone_1 is null then row_number() over (partition by gone_1 is null order by row_1) end as kept_1
      from (
        select
          ${join([sql`${rowNumberSql(original)} as row_1`, ...olds], ",\n")}
        from ${original.relation}
      ) as before_1
      left join (
        select
          row_1 as gone_row_1,
          min(rule_1) as gone_1
        from ${removed.relation}
        group by row_1
      ) as gone_2
        on gone_row_1 = row_1
    ) as rows_1
    left join (
      select
        ${join([sql`${rowNumberSql(cleaned)} as new_row_1`, ...news], ",\n")}
      from ${cleaned.relation}
    ) as after_2
      on new_row_1 = kept_1
    ${join(chains, "\n")}
    order by row_1
  `);
}

/** Which rules whose work can be done again a chain holds. */
function stepsSql(place: number): Sql {
  const steps = betweenSql.steps.map(
    (step: Step) => sql`max(case when rule_1 = ${step} then order_1 end) as ${identifier(`${step}_of_${place + 1}`)}`,
  );
  return join(steps, ",\n");
}

/** A digest that a chain ends in; null for a missing value. */
export function digestOf(end: Sql): Sql {
  return sql`nullif(substr(${end}, 3), '-')`;
}
