import { codedColumn, greatest, type CodedColumns } from "./coded-columns.ts";

/** The numeric columns that a coded one becomes: itself, the indicator of the second of two levels, or one for each level. */
export interface Block {
  readonly column: number;
  readonly start: number;
  readonly width: number;
}

/** The blocks of columns with so many levels each, and their width in all. */
export function blocksOf(levels: readonly number[]): { readonly blocks: readonly Block[]; readonly width: number } {
  let width = 0;
  const blocks = levels.map((many, column): Block => {
    const block = { column, start: width, width: many < 3 ? 1 : many };
    width += block.width;
    return block;
  });
  return { blocks, width };
}

/** Coded columns as numbers, `rows × width`, column-major; NaN where missing, zeros for a level that is not known. */
export function expanded(columns: CodedColumns): Float64Array {
  const { rows, levels } = columns;
  const { blocks, width } = blocksOf(levels);
  const out = new Float64Array(rows * width);
  for (const { column, start, width: wide } of blocks) {
    const from = codedColumn(columns, column);
    const first = levels[column]! === 0 ? -1 : wide === 1 ? 1 : 0;
    for (let l = 0; l < wide; l++) {
      const at = (start + l) * rows;
      if (first < 0) out.set(from, at);
      else
        for (let i = 0; i < rows; i++) out[at + i] = from[i] !== from[i] ? Number.NaN : from[i] === first + l ? 1 : 0;
    }
  }
  return out;
}

/** Makes a row's figures of a block of categories shares: none negative, 1 together. */
export function asShares(values: Float64Array, rows: number, { start, width }: Block, row: number): void {
  let total = 0;
  for (let l = 0; l < width; l++) {
    const at = (start + l) * rows + row;
    values[at] = Math.min(1, Math.max(0, values[at]!));
    total += values[at]!;
  }
  if (width === 1) return;
  for (let l = 0; l < width; l++)
    values[(start + l) * rows + row] = total > 0 ? values[(start + l) * rows + row]! / total : 1 / width;
}

/** The shares of the levels of a row's block of categories. */
export function sharesAt(values: Float64Array, rows: number, { start, width }: Block, row: number): Float64Array {
  if (width > 1) return Float64Array.from({ length: width }, (_, l) => values[(start + l) * rows + row]!);
  const second = values[start * rows + row]!;
  return Float64Array.of(1 - second, second);
}

/** Sets a row's block of categories to one level. */
export function setLevel(
  values: Float64Array,
  rows: number,
  { start, width }: Block,
  row: number,
  level: number,
): void {
  if (width === 1) values[start * rows + row] = level;
  else for (let l = 0; l < width; l++) values[(start + l) * rows + row] = l === level ? 1 : 0;
}

/** What a row's block stands for: its number, or the level of the greatest share, ties to the one that stood more often. */
export function collapsed(
  values: Float64Array,
  rows: number,
  block: Block,
  row: number,
  levels: number,
  counts: ArrayLike<number>,
): number {
  return levels === 0 ? values[block.start * rows + row]! : greatest(sharesAt(values, rows, block, row), counts);
}
