import type { DuckDBDoubleVector, DuckDBIntegerVector } from "@duckdb/node-api";
import type { AttachedTable, NewColumn, OrderedRelation } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { nodeApi } from "./native.ts";
import type { Session } from "./session.ts";

/** Appended rows between two looks at timers and signals. */
const rowsPerBreath = 1 << 18;

/**
 * Stores numbers by row and sets them beside a relation by position: row i of the relation gets value i of each
 * column. NaN becomes null. The relation must have exactly `rows` rows. Memory: the numbers once more.
 */
export async function attachColumns(
  session: Session,
  { relation }: OrderedRelation,
  rows: number,
  columns: readonly NewColumn[],
): Promise<AttachedTable> {
  for (const { name, values } of columns) {
    if (values.length !== rows) throw new SegmentError("bug", `${name} has ${values.length} values for ${rows} rows`);
  }
  if (columns.length === 0) return { relation, refs: [] };
  const table = session.name("numbers");
  const held = columns.map((_, j) => identifier(`${table}_${j + 1}`));
  const create = sql`
    create table ${identifier(table)} (
      ${join(
        columns.map(({ values }, j) => sql`${held[j]!} ${values instanceof Int32Array ? sql`integer` : sql`double`}`),
        ",\n",
      )}
    )
  `;
  await session.run(create);
  session.defined(create, `${rows} rows of ${table} come from the numeric core: ${names(columns)}`);
  await append(session, table, rows, columns);
  const shown = columns.map(({ values }, j) =>
    holdsNaN(values) ? sql`nullif(${held[j]!}, cast('nan' as double)) as ${held[j]!}` : held[j]!,
  );
  const beside = sql`
    (
      select *
      from (from ${relation})
      positional join (select ${join(shown, ", ")} from ${identifier(table)})
    )
  `;
  return { relation: beside, refs: held };
}

async function append(session: Session, table: string, rows: number, columns: readonly NewColumn[]): Promise<void> {
  const { DOUBLE, DuckDBDataChunk, DuckDBVector, INTEGER } = nodeApi();
  const types = columns.map(({ values }) => (values instanceof Int32Array ? INTEGER : DOUBLE));
  const size = DuckDBVector.standardSize();
  for (let from = 0; from < rows; from += rowsPerBreath) {
    const end = Math.min(rows, from + rowsPerBreath);
    await session.guard({ statement: `append to ${table}` }, async () => {
      const appender = await session.connection.createAppender(table);
      for (let start = from; start < end; start += size) {
        const count = Math.min(size, end - start);
        const chunk = DuckDBDataChunk.create(types, count);
        columns.forEach(({ values }, j) => {
          const vector = chunk.getColumnVector(j);
          const part = values.subarray(start, start + count);
          if (values instanceof Int32Array) (vector as DuckDBIntegerVector)["items"].set(part);
          else (vector as DuckDBDoubleVector)["items"].set(part);
          vector.flush();
        });
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    });
    await new Promise((resume) => setImmediate(resume));
  }
}

function holdsNaN(values: Int32Array | Float64Array): boolean {
  if (values instanceof Int32Array) return false;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) return true;
  return false;
}

function names(columns: readonly NewColumn[]): string {
  return columns.map((column) => column.name).join(", ");
}
