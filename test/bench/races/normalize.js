import { join } from "node:path";
import { data, here, python, scratch, top } from "../files.js";
import { alternate, summary } from "../measures.js";
import { timeCommand } from "../processes.js";

const rows = 1_000_000;
const columns = 8;

/** CSV in, CSV with scaled columns out: whole processes. */
export const normalize = {
  name: "normalize",
  about: "segment normalize in.csv -o out.csv, 1,000,000 × 8, against pandas with scikit-learn's scalers",
  async run({ compare }) {
    const input = data("cloud", rows, columns, "2.csv");
    // scikit-learn's λ is right to six digits only, and an outlying value feels it.
    for (const [method, rival, tolerance] of [
      ["zscore", "zscore", 1e-12],
      ["yeo-johnson+zscore", "yeo-johnson", 1e-5],
    ]) {
      const output = scratch("scaled.csv");
      const theirs = scratch("scaled-rival.csv");
      const given = ["--method", method, "--threads", "2", "-o", output, "-q"];
      const ours = () => timeCommand(process.execPath, [join(top, "bin", "segment.js"), "normalize", input, ...given]);
      const analyst = () => timeCommand(python(), [here("scale-analyst.py"), rival, input, theirs]);
      const [own, other] = (await alternate([ours, analyst])).map(summary);
      const { stdout } = timeCommand(python(), [here("check-scaled.py"), output, theirs, String(tolerance)]);
      const wrong = JSON.parse(stdout);
      compare({
        name: `normalize, ${method}, CSV to CSV`,
        ours: own,
        rival: other,
        against: "pandas",
        wrong,
        needs: 4,
      });
    }
  },
};
