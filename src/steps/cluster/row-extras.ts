import type { Compute } from "../../core/compute.ts";
import type { NewColumn } from "../../core/context.ts";
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
  /** By row of the matrix. */
  readonly labels: Int32Array;
  /** k × features, row-major, in the scaled space. */
  readonly centres: Float64Array;
  readonly numbers: Int32Array;
  /** By row of the matrix. */
  readonly weights: Float64Array | null;
  /** Distinct rows, where they were collapsed: silhouettes are of them. */
  readonly collapsed: { readonly points: Points; readonly labels: Int32Array; readonly rowToPoint: Int32Array } | null;
}

/**
 * The extra columns by row of the table: `distance` to the own centre and `silhouette` (null for a row left unassigned),
 * and `second`, the next nearest segment (0 for such a row). In the scaled space, O(rows · k · columns). `reference` is the number of
 * rows that each silhouette was estimated from, null where exact or not asked for.
 */
export async function extraColumns(
  compute: Compute,
  input: ExtraInput,
): Promise<{ readonly columns: readonly NewColumn[]; readonly reference: number | null }> {
  const columns: NewColumn[] = [];
  let reference: number | null = null;
  const nearest = input.extras.some((extra) => extra !== "silhouette") ? nearestTwo(input) : null;
  for (const extra of input.extras) {
    const name = `${input.name}_${extra}`;
    if (extra === "distance") columns.push({ name, values: byTableRow(input, (i) => nearest!.distances[i]!) });
    else if (extra === "second")
      columns.push({
        name,
        values: Int32Array.from(
          byTableRow(input, (i) => nearest!.seconds[i]!),
          (second) => (Number.isNaN(second) ? 0 : second),
        ),
      });
    else {
      const { collapsed } = input;
      const points = collapsed?.points ?? { matrix: input.rows.matrix, weights: input.weights };
      const labeling = { k: input.numbers.length, labels: collapsed?.labels ?? input.labels };
      const silhouettes = await silhouetteRows(compute, points, labeling, { seed: input.seed });
      ({ reference } = silhouettes);
      const pointOf = (i: number): number => (collapsed === null ? i : collapsed.rowToPoint[i]!);
      columns.push({ name, values: byTableRow(input, (i) => silhouettes.values[pointOf(i)]!) });
    }
  }
  return { columns, reference };
}

function byTableRow({ rows, tableRows }: ExtraInput, value: (row: number) => number): Float64Array {
  const values = new Float64Array(tableRows).fill(Number.NaN);
  for (let i = 0; i < rows.matrix.rows; i++) values[rows.kept === null ? i : rows.kept[i]!] = value(i);
  return values;
}

/** Distance to the own centre, and the number of the nearest other segment (the lowest centre of equals). */
function nearestTwo({ rows, labels, centres, numbers }: ExtraInput): {
  distances: Float64Array;
  seconds: Int32Array;
} {
  const { matrix } = rows;
  const n = matrix.rows;
  const d = matrix.columns.length;
  const k = numbers.length;
  const distances = new Float64Array(n);
  const seconds = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    let least = Infinity;
    let second = -1;
    for (let c = 0; c < k; c++) {
      let square = 0;
      for (let j = 0; j < d; j++) {
        const difference = matrix.values[j * n + i]! - centres[c * d + j]!;
        square += difference * difference;
      }
      if (c === labels[i]) distances[i] = Math.sqrt(square);
      else if (square < least) {
        least = square;
        second = c;
      }
    }
    seconds[i] = second < 0 ? 0 : numbers[second]!;
  }
  return { distances, seconds };
}
