import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { findColumn } from "../match-columns.ts";
import { textSql, valueSql } from "../reading/values.ts";
import { numbersByCentre } from "./merged-segments.ts";
import { segmentNamesOf, type ClusterModel, type ModelFeature } from "./model.ts";
import { extraNames } from "./row-extras.ts";
import type { Extra } from "./settings.ts";
import { carriedPosition, carrying } from "../row-position.ts";

/**
 * Assignment to the nearest centre as SQL: missing values filled, each column scaled, squared distances, and the
 * number of the least (the first on a tie), beside the table's columns. The arithmetic is that of the kernels, term by
 * term; a logarithm may differ in its last bit, so only a row as near to two centres can be told apart. The position of a
 * table that has one stands last. Throws `usage` for a model with a rule of its own.
 */
export function assignSql(table: Table, model: ClusterModel, extras: readonly Extra[] = []): Sql {
  const { features, segments } = model;
  if (model.rule !== null || model.embedding !== null) {
    throw new SegmentError(
      "usage",
      `what assigns rows by ${model.embedding === null ? model.method : model.embedding.kind} is not written as SQL`,
      {
        hint: "leave out --explain and --engine, or use a method that assigns to the nearest centre",
      },
    );
  }
  const added = [model.name, ...extraNames(model.name, extras)];
  const kept = table.columns.filter(({ name }) => !added.includes(name));
  const distances = segments.map(
    ({ centre, segment }) => sql`${squaredDistance(centre)} as ${identifier(`_distance_${segment}`)}`,
  );
  const least = join(
    segments.map(({ segment }) => identifier(`_distance_${segment}`)),
    ", ",
  );
  const numbers = numbersByCentre(model);
  const cases = segments.map(({ segment }, c) => sql`when ${identifier(`_distance_${segment}`)} then ${numbers[c]!}`);
  const passed = kept.map(({ name }, i) => sql`${identifier(`_column_${i + 1}`)} as ${identifier(name)}`);
  const texts = kept.map((column, i) => sql`${textSql(column)} as ${identifier(`_column_${i + 1}`)}`);
  const nearest = segments.length === 1 ? least : sql`least(${least})`;
  const number = sql`coalesce(case ${nearest} ${join(cases, " ")} end, 0) as ${identifier(model.name)}`;
  const more = extras.map(
    (extra) => sql`${extraSql(extra, model, nearest, cases)} as ${identifier(`${model.name}_${extra}`)}`,
  );
  const { steps, last } = featureSql(table, features, [...texts, ...carriedPosition(table)]);
  return sql`
    with ${steps},
    distances as (
      select
        *,
        ${join(distances, ",\n")}
      from ${last}
    )
    select
      ${join([...passed, number, ...more, ...carriedPosition(carrying(table, sql`distances`))], ",\n")}
    from distances
  `;
}

/** The name of the segment, the distance to the own centre, or the next nearest segment (0 for a row in none). */
function extraSql(extra: Extra, model: ClusterModel, nearest: Sql, cases: readonly Sql[]): Sql {
  const { segments } = model;
  if (extra === "name") {
    const names = [...segmentNamesOf(model)].map(([segment, name]) => sql`when ${segment} then ${name}`);
    return sql`case case ${nearest} ${join(cases, " ")} end ${join(names, " ")} end`;
  }
  if (extra === "distance") return sql`sqrt(${nearest})`;
  const numbers = numbersByCentre(model);
  if (new Set(numbers).size < 2) return sql`0`;
  const own = sql`case ${nearest} ${join(cases, " ")} end`;
  const others = segments.map(
    ({ segment }, i) => sql`case when ${own} <> ${numbers[i]!} then ${identifier(`_distance_${segment}`)} end`,
  );
  const second = segments.map((_, i) => sql`when ${others[i]!} = least(${join(others, ", ")}) then ${numbers[i]!}`);
  return sql`coalesce(case ${join(second, " ")} end, 0)`;
}

/**
 * The features of a model filled and scaled, `_scaled_1` … in its order, beside `others`, which read the table's relation:
 * the named steps of a `with`, and the last one's name; or all of it as one query.
 */
export function featureSql(
  table: Table,
  features: readonly ModelFeature[],
  others: readonly Sql[],
): { readonly steps: Sql; readonly last: Sql; readonly query: Sql } {
  const source = (name: string): Sql => doubleSql(findColumn(table.columns, name, "the model"));
  const filled = features.map(
    (feature, j) => sql`${fill(feature, source(feature.source))} as ${identifier(`_filled_${j + 1}`)}`,
  );
  const scaled = features.map(
    (feature, j) => sql`${scale(feature, identifier(`_filled_${j + 1}`))} as ${identifier(`_scaled_${j + 1}`)}`,
  );
  const steps = sql`
    filled as (
      select
        ${join([...others, ...filled], ",\n")}
      from ${table.relation}
    ),
    scaled as (
      select
        *,
        ${join(scaled, ",\n")}
      from filled
    )
  `;
  const last = sql`scaled`;
  return { steps, last, query: sql`with ${steps} select * from ${last}` };
}

function fill(feature: ModelFeature, column: Sql): Sql {
  return feature.fill === null ? column : sql`coalesce(${column}, ${double(feature.fill)})`;
}

/** A column as doubles, null where it is missing or NaN. */
function doubleSql(column: Column): Sql {
  const number = sql`cast(${valueSql(column)} as double)`;
  return column.stored === "typed" && column.type === "number" ? sql`nullif(${number}, ${Number.NaN})` : number;
}

/** A feature's column filled, its logarithm taken where the model takes one, not yet scaled. */
export function rawSql(feature: ModelFeature, column: Sql): Sql {
  return logged(feature, fill(feature, column));
}

function logged({ transform }: ModelFeature, column: Sql): Sql {
  return transform.log1p ? sql`sign(${column}) * ln(1 + abs(${column}))` : column;
}

function scale(feature: ModelFeature, column: Sql): Sql {
  const raw = logged(feature, column);
  const { transform } = feature;
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
