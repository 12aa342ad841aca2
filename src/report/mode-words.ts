import { formatShare } from "./number.ts";
import type { Mode, ModesColumn } from "./modes.ts";

/** A word tells of a segment where at least half of it has it, and so much more of it than of everyone. */
const halfOfSegment = 0.5;
const tellingDifference = 0.15;
const mostInSentence = 3;
const mostInName = 2;

interface ColumnMode extends Mode {
  readonly column: string;
}

/** What the words say of each segment, such as `plan basic (83%), country FR (62%)`; empty where they tell nothing. */
export function modeSentences(columns: readonly ModesColumn[], segments: readonly number[]): readonly string[] {
  return segments.map((_, s) =>
    tellingWords(columns, s)
      .slice(0, mostInSentence)
      .map(({ column, word, share }) => `${column} ${word} (${formatShare(share, 0)})`)
      .join(", "),
  );
}

/** A name for each segment from its words, by number; of equal names each has the segment's number. Empty for no column. */
export function modeNames(columns: readonly ModesColumn[], segments: readonly number[]): ReadonlyMap<number, string> {
  if (columns.length === 0) return new Map();
  const names = segments.map((_, s) => {
    const telling = tellingWords(columns, s);
    const shown = telling.length > 0 ? telling : byDifference(columns, s).slice(0, 1);
    return shown
      .slice(0, mostInName)
      .map(({ column, word }) => `${column} ${word}`)
      .join(", ");
  });
  const isAlone = (name: string): boolean =>
    names.filter((one) => one.toLowerCase() === name.toLowerCase()).length === 1;
  return new Map(names.map((name, s) => [segments[s]!, isAlone(name) ? name : `${name} (${segments[s]})`]));
}

function tellingWords(columns: readonly ModesColumn[], s: number): readonly ColumnMode[] {
  return byDifference(columns, s).filter(
    ({ share, everyone }) => share >= halfOfSegment && share - everyone >= tellingDifference,
  );
}

function byDifference(columns: readonly ModesColumn[], s: number): readonly ColumnMode[] {
  const modes = columns.map(({ column, modes: own }) => ({ ...own[s]!, column }));
  return modes.toSorted((a, b) => b.share - b.everyone - (a.share - a.everyone));
}
