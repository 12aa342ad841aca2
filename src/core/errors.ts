/** Every failure the program can explain, by permanent code, with the exit code it ends in. */
export const errorTable = {
  // 1: the run was fine, a gate was not passed
  "gate-failed": 1,
  // 2: usage
  usage: 2,
  "unknown-option": 2,
  "unknown-command": 2,
  "unknown-column": 2,
  "unknown-choice": 2,
  "bad-option-value": 2,
  "column-exists": 2,
  "output-is-input": 2,
  "bad-rules": 2,
  "bad-map": 2,
  "consent-required": 2,
  // 3: input
  "file-missing": 3,
  "is-directory": 3,
  "file-unreadable": 3,
  "file-empty": 3,
  "no-rows": 3,
  "too-few-rows": 3,
  "too-many-rows": 3,
  "all-rows-equal": 3,
  "no-numeric-column": 3,
  "not-numeric": 3,
  "not-dates": 3,
  "not-finite": 3,
  "out-of-domain": 3,
  "too-many-segments": 3,
  "no-segments": 3,
  "singular-covariance": 3,
  "bad-weights": 3,
  "bad-init": 3,
  "missing-values": 3,
  "ragged-rows": 3,
  "bad-quotes": 3,
  "bad-encoding": 3,
  "binary-input": 3,
  "broken-file": 3,
  "truncated-file": 3,
  "duplicate-columns": 3,
  "columns-differ": 3,
  "rows-differ": 3,
  "schema-mismatch": 3,
  "repeated-key": 3,
  "ambiguous-input": 3,
  "bad-list": 3,
  "bad-dialect": 3,
  "dialect-mismatch": 3,
  "bad-ledger": 3,
  "bad-model": 3,
  "model-mismatch": 3,
  "nothing-left": 3,
  // 4: engine or resources
  "out-of-memory": 4,
  "disk-full": 4,
  "cannot-write": 4,
  "folder-not-ours": 4,
  "engine-failed": 4,
  "engine-unreachable": 4,
  "engine-refused": 4,
  // 5: remote services
  "remote-failed": 5,
  // A stage of the pipe before this one failed; the run ends in that stage's code.
  "stage-failed": 4,
  // 70: our bug
  bug: 70,
  // 130: interrupted
  interrupted: 130,
} as const;

export type ErrorCode = keyof typeof errorTable;
export type ExitCode = 0 | (typeof errorTable)[ErrorCode];

/** Whether a failure is the system's or the runtime's refusal to give more memory. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && (error.code === "ENOMEM" || error.code === "ERR_WORKER_OUT_OF_MEMORY")) return true;
  return (
    error instanceof RangeError &&
    /allocat|out of memory|array buffer|invalid (typed )?array length/i.test(error.message)
  );
}

/** Where in the input something happened; `line` is the physical line, both counted from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: string;
}

/** The one error type that users see: what happened, where, and the way out. */
export class SegmentError extends Error {
  readonly code: ErrorCode;
  readonly place: Place;
  readonly hint: string;
  readonly exit: Exclude<ExitCode, 0>;
  /** The stage of a pipe that failed first, where it was not this one. */
  readonly stage: string | null;

  constructor(
    code: ErrorCode,
    message: string,
    details: { place?: Place; hint?: string; cause?: unknown; exit?: Exclude<ExitCode, 0>; stage?: string } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "SegmentError";
    this.code = code;
    this.place = details.place ?? {};
    this.hint = details.hint ?? "";
    this.exit = details.exit ?? errorTable[code];
    this.stage = details.stage ?? null;
  }
}
