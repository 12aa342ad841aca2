// How well the latent segments of generated customers come back: node test/bench/recovery.js [SEEDS [ROWS]] runs the
// pipe clean, dedupe, normalize, cluster and the same steps in pandas and scikit-learn on the same files, and prints the
// adjusted Rand index of each against the truth, and how well dedupe told persons apart. Exits 1 when ours is more than
// 0.01 below on the mean, when rows of one person with one e-mail were left apart, or when two persons were merged
// and the mailbox is not listed as one that several people may read.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import papaparse from "papaparse";
import { adjustedRandIndex } from "../../dist/model/metrics/adjusted-rand-index.js";
import { cache, environment, here, python, top } from "./files.js";

const [seeds = 20, rows = 100_000] = process.argv.slice(2).map(Number);
const folder = join(cache, "recovery");
const program = join(top, "bin", "segment.js");

function shell(line) {
  const env = { ...environment(), SEGMENT: program };
  execFileSync("bash", ["-c", `set -euo pipefail; segment() { node "$SEGMENT" "$@"; }; ${line}`], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function read(name) {
  return papaparse.parse(readFileSync(join(folder, name), "utf8"), { header: true, skipEmptyLines: true }).data;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (groups.has(key)) groups.get(key).push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Index of the segments found against those that made the rows. */
function recovered(name, truth) {
  const numbers = new Map();
  const number = (text) => numbers.get(text) ?? numbers.set(text, numbers.size).get(text);
  const found = read(name);
  const left = Int32Array.from(found, (row) => number(`found ${row.segment}`));
  const right = Int32Array.from(found, (row) => number(`true ${truth.get(row.customer_id).segment}`));
  return { rows: found.length, index: adjustedRandIndex(left, right) };
}

/** Pairs of rows that were merged, and those of one person and one e-mail that should have been. */
function pairs(truth) {
  const merged = new Map();
  const listed = new Set();
  for (const row of read("duplicates.csv")) {
    if (row.reason.includes("not merged")) continue;
    merged.set(row.customer_id, row.group);
    if (row.reason.includes("shared mailbox") || row.reason.includes("chosen")) listed.add(row.group);
  }
  const groups = groupBy([...merged], ([, group]) => group);
  let wrong = 0;
  let unlisted = 0;
  for (const [group, members] of groups) {
    if (new Set(members.map(([id]) => truth.get(id).person_id)).size < 2) continue;
    wrong++;
    if (!listed.has(group)) unlisted++;
  }
  const shouldMeet = groupBy(
    read("clean.csv").filter((row) => row.email !== ""),
    (row) => `${truth.get(row.customer_id).person_id} ${row.email}`,
  );
  let wanted = 0;
  let missed = 0;
  for (const members of shouldMeet.values()) {
    if (members.length < 2) continue;
    wanted++;
    const met = new Set(members.map((row) => merged.get(row.customer_id) ?? row.customer_id));
    if (met.size > 1) missed++;
  }
  return { groups: groups.size, wrong, unlisted, wanted, missed };
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const lines = [];
for (let seed = 1; seed <= seeds; seed++) {
  shell(`segment sample customers --rows ${rows} --dirty 0.1 --duplicates 0.1 --seed ${seed} --truth truth.csv -o in.csv -q
    segment clean in.csv -q -o clean.csv
    segment dedupe clean.csv --key email --duplicates duplicates.csv -q | segment normalize -q | segment cluster -q -o ours.csv`);
  execFileSync(python(), [here("pipeline.py"), join(folder, "in.csv"), join(folder, "theirs.csv")], {
    env: environment(),
    stdio: "inherit",
  });
  const truth = new Map(read("truth.csv").map((row) => [row.customer_id, row]));
  const [ours, theirs] = [recovered("ours.csv", truth), recovered("theirs.csv", truth)];
  const line = { seed, ours: ours.index, theirs: theirs.index, rows: ours.rows, ...pairs(truth) };
  lines.push(line);
  console.log(JSON.stringify(line));
}
const mean = (member) => lines.reduce((sum, line) => sum + line[member], 0) / lines.length;
const total = (member) => lines.reduce((sum, line) => sum + line[member], 0);
console.log(
  `mean adjusted Rand index: ours ${mean("ours").toFixed(4)}, scikit-learn ${mean("theirs").toFixed(4)}; groups merged ` +
    `${total("groups")}, of several persons ${total("wrong")} (not listed: ${total("unlisted")}); persons with one e-mail in several rows ${total("wanted")}, left apart ${total("missed")}`,
);
process.exitCode = mean("ours") < mean("theirs") - 0.01 || total("missed") > 0 || total("unlisted") > 0 ? 1 : 0;
