import type { DuckDBDataChunk, DuckDBDoubleVector } from "@duckdb/node-api";
import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { collectGarbage } from "./collect-garbage.ts";
import type { Session } from "./session.ts";

/** Bytes of read chunks after which they are collected. */
const bytesPerCollection = 1 << 23;

/** Chunks between two looks at timers and signals: a million rows are 489. */
const chunksPerBreath = 64;

/**
 * Numbers of a query into the numeric memory: `rows × columns.length`, column-major, in the query's order, null as NaN.
 * The query's columns are taken by position. Copies whole vectors; nothing is turned into JavaScript numbers.
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
  const doubles = names.map((name) => sql`coalesce(cast(${name} as double), cast('nan' as double))`);
  const wrapped = sql`
    select
      ${join(doubles, ",\n")}
    from (
      ${query}
    ) as numbers(${join(names, ", ")})
  `;
  const values = compute.f64(rows * columns.length);
  await session.stream(wrapped, {}, async (result) => {
    let done = 0;
    let uncollected = 0;
    for (let chunks = 1; ; chunks++) {
      const chunk = await result.fetchChunk();
      const size = chunk?.rowCount ?? 0;
      if (chunk === null || size === 0) break;
      if (done + size > rows)
        throw new SegmentError("bug", `a matrix of ${rows} rows was asked for, the query has more`);
      for (let j = 0; j < columns.length; j++) values.set(doublesOf(chunk, j), j * rows + done);
      done += size;
      uncollected += 8 * size * columns.length;
      if (uncollected >= bytesPerCollection) {
        collectGarbage();
        uncollected = 0;
      }
      if (chunks % chunksPerBreath === 0) await compute.breathe();
    }
    if (done !== rows) throw new SegmentError("bug", `a matrix of ${rows} rows was asked for, the query has ${done}`);
  });
  return { rows, columns, values };
}

/** The vector's own array, valid until the chunk is freed. */
function doublesOf(chunk: DuckDBDataChunk, j: number): Float64Array {
  const vector = chunk.getColumnVector(j) as DuckDBDoubleVector;
  return vector["items"];
}
