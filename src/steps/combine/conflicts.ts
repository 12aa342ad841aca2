import type { OutputTable } from "../../core/command.ts";
import type { Context, Engine } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { keyState } from "../dedupe/key-sql.ts";
import type { CombineKey } from "./choose-keys.ts";
import type { FoldedCustomers } from "./fold-customers.ts";
import type { Matches } from "./match-rows.ts";
import type { Stack } from "./stack.ts";

/** A column in which the sources of a customer say different things. */
export interface FieldConflicts {
  readonly column: string;
  readonly customers: number;
  /** By source: how often its value was taken. */
  readonly won: readonly number[];
  /** The first customers of the table that show it. */
  readonly examples: readonly ConflictExample[];
}

export interface ConflictExample {
  /** By source; null where it has no value. */
  readonly values: readonly (string | null)[];
  readonly chosen: string | null;
}

/** All conflicts, and the table that lists them. */
export interface Conflicts {
  readonly fields: readonly FieldConflicts[];
  readonly count: number;
  /** Rows `customer`, the keys, `field`, for each source `SOURCE` and `SOURCE_row`, `chosen`, `chosen_source`. */
  readonly table: OutputTable;
}

const shownExamples = 2;

/**
 * Finds the conflicts: customers whose sources hold values of a column that differ once normalised (a missing value is none).
 * `skipped` are columns in which sources differ by their nature, such as the date of the last change.
 */
export async function findConflicts(
  context: Context,
  stack: Stack,
  matches: Matches,
  folded: FoldedCustomers,
  given: {
    readonly sources: readonly string[];
    readonly keys: readonly CombineKey[];
    readonly skipped: ReadonlySet<string>;
    /** Customers up to this number are in the table. */
    readonly until: number;
    readonly isOrdered: boolean;
  },
): Promise<Conflicts> {
  const { engine } = context;
  const { sources, keys, skipped, until, isOrdered } = given;
  const columns = stack.table.columns;
  const asked = columns.map((_, i) => i).filter((i) => !skipped.has(columns[i]!.name));
  const differing = await fieldsApart(engine, folded, asked, until);
  const parts = differing.map((i) => fieldQuery(stack, folded, columns[i]!, i, sources, until));
  const listed = parts.length === 0 ? emptyQuery(sources) : join(parts, "\nunion all\n");
  const order = sql`customer_1, field_no`;
  const stored = await engine.store(
    sql`
    select *, row_number() over (partition by field_no order by customer_1) as place_1
    from (
      ${listed}
    )
    ${isOrdered ? sql`order by ${order}` : sql``}
  `,
    { apart: true },
  );
  const winners = await engine.rows(
    sql`select field_no, won_1, count(*) as rows_1 from ${stored.relation} group by field_no, won_1 order by field_no, won_1`,
    columns.length * (sources.length + 1),
  );
  const shown = await engine.rows(
    sql`select * from ${stored.relation} where place_1 <= ${shownExamples} order by field_no, place_1`,
    columns.length * shownExamples,
  );
  const fields = differing.map((i): FieldConflicts => {
    const own = winners.filter((row) => Number(row["field_no"]) === i);
    const rowsOf = (s: number): number =>
      Number(own.find((row) => row["won_1"] !== null && Number(row["won_1"]) === s)?.["rows_1"] ?? 0);
    return {
      column: columns[i]!.name,
      customers: own.reduce((sum, row) => sum + Number(row["rows_1"]), 0),
      won: sources.map((_, s) => rowsOf(s)),
      examples: shown
        .filter((row) => Number(row["field_no"]) === i)
        .map((row) => ({
          values: sources.map((_, s) => textOrNull(row[`said_${s + 1}`])),
          chosen: textOrNull(row["chosen_1"]),
        })),
    };
  });
  return { fields, count: stored.rows, table: conflictsTable(stored, matches, sources, keys, columns, isOrdered) };
}

/** Columns of which some customer's sources differ. */
async function fieldsApart(
  engine: Engine,
  { customers }: FoldedCustomers,
  asked: readonly number[],
  until: number,
): Promise<readonly number[]> {
  if (asked.length === 0 || customers.rows === 0) return [];
  const most = asked.map((i) => sql`max(${identifier(`apart_${i + 1}`)}) as ${identifier(`most_${i + 1}`)}`);
  const [row = {}] = await engine.rows(
    sql`select ${join(most, ", ")} from ${customers.relation} where customer_1 <= ${until}`,
    1,
  );
  return asked.filter((i) => Number(row[`most_${i + 1}`] ?? 0) > 0);
}

