import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { didYouMean } from "../../core/suggest.ts";
import { jaroWinkler } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { saysId } from "../column-kinds.ts";
import { textOf } from "../dedupe/key-kinds.ts";
import { findColumn } from "../match-columns.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { placeOf } from "../reading/place-of.ts";
import { positionSql } from "../row-position.ts";

/** A row of a table, and by what it was found. */
export interface FoundRow {
  /** From 0. */
  readonly row: number;
  /** The column of ids. */
  readonly column: string;
  /** Its line in the file; null where the file has none. */
  readonly line: number | null;
}

const shownRows = 10;

/**
 * The row whose id is `id`: in the column named, else in the first that a schema or its name calls ids and whose values tell
 * the rows apart. Throws `unknown-column` where no column does, `no-rows` with the nearest id, and `repeated-key` with the lines where several rows have it.
 */
export async function findRow(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  { id, column: named }: { readonly id: string; readonly column: string | undefined },
): Promise<FoundRow> {
  const column = named === undefined ? await idColumn(engine, table) : findColumn(table.columns, named, "--id");
  const text = textOf(column);
  const found = await engine.rows(
    sql`
      select position_1
      from (select ${text} as key_1, ${positionSql(table)} as position_1 from ${table.relation})
      where key_1 = ${id}
      order by position_1
      limit ${shownRows + 1}
    `,
    shownRows + 1,
  );
  const rows = found.map((row) => Number(row["position_1"]));
  const files = sources.map(({ label }) => label).join(", ");
  if (rows.length === 0) {
    throw new SegmentError("no-rows", `no row has ${id} in ${column.name}`, {
      place: { file: files },
      hint: (await nearestId(engine, table, text, id)) || "name the column of ids with --id COL",
    });
  }
  const places = [];
  for (const row of rows.slice(0, shownRows)) places.push(await placeOf(sources, row, column.name));
  if (rows.length > 1) {
    const where = places.map(({ file, line }, i) =>
      line === undefined ? `row ${rows[i]! + 1}` : sources.length > 1 ? `${file} line ${line}` : `line ${line}`,
    );
    const more = rows.length > shownRows ? " and more" : "";
    throw new SegmentError("repeated-key", `${id} stands in ${column.name} at ${where.join(", ")}${more}`, {
      place: { file: files },
      hint: "name a column whose values tell rows apart with --id COL",
    });
  }
  return { row: rows[0]!, column: column.name, line: places[0]!.line ?? null };
}

/** Of the columns that a schema or their names call ids, the first with as many values as rows; else the first. */
async function idColumn(engine: Engine, table: Table): Promise<Column> {
  const named = table.columns.filter(({ name, declared }) =>
    declared?.role === undefined || declared.role === null ? saysId(name) : declared.role === "id",
  );
  if (named.length === 0) {
    throw new SegmentError("unknown-column", "no column is called an id", {
      hint: "name the column of ids with --id COL",
    });
  }
  if (named.length === 1) return named[0]!;
  const counts = named.map((column, i) => {
    const text = textOf(column);
    return sql`count(distinct case when not ${isMissingSql(text)} then ${text} end) as ${identifier(`n${i}`)}`;
  });
  const [row = {}] = await engine.rows(sql`select ${join(counts, ", ")} from ${table.relation}`, 1);
  return named.find((_, i) => Number(row[`n${i}`]) === table.rows) ?? named[0]!;
}

async function nearestId(engine: Engine, table: Table, text: Sql, id: string): Promise<string> {
  const like = await engine.rows(
    sql`
      select distinct key_1, ${jaroWinkler(identifier("key_1"), value(id))} as likeness_1
      from (select ${text} as key_1 from ${table.relation})
      where key_1 is not null
      order by likeness_1 desc, key_1
      limit 20
    `,
    20,
  );
  return didYouMean(
    id,
    like.map((row) => String(row["key_1"])),
  );
}
