import type { Sql } from "../../../core/sql.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { double } from "../../double-sql.ts";
import { x } from "./points.ts";

export { double };

/** Centres of one candidate k: k × columns, row-major. */
export interface Centres {
  readonly k: number;
  readonly values: Float64Array;
}

/** The centre of group g that is nearest to a point (the first of equals), from 0, and its squared distance. */
export function labelOf(g: number): Sql {
  return identifier(`label_${g + 1}`);
}

export function distanceOf(g: number): Sql {
  return identifier(`least_${g + 1}`);
}

/**
 * A query of points with `label_g` and `least_g` for each group of centres: squared distances term by term in the order of
 * the columns, as the kernels sum them. `kept` are the columns that go on.
 */
export function nearestQuery(points: Sql, columns: number, groups: readonly Centres[], kept: readonly Sql[]): Sql {
  const name = (g: number, c: number): Sql => identifier(`d_${g + 1}_${c + 1}`);
  const distances = groups.flatMap(({ k, values }, g) =>
    Array.from({ length: k }, (_, c) => sql`${squaredDistance(values, c, columns)} as ${name(g, c)}`),
  );
  const all = (g: number, k: number): readonly Sql[] => Array.from({ length: k }, (_, c) => name(g, c));
  const least = groups.map(
    ({ k }, g) => sql`${k === 1 ? name(g, 0) : sql`least(${join(all(g, k), ", ")})`} as ${distanceOf(g)}`,
  );
  const labels = groups.map(({ k }, g) => {
    const cases = all(g, k).map((own, c) => sql`when ${own} then ${c}`);
    return sql`case ${distanceOf(g)} ${join(cases, " ")} end as ${labelOf(g)}`;
  });
  return sql`
    select ${join([...kept, ...groups.map((_, g) => distanceOf(g)), ...labels], ", ")}
    from (
      select *, ${join(least, ", ")}
      from (
        select *, ${join(distances, ", ")}
        from ${points}
      )
    )
  `;
}

/** Squared distance of a row of `nearestQuery` to the place of its label in group g: `values` as those of centres. */
export function ownDistance(g: number, values: Float64Array, columns: number): Sql {
  const cases = Array.from(
    { length: values.length / columns },
    (_, c) => sql`when ${c} then ${squaredDistance(values, c, columns)}`,
  );
  return sql`case ${labelOf(g)} ${join(cases, " ")} end`;
}

function squaredDistance(values: Float64Array, c: number, columns: number): Sql {
  const terms = Array.from({ length: columns }, (_, j) => {
    const difference = sql`(${x(j)} - ${double(values[c * columns + j]!)})`;
    return sql`${difference} * ${difference}`;
  });
  return join(terms, " + ");
}
