import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { measures, type Measure } from "../../model/rfm/score.ts";
import { asText, daysBetween } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { findColumn } from "../match-columns.ts";
import type { OpenedTable, Warning } from "../open-table.ts";
import { unitMember } from "../read-currency.ts";
import { placeOf } from "../reading/place-of.ts";
import { isTime } from "./column-type.ts";
import { countOf } from "./count-of.ts";
import type { Measured, MeasureOptions } from "./measured.ts";
import { readRole, type ReadColumn, type RoleKind } from "./read-role.ts";
import { daySql, numberSql } from "./role-values.ts";
import type { RfmRoles } from "./roles.ts";
import { positionSql } from "../row-position.ts";

type ColumnRoles = Extract<RfmRoles, { kind: "columns" }>;

/** The measures that are columns of their own names already, and so are not added. */
export function reusedMeasures(table: Table, roles: ColumnRoles): readonly Measure[] {
  return measures.filter((name) => roles[name] === name && !isTime(findColumn(table.columns, name, `--${name}`)));
}

/**
 * A table of customers with the columns `recency`, `frequency` and `monetary` beside its own (in their place, where it
 * has such columns and they are not the very ones to be scored). Recency is a number of days, or a date. Rows stay, but
 * for those after the as-of day. Two scans. Throws `missing-values` (with `--missing error`) and `not-finite` with the
 * place, `not-dates`, `not-numeric`, `usage` for an as-of day beside days, `nothing-left`, `ambiguous-input`.
 */
export async function measureColumns(
  context: Context,
  opened: OpenedTable,
  roles: ColumnRoles,
  options: MeasureOptions,
): Promise<Measured> {
  const { engine } = context;
  const { table, sources } = opened;
  const read = (name: Measure, kind: RoleKind): Promise<ReadColumn> =>
    readRole(context, opened, { option: `--${name}`, name: roles[name], kind }, options);
  const recency = await read("recency", "number or date");
  const frequency = await read("frequency", "number");
  const monetary = await read("monetary", "number");
  const isDate = isTime(recency.column);
  if (!isDate && options.asOf !== undefined) {
    throw new SegmentError("usage", `--as-of would have no effect: ${roles.recency} holds days, not dates`, {
      hint: "leave it out, or give --recency a column of dates",
    });
  }
  const day = isDate ? daySql(recency) : null;
  const asOf = day === null ? null : (options.asOf ?? (await lastDay(engine, table, day, recency.column)));
  const days = day === null ? numberSql(recency) : daysBetween(day, dayLiteral(asOf!));
  const values: Readonly<Record<Measure, Sql>> = {
    recency: days,
    frequency: numberSql(frequency),
    monetary: numberSql(monetary),
  };
  const after = day === null ? sql`false` : sql`coalesce(${day} > ${dayLiteral(asOf!)}, false)`;
  const lacking = sql`(${join(
    measures.map((name) => sql`${values[name]} is null`),
    " or ",
  )})`;
  const facts = await columnFacts(engine, table, values, after, lacking);
  for (const name of measures) {
    if (facts.infinite[name] === 0) continue;
    const row = await firstRow(engine, table, sql`${infinite(values[name])} and not ${after}`);
    throw new SegmentError("not-finite", "the value is infinite or too large for a number", {
      place: await placeOf(sources, row ?? 0, roles[name]),
      hint: "correct it",
    });
  }
  if (facts.lacking > 0 && options.missing === "error")
    throw await lackingError(engine, opened, roles, values, after, facts.lacking);
  const dropped = options.missing === "drop" ? facts.lacking : 0;
  const rows = table.rows - facts.after - dropped;
  if (rows === 0 || facts.lacking === table.rows - facts.after) throw nothingLeft(facts, table.rows, options.asOf);
  const conditions = [...(facts.after > 0 ? [sql`not ${after}`] : []), ...(dropped > 0 ? [sql`not ${lacking}`] : [])];
  const reused = reusedMeasures(table, roles);
  const added: readonly DerivedColumn[] = [
    isDate
      ? derived("recency", "integer", "typed", days, facts.present.recency)
      : { ...passed(recency.column), name: "recency" },
    { ...passed(frequency.column), name: "frequency" },
    { ...passed(monetary.column), name: "monetary" },
  ];
  const kept = table.columns.filter(({ name }) => !measures.some((one) => one === name && !reused.includes(one)));
  const roleColumns = [recency, frequency, monetary].map(({ column }) => column);
  const asRead = (column: Column): Column => roleColumns.find(({ name }) => name === column.name) ?? column;
  const columns = [
    ...kept.map((column) => passed(asRead(column))),
    ...added.filter(({ name }) => !reused.some((one) => one === name)),
  ];
  return {
    table: deriveTable(
      table,
      columns.map((column) => ({ ...column, present: Math.min(column.present, rows) })),
      { rows, ...(conditions.length > 0 ? { where: join(conditions, " and ") } : {}) },
    ),
    asOf,
    afterAsOf: facts.after,
    dropped,
    grouped: 0,
    warnings: [...opened.warnings, ...columnWarnings(facts, asOf, dropped)],
    columns: roleColumns.map((column) => ({ name: column.name, type: column.type, ...unitMember(column) })),
  };
}

