// Seconds an iteration of k-means takes on a Spark, ours against MLlib's: node test/bench/spark.js [ROWS…], by default
// 1,000,000 and 10,000,000 rows of 8 columns, k = 8. Both on local[2] with as much memory, on the same Parquet table, kept in
// Spark before the first iteration. Ours runs through Spark Connect; MLlib in a session of its own process, since only the
// program there may name columns as one vector. Prints one table. Needs Java, and Python for `test/spark/serve`.
import { execFileSync } from "node:child_process";
import { loadavg } from "node:os";
import { join } from "node:path";
import { writeBlobs } from "../spark/blobs.js";
import { here, scratch, top } from "./files.js";
import { median } from "./measures.js";

const k = 8;
const iterations = 15;
const memory = "4g";
const asked = process.argv.slice(2).map(Number);
const serve = join(top, "test", "spark", "serve");
const state = scratch("spark-race.json");

const lines = [];
for (const rows of asked.length > 0 ? asked : [1_000_000, 10_000_000]) {
  const table = await writeBlobs(scratch(`spark-${rows}.parquet`), rows);
  const ours = runOurs(table);
  const rival = runRival(table);
  const own = median(ours.steps.map(({ seconds }) => seconds));
  const [{ rows: received, bytes }] = ours.steps;
  lines.push([
    rows.toLocaleString("en"),
    `${own.toFixed(2)} s`,
    `${rival.seconds.toFixed(2)} s`,
    `${(rival.seconds / own).toFixed(2)}×`,
    `${(ours.peak / 2 ** 20).toFixed(0)} MiB`,
    `${received} rows, ${bytes} bytes`,
  ]);
}
const head = ["rows", "ours, an iteration", "MLlib, an iteration", "ratio", "peak of Node", "received an iteration"];
console.log([head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
console.log(`load of the machine at the end: ${loadavg()[0].toFixed(1)}`);

/** The built modules on a server of its own, which is ended before the rival starts. */
function runOurs(table) {
  const facts = text(serve, ["--state", state, "--memory", memory]);
  const remote = /^SPARK_REMOTE=(.*)$/m.exec(facts)[1];
  try {
    const script = join(top, "test", "spark", "lloyd-steps.js");
    return JSON.parse(text(process.execPath, ["--max-old-space-size=256", script, remote, table, k, iterations]));
  } finally {
    text(serve, ["--stop", "--state", state]);
  }
}

/** Seconds of an iteration of MLlib: what a longer run takes beyond a shorter one from the same start. */
function runRival(table) {
  const python = text(serve, ["--python", "--with-client"]).trim();
  process.env.SPARK_LOCAL_IP = "127.0.0.1";
  return JSON.parse(text(python, [here("spark-rival.py"), table, memory, k, 5, 5 + iterations]));
}

function text(command, words) {
  return execFileSync(command, words.map(String), { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
