import { join } from "node:path";
import { data, scratch, top } from "../files.js";
import { alternate, summary } from "../measures.js";
import { timeCommand } from "../processes.js";

const limit = 4 * 2 ** 30;

/** Ten million rows of Parquet in, with labels out: our peak memory. */
export const parquet = {
  name: "parquet",
  about: "segment cluster in.parquet -o out.parquet, 10,000,000 × 8, k = 8, one start: peak memory under 4 GiB",
  async run({ alone }) {
    const input = data("blobs", 10_000_000, 8, "parquet");
    const given = ["--k", "8", "--starts", "1", "--scale", "zscore", "--threads", "2", "-o", scratch("ours.parquet")];
    const command = (...more) =>
      timeCommand(process.execPath, [join(top, "bin", "segment.js"), "cluster", input, ...given, ...more]);
    const [quiet, full] = await alternate([() => command("-q"), () => command()], 1);
    alone({ name: "Parquet to Parquet, 10,000,000 × 8", ours: summary(quiet), limit });
    alone({ name: "Parquet to Parquet, 10,000,000 × 8, with the report", ours: summary(full), limit });
  },
};
