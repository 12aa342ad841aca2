import type { Sql } from "../../../core/sql.ts";
import { parameterCount } from "../../../model/kernels/dense-network.ts";
import type { Autoencoder } from "../../../model/embed/autoencoder.ts";
import type { Embedding } from "../../../model/embed/embedding.ts";
import type { Pca } from "../../../model/embed/pca.ts";
import { join, sql } from "../../../sql/template.ts";
import { double } from "../../double-sql.ts";
import { nth, type PlacedRows, requireProducts, withColumns } from "./steps.ts";

/** Rows where an embedding puts them, `_place_1` …: the arithmetic of the kernels, term by term. Throws `usage` where they are too many. */
export function embedSql(rows: PlacedRows, { kind, model }: Embedding): PlacedRows {
  return kind === "pca" ? projectSql(rows, model) : encodeSql(rows, model);
}

function projectSql(rows: PlacedRows, { means, components, size }: Pca): PlacedRows {
  const d = means.length;
  const places = Array.from({ length: size }, (_, c) => {
    const terms = rows.columns.map(
      (column, j) => sql`(${column} - ${double(means[j]!)}) * ${double(components[c * d + j]!)}`,
    );
    return sql`${join(terms, " + ")} as ${nth("place", c)}`;
  });
  return placed(withColumns(rows, "embedded", places), size);
}

/** The layers up to the code; hyperbolic tangents by the exponential function, which engines have to the last bit or two. */
function encodeSql(rows: PlacedRows, { sizes, parameters, means, scale }: Autoencoder): PlacedRows {
  const [inputs, hidden, code] = sizes as readonly [number, number, number];
  requireProducts(
    hidden * (inputs + code),
    `an autoencoder of ${inputs} columns`,
    "fit fewer columns, or principal components (--embed pca)",
  );
  const seen = rows.columns.map(
    (column, j) => sql`(${column} - ${double(means[j]!)}) * ${double(scale)} as ${nth("input", j)}`,
  );
  const scaled = withColumns(rows, "inputs", seen);
  const sums = layer(parameters, inputs, hidden, "input").map((sum, u) => sql`${sum} as ${nth("sum", u)}`);
  const summed = withColumns(scaled, "hidden_sums", sums);
  const tangents = sums.map((_, u) => sql`${tangent(nth("sum", u))} as ${nth("hidden", u)}`);
  const bent = withColumns(summed, "hidden", tangents);
  const codes = layer(parameters.subarray(parameterCount([inputs, hidden])), hidden, code, "hidden");
  return placed(
    withColumns(
      bent,
      "embedded",
      codes.map((sum, c) => sql`${sum} as ${nth("place", c)}`),
    ),
    code,
  );
}

/** What a layer's units add up: the bias, then weight by weight. */
function layer(parameters: Float64Array, inputs: number, units: number, below: string): readonly Sql[] {
  return Array.from({ length: units }, (_, u) => {
    const terms = Array.from(
      { length: inputs },
      (_, i) => sql`${double(parameters[u * inputs + i]!)} * ${nth(below, i)}`,
    );
    return join([double(parameters[units * inputs + u]!), ...terms], " + ");
  });
}

/** From ±20 on it is ±1; `least` and `greatest` would make a number of null. */
function tangent(x: Sql): Sql {
  const near = sql`1e0 - 2e0 / (exp(2e0 * ${x}) + 1e0)`;
  return sql`case when ${x} > 2e1 then 1e0 when ${x} < -2e1 then -1e0 else ${near} end`;
}

function placed(rows: PlacedRows, size: number): PlacedRows {
  return { ...rows, columns: Array.from({ length: size }, (_, c) => nth("place", c)) };
}
