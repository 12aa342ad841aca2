import type { Column } from "../../core/schema.ts";
import { didYouMean } from "../../core/suggest.ts";
import { findColumn } from "../match-columns.ts";
import { asked, badAsk, type Ask } from "./asks.ts";

/**
 * The column and the argument of `COLUMN:ARGUMENT`, where both may hold colons: the last place at which the left side is a
 * column and the right side `fits`. Throws for a column that the table does not have, in the way of where it was asked.
 *
 * @param shape how it is written, such as `COLUMN:LOW..HIGH`
 */
export function splitColumn(
  columns: readonly Column[],
  { column: named, words, origin }: Ask,
  shape: string,
  fits: (argument: string) => boolean = () => true,
): { readonly column: Column; readonly argument: string | readonly string[] } {
  const option = origin.said.split(" ")[0]!;
  if (named !== null) return { column: asked(origin, () => findColumn(columns, named, option)), argument: words };
  const text = String(words);
  const splits = [...text.matchAll(/:/g)].map(({ index }) => ({
    name: text.slice(0, index).trim(),
    argument: text.slice(index + 1),
  }));
  if (splits.length === 0) throw badAsk(origin, `not ${shape}`);
  const found = splits.toReversed().flatMap(({ name, argument }) => {
    const column = columns.find((one) => one.name === name);
    return column === undefined ? [] : [{ column, argument }];
  });
  const chosen = found.find(({ argument }) => fits(argument)) ?? found[0];
  if (chosen !== undefined) return chosen;
  const all = columns.map(({ name }) => name);
  const near = splits.toReversed().find(({ name, argument }) => fits(argument) && didYouMean(name, all) !== "");
  const { name } = near ?? splits[0]!;
  return { column: asked(origin, () => findColumn(columns, name, option)), argument: "" };
}

/**
 * The columns of a key such as `email` or `store+number`; a name with a plus in it wins over the parts it falls into.
 */
export function keyColumns(columns: readonly Column[], { words, origin }: Ask): readonly Column[] {
  const option = origin.said.split(" ")[0]!;
  const pieces = String(words).split("+");
  const found = joined(columns, pieces);
  if (found !== null) {
    const twice = found.find((column, i) => found.indexOf(column) < i);
    if (twice !== undefined) throw badAsk(origin, `${twice.name} stands twice in the key`);
    return found;
  }
  const missing = pieces.find((piece) => !columns.some(({ name }) => name === piece.trim())) ?? String(words);
  return [asked(origin, () => findColumn(columns, missing.trim(), option))];
}

/** The columns that the pieces name when neighbours are joined again with a plus, the longest names first; null for none. */
function joined(columns: readonly Column[], pieces: readonly string[]): readonly Column[] | null {
  if (pieces.length === 0) return [];
  for (let count = pieces.length; count > 0; count--) {
    const name = pieces.slice(0, count).join("+");
    const column = columns.find((one) => one.name === name) ?? columns.find((one) => one.name === name.trim());
    const rest = column === undefined ? null : joined(columns, pieces.slice(count));
    if (column !== undefined && rest !== null) return [column, ...rest];
  }
  return null;
}
