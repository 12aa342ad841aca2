import { data, readLabels, scratch, startingCentres } from "../files.js";
import { alternate, difference, differentLabels, summary } from "../measures.js";
import { openOurs, openRival } from "../processes.js";

const [rows, columns, k, maxIter] = [1_000_000, 10, 8, 10];

/** EM alone, data in memory, the same starting labels and rounds on both sides; a process for each, for its peak. */
export const mixture = {
  name: "mixture",
  about: "full Gaussian mixture, 1,000,000 × 10, k = 8, same starting labels, 10 rounds",
  async run({ compare }) {
    for (const kind of ["blobs", "cloud"]) {
      const path = data(kind, rows, columns, "f64");
      const [start, mine, theirs] = ["start", "ours", "rival"].map((name) => scratch(`${name}.labels`));
      const first = openOurs();
      const load = { do: "load", path, rows, columns };
      await first.ask(load);
      const init = startingCentres(path, rows, columns, k);
      await first.ask({ do: "fit", k, init, maxIter: 3, tol: 0, labels: start });
      await first.close();

      const [ours, rival] = [openOurs(), openRival()];
      await Promise.all([ours.ask(load), rival.ask(load)]);
      const request = { do: "mixture", k, maxIter, start };
      const [a, b] = await alternate([
        () => ours.ask({ ...request, labels: mine }),
        () => rival.ask({ ...request, labels: theirs }),
      ]);
      const wrong = [];
      const gap = difference(a[0].logLikelihood, b[0].logLikelihood);
      if (!(gap <= 1e-9)) wrong.push(`log likelihood ${a[0].logLikelihood} against ${b[0].logLikelihood}`);
      const moved = differentLabels(readLabels(mine), readLabels(theirs));
      if (moved > 0) wrong.push(`${moved} labels differ`);
      const peaks = [await ours.ask({ do: "peak" }), await rival.ask({ do: "peak" })];
      const sides = { ours: { ...summary(a), ...peaks[0] }, rival: { ...summary(b), ...peaks[1] } };
      const note = `log likelihood differs by ${gap.toExponential(1)}; ${moved} labels differ`;
      compare({ name: `mixture, ${kind}`, ...sides, against: "scikit-learn", needs: 2, lessMemory: true, note, wrong });
      await Promise.all([ours.close(), rival.close()]);
    }
  },
};
