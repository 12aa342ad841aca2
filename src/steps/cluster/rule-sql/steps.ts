import { SegmentError } from "../../../core/errors.ts";
import type { Sql } from "../../../core/sql.ts";
import { identifier, join, sql } from "../../../sql/template.ts";

/** Rows at a step of a `with` query: what came before it, its name, and where the rows lie. */
export interface PlacedRows {
  /** Named steps, each `name as (…)`. */
  readonly steps: readonly Sql[];
  readonly last: Sql;
  /** Their columns in the space of the model's centres: doubles, null for a row that is left out. */
  readonly columns: readonly Sql[];
}

/** The same with what a model makes of them, in `labelSql` and, where it has one and it is wanted, `probabilitySql`. */
export interface LabelledRows {
  readonly steps: readonly Sql[];
  readonly last: Sql;
}

/**
 * The place of a row's segment among those of the model, from 0: null for a row in none, -1 for one whose densities are
 * beyond what numbers can hold.
 */
export const labelSql = identifier("_label");

/** How surely it is there, 0–1: 0 for a row in none, null for a row that is left out. */
export const probabilitySql = identifier("_probability");

/** Column `c` of a family, from 0. */
export function nth(stem: string, c: number): Sql {
  return identifier(`_${stem}_${c + 1}`);
}

/** Products that a query may have: beyond, an engine takes minutes to plan it. */
const mostProducts = 20_000;

/** Refuses a query that no engine plans in reasonable time. Throws `usage`. */
export function requireProducts(products: number, what: string, hint: string): void {
  if (products <= mostProducts) return;
  throw new SegmentError("usage", `${what} would be ${products} products as SQL, more than ${mostProducts}`, {
    hint: `${hint}, or leave out --explain and --engine`,
  });
}

/** A further step, `select` of the last one's columns and some more. */
export function withColumns<Rows extends LabelledRows>(rows: Rows, name: string, columns: readonly Sql[]): Rows {
  const step = identifier(name);
  const query = sql`
    ${step} as (
      select
        *,
        ${join(columns, ",\n")}
      from ${rows.last}
    )
  `;
  return { ...rows, steps: [...rows.steps, query], last: step };
}

/** The place, from 0, of the first of some columns that equals a value; null where none does. */
export function firstEqual(value: Sql, columns: readonly Sql[]): Sql {
  const cases = columns.map((column, c) => sql`when ${column} then ${c}`);
  return sql`case ${value} ${join(cases, " ")} end`;
}

/** The least of some columns: of one, itself. */
export function leastOf(columns: readonly Sql[]): Sql {
  return columns.length === 1 ? columns[0]! : sql`least(${join(columns, ", ")})`;
}

/** `columns` of `rows` times each other's difference from a place, added up in their order, as the kernels do. */
export function squaredDistance(columns: readonly Sql[], place: readonly Sql[]): Sql {
  const terms = columns.map((column, j) => {
    const difference = sql`(${column} - ${place[j]!})`;
    return sql`${difference} * ${difference}`;
  });
  return join(terms, " + ");
}
