import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { doubleSql } from "../cluster/in-engine/column-moments.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";
import type { ColumnFacts } from "../column-facts.ts";
import { positionSql } from "../row-position.ts";

/**
 * What `columnFacts` finds, of columns that stay in the engine: two scans for all of them, one more for each that may be a
 * numbering of the rows or holds an infinite value. A numbering is one in any order.
 */
export async function engineFacts(
  engine: Engine,
  table: Table,
  names: readonly string[],
): Promise<ReadonlyMap<string, ColumnFacts>> {
  if (names.length === 0) return new Map();
  const values = names.map((name) => doubleSql(table, name));
  const ask = async (figures: readonly Sql[]): Promise<Readonly<Record<string, unknown>>> => {
    if (figures.length === 0) return {};
    const [row = {}] = await engine.rows(sql`select ${join(figures, ",\n")} from ${table.relation}`, 1);
    return row;
  };
  const ends = await ask(
    values.flatMap((v, j) => [
      sql`count(${v}) as ${identifier(`count_${j + 1}`)}`,
      sql`min(${v}) as ${identifier(`min_${j + 1}`)}`,
      sql`max(${v}) as ${identifier(`max_${j + 1}`)}`,
      sql`count(*) filter (where ${v} <> floor(${v})) as ${identifier(`parts_${j + 1}`)}`,
    ]),
  );
  const at = (row: Readonly<Record<string, unknown>>, stem: string, j: number): number | null => {
    const found = row[`${stem}_${j + 1}`];
    return found === null || found === undefined ? null : Number(found);
  };
  const others = await ask(
    values.flatMap((v, j) => {
      const [low, high] = [at(ends, "min", j), at(ends, "max", j)];
      if (low === null || high === null || low === high) return [];
      const isOther = sql`${v} > ${double(low)} and ${v} < ${double(high)}`;
      return [sql`count(*) filter (where ${isOther}) as ${identifier(`others_${j + 1}`)}`];
    }),
  );
  const facts = new Map<string, ColumnFacts>();
  for (const [j, name] of names.entries()) {
    const { rows } = table;
    const count = at(ends, "count", j)!;
    const minimum = at(ends, "min", j) ?? Infinity;
    const maximum = at(ends, "max", j) ?? -Infinity;
    const missing = rows - count;
    const allIntegers = at(ends, "parts", j) === 0 && minimum !== -Infinity && maximum !== Infinity;
    const distinct = count === 0 ? 0 : minimum === maximum ? 1 : at(others, "others", j) === 0 ? 2 : 3;
    const mayNumber = allIntegers && missing === 0 && rows > 1 && maximum - minimum + 1 === rows;
    const isNumbering = mayNumber && (await distinctValues(engine, table, values[j]!)) === rows;
    const isInfinite = count > 0 && (Math.abs(minimum) === Infinity || Math.abs(maximum) === Infinity);
    const infiniteRow = isInfinite ? await firstRow(engine, table, sql`abs(${values[j]!}) = ${Infinity}`) : -1;
    const risesByOne = false;
    facts.set(name, { rows, missing, infiniteRow, minimum, maximum, allIntegers, distinct, risesByOne, isNumbering });
  }
  return facts;
}

/** The number of the first row, from 0, for which a condition holds; -1 for none. */
export async function firstRow(engine: Engine, table: Table, condition: Sql): Promise<number> {
  const [row = {}] = await engine.rows(
    sql`
      select min(position_1) as first_1
      from (
        select ${condition} as holds_1, ${positionSql(table)} as position_1
        from ${table.relation}
      )
      where holds_1
    `,
    1,
  );
  const first = row["first_1"];
  return first === null || first === undefined ? -1 : Number(first);
}

async function distinctValues(engine: Engine, table: Table, column: Sql): Promise<number> {
  const [row = {}] = await engine.rows(sql`select count(distinct ${column}) as values_1 from ${table.relation}`, 1);
  return Number(row["values_1"]);
}
