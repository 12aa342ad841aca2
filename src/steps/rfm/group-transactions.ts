import type { Context, Engine, OrderedRelation, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, daysBetween, decimalText } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { derived, deriveTable } from "../derive.ts";
import { findColumn } from "../match-columns.ts";
import type { OpenedTable, Warning } from "../open-table.ts";
import { unitMember } from "../read-currency.ts";
import { placeOf } from "../reading/place-of.ts";
import { openColumnsWarning } from "../reading/ties.ts";
import { countOf } from "./count-of.ts";
import type { Measured, MeasureOptions } from "./measured.ts";
import { readRole } from "./read-role.ts";
import { customerSql, daySql, decimalSql, isNobodySql, isRoundedSql } from "./role-values.ts";
import type { RfmRoles } from "./roles.ts";
import { carriedPosition, carrying, inOrder, positionSql } from "../row-position.ts";

type TransactionRoles = Extract<RfmRoles, { kind: "transactions" }>;

const text = identifier("text_1");
const key = identifier("key_1");
const day = identifier("day_1");
const amount = identifier("amount_1");

/**
 * Transactions as customers: one row each, in the order of their first rows that count, with the days since the last,
 * their number, and the exact sum of the amounts. Each value is read once and kept (about 40 bytes a row, on disk
 * beyond the memory). Throws `missing-values` with the place, `not-dates`, `not-numeric`, `nothing-left`, `not-finite`
 * for amounts too large to be summed, `ambiguous-input`.
 */
export async function groupTransactions(
  context: Context,
  opened: OpenedTable,
  roles: TransactionRoles,
  options: MeasureOptions,
): Promise<Measured> {
  const { engine, terminal } = context;
  const { table } = opened;
  const customer = findColumn(table.columns, roles.customer, "--customer");
  const date = await readRole(context, opened, { option: "--date", name: roles.date, kind: "date" }, options);
  const money = await readRole(context, opened, { option: "--amount", name: roles.amount, kind: "number" }, options);
  const days = daySql(date);
  const decimals = decimalSql(money);
  terminal.progress("reading transactions");
  const { relation } = await engine.store(sql`
    select
      case when ${isNobodySql(customer, text)} then null else ${text} end as ${key},
      ${join([day, amount, sql`rounded_1`, ...carriedPosition(carrying(table, sql``))], ",\n")}
    from (
      select
        ${customerSql(customer)} as ${text},
        ${days} as ${day},
        ${decimals} as ${amount},
        ${join([sql`${isRoundedSql(money.column, decimals)} as rounded_1`, ...carriedPosition(table)], ",\n")}
      from ${table.relation}
    )
  `);
  const kept = carrying(table, relation);
  const facts = await transactionFacts(engine, relation, options.asOf);
  if (facts.lacking > 0 && options.missing !== "drop") {
    throw await lackingError(context, opened, roles, kept, options.asOf, facts.lacking);
  }
  const asOf = options.asOf ?? facts.lastDay;
  if (asOf === null || facts.used === 0) throw nothingLeft(facts, options.asOf);
  if (facts.largest * facts.used >= 1e29) {
    throw new SegmentError("not-finite", "the amounts are too large to be summed exactly", {
      place: { column: roles.amount },
    });
  }
  terminal.progress("grouping by customer");
  const firstPosition = carriedPosition(
    kept.position === undefined ? kept : { ...kept, position: sql`min(position_1)` },
  );
  const customers = await engine.store(sql`
    select
      ${key} as customer_1,
      ${daysBetween(sql`max(${day})`, dayLiteral(asOf))} as recency_1,
      count(*) as frequency_1,
      ${join([sql`${decimalText(sql`sum(${amount})`)} as monetary_1`, ...firstPosition], ",\n")}
    from (
      select
        *,
        ${positionSql(kept)} as position_1
      from ${relation}
    )
    where ${key} is not null and ${amount} is not null and ${day} <= ${dayLiteral(asOf)}
    group by ${key}
    order by min(position_1)
  `);
  const { rows } = customers;
  const columns = [
    customerColumn(customer, rows),
    derived("recency", "integer", "typed", identifier("recency_1"), rows),
    derived("frequency", "integer", "typed", identifier("frequency_1"), rows),
    derived("monetary", "number", "text", identifier("monetary_1"), rows),
  ];
  return {
    table: deriveTable({ ...carrying(kept, customers.relation), rows, columns: [] }, columns),
    asOf,
    afterAsOf: facts.after,
    dropped: facts.lacking,
    grouped: facts.used - rows,
    warnings: [...openingWarnings(opened, customer), ...transactionWarnings(facts, asOf)],
    columns: [customer, date.column, money.column].map((column) => ({
      name: column.name,
      type: column.type,
      ...unitMember(column),
    })),
  };
}

/** Text keys keep their text, and their type where it is that of whole numbers. */
function customerColumn({ name, type, stored }: Column, rows: number): ReturnType<typeof derived> {
  const kept = stored === "typed" || type === "integer" ? type : "text";
  return derived(name, kept, stored, identifier("customer_1"), rows);
}

interface TransactionFacts {
  readonly lastDay: string | null;
  readonly firstDay: string | null;
  /** Rows after the day that recency is counted to. */
  readonly after: number;
  /** Rows not after it that lack the customer, the date or the amount. */
  readonly lacking: number;
  readonly used: number;
  readonly negative: number;
  readonly rounded: number;
  readonly largest: number;
}

