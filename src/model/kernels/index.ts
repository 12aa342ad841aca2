/** Every kernel by its name, which is also that of its compiled version. */
import { boundTree, packTree, splitTree } from "./build-tree.ts";
import { collapseCodes } from "./collapse-codes.ts";
import { collapseRows } from "./collapse-rows.ts";
import { columnExtent, columnPowers } from "./column-moments.ts";
import { columnScan } from "./column-scan.ts";
import { columnSums } from "./column-sums.ts";
import { copheneticSums } from "./cophenetic-sums.ts";
import { coreDistances } from "./core-distances.ts";
import { crossProducts } from "./cross-products.ts";
import { findBorders, findCores, joinHalves, joinInLeaves, markJoined } from "./dbscan-steps.ts";
import { denseNetwork } from "./dense-network.ts";
import { distanceSumsF32, distanceSumsF64 } from "./distance-sums.ts";
import { drawRows } from "./draw-rows.ts";
import { foreignNeighbours, keepCandidates } from "./foreign-neighbours.ts";
import { gowerGain } from "./gower-gain.ts";
import { groupSums } from "./group-sums.ts";
import { lloydStep } from "./lloyd-step.ts";
import { lookUp } from "./look-up.ts";
import { matrixJoin, matrixNearest } from "./matrix-clusters.ts";
import { medoidGain } from "./medoid-gain.ts";
import { mixtureStep } from "./mixture-step.ts";
import { nearestCandidate } from "./nearest-candidate.ts";
import { nearestCluster } from "./nearest-cluster.ts";
import { nearestDonors } from "./nearest-donors.ts";
import { opticsSteps } from "./optics-steps.ts";
import { packPoints } from "./pack-points.ts";
import { pairDistances } from "./pair-distances.ts";
import { primStep } from "./prim-step.ts";
import { prototypePotentials, prototypeStep } from "./prototype-step.ts";
import { secondNearest } from "./second-nearest.ts";
import { pairSums } from "./pair-sums.ts";
import { rankScan } from "./rank-scan.ts";
import { scaleColumn } from "./scale-column.ts";
import { seedPotentials } from "./seed-potentials.ts";
import { segmentSpread, segmentSums } from "./segment-spread.ts";
import { squaredErrors } from "./squared-errors.ts";
import { leastLabels, nearestNeighbours } from "./tree-queries.ts";
import type { Kernel } from "./kernel.ts";

export const kernels = {
  boundTree,
  coreDistances,
  findBorders,
  findCores,
  foreignNeighbours,
  joinHalves,
  joinInLeaves,
  keepCandidates,
  markJoined,
  packTree,
  splitTree,
  collapseCodes,
  collapseRows,
  columnExtent,
  columnPowers,
  columnScan,
  columnSums,
  copheneticSums,
  crossProducts,
  denseNetwork,
  drawRows,
  distanceSumsF32,
  distanceSumsF64,
  gowerGain,
  groupSums,
  leastLabels,
  lloydStep,
  lookUp,
  matrixJoin,
  matrixNearest,
  medoidGain,
  mixtureStep,
  nearestCandidate,
  nearestCluster,
  nearestDonors,
  nearestNeighbours,
  opticsSteps,
  packPoints,
  pairDistances,
  pairSums,
  primStep,
  prototypePotentials,
  prototypeStep,
  rankScan,
  scaleColumn,
  secondNearest,
  seedPotentials,
  segmentSpread,
  segmentSums,
  squaredErrors,
} as const satisfies Record<string, Kernel>;
