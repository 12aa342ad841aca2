import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { doubleSql } from "../cluster/in-engine/column-moments.ts";
import { requireFinite } from "../cluster/read-numbers.ts";
import { derived, deriveTable, passed } from "../derive.ts";
import { firstRow } from "../in-engine/engine-facts.ts";
import { findColumn } from "../match-columns.ts";
import type { OpenedTable } from "../open-table.ts";
import { positionSql } from "../row-position.ts";
import type { RecoveredColumn } from "./inverse.ts";
import { targetOf, type NormalizeModel } from "./model.ts";
import { neverGiven } from "./never-given.ts";
import { inverseSql } from "./transform-sql.ts";

/**
 * What becomes of scaled columns that stay in the engine when a model takes them back: one scan, whatever the columns.
 * Throws `not-finite` and `out-of-domain` with the place.
 */
export async function recoverBySql(
  engine: Engine,
  { table, sources }: Pick<OpenedTable, "table" | "sources">,
  model: NormalizeModel,
): Promise<readonly RecoveredColumn[]> {
  if (model.columns.length === 0) return [];
  // A column that is taken back in its place is kept beside what it becomes.
  let stem = "source";
  while (table.columns.some(({ name }) => name.startsWith(stem))) stem += "_";
  const nameOf = (j: number): string => `${stem}_${j + 1}`;
  const targets = model.columns.map(({ column }) => targetOf(model, column));
  const doubles = targets.map((name) => doubleSql(table, name));
  const beside = deriveTable(table, [
    ...table.columns.map(passed),
    ...doubles.map((number, j) => derived(nameOf(j), "number", "typed", number, table.rows)),
  ]);
  const recovered = inverseSql(beside, { ...model, encodings: [] });
  const pairs = model.columns.map(({ column }, j) => ({
    scaled: findColumn(recovered.columns, nameOf(j), "the model").ref,
    own: doubleSql(recovered, column),
  }));
  const figures = pairs.flatMap(({ scaled, own }, j) => [
    sql`count(${scaled}) as ${identifier(`scaled_${j + 1}`)}`,
    sql`max(abs(${scaled})) as ${identifier(`most_${j + 1}`)}`,
    sql`count(${own}) as ${identifier(`count_${j + 1}`)}`,
    sql`min(${own}) as ${identifier(`low_${j + 1}`)}`,
    sql`max(${own}) as ${identifier(`high_${j + 1}`)}`,
  ]);
  const [row = {}] = await engine.rows(sql`select ${join(figures, ",\n")} from ${recovered.relation}`, 1);
  const columns: RecoveredColumn[] = [];
  for (const [j, learned] of model.columns.entries()) {
    const at = (figure: string): number => Number(row[`${figure}_${j + 1}`] ?? Number.NaN);
    const { scaled, own } = pairs[j]!;
    const source = targets[j]!;
    if (at("most") === Infinity) {
      await requireFinite(sources, source, await firstRow(engine, recovered, sql`abs(${scaled}) = ${Infinity}`));
    }
    const [lowest, highest] = [at("low"), at("high")];
    if (at("count") !== at("scaled") || Math.abs(lowest) === Infinity || Math.abs(highest) === Infinity) {
      const isLost = sql`${scaled} is not null and (${own} is null or abs(${own}) = ${Infinity})`;
      const first = await firstRow(engine, recovered, isLost);
      throw await neverGiven(sources, source, first, await valueAt(engine, recovered, scaled, first));
    }
    columns.push({ ...learned, source, missing: table.rows - at("scaled"), lowest, highest });
  }
  return columns;
}

async function valueAt(engine: Engine, table: Table, column: Sql, row: number): Promise<number> {
  const [found = {}] = await engine.rows(
    sql`
      select value_1
      from (
        select ${column} as value_1, ${positionSql(table)} as position_1
        from ${table.relation}
      )
      where position_1 = ${row}
    `,
    1,
  );
  return Number(found["value_1"]);
}
