import type { Context, NewColumn } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { findColumn } from "../match-columns.ts";
import { refuseExisting } from "../new-columns.ts";
import type { OpenedTable, Warning } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import { assignModel } from "./assign-model.ts";
import { readFeatures } from "./apply.ts";
import { compareLabels, countLabels, labelPlaces } from "./labels.ts";
import { numbersByCentre } from "./merged-segments.ts";
import type { WithinModel } from "./within-model.ts";

/** Rows by the segment that they are in. */
export interface Parents {
  readonly labels: readonly string[];
  /** By row of the table: place in `labels`, -1 for a row in no segment. */
  readonly place: Int32Array;
  /** Rows of the table by label. */
  readonly rows: readonly Int32Array[];
}

/** The rows of each segment of a column. Throws `too-many-segments`, `ambiguous-input`. */
export async function readParents(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  { table }: Pick<OpenedTable, "table">,
  column: Column,
): Promise<Parents> {
  requireSettled(table, [column.name]);
  const counts = await countLabels(engine, table, column);
  const labels = [...counts.keys()];
  const place = await labelPlaces(engine, compute, table, column, labels);
  const rows = labels.map((label) => new Int32Array(counts.get(label)!));
  const next = new Int32Array(labels.length);
  place.forEach((at, row) => {
    if (at >= 0) rows[at]![next[at]!++] = row;
  });
  return { labels, place, rows };
}

/** The part of each row of a segment: 0 stands for none, and such a row keeps the segment's own label. */
export interface Parts {
  readonly label: string;
  /** Rising. */
  readonly numbers: readonly number[];
  /** By row of the segment. */
  readonly byRow: Int32Array;
}

/** The column of the labels (`2`, `2.1`, `0` for a row in no segment), and rows by label. */
export function labelColumn(
  name: string,
  { labels, place, rows }: Parents,
  parts: readonly Parts[],
): { readonly column: NewColumn; readonly sizes: ReadonlyMap<string, number> } {
  const words: string[] = ["0", ...labels];
  const values = Int32Array.from(place, (at) => at + 1);
  for (const { label, numbers, byRow } of parts) {
    const first = words.length;
    words.push(...numbers.map((number) => `${label}.${number}`));
    const codes = new Map(numbers.map((number, i) => [number, first + i]));
    const own = rows[labels.indexOf(label)] ?? new Int32Array(0);
    own.forEach((row, i) => {
      values[row] = codes.get(byRow[i]!) ?? values[row]!;
    });
  }
  const counts = new Int32Array(words.length);
  for (const value of values) counts[value]!++;
  const sizes = words.map((word, i): [string, number] => [word, counts[i]!]).filter(([, rowsOf]) => rowsOf > 0);
  return {
    column: { name, values, words: new Map(words.map((word, i) => [i, word])) },
    sizes: new Map(sizes.sort(([a], [b]) => compareLabels(a, b))),
  };
}

/** The parts of a table's segments by a saved model. */
export interface AppliedWithin {
  readonly column: NewColumn;
  readonly sizes: ReadonlyMap<string, number>;
  readonly warnings: readonly Warning[];
}

/** The part of every row of the segments that a model splits; other rows keep theirs. Throws what assigning does. */
export async function applyWithin(
  context: Pick<Context, "engine" | "compute">,
  opened: OpenedTable,
  model: WithinModel,
  { overwrite }: { readonly overwrite: boolean },
): Promise<AppliedWithin> {
  const { compute, engine } = context;
  const { table } = opened;
  refuseWithinElsewhere(engine.rowsStay);
  if (model.name !== model.within) refuseExisting(table, [model.name], overwrite);
  const column = findColumn(table.columns, model.within, "the model");
  const parents = await readParents(context, opened, column);
  const parts: Parts[] = [];
  const warnings: Warning[] = [];
  for (const { label, model: own } of model.parents) {
    const at = parents.labels.indexOf(label);
    if (at < 0) {
      warnings.push({ code: "segment-missing", message: `no row is in segment ${label}, which the model splits` });
      continue;
    }
    const mark = compute.mark();
    const { numbers } = await readFeatures(context, opened, own);
    const rows = parents.rows[at]!;
    const some = new Map([...numbers].map(([name, values]) => [name, Float64Array.from(rows, (row) => values[row]!)]));
    const negative = own.features
      .filter(({ source, transform }) => transform.log1p && some.get(source)!.some((value) => value < 0))
      .map(({ source }) => source);
    if (negative.length > 0) {
      const message = `segment ${label}: negative values of ${negative.join(", ")} were taken as -log(1 - x); the fit had none`;
      warnings.push({ code: "outside-the-fit", message });
    }
    const { byRow } = await assignModel(compute, own, some, rows.length);
    parts.push({ label, numbers: [...new Set(numbersByCentre(own))].sort((a, b) => a - b), byRow });
    compute.release(mark);
  }
  return { ...labelColumn(model.name, parents, parts), warnings };
}

/** Each segment's rows are clustered where their values are. Throws `engine-refused`. */
export function refuseWithinElsewhere(rowsStay: boolean): void {
  if (!rowsStay) return;
  throw new SegmentError(
    "engine-refused",
    "--within takes each segment's rows by themselves, and Spark's rows stay there",
    {
      hint: "write the segment to a table of its own there, or run without --engine",
    },
  );
}
