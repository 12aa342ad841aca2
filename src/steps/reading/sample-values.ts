import type { Engine, LoadedColumn, LoadedTable } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { sampledValues } from "./candidates.ts";
import { isMissingSql } from "./number-sql.ts";
import { positionSql } from "../row-position.ts";

/** Values of one column, spread over the table. */
export type ColumnSample = Iterable<string | null>;

/** Gives the sample of each text column: from the records that the reader drew, or for JSON by a query. */
export async function sampleValues(
  engine: Engine,
  table: LoadedTable,
  sources: readonly Source[],
): Promise<ReadonlyMap<LoadedColumn, ColumnSample>> {
  const columns = table.columns.filter(({ stored, stated }) => stored === "text" && stated === undefined);
  const delimited = sources.filter((source) => source.format === "csv");
  if (delimited.length !== sources.length) return queriedSamples(engine, table, columns);
  const indexes = delimited.map((source) => new Map(source.columns.map((name, index) => [name, index])));
  const samples = new Map<LoadedColumn, ColumnSample>();
  for (const column of columns) {
    const parts = delimited.map((source, i) => ({ records: source.sample, index: indexes[i]!.get(column.name) ?? -1 }));
    samples.set(column, spread(parts));
  }
  return samples;
}

/**
 * The least and the greatest value of columns in which the sample found none. They suffice to guess what the column
 * may be; the whole table decides.
 */
export async function outerValues(
  engine: Engine,
  table: LoadedTable,
  columns: readonly LoadedColumn[],
): Promise<ReadonlyMap<LoadedColumn, ColumnSample>> {
  const found = new Map<LoadedColumn, ColumnSample>();
  const columnsAtOnce = 25;
  for (let start = 0; start < columns.length; start += columnsAtOnce) {
    const some = columns.slice(start, start + columnsAtOnce);
    const ends = some.map(({ ref }, i) => {
      const present = sql`filter (where not ${isMissingSql(ref)})`;
      return sql`
        min(${ref}) ${present} as ${identifier(`least_${i}`)},
        max(${ref}) ${present} as ${identifier(`greatest_${i}`)}
      `;
    });
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(ends, ",\n")}
        from ${table.relation}
      `,
      1,
    );
    some.forEach((column, i) => found.set(column, [text(row[`least_${i}`]), text(row[`greatest_${i}`])]));
  }
  return found;
}

async function queriedSamples(
  engine: Engine,
  table: LoadedTable,
  columns: readonly LoadedColumn[],
): Promise<ReadonlyMap<LoadedColumn, ColumnSample>> {
  if (columns.length === 0) return new Map();
  const step = Math.max(1, Math.floor(table.rows / sampledValues));
  const texts = columns.map(({ ref }, i) => sql`${ref} as ${identifier(`text_${i}`)}`);
  const rows = await engine.rows(
    sql`
      select
        *
      from (
        select
          ${positionSql(table)} as position,
          ${join(texts, ",\n")}
        from ${table.relation}
      )
      where position % ${step} = 0
      order by position
    `,
    2 * sampledValues + 1,
  );
  return new Map(columns.map((column, i) => [column, rows.map((row) => text(row[`text_${i}`]))]));
}

/** First every s-th record of each file, then those beside them, so that a few values already cover the file. */
function spread(
  parts: readonly { readonly records: readonly (readonly (string | null)[])[]; readonly index: number }[],
): ColumnSample {
  const total = parts.reduce((sum, { records }) => sum + records.length, 0);
  const step = Math.max(1, Math.ceil(total / sampledValues));
  return {
    *[Symbol.iterator]() {
      for (let offset = 0; offset < step; offset++) {
        for (const { records, index } of parts) {
          for (let i = offset; i < records.length; i += step) yield records[i]![index] ?? null;
        }
      }
    },
  };
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
