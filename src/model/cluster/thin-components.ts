import type { Compute } from "../../core/compute.ts";
import { pick } from "./kept-components.ts";
import { estimatesOf } from "./mixture-estimates.ts";
import { covarianceSize } from "./mixture-model.ts";
import { describeRows, openMixtureWork, setComponents, sumComponents } from "./mixture-pass.ts";
import type { MixtureWork } from "./mixture-pass.ts";
import { evidenceBound, expectedLogWeights, posteriorOf } from "./variational-posterior.ts";
import type { MixturePosterior } from "./variational-posterior.ts";
import { placePosterior, variationalRounds } from "./variational-rounds.ts";
import type { VariationalRounds, VariationalRun } from "./variational-rounds.ts";

/** A run of as many components as its work has, after `dropped` that owned rows were taken away. */
export interface ThinnedRun extends VariationalRun {
  readonly dropped: number;
  readonly work: MixtureWork;
}

/**
 * Takes components away, that of the fewest rows first, as long as the evidence bound of the others is higher once they
 * have taken its rows over: variational rounds alone end where each of several components holds a part of one group, or a
 * few far rows, as no small step between them raises the bound. A component that is away is one whose posterior is its
 * prior, so both bounds are of the same model (Bishop 2006, 10.2.4). Components that own no row go first, untried.
 *
 * A trial is given up after ten rounds or more when a hundred rounds like the last would not bring it to the bound.
 * `labels` is overwritten; memory for fewer components stays with the caller's mark.
 */
export async function thinComponents(
  compute: Compute,
  run: ThinnedRun,
  how: VariationalRounds,
  labels: Int32Array,
): Promise<ThinnedRun> {
  const empty = boundOfEmpty(how);
  let last = run;
  for (;;) {
    const owned = ownedWeights(compute, last, how, labels);
    const owners = [...owned.keys()].filter((c) => owned[c]! > 0);
    if (owners.length < owned.length) {
      last = { ...(await withoutOthers(compute, last, owners, how, null)), dropped: last.dropped };
      continue;
    }
    let better: ThinnedRun | null = null;
    for (const c of owners.length < 2 ? [] : owners.toSorted((a, b) => owned[a]! - owned[b]!)) {
      const others = owners.filter((one) => one !== c);
      const goal = last.lowerBound - empty;
      const mark = compute.mark();
      const trial = await withoutOthers(compute, last, others, how, goal);
      if (trial.lowerBound > goal) {
        const { iterations } = trial;
        const rest = await variationalRounds(compute, trial.work, trial.posterior, how, `${others.length} components`);
        better = { ...trial, ...rest, iterations: iterations + rest.iterations, dropped: last.dropped + 1 };
        break;
      }
      compute.release(mark);
    }
    if (better === null) return last;
    last = better;
  }
}

function ownedWeights(
  compute: Compute,
  { work, posterior }: ThinnedRun,
  { points }: VariationalRounds,
  labels: Int32Array,
): Float64Array {
  placePosterior(work, posterior, points.columns);
  describeRows(compute, work, { labels });
  const owned = new Float64Array(work.k);
  labels.forEach((c, i) => (owned[c]! += points.weights?.[i] ?? 1));
  return owned;
}

/** Rounds of some components from where all of them ended; with a goal only until the bound is above it or will not be. */
async function withoutOthers(
  compute: Compute,
  { work, posterior, iterations, dropped }: ThinnedRun,
  kept: readonly number[],
  how: VariationalRounds,
  goal: number | null,
): Promise<ThinnedRun> {
  const { points, prior, covarianceType, regularisation } = how;
  const { columns } = points;
  const fewer = openMixtureWork(compute, points, kept.length, covarianceType);
  const means = pick(posterior.means, columns, kept);
  setComponents(
    fewer,
    means,
    factorsOf(posterior, work.k, kept),
    pick(expectedLogWeights(posterior, columns), 1, kept),
  );
  const { sums } = sumComponents(compute, fewer);
  const estimates = estimatesOf(sums, means, kept.length, columns, covarianceType, regularisation);
  const begun = posteriorOf(estimates, prior, covarianceType, kept.length, columns);
  const isEnough = (bound: number, before: number, rounds: number): boolean =>
    goal !== null && (bound > goal || (rounds >= leastRounds && bound + hopefulRounds * (bound - before) < goal));
  const next = await variationalRounds(compute, fewer, begun, how, `${kept.length} components`, isEnough);
  return { ...next, iterations: iterations + next.iterations + 1, dropped, work: fewer };
}

const leastRounds = 10;
const hopefulRounds = 100;

/** Factors of some of k components. */
export function factorsOf(
  { factors: { factors, logDeterminants } }: MixturePosterior,
  k: number,
  kept: readonly number[],
) {
  return { factors: pick(factors, factors.length / k, kept), logDeterminants: pick(logDeterminants, 1, kept) };
}

/** What a component whose posterior is its prior adds to the evidence bound. */
function boundOfEmpty({ prior, covarianceType, points: { columns } }: VariationalRounds): number {
  const nothing = {
    counts: new Float64Array(1),
    means: prior.mean.slice(),
    covariances: new Float64Array(covarianceSize(covarianceType, 1, columns)),
  };
  return evidenceBound(posteriorOf(nothing, prior, covarianceType, 1, columns), 0, columns);
}
