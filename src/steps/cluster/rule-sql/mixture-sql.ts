import type { Sql } from "../../../core/sql.ts";
import { triangleSize } from "../../../model/cluster/cholesky.ts";
import {
  componentOffsets,
  factorsOf,
  isDiagonal,
  logWeightsOf,
  type MixtureFactors,
  type MixtureModel,
} from "../../../model/cluster/mixture-model.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { double } from "../../double-sql.ts";
import {
  firstEqual,
  labelSql,
  type LabelledRows,
  nth,
  type PlacedRows,
  probabilitySql,
  requireProducts,
  withColumns,
} from "./steps.ts";

/**
 * The component of the highest responsibility, of equals the first, and that responsibility where it is wanted. Log densities
 * are worked out as the kernel does it, `offset - ½ |F z|²` with z from the mean and F of the covariance's Cholesky factor, term
 * by term. k × columns² / 2 products of full covariances. Throws `singular-covariance`, and `usage` for too many.
 */
export function mixtureSql(rows: PlacedRows, model: MixtureModel, wantsProbability: boolean): LabelledRows {
  const { k, columns, covarianceType, covariances } = model;
  const found = factorsOf(covarianceType, covariances, k, columns);
  const dense = withDensities(rows, model, found);
  const densities = Array.from({ length: k }, (_, c) => nth("density", c));
  const greatest = k === 1 ? densities[0]! : sql`greatest(${join(densities, ", ")})`;
  const most = identifier("_most");
  const beyond = double(Infinity);
  const label = sql`
    case
      when abs(${most}) < ${beyond} then ${firstEqual(most, densities)}
      when ${most} is not null then -1
    end as ${labelSql}
  `;
  const labelled = withColumns(withColumns(dense, "most_dense", [sql`${greatest} as ${most}`]), "labelled", [label]);
  if (!wantsProbability) return labelled;
  const shares = densities.map((density) => sql`exp(greatest(${density} - ${most}, ${double(-709)}))`);
  const own = sql`case when ${labelSql} >= 0 then 1e0 / (${join(shares, " + ")}) end as ${probabilitySql}`;
  return withColumns(labelled, "weighed", [own]);
}

/** Rows with `_density_1` …: ln of each component's weight and density. */
function withDensities(
  rows: PlacedRows,
  model: MixtureModel,
  { factors, logDeterminants }: MixtureFactors,
): LabelledRows {
  const { k, columns, covarianceType, means } = model;
  const offsets = componentOffsets(columns, logWeightsOf(model), logDeterminants);
  const components = Array.from({ length: k }, (_, c) => c);
  const axes = rows.columns.map((_, j) => j);
  const each = (of: (c: number, j: number) => Sql): readonly Sql[] =>
    components.flatMap((c) => axes.map((j) => of(c, j)));
  const density = (c: number, turned: readonly Sql[]): Sql => {
    const squares = turned.map((y) => sql`${y} * ${y}`);
    return sql`${double(offsets[c]!)} - 5e-1 * (${join(squares, " + ")}) as ${nth("density", c)}`;
  };
  const centred = (c: number, j: number): Sql => sql`(${rows.columns[j]!} - ${double(means[c * columns + j]!)})`;
  if (isDiagonal(covarianceType)) {
    const turned = (c: number, j: number): Sql => sql`(${double(factors[c * columns + j]!)} * ${centred(c, j)})`;
    const densities = components.map((c) =>
      density(
        c,
        axes.map((j) => turned(c, j)),
      ),
    );
    return withColumns(rows, "densities", densities);
  }
  const size = triangleSize(columns);
  requireProducts(
    k * size,
    `a mixture of ${k} segments with ${covarianceType} covariances of ${columns} columns`,
    "fit diagonal covariances (--covariance diagonal) or fewer columns (--embed pca)",
  );
  const gaps = each((c, j) => sql`${centred(c, j)} as ${nth(`gap_${c + 1}`, j)}`);
  const turned = each((c, j) => {
    const terms = axes
      .slice(0, j + 1)
      .map((i) => sql`${double(factors[c * size + triangleSize(j) + i]!)} * ${nth(`gap_${c + 1}`, i)}`);
    return sql`${join(terms, " + ")} as ${nth(`turned_${c + 1}`, j)}`;
  });
  const densities = components.map((c) =>
    density(
      c,
      axes.map((j) => nth(`turned_${c + 1}`, j)),
    ),
  );
  return withColumns(withColumns(withColumns(rows, "gaps", gaps), "turned", turned), "densities", densities);
}
