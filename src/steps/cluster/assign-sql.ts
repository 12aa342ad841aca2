import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import type { ClusterModel, ModelFeature } from "./model.ts";

/**
 * Assignment to the nearest centre as SQL: missing values filled, each column scaled, squared distances, and the
 * number of the least (the first on a tie). `source(name)` is the value of a column of `relation` as a double, null
 * where missing; `kept` are the columns handed through. The arithmetic is that of the kernels, term by term; a sum
 * of squares may differ in the last bit, so only a row as near to two centres can be told apart.
 */
export function assignSql(
  relation: Sql,
  model: ClusterModel,
  source: (name: string) => Sql,
  kept: readonly { readonly name: string; readonly text: Sql }[],
): Sql {
  const { features, segments } = model;
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
  const texts = kept.map(({ text }, i) => sql`${text} as ${identifier(`_column_${i + 1}`)}`);
  const nearest = segments.length === 1 ? least : sql`least(${least})`;
  return sql`
    with filled as (
      select
        ${join([...texts, ...filled], ",\n")}
      from ${relation}
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
      ${join([...passed, sql`coalesce(case ${nearest} ${join(cases, " ")} end, 0) as ${identifier(model.name)}`], ",\n")}
    from distances
  `;
}

function fill(feature: ModelFeature, column: Sql): Sql {
  return feature.fill === null ? column : sql`coalesce(${column}, ${double(feature.fill)})`;
}

function scale({ transform }: ModelFeature, column: Sql): Sql {
  const raw = transform.log1p ? sql`ln(1 + ${column})` : column;
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
