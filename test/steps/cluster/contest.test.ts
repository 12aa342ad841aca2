import { usualOptions } from "../../../src/model/cluster/refit.ts";
import { afterAll, expect, test } from "vitest";
import type { Compute } from "../../../src/core/compute.ts";
import { createRandom } from "../../../src/model/random.ts";
import { contestMethods, holdContest } from "../../../src/steps/cluster/contest.ts";
import type { KChoice } from "../../../src/steps/cluster/settings.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import { matrixOf } from "../../model/cluster/data.ts";

const computes: readonly Compute[] = [
  openCompute({ threads: 1, backend: "wasm" }),
  openCompute({ threads: 2, backend: "wasm" }),
];
afterAll(() => Promise.all(computes.map((compute) => compute.close())));

const options = { ...usualOptions, seed: 3 };
const two: KChoice = { asked: "one", candidates: [2] };
const random = createRandom(5, "contest rows");

/** A disc within a ring. */
const ring = Array.from({ length: 400 }, (_, i) => {
  const angle = 2 * Math.PI * random.uniform(i);
  const radius = (i % 2 === 0 ? 1 : 5) + 0.2 * random.normal(i);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});
const clouds = Array.from({ length: 400 }, (_, i) => [
  (i % 2) * 6 + random.normal(10_000 + 2 * i),
  (i % 2) * 6 + random.normal(10_001 + 2 * i),
]);

test.each([
  { name: "a disc in a ring", rows: ring, winner: "genie" },
  { name: "two round clouds", rows: clouds, winner: "k-means" },
])("$name: $winner", async ({ rows, winner }) => {
  const contests: unknown[] = [];
  for (const compute of computes) {
    const mark = compute.mark();
    const contest = await holdContest(compute, matrixOf(compute, rows), null, { ...options, k: two });
    expect(contest.winner).toBe(winner);
    expect(contest.contestants.map(({ method }) => method)).toEqual(contestMethods);
    expect(contest.contestants.find(({ method }) => method === "hdbscan")).toMatchObject({
      k: null,
      out: "finds its own number of segments, and 2 are asked for",
    });
    contests.push(contest);
    compute.release(mark);
  }
  expect(contests[1]).toEqual(contests[0]);
});

test("with the number open, every method brings its own, and noise counts against the one that leaves it", async () => {
  const [compute] = computes;
  const mark = compute!.mark();
  const k: KChoice = { asked: "auto", candidates: [2, 3, 4] };
  const scatter = Array.from({ length: 40 }, (_, i) => [
    20 * random.uniform(50_000 + i) - 7,
    20 * random.uniform(60_000 + i) - 7,
  ]);
  const contest = await holdContest(compute!, matrixOf(compute!, [...clouds, ...scatter]), null, { ...options, k });
  const hdbscan = contest.contestants.find(({ method }) => method === "hdbscan")!;
  const kMeans = contest.contestants.find(({ method }) => method === "k-means")!;
  expect(contest.rows).toBeNull();
  expect(kMeans).toMatchObject({ noise: 0, out: null });
  expect(hdbscan).toMatchObject({ k: 2, out: null });
  expect(hdbscan.noise).toBeGreaterThan(0.02);
  expect(hdbscan.agreement).toBeLessThan(kMeans.agreement!);
  compute!.release(mark);
});

test("equal rows are refused as k-means refuses them", async () => {
  const [compute] = computes;
  const same = Array.from({ length: 10 }, () => [1, 2]);
  await expect(holdContest(compute!, matrixOf(compute!, same), null, { ...options, k: two })).rejects.toMatchObject({
    code: "all-rows-equal",
  });
});
