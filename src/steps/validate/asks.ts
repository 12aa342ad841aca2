import { SegmentError, type Place } from "../../core/errors.ts";

/** The data checks, by the names that options, rules files and reports share. */
export const checkKinds = ["not-null", "unique", "range", "set", "regex", "schema", "rows", "fresh"] as const;
export type CheckKind = (typeof checkKinds)[number];

/** Where a check was asked for: an option as typed, or a line of a rules file. */
export interface Origin {
  /** Such as `--range age:18..99`, or `range` in a file. */
  readonly said: string;
  /** Null for an option. */
  readonly place: Place | null;
}

/** A check as it was asked for, before the table is known. */
export interface Ask {
  readonly kind: CheckKind;
  /** The column, where a map of a rules file names it apart; null where it stands in the words. */
  readonly column: string | null;
  /** `age:18..99`, or `18..99` beside a column; a list only for the members of a set. */
  readonly words: string | readonly string[];
  readonly origin: Origin;
}

/** The failure of an ask: `bad-option-value` for an option, `bad-rules` with file and line for a rules file. */
export function badAsk({ said, place }: Origin, message: string, hint = ""): SegmentError {
  return place === null
    ? new SegmentError("bad-option-value", `${said}: ${message}`, { hint })
    : new SegmentError("bad-rules", `${said}: ${message}`, { place, hint });
}

/** Runs `action`; what it refuses of a rules file becomes `bad-rules` with file and line. */
export function asked<T>({ said, place }: Origin, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (place === null || !(error instanceof SegmentError) || error.code !== "unknown-column") throw error;
    throw new SegmentError("bad-rules", error.message.replace(/^[^:]*:/, `${said}:`), {
      place,
      hint: error.hint,
      cause: error,
    });
  }
}
