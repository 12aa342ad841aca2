import type { DuckDBDataChunk, DuckDBDoubleVector } from "@duckdb/node-api";
import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { rowRanges } from "./row-ranges.ts";
import type { Session } from "./session.ts";

/** Bytes of read chunks after which they are collected. */
const bytesPerCollection = 1 << 23;

/** Chunks between two looks at timers and signals: a million rows are 489. */
const chunksPerBreath = 64;

/**
 * Numbers of a query into the numeric memory: `rows × columns.length`, column-major, in the query's order, null as NaN.
 * The query's columns are taken by position. Copies whole vectors; nothing is turned into JavaScript numbers. Ranges of
 * rows of a table in memory are read at the same time, each into its own place: same numbers for any number of threads.
 * Throws `bug` when the query has another number of rows.
 */
export async function readMatrix(
  session: Session,
  query: Sql,
  columns: readonly string[],
  rows: number,
  compute: Compute,
): Promise<Matrix> {
  const names = columns.map((_, j) => identifier(`column_${j + 1}`));
  const doubles = names.map((name) => sql`coalesce(cast(${name} as double), cast('nan' as double)) as ${name}`);
  const wrapped = sql`
    select
      ${join(doubles, ",\n")}
    from (
      ${query}
    ) as numbers(${join(names, ", ")})
  `;
  const values = compute.f64(rows * columns.length);
  const ranges = await rowRanges(session, wrapped, rows);
  let chunks = 0;
  let uncollected = 0;
  let missing = 0;
  const queries = ranges.map((range) => range.query);
  await session.streamAll(queries, {}, async (result, i) => {
    const { from, to } = ranges[i]!;
    let done = from;
    let next = result.fetchChunk();
    try {
      for (;;) {
        const chunk = await next;
        const size = chunk?.rowCount ?? 0;
        if (chunk === null || size === 0) break;
        if (done + size > to)
          throw new SegmentError("bug", `a matrix of ${rows} rows was asked for, the query has more`);
        // The engine works on the next chunk while this one is copied.
        next = result.fetchChunk();
        next.catch(() => undefined);
        for (let j = 0; j < columns.length; j++) values.set(doublesOf(chunk, j), j * rows + done);
        done += size;
        uncollected += 8 * size * columns.length;
        if (uncollected >= bytesPerCollection) {
          collectGarbage();
          uncollected = 0;
        }
        if (++chunks % chunksPerBreath === 0) await compute.breathe();
      }
    } finally {
      await next.catch(() => undefined);
    }
    missing += to - done;
  });
  if (missing > 0) {
    // A failure in the middle of a stream can look like its end; here it is told.
    await session.run(
      sql`select ${join(
        names.map((name) => sql`max(${name})`),
        ", ",
      )} from (${wrapped})`,
    );
    throw new SegmentError("bug", `a matrix of ${rows} rows was asked for, the query has ${rows - missing}`);
  }
  return { rows, columns, values };
}

/** The vector's own array, valid until the chunk is freed. */
function doublesOf(chunk: DuckDBDataChunk, j: number): Float64Array {
  const vector = chunk.getColumnVector(j) as DuckDBDoubleVector;
  return vector["items"];
}
