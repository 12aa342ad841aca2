import { join } from "node:path";
import { data, scratch, top } from "../files.js";
import { alternate, summary } from "../measures.js";
import { openOurs, timeCommand } from "../processes.js";

const limit = 300 * 2 ** 20;

/** A Ward hierarchy of 50,000 rows, whose distances in a matrix would take 10 GB: our peak memory. */
export const ward = {
  name: "ward",
  about: "Ward, 50,000 × 10, cut at k = 8: the fit alone and file to file, peak memory under 300 MiB",
  async run({ alone }) {
    const [rows, columns] = [50_000, 10];
    const ours = openOurs();
    await ours.ask({ do: "load", path: data("noisy", rows, columns, "f64"), rows, columns });
    const [fits] = await alternate([() => ours.ask({ do: "ward", k: 8, labels: scratch("ours.labels") })], 3);
    const { peak } = await ours.ask({ do: "peak" });
    await ours.close();
    alone({ name: "Ward, 50,000 × 10", ours: { ...summary(fits), peak }, limit });

    const input = data("noisy", rows, columns, "parquet");
    const given = ["--method", "hierarchical", "--k", "8", "--threads", "2", "-q", "-o", scratch("ours.parquet")];
    const command = () => timeCommand(process.execPath, [join(top, "bin", "segment.js"), "cluster", input, ...given]);
    const [runs] = await alternate([command], 3);
    alone({ name: "Ward, 50,000 × 10, Parquet to Parquet", ours: summary(runs), limit });
  },
};
