import { type CellKind, damage, dirtMap } from "./dirt.ts";
import { Draws } from "./draws.ts";

const charactersPerChunk = 16_384;

/** What a row is damaged by. */
export interface Dirt {
  readonly kinds: readonly CellKind[];
  /** Rows that `cells` will give. */
  readonly rows: number;
  readonly share: number;
  readonly seed: number;
}

/**
 * Rows of cells, each ready to stand in a CSV file, as CSV text: header first, chunks of about 16 KiB, in memory for one.
 * `quote`, if given, is the column whose cells need RFC 4180 quotes after they were damaged.
 */
export function* csvChunks(
  columns: readonly { readonly name: string }[],
  cells: Iterable<string[]>,
  dirt: Dirt | null,
  quote?: { readonly column: number; readonly field: (text: string) => string },
): Generator<string> {
  const map = dirt === null || dirt.share === 0 ? null : dirtMap(dirt.rows, dirt.kinds, dirt.share, dirt.seed);
  const harm = dirt === null ? null : new Draws(dirt.seed, "damage");
  let text = `${columns.map((column) => column.name).join(",")}\n`;
  let row = 0;
  for (const line of cells) {
    if (map !== null && harm !== null && dirt !== null) {
      harm.at(row);
      for (let i = 0; i < line.length; i++) {
        if (map.isDirty(row, i)) line[i] = damage(harm, dirt.kinds[i] as CellKind, line[i] as string);
      }
    }
    if (quote !== undefined) line[quote.column] = quote.field(line[quote.column] as string);
    text += line[0] as string;
    for (let i = 1; i < line.length; i++) text += `,${line[i] as string}`;
    text += "\n";
    row++;
    if (text.length >= charactersPerChunk) {
      yield text;
      text = "";
    }
  }
  if (text !== "") yield text;
}
