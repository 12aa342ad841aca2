import type { Compute } from "../../core/compute.ts";
import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { columnOf, type Matrix } from "../../core/matrix.ts";
import { consensus, type Consensus } from "../../model/impute/consensus.ts";
import { pool, segmentMeans, type Pooled } from "../../model/impute/pool-imputations.ts";
import { expandLabels } from "../../model/collapse.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { deriveTable, passed } from "../derive.ts";
import { addColumns } from "../new-columns.ts";
import { valueSql } from "../reading/values.ts";
import { positionSql } from "../row-position.ts";
import { fitSegments, type Fit, type FitOptions } from "./fit.ts";

/** Tables of several imputations that stand one after another, of as many rows each. */
export interface Stacked {
  /** The number of each, in their order. */
  readonly numbers: readonly number[];
  /** Rows of one table. */
  readonly rows: number;
}

/**
 * Where each of several imputations begins and ends, from the column that holds their numbers, by row. Throws
 * `missing-values`, `rows-differ`, and `too-few-rows` for fewer than two.
 */
export function stackedTables(column: string, values: Float64Array): Stacked {
  const place = { column };
  const numbers: number[] = [];
  const starts: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const number = values[i]!;
    if (!Number.isInteger(number)) {
      throw new SegmentError("missing-values", `row ${i + 1} has no whole number of an imputation`, {
        place,
        hint: "segment clean --imputations writes such tables",
      });
    }
    if (i > 0 && number === values[i - 1]) continue;
    if (numbers.includes(number)) {
      throw new SegmentError("rows-differ", `the rows of imputation ${number} do not stand together`, {
        place,
        hint: "give the tables one after another, as segment clean --imputations wrote them",
      });
    }
    numbers.push(number);
    starts.push(i);
  }
  if (numbers.length < 2) {
    throw new SegmentError("too-few-rows", "one imputation has nothing to agree with", {
      place,
      hint: "give all the tables: segment cluster 'clean-*.csv' --imputations",
    });
  }
  const rows = starts[1]!;
  starts.forEach((start, m) => {
    const own = (starts[m + 1] ?? values.length) - start;
    if (own === rows) return;
    throw new SegmentError(
      "rows-differ",
      `imputation ${numbers[m]} has ${own} rows, and imputation ${numbers[0]} has ${rows}`,
      { place, hint: "give tables that one run of segment clean --imputations wrote" },
    );
  });
  return { numbers, rows };
}

/** Checks that the same row stands in the same place of each table, by the columns that identify it. Throws `rows-differ`. */
export async function requireSameRows(
  { engine }: Context,
  table: Table,
  ids: readonly string[],
  { numbers, rows }: Stacked,
): Promise<void> {
  if (ids.length === 0) return;
  const keys = ids.map((_, j) => identifier(`key_${j + 1}`));
  const texts = ids.map((name, j) => {
    const { ref } = table.columns.find((column) => column.name === name)!;
    return sql`${asText(ref)} as ${keys[j]!}`;
  });
  const [found] = await engine.rows(
    sql`
      select
        place_1
      from (
        select
          (${positionSql(table)}) % ${rows} as place_1,
          ${join(texts, ",\n")}
        from ${table.relation}
      )
      group by place_1, ${join(keys, ", ")}
      having count(*) <> ${numbers.length}
      order by place_1
      limit 1
    `,
    1,
  );
  if (found === undefined) return;
  throw new SegmentError("rows-differ", `row ${Number(found["place_1"]) + 1} is not the same in every imputation`, {
    place: { column: ids[0]! },
    hint: "give tables that one run of segment clean --imputations wrote, in the order of their rows",
  });
}

/** The segments of several imputations. */
export interface ImputedSegments {
  /** The fit of the first, which chose k. */
  readonly first: Fit;
  readonly k: number;
  /** Labels are from 0, by falling size of the consensus. */
  readonly consensus: Consensus;
  /** Rows by label of the consensus. */
  readonly sizes: readonly number[];
  /** By label and column: the pooled mean; null where a segment of some imputation holds no value. */
  readonly profile: readonly (readonly (Pooled | null)[])[];
}

/**
 * Fits every imputation in the same scaled space, with the k that the first one chooses or is given. `matrix` holds the
 * tables one after another, and `columns` by feature the values in their own units.
 */
export async function fitImputations(
  compute: Compute,
  matrix: Matrix,
  columns: readonly Float64Array[],
  { numbers, rows }: Stacked,
  options: FitOptions,
): Promise<ImputedSegments> {
  const labellings: Int32Array[] = [];
  let first: Fit | null = null;
  for (const [m, number] of numbers.entries()) {
    const mark = compute.mark();
    const own = compute.f64(rows * matrix.columns.length);
    matrix.columns.forEach((_, j) => own.set(columnOf(matrix, j).subarray(m * rows, (m + 1) * rows), j * rows));
    const table: Matrix = { rows, columns: matrix.columns, values: own };
    const k: FitOptions["k"] = first === null ? options.k : { asked: "one", candidates: [first.chosen.result.k] };
    const progress = (text: string): void => options.progress(`imputation ${number}: ${text}`);
    const fit = await fitSegments(compute, table, null, { ...options, k, judged: options.judged && m === 0, progress });
    labellings.push(expandLabels(compute, fit.chosen.result.labels, fit.rowToPoint).slice());
    first ??= fit;
    // What the first fit says is read later; the memory of the others is free again.
    if (m > 0) compute.release(mark);
  }
  const { k } = first!.chosen.result;
  const agreed = bySize(consensus(labellings, k), k);
  const sizes = new Array<number>(k).fill(0);
  for (const label of agreed.labels) sizes[label]! += 1;
  const byColumn = columns.map((values) =>
    agreed.aligned.map((labels, m) => segmentMeans(values.subarray(m * rows, (m + 1) * rows), labels, k)),
  );
  const profile = sizes.map((_, s) =>
    byColumn.map((imputations) => {
      const own = imputations.map((means) => means[s]!);
      if (own.some((one) => one === null)) return null;
      return pool(
        own.map((one) => one!.mean),
        own.map((one) => one!.variance),
      );
    }),
  );
  return { first: first!, k, consensus: agreed, sizes, profile };
}

/** The same with labels by falling size of the consensus, ties in the order that they had. */
function bySize(found: Consensus, k: number): Consensus {
  const sizes = new Float64Array(k);
  for (const label of found.labels) sizes[label]! += 1;
  const order = Array.from(sizes, (_, s) => s).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const rank = new Int32Array(k);
  order.forEach((s, place) => {
    rank[s] = place;
  });
  const renamed = (labels: Int32Array): Int32Array => labels.map((label) => rank[label]!);
  return { ...found, labels: renamed(found.labels), aligned: found.aligned.map(renamed) };
}

/** Each row once, as the first imputation holds it, with its segment and the share of imputations that agree. */
export async function consensusTable(
  { engine }: Context,
  table: Table,
  number: Column,
  { numbers, rows }: Stacked,
  { consensus }: ImputedSegments,
  name: string,
): Promise<Table> {
  const kept = table.columns.filter((column) => column !== number).map(passed);
  const first = deriveTable(table, kept, { where: sql`${valueSql(number)} = ${numbers[0]!}`, rows });
  return addColumns(engine, first, [
    { name, values: consensus.labels.map((label) => label + 1) },
    { name: `${name}_stability`, values: consensus.stability },
  ]);
}