/** What `lacking` and `after` are, of a row. A date that is missing is not after. */
function conditions(asOf: string | undefined): { readonly after: Sql; readonly lacking: Sql } {
  const after = asOf === undefined ? sql`false` : sql`coalesce(${day} > ${dayLiteral(asOf)}, false)`;
  return { after, lacking: sql`(${key} is null or ${day} is null or ${amount} is null) and not ${after}` };
}

async function transactionFacts(engine: Engine, relation: Sql, asOf: string | undefined): Promise<TransactionFacts> {
  const { after, lacking } = conditions(asOf);
  const used = sql`not ${after} and ${key} is not null and ${day} is not null and ${amount} is not null`;
  const [row = {}] = await engine.rows(
    sql`
      select
        ${asText(sql`max(${day})`)} as last_day,
        ${asText(sql`min(${day})`)} as first_day,
        count(*) filter (where ${after}) as after,
        count(*) filter (where ${lacking}) as lacking,
        count(*) filter (where ${used}) as used,
        count(*) filter (where ${used} and ${amount} < 0) as negative,
        count(*) filter (where ${used} and rounded_1) as rounded,
        coalesce(max(abs(${amount})) filter (where ${used}), 0) as largest
      from ${relation}
    `,
    1,
  );
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const number = (name: string): number => Number(row[name]);
  return {
    lastDay: text("last_day"),
    firstDay: text("first_day"),
    after: number("after"),
    lacking: number("lacking"),
    used: number("used"),
    negative: number("negative"),
    rounded: number("rounded"),
    largest: number("largest"),
  };
}

async function lackingError(
  { engine }: Context,
  { table, sources }: OpenedTable,
  roles: TransactionRoles,
  kept: OrderedRelation,
  asOf: string | undefined,
  count: number,
): Promise<SegmentError> {
  const { lacking } = conditions(asOf);
  const [row = {}] = await engine.rows(
    sql`
      select
        position_1,
        ${key} is null as customer,
        ${day} is null as date
      from (
        select
          *,
          ${positionSql(kept)} as position_1
        from ${kept.relation}
      )
      where ${lacking}
      order by position_1
      limit 1
    `,
    1,
  );
  const role = row["customer"] === true ? "customer" : row["date"] === true ? "date" : "amount";
  const position = Number(row["position_1"]);
  const column = findColumn(table.columns, roles[role], `--${role}`);
  const text = await textAt(engine, table, column, position);
  const what = text === null ? `the ${role} is missing` : `${quoted(text)} is no ${role}`;
  const more = count === 1 ? "" : `; ${countOf(count, "row")} in all lack a value`;
  return new SegmentError("missing-values", `${what}${more}`, {
    place: await placeOf(sources, position, column.name),
    hint: "--missing drop leaves such rows out and counts them",
  });
}

/** What stands in a cell; null for nothing. */
async function textAt(engine: Engine, table: Table, { ref }: Column, position: number): Promise<string | null> {
  const [row = {}] = await engine.rows(
    sql`
      select ${asText(ref)} as text_1
      from (
        select *
        from ${table.relation}${inOrder(table)}
        limit 1 offset ${position}
      )
    `,
    1,
  );
  const text = row["text_1"];
  return typeof text === "string" && text.trim() !== "" ? text : null;
}

function nothingLeft({ firstDay, after, lacking }: TransactionFacts, asOf: string | undefined): SegmentError {
  if (after > 0 && lacking === 0) {
    const hint = `the first date in the data is ${firstDay}`;
    return new SegmentError("nothing-left", `every transaction is after --as-of ${asOf}`, { hint });
  }
  return new SegmentError(
    "nothing-left",
    "no transaction is left: each lacks its customer, date or amount, or is after --as-of",
    {
      hint: "see what the columns hold: segment ingest FILE",
    },
  );
}

/** What was said of the file, but for columns that can be read in two ways and are not among those that go on. */
function openingWarnings({ table, warnings }: OpenedTable, customer: Column): readonly Warning[] {
  const open = openColumnsWarning({ ...table, columns: [customer] });
  return [...warnings.filter(({ code }) => code !== "ambiguous-passed-through"), ...(open === null ? [] : [open])];
}

function transactionWarnings(facts: TransactionFacts, asOf: string): readonly Warning[] {
  const { after, lacking, negative, rounded } = facts;
  const warnings: Warning[] = [];
  if (after > 0) {
    const verb = after === 1 ? "was" : "were";
    warnings.push({ code: "after-as-of", message: `${countOf(after, "row")} after ${asOf} ${verb} left out` });
  }
  if (lacking > 0) {
    const message = `${countOf(lacking, "row")} without a readable customer, date or amount ${lacking === 1 ? "was" : "were"} left out`;
    warnings.push({ code: "missing-dropped", message });
  }
  if (negative > 0) {
    const message = `${countOf(negative, "amount")} below zero (refunds?) ${negative === 1 ? "counts" : "count"} like every transaction: in frequency and recency, and off the sum`;
    warnings.push({ code: "negative-amounts", message });
  }
  if (rounded > 0) {
    const message = `${countOf(rounded, "amount")} ${rounded === 1 ? "has" : "have"} more than 8 decimals and ${rounded === 1 ? "was" : "were"} rounded to 8`;
    warnings.push({ code: "rounded-amounts", message });
  }
  return warnings;
}

function dayLiteral(text: string): Sql {
  return sql`cast(${value(text)} as date)`;
}

function quoted(text: string): string {
  return `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
}
