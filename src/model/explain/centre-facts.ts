/** How a row stands to the centres of segments, in their space. */
export interface CentreFacts {
  /** By segment. */
  readonly distances: readonly number[];
  /** The nearest segment but the row's own, ties to the lowest; -1 where there is no other. */
  readonly second: number;
  /**
   * By column: what it adds to the squared distance to the second less that to the own centre; above 0 it speaks for the own
   * segment. Null without an own segment or a second.
   */
  readonly contributions: readonly number[] | null;
}

/** Distances and contributions of one row; `centres` are k × columns, row-major, `own` is -1 for none. */
export function centreFacts(point: Float64Array, centres: Float64Array, own: number): CentreFacts {
  const width = point.length;
  const k = centres.length / width;
  const square = (c: number, j: number): number => (point[j]! - centres[c * width + j]!) ** 2;
  const distances = Array.from({ length: k }, (_, c) =>
    Math.hypot(...point.map((x, j) => x - centres[c * width + j]!)),
  );
  const others = distances.map((_, c) => c).filter((c) => c !== own);
  const second = others.reduce((best, c) => (best < 0 || distances[c]! < distances[best]! ? c : best), -1);
  const contributions = own < 0 || second < 0 ? null : Array.from(point, (_, j) => square(second, j) - square(own, j));
  return { distances, second, contributions };
}

/** A way out of a segment: where it ends, and how long it is. */
export interface JointMove {
  readonly to: number;
  readonly point: Float64Array;
  readonly distance: number;
}

/**
 * The nearest place from which another centre is as near as the own one: the row's projection onto the nearest of the planes
 * that halve the ways between the own centre and the others; `offsets` are added to the squared distance to each. Null without
 * another, or where the own centre is not the nearest.
 */
export function nearestBisector(
  point: Float64Array,
  centres: Float64Array,
  own: number,
  offsets: readonly number[] | null = null,
): JointMove | null {
  const width = point.length;
  let best: JointMove | null = null;
  for (let c = 0; c < centres.length / width; c++) {
    if (c === own) continue;
    let [difference, apart] = [offsets === null ? 0 : offsets[c]! - offsets[own]!, 0];
    for (let j = 0; j < width; j++) {
      const [a, b] = [centres[own * width + j]!, centres[c * width + j]!];
      difference += (point[j]! - b) ** 2 - (point[j]! - a) ** 2;
      apart += (b - a) ** 2;
    }
    if (difference < 0) return null;
    if (apart === 0) continue;
    const step = difference / (2 * apart);
    const distance = step * Math.sqrt(apart);
    if (best !== null && distance >= best.distance) continue;
    const moved = point.map((x, j) => x + step * (centres[c * width + j]! - centres[own * width + j]!));
    best = { to: c, point: moved, distance };
  }
  return best;
}
