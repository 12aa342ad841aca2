import { expect, test } from "vitest";
import { expOf, logOf } from "../../../src/model/kernels/exp-log.ts";
import { lcg } from "../cluster/data.ts";

const digits = 40n;
const one = 10n ** digits;

/** The double as a whole multiple of 10^-40, rounded; exact for those of 2^-100 and more that are used here. */
function fixed(x: number): bigint {
  let scaled = x;
  let halvings = 0n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    halvings++;
  }
  return (BigInt(scaled) * one) >> halvings;
}

/** e^x to 40 digits after the point for x in [-30, 0], by Taylor's series of x / 2^20, squared 20 times. */
function exactExp(x: number): bigint {
  const guard = 10n ** 20n;
  const unit = one * guard;
  const small = (fixed(x) * guard) / 2n ** 20n;
  let term = unit;
  let sum = unit;
  for (let n = 1n; n < 30n; n++) {
    term = (term * small) / unit / n;
    sum += term;
  }
  for (let n = 0; n < 20; n++) sum = (sum * sum) / unit;
  return sum / guard;
}

function ulp(x: number): number {
  return 2 ** (Math.floor(Math.log2(Math.abs(x))) - 52);
}

function error(found: number, exact: bigint): number {
  return Number(fixed(found) - exact) / Number(one) / ulp(found);
}

test("the kernels' exponential is within 1 ulp of 40-digit values", () => {
  for (const u of lcg(2000, 5)) {
    const x = -Math.round(u * 30 * 2 ** 40) / 2 ** 40;
    expect(Math.abs(error(expOf(x), exactExp(x)))).toBeLessThan(1);
  }
  expect(expOf(0)).toBe(1);
  expect(expOf(-708.1)).toBe(0);
  expect(expOf(-708)).toBeCloseTo(3.307553003638408e-308, 320);
});

test("the kernels' logarithm is within 1 ulp: the exponential of it, to 40 digits, is the number again", () => {
  for (const u of lcg(2000, 6)) {
    const x = 1 / (1 + 50 * u * u);
    const y = logOf(x);
    // d ln x = dx / x: the error of ln x from that of the exact e^y.
    const gap = Number(exactExp(Math.round(y * 2 ** 70) / 2 ** 70) - fixed(x)) / Number(one) / x;
    expect(Math.abs(gap) / ulp(y)).toBeLessThan(1);
  }
  expect(logOf(1)).toBe(0);
  expect(logOf(2 ** 60)).toBeCloseTo(60 * Math.LN2, 13);
});