interface ColumnFacts {
  readonly after: number;
  /** Rows not after the as-of day that lack a value. */
  readonly lacking: number;
  readonly present: Readonly<Record<Measure, number>>;
  readonly infinite: Readonly<Record<Measure, number>>;
  /** Rows whose recency is below zero. */
  readonly negative: number;
}

async function lastDay(engine: Engine, table: Table, day: Sql, { name }: Column): Promise<string> {
  const [row = {}] = await engine.rows(
    sql`
      select ${asText(sql`max(${day})`)} as last_day
      from ${table.relation}
    `,
    1,
  );
  const last = row["last_day"];
  if (typeof last === "string") return last;
  throw new SegmentError("nothing-left", "holds no date, so there is no recency", { place: { column: name } });
}

async function columnFacts(
  engine: Engine,
  table: Table,
  values: Readonly<Record<Measure, Sql>>,
  after: Sql,
  lacking: Sql,
): Promise<ColumnFacts> {
  const counts = measures.map(
    (name) => sql`
      count(${values[name]}) filter (where not ${after}) as ${identifier(`${name}_present`)},
      count(*) filter (where ${infinite(values[name])} and not ${after}) as ${identifier(`${name}_infinite`)}
    `,
  );
  const [row = {}] = await engine.rows(
    sql`
      select
        count(*) filter (where ${after}) as after,
        count(*) filter (where ${lacking} and not ${after}) as lacking,
        count(*) filter (where ${values.recency} < 0 and not ${after}) as negative,
        ${join(counts, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  const byMeasure = (what: string): Record<Measure, number> => ({
    recency: Number(row[`recency_${what}`]),
    frequency: Number(row[`frequency_${what}`]),
    monetary: Number(row[`monetary_${what}`]),
  });
  return {
    after: Number(row["after"]),
    lacking: Number(row["lacking"]),
    negative: Number(row["negative"]),
    present: byMeasure("present"),
    infinite: byMeasure("infinite"),
  };
}

function infinite(number: Sql): Sql {
  return sql`coalesce(abs(${number}) = ${Infinity}, false)`;
}

/** The first row (from 0) that a condition holds for, or null. */
async function firstRow(engine: Engine, table: Table, condition: Sql): Promise<number | null> {
  const [row = {}] = await engine.rows(
    sql`
      select min(position_1) as first_row
      from (
        select
          ${positionSql(table)} as position_1,
          ${condition} as found_1
        from ${table.relation}
      )
      where found_1
    `,
    1,
  );
  const first = row["first_row"];
  return typeof first === "number" ? first : null;
}

async function lackingError(
  engine: Engine,
  { table, sources }: OpenedTable,
  roles: ColumnRoles,
  values: Readonly<Record<Measure, Sql>>,
  after: Sql,
  count: number,
): Promise<SegmentError> {
  const firsts: { name: Measure; row: number }[] = [];
  for (const name of measures) {
    const row = await firstRow(engine, table, sql`${values[name]} is null and not ${after}`);
    if (row !== null) firsts.push({ name, row });
  }
  const { name, row } = firsts.reduce((first, one) => (one.row < first.row ? one : first));
  const more = count === 1 ? "" : `; ${countOf(count, "row")} in all lack a value`;
  return new SegmentError("missing-values", `the ${name} is missing${more}`, {
    place: await placeOf(sources, row, roles[name]),
    hint: "--missing drop leaves such rows out; without --missing they stay, without scores",
  });
}

function nothingLeft({ after }: ColumnFacts, rows: number, asOf: string | undefined): SegmentError {
  if (after === rows) return new SegmentError("nothing-left", `every row is after --as-of ${asOf}`);
  return new SegmentError("nothing-left", "no row has recency, frequency and monetary", {
    hint: "see what the columns hold: segment ingest FILE",
  });
}

function columnWarnings(
  { after, lacking, negative }: ColumnFacts,
  asOf: string | null,
  dropped: number,
): readonly Warning[] {
  const warnings: Warning[] = [];
  const verb = (count: number): string => (count === 1 ? "was" : "were");
  if (after > 0) {
    warnings.push({ code: "after-as-of", message: `${countOf(after, "row")} after ${asOf} ${verb(after)} left out` });
  }
  if (dropped > 0) {
    const message = `${countOf(dropped, "row")} without recency, frequency or monetary ${verb(dropped)} left out`;
    warnings.push({ code: "missing-dropped", message });
  } else if (lacking > 0) {
    const lacks = lacking === 1 ? "lacks" : "lack";
    const message = `${countOf(lacking, "row")} ${lacks} a value and ${lacking === 1 ? "has" : "have"} no scores and no segment`;
    warnings.push({ code: "missing-values", message });
  }
  if (negative > 0) {
    const message = `${countOf(negative, "row")} ${negative === 1 ? "has" : "have"} a recency below zero: days after today?`;
    warnings.push({ code: "negative-recency", message });
  }
  return warnings;
}

function dayLiteral(text: string): Sql {
  return sql`cast(${value(text)} as date)`;
}
