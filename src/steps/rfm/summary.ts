import type { Compute } from "../../core/compute.ts";
import { cellCount, cellOf, measures, scoreOf, scoresOf, type Measure } from "../../model/rfm/score.ts";
import type { NumericColumns } from "../cluster/read-numbers.ts";
import { groupRows, profileColumn } from "../cluster/profile.ts";
import { segmentNames, segmentOfCell } from "./grid.ts";
import type { RfmModel } from "./model.ts";

/** A segment of the grid and its customers. Medians are null where it has none. */
export interface SegmentSummary {
  readonly segment: string;
  readonly customers: number;
  /** Of all customers with scores, 0–1. */
  readonly share: number;
  readonly medians: Readonly<Record<Measure, number | null>>;
  /** Of the sum of monetary, 0–1; null where that is not positive. */
  readonly monetaryShare: number | null;
}

export interface RfmSummary {
  /** Customers with scores. */
  readonly scored: number;
  /** The scores that occur, rising. */
  readonly levels: Readonly<Record<Measure, readonly number[]>>;
  /** By falling size, equal ones in the order of the grid; those without customers are among them. */
  readonly segments: readonly SegmentSummary[];
}

/** Counts and medians (type 7) by segment. Cost about 100 ns a customer and thread. */
export function summarise(compute: Compute, numbers: NumericColumns, model: RfmModel): RfmSummary {
  const columns = measures.map((name) => numbers.get(name)!) as [Float64Array, Float64Array, Float64Array];
  const [recency, frequency, monetary] = columns;
  const rows = recency.length;
  const names = segmentNames(model.grid);
  const segmentOf = segmentOfCell(model.grid);
  const cells = new Float64Array(cellCount);
  const place = new Int32Array(rows).fill(-1);
  for (let i = 0; i < rows; i++) {
    const r = scoreOf(recency[i]!, model.cuts.recency, "recency");
    const f = scoreOf(frequency[i]!, model.cuts.frequency, "frequency");
    const m = scoreOf(monetary[i]!, model.cuts.monetary, "monetary");
    if (r === 0 || f === 0 || m === 0) continue;
    const cell = cellOf(r, f, m);
    cells[cell]!++;
    place[i] = segmentOf[cell]!;
  }
  const mark = compute.mark();
  try {
    const grouped = groupRows(compute, { segments: names.map((_, s) => s), place, weights: null });
    const profiles = columns.map((column) => profileColumn(compute, column, grouped));
    const medians = profiles.map((profile) => profile.medians);
    return summaryOf(model, cells, medians, profiles[2]!.totals);
  } finally {
    compute.release(mark);
  }
}

/**
 * The summary of customers counted by combination of scores, with the medians by measure and segment and the sum of
 * monetary by segment, in the order of `segmentNames`.
 */
export function summaryOf(
  model: RfmModel,
  cells: Float64Array,
  medians: readonly (readonly number[])[],
  totals: readonly number[],
): RfmSummary {
  const scored = cells.reduce((sum, count) => sum + count, 0);
  const names = segmentNames(model.grid);
  const sizes = names.map(() => 0);
  segmentOfCell(model.grid).forEach((segment, cell) => (sizes[segment]! += cells[cell]!));
  const total = totals.reduce((sum, part) => sum + part, 0);
  const segments = names.map((segment, s): SegmentSummary => {
    const customers = sizes[s]!;
    const median = (j: number): number | null => (customers === 0 ? null : medians[j]![s]!);
    return {
      segment,
      customers,
      share: scored === 0 ? 0 : customers / scored,
      medians: { recency: median(0), frequency: median(1), monetary: median(2) },
      monetaryShare: total > 0 ? totals[s]! / total : null,
    };
  });
  return { scored, levels: levelsOf(cells), segments: segments.toSorted((a, b) => b.customers - a.customers) };
}

function levelsOf(cells: Float64Array): RfmSummary["levels"] {
  const found = measures.map(() => new Set<number>());
  cells.forEach((count, cell) => {
    if (count > 0) scoresOf(cell).forEach((score, j) => found[j]!.add(score));
  });
  const [recency, frequency, monetary] = found.map((scores) => [...scores].sort((a, b) => a - b)) as [
    number[],
    number[],
    number[],
  ];
  return { recency, frequency, monetary };
}
