import type { Compute } from "../../core/compute.ts";
import type { Engine, Table } from "../../core/context.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { sum } from "../../model/stats/sum.ts";
import { asText } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { textSql, valueSql } from "../reading/values.ts";
import { profileColumn, type GroupedRows } from "./profile.ts";
import { inOrder } from "../row-position.ts";

/** A column that describes the segments without being clustered by. */
export type Described =
  | {
      readonly kind: "categories";
      readonly column: string;
      /** Most frequent first; null stands for a missing value. */
      readonly values: readonly (string | null)[];
      /** How many more values there are. */
      readonly others: number;
      /** Share of each of `values` (and last of all others) by segment, then over everyone. */
      readonly shares: readonly (readonly number[])[];
      readonly everyone: readonly number[];
    }
  | {
      readonly kind: "numbers";
      readonly column: string;
      readonly medians: readonly number[];
      readonly everyone: number;
    };

const shownValues = 8;

/**
 * Shares of the most frequent values (text, dates, flags) or medians (numbers) by segment. The engine counts values
 * and codes the rows; shares under weights are summed here, in a fixed tree.
 */
export async function describeColumns(
  engine: Engine,
  compute: Compute,
  table: Table,
  columns: readonly Column[],
  grouped: GroupedRows,
): Promise<readonly Described[]> {
  const described: Described[] = [];
  for (const column of columns) {
    const mark = compute.mark();
    described.push(
      column.type === "integer" || column.type === "number"
        ? await describeNumber(engine, compute, table, column, grouped)
        : await describeCategories(engine, compute, table, column, grouped),
    );
    compute.release(mark);
  }
  return described;
}

async function describeNumber(
  engine: Engine,
  compute: Compute,
  table: Table,
  column: Column,
  grouped: GroupedRows,
): Promise<Described> {
  const query = sql`select cast(${valueSql(column)} as double) as v from ${table.relation}${inOrder(table)}`;
  const matrix = await engine.matrix(query, ["v"], table.rows, compute);
  const { medians, everyone } = profileColumn(compute, columnOf(matrix, 0), grouped);
  return { kind: "numbers", column: column.name, medians, everyone: everyone.median };
}

async function describeCategories(
  engine: Engine,
  compute: Compute,
  table: Table,
  column: Column,
  grouped: GroupedRows,
): Promise<Described> {
  const plain = asText(textSql(column));
  // The words of a flag are the same in any case; those of a text may not be.
  const shown = column.type === "boolean" ? sql`lower(${plain})` : plain;
  const text = sql`case when ${isMissingSql(shown)} then null else trim(${shown}) end`;
  const counted = await engine.rows(
    sql`
      select v, count(*) as n, count(*) over () as kinds
      from (select ${text} as v from ${table.relation})
      group by v
      order by n desc, v nulls last
      limit ${shownValues}
    `,
    shownValues,
  );
  const values = counted.map((row) => (row.v === null ? null : String(row.v)));
  const kinds = Number(counted[0]?.kinds ?? 0);
  const code = sql`case ${join(
    values.map((word, at) => matches(text, word, at)),
    " ",
  )} else ${values.length} end`;
  const query = sql`select cast(${code} as double) as v from ${table.relation}${inOrder(table)}`;
  const codes = columnOf(await engine.matrix(query, ["v"], table.rows, compute), 0);
  const weightsByCode = grouped.groups.map(({ rows, weights }) => {
    const totals = new Float64Array(values.length + 1);
    for (let i = 0; i < rows.length; i++) totals[codes[rows[i]!]!]! += weights === null ? 1 : weights[i]!;
    return totals;
  });
  const totals = weightsByCode.map((weights) => sum(weights));
  const all = totals.reduce((sumOfAll, total) => sumOfAll + total, 0);
  const everyone = Array.from({ length: values.length + 1 }, (_, at) => {
    const held = weightsByCode.reduce((sumOfAll, weights) => sumOfAll + weights[at]!, 0);
    return all > 0 ? held / all : 0;
  });
  return {
    kind: "categories",
    column: column.name,
    values,
    others: kinds - values.length,
    shares: weightsByCode.map((weights, s) =>
      Array.from(weights, (weight) => (totals[s]! > 0 ? weight / totals[s]! : 0)),
    ),
    everyone,
  };
}

function matches(text: Sql, word: string | null, code: number): Sql {
  return word === null
    ? sql`when ${text} is null then ${value(code)}`
    : sql`when ${text} = ${word} then ${value(code)}`;
}
