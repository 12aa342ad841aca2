import { anyScore, type Grid, type ScoreRange } from "./grid.ts";

/** A segment of the grid that is used where none is given, and what is typical of it. */
interface DefaultSegment {
  readonly name: string;
  readonly r: ScoreRange;
  readonly f: ScoreRange;
  readonly meaning: string;
}

/** The customary division by recency and frequency; what was spent moves nobody. */
export const defaultSegments: readonly DefaultSegment[] = [
  { name: "champions", r: [5, 5], f: [4, 5], meaning: "bought just now, and buy often" },
  { name: "loyal", r: [3, 4], f: [4, 5], meaning: "buy often, the last time not long ago" },
  { name: "potential loyalists", r: [4, 5], f: [2, 3], meaning: "bought lately, and more than once: on the way up" },
  { name: "new", r: [5, 5], f: [1, 1], meaning: "bought just now, for the first times" },
  { name: "promising", r: [4, 4], f: [1, 1], meaning: "bought lately, but seldom so far" },
  { name: "need attention", r: [3, 3], f: [3, 3], meaning: "in the middle of everything: could go either way" },
  { name: "about to sleep", r: [3, 3], f: [1, 2], meaning: "bought seldom, and not lately" },
  { name: "cannot lose", r: [1, 2], f: [5, 5], meaning: "were among the best, and have stopped" },
  { name: "at risk", r: [1, 2], f: [3, 4], meaning: "used to buy often, long ago" },
  { name: "hibernating", r: [2, 2], f: [1, 2], meaning: "bought seldom, long ago" },
  { name: "lost", r: [1, 1], f: [1, 2], meaning: "bought seldom, longest ago" },
];

/** The grid that is used where none is given. */
export const defaultGrid: Grid = defaultSegments.map(({ name, r, f }) => ({ name, r, f, m: anyScore }));
