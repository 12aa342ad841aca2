import { data, scratch, startingCentres } from "../files.js";
import { alternate } from "../measures.js";
import { closeBoth, openOurs, openRival } from "../processes.js";

const k = 8;

/** Judging segments: exact and estimated silhouettes, and the stability of segments under drawn rows. */
export const judging = {
  name: "judging",
  about: "silhouettes of 20,000 × 8 (exact) and 1,000,000 × 8 (to ± 0.01), and stability of 100,000 × 8 in 100 draws",
  async run(table) {
    for (const kind of ["blobs", "cloud"]) {
      await raceExact(table, kind);
      await raceAnchors(table, kind);
      await raceStability(table, kind);
    }
  },
};

async function raceExact({ compare }, kind) {
  const { ours, rival, labels } = await open(kind, 20_000);
  const [a, b] = await alternate([
    () => ours.ask({ do: "silhouette", labels, k }),
    () => rival.ask({ do: "exactSilhouette", labels }),
  ]);
  const gap = Math.abs(a[0].mean - b[0].mean);
  const wrong = gap <= 1e-9 && a[0].anchors === null ? [] : [`silhouette ${a[0].mean} against ${b[0].mean}`];
  const sides = await closeBoth({ ours, a, rival, b });
  const note = `means differ by ${gap.toExponential(1)}`;
  compare({ name: `silhouette of 20,000 × 8, ${kind}`, ...sides, against: "scikit-learn", needs: 5, note, wrong });
}

/** The rival's figure is of 20,000 sampled rows among themselves: a sample of its pairs, with no interval. */
async function raceAnchors({ compare }, kind) {
  const { ours, rival, labels } = await open(kind, 1_000_000);
  const [a, b] = await alternate(
    [
      () => ours.ask({ do: "silhouette", labels, k }),
      () => rival.ask({ do: "sampledSilhouette", labels, rows: 20_000 }),
    ],
    3,
  );
  const truth = await rival.ask({ do: "silhouette", labels, rows: 2000 });
  const [{ mean, halfWidth, anchors }] = a;
  const wrong = [];
  if (!(halfWidth <= 0.01)) wrong.push(`half-width ${halfWidth}`);
  const room = 4 * Math.hypot(truth.error, halfWidth / 1.96);
  if (!(Math.abs(mean - truth.mean) <= room)) wrong.push(`silhouette ${mean}, of 2,000 random rows ${truth.mean}`);
  const sides = await closeBoth({ ours, a, rival, b });
  const note = `${mean.toFixed(4)} ± ${halfWidth.toFixed(4)} from ${anchors} anchors; rival ${b[0].mean.toFixed(4)}`;
  const against = "scikit-learn, 20,000 rows";
  compare({ name: `silhouette of 1,000,000 × 8, ${kind}`, ...sides, against, note, wrong });
}

async function raceStability({ compare }, kind) {
  const { ours, rival, labels } = await open(kind, 100_000);
  const request = { do: "stability", labels, k, draws: 100 };
  const [a, b] = await alternate([() => ours.ask(request), () => rival.ask(request)], 3);
  const gap = Math.max(...a[0].jaccards.map((jaccard, c) => Math.abs(jaccard - b[0].jaccards[c])));
  // Two loops of 100 draws of their own: coefficients lie within a few standard errors.
  const wrong = gap <= 0.15 ? [] : [`a mean Jaccard coefficient differs by ${gap}`];
  const sides = await closeBoth({ ours, a, rival, b });
  const note = `mean Jaccard coefficients differ by ${gap.toFixed(3)} at most`;
  compare({ name: `stability, 100 draws, ${kind}`, ...sides, against: "scikit-learn", needs: 2, aims: 5, note, wrong });
}

/** Both sides with the data, and labels of a short fit. */
async function open(kind, rows) {
  const path = data(kind, rows, 8, "f64");
  const load = { do: "load", path, rows, columns: 8 };
  const [ours, rival] = [openOurs(), openRival()];
  await Promise.all([ours.ask(load), rival.ask(load)]);
  const labels = scratch("judged.labels");
  await ours.ask({ do: "fit", k, init: startingCentres(path, rows, 8, k), maxIter: 25, tol: 0, labels });
  return { ours, rival, labels };
}
