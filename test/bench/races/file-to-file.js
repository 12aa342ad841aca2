import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { data, here, python, scratch, startingCentres, top } from "../files.js";
import { alternate, summary } from "../measures.js";
import { timeCommand } from "../processes.js";

const rows = 1_000_000;
const columns = 8;
const variants = ["pandas", "pandas-pyarrow", "pyarrow"];

/** CSV in, CSV with labels out: whole processes. */
export const fileToFile = {
  name: "file",
  about: "segment cluster in.csv -o out.csv, 1,000,000 × 8, k = 8, one start, against the script an analyst writes",
  async run({ compare }) {
    for (const [kind, decimals] of [
      ["blobs", 6],
      ["cloud", 2],
    ]) {
      const input = data(kind, rows, columns, `${decimals}.csv`);
      const wrong = checkLabels(kind, input);
      const output = scratch("ours.csv");
      const ours = (...more) =>
        timeCommand(process.execPath, [segment, "cluster", input, ...options, "-o", output, ...more]);
      const analyst = (how) => timeCommand(python(), [here("analyst.py"), how, input, scratch(`${how}.csv`)]);
      const sides = [() => ours("-q"), () => ours(), ...variants.map((how) => () => analyst(how))];
      const [quiet, full, ...rivals] = (await alternate(sides)).map(summary);
      for (const [i, how] of variants.entries()) {
        const marks = how === "pandas" ? { needs: 3, aims: 4, lessMemory: true } : { needs: 1 };
        compare({
          name: `CSV to CSV, ${kind}, ${decimals} decimals`,
          ours: quiet,
          rival: rivals[i],
          against: how,
          wrong,
          ...marks,
        });
      }
      compare({
        name: `CSV to CSV, ${kind}, ${decimals} decimals, with the report`,
        ours: full,
        rival: rivals[0],
        against: "pandas",
        wrong: [],
        note: "silhouettes, 38 reference tables and profiles besides; -q leaves these out, not a label",
      });
    }
  },
};

const segment = join(top, "bin", "segment.js");
const options = ["--k", "8", "--starts", "1", "--scale", "zscore", "--threads", "2"];

/**
 * From the same starting centres and after the same iterations, every row must have the segment that scikit-learn
 * gives it, and keep its text and its place.
 */
function checkLabels(kind, input) {
  const [header] = readFileSync(input, "utf8").split("\n", 1);
  const centres = startingCentres(data(kind, rows, columns, "f64"), rows, columns, 8);
  const init = scratch("centres.csv");
  const output = scratch("checked.csv");
  writeFileSync(init, [header, ...centres.map((centre) => centre.join()), ""].join("\n"));
  const same = ["--init", init, "--max-iter", "10", "--tol", "0", "-q", "-o", output];
  timeCommand(process.execPath, [segment, "cluster", input, ...options, ...same]);
  const { stdout } = timeCommand(python(), [here("check-labels.py"), input, init, output, "10"]);
  return JSON.parse(stdout);
}
