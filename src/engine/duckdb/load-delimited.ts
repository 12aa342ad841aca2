import { open, stat } from "node:fs/promises";
import type { LoadedTable } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { DelimitedSource } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { engineNames } from "./column-names.ts";
import { filePattern } from "./file-pattern.ts";
import type { LoadedPart } from "./load.ts";

/** Bytes of a record that DuckDB's reader takes at first, then; at last the whole file. Its buffers are twice that. */
const lineSizes = [1 << 21, 1 << 25] as const;

/**
 * Text of a delimited file, as a query: every column is the file's own text, a null where a field is empty and
 * unquoted, in the file's order. Nothing is sniffed: DuckDB is told what the source was found to be. (Strict mode is its
 * default; named outright, DuckDB 1.5 reads no rows of a file with CRLF and a header to skip.)
 */
export async function delimitedPart(source: DelimitedSource): Promise<LoadedPart> {
  const names = engineNames(source.columns);
  const skip = await recordsInLines(source);
  const columns: LoadedTable["columns"] = source.columns.map((name, i) => ({
    name,
    ref: identifier(names[i]!),
    type: "text",
    stored: "text",
  }));
  const readAt = (lineSize: number): Sql => readDelimited(source, names, skip, lineSize);
  return {
    source,
    columns,
    rows: source.rows,
    queries: [
      readAt(lineSizes[0]),
      readAt(lineSizes[1]),
      readAt(Math.max(lineSizes[1], (await stat(source.path)).size)),
    ],
    columnar: false,
  };
}

function readDelimited(source: DelimitedSource, names: readonly string[], skip: number, lineSize: number): Sql {
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
      buffer_size = ${2 * lineSize},
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
