import type { Compute } from "../../core/compute.ts";
import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import { assign } from "../../model/cluster/assign.ts";
import type { BlockSource } from "../../model/cluster/block-source.ts";
import type { Clustering } from "../../model/cluster/clustering.ts";
import { fitMiniBatch, miniBatchDefaults } from "../../model/cluster/mini-batch.ts";
import { streamDispersion } from "../../model/cluster/stream-dispersion.ts";
import { collapse } from "../../model/collapse.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { rowNumberSql } from "../row-position.ts";
import { featureSql } from "./assign-sql.ts";
import { candidatesFor, judgeFits, type Fit, type FitOptions, type WholeFigures } from "./fit.ts";
import type { Evidence } from "./in-engine/fit-in-engine.ts";
import { x } from "./in-engine/points.ts";
import type { ModelFeature } from "./model.ts";

/** Rows of a block: below what the engine reads in ranges. */
const blockRows = 65_536;

/** The rows of a table in the scaled space, kept in the engine, to be read in blocks. */
export interface StoredRows {
  readonly relation: Sql;
  readonly columns: readonly string[];
  /** Rows that have a place in the space. */
  readonly rows: number;
  readonly hasWeights: boolean;
}

/** Fills and scales the rows of a table in the engine, in their order. `weight` is SQL over the table's relation. Throws `too-few-rows`. */
export async function storeRows(
  engine: Engine,
  table: Table,
  features: readonly ModelFeature[],
  weight: Sql | null,
): Promise<StoredRows> {
  const { query } = featureSql(table, features, [sql`${weight ?? sql`1`} as weight_1`]);
  const scaled = features.map((_, j) => identifier(`_scaled_${j + 1}`));
  const values = scaled.map((own, j) => sql`${own} as ${x(j)}`);
  const held = scaled.map((own) => sql`${own} is not null`);
  const kept = sql`
    (
      select ${join(values, ", ")}, weight_1
      from (
        ${query}
      )
      where ${join(held, " and ")}
    )
  `;
  const { relation, rows } = await engine.store(sql`
    select *, ${rowNumberSql({ relation: kept })} as row_1
    from ${kept}
  `);
  if (rows === 0) {
    throw new SegmentError("too-few-rows", "every row has a missing value in a feature that is not filled", {
      hint: "use --missing median, or leave the column out with --exclude",
    });
  }
  return { relation, rows, columns: features.map(({ column }) => column), hasWeights: weight !== null };
}

/** A block of the rows at a time, in the numeric memory until the next one. */
function blocksOf(engine: Engine, compute: Compute, { relation, rows, columns, hasWeights }: StoredRows): BlockSource {
  const names = [...columns.map((_, j) => `x_${j + 1}`), ...(hasWeights ? ["weight_1"] : [])];
  const read = names.map((name) => identifier(name));
  let from = 0;
  let held: number | null = null;
  const release = (): void => {
    if (held !== null) compute.release(held);
    held = null;
  };
  return {
    columns: columns.length,
    async restart() {
      release();
      from = 0;
    },
    async next() {
      release();
      if (from >= rows) return null;
      const count = Math.min(blockRows, rows - from);
      held = compute.mark();
      const query = sql`
        select ${join(read, ", ")}
        from ${relation}
        where row_1 > ${from} and row_1 <= ${from + count}
        order by row_1
      `;
      const block = await engine.matrix(query, names, count, compute);
      from += count;
      const end = count * columns.length;
      return {
        matrix: { rows: count, columns, values: block.values.subarray(0, end) },
        weights: hasWeights ? block.values.subarray(end) : null,
      };
    },
  };
}

/**
 * Fits every candidate k by mini-batch k-means on rows that are read block by block, and chooses one as `fitSegments` does. Sizes,
 * inertia and indices are of all rows, silhouettes and the test of structure of the rows that are here, whose labels it gives.
 * At least five passes over the rows for each k. Throws as `fitMiniBatch`.
 */
export async function fitByMiniBatch(
  engine: Engine,
  compute: Compute,
  stored: StoredRows,
  evidence: Evidence,
  options: FitOptions,
): Promise<Fit> {
  const source = blocksOf(engine, compute, stored);
  const collapsed = collapse(compute, evidence.matrix, evidence.weights);
  const starts = options.starts ?? miniBatchDefaults.starts;
  const results: Clustering[] = [];
  const whole: WholeFigures[] = [];
  for (const k of candidatesFor(options.k, stored.rows)) {
    const { seed, progress } = options;
    const how = {
      ...miniBatchDefaults,
      k,
      seed,
      starts,
      maxIter: options.maxIter ?? miniBatchDefaults.maxIter,
      progress,
    };
    const { centres, inertia, passes, converged } = await fitMiniBatch(compute, source, how);
    const { weights, calinskiHarabasz, daviesBouldin } = await streamDispersion(compute, source, { k, centres });
    const labels = assign(compute, collapsed.points, centres, k);
    const parameters = [{ option: "miniBatch", value: "mini-batch", how: null }];
    results.push({ k, labels, centres, inertia, iterations: passes, converged, starts, parameters });
    whole.push({ sizes: weights, calinskiHarabasz, daviesBouldin });
  }
  return judgeFits(compute, collapsed, results, options, evidence.isSample ? whole : null);
}
