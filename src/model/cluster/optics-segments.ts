import type { OpticsResult } from "./optics.ts";

/** Segments of a reachability plot. */
export interface OpticsSegments {
  /** By row, from 0, -1 for noise. */
  readonly labels: Int32Array;
  readonly segments: number;
}

/**
 * The segments that DBSCAN has at an ε not above the plot's own, but for border rows that the plot reaches too late.
 */
export function cutPlot(plot: OpticsResult, epsilon: number): OpticsSegments {
  const { ordering, reachabilities, coreDistances } = plot;
  const labels = new Int32Array(ordering.length).fill(-1);
  let segments = 0;
  for (const row of ordering) {
    if (!(reachabilities[row]! > epsilon)) labels[row] = segments - 1;
    else if (coreDistances[row]! <= epsilon) labels[row] = segments++;
  }
  return { labels, segments };
}

export interface XiOptions {
  /** Share by which the plot falls or rises from one row to the next at a segment's edge, above 0 and below 1. */
  readonly xi: number;
  /** Rows that a steep area may hold in a row without being steep. */
  readonly minSamples: number;
  readonly minClusterSize: number;
}

/** Places from … to of a plot, both inclusive. */
export type PlotRange = readonly [number, number];

/**
 * Segments between steep falls and rises of the plot (Ankerst et al. 1999, figure 19), shortened where the last row
 * was not reached from within (Schubert, Gertz 2018, algorithm 2). They nest; a row has the label of the smallest, and
 * a segment that holds a labelled one has none. By scikit-learn's conventions.
 */
export function xiSegments(
  plot: OpticsResult,
  options: XiOptions,
): OpticsSegments & { readonly ranges: readonly PlotRange[] } {
  const ranges = steepRanges(plot, options);
  return { ...labelRanges(plot, ranges), ranges };
}

/** Labels of ranges, those within others first: a range that holds a labelled row has none. */
export function labelRanges(plot: OpticsResult, ranges: readonly PlotRange[]): OpticsSegments {
  const labels = new Int32Array(plot.ordering.length).fill(-1);
  let segments = 0;
  for (const [from, to] of ranges) {
    let isFree = true;
    for (let at = from; at <= to && isFree; at++) isFree = labels[plot.ordering[at]!] === -1;
    if (!isFree) continue;
    for (let at = from; at <= to; at++) labels[plot.ordering[at]!] = segments;
    segments++;
  }
  return { labels, segments };
}

/** A steep fall from … to, and the highest reachability since. */
interface Fall {
  readonly from: number;
  readonly to: number;
  between: number;
}

function steepRanges({ ordering, reachabilities, predecessors }: OpticsResult, options: XiOptions): PlotRange[] {
  const n = ordering.length;
  const rest = 1 - options.xi;
  const heights = new Float64Array(n + 1).fill(Infinity);
  const places = new Int32Array(n);
  ordering.forEach((row, at) => {
    heights[at] = reachabilities[row]!;
    places[row] = at;
  });
  // NaN, of two infinite neighbours, is neither a rise nor a fall.
  const ratio = (at: number): number => heights[at]! / heights[at + 1]!;
  const rises = (at: number): boolean => ratio(at) <= rest;
  const falls = (at: number): boolean => ratio(at) >= 1 / rest;
  /** Where a steep area ends: before the direction turns, or before too many rows in a row that are not steep. */
  const extend = (from: number, isSteep: (at: number) => boolean, isBack: (at: number) => boolean): number => {
    let end = from;
    let flat = 0;
    for (let at = from; at < n; at++) {
      if (isSteep(at)) {
        flat = 0;
        end = at;
      } else if (isBack(at) || ++flat > options.minSamples) break;
    }
    return end;
  };
  let open: Fall[] = [];
  const ranges: PlotRange[] = [];
  let index = 0;
  let between = 0;
  for (let steep = 0; steep < n; steep++) {
    if (!rises(steep) && !falls(steep)) continue;
    if (steep < index) continue;
    for (let at = index; at <= steep; at++) between = Math.max(between, heights[at]!);
    open = between === Infinity ? [] : open.filter((fall) => between <= heights[fall.from]! * rest);
    for (const fall of open) fall.between = Math.max(fall.between, between);
    if (falls(steep)) {
      const to = extend(steep, falls, (at) => ratio(at) < 1);
      open.push({ from: steep, to, between: 0 });
      index = to + 1;
    } else {
      const to = extend(steep, rises, (at) => ratio(at) > 1);
      index = to + 1;
      const found = open.flatMap((fall) => {
        const range = rangeBetween(heights, rest, fall, steep, to);
        const kept =
          range === null ? null : shorten(range, heights, (at) => places[predecessors[ordering[at]!]!] ?? -1);
        if (kept === null || kept[1] - kept[0] + 1 < options.minClusterSize) return [];
        return kept[0] > fall.to || kept[1] < steep ? [] : [kept];
      });
      ranges.push(...found.toReversed());
    }
    between = heights[index]!;
  }
  return ranges;
}

/** The range between a fall and a rise, its ends on one level; null where the plot stood too high between. */
function rangeBetween(heights: Float64Array, rest: number, fall: Fall, rise: number, end: number): PlotRange | null {
  const after = heights[end + 1]!;
  if (after * rest < fall.between) return null;
  const before = heights[fall.from]!;
  let from = fall.from;
  let to = end;
  if (before * rest >= after) {
    while (heights[from + 1]! > after && from < fall.to) from++;
  } else if (after * rest >= before) {
    while (heights[to - 1]! > before && to > rise) to--;
  }
  return [from, to];
}

/** Drops rows at the end that were not reached from within; null where none are left. */
function shorten(
  [from, end]: PlotRange,
  heights: Float64Array,
  placeReachedFrom: (at: number) => number,
): PlotRange | null {
  for (let to = end; from < to; to--) {
    const place = placeReachedFrom(to);
    if (heights[from]! > heights[to]! || (place >= from && place < to)) return [from, to];
  }
  return null;
}
