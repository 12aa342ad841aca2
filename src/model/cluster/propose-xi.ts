import { labelRanges, type OpticsSegments, type PlotRange, xiSegments } from "./optics-segments.ts";
import type { OpticsResult } from "./optics.ts";

/** What is looked for in a plot; null: to be proposed. */
export interface XiSearch {
  readonly minSamples: number;
  readonly minClusterSize: number | null;
  readonly xi: number | null;
  /** The least size that is proposed. */
  readonly leastSize: number;
}

export interface ProposedXi extends OpticsSegments {
  readonly xi: number;
  readonly minClusterSize: number;
  /** The greatest size that was tried. */
  readonly largestSize: number;
}

/** Steepnesses that are tried, scikit-learn's default first. */
export const triedXis = [0.05, 0.02, 0.03, 0.1] as const;

/** Two segments may fill a table by half each; a size of more than a quarter leaves hardly any choice. */
const largestShare = 1 / 4;

/**
 * Segments between the steep places of a plot where steepness and minimum size are not both given: of steepnesses from
 * 0.02 to 0.1 and sizes from the least one to a quarter of the rows, by factors of √2, those under which the most rows are
 * in two segments or more; of equals the first. A plot that is wavy within its valleys has small segments in them, which
 * hide the large ones and leave out most rows. The ranges between steep places are found once for each steepness.
 */
export function proposeXi(plot: OpticsResult, { minSamples, minClusterSize, xi, leastSize }: XiSearch): ProposedXi {
  const rows = plot.ordering.length;
  const sizes = minClusterSize === null ? ladder(leastSize, largestShare * rows) : [minClusterSize];
  let best: ProposedXi | null = null;
  let most = -1;
  for (const steepness of xi === null ? triedXis : [xi]) {
    const { ranges } = xiSegments(plot, { xi: steepness, minSamples, minClusterSize: sizes[0]! });
    for (const size of sizes) {
      const found = labelRanges(
        plot,
        ranges.filter((range) => rowsOf(range) >= size),
      );
      const grouped = found.segments < 2 ? 0 : found.labels.reduce((sum, label) => sum + (label < 0 ? 0 : 1), 0);
      if (grouped <= most) continue;
      most = grouped;
      best = { ...found, xi: steepness, minClusterSize: size, largestSize: sizes.at(-1)! };
    }
  }
  return best!;
}

function rowsOf([from, to]: PlotRange): number {
  return to - from + 1;
}

function ladder(least: number, most: number): number[] {
  const sizes = [least];
  for (let size = least * Math.SQRT2; size <= most; size *= Math.SQRT2) sizes.push(Math.round(size));
  return sizes;
}
