import { SegmentError } from "../../core/errors.ts";
import type { FileFormat } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { sameInEngine } from "./column-names.ts";
import { allRows } from "./rows.ts";
import type { Session } from "./session.ts";

/** Rows of a Parquet row group: fixed, so that files are the same bytes everywhere. */
const rowGroupSize = 122_880;

interface OutputColumn {
  readonly name: string;
  readonly type: string;
  /** The column inside the query that `positioned` gives. */
  readonly ref: Sql;
}

/**
 * Writes one ordered query to a file and gives its rows. The same bytes for any number of threads.
 *
 * CSV: UTF-8 without BOM, comma, LF, a header, quotes only where a reader may need them (DuckDB quotes `#` too); an
 * empty field is null, `""` an empty text; doubles in their shortest round-trip form (`1.0`, `1e-07`), times in ISO 8601
 * with a space. JSON: infinities and NaN are null, decimals of more than 15 digits are strings. Parquet: zstd of
 * level 1 (on customer tables a quarter less time than level 3, and no larger), row groups of 122,880 rows, one thread (how threads share a scan shows in DuckDB's row groups); throws `duplicate-columns` for names that differ only in case, which DuckDB cannot
 * put in one Parquet file. A path that ends in `.zst` is compressed, Parquet apart; one that ends in `.tsv`
 * or `.tsv.zst` has tabs in the place of commas. Throws `cannot-write`, `disk-full`.
 */
export async function writeQuery(session: Session, query: Sql, path: string, format: FileFormat): Promise<number> {
  const columns = await columnsOf(session, query);
  const compression = path.endsWith(".zst") ? "zstd" : "none";
  switch (format) {
    case "csv":
      return writeCsv(session, query, columns, path, compression);
    case "parquet":
      return writeParquet(session, query, columns, path);
    case "json":
    case "ndjson":
      return writeJson(session, query, columns, path, format, compression);
  }
}

async function columnsOf(session: Session, query: Sql): Promise<OutputColumn[]> {
  const described = await allRows(session, sql`select column_name, column_type from (describe ${query})`);
  return described.map((row, i) => ({
    name: String(row["column_name"]),
    type: String(row["column_type"]),
    ref: identifier(`column_${i + 1}`),
  }));
}

function positioned(query: Sql, columns: readonly OutputColumn[]): Sql {
  return sql`
    (
      ${query}
    ) as output(${join(
      columns.map((column) => column.ref),
      ", ",
    )})
  `;
}

async function writeCsv(
  session: Session,
  query: Sql,
  columns: readonly OutputColumn[],
  path: string,
  compression: string,
): Promise<number> {
  const named = clash(columns) === null;
  const rows = await session.run(
    sql`
      copy (
        ${named ? query : withHeaderRow(query, columns)}
      ) to ${path} (
        format csv,
        header ${named},
        delimiter ${isTabbed(path) ? "\t" : ","},
        quote '"',
        escape '"',
        nullstr '',
        compression ${compression},
        use_tmp_file false
      )
    `,
    { writing: "the output" },
  );
  return named ? rows : rows - 1;
}

function isTabbed(path: string): boolean {
  return /\.tsv(\.zst)?$/.test(path);
}

/** DuckDB renames columns that differ only in case, so their header is written as a row of text. */
function withHeaderRow(query: Sql, columns: readonly OutputColumn[]): Sql {
  return sql`
    select ${join(
      columns.map((column) => value(column.name)),
      ", ",
    )}
    union all
    select ${join(
      columns.map((column) => asText(column.ref)),
      ", ",
    )}
    from ${positioned(query, columns)}
  `;
}

async function writeJson(
  session: Session,
  query: Sql,
  columns: readonly OutputColumn[],
  path: string,
  format: "json" | "ndjson",
  compression: string,
): Promise<number> {
  const members = columns.map((column) => sql`${value(column.name)}, ${jsonValue(column)}`);
  const layout =
    format === "json" ? sql`prefix ${"[\n"}, suffix ${"\n]\n"}, new_line ${",\n"},` : sql`new_line ${"\n"},`;
  return session.run(
    sql`
      copy (
        select json_object(
          ${join(members, ",\n")}
        )
        from ${positioned(query, columns)}
      ) to ${path} (
        format csv,
        header false,
        delimiter '',
        quote '',
        escape '',
        ${layout}
        compression ${compression},
        use_tmp_file false
      )
    `,
    { writing: "the output" },
  );
}

function jsonValue(column: OutputColumn): Sql {
  if (column.type === "DOUBLE" || column.type === "FLOAT")
    return sql`case when isfinite(${column.ref}) then ${column.ref} end`;
  const decimal = /^DECIMAL\((\d+),/.exec(column.type);
  if (decimal !== null && Number(decimal[1]) > 15) return asText(column.ref);
  return column.ref;
}

async function writeParquet(
  session: Session,
  query: Sql,
  columns: readonly OutputColumn[],
  path: string,
): Promise<number> {
  const same = clash(columns);
  if (same !== null) {
    throw new SegmentError(
      "duplicate-columns",
      `Parquet cannot hold both “${same[0]}” and “${same[1]}”: only case tells them apart`,
      {
        hint: "write CSV (-o FILE.csv), or rename one of them",
      },
    );
  }
  return session.onOneThread(() =>
    session.run(
      sql`
        copy (
          ${session.dense(query)}
        ) to ${path} (
          format parquet,
          compression zstd,
          compression_level 1,
          use_tmp_file false,
          row_group_size ${rowGroupSize}
        )
      `,
      { writing: "the output" },
    ),
  );
}

/** Two names that DuckDB takes for the same, if there are any. */
function clash(columns: readonly OutputColumn[]): readonly [string, string] | null {
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const before = seen.get(name.toLowerCase());
    if (before !== undefined && sameInEngine(before, name)) return [before, name];
    seen.set(name.toLowerCase(), name);
  }
  return null;
}
