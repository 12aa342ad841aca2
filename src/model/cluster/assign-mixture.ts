import type { Compute } from "../../core/compute.ts";
import type { Matrix } from "../../core/matrix.ts";
import { factorsOf, logWeightsOf } from "./mixture-model.ts";
import type { MixtureModel } from "./mixture-model.ts";
import { describeRows, openMixtureWork, setComponents } from "./mixture-pass.ts";
import type { MixtureRows } from "./mixture-pass.ts";

/** What a mixture makes of rows; arrays in the numeric memory. */
export interface MixtureAssignment {
  /** Component of the highest responsibility, from 0, ties to the lowest. */
  readonly labels: Int32Array;
  /** Responsibility of the row's own component. */
  readonly probabilities: Float64Array;
  /** ln of the mixture's density: the lower, the stranger the row. */
  readonly densities: Float64Array;
}

/** Responsibilities of some rows in order. */
export interface ResponsibilityPart {
  /** The first of the rows. */
  readonly from: number;
  readonly rows: number;
  /** k × rows: component c's of row `from + i` at `c * rows + i`. Written over by the next part. */
  readonly responsibilities: Float64Array;
}

/**
 * Component, probability and log density of every row, as the fit that ended in this mixture gives them. Leaves only
 * these in the numeric memory. The matrix must hold no NaN or infinity. Throws `singular-covariance` for a model whose
 * covariances are not positive definite, `out-of-domain` for rows whose density is beyond f64.
 */
export function assignToMixture(compute: Compute, matrix: Matrix, model: MixtureModel): MixtureAssignment {
  const labels = compute.i32(matrix.rows);
  const probabilities = compute.f64(matrix.rows);
  const densities = compute.f64(matrix.rows);
  const mark = compute.mark();
  const { rows, values } = matrix;
  describe(compute, { rows, columns: model.columns, values, weights: null }, model, {
    labels,
    probabilities,
    densities,
  });
  compute.release(mark);
  return { labels, probabilities, densities };
}

/** Responsibilities of all components, `partRows` rows at a time: 8 bytes × partRows × (columns + k) at once. */
export async function* mixtureResponsibilities(
  compute: Compute,
  matrix: Matrix,
  model: MixtureModel,
  partRows: number,
): AsyncGenerator<ResponsibilityPart, void, undefined> {
  const { columns, k } = model;
  // Outside the numeric memory: what the caller allocates there between two parts is left alone.
  const own = new Float64Array(k * Math.min(partRows, matrix.rows));
  for (let from = 0; from < matrix.rows; from += partRows) {
    const rows = Math.min(partRows, matrix.rows - from);
    const mark = compute.mark();
    const values = compute.f64(rows * columns);
    for (let j = 0; j < columns; j++) {
      const column = j * matrix.rows + from;
      values.set(matrix.values.subarray(column, column + rows), j * rows);
    }
    const responsibilities = compute.f64(k * rows);
    describe(compute, { rows, columns, values, weights: null }, model, { responsibilities });
    own.set(responsibilities);
    compute.release(mark);
    yield { from, rows, responsibilities: own.subarray(0, k * rows) };
    await compute.breathe();
  }
}

function describe(
  compute: Compute,
  table: MixtureRows,
  model: MixtureModel,
  results: Parameters<typeof describeRows>[2],
): void {
  const { k, columns, covarianceType } = model;
  const work = openMixtureWork(compute, table, k, covarianceType, false);
  const factors = factorsOf(covarianceType, model.covariances, k, columns);
  setComponents(work, model.means, factors, logWeightsOf(model));
  describeRows(compute, work, results);
}
