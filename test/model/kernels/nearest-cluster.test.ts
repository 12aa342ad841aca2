import { afterAll, expect, test } from "vitest";
import { compactIndex, joinInIndex, nearestInIndex, openIndex } from "../../../src/model/cluster/cluster-index.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { lcg } from "../cluster/data.ts";

const engines = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 3, backend: "wasm" }),
  openCompute({ threads: 1, backend: "typescript" }),
] as const;
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

interface Cluster {
  readonly centre: Float64Array;
  readonly weight: number;
}

/** By the definition, of all clusters. */
function nearestOf(clusters: ReadonlyMap<number, Cluster>, number: number) {
  const own = clusters.get(number)!;
  let found = { nearest: -1, value: Infinity };
  for (const [other, { centre, weight }] of clusters) {
    if (other === number) continue;
    const squared = centre.reduce((sum, x, j) => sum + (x - own.centre[j]!) ** 2, 0);
    const value = ((own.weight * weight) / (own.weight + weight)) * squared;
    if (value < found.value || (value === found.value && other < found.nearest)) found = { nearest: other, value };
  }
  return found;
}

// The last has so many coordinates that the searches after the first are cut into blocks.
test.each([
  [1, 3],
  [2, 1],
  [37, 2],
  [700, 7],
  [2100, 501],
])("the nearest of %i clusters of %i columns, as they are joined and laid out anew", (count, columns) => {
  const values = lcg(count * columns, 5).map((x) => Math.round(64 * x));
  const weights = lcg(count, 3).map((x) => 1 + Math.floor(3 * x));
  const steps = columns > 100 ? 3 : 20;
  for (const engine of engines) {
    const mark = engine.mark();
    const index = openIndex(engine, values, weights, columns);
    const clusters = new Map<number, Cluster>();
    for (let i = 0; i < count; i++) {
      const centre = Float64Array.from({ length: columns }, (_, j) => values[j * count + i]!);
      clusters.set(i, { centre, weight: weights[i]! });
    }
    for (let step = 0; step < steps; step++) {
      const number = [...clusters.keys()][(step * 7919) % clusters.size]!;
      const expected = nearestOf(clusters, number);
      const found = nearestInIndex(engine, index, number, Infinity);
      expect(found.nearest).toBe(expected.nearest);
      if (expected.nearest < 0) break;
      expect(Math.abs(found.value - expected.value)).toBeLessThanOrEqual(1e-12 * expected.value);
      expect(nearestInIndex(engine, index, number, found.value).nearest).toBe(-1);
      const [one, other] = [clusters.get(number)!, clusters.get(found.nearest)!];
      const weight = one.weight + other.weight;
      const [light, heavy] = one.weight < other.weight ? [one, other] : [other, one];
      const centre = heavy.centre.map((x, j) => x + ((light.centre[j]! - x) * light.weight) / weight);
      joinInIndex(index, found.nearest, number);
      clusters.delete(found.nearest);
      clusters.set(number, { centre, weight });
      if (step === Math.floor(steps / 2)) compactIndex(index);
    }
    engine.release(mark);
  }
});
