import type { HdbscanResult } from "./hdbscan/hdbscan.ts";

/** Radii from `from` to below `to`, at which so many segments stand apart. */
export interface StandingSegments {
  readonly from: number;
  readonly to: number;
  readonly segments: number;
}

/**
 * The ranges of radii at which one cut through the tree of densities, which is DBSCAN, shows the most of HDBSCAN's
 * segments, by the rows in them. A segment stands from the radius that joins half of its rows to the one that joins it to
 * another; where it splits on the way its largest part is the segment. Rising; none where no two segments stand together.
 */
export function standingSegments(fit: HdbscanResult, weights: Float64Array | null): readonly StandingSegments[] {
  const spans = spansOf(fit, weights).filter(({ from, to }) => from < to);
  const ends = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  let most = 0;
  let ranges: StandingSegments[] = [];
  for (let n = 0; n + 1 < ends.length; n++) {
    const [from, to] = [ends[n]!, ends[n + 1]!];
    const standing = spans.filter((span) => span.from <= from && to <= span.to);
    const rows = standing.reduce((sum, span) => sum + span.rows, 0);
    if (standing.length < 2 || rows < most) continue;
    if (rows > most) ranges = [];
    most = rows;
    ranges.push({ from, to, segments: standing.length });
  }
  return ranges;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

function spansOf({ tree, labels, segments, segmentOf }: HdbscanResult, weights: Float64Array | null): Span[] {
  const leave = densitiesOfLeaving(tree, segmentOf);
  const tops = new Float64Array(segments);
  tree.parents.forEach((parent, c) => {
    const segment = segmentOf[c]!;
    if (segment >= 0 && (parent < 0 || segmentOf[parent] !== segment)) tops[segment] = 1 / tree.births[c]!;
  });
  const members: { radius: number; weight: number }[][] = Array.from({ length: segments }, () => []);
  labels.forEach((segment, row) => {
    if (segment < 0) return;
    const density = Math.min(tree.densities[row]!, leave[tree.clusterOf[row]!]!);
    members[segment]!.push({ radius: 1 / density, weight: weights?.[row] ?? 1 });
  });
  return members.map((list, segment) => {
    list.sort((a, b) => a.radius - b.radius);
    const rows = list.reduce((sum, { weight }) => sum + weight, 0);
    let held = 0;
    const middle = list.find(({ weight }) => 2 * (held += weight) >= rows)!;
    return { from: middle.radius, to: tops[segment]!, rows };
  });
}

/** By cluster of the tree: the density at which its rows are no longer in the largest part of their segment. */
function densitiesOfLeaving({ parents, births, sizes }: HdbscanResult["tree"], segmentOf: Int32Array): Float64Array {
  const largest = new Int32Array(parents.length).fill(-1);
  for (let c = 1; c < parents.length; c++) {
    const parent = parents[c]!;
    if (largest[parent]! < 0 || sizes[c]! > sizes[largest[parent]!]!) largest[parent] = c;
  }
  const leave = new Float64Array(parents.length).fill(Infinity);
  for (let c = 1; c < parents.length; c++) {
    const parent = parents[c]!;
    if (segmentOf[c]! < 0 || segmentOf[parent] !== segmentOf[c]) continue;
    leave[c] = largest[parent] === c ? leave[parent]! : Math.min(leave[parent]!, births[c]!);
  }
  return leave;
}
