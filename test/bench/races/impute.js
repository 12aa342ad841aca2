import { join } from "node:path";
import { data, here, python, scratch, top } from "../files.js";
import { alternate, summary } from "../measures.js";
import { timeCommand } from "../processes.js";

const columns = 12;

/** CSV in, CSV with gaps filled out: whole processes. */
export const impute = {
  name: "impute",
  about:
    "segment clean in.csv --impute, 12 columns, 5 % of the cells missing, against pandas with scikit-learn's imputers",
  async run({ compare }) {
    for (const [method, rows] of [
      ["knn", 10_000],
      ["iterative", 100_000],
    ]) {
      const input = data("gaps", rows, columns, "4.csv");
      const output = scratch("filled.csv");
      const theirs = scratch("filled-rival.csv");
      const given = ["--impute", method, "--threads", "2", "-o", output, "-q"];
      const ours = () => timeCommand(process.execPath, [join(top, "bin", "segment.js"), "clean", input, ...given]);
      const analyst = () => timeCommand(python(), [here("impute-analyst.py"), method, input, theirs]);
      const [own, other] = (await alternate([ours, analyst])).map(summary);
      const { stdout } = timeCommand(python(), [here("check-scaled.py"), output, theirs, "1e-9"]);
      const wrong = JSON.parse(stdout);
      compare({
        name: `clean --impute ${method}, ${rows.toLocaleString("en")} rows, CSV to CSV`,
        ours: own,
        rival: other,
        against: "pandas",
        wrong,
        needs: 1,
      });
    }
  },
};
