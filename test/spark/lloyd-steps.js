// k-means of a Parquet table on a Spark, by the built modules, and what each step of it received:
//   node lloyd-steps.js REMOTE TABLE K ITERATIONS
// Prints one line of JSON: the table's rows, by iteration the seconds and the batches, rows and bytes that came, the inertia,
// and the greatest resident memory of this process in bytes. Starting centres are eight places of the data's grid.
import { resourceUsage } from "node:process";
import { openSpark } from "../../dist/engine/spark/open-spark.js";
import { describeTable } from "../../dist/steps/describe.js";
import { lloydInEngine } from "../../dist/steps/cluster/in-engine/lloyd.js";
import { storePoints } from "../../dist/steps/cluster/in-engine/points.js";
import { startingPlaces } from "./blobs.js";

const [remote, path, kText, iterations] = process.argv.slice(2);
const k = Number(kText);
const engine = await openSpark({
  url: remote,
  token: undefined,
  version: "0.0.0",
  signal: new AbortController().signal,
});
try {
  const sources = await engine.inputs([path], {}, () => null);
  const table = await describeTable(engine, await engine.load(sources), sources, {});
  const features = table.columns.map(({ name }) => ({
    column: name,
    source: name,
    missing: "drop",
    fill: null,
    transform: { kind: "none", log1p: false, center: 0, scale: 1 },
  }));
  const points = await storePoints(engine, table, features, null);
  const at = [];
  const progress = () => at.push({ ...engine.received, seconds: performance.now() / 1000 });
  const start = { k, values: startingPlaces(k) };
  const [fit] = await lloydInEngine(engine, points, [start], { maxIter: Number(iterations), tolerance: 0, progress });
  const steps = at.slice(1).map((to, i) => ({
    seconds: to.seconds - at[i].seconds,
    batches: to.batches - at[i].batches,
    rows: to.rows - at[i].rows,
    bytes: to.bytes - at[i].bytes,
  }));
  const inertia = fit.squares.reduce((sum, part) => sum + part, 0);
  // Node tells kilobytes.
  const peak = resourceUsage().maxRSS * 1024;
  process.stdout.write(
    `${JSON.stringify({ rows: points.rows, points: points.points, iterations: fit.iterations, inertia, steps, peak })}\n`,
  );
} finally {
  await engine.close();
}
