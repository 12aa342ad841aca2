import { SegmentError } from "../../core/errors.ts";

/** What a failure was about, for a message that names the user's file and not a copy of it. */
export interface Doing {
  /** The statement, kept under `cause`. */
  readonly statement: string;
  /** The file being read, as the user named it; a failure to understand it is the file's. */
  readonly reading?: string;
  /** Files behind the tables of a query: a failure that speaks of broken data is theirs. */
  readonly rereading?: string;
  /** The file being written. */
  readonly writing?: string;
}

/**
 * A failure of DuckDB in the program's words: `out-of-memory`, `disk-full`, `interrupted`, `file-missing`,
 * `cannot-write`, `broken-file`, else `engine-failed`. The statement and DuckDB's own message are under `cause`.
 */
export function engineError(error: unknown, doing: Doing): SegmentError {
  if (error instanceof SegmentError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // Later lines may quote the data.
  const head = message.split("\n")[0]!;
  const first = firstSentence(head);
  const cause = new Error(`${message}\n\n${doing.statement}`, { cause: error });
  if (/^INTERRUPT|\bInterrupted!/i.test(head)) return new SegmentError("interrupted", "interrupted", { cause });
  if (/no space left on device|could not write all bytes|disk full|ENOSPC|max_temp_directory_size/i.test(head)) {
    return new SegmentError("disk-full", `no space left on the disk: ${first}`, {
      hint: "free some space, or set TMPDIR to a folder on a larger disk",
      cause,
    });
  }
  if (/^Out of Memory|failed to allocate|std::bad_alloc|could not allocate/i.test(head)) {
    return new SegmentError("out-of-memory", `the engine ran out of memory: ${first}`, {
      hint: "give it more with --memory, or use fewer --threads",
      cause,
    });
  }
  if (doing.writing !== undefined && /^IO Error|cannot open file|permission denied/i.test(head)) {
    return new SegmentError("cannot-write", `cannot write ${doing.writing}: ${first}`, { cause });
  }
  if (/^(Binder|Parser|Catalog|Syntax|INTERNAL|Not implemented) /.test(head)) {
    return new SegmentError("engine-failed", first, { cause });
  }
  if (doing.reading !== undefined) return readingError(message, first, doing.reading, cause);
  if (doing.rereading && brokenData.test(head)) return readingError(message, first, doing.rereading, cause);
  return new SegmentError("engine-failed", first, { cause });
}

/** How DuckDB's readers word damage. */
const brokenData =
  /parquet|CSV Error|Malformed JSON|snappy|zstd|gzip|lz4|brotli|decompress|thrift|TProtocol|page header|out of buffer|corrupt|magic bytes|invalid (string|unicode|utf)/i;

function readingError(message: string, first: string, file: string, cause: Error): SegmentError {
  const place = { file };
  const head = message.split("\n")[0]!;
  if (/No files found|No such file or directory/i.test(head)) {
    return new SegmentError("file-missing", `${file}: no such file`, { place, cause });
  }
  if (/permission denied|Could not open file|Cannot open file/i.test(head)) {
    return new SegmentError("file-unreadable", `${file} cannot be read`, { place, cause });
  }
  const hint = "make the file again from where it came, and check that it was copied whole";
  const json = /Malformed JSON in file .*?, at byte (\d+) in (line|record\/value) (\d+): (.*?)\.?\s*$/is.exec(message);
  if (json !== null) {
    // DuckDB counts the record it was about to begin.
    const number = Math.max(1, Number(json[3]) - 1);
    const unit = json[2] === "line" ? "line" : "record";
    return new SegmentError("broken-file", `${file}: bad JSON in ${unit} ${number}: ${json[4]}`, {
      place: unit === "line" ? { file, line: number } : place,
      hint: unit === "line" ? `${hint}, or set such lines aside with --quarantine FILE` : hint,
      cause,
    });
  }
  const csv = /CSV Error on Line: (\d+)/.exec(message);
  if (csv !== null) {
    const line = Number(csv[1]);
    const what = /^Expected Number of Columns: \d+ Found: \d+|^Value with unterminated quote[^\n]*/m.exec(message)?.[0];
    return new SegmentError(
      "broken-file",
      `${file}: line ${line} cannot be read${what === undefined ? "" : `: ${what}`}`,
      {
        place: { file, line },
        hint,
        cause,
      },
    );
  }
  return new SegmentError("broken-file", `broken: ${first}`, { place, hint, cause });
}

/** DuckDB's message without its class, its advice and its quotation of the statement; paths are the caller's to tell. */
function firstSentence(message: string): string {
  const line = message.replace(/^(\w+ )+Error: /, "").split("\n")[0]!;
  const text = line.replace(/ ["'](\/|[A-Za-z]:\\)[^"']*["']/g, "").trim();
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
