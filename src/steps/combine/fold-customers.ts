import type { Context, StoredQuery, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, valueAtLeast } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { saysRefusal } from "../column-kinds.ts";
import { isEmailSql, normalEmailSql } from "../contact/email.ts";
import { foldKeySql } from "../dedupe/fold.ts";
import { textOf } from "../dedupe/key-kinds.ts";
import type { PhoneFacts } from "../dedupe/key-sql.ts";
import { compactPhoneSql, phoneNumberSql } from "../dedupe/phone-sql.ts";
import { consents, firstHeld, leastConsent, missing, type HeldColumn } from "../dedupe/survivors.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { valueSql } from "../reading/values.ts";
import { rowNumberSql } from "../row-position.ts";
import type { AlignedColumn } from "./align-columns.ts";
import type { ColumnRole, Prefer } from "./source-map.ts";
import type { Matches } from "./match-rows.ts";
import type { Stack } from "./stack.ts";

/** What says which row of a customer gives a column its value. */
export interface FieldRule {
  /** The row of the latest date comes first. */
  readonly newest: boolean;
  /** Sources in order, counted from 0; all of them. */
  readonly sources: readonly number[];
  /** A no of any source beats a yes of any other. */
  readonly consent: boolean;
}

/** The customers that rows of several sources make up. */
export interface FoldedCustomers {
  /**
   * Every row of them: `row_no`, `customer_1`, `source_0`, `matched_by` (0 for the first), and by column `held_1` …,
   * `lacks_1` …, `norm_1` … (the form in which values are compared).
   */
  readonly rows: StoredQuery;
  /** One row a customer: `customer_1`, and by column `survivor_1` …, `won_1` … (its source, null for none), `apart_1` … (0 or 1). */
  readonly customers: StoredQuery;
  readonly rules: readonly FieldRule[];
}

/** Reads the precedence of each column. Throws `bad-map` where the newest row is wanted and no column says which it is. */
export function fieldRules(
  sources: readonly string[],
  aligned: readonly AlignedColumn[],
  roles: readonly ColumnRole[],
  all: Prefer | null,
  updated: Column | null,
): readonly FieldRule[] {
  return aligned.map((column, i) => {
    const prefer = column.prefer ?? all ?? [];
    const newest = prefer[0]?.value === "newest";
    if (newest && updated === null) {
      const { place } = prefer[0]!;
      const isMap = place.file !== undefined;
      throw new SegmentError(
        isMap ? "bad-map" : "usage",
        "newest needs a column that says when a row was last changed",
        {
          place,
          hint: isMap ? "name one of the schema: updated: updated_at" : "write --prefer newest:updated_at",
        },
      );
    }
    const named = prefer.filter(({ value: of }) => of !== "newest").map(({ value: of }) => sources.indexOf(of));
    const order = [...named, ...sources.keys()].filter((s, at, list) => list.indexOf(s) === at);
    // The date of the last change is that of the newest row, whoever wins elsewhere.
    const isUpdated = column.prefer === null && updated !== null && column.name === updated.name;
    return { newest: newest || isUpdated, sources: order, consent: roles[i] === "consent" || roles[i] === "refusal" };
  });
}

/**
 * Folds the rows of each customer that several sources have: in every column the first value that is not missing, in the
 * order of the column's rule; of a consent the most restrictive answer. Cost: one scan of the stack for the rows, work on
 * these alone.
 */
