import type { Compute } from "../../core/compute.ts";
import { boxCox, fitBoxCox, inverseBoxCox } from "./box-cox.ts";
import { fitYeoJohnson, inverseYeoJohnson, yeoJohnson } from "./yeo-johnson.ts";

/** A transform of values one by one. `mirrored-log1p` goes on below zero as -log1p(-x), so that every value has a place. */
export type Power = "none" | "log" | "log10" | "log1p" | "mirrored-log1p" | "box-cox" | "yeo-johnson";

/** A power, or the way through the quantiles of a column to a uniform or a normal distribution. */
export type Transformation = Power | "quantile" | "quantile-normal";

/** Whether a transform goes through a column's quantiles. */
export function byQuantiles(power: Transformation): power is "quantile" | "quantile-normal" {
  return power === "quantile" || power === "quantile-normal";
}

/** Learns the λ of a power, null for those that have none; NaN is skipped. Costs as `fitBoxCox` and `fitYeoJohnson`. */
export function fitPower(compute: Compute, power: Transformation, values: Float64Array): number | null {
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
    case "log":
      return inDomain(power, x) ? Math.log(x) : Number.NaN;
    case "log10":
      return inDomain(power, x) ? Math.log10(x) : Number.NaN;
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
    case "log":
      return Math.exp(z);
    case "log10":
      return 10 ** z;
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

/** Whether a power takes a value at all: log1p those above -1, Box-Cox and the other logarithms those above 0. */
export function inDomain(power: Transformation, x: number): boolean {
  return x > domainEnd(power) || domainEnd(power) === -Infinity;
}

/** What all values that a power takes are above. */
export function domainEnd(power: Transformation): number {
  if (power === "log1p") return -1;
  return power === "box-cox" || power === "log" || power === "log10" ? 0 : -Infinity;
}
