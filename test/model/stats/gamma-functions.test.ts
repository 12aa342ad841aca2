import { expect, test } from "vitest";
import { digamma, logBeta, logGamma } from "../../../src/model/stats/gamma-functions.ts";

/** x, ln Γ(x) and ψ(x) by SciPy 1.17.1 (scipy.special.gammaln and digamma). */
const values = [
  [0.001, 6.907178885383853, -1000.5755719318103],
  [0.2, 1.5240638224307845, -5.289039896592189],
  [0.5, 0.5723649429247, -1.9635100260214235],
  [1, 0, -0.5772156649015329],
  [1.5, -0.12078223763524526, 0.03648997397857652],
  [3.25, 0.9358019311087253, 1.016990911068179],
  [9.75, 12.242204940050762, 2.225109535044576],
  [10, 12.801827480081469, 2.251752589066721],
  [12.5, 18.73434751193645, 2.4851956512749123],
  [150.25, 601.2615040324997, 5.008969095021217],
  [1e4, 82099.71749644238, 9.21029037114285],
  [1e7, 151180949.36947393, 16.11809560095832],
] as const;

test.each(values)("ln Γ and ψ of %d", (x, gamma, psi) => {
  expect(Math.abs(logGamma(x) - gamma)).toBeLessThan(2e-15 * Math.max(10, Math.abs(gamma)));
  expect(Math.abs(digamma(x) - psi)).toBeLessThan(2e-15 * Math.max(1, Math.abs(psi)));
});

test("the beta function of whole numbers is a ratio of factorials", () => {
  expect(logBeta(3, 4)).toBeCloseTo(Math.log((2 * 6) / 720), 13);
});
