import type { Engine, LoadedTable } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import { withTicked } from "../reading/ticked-columns.ts";
import type { ValueAside } from "../set-aside/value-aside.ts";
import { type NamedDialect, wayOut } from "./open-by-dialect.ts";

/**
 * A table and its sources with the columns of ticks that a dialect holds as yes and no. Columns that are not there are told
 * with all that does not fit. Rows with what is no tick go `aside`, where there is such a place. Throws `dialect-mismatch` with the place of the first value that is no tick.
 */
export async function heldTicks(
  engine: Engine,
  given: { readonly table: LoadedTable; readonly sources: readonly Source[] },
  frozen: NamedDialect | null,
  inputs: readonly string[],
  aside: ValueAside | null,
): Promise<{ readonly table: LoadedTable; readonly sources: readonly Source[] }> {
  const names = (frozen?.dialect.ticked ?? []).filter((name) => given.table.columns.some((one) => one.name === name));
  if (frozen === null || names.length === 0) return given;
  try {
    return await withTicked(engine, given.table, given.sources, names, aside);
  } catch (error) {
    if (!(error instanceof SegmentError) || error.code !== "bad-option-value") throw error;
    const what = error.message.replace(/^--ticked /, "");
    throw new SegmentError("dialect-mismatch", `does not fit ${frozen.file}: ${what}`, {
      place: error.place,
      hint: wayOut(frozen.file, inputs),
    });
  }
}
