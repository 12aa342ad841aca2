import type { Compute } from "../../core/compute.ts";
import type { NewColumn } from "../../core/context.ts";
import { ownDistances, secondDistances } from "../../model/cluster/distances.ts";
import type { Points } from "../../model/cluster/prepared-points.ts";
import { silhouetteRows } from "../../model/metrics/silhouette-rows.ts";
import type { PreparedRows } from "./prepare.ts";
import type { Extra } from "./settings.ts";

/** The columns that `--with` adds beside the segment, named after it. */
export function extraNames(name: string, extras: readonly Extra[]): readonly string[] {
  return extras.map((extra) => `${name}_${extra}`);
}

/** What extras are computed from: the scaled rows, their centres, and the number of each centre. */
export interface ExtraInput {
  readonly name: string;
  readonly extras: readonly Extra[];
  readonly seed: number;
  readonly rows: PreparedRows;
  /** Rows of the table. */
  readonly tableRows: number;
  /** By row of the matrix, in the numeric memory. */
  readonly labels: Int32Array;
  /** k × features, row-major, in the scaled space. */
  readonly centres: Float64Array;
  readonly numbers: Int32Array;
  /** What each number's segment is called; may be empty where no name is asked for. */
  readonly names: ReadonlyMap<number, string>;
  /** By row of the matrix. */
  readonly weights: Float64Array | null;
  /** Distinct rows, where they were collapsed: silhouettes are of them. */
  readonly collapsed: { readonly points: Points; readonly labels: Int32Array; readonly rowToPoint: Int32Array } | null;
}

/**
 * The extra columns by row of the table: `name` of the segment, `distance` to the own centre and `silhouette` (null for a row left unassigned),
 * and `second`, the next nearest segment (0 for such a row). In the scaled space, O(rows · k · columns). `reference` is the number of
 * rows that each silhouette was estimated from, null where exact or not asked for.
 */
export async function extraColumns(
  compute: Compute,
  input: ExtraInput,
): Promise<{ readonly columns: readonly NewColumn[]; readonly reference: number | null }> {
  const columns: NewColumn[] = [];
  let reference: number | null = null;
  const { matrix } = input.rows;
  for (const extra of input.extras) {
    const name = `${input.name}_${extra}`;
    const mark = compute.mark();
    if (extra === "name") {
      const values = byTableRow(input, Int32Array, 0, (i) => input.numbers[input.labels[i]!]!);
      columns.push({ name, values, words: input.names });
    } else if (extra === "distance") {
      const distances = ownDistances(compute, matrix, input.centres, input.labels);
      columns.push({ name, values: byTableRow(input, Float64Array, Number.NaN, (i) => distances[i]!) });
    } else if (extra === "second") {
      const second =
        input.numbers.length < 2 ? null : secondDistances(compute, matrix, input.centres, input.labels).segments;
      const numberOf = (i: number): number => (second === null ? 0 : input.numbers[second[i]!]!);
      columns.push({ name, values: byTableRow(input, Int32Array, 0, numberOf) });
    } else {
      const { collapsed } = input;
      const points = collapsed?.points ?? { matrix, weights: input.weights };
      const labeling = { k: input.numbers.length, labels: collapsed?.labels ?? input.labels };
      const silhouettes = await silhouetteRows(compute, points, labeling, { seed: input.seed });
      ({ reference } = silhouettes);
      const pointOf = (i: number): number => (collapsed === null ? i : collapsed.rowToPoint[i]!);
      columns.push({
        name,
        values: byTableRow(input, Float64Array, Number.NaN, (i) => silhouettes.values[pointOf(i)]!),
      });
    }
    compute.release(mark);
  }
  return { columns, reference };
}

function byTableRow<Values extends Float64Array | Int32Array>(
  { rows, tableRows }: ExtraInput,
  Type: new (length: number) => Values,
  none: number,
  value: (row: number) => number,
): Values {
  const values = new Type(tableRows);
  if (none !== 0) values.fill(none);
  for (let i = 0; i < rows.matrix.rows; i++) values[rows.kept === null ? i : rows.kept[i]!] = value(i);
  return values;
}
