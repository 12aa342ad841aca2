import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { derived, deriveTable, type DerivedColumn } from "../derive.ts";
import type { Warning } from "../open-table.ts";
import { placeOf } from "../reading/place-of.ts";
import { valueSql } from "../reading/values.ts";
import { countOf } from "../rfm/count-of.ts";
import type { ReadColumn } from "../rfm/read-role.ts";
import { customerSql, daySql, isNobodySql } from "../rfm/role-values.ts";
import { carriedPosition, carrying, positionSql } from "../row-position.ts";
import { customerColumn, readMeasureColumns, readTimeColumn } from "./event-columns.ts";
import { measureSql, windowOf, type MeasureUse, type Window } from "./measure-sql.ts";
import { measureWords, type Rollup, type RollupMeasure } from "./rollup.ts";

/** Events as one row a customer, and what came of the rows. */
export interface RolledUp {
  readonly table: Table;
  readonly customer: string;
  readonly time: string;
  /** The day that windows and recency are counted to, YYYY-MM-DD, and who said so. */
  readonly asOf: string;
  readonly asOfBy: "option" | "file" | "last event";
  /** The days of the events that count. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Events that count, those after the day, and those left out for want of a customer or a time. */
  readonly used: number;
  readonly after: number;
  readonly dropped: number;
  readonly measures: readonly RolledUpMeasure[];
  readonly warnings: readonly Warning[];
}

/** A measure, the days that it looks at, and how many customers have a value of it. */
export interface RolledUpMeasure extends Window {
  readonly measure: RollupMeasure;
  readonly customers: number;
}

const text = identifier("text_1");
const key = identifier("key_1");
const day = identifier("day_1");
const time = identifier("time_1");
const position = identifier("position_1");
const order = identifier("order_1");

/**
 * Rolls a table of events up to customers: one row for each that has an event up to the day it is as of, in the order of
 * their first events that count. `given.asOf` takes the place of the file's; `sources` are those of the table, null where it
 * is of several. Each value is read once and kept, on disk beyond the memory. Sums and means are exact. Throws `usage`
 * without a day, `bad-rules` with the place in the file, `unknown-column`, `not-numeric`, `not-dates`, `missing-values`,
 * `nothing-left`, `not-finite` for amounts too large to be summed.
 */
export async function rollupEvents(
  context: Context,
  table: Table,
  sources: readonly Source[] | null,
  rollup: Rollup,
  given: { readonly asOf: string | undefined },
): Promise<RolledUp> {
  const { engine, terminal } = context;
  const said = given.asOf ?? rollup.asOf?.value;
  if (said === undefined) {
    throw new SegmentError("bad-rules", "the rollup does not say the day it is as of", {
      place: { file: rollup.file },
      hint: "add as_of: 2024-06-30, or as_of: last for the day of the last event, or give --as-of DATE",
    });
  }
  terminal.progress("looking at the events");
  const customer = await customerColumn(engine, table, rollup);
  const at = await readTimeColumn(context, table, sources, rollup);
  refuseTaken(rollup, customer);
  const read = await readMeasureColumns(context, table, sources, rollup, at.column);
  terminal.progress("reading events");
  const { relation } = await engine.store(sql`
    select
      case when ${isNobodySql(customer, text)} then null else ${text} end as ${key},
      ${join([day, time, ...read.columns.map(({ name }) => name), ...carriedPosition(carrying(table, sql``))], ",\n")}
    from (
      select
        ${customerSql(customer)} as ${text},
        ${daySql(at)} as ${day},
        ${timeOf(at)} as ${time},
        ${join([...read.columns.map(({ name, of }) => sql`${of} as ${name}`), ...carriedPosition(table)], ",\n")}
      from ${table.relation}
    )
  `);
  const kept = carrying(table, relation);
  const last = said === "last" ? undefined : said;
  const facts = await eventFacts(engine, relation, last, read.amounts, read.uses);
  if (facts.lacking > 0 && rollup.missing === "refuse") {
    const numbered = sql`
      (
        select
          *,
          ${positionSql(kept)} as ${position}
        from ${relation}
      )
    `;
    throw await lackingError(engine, numbered, sources, { customer, time: at.column }, last, facts.lacking);
  }
  const asOf = last ?? facts.lastDay;
  if (asOf === null || facts.used === 0) throw nothingLeft(facts, last);
  const large = read.amounts.find((_, i) => facts.largest[i]! * facts.used >= 1e29);
  if (large !== undefined) {
    throw new SegmentError("not-finite", "the amounts are too large to be summed exactly", {
      place: { column: large.column },
    });
  }
  terminal.progress("rolling up by customer");
  const windows = rollup.measures.map((measure) => windowOf(measure, asOf));
  const made = rollup.measures.map((measure, i) => measureSql(measure, read.uses[i]!, windows[i]!, asOf));
  const names = made.map((_, i) => identifier(`measure_${i + 1}`));
  const isOrdered = rollup.measures.some(({ kind }) => kind === "first" || kind === "last");
  const ordered = sql`row_number() over (partition by ${key} order by ${time}, ${position}) as ${order}`;
  const firstPosition = carriedPosition(
    kept.position === undefined ? kept : { ...kept, position: sql`min(${position})` },
  );
  const customers = await engine.store(sql`
    select
      ${key} as customer_1,
      ${join([...made.map(({ of }, i) => sql`${of} as ${names[i]!}`), ...firstPosition], ",\n")}
    from (
      select
        ${join([sql`*`, ...(isOrdered ? [ordered] : [])], ",\n")}
      from (
        select
          *,
          ${positionSql(kept)} as ${position}
        from ${relation}
      )
      where ${key} is not null and ${day} <= ${dayLiteral(asOf)}
    )
    group by ${key}
    order by min(${position})
  `);
  const present = await presentCounts(engine, customers.relation, names);
  const { rows } = customers;
  const measures = rollup.measures.map((measure, i) => ({ measure, ...windows[i]!, customers: present[i]! }));
  const columns = made.map(({ type, stored }, i): DerivedColumn => ({
    ...derived(rollup.measures[i]!.name, type, stored, names[i]!, present[i]!),
    why: measureWords(rollup.measures[i]!),
  }));
  const rolled = { ...carrying(kept, customers.relation), rows, columns: [] };
  return {
    table: deriveTable(rolled, [keyColumn(customer, rows), ...columns]),
    customer: customer.name,
    time: at.column.name,
    asOf,
    asOfBy: given.asOf !== undefined ? "option" : last === undefined ? "last event" : "file",
    firstDay: facts.firstDay!,
    lastDay: facts.lastDay!,
    used: facts.used,
    after: facts.after,
    dropped: facts.lacking,
    measures,
    warnings: [...rollupWarnings(facts, asOf, read.amounts), ...idleConditions(rollup, facts)],
  };
}

