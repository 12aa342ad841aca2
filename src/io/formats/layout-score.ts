import { shapeNames, shapesOf, wordWeight } from "./cell-shapes.ts";
import { nullWords } from "../../core/schema.ts";
import type { TableStructure } from "./table-structure.ts";

/** How well a layout and the structure it gives fit the sample. */
export interface LayoutScore {
  /** `consistency` × `typing`, from 0 to 1. */
  readonly score: number;
  /** Share of the sampled records that have the table's number of fields; each line set aside counts as a fifth of a bad one. */
  readonly consistency: number;
  /** How well the cells of the columns share one reading, or read as words: the mean over the columns. */
  readonly typing: number;
  /** Columns of which at least nine cells in ten share a reading, by what they hold. */
  readonly shapes: ReadonlyMap<string, number>;
}

/** Records of the head, and of every other piece. */
const recordsAsked = [150, 40] as const;
const columnsAsked = 300;
const asideWeight = 0.2;

interface ColumnTally {
  cells: number;
  words: number;
  /** By reading: cells it fits, and the weight as words of the others. */
  readonly fits: number[];
  readonly others: number[];
}

/**
 * Scores a layout with its structure: the share of records of one length, times how well each column's cells share one
 * reading (a decimal mark, an order of day and month …). After the consistency measure of van den Burg, Nazábal and Sutton,
 * “Wrangling messy CSV files by detecting row and type patterns”, Data Mining and Knowledge Discovery 33 (2019), which
 * also multiplies a score of row patterns by one of cell types; here types are judged by column.
 */
export function scoreLayout(structure: TableStructure): LayoutScore {
  const { body, ragged, preamble, footer, fields, rowsOf } = structure;
  const good = body.length;
  const consistency = good === 0 ? 0 : good / (good + ragged + asideWeight * (preamble.length + footer.length));
  const tallies = Array.from({ length: Math.min(fields, columnsAsked) }, newTally);
  const perPiece = new Map<number, number>();
  for (const [at, { piece, index }] of body.entries()) {
    const asked = (perPiece.get(piece) ?? 0) + 1;
    if (asked > recordsAsked[piece === 0 ? 0 : 1]) continue;
    perPiece.set(piece, asked);
    const isFirst = at === 0 && body.length > 1;
    for (const [j, { text, quoted }] of rowsOf(piece).cells(index).entries()) {
      const tally = tallies[j];
      if (tally === undefined) break;
      if (text === null || nullWords.includes(text.trim().toLowerCase())) continue;
      add(tally, text, quoted, isFirst);
    }
  }
  const shapes = new Map<string, number>();
  let typing = 0;
  for (const tally of tallies) {
    const { score, shape } = bestOf(tally);
    typing += score;
    if (shape !== null) shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
  }
  typing /= Math.max(1, tallies.length);
  return { score: consistency * typing, consistency, typing, shapes };
}

function newTally(): ColumnTally {
  return { cells: 0, words: 0, fits: shapeNames.map(() => 0), others: shapeNames.map(() => 0) };
}

/** The first record may hold names: it counts as words alone, and as typed where it has a reading. */
function add(tally: ColumnTally, text: string, quoted: boolean, isFirst: boolean): void {
  const bits = shapesOf(text);
  const weight = bits === 0 ? wordWeight(text, quoted) : 0.9;
  tally.cells++;
  tally.words += weight;
  for (let k = 0; k < shapeNames.length; k++) {
    const fits = (bits & (1 << k)) !== 0 || (isFirst && weight >= 0.9);
    if (fits) tally.fits[k]!++;
    else tally.others[k]! += bits === 0 ? weight : 0.7;
  }
}

function bestOf({ cells, words, fits, others }: ColumnTally): { score: number; shape: string | null } {
  if (cells === 0) return { score: 0.8, shape: null };
  let score = words / cells;
  let shape: string | null = null;
  for (let k = 0; k < shapeNames.length; k++) {
    const own = (fits[k]! + others[k]!) / cells;
    if (fits[k]! * 10 >= cells * 9 && cells > 1 && own > score) {
      score = own;
      shape = shapeNames[k]!;
    }
  }
  return { score, shape };
}
