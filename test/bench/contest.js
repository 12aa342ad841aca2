// How well the contest of `cluster --method auto` chooses, with the number of segments given:
//   node test/bench/contest.js            60 generated tables of customers
//   node test/bench/contest.js FOLDER     a suite of batteries: FOLDER/BATTERY/NAME.data.gz with NAME.labels0.gz … beside it
// Adjusted Rand index with the true labels; rows of label 0 are noise and left out; of several label vectors the best counts.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { methods } from "../../dist/model/cluster/methods/index.js";
import { usualOptions } from "../../dist/model/cluster/refit.js";
import { adjustedRandIndex } from "../../dist/model/metrics/adjusted-rand-index.js";
import { createRandom } from "../../dist/model/random.js";
import { holdContest } from "../../dist/steps/cluster/contest.js";
import { openCompute } from "../../dist/workers/pool.js";

const singles = ["k-means", "hierarchical", "gmm", "genie"];
const options = { ...usualOptions, seed: 42 };

/** Numbers of a gzipped text file, by line. */
const numbersOf = (path) =>
  gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));

function* suite(folder) {
  for (const battery of readdirSync(folder)) {
    const names = readdirSync(join(folder, battery)).filter((name) => name.endsWith(".data.gz"));
    for (const file of names) {
      const name = file.replace(".data.gz", "");
      const labels = readdirSync(join(folder, battery)).filter((other) => other.startsWith(`${name}.labels`));
      yield {
        battery,
        name,
        rows: numbersOf(join(folder, battery, file)),
        labels: labels.sort().map((other) => numbersOf(join(folder, battery, other)).map(([label]) => label)),
      };
    }
  }
}

/** Groups of unequal size and covariance, half of them skewed along one axis, a tenth of the rows scattered; z-scored. */
function* customers() {
  for (let table = 0; table < 60; table++) {
    const random = createRandom(table, "tables of customers");
    let draws = 0;
    const uniform = (low, high) => low + (high - low) * random.uniform(draws++);
    const normal = () => random.normal(1e9 + draws++);
    const d = Math.floor(uniform(2, 8));
    const k = Math.floor(uniform(3, 7));
    const n = Math.floor(uniform(800, 2500));
    const apart = uniform(3, 5.5);
    const centres = [];
    while (centres.length < k) {
      const centre = Array.from({ length: d }, () => normal() * apart * 1.4);
      if (centres.every((other) => Math.hypot(...other.map((x, j) => x - centre[j])) > 0.9 * apart))
        centres.push(centre);
    }
    const shares = Array.from({ length: k }, () => 0.1 - Math.log(1 - uniform(0, 1)));
    const whole = shares.reduce((a, b) => a + b);
    const rows = [];
    const labels = [];
    centres.forEach((centre, c) => {
      // A random mixing of the axes gives each group a covariance of its own.
      const mix = Array.from({ length: d }, () => Array.from({ length: d }, () => normal() / Math.sqrt(d)));
      const skewed = uniform(0, 1) < 0.5 ? Math.floor(uniform(0, d)) : -1;
      for (let i = 0; i < Math.round((shares[c] / whole) * n); i++) {
        const own = Array.from({ length: d }, (_, j) =>
          j === skewed ? 1.2 * (-Math.log(1 - uniform(0, 1)) - 1) : normal(),
        );
        rows.push(centre.map((x, j) => x + 0.5 * own[j] + 0.7 * mix[j].reduce((sum, m, o) => sum + m * own[o], 0)));
        labels.push(c + 1);
      }
    });
    const ends = centres[0].map((_, j) => [
      Math.min(...rows.map((row) => row[j])),
      Math.max(...rows.map((row) => row[j])),
    ]);
    for (let i = Math.floor(rows.length / 9); i > 0; i--) {
      rows.push(ends.map(([low, high]) => uniform(low, high)));
      labels.push(0);
    }
    const scaled = ends.map((_, j) => {
      const mean = rows.reduce((sum, row) => sum + row[j], 0) / rows.length;
      return [mean, Math.sqrt(rows.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / rows.length)];
    });
    yield {
      battery: "customers",
      name: `table ${table}`,
      rows: rows.map((row) => row.map((x, j) => (x - scaled[j][0]) / scaled[j][1])),
      labels: [labels],
    };
  }
}

const compute = openCompute({ threads: 2, backend: "wasm" });
const found = new Map();
for (const { battery, name, rows, labels } of process.argv[2] === undefined ? customers() : suite(process.argv[2])) {
  const best = { auto: -1, by: "" };
  for (const truth of labels) {
    const mark = compute.mark();
    const d = rows[0].length;
    const values = compute.f64(rows.length * d);
    rows.forEach((row, i) => row.forEach((x, j) => (values[j * rows.length + i] = x)));
    const matrix = { rows: rows.length, columns: rows[0].map((_, j) => `c${j + 1}`), values };
    const k = Math.max(...truth);
    const own = [...truth.keys()].filter((i) => truth[i] !== 0);
    const index = async (method) => {
      const [fit] = await methods[method].fit(compute, { matrix, weights: null }, [k], options);
      return adjustedRandIndex(
        own.map((i) => truth[i]),
        own.map((i) => fit.labels[i]),
      );
    };
    const { winner } = await holdContest(compute, matrix, null, { ...options, k: { asked: "one", candidates: [k] } });
    for (const method of singles) best[method] = Math.max(best[method] ?? -1, await index(method));
    const chosen = await index(winner);
    if (chosen > best.auto) Object.assign(best, { auto: chosen, by: winner });
    compute.release(mark);
  }
  console.log([battery, name, best.by, best.auto.toFixed(2)].join("\t"));
  found.set(battery, [...(found.get(battery) ?? []), best]);
}
await compute.close();
for (const [battery, sets] of found) {
  const mean = (of) => (sets.reduce((sum, one) => sum + one[of], 0) / sets.length).toFixed(3);
  console.log([battery, `${sets.length} sets`, ...["auto", ...singles].map((of) => `${of} ${mean(of)}`)].join("\t"));
}
