import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { agreementOf, alignedColumns, type Agreement, type Contingency } from "../../model/metrics/contingency.ts";
import { findColumn } from "../match-columns.ts";
import { requireSettled } from "../reading/ties.ts";
import { countLabels, labelPlaces } from "./labels.ts";
import type { PreparedRows } from "./prepare.ts";
import type { KChoice } from "./settings.ts";

/** Rows whose group is known before the fit. */
export interface InitLabels {
  readonly column: string;
  /** Numbers rising, then words by their letters. */
  readonly labels: readonly string[];
  /** By row of the table: place in `labels`, -1 for a row without a label. */
  readonly place: Int32Array;
}

/** Groups that a person labels, at most. */
const mostLabels = 200;

/**
 * Reads the labels of `--init-labels`: words or numbers, of which 0 and a missing value are none. Throws `bad-init` for fewer
 * than two, `usage` for another number of segments, `too-many-segments`.
 */
export async function readInitLabels(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  table: Table,
  name: string,
  k: KChoice,
): Promise<InitLabels> {
  const column = findColumn(table.columns, name, "--init-labels");
  requireSettled(table, [column.name]);
  const labels = [...(await countLabels(engine, table, column)).keys()];
  if (labels.length < 2) {
    const found = labels.length === 0 ? "no label" : `one label, ${labels[0]}`;
    throw new SegmentError("bad-init", `holds ${found}, and a start needs two or more`, {
      place: { column: name },
      hint: "label some rows of each group; 0 and a missing value are no label",
    });
  }
  if (labels.length > mostLabels) {
    throw new SegmentError("bad-init", `holds ${labels.length} labels, more than ${mostLabels}: an id is no label`, {
      place: { column: name },
      hint: "name a column that labels groups of rows",
    });
  }
  if (k.asked !== "auto" && (k.asked === "range" || k.candidates[0] !== labels.length)) {
    throw new SegmentError("usage", `--init-labels ${name} holds ${labels.length} labels, so k is ${labels.length}`, {
      hint: "leave out --k",
    });
  }
  return { column: name, labels, place: await labelPlaces(engine, compute, table, column, labels) };
}

/**
 * The mean of the labelled rows of each label in the scaled space, k × columns, row-major. `weights` are by row of the matrix.
 * Throws `bad-init` for a label without a row that is clustered, and for two of one mean.
 */
export function labelMeans(
  { column, labels, place }: InitLabels,
  { matrix, kept }: PreparedRows,
  weights: Float64Array | null,
): Float64Array {
  const d = matrix.columns.length;
  const { rows, values } = matrix;
  const means = new Float64Array(labels.length * d);
  const totals = new Float64Array(labels.length);
  for (let i = 0; i < rows; i++) {
    const at = place[kept === null ? i : kept[i]!]!;
    if (at < 0) continue;
    const weight = weights === null ? 1 : weights[i]!;
    totals[at]! += weight;
    for (let j = 0; j < d; j++) means[at * d + j]! += weight * values[j * rows + i]!;
  }
  const refuse = (message: string, hint: string): never => {
    throw new SegmentError("bad-init", message, { place: { column }, hint });
  };
  const seen = new Map<string, string>();
  for (const [at, label] of labels.entries()) {
    if (!(totals[at]! > 0))
      refuse(`no row labelled ${label} is clustered`, "fill its gaps with --missing median, or leave the label out");
    for (let j = 0; j < d; j++) means[at * d + j]! /= totals[at]!;
    const key = means.subarray(at * d, (at + 1) * d).join();
    const twin = seen.get(key);
    if (twin !== undefined)
      refuse(
        `the rows labelled ${twin} and ${label} have one mean`,
        "give them one label, or cluster by a column that tells them apart",
      );
    seen.set(key, label);
  }
  return means;
}

/** Where labelled rows went. */
export interface KeptCompany {
  readonly column: string;
  readonly labels: readonly string[];
  readonly segments: readonly number[];
  /** Labelled rows in a segment, by segment and label. */
  readonly contingency: Contingency;
  readonly agreement: Agreement;
  /** By segment: place of the label that it goes with, one to one, so that most rows are shared; -1 for none. */
  readonly aligned: readonly number[];
  /** Labelled rows in a segment, and those of them in the one that goes with their label. */
  readonly rows: number;
  readonly kept: number;
  /** Labelled rows in no segment. */
  readonly unassigned: number;
}

/** How labelled rows lie over the segments; `byRow` are segment numbers by row of the table, 0 for none. */
export function keptCompany(
  { column, labels, place }: InitLabels,
  segments: readonly number[],
  byRow: Int32Array,
): KeptCompany {
  const counts = new Float64Array(segments.length * labels.length);
  const places = new Map(segments.map((segment, s) => [segment, s]));
  let unassigned = 0;
  place.forEach((label, row) => {
    if (label < 0) return;
    const s = places.get(byRow[row]!);
    if (s === undefined) unassigned++;
    else counts[s * labels.length + label]!++;
  });
  const contingency = { rows: segments.length, columns: labels.length, counts };
  const sharedBy = (s: number, label: number): number => counts[s * labels.length + label]!;
  const aligned = Array.from(alignedColumns(contingency), (label, s) =>
    label >= 0 && sharedBy(s, label) > 0 ? label : -1,
  );
  const rows = counts.reduce((sum, n) => sum + n, 0);
  const kept = aligned.reduce((sum, label, s) => sum + (label < 0 ? 0 : sharedBy(s, label)), 0);
  return {
    column,
    labels,
    segments,
    contingency,
    agreement: agreementOf(contingency),
    aligned,
    rows,
    kept,
    unassigned,
  };
}

/** The label of each segment that goes with one. */
export function labelNames({ labels, segments, aligned }: KeptCompany): ReadonlyMap<number, string> {
  return new Map(segments.flatMap((segment, s) => (aligned[s]! < 0 ? [] : [[segment, labels[aligned[s]!]!] as const])));
}
