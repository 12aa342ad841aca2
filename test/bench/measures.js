import { setTimeout } from "node:timers/promises";

/** Runs of each side. */
export const repeats = 5;

/** Gives each side its turn, one after the other, `times` times over: results by side, in order. */
export async function alternate(sides, times = repeats) {
  const results = sides.map(() => []);
  for (let turn = 0; turn < times; turn++) {
    for (const [i, side] of sides.entries()) {
      results[i].push(await side(turn));
      // Threads of the side that has just run may spin for a moment.
      await setTimeout(50);
    }
  }
  return results;
}

/** The middle of an odd number of values. */
export function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Median, least and greatest of the seconds of runs, and their greatest peak where they have one. */
export function summary(runs) {
  const seconds = runs.map((run) => run.seconds);
  const peaks = runs.map((run) => run.peak).filter((peak) => peak !== undefined);
  return {
    median: median(seconds),
    least: Math.min(...seconds),
    greatest: Math.max(...seconds),
    peak: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

/** Relative difference of two numbers. */
export function difference(a, b) {
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);
}

/** Rows whose labels differ once those of `b` are renamed to those of `a` that they mostly meet. */
export function differentLabels(a, b) {
  if (a.length !== b.length) return Math.max(a.length, b.length);
  const width = 1 + b.reduce((most, label) => Math.max(most, label), 0);
  const met = new Map();
  for (let i = 0; i < a.length; i++) {
    const pair = a[i] * width + b[i];
    met.set(pair, (met.get(pair) ?? 0) + 1);
  }
  const renamed = new Map();
  const taken = new Set();
  let same = 0;
  for (const [pair, count] of [...met].sort((x, y) => y[1] - x[1])) {
    const [own, other] = [Math.floor(pair / width), pair % width];
    if (renamed.has(other) || taken.has(own)) continue;
    renamed.set(other, own);
    taken.add(own);
    same += count;
  }
  return a.length - same;
}
