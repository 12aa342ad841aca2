import { open, stat } from "node:fs/promises";
import type { LoadedTable } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { DelimitedSource } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { engineNames } from "./column-names.ts";
import { filePattern } from "./file-pattern.ts";
import type { LoadedPart } from "./load.ts";
import type { Session } from "./session.ts";

/** Bytes of a record that DuckDB's reader takes at first, then; at last the whole file. Its buffers are twice that. */
const lineSizes = [1 << 21, 1 << 25] as const;

/**
 * Rows of a piece of work that DuckDB appends to a table as they are: 3.6 of its row groups and some to spare, since
 * pieces are cut by bytes. It merges smaller pieces first, which copies them: 0.38 s for 1,000,000 × 8 numbers, not 0.28.
 */
const bulkRows = 480_000;

/**
 * Text of a delimited file, as a query: every column is the file's own text, a null where a field is empty and
 * unquoted, in the file's order. Nothing is sniffed: DuckDB is told what the source was found to be. (Strict mode is its
 * default; named outright, DuckDB 1.5 reads no rows of a file with CRLF and a header to skip.)
 */
export async function delimitedPart(session: Session, source: DelimitedSource): Promise<LoadedPart> {
  const names = engineNames(source.columns);
  const skip = await recordsInLines(source);
  const columns: LoadedTable["columns"] = source.columns.map((name, i) => ({
    name,
    ref: identifier(names[i]!),
    type: "text",
    stored: "text",
    ...statedType(source, i),
  }));
  const { size } = await stat(source.path);
  const readAt = (lineSize: number, bufferSize = 2 * lineSize): Sql =>
    readDelimited(source, names, skip, lineSize, bufferSize);
  const bulk = bulkBytes(session, source, size);
  return {
    source,
    columns,
    rows: source.rows,
    queries: [readAt(lineSizes[0]), readAt(lineSizes[1]), readAt(Math.max(lineSizes[1], size))],
    bulk: bulk === null ? null : readAt(lineSizes[0], bulk),
    columnar: false,
  };
}

function statedType({ stated }: DelimitedSource, i: number): { readonly stated?: ColumnType } {
  const type = stated?.[i] ?? null;
  return type === null ? {} : { stated: type };
}

/** Bytes of pieces of `bulkRows` rows; null where they would leave a thread without one, or take much of the memory. */
function bulkBytes({ threads, tableMemory }: Session, { rows }: DelimitedSource, size: number): number | null {
  const bytes = Math.ceil(((size / rows) * bulkRows) / 2 ** 20) * 2 ** 20;
  const fits = bytes * (threads + 1) <= tableMemory / 4;
  return threads > 1 && rows >= bulkRows * threads && fits && bytes > 2 * lineSizes[0] ? bytes : null;
}

function readDelimited(
  source: DelimitedSource,
  names: readonly string[],
  skip: number,
  lineSize: number,
  bufferSize: number,
): Sql {
  const quote = source.quote;
  const columns = join(
    names.map((name) => sql`${name}: 'varchar'`),
    ",\n",
  );
  return sql`
    select *
    from read_csv(
      ${filePattern(source.path)},
      auto_detect = false,
      header = false,
      skip = ${skip},
      delim = ${source.delimiter},
      quote = ${quote},
      escape = ${quote},
      new_line = ${source.newline === "\n" ? "\\n" : "\\r\\n"},
      nullstr = '',
      allow_quoted_nulls = false,
      null_padding = false,
      encoding = 'utf-8',
      max_line_size = ${lineSize},
      buffer_size = ${bufferSize},
      columns = {
        ${columns}
      }
    )
  `;
}

/**
 * DuckDB skips records, the source counts lines: a quoted header with a line break is one record on two lines.
 * Reads the lines before the data.
 */
async function recordsInLines(source: DelimitedSource): Promise<number> {
  if (source.skip === 0 || source.quote === "") return source.skip;
  const quote = source.quote.charCodeAt(0);
  const delimiter = source.delimiter.charCodeAt(0);
  const file = await open(source.path, "r");
  try {
    const buffer = new Uint8Array(1 << 16);
    let lines = 0;
    let records = 0;
    let quoted = false;
    let fieldStart = true;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return records;
      for (let i = 0; i < bytesRead; i++) {
        const byte = buffer[i]!;
        if (byte === quote && (quoted || fieldStart)) quoted = !quoted;
        // A quote that reopens a field it has just closed is a doubled one.
        fieldStart = byte === quote ? !quoted : byte === delimiter || byte === 10;
        if (byte !== 10) continue;
        if (!quoted) records++;
        if (++lines === source.skip) return records;
      }
    }
  } finally {
    await file.close();
  }
}

/** DuckDB could not read a record in one buffer. */
export function isLineTooLong(error: unknown): boolean {
  const text = error instanceof SegmentError && error.cause instanceof Error ? error.cause.message : "";
  return /^Maximum line size of|The Parallel CSV Reader currently does not support/m.test(text);
}
