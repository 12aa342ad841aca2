import { data, scratch } from "../files.js";
import { alternate, median, summary } from "../measures.js";
import { openOurs, openRival } from "../processes.js";

const rows = 1_000_000;
const columns = 8;
const ks = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/** Choosing k: nine fits from seeds of their own and a silhouette for each. */
export const sweep = {
  name: "sweep",
  about: "k = 2 to 10 on 1,000,000 × 8 in memory, one start each, a silhouette for each",
  async run({ compare }) {
    for (const kind of ["blobs", "cloud"]) await raceSweep(compare, kind);
  },
};

async function raceSweep(compare, kind) {
  const path = data(kind, rows, columns, "f64");
  const load = { do: "load", path, rows, columns };
  const ours = openOurs();
  const rival = openRival();
  await Promise.all([ours.ask(load), rival.ask(load)]);
  const labels = scratch("sweep.labels");
  const request = { do: "sweep", ks, maxIter: 300, tol: 1e-4 };
  const first = await ours.ask({ ...request, seed: 0, labels });
  const truth = await rival.ask({ do: "silhouette", labels, rows: 1000 });
  const wrong = [];
  const mean = first.silhouettes.at(-1);
  const room = 4 * Math.hypot(truth.error, first.halfWidths.at(-1) / 1.96);
  if (!(Math.abs(mean - truth.mean) <= room)) wrong.push(`silhouette ${mean}, of 1,000 random rows ${truth.mean}`);

  // A start of its own for each turn: how many iterations a fit takes depends on its start.
  const [a, b] = await alternate([
    (turn) => ours.ask({ ...request, seed: turn }),
    (turn) => rival.ask({ ...request, seed: turn, algorithm: "lloyd" }),
  ]);
  const widest = Math.max(...a.flatMap((run) => run.halfWidths));
  if (!(widest <= 0.01)) wrong.push(`a silhouette's half-width is ${widest}`);
  const [oursPeak, rivalPeak] = [await ours.ask({ do: "peak" }), await rival.ask({ do: "peak" })];
  await Promise.all([ours.close(), rival.close()]);
  const fits = median(a.map((run) => run.fitSeconds));
  const iterations = [a, b].map((runs) => median(runs.map((run) => run.iterations)));
  compare({
    name: `sweep k = 2 to 10, ${kind}`,
    ours: { ...summary(a), ...oursPeak },
    rival: { ...summary(b), ...rivalPeak },
    against: "scikit-learn",
    needs: 3,
    note: `iterations ${iterations[0]} against ${iterations[1]}; widest half-width ${widest.toFixed(4)}; our fits alone ${fits.toFixed(2)} s`,
    wrong,
  });
}
