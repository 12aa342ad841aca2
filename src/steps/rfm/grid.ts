import { cellCount, cellOf, scoresOf } from "../../model/rfm/score.ts";

/** First and last score of a range, 1 to 5. */
export type ScoreRange = readonly [low: number, high: number];

/** A part of the 125 combinations of scores, and the segment that it belongs to. */
export interface GridRule {
  readonly name: string;
  readonly r: ScoreRange;
  readonly f: ScoreRange;
  readonly m: ScoreRange;
}

/** Segments as parts of the 125 combinations of scores; a segment may be several parts. */
export type Grid = readonly GridRule[];

/** What is wrong with a grid: combinations in no rule, or two rules that share one. */
export type GridFault =
  | { readonly kind: "gap"; readonly cells: readonly number[] }
  | { readonly kind: "overlap"; readonly first: number; readonly second: number; readonly cells: readonly number[] };

export const anyScore: ScoreRange = [1, 5];

/** Every combination that a rule holds. */
export function cellsOf({ r, f, m }: GridRule): readonly number[] {
  return between(r).flatMap((i) => between(f).flatMap((j) => between(m).map((k) => cellOf(i, j, k))));
}

/** The first fault of a grid, overlaps before gaps; null where each combination is in exactly one rule. */
export function gridFault(grid: Grid): GridFault | null {
  const owner = ownersOf(grid);
  for (const [second, rule] of grid.entries()) {
    const shared = cellsOf(rule).filter((cell) => owner[cell] !== second);
    if (shared.length === 0) continue;
    const first = owner[shared[0]!]!;
    return { kind: "overlap", first, second, cells: shared.filter((cell) => owner[cell] === first) };
  }
  const gaps = owner.flatMap((rule, cell) => (rule < 0 ? [cell] : []));
  return gaps.length > 0 ? { kind: "gap", cells: gaps } : null;
}

/** The names of a grid's segments, each once, in the order in which they first stand. */
export function segmentNames(grid: Grid): readonly string[] {
  return [...new Set(grid.map(({ name }) => name))];
}

/** By combination: the place of its segment among `segmentNames`. The grid has no fault. */
export function segmentOfCell(grid: Grid): readonly number[] {
  const names = segmentNames(grid);
  return ownersOf(grid).map((rule) => names.indexOf(grid[rule]!.name));
}

/** Combinations in words: `r1 f2` where every m is among them, `r1` where every f is too; at most eight. */
export function cellWords(cells: readonly number[]): string {
  const all = new Set(cells);
  const words = new Set<string>();
  for (const cell of cells) {
    const [r, f, m] = scoresOf(cell);
    const holdsPair = (j: number): boolean => between(anyScore).every((k) => all.has(cellOf(r, j, k)));
    if (between(anyScore).every(holdsPair)) words.add(`r${r}`);
    else words.add(holdsPair(f) ? `r${r} f${f}` : `r${r} f${f} m${m}`);
  }
  const shown = [...words].slice(0, 8);
  return shown.join(", ") + (words.size > shown.length ? ` and ${words.size - shown.length} more` : "");
}

/** A range as it is written: `4-5`, or `3`. */
export function rangeText([low, high]: ScoreRange): string {
  return low === high ? String(low) : `${low}-${high}`;
}

/** By combination: the first rule that holds it, -1 for none. */
function ownersOf(grid: Grid): readonly number[] {
  const owner = new Array<number>(cellCount).fill(-1);
  for (const [i, rule] of grid.entries()) for (const cell of cellsOf(rule)) if (owner[cell] === -1) owner[cell] = i;
  return owner;
}

function between([low, high]: ScoreRange): readonly number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}
