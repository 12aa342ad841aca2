import type { Sql } from "../../../core/sql.ts";
import { listedDoubles } from "../../../sql/functions.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { type LabelledRows, nth, type PlacedRows, squaredDistance, withColumns } from "./steps.ts";

/** Rows that a model holds, by which others are assigned. */
export interface HeldRows {
  readonly rows: number;
  /** rows × columns, column-major, where the others are too. */
  readonly values: readonly number[];
  /** What else is known of each, by the name of its column. */
  readonly known: Readonly<Record<string, readonly number[]>>;
}

/** A held row's number, from 0. */
export const heldSql = identifier("_held");

/** Which of as many parts of the held rows as neighbours are wanted it is in. */
const partSql = identifier("_part");

/** The squared distance of a point to a held row. */
export const gapSql = identifier("_squared");

/** The nth nearest held row of a point, from 1: ties to the lower row. */
export const rankSql = identifier("_rank");

/** The places of rows, folded: `from` what is asked of each distinct one, and `keys` that tell them apart. */
export interface Points extends LabelledRows {
  readonly keys: readonly Sql[];
  /** The step that has the rows themselves, with the keys. */
  readonly keyed: Sql;
}

/**
 * The distinct places of rows as a step `points`, and the rows held by a model as a step `held`. Rows are found again by their
 * places, which do not change when an engine works a step out twice, as row numbers may. `wanted`: how many nearest ones
 * will be asked for.
 */
export function pointsSql(rows: PlacedRows, held: HeldRows, wanted = 1): Points {
  const keys = rows.columns.map((_, j) => nth("key", j));
  // Adding 0 makes one zero of the two.
  const keyed = withColumns(
    rows,
    "keyed",
    rows.columns.map((column, j) => sql`${column} + 0e0 as ${keys[j]!}`),
  );
  const { columns } = rows;
  const lists = {
    _held: Array.from({ length: held.rows }, (_, row) => row),
    ...(wanted === 1 ? {} : { _part: Array.from({ length: held.rows }, (_, row) => row % wanted) }),
    ...Object.fromEntries(
      columns.map((_, j) => [`_at_${j + 1}`, held.values.slice(j * held.rows, (j + 1) * held.rows)]),
    ),
    ...held.known,
  };
  const present = keys.map((key) => sql`${key} is not null`);
  const steps = [
    sql`
      held as (
        select *
        from ${listedDoubles(lists)}
      )
    `,
    sql`
      points as (
        select distinct ${join(keys, ", ")}
        from ${keyed.last}
        where ${join(present, " and ")}
      )
    `,
  ];
  return { steps: [...keyed.steps, ...steps], last: identifier("points"), keys, keyed: keyed.last };
}

/** The squared distance of a point to a held row, its columns added up in their order. */
export function gapOf(keys: readonly Sql[]): Sql {
  return squaredDistance(
    keys,
    keys.map((_, j) => nth("at", j)),
  );
}

/**
 * The `count` nearest held rows of each point, as were said to be wanted: a step `near` of keys, `heldSql`, `gapSql`, `rankSql`
 * and the columns `known`.
 * Every pair of a point and a held row is looked at twice: first for a bound that `count` rows do not lie beyond, the greatest of
 * the least distances in each of `count` parts of the held rows; then for the few pairs within it, which alone are sorted.
 */
export function nearestSql(points: Points, count: number, known: readonly Sql[]): LabelledRows {
  const { keys } = points;
  const all = join(keys, ", ");
  const gap = gapOf(keys);
  const bound = identifier("_bound");
  const bounds =
    count === 1
      ? sql`
          bounds as (
            select /*+ broadcast(held) */
              ${all},
              min(${gap}) as ${bound}
            from ${points.last}
            cross join held
            group by ${all}
          )
        `
      : sql`
          bounds as (
            select
              ${all},
              max(${gapSql}) as ${bound}
            from (
              select /*+ broadcast(held) */
                ${all},
                ${partSql},
                min(${gap}) as ${gapSql}
              from ${points.last}
              cross join held
              group by ${all}, ${partSql}
            ) as parts
            group by ${all}
          )
        `;
  const columns = join([...keys, heldSql, ...known], ", ");
  const order = sql`partition by ${all} order by ${gapSql}, ${heldSql}`;
  const near = sql`
    near as (
      select *
      from (
        select
          *,
          row_number() over (${order}) as ${rankSql}
        from (
          select /*+ broadcast(held) */
            ${columns},
            ${gap} as ${gapSql}
          from bounds
          cross join held
          where ${gap} <= ${bound}
        ) as candidates
      ) as ranked
      where ${rankSql} <= ${count}
    )
  `;
  return { steps: [...points.steps, bounds, near], last: identifier("near") };
}

/** The rows again, with columns that were found of their points; null for a row that is left out, or of which nothing was found. */
export function joinedSql(points: Points, found: LabelledRows, columns: readonly Sql[]): LabelledRows {
  const alike = points.keys.map((key) => sql`${points.keyed}.${key} = ${found.last}.${key}`);
  const step = sql`
    joined as (
      select
        ${points.keyed}.*,
        ${join(
          columns.map((column) => sql`${found.last}.${column}`),
          ",\n",
        )}
      from ${points.keyed}
      left join ${found.last} on ${join(alike, " and ")}
    )
  `;
  return { steps: [...found.steps, step], last: identifier("joined") };
}
