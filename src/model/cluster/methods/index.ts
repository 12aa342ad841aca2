import type { Method, MethodName } from "../clustering.ts";
import { bayesianGmm } from "./bayesian-gmm.ts";
import { dbscanMethod } from "./dbscan.ts";
import { genie } from "./genie.ts";
import { gmm } from "./gmm.ts";
import { hdbscanMethod } from "./hdbscan.ts";
import { hierarchical } from "./hierarchical.ts";
import { kMeansMethod } from "./k-means.ts";
import { kMedoidsMethod } from "./k-medoids.ts";
import { kPrototypes } from "./k-prototypes.ts";
import { opticsMethod } from "./optics.ts";

/** Every method; one line each. */
export const methods: Readonly<Record<MethodName, Method>> = {
  "k-means": kMeansMethod,
  "k-medoids": kMedoidsMethod,
  "k-prototypes": kPrototypes,
  hierarchical,
  gmm,
  "bayesian-gmm": bayesianGmm,
  dbscan: dbscanMethod,
  hdbscan: hdbscanMethod,
  optics: opticsMethod,
  genie,
};
