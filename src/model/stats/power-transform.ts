import type { Compute } from "../../core/compute.ts";
import { boxCox, fitBoxCox, inverseBoxCox } from "./box-cox.ts";
import { fitYeoJohnson, inverseYeoJohnson, yeoJohnson } from "./yeo-johnson.ts";

/** A transform of values one by one. `mirrored-log1p` goes on below zero as -log1p(-x), so that every value has a place. */
export type Power = "none" | "log1p" | "mirrored-log1p" | "box-cox" | "yeo-johnson";

/** Learns the λ of a power, null for those that have none; NaN is skipped. Costs as `fitBoxCox` and `fitYeoJohnson`. */
export function fitPower(compute: Compute, power: Power, values: Float64Array): number | null {
  switch (power) {
    case "box-cox":
      return fitBoxCox(compute, values);
    case "yeo-johnson":
      return fitYeoJohnson(compute, values);
    default:
      return null;
  }
}

/** One value transformed; NaN outside the domain. About 40 ns. */
export function powerOf(power: Power, lambda: number | null, x: number): number {
  switch (power) {
    case "none":
      return x;
    case "log1p":
      return inDomain(power, x) ? Math.log1p(x) : Number.NaN;
    case "mirrored-log1p":
      return x < 0 ? -Math.log1p(-x) : Math.log1p(x);
    case "box-cox":
      return inDomain(power, x) ? boxCox(x, lambda!) : Number.NaN;
    case "yeo-johnson":
      return yeoJohnson(x, lambda!);
  }
}

/** The value that `powerOf` takes to z; NaN where it takes none there. */
export function inversePowerOf(power: Power, lambda: number | null, z: number): number {
  switch (power) {
    case "none":
      return z;
    case "log1p":
      return Math.expm1(z);
    case "mirrored-log1p":
      return z < 0 ? -Math.expm1(-z) : Math.expm1(z);
    case "box-cox":
      return inverseBoxCox(z, lambda!);
    case "yeo-johnson":
      return inverseYeoJohnson(z, lambda!);
  }
}

/** Whether a power takes a value at all: log1p those above -1, Box-Cox those above 0. */
export function inDomain(power: Power, x: number): boolean {
  return power === "log1p" ? x > -1 : power === "box-cox" ? x > 0 : true;
}