/** Two columns of one name, whatever their case, could not be told apart in Parquet. */
function refuseTaken({ measures, file }: Rollup, customer: Column): void {
  const taken = new Set([customer.name.toLowerCase()]);
  for (const { name, place } of measures) {
    if (taken.has(name.toLowerCase())) {
      throw new SegmentError("bad-rules", `${name} would be the name of two columns`, {
        place: { ...place, file },
        hint: `the customers have their ${customer.name} and a column for each measure: name it otherwise`,
      });
    }
    taken.add(name.toLowerCase());
  }
}

/** Text keys keep their text, and their type where it is that of whole numbers. */
function keyColumn({ name, type, stored }: Column, rows: number): DerivedColumn {
  const kept = stored === "typed" || type === "integer" ? type : "text";
  return { ...derived(name, kept, stored, identifier("customer_1"), rows), why: "the customer of the events" };
}

/** The time of an event, by which those of a customer are ordered. */
function timeOf({ column, fits }: ReadColumn): Sql {
  return fits === null ? valueSql(column) : sql`case when ${fits} then ${valueSql(column)} end`;
}

interface EventFacts {
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly after: number;
  readonly lacking: number;
  readonly used: number;
  /** By amount column: the largest without its sign, and how many were rounded. */
  readonly largest: readonly number[];
  readonly rounded: readonly number[];
  /** By measure: the events that its conditions hold for, whatever their customer and time; null without conditions. */
  readonly held: readonly (number | null)[];
}

/** What `lacking` and `after` are, of an event. A time that is missing is not after. */
function conditions(asOf: string | undefined): { readonly after: Sql; readonly lacking: Sql } {
  const after = asOf === undefined ? sql`false` : sql`coalesce(${day} > ${dayLiteral(asOf)}, false)`;
  return { after, lacking: sql`(${key} is null or ${day} is null) and not ${after}` };
}

