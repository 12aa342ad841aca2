import { SegmentError } from "../core/errors.ts";
import type { ReadOptions } from "../core/source.ts";
import type { SentTable } from "../core/stream.ts";
import type { StageMark } from "./stage-mark.ts";

/** What the stage of a pipe before this one has sent. */
export interface SentStream {
  /** Such as `segment clean`. */
  readonly stage: string;
  readonly table: SentTable;
}

/**
 * Holds what was read from a pipe of `bytes` bytes against the mark of its writer: a table that came whole, or null
 * where the writer is another program, whose stream has no end mark. Throws `stage-failed`, in the code of the stage
 * that failed first (4 for one that was killed), and `truncated-file` where some of the stream is missing or foreign.
 */
export function checkStream(mark: StageMark | null, bytes: number): SentStream | null {
  if (mark === null) return null;
  const { stage } = mark;
  if (mark.state === "running") {
    throw new SegmentError("stage-failed", `${stage} was killed before it had ended, so nothing is written here`, {
      stage,
      exit: 4,
    });
  }
  if (mark.state === "failed") {
    const { failure } = mark;
    throw new SegmentError(
      "stage-failed",
      `${failure.stage} failed (exit ${failure.exit}), so nothing is written here`,
      {
        stage: failure.stage,
        exit: failure.exit,
      },
    );
  }
  if (mark.state === "several") {
    throw new SegmentError("broken-file", "several segment processes have written into the same pipe", {
      hint: "write each to a file, and name the files: segment COMMAND a.csv b.csv",
    });
  }
  if (mark.table === null) {
    throw new SegmentError("broken-file", `${stage} has sent no table (its report, its help, or nothing)`, {
      hint: "before a pipe leave out -o, --per-segment, --json, --explain and --help",
    });
  }
  if (mark.table.bytes !== bytes) {
    const message = `${stage} has sent ${mark.table.bytes} bytes and ${bytes} came`;
    throw new SegmentError("truncated-file", message, {
      hint: "something else reads from or writes to the same pipe; put a file between the two",
    });
  }
  return { stage, table: mark.table };
}

/**
 * How delimited text that `segment` has sent is read. Throws `usage` for options that would have it read otherwise.
 */
export function sentReading({ stage, table }: SentStream, options: ReadOptions): ReadOptions {
  const { from, encoding, delimiter, quote, header, skipLines, headerRows, footerLines } = options;
  const words = { from, encoding, delimiter, quote, "no-header": header, "skip-lines": skipLines };
  const given = Object.entries({ ...words, "header-rows": headerRows, "footer-lines": footerLines }).filter(
    ([, word]) => word !== undefined,
  );
  if (given.length > 0) {
    const names = options.frozen === undefined ? given.map(([name]) => `--${name}`).join(", ") : "--dialect";
    throw new SegmentError(
      "usage",
      `the input comes from ${stage}, which says how it is written, so ${names} has no effect`,
      {
        hint: "give such options to the first stage of the pipe",
      },
    );
  }
  if (table.format !== "csv") return options;
  return {
    ...options,
    from: "csv",
    encoding: "utf-8",
    delimiter: ",",
    quote: '"',
    header: true,
    skipLines: 0,
    footerLines: 0,
    blankRows: "kept",
  };
}
