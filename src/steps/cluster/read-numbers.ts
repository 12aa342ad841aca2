import type { Compute } from "../../core/compute.ts";
import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Source } from "../../core/source.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { placeOf } from "../reading/place-of.ts";
import { valueSql } from "../reading/values.ts";
import { inOrder } from "../row-position.ts";

/** Numeric columns of a table by name, in row order, NaN where missing; they live in the numeric memory. */
export type NumericColumns = ReadonlyMap<string, Float64Array>;

/** Reads the named columns as doubles in one pass. The columns must be numbers. Cost 8 bytes × rows × columns. */
export async function readNumbers(
  engine: Engine,
  compute: Compute,
  table: Table,
  names: Iterable<string>,
): Promise<NumericColumns> {
  const wanted = new Set(names);
  const columns = table.columns.filter((column) => wanted.has(column.name));
  if (columns.length === 0) return new Map();
  const values = columns.map((column, i) => sql`cast(${valueSql(column)} as double) as ${identifier(`v${i + 1}`)}`);
  const query = sql`
    select
      ${join(values, ",\n")}
    from ${table.relation}${inOrder(table)}
  `;
  const matrix = await engine.matrix(
    query,
    columns.map(({ name }) => name),
    table.rows,
    compute,
  );
  return new Map(columns.map(({ name }, j) => [name, columnOf(matrix, j)]));
}

/** Throws `not-finite` with the place of the first infinite value of a column that is used. */
export async function requireFinite(sources: readonly Source[], column: string, infiniteRow: number): Promise<void> {
  if (infiniteRow < 0) return;
  throw new SegmentError("not-finite", "the value is infinite or too large for a number", {
    place: await placeOf(sources, infiniteRow, column),
    hint: "correct it, or leave the column out with --exclude",
  });
}

/** Checks frequency weights: present, none negative, some positive. Throws `bad-weights` with the place. */
export async function requireWeights(sources: readonly Source[], column: string, weights: Float64Array): Promise<void> {
  const row = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (row >= 0) {
    const weight = weights[row]!;
    const what = Number.isNaN(weight) ? "a weight is missing" : `a weight is ${weight}`;
    throw new SegmentError("bad-weights", what, {
      place: await placeOf(sources, row, column),
      hint: "weights are numbers of rows: zero or more",
    });
  }
  if (!weights.some((weight) => weight > 0)) {
    throw new SegmentError("bad-weights", "every weight is zero", { place: { column } });
  }
}