async function eventFacts(
  engine: Engine,
  relation: Sql,
  asOf: string | undefined,
  amounts: readonly { readonly value: Sql; readonly rounded: Sql }[],
  uses: readonly MeasureUse[],
): Promise<EventFacts> {
  const { after, lacking } = conditions(asOf);
  const used = sql`not ${after} and ${key} is not null and ${day} is not null`;
  const ofAmounts = amounts.flatMap((one, i) => [
    sql`coalesce(max(abs(${one.value})) filter (where ${used}), 0) as ${identifier(`largest_${i}`)}`,
    sql`count(*) filter (where ${used} and ${one.rounded}) as ${identifier(`rounded_${i}`)}`,
  ]);
  const ofConditions = uses.flatMap(({ when }, i) =>
    when === null ? [] : [sql`count(*) filter (where ${when}) as ${identifier(`held_${i}`)}`],
  );
  const [row = {}] = await engine.rows(
    sql`
      select
        ${asText(sql`min(${day}) filter (where ${used})`)} as first_day,
        ${asText(sql`max(${day}) filter (where ${used})`)} as last_day,
        ${asText(sql`min(${day})`)} as earliest_day,
        count(*) filter (where ${after}) as after,
        count(*) filter (where ${lacking}) as lacking,
        ${join([sql`count(*) filter (where ${used}) as used`, ...ofAmounts, ...ofConditions], ",\n")}
      from ${relation}
    `,
    1,
  );
  const dayAt = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const number = (name: string): number => Number(row[name]);
  return {
    firstDay: dayAt("first_day") ?? dayAt("earliest_day"),
    lastDay: dayAt("last_day"),
    after: number("after"),
    lacking: number("lacking"),
    used: number("used"),
    largest: amounts.map((_, i) => number(`largest_${i}`)),
    rounded: amounts.map((_, i) => number(`rounded_${i}`)),
    held: uses.map(({ when }, i) => (when === null ? null : number(`held_${i}`))),
  };
}

async function lackingError(
  engine: Engine,
  numbered: Sql,
  sources: readonly Source[] | null,
  columns: { readonly customer: Column; readonly time: Column },
  asOf: string | undefined,
  count: number,
): Promise<SegmentError> {
  const { lacking } = conditions(asOf);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${position},
        ${key} is null as nobody
      from ${numbered}
      where ${lacking}
      order by ${position}
      limit 1
    `,
    1,
  );
  const isNobody = row["nobody"] === true;
  const column = isNobody ? columns.customer : columns.time;
  const more = count === 1 ? "" : `; ${countOf(count, "event")} in all lack one of the two`;
  return new SegmentError("missing-values", `an event without a ${isNobody ? "customer" : "time"}${more}`, {
    place: sources === null ? { column: column.name } : await placeOf(sources, Number(row["position_1"]), column.name),
    hint: "missing: drop in the rollup file leaves such events out and counts them",
  });
}

async function presentCounts(engine: Engine, relation: Sql, names: readonly Sql[]): Promise<readonly number[]> {
  const counts = names.map((name, i) => sql`count(${name}) as ${identifier(`present_${i}`)}`);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${relation}
    `,
    1,
  );
  return names.map((_, i) => Number(row[`present_${i}`]));
}

function nothingLeft({ firstDay, after, lacking }: EventFacts, asOf: string | undefined): SegmentError {
  const message =
    after > 0 && lacking === 0
      ? `every event is after ${asOf}`
      : "no event is left: each lacks its customer or its time, or is after the day it is as of";
  const hint = after > 0 ? `the first event is of ${firstDay}` : "see what the columns hold: segment ingest FILE";
  return new SegmentError("nothing-left", message, { hint });
}

function rollupWarnings(
  { after, lacking, rounded }: EventFacts,
  asOf: string,
  amounts: readonly { readonly column: string }[],
): readonly Warning[] {
  const was = (count: number): string => (count === 1 ? "was" : "were");
  const warnings: Warning[] = [];
  if (after > 0) {
    const message = `${countOf(after, "event")} after ${asOf} ${was(after)} left out`;
    warnings.push({ code: "after-as-of", message });
  }
  if (lacking > 0) {
    const message = `${countOf(lacking, "event")} without a customer or a time ${was(lacking)} left out`;
    warnings.push({ code: "missing-dropped", message });
  }
  rounded.forEach((count, i) => {
    if (count === 0) return;
    const has = count === 1 ? "has" : "have";
    const message = `${countOf(count, "value")} of ${amounts[i]!.column} ${has} more than 8 decimals and ${was(count)} rounded to 8`;
    warnings.push({ code: "rounded-amounts", message });
  });
  return warnings;
}

/** Conditions that no event fulfils, most often since a value is written otherwise in the events. */
function idleConditions({ measures }: Rollup, { held }: EventFacts): readonly Warning[] {
  return measures.flatMap(({ name, where, place }, i): readonly Warning[] => {
    if (held[i] !== 0) return [];
    const words = where.map(({ value: one }) => `“${one.text}”`).join(" and ");
    const at = place.line === undefined ? "" : ` (line ${place.line} of the rollup)`;
    return [{ code: "where-holds-nowhere", message: `${name}${at}: where ${words} holds for no event at all` }];
  });
}

/** A day as SQL. */
function dayLiteral(of: string): Sql {
  return sql`cast(${value(of)} as date)`;
}
