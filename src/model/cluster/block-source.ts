import type { Points } from "./prepared-points.ts";

/** A table that is read in blocks of rows, as often as need be, in the same order each time. */
export interface BlockSource {
  /** Numeric columns of every block. */
  readonly columns: number;
  /** Goes back to the first row. */
  restart(): Promise<void>;
  /** The next rows, which only have to last until the next call; null at the end. */
  next(): Promise<Points | null>;
}
