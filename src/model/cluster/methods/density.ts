import { SegmentError } from "../../../core/errors.ts";
import type { MethodParameter } from "../clustering.ts";

/** A parameter as it was given, or else as it was proposed. */
export function parameter(option: string, given: number | null, proposed: number, how: string): MethodParameter {
  return given === null ? { option, value: proposed, how } : { option, value: given, how: null };
}

/** Refuses a clustering without a segment. Throws `no-segments`. */
export function requireSegments(method: string, k: number, hint: string): void {
  if (k > 0) return;
  throw new SegmentError(
    "no-segments",
    `${method} found no segment: no part of the rows lies more densely than what is around it`,
    {
      hint,
    },
  );
}
