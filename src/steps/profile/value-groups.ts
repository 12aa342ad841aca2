import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";
import { textOf } from "../dedupe/key-kinds.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { valueSql } from "../reading/values.ts";

/** The different values of a column, over all rows. */
export interface ValueGroups {
  readonly distinct: number;
  /** Values that more than one row has, and these rows. */
  readonly repeated: number;
  readonly repeatedRows: number;
  /** Different values once capital letters and outer spaces do not count; null where that was not asked. */
  readonly folded: number | null;
  /** The values that most rows have, ties by value; all of them where there are no more than `listedValues`. */
  readonly listed: readonly ListedValue[];
}

export interface ListedValue {
  readonly value: string | number;
  readonly rows: number;
}

/** Values of a column that come out of the engine. */
export const listedValues = 1000;

interface GroupingOptions {
  /** The form in which values are compared. SQL over SQL. */
  readonly keyOf?: ((value: Sql) => Sql) | null;
  /** Whether values are also counted without regard to capital letters and outer spaces, where they are many. */
  readonly folds?: boolean;
}

/**
 * Groups a column by its values: exactly, in one scan and a hash table of its distinct values, beyond the memory on disk.
 * Numbers by value, dates as ISO text, all else by text, missing values left out.
 */
export async function valueGroups(
  engine: Engine,
  table: Table,
  column: Column,
  { keyOf = null, folds = false }: GroupingOptions = {},
): Promise<ValueGroups> {
  const isNumber =
    keyOf === null && (column.type === "integer" || column.type === "number") && column.tie === undefined;
  const rows = await engine.rows(groupsQuery(table, column, keyOf), listedValues);
  const first = rows[0] ?? {};
  const figure = (name: string): number => Number(first[name] ?? 0);
  const distinct = figure("distinct_1");
  const listed = rows.map((row) => ({
    value: isNumber ? Number(row["value_1"]) : String(row["value_1"]),
    rows: Number(row["rows_1"]),
  }));
  const mayFold = folds && column.type === "text" && distinct > listedValues && distinct * 2 < table.rows;
  return {
    distinct,
    repeated: figure("repeated_1"),
    repeatedRows: figure("repeated_rows_1"),
    folded: mayFold ? await foldedValues(engine, table, column) : null,
    listed,
  };
}

/** What a column is grouped by: null where missing. SQL. */
export function groupedSql(column: Column): Sql {
  const isValue = column.tie === undefined && column.type !== "text";
  if (!isValue) {
    const text = textOf(column);
    return sql`case when not ${isMissingSql(text)} then ${text} end`;
  }
  if (column.type === "integer" || column.type === "number") {
    return sql`nullif(cast(${valueSql(column)} as double) + 0e0, ${Number.NaN})`;
  }
  return asText(valueSql(column));
}

function groupsQuery(table: Table, column: Column, keyOf: ((value: Sql) => Sql) | null): Sql {
  const raw = identifier("raw_1");
  const plain = sql`
    select ${column.ref} as ${raw}, count(*) as rows_1
    from ${table.relation}
    group by ${column.ref}
  `;
  // Values are read, and keys made, of the different texts, which are fewer than the rows.
  const value = groupedSql({ ...column, ref: raw });
  const isPlain = keyOf === null && column.stored === "text" && column.type === "text";
  const read = sql`
    select ${keyOf === null ? value : keyOf(value)} as value_1, rows_1
    from (
      ${plain}
    )
  `;
  const grouped = isPlain ? sql`select * from (${read}) where value_1 is not null` : addedUp(read);
  return sql`
    select
      value_1,
      rows_1,
      count(*) over () as distinct_1,
      sum(case when rows_1 > 1 then 1 else 0 end) over () as repeated_1,
      sum(case when rows_1 > 1 then rows_1 else 0 end) over () as repeated_rows_1
    from (
      ${grouped}
    )
    order by rows_1 desc, value_1
    limit ${listedValues}
  `;
}

/** Adds up the rows of each value. */
function addedUp(query: Sql): Sql {
  return sql`
    select value_1, cast(sum(rows_1) as bigint) as rows_1
    from (
      ${query}
    )
    where value_1 is not null
    group by value_1
  `;
}

async function foldedValues(engine: Engine, table: Table, column: Column): Promise<number> {
  const [row = {}] = await engine.rows(
    sql`select count(distinct lower(trim(${groupedSql(column)}))) as values_1 from ${table.relation}`,
    1,
  );
  return Number(row["values_1"]);
}
