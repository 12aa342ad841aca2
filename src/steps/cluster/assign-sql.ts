import type { Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { findColumn } from "../match-columns.ts";
import { textSql, valueSql } from "../reading/values.ts";
import type { ClusterModel, ModelFeature } from "./model.ts";
import { carriedPosition, carrying, inOrder } from "../row-position.ts";

/**
 * Assignment to the nearest centre as SQL: missing values filled, each column scaled, squared distances, and the
 * number of the least (the first on a tie), beside the table's columns. The arithmetic is that of the kernels, term by
 * term; a logarithm may differ in its last bit, so only a row as near to two centres can be told apart. The position of a
 * table that has one stands last.
 */
export function assignSql(table: Table, model: ClusterModel): Sql {
  const { features, segments } = model;
  const kept = table.columns.filter(({ name }) => name !== model.name);
  const source = (name: string): Sql => sql`cast(${valueSql(findColumn(table.columns, name, "the model"))} as double)`;
  const filled = features.map(
    (feature, j) => sql`${fill(feature, source(feature.source))} as ${identifier(`_filled_${j + 1}`)}`,
  );
  const scaled = features.map(
    (feature, j) => sql`${scale(feature, identifier(`_filled_${j + 1}`))} as ${identifier(`_scaled_${j + 1}`)}`,
  );
  const distances = segments.map(
    ({ centre, segment }) => sql`${squaredDistance(centre)} as ${identifier(`_distance_${segment}`)}`,
  );
  const least = join(
    segments.map(({ segment }) => identifier(`_distance_${segment}`)),
    ", ",
  );
  const cases = segments.map(({ segment }) => sql`when ${identifier(`_distance_${segment}`)} then ${segment}`);
  const passed = kept.map(({ name }, i) => sql`${identifier(`_column_${i + 1}`)} as ${identifier(name)}`);
  const texts = kept.map((column, i) => sql`${textSql(column)} as ${identifier(`_column_${i + 1}`)}`);
  const nearest = segments.length === 1 ? least : sql`least(${least})`;
  const number = sql`coalesce(case ${nearest} ${join(cases, " ")} end, 0) as ${identifier(model.name)}`;
  const placed = carrying(table, sql`distances`);
  return sql`
    with filled as (
      select
        ${join([...texts, ...filled, ...carriedPosition(table)], ",\n")}
      from ${table.relation}
    ),
    scaled as (
      select
        *,
        ${join(scaled, ",\n")}
      from filled
    ),
    distances as (
      select
        *,
        ${join(distances, ",\n")}
      from scaled
    )
    select
      ${join([...passed, number, ...carriedPosition(placed)], ",\n")}
    from distances${inOrder(placed)}
  `;
}

function fill(feature: ModelFeature, column: Sql): Sql {
  return feature.fill === null ? column : sql`coalesce(${column}, ${double(feature.fill)})`;
}

function scale({ transform }: ModelFeature, column: Sql): Sql {
  const raw = transform.log1p ? sql`sign(${column}) * ln(1 + abs(${column}))` : column;
  if (transform.kind === "none" || transform.kind === "given") return raw;
  return sql`(${raw} - ${double(transform.center)}) / ${double(transform.scale)}`;
}

function squaredDistance(centre: readonly number[]): Sql {
  const terms = centre.map((coordinate, j) => {
    const difference = sql`(${identifier(`_scaled_${j + 1}`)} - ${double(coordinate)})`;
    return sql`${difference} * ${difference}`;
  });
  return join(terms, " + ");
}

/** A literal such as 2 must not make the arithmetic one of whole numbers or decimals. */
function double(number: number): Sql {
  return sql`cast(${value(number)} as double)`;
}
