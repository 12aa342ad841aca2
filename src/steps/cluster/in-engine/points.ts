import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Sql } from "../../../core/sql.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { featureSql } from "../assign-sql.ts";
import type { ModelFeature } from "../model.ts";
import { withRowIds } from "./hash-sql.ts";

/**
 * The rows to cluster, kept in the engine: one row for each distinct one, `x_1` … in the scaled space, its weight
 * `w_1`, and its ids `id_1`, `id_2` for draws.
 */
export interface EnginePoints {
  readonly relation: Sql;
  readonly columns: number;
  /** Distinct rows. */
  readonly points: number;
  /** Sum of all weights. */
  readonly weight: number;
  /** Rows of the table that are clustered, those of weight 0 among them. */
  readonly rows: number;
  /** The largest |x| of a point that has weight. */
  readonly largest: number;
}

/** Weights are taken in steps of this, so that their sums are exact in any order. */
export const weightSteps = 2 ** 20;

/** Values must be below this, so that in steps of 2^-20 they are whole numbers of 64 bits. */
const limit = 2 ** 43;

/** Column j of the points, from 0. */
export function x(j: number): Sql {
  return identifier(`x_${j + 1}`);
}

/**
 * Fills, scales and folds the rows of a table into points. `weight` is SQL over the table's relation, null for 1 a row;
 * it must be a number, not negative. One shuffle of the table in a cluster; everything later reads the points. Throws
 * `too-few-rows`, `not-finite`.
 */
export async function storePoints(
  engine: Engine,
  table: Table,
  features: readonly ModelFeature[],
  weight: Sql | null,
): Promise<EnginePoints> {
  const { query } = featureSql(table, features, [sql`${weight ?? sql`1`} as weight_1`]);
  const xs = features.map((_, j) => x(j));
  const held = join(
    xs.map((one) => sql`${one} is not null`),
    " and ",
  );
  // Adding 0 makes one zero of the two.
  const values = features.map((_, j) => sql`${identifier(`_scaled_${j + 1}`)} + 0e0 as ${x(j)}`);
  const folded = sql`
    select
      ${join(xs, ", ")},
      count(*) as rows_1,
      ${weight === null ? sql`count(*)` : sql`sum(cast(floor(weight_1 * ${weightSteps} + 5e-1) as bigint))`} as steps_1
    from (
      select ${join(values, ", ")}, weight_1
      from (
        ${query}
      )
    )
    where ${held}
    group by ${join(xs, ", ")}
  `;
  const weighted = sql`
    select ${join(xs, ", ")}, rows_1, cast(steps_1 as double) / ${weight === null ? sql`1e0` : sql`${weightSteps}`} as w_1
    from (
      ${folded}
    )
  `;
  // What is refused below must not first fail as a whole number.
  const hashed = xs.map((one) => sql`case when abs(${one}) < cast(${limit} as double) then ${one} else 0e0 end`);
  const { relation } = await engine.store(withRowIds(weighted, hashed, [...xs, sql`rows_1`, sql`w_1`]));
  const extremes = xs.flatMap((one, j) => [
    sql`max(abs(${one})) as ${identifier(`most_${j + 1}`)}`,
    sql`max(abs(${one})) filter (where w_1 > 0) as ${identifier(`reach_${j + 1}`)}`,
  ]);
  const [facts = {}] = await engine.rows(
    sql`
      select
        count(*) filter (where w_1 > 0) as points_1,
        coalesce(sum(rows_1), 0) as rows_1,
        coalesce(sum(cast(w_1 * ${weightSteps} as bigint)), 0) as steps_1,
        ${join(extremes, ", ")}
      from ${relation}
    `,
    1,
  );
  const greatest = (stem: string): number => Math.max(...xs.map((_, j) => Number(facts[`${stem}_${j + 1}`])));
  const rows = Number(facts["rows_1"]);
  if (rows === 0) {
    throw new SegmentError("too-few-rows", "every row has a missing value in a feature that is not filled", {
      hint: "use --missing median, or leave the column out with --exclude",
    });
  }
  if (!(greatest("most") < limit)) {
    throw new SegmentError("not-finite", "a scaled value is infinite or beyond 2^43", {
      hint: "scale the columns, or correct the value",
    });
  }
  return {
    relation,
    columns: features.length,
    points: Number(facts["points_1"]),
    weight: Number(facts["steps_1"]) / weightSteps,
    rows,
    largest: greatest("reach"),
  };
}