/** The customers whose sources differ in a column, one a row. */
function fieldQuery(
  stack: Stack,
  { rows, customers }: FoldedCustomers,
  column: Column,
  i: number,
  sources: readonly string[],
  until: number,
): Sql {
  const text = (of: Sql): Sql => (column.stored === "typed" ? asText(of) : of);
  const held = sql`case when not ${identifier(`lacks_${i + 1}`)} then ${text(identifier(`held_${i + 1}`))} end`;
  const said = sources.flatMap((_, s) => [
    sql`max(case when source_0 = ${value(s)} then ${held} end) as ${identifier(`said_${s + 1}`)}`,
    sql`max(case when source_0 = ${value(s)} then row_no end) - cast(${stack.starts[s]!} as bigint) as ${identifier(`at_${s + 1}`)}`,
  ]);
  return sql`
    select
      customer_1, ${value(i)} as field_no, ${column.name} as field_1,
      ${join(said, ",\n")},
      max(chosen_2) as chosen_1, max(won_2) as won_1
    from ${rows.relation}
    join (
      select customer_1 as apart_customer, ${text(identifier(`survivor_${i + 1}`))} as chosen_2, ${identifier(`won_${i + 1}`)} as won_2
      from ${customers.relation}
      where ${identifier(`apart_${i + 1}`)} = 1 and customer_1 <= ${until}
    ) on apart_customer = customer_1
    group by customer_1
  `;
}

function emptyQuery(sources: readonly string[]): Sql {
  const nothing = asText(sql`null`);
  const said = sources.flatMap((_, s) => [
    sql`${nothing} as ${identifier(`said_${s + 1}`)}`,
    sql`cast(null as bigint) as ${identifier(`at_${s + 1}`)}`,
  ]);
  return sql`
    select cast(0 as bigint) as customer_1, 0 as field_no, ${nothing} as field_1, ${join(said, ", ")}, ${nothing} as chosen_1, 0 as won_1
    where 1 = 0
  `;
}

function conflictsTable(
  stored: { readonly relation: Sql; readonly rows: number },
  { keyTable }: Matches,
  sources: readonly string[],
  keys: readonly CombineKey[],
  columns: readonly Column[],
  isOrdered: boolean,
): OutputTable {
  const own = ["customer", "field", "chosen", "chosen_source"];
  const shown = sources.map((name) => (own.includes(name) ? `source_${name}` : name));
  const taken = new Set([...own, ...shown, ...shown.map((name) => `${name}_row`)]);
  const named = keys.map(({ label }, j) => ({
    name: taken.has(label) ? `key_${label}` : label,
    sql: sql`case when ${identifier(`state_${j + 1}`)} = ${keyState.usable} then replace(${identifier(`key_${j + 1}`)}, ${"\u001f"}, ' + ') end`,
  }));
  const winner = sql`case won_1 ${join(
    sources.map((name, s) => sql`when ${value(s)} then ${name}`),
    " ",
  )} end`;
  const cells = [
    { name: "customer", sql: sql`customer_1` },
    ...named,
    { name: "field", sql: sql`field_1` },
    ...shown.flatMap((name, s) => [
      { name, sql: identifier(`said_${s + 1}`) },
      { name: `${name}_row`, sql: identifier(`at_${s + 1}`) },
    ]),
    { name: "chosen", sql: sql`chosen_1` },
    { name: "chosen_source", sql: winner },
  ];
  const query = sql`
    select
      ${join(
        cells.map(({ name, sql: cell }) => sql`${cell} as ${identifier(name)}`),
        ",\n",
      )}
    from ${stored.relation}
    join ${keyTable} on row_no = customer_1
    ${isOrdered || columns.length === 0 ? sql`order by customer_1, field_no` : sql``}
  `;
  return { query, typed: query, rows: stored.rows };
}

function textOrNull(of: unknown): string | null {
  return of === null || of === undefined ? null : String(of);
}