export async function foldCustomers(
  context: Context,
  stack: Stack,
  matches: Matches,
  given: {
    readonly rules: readonly FieldRule[];
    readonly roles: readonly ColumnRole[];
    readonly updated: Column | null;
    readonly phone: PhoneFacts;
  },
): Promise<FoldedCustomers> {
  const { engine } = context;
  const { table } = stack;
  const { rules, roles, updated, phone } = given;
  const held = table.columns.map((column, i): HeldColumn => ({
    ...column,
    ref: identifier(`held_${i + 1}`),
    lacks: identifier(`lacks_${i + 1}`),
  }));
  const at = (name: string, i: number): Sql => identifier(`${name}_${i + 1}`);
  const orders = distinctRules(rules);
  const ranks = orders.map(
    (rule, i) =>
      sql`${rankSql(rule, updated === null ? null : held[table.columns.indexOf(updated)]!)} as ${at("rank", i)}`,
  );
  const country = phone.home === null ? [] : [sql`${phone.home.country} as country_1`];
  const known: PhoneFacts =
    phone.home === null ? phone : { ...phone, home: { ...phone.home, country: sql`country_1` } };
  const norms = held.map(
    (column, i) =>
      sql`case when not ${column.lacks} then ${normalSql(column, roles[i]!, known)} end as ${at("norm", i)}`,
  );
  const rows = await engine.store(
    sql`
    select *, ${join([...norms, ...ranks], ",\n")}
    from (
      select *, ${join(
        held.map((column, i) => sql`${missing(column)} as ${at("lacks", i)}`),
        ",\n",
      )}
      from (
        select
          ${rowNumberSql(table)} as row_no,
          ${stack.source} as source_0,
          ${join([...table.columns.map(({ ref }, i) => sql`${ref} as ${held[i]!.ref}`), ...country], ",\n")}
        from ${table.relation}
      )
      join (
        select row_no as customer_row, customer_1, matched_by
        from ${matches.joined}
        union all
        select distinct customer_1, customer_1, 0
        from ${matches.joined}
      ) on customer_row = row_no
    )
  `,
    { apart: true },
  );
  const picked = held.flatMap((column, i) => {
    const rule = rules[i]!;
    const rank = at(
      "rank",
      orders.findIndex((one) => ruleKey(one) === ruleKey(rule)),
    );
    const consent = { column, refusal: roles[i] === "refusal" || saysRefusal(column.name) };
    const survivor = rule.consent ? leastConsent(column, consent, rank) : firstHeld(column, rank);
    const norm = at("norm", i);
    return [
      sql`${survivor} as ${at("survivor", i)}`,
      sql`${rule.consent ? consentSource(column, consents(column, consent), rank) : valueAtLeast(sql`source_0`, rank, sql`not ${column.lacks}`)} as ${at("won", i)}`,
      sql`case when min(${norm}) <> max(${norm}) then 1 else 0 end as ${at("apart", i)}`,
    ];
  });
  const customers = await engine.store(
    sql`
    select
      customer_1,
      ${join(picked, ",\n")}
    from ${rows.relation}
    group by customer_1
  `,
    { apart: true },
  );
  return { rows, customers, rules };
}

/** The source of a consent that survives: of a clear no if there is one, else the first that has an answer where all are alike or unknown. */
function consentSource(column: HeldColumn, says: Sql, rank: Sql): Sql {
  const first = (condition: Sql): Sql => valueAtLeast(sql`source_0`, rank, condition);
  return sql`
    case
      when bool_or(coalesce(not ${says}, false)) then ${first(sql`coalesce(not ${says}, false)`)}
      when bool_or(${says} is null) then ${first(sql`${says} is null and not ${column.lacks}`)}
      else ${first(sql`not ${column.lacks}`)}
    end
  `;
}

/** Less for a row that is asked earlier; another number for each row of a customer. */
function rankSql({ newest, sources }: FieldRule, updated: Column | null): Sql {
  const bySource = join(
    sources.map((s, place) => sql`when ${value(s)} then ${value(place + 1)}`),
    " ",
  );
  const order = sql`case source_0 ${bySource} end`;
  if (!newest || updated === null) return order;
  return sql`row_number() over (partition by customer_1 order by ${valueSql(updated)} desc nulls last, ${order})`;
}

function distinctRules(rules: readonly FieldRule[]): readonly FieldRule[] {
  return [...new Map(rules.map((rule) => [ruleKey(rule), rule])).values()];
}

function ruleKey({ newest, sources }: FieldRule): string {
  return `${newest} ${sources.join(",")}`;
}

/** A value in the form in which two sources are compared: addresses and numbers as keys are, numbers and dates by value, text folded. */
function normalSql(column: HeldColumn, role: ColumnRole, { plans, home }: PhoneFacts): Sql {
  const text = textOf(column);
  const folded = sql`coalesce(nullif(${foldKeySql(text)}, ''), trim(${text}))`;
  if (role === "email") {
    const normal = normalEmailSql(text);
    return sql`case when ${isEmailSql(normal)} then ${normal} else ${folded} end`;
  }
  if (role === "phone" && plans.length > 0) {
    return sql`coalesce(${phoneNumberSql(compactPhoneSql(text), plans, home)}, ${folded})`;
  }
  if (column.type === "text") return folded;
  return sql`coalesce(${asText(valueSql(column))}, ${folded})`;
}

/** The rows of a column that hold a value, in a query over a table. SQL. */
export function presentCount(column: Column): Sql {
  const lacks = column.stored === "typed" ? sql`${column.ref} is null` : isMissingSql(column.ref);
  return sql`count(case when not (${lacks}) then 1 end)`;
}

/** The table with the number of values that each column holds. One scan. */
export async function withPresent({ engine }: Context, table: Table): Promise<Table> {
  if (table.columns.length === 0) return table;
  const counts = table.columns.map((column, i) => sql`${presentCount(column)} as ${identifier(`present_${i + 1}`)}`);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  const columns = table.columns.map((column, i) => ({ ...column, present: Number(row[`present_${i + 1}`]) }));
  return { ...table, columns };
}
