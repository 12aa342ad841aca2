import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { data, readLabels, scratch, startingCentres } from "../files.js";
import { alternate, differentLabels, summary } from "../measures.js";
import { openOurs } from "../processes.js";

const rows = 100_000;
const columns = 8;

/** Against the JavaScript package, from the same starting centres. */
export const mlKMeans = {
  name: "ml-kmeans",
  about: "k-means fit alone, 100,000 × 8, k = 8, same centres, against the package ml-kmeans",
  async run({ compare }) {
    const path = data("blobs", rows, columns, "f64");
    const ours = openOurs();
    const rival = openOurs();
    await Promise.all([
      ours.ask({ do: "load", path, rows, columns }),
      rival.ask({ do: "loadArrays", path, rows, columns }),
    ]);
    const shared = { k: 8, init: startingCentres(path, rows, columns, 8), maxIter: 25 };
    const labels = { ours: scratch("ours.labels"), rival: scratch("ml-kmeans.labels") };
    // Its labels are those of the centres before the last.
    await ours.ask({ do: "fit", tol: 0, ...shared, maxIter: shared.maxIter - 1, labels: labels.ours });
    const other = await rival.ask({ do: "mlKMeans", ...shared, labels: labels.rival });
    const moved = differentLabels(readLabels(labels.ours), readLabels(labels.rival));
    const wrong = moved > 0 ? [`${moved} labels differ`] : [];
    const [a, b] = await alternate([
      () => ours.ask({ do: "fit", tol: 0, ...shared }),
      () => rival.ask({ do: "mlKMeans", ...shared }),
    ]);
    const [oursPeak, rivalPeak] = [await ours.ask({ do: "peak" }), await rival.ask({ do: "peak" })];
    await Promise.all([ours.close(), rival.close()]);
    compare({
      name: "fit, 100,000 × 8",
      ours: { ...summary(a), ...oursPeak },
      rival: { ...summary(b), ...rivalPeak },
      against: `ml-kmeans ${version()}`,
      note: `iterations ${a[0].iterations} against ${other.iterations}; ${moved} labels differ`,
      wrong,
    });
  },
};

function version() {
  const entry = createRequire(import.meta.url).resolve("ml-kmeans");
  return JSON.parse(readFileSync(join(dirname(dirname(entry)), "package.json"), "utf8")).version;
}
