import { expect, test } from "vitest";
import { wilsonInterval } from "../../../src/model/stats/proportion-interval.ts";

/** scipy.stats.binomtest(hits, trials).proportion_ci(method="wilson") of SciPy 1.17.1. */
test.each([
  [0, 10, 0, 0.27753279986288926],
  [3, 10, 0.10779126740630102, 0.6032218525388546],
  [10, 10, 0.7224672001371109, 1],
  [45, 90, 0.3988372282354734, 0.6011627717645266],
  [1, 2, 0.09453120573423074, 0.9054687942657693],
  [700, 1000, 0.6708761390827828, 0.7275931575229951],
  [5, 100_000, 2.1357194468385736e-5, 0.0001170520768033956],
])("Wilson's interval of %i in %i is SciPy's", (hits, trials, low, high) => {
  const found = wilsonInterval(hits, trials);
  expect(found[0]).toBeCloseTo(low, 13);
  expect(found[1]).toBeCloseTo(high, 13);
});

test("nothing is known of no trial", () => expect(wilsonInterval(0, 0)).toEqual([0, 1]));
