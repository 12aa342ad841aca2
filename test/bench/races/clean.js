import { execFileSync } from "node:child_process";
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { cache, environment, here, python, scratch, top } from "../files.js";
import { alternate, summary } from "../measures.js";
import { timeCommand } from "../processes.js";

const rows = 5_000_000;

/** CSV in, Parquet with cleaned columns out: whole processes. */
export const clean = {
  name: "clean",
  about: "segment clean in.csv -o out.parquet, 5,000,000 × 7, spaces, case, e-mail, telephone, dates, outliers flagged",
  async run({ compare }) {
    const input = dirty();
    const output = scratch("clean.parquet");
    const theirs = scratch("clean-rival.parquet");
    const rules = ["--case", "city=title", "--phone", "phone", "--country", "FR", "--check", "flag"];
    const outliers = ["--outliers", "revenue=iqr", "--outlier-action", "flag"];
    const given = [...rules, ...outliers, "--threads", "2", "-o", output, "-q"];
    const ours = () => timeCommand(process.execPath, [join(top, "bin", "segment.js"), "clean", input, ...given]);
    const analyst = () => timeCommand(python(), [here("clean-analyst.py"), input, theirs]);
    const [own, other] = (await alternate([ours, analyst], 3)).map(summary);
    const { stdout } = timeCommand(python(), [here("check-clean.py"), output, theirs]);
    const wrong = JSON.parse(stdout);
    compare({ name: "clean, CSV to Parquet", ours: own, rival: other, against: "pandas", wrong, needs: 4 });
  },
};

function dirty() {
  const path = join(cache, `dirty-${rows}.csv`);
  if (!existsSync(path)) {
    const fresh = scratch(`fresh-${process.pid}.csv`);
    execFileSync(python(), [here("dirty.py"), String(rows), fresh], { env: environment() });
    renameSync(fresh, path);
  }
  return path;
}
