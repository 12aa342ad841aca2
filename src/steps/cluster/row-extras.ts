import type { Compute } from "../../core/compute.ts";
import type { NewColumn } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { ownDistances, secondDistances } from "../../model/cluster/distances.ts";
import type { Points } from "../../model/cluster/prepared-points.ts";
import { silhouetteRows } from "../../model/metrics/silhouette-rows.ts";
import type { Labeling } from "../../model/metrics/labeling.ts";
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
  /** By row of the table, 0–1; null where the method has no such figure, and it must not be asked for. */
  readonly probabilities: Float64Array | null;
  readonly outlierScores: Float64Array | null;
  /** Distinct rows, where they were collapsed: silhouettes are of them. */
  readonly collapsed: { readonly points: Points; readonly labels: Int32Array; readonly rowToPoint: Int32Array } | null;
}

/**
 * The extra columns by row of the table: `name` of the segment, `distance` to the own centre and `silhouette` (null for a row left unassigned),
 * `second`, the next nearest segment (0 for such a row), and the `probability` and `outlier` score that a method gave. In the scaled space, O(rows · k · columns). `reference` is the number of
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
    } else if (extra === "probability") columns.push({ name, values: input.probabilities! });
    else if (extra === "outlier") columns.push({ name, values: input.outlierScores! });
    else if (extra === "distance") {
      const distances = ownDistances(compute, matrix, input.centres, input.labels);
      columns.push({ name, values: byTableRow(input, Float64Array, Number.NaN, (i) => distances[i]!) });
    } else if (extra === "second") {
      const distinct = new Set(input.numbers).size;
      const second =
        distinct < 2
          ? null
          : distinct < input.numbers.length
            ? secondOfOthers(input)
            : secondDistances(compute, matrix, input.centres, input.labels).segments;
      const numberOf = (i: number): number => (second === null ? 0 : input.numbers[second[i]!]!);
      columns.push({ name, values: byTableRow(input, Int32Array, 0, numberOf) });
    } else {
      const { collapsed } = input;
      const points = collapsed?.points ?? { matrix, weights: input.weights };
      const labeling = wholeSegments(compute, input.numbers, collapsed?.labels ?? input.labels);
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

/** Labels by segment, where several centres may have one number. */
function wholeSegments(compute: Compute, numbers: Int32Array, labels: Int32Array): Labeling {
  const distinct = [...new Set(numbers)];
  if (distinct.length === numbers.length) return { k: numbers.length, labels };
  const places = Int32Array.from(numbers, (number) => distinct.indexOf(number));
  const joined = compute.i32(labels.length);
  for (let i = 0; i < labels.length; i++) joined[i] = places[labels[i]!]!;
  return { k: distinct.length, labels: joined };
}

/** The nearest centre of another number than a row's own (ties to the first), where several centres may have one number. */
function secondOfOthers({ rows: { matrix }, numbers, centres, labels }: ExtraInput): Int32Array {
  const d = matrix.columns.length;
  const { rows, values } = matrix;
  const nearest = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const own = numbers[labels[i]!]!;
    let least = Infinity;
    for (let c = 0; c < numbers.length; c++) {
      if (numbers[c] === own) continue;
      let distance = 0;
      for (let j = 0; j < d; j++) {
        const difference = values[j * rows + i]! - centres[c * d + j]!;
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest[i] = c;
      }
    }
  }
  return nearest;
}

/** A figure by row of the table from that by row of the matrix; NaN for a row that was left out. */
export function figureByRow({ kept }: PreparedRows, figures: Float64Array, tableRows: number): Float64Array {
  if (kept === null) return figures.slice();
  const byRow = new Float64Array(tableRows).fill(Number.NaN);
  kept.forEach((row, i) => (byRow[row] = figures[i]!));
  return byRow;
}

/** Refuses figures that a method does not give; `what` has them not. Throws `usage`. */
export function requireFigures(extras: readonly Extra[], figures: readonly Extra[], what: string): void {
  const missing = extras.find((extra) => (extra === "probability" || extra === "outlier") && !figures.includes(extra));
  if (missing === undefined) return;
  const other = figures.length === 0 ? "distance or silhouette" : figures.join(" or ");
  throw new SegmentError("usage", `${what} has no --with ${missing}`, { hint: `ask for ${other}` });
}

/** Refuses figures that are of numbers alone where segments go by words too. Throws `usage`. */
export function refuseNumberFigures(extras: readonly Extra[], what: string): void {
  const asked = extras.find((extra) => extra === "distance" || extra === "second" || extra === "silhouette");
  if (asked === undefined) return;
  throw new SegmentError("usage", `--with ${asked} measures numbers alone, and ${what} goes by words too`, {
    hint: "leave it out",
  });
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
