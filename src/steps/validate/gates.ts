import { badAsk, type Origin } from "./asks.ts";
import { plainNumber } from "./bounds.ts";

/** Gates on the segments, by the names that options, rules files and reports share. */
export const gateNames = ["min-silhouette", "min-size", "max-noise", "min-jaccard"] as const;
export type GateName = (typeof gateNames)[number];

/** A gate as a rules file asks for it. */
export interface GateAsk {
  readonly gate: GateName;
  readonly words: string;
  readonly origin: Origin;
}

/** The limits that were asked for; undefined for none. */
export interface Gates {
  readonly minSilhouette?: number | undefined;
  readonly minSize?: number | undefined;
  readonly maxNoise?: number | undefined;
  readonly minJaccard?: number | undefined;
}

/** Where a gate's limit may lie; the option table has the same. */
export const gateLimits = {
  "min-silhouette": { minimum: -1, maximum: 1, whole: false },
  "min-size": { minimum: 1, maximum: Number.MAX_SAFE_INTEGER, whole: true },
  "max-noise": { minimum: 0, maximum: 1, whole: false },
  "min-jaccard": { minimum: 0, maximum: 1, whole: false },
} as const satisfies Record<GateName, { minimum: number; maximum: number; whole: boolean }>;

const members = {
  "min-silhouette": "minSilhouette",
  "min-size": "minSize",
  "max-noise": "maxNoise",
  "min-jaccard": "minJaccard",
} as const satisfies Record<GateName, keyof Gates>;

/** The gates of the options completed by those of a rules file. Throws `bad-rules` for one that both give, or no limit. */
export function mergeGates(options: Gates, asks: readonly GateAsk[]): Gates {
  const gates: { -readonly [K in keyof Gates]: Gates[K] } = {
    minSilhouette: options.minSilhouette,
    minSize: options.minSize,
    maxNoise: options.maxNoise,
    minJaccard: options.minJaccard,
  };
  for (const { gate, words, origin } of asks) {
    if (gates[members[gate]] !== undefined) throw badAsk(origin, "is given twice", "leave out one of them");
    const { minimum, maximum, whole } = gateLimits[gate];
    const limit = plainNumber(words.trim());
    if (limit === null || (whole && !Number.isSafeInteger(limit))) {
      throw badAsk(origin, `${words} is not a ${whole ? "whole number" : "number"}`);
    }
    if (limit < minimum || limit > maximum) {
      const least = whole ? `at least ${minimum}` : `between ${minimum} and ${maximum}`;
      throw badAsk(origin, `${words} is not ${least}`);
    }
    gates[members[gate]] = limit;
  }
  return gates;
}

/** Whether any gate looks at the segments. */
export function hasGates(gates: Gates): boolean {
  return Object.values(gates).some((limit) => limit !== undefined);
}
