import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cache, environment, here, python, scratch, top } from "../files.js";
import { alternate, summary } from "../measures.js";
import { timeCommand } from "../processes.js";

const rows = 1_000_000;
const segment = join(top, "bin", "segment.js");

/** The whole pipe, six processes, against the same steps in one script. Peak memory is that of the largest process. */
export const pipe = {
  name: "pipe",
  about: "ingest | clean | dedupe --key email | normalize | cluster | export --per-segment, 1,000,000 dirty customers",
  async run({ compare }) {
    const input = customers();
    for (const [k, words, times] of [
      ["6", "-q --k 6", 3],
      ["auto", "", 1],
    ]) {
      const quiet = words.startsWith("-q") ? "-q" : "";
      const ours = () => timeCommand("bash", ["-c", line(input, quiet, words)]);
      const theirs = () => timeCommand(python(), [here("pipeline.py"), input, scratch("theirs"), k]);
      const [left, right] = (await alternate([ours, theirs], times)).map(summary);
      compare({
        name: k === "auto" ? "the whole pipe, k = 2 to 10, with all reports" : `the whole pipe, k = ${k}, -q`,
        ours: left,
        rival: right,
        against: "pandas and scikit-learn",
        needs: 2,
        aims: 4,
        lessMemory: true,
        wrong: checkOutput(),
      });
    }
  },
};

function line(input, quiet, cluster) {
  rmSync(scratch("ours"), { recursive: true, force: true });
  return `set -euo pipefail
    segment() { node '${segment}' "$@" 2>/dev/null; }
    segment ingest '${input}' ${quiet} | segment clean ${quiet} | segment dedupe --key email ${quiet} |
      segment normalize ${quiet} | segment cluster ${cluster} | segment export --per-segment '${scratch("ours")}' ${quiet}`;
}

/** Every person with an e-mail once: as many rows as the script leaves, give or take the mailboxes that people share. */
function checkOutput() {
  const { files } = JSON.parse(readFileSync(join(scratch("ours"), "manifest.json"), "utf8"));
  const written = files.reduce((sum, file) => sum + file.rows, 0);
  const counted = execFileSync("bash", ["-c", `cat '${scratch("theirs")}'/segment-*.csv | wc -l`], {
    encoding: "utf8",
  });
  const theirs = Number(counted) - files.length;
  const sharing = rows / 100;
  return Math.abs(written - theirs) > sharing ? [`${written} rows written, the script writes ${theirs}`] : [];
}

function customers() {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `customers-${rows}.csv`);
  if (!existsSync(path)) {
    const fresh = join(cache, `fresh-${process.pid}.csv`);
    const words = ["sample", "customers", "--rows", String(rows), "--dirty", "0.1", "--duplicates", "0.1"];
    execFileSync(process.execPath, [segment, ...words, "-q", "-o", fresh], { env: environment() });
    renameSync(fresh, path);
  }
  return path;
}
