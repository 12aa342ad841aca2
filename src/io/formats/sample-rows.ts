import { cellsOf, rawOf, type LayoutTrial, type SampledCell, type SampledRecord } from "./layout-trial.ts";
import type { SamplePieces } from "./sample-pieces.ts";

/** The records of one piece of the sample, their cells read when they are asked for. */
export interface SampleRows {
  readonly records: readonly SampledRecord[];
  cells(index: number): readonly SampledCell[];
  /** Cells as the header is judged by. */
  texts(index: number): readonly (string | null)[];
  raw(index: number): string;
  /** Fields that hold something but spaces. */
  filled(index: number): number;
}

/** The records of piece `piece`. */
export function sampleRows(sample: SamplePieces, trial: LayoutTrial, piece: number): SampleRows {
  const records = trial.pieces[piece] ?? [];
  const kept = new Map<number, readonly SampledCell[]>();
  const cells = (index: number): readonly SampledCell[] => {
    let own = kept.get(index);
    if (own === undefined) kept.set(index, (own = cellsOf(sample, trial, records[index]!)));
    return own;
  };
  return {
    records,
    cells,
    texts: (index) => cells(index).map(({ text }) => text),
    raw: (index) => rawOf(sample, records[index]!),
    filled: (index) => cells(index).filter(({ text }) => text !== null && text.trim() !== "").length,
  };
}
