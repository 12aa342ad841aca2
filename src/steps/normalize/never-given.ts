import { SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import { placeOf } from "../reading/place-of.ts";

/** What is wrong with a scaled value that no value gives, and its place. */
export async function neverGiven(
  sources: readonly Source[],
  column: string,
  row: number,
  scaled: number,
): Promise<SegmentError> {
  return new SegmentError("out-of-domain", `no value is scaled to ${scaled}, beyond the reach of the transform`, {
    place: await placeOf(sources, row, column),
    hint: "correct the value, or leave its row out",
  });
}
