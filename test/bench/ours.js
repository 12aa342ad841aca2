// Our numeric core, and ml-kmeans, as a standing process: reads one JSON request a line, answers each with one JSON line.
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { kmeans as rivalKMeans } from "ml-kmeans";
import { dbscan } from "../../dist/model/cluster/dbscan.js";
import { gaussianMixture, mixtureDefaults } from "../../dist/model/cluster/gaussian-mixture.js";
import { hdbscan } from "../../dist/model/cluster/hdbscan/hdbscan.js";
import { fitHierarchical } from "../../dist/model/cluster/hierarchical.js";
import { fitKMeans } from "../../dist/model/cluster/k-means.js";
import { preparePoints } from "../../dist/model/cluster/prepared-points.js";
import { collapse, expandLabels } from "../../dist/model/collapse.js";
import { usualRefit } from "../../dist/model/cluster/refit.js";
import { bootstrapStability } from "../../dist/model/metrics/bootstrap-stability.js";
import { silhouettes } from "../../dist/model/metrics/silhouette.js";
import { openCompute } from "../../dist/workers/pool.js";
import { readDoubles, readLabels } from "./files.js";

const compute = openCompute({ threads: 2, backend: "wasm" });
let matrix;
let rowsOfArrays;

const does = {
  versions: () => ({ versions: `node ${process.version}` }),

  /** Rows of doubles from a file, column-major into the numeric memory: where the engine puts what it reads. */
  load({ path, rows, columns }) {
    const values = compute.f64(rows * columns);
    readDoubles(path, rows, columns, (at, row) => {
      for (let j = 0; j < columns; j++) values[j * rows + at] = row[j];
    });
    matrix = { rows, columns: Array.from({ length: columns }, (_, j) => `c${j}`), values };
    return {};
  },

  loadArrays({ path, rows, columns }) {
    rowsOfArrays = [];
    readDoubles(path, rows, columns, (_, row) => rowsOfArrays.push(Array.from(row)));
    return {};
  },

  async fit({ labels, ...request }) {
    const mark = compute.mark();
    const began = performance.now();
    const folded = collapse(compute, matrix, null);
    const points = preparePoints(compute, { matrix: folded.points, weights: folded.weights });
    const result = await fitKMeans(compute, points, options(request, request.k));
    const byRow = expandLabels(compute, result.labels, folded.rowToPoint);
    const seconds = (performance.now() - began) / 1000;
    if (labels !== undefined) writeFileSync(labels, new Uint8Array(byRow.slice().buffer));
    compute.release(mark);
    return { seconds, inertia: result.inertia, iterations: result.iterations };
  },

  async mixture({ k, maxIter, start, labels }) {
    const init = { labels: Int32Array.from(readLabels(start)) };
    const mark = compute.mark();
    const began = performance.now();
    const options = { ...mixtureDefaults, k, maxIter, tol: 0, seed: 0, init };
    const result = await gaussianMixture(compute, { matrix, weights: null }, options);
    const seconds = (performance.now() - began) / 1000;
    writeFileSync(labels, new Uint8Array(result.labels.slice().buffer));
    compute.release(mark);
    return { seconds, logLikelihood: result.logLikelihood };
  },

  hdbscan: ({ minClusterSize, minSamples, labels }) =>
    timed(labels, () => {
      const selection = { selection: "eom", selectionEpsilon: 0, allowSingle: false };
      return hdbscan(compute, rows(), { minClusterSize, minSamples, ...selection });
    }),

  dbscan: ({ epsilon, minSamples, labels }) => timed(labels, () => dbscan(compute, rows(), { epsilon, minSamples })),

  ward: ({ k, labels }) =>
    timed(labels, () => {
      const options = { stages: "one", linkage: "ward", microClusters: 0, seed: 0, cut: { k } };
      return fitHierarchical(compute, rows(), options);
    }),

  async silhouette({ labels, k }) {
    const labeling = { labels: Int32Array.from(readLabels(labels)), k };
    const began = performance.now();
    const [{ mean, ci95, anchors }] = await silhouettes(compute, rows(), [labeling], { seed: 0 });
    const halfWidth = ci95 === null ? 0 : (ci95[1] - ci95[0]) / 2;
    return { seconds: (performance.now() - began) / 1000, mean, halfWidth, anchors };
  },

  async stability({ labels, k, draws }) {
    const labeling = { labels: Int32Array.from(readLabels(labels)), k };
    const by = { ...usualRefit, method: "k-means", starts: 1 };
    const began = performance.now();
    const found = await bootstrapStability(compute, { matrix, categories: null }, labeling, { draws, seed: 0, by });
    return { seconds: (performance.now() - began) / 1000, jaccards: found.map(({ jaccard }) => jaccard) };
  },

  async sweep({ ks, labels, ...request }) {
    const mark = compute.mark();
    const began = performance.now();
    const folded = collapse(compute, matrix, null);
    const plain = { matrix: folded.points, weights: folded.weights };
    const points = preparePoints(compute, plain);
    const results = [];
    for (const k of ks) results.push(await fitKMeans(compute, points, options(request, k)));
    const fitted = performance.now();
    const judged = await silhouettes(compute, plain, results, { seed: request.seed });
    const ended = performance.now();
    if (labels !== undefined) {
      const last = expandLabels(compute, results.at(-1).labels, folded.rowToPoint);
      writeFileSync(labels, new Uint8Array(last.slice().buffer));
    }
    compute.release(mark);
    return {
      seconds: (ended - began) / 1000,
      fitSeconds: (fitted - began) / 1000,
      iterations: results.reduce((sum, result) => sum + result.iterations, 0),
      silhouettes: judged.map(({ mean }) => mean),
      halfWidths: judged.map(({ ci95 }) => (ci95 === null ? 0 : (ci95[1] - ci95[0]) / 2)),
      anchors: judged.map(({ anchors }) => anchors),
    };
  },

  mlKMeans({ k, init, maxIter, labels }) {
    const began = performance.now();
    const result = rivalKMeans(rowsOfArrays, k, { initialization: init, maxIterations: maxIter, tolerance: 0 });
    const seconds = (performance.now() - began) / 1000;
    if (labels !== undefined) writeFileSync(labels, new Uint8Array(Int32Array.from(result.clusters).buffer));
    return { seconds, iterations: result.iterations };
  },

  peak() {
    const status = readFileSync("/proc/self/status", "utf8");
    return { peak: Number(/^VmHWM:\s+(\d+)/m.exec(status)[1]) * 1024 };
  },
};

function rows() {
  return { matrix, weights: null };
}

/** Seconds of a fit; its labels go to a file. */
async function timed(labels, fit) {
  const mark = compute.mark();
  const began = performance.now();
  const result = await fit();
  const seconds = (performance.now() - began) / 1000;
  writeFileSync(labels, new Uint8Array(result.labels.slice().buffer));
  compute.release(mark);
  return { seconds };
}

function options({ init, maxIter, tol, seed }, k) {
  return {
    k,
    starts: 1,
    maxIter,
    tol,
    seed: seed ?? 0,
    init: init === undefined ? null : Float64Array.from(init.flat()),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, ...request } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await does[what](request))}\n`);
}
await compute.close();
