import { data, readLabels, scratch, startingCentres } from "../files.js";
import { alternate, difference, differentLabels, summary } from "../measures.js";
import { openOurs, openRival } from "../processes.js";

/** The fit alone, data in memory, the same starting centres and iterations on both sides. */
export const fit = {
  name: "fit",
  about: "k-means fit alone, 1,000,000 × 8, k = 8, same centres, 25 iterations at most",
  async run({ compare }) {
    for (const kind of ["blobs", "cloud"]) {
      await raceFit(compare, {
        name: `fit, ${kind}`,
        kind,
        rows: 1_000_000,
        columns: 8,
        maxIter: 25,
        needs: 1.5,
        aims: 3,
      });
    }
  },
};

/** Ten million rows of few distinct values, to convergence. */
export const scores = {
  name: "scores",
  about: "fit and labels of 10,000,000 × 3 RFM scores, k = 8, same centres, to convergence",
  async run({ compare }) {
    const about = { name: "RFM scores, fit and labels", kind: "rfm", rows: 10_000_000, columns: 3 };
    await raceFit(compare, { ...about, aside: 0.2, maxIter: 300, seeded: true, needs: 20 });
  },
};

async function raceFit(compare, { name, kind, rows, columns, aside, maxIter, seeded, needs, aims }) {
  const path = data(kind, rows, columns, "f64");
  const request = { do: "fit", k: 8, init: startingCentres(path, rows, columns, 8, aside), maxIter, tol: 0 };
  const ours = openOurs();
  const rival = openRival();
  const load = { do: "load", path, rows, columns };
  await Promise.all([ours.ask(load), rival.ask(load)]);

  const labels = { ours: scratch("ours.labels"), rival: scratch("rival.labels") };
  const mine = await ours.ask({ ...request, labels: labels.ours });
  const lloyd = await rival.ask({ ...request, algorithm: "lloyd", labels: labels.rival });
  const elkan = await rival.ask({ ...request, algorithm: "elkan" });
  const algorithm = elkan.seconds < lloyd.seconds ? "elkan" : "lloyd";
  const wrong = [];
  const gap = difference(mine.inertia, lloyd.inertia);
  if (!(gap <= 1e-9)) wrong.push(`inertia ${mine.inertia} against ${lloyd.inertia}`);
  if (mine.iterations !== lloyd.iterations) wrong.push(`${mine.iterations} iterations against ${lloyd.iterations}`);
  const moved = differentLabels(readLabels(labels.ours), readLabels(labels.rival));
  if (moved > 0) wrong.push(`${moved} labels differ`);

  const entries = { against: "scikit-learn", needs, aims };
  const timed = async (what, asked, note, wrong) => {
    const [a, b] = await alternate([
      (turn) => ours.ask({ ...asked, seed: turn }),
      (turn) => rival.ask({ ...asked, seed: turn, algorithm }),
    ]);
    const peaks = [await ours.ask({ do: "peak" }), await rival.ask({ do: "peak" })];
    const iterations = [a, b].map((runs) => runs.map((run) => run.iterations).join(" "));
    const sides = { ours: { ...summary(a), ...peaks[0] }, rival: { ...summary(b), ...peaks[1] } };
    compare({ name: what, ...sides, ...entries, note: `iterations ${iterations.join(" against ")}; ${note}`, wrong });
  };
  const once = `lloyd ${lloyd.seconds.toFixed(2)} s, elkan ${elkan.seconds.toFixed(2)} s once`;
  const checks = `inertia differs by ${gap.toExponential(1)}; ${moved} labels differ; rival's ${algorithm} (${once})`;
  await timed(name, request, checks, wrong);
  if (seeded) {
    const { init: _, ...own } = request;
    await timed(`${name}, seeding included`, { ...own, tol: 1e-4 }, "each from its own k-means++ start", []);
  }
  await Promise.all([ours.close(), rival.close()]);
}
