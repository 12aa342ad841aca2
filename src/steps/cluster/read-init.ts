import type { Context } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { openTable } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import type { ModelFeature } from "./model.ts";
import { applyFeatures } from "./prepare.ts";
import { readNumbers } from "./read-numbers.ts";
import type { KChoice } from "./settings.ts";

/**
 * Starting centres from a table: one row each, the features in their own units, scaled here as the data is. Gives
 * k × features, row-major. Throws `bad-init` for a missing column or value, and for another number of rows than `--k`.
 */
export async function readInit(
  context: Context,
  file: string,
  features: readonly ModelFeature[],
  k: KChoice,
): Promise<{ readonly k: number; readonly centres: Float64Array }> {
  const refuse = (message: string, hint: string): never => {
    throw new SegmentError("bad-init", message, { place: { file }, hint });
  };
  const { table } = await openTable(context, [file], {});
  const names = features.map(({ source }) => source);
  for (const name of names) {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) refuse(`the starting centres have no column ${name}`, `it needs ${names.join(", ")}`);
    else if (column.tie === undefined && !["integer", "number", "boolean"].includes(column.type)) {
      refuse(`column ${name} of the starting centres holds ${column.type}`, "give numbers");
    }
  }
  requireSettled(table, names);
  if (k.asked === "range") refuse("starting centres need one k, not a range", `use --k ${table.rows}`);
  if (k.asked === "one" && k.candidates[0] !== table.rows) {
    refuse(`${table.rows} starting centres for ${k.candidates[0]} segments`, `use --k ${table.rows}`);
  }
  if (table.rows < 2) refuse("one starting centre", "give at least two rows");
  const { compute } = context;
  const mark = compute.mark();
  const numbers = await readNumbers(context.engine, compute, table, names);
  const columns = names.map((name) => numbers.get(name)!);
  columns.forEach((column, j) => {
    const row = column.findIndex((value) => !Number.isFinite(value));
    if (row >= 0)
      refuse(`row ${row + 1}, column ${names[j]}: no finite number`, "give every coordinate of every centre");
  });
  const { matrix } = applyFeatures(compute, features, columns);
  const d = features.length;
  const centres = new Float64Array(matrix.rows * d);
  for (let c = 0; c < matrix.rows; c++)
    for (let j = 0; j < d; j++) centres[c * d + j] = matrix.values[j * matrix.rows + c]!;
  compute.release(mark);
  return { k: matrix.rows, centres };
}
