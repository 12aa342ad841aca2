// How well the density methods do when nobody gives them a parameter, on 120 generated tables whose groups are known:
//   node test/bench/density.js            every second table, the half that proposals were not developed on
//   node test/bench/density.js developed  the other half
// Adjusted Rand index and adjusted mutual information with the true groups over all rows: scattered rows are a group of their
// own there, and rows in no segment one here; last the Rand index over the rows that are not scattered alone. Beside them
// HDBSCAN as the hdbscan package has it where nothing is given (both sizes 5), and DBSCAN at the best of 40 radii, which
// no rule that looks at the rows alone can pass.
import { methods } from "../../dist/model/cluster/methods/index.js";
import { usualOptions } from "../../dist/model/cluster/refit.js";
import { adjustedRandIndex } from "../../dist/model/metrics/adjusted-rand-index.js";
import { agreementOf } from "../../dist/model/metrics/contingency.js";
import { openCompute } from "../../dist/workers/pool.js";
import { tableOf, tables } from "./density-tables.js";

function agreement(truth, labels) {
  const found = Array.from(labels, (label) => label + 1);
  const [rows, columns] = [Math.max(...truth) + 1, found.reduce((most, label) => Math.max(most, label), 0) + 1];
  const counts = new Float64Array(rows * columns);
  truth.forEach((group, i) => counts[group * columns + found[i]]++);
  // Empty groups say nothing.
  const { ari, ami } = agreementOf({ rows, columns, counts });
  const own = [...truth.keys()].filter((i) => truth[i] > 0);
  const grouped = adjustedRandIndex(
    own.map((i) => truth[i]),
    own.map((i) => found[i]),
  );
  return { ari, ami, grouped };
}

const compute = openCompute({ threads: 2, backend: "wasm" });
const nothing = { ari: 0, ami: 0, grouped: 0, k: 0, told: "" };

async function fitted(method, matrix, truth, given = {}) {
  const mark = compute.mark();
  try {
    const begun = performance.now();
    const [fit] = await methods[method].fit(compute, { matrix, weights: null }, [2], {
      ...usualOptions,
      seed: 42,
      ...given,
    });
    const seconds = (performance.now() - begun) / 1000;
    const told = (fit.parameters ?? [])
      .map(({ option, value }) => `${option} ${Number(value).toPrecision(3)}`)
      .join(" ");
    const noise = fit.labels.reduce((count, label) => count + (label < 0 ? 1 : 0), 0) / fit.labels.length;
    return { ...agreement(truth, fit.labels), k: fit.k, told, seconds, noise, fit };
  } catch (error) {
    if (error.code !== "no-segments") throw error;
    return { ...nothing, told: error.message, seconds: 0, noise: 1 };
  } finally {
    compute.release(mark);
  }
}

/** DBSCAN at the best of 40 radii, with the number of neighbours that is proposed. */
async function bestRadius(matrix, truth, proposed) {
  const near = Number(proposed.fit?.parameters.find(({ option }) => option === "epsilon").value ?? 0.5);
  let best = nothing;
  for (let step = 0; step < 40; step++) {
    const one = await fitted("dbscan", matrix, truth, { epsilon: near * 8 ** ((step - 25) / 20) });
    if (one.ari > best.ari) best = one;
  }
  return best;
}

const parity = process.argv[2] === "developed" ? 0 : 1;
const sums = new Map();
const note = (key, method, one) => {
  const list = sums.get(key) ?? sums.set(key, new Map()).get(key);
  list.set(method, [...(list.get(method) ?? []), one]);
};
for (let number = parity; number < tables; number += 2) {
  const { name, family, noise, rows, truth } = tableOf(number);
  const mark = compute.mark();
  const d = rows[0].length;
  const values = compute.f64(rows.length * d);
  rows.forEach((row, i) => row.forEach((x, j) => (values[j * rows.length + i] = x)));
  const matrix = { rows: rows.length, columns: rows[0].map((_, j) => `c${j + 1}`), values };
  const dbscan = await fitted("dbscan", matrix, truth);
  const found = {
    dbscan,
    "best ε": await bestRadius(matrix, truth, dbscan),
    hdbscan: await fitted("hdbscan", matrix, truth),
    "sizes 5": await fitted("hdbscan", matrix, truth, { minClusterSize: 5, minSamples: 5 }),
    optics: await fitted("optics", matrix, truth),
  };
  compute.release(mark);
  const k = Math.max(...truth);
  console.log(
    [
      `${String(number).padStart(3)} ${name.padEnd(16)} n ${rows.length} d ${d} k ${k}`.padEnd(45),
      ...Object.entries(found).map(([method, one]) => `${method} ${one.ari.toFixed(2)} (${one.k})`.padEnd(19)),
      dbscan.told,
    ].join(" "),
  );
  for (const [method, one] of Object.entries(found)) {
    for (const key of ["all", family, `noise ${noise * 100} %`])
      note(key, method, { ...one, right: one.k === k ? 1 : 0 });
  }
}
await compute.close();
for (const [key, byMethod] of sums) {
  const count = [...byMethod.values()][0].length;
  console.log(
    `\n${key}, ${count} tables: mean ARI, AMI, ARI of grouped rows; share with the true number; with one segment or none`,
  );
  for (const [method, list] of byMethod) {
    const mean = (of) => (list.reduce((sum, one) => sum + of(one), 0) / list.length).toFixed(3);
    const figures = [
      (one) => one.ari,
      (one) => one.ami,
      (one) => one.grouped,
      (one) => one.right,
      (one) => (one.k < 2 ? 1 : 0),
    ];
    console.log([`  ${method.padEnd(9)}`, ...figures.map(mean)].join("  "));
  }
}
