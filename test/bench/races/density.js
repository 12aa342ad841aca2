import { data, readLabels, scratch } from "../files.js";
import { alternate, differentLabels } from "../measures.js";
import { closeBoth, openOurs, openRival } from "../processes.js";

const sizes = { minClusterSize: 100, minSamples: 10 };

/** HDBSCAN against fast-hdbscan and hdbscan, the fit alone, data in memory. */
export const hdbscan = {
  name: "hdbscan",
  about: "HDBSCAN, 250,000 × 5, segments of 100 rows at least, 10 samples",
  async run({ compare }) {
    for (const kind of ["noisy", "cloud"]) {
      await raceHdbscan(compare, kind, { rival: "fastHdbscan", against: "fast-hdbscan", needs: 1.3, times: 5 });
      await raceHdbscan(compare, kind, { rival: "hdbscan", against: "hdbscan", needs: 6, times: 3 });
    }
  },
};

/** Edges of equal length are taken in an order of each program's own; hdbscan's own tree is near the least one by default. */
async function raceHdbscan(compare, kind, { rival: program, against, needs, times }) {
  const load = { do: "load", path: data(kind, 250_000, 5, "f64"), rows: 250_000, columns: 5 };
  const [ours, rival] = [openOurs(), openRival()];
  await Promise.all([ours.ask(load), rival.ask(load)]);
  const files = { ours: scratch("ours.labels"), theirs: scratch("rival.labels") };
  const [a, b] = await alternate(
    [
      () => ours.ask({ do: "hdbscan", ...sizes, labels: files.ours }),
      () => rival.ask({ do: program, ...sizes, labels: files.theirs }),
    ],
    times,
  );
  const { index, segments } = await rival.ask({ do: "agreement", ...files });
  const isExact = against === "fast-hdbscan";
  const wrong = isExact && !(index >= 0.999) ? [`adjusted Rand index with ${against} is ${index}`] : [];
  const sides = await closeBoth({ ours, a, rival, b });
  const note = `adjusted Rand index ${index.toFixed(6)}; ${segments.join(" and ")} segments`;
  compare({ name: `HDBSCAN, ${kind}`, ...sides, against, needs, lessMemory: true, note, wrong });
}

/** DBSCAN against scikit-learn's and mlpack's, the fit alone, data in memory; what each needs beyond its loaded data. */
export const dbscan = {
  name: "dbscan",
  about: "DBSCAN, 1,000,000 × 3, 50 neighbours within ε on average, 10 samples",
  async run({ compare }) {
    for (const kind of ["noisy", "cloud"]) {
      const load = { do: "load", path: data(kind, 1_000_000, 3, "f64"), rows: 1_000_000, columns: 3 };
      const aside = openRival();
      await aside.ask(load);
      const { radius: epsilon } = await aside.ask({ do: "radius", neighbours: 50 });
      await aside.close();
      const common = { compare, kind, load, epsilon };
      await raceDbscan({ ...common, program: "dbscan", against: "scikit-learn", needs: 3, isSame: true });
      await raceDbscan({ ...common, program: "mlpackDbscan", against: "mlpack" });
    }
  },
};

/** mlpack gives rows at a border to another of their segments, so its labels are compared but need not be equal. */
async function raceDbscan({ compare, kind, load, epsilon, program, against, needs, isSame = false }) {
  const [ours, rival] = [openOurs(), openRival()];
  await Promise.all([ours.ask(load), rival.ask(load)]);
  const before = [await ours.ask({ do: "peak" }), await rival.ask({ do: "peak" })].map(({ peak }) => peak);
  const files = { ours: scratch("ours.labels"), theirs: scratch("rival.labels") };
  const request = { epsilon, minSamples: 10 };
  const [a, b] = await alternate(
    [
      () => ours.ask({ do: "dbscan", ...request, labels: files.ours }),
      () => rival.ask({ do: program, ...request, labels: files.theirs }),
    ],
    3,
  );
  const moved = differentLabels(readLabels(files.ours), readLabels(files.theirs));
  const wrong = isSame && moved > 0 ? [`${moved} labels differ`] : [];
  const sides = await closeBoth({ ours, a, rival, b });
  const rises = [sides.ours.peak - before[0], sides.rival.peak - before[1]];
  if (rises[0] * 10 > rises[1]) wrong.push(`memory beyond the data is ${(rises[0] / rises[1]).toFixed(3)} of theirs`);
  const beyond = rises.map((rise) => `${(rise / 2 ** 20).toFixed(0)} MiB`).join(" against ");
  const note = `ε ${epsilon}; ${moved} labels differ; beyond the data ${beyond}`;
  compare({ name: `DBSCAN, ${kind}`, ...sides, against, needs, lessMemory: true, note, wrong });
}
