import type { Engine, Table } from "../../core/context.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { plainReading } from "../derive.ts";
import { yesWords } from "../reading/boolean-words.ts";
import { isoTextSql } from "../reading/date-families.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { plainTextSql, textSql, valueSql } from "../reading/values.ts";
import { positionSql } from "../row-position.ts";
import type { AlignedColumn, Origin } from "./align-columns.ts";
import type { OpenedSource } from "./open-sources.ts";

/** All rows of all sources under one schema, kept in the engine, in the order of the sources and of their rows. */
export interface Stack {
  /** Its position runs on from source to source. */
  readonly table: Table;
  /** The source of a row, counted from 0. SQL over the table's relation. */
  readonly source: Sql;
  /** By source: the position of its first row. */
  readonly starts: readonly number[];
}

const sourceName = identifier("source_0");
const positionName = identifier("segment_position_0");

/** Stacks the sources. Values are text in the notation that tables are written in, or typed where all sources are. */
export async function stackSources(
  engine: Engine,
  sources: readonly OpenedSource[],
  columns: readonly AlignedColumn[],
): Promise<Stack> {
  const starts = sources.map((_, s) => sources.slice(0, s).reduce((sum, { table }) => sum + table.rows, 0));
  const typed = columns.map(isTyped);
  const refs = columns.map((_, i) => identifier(`stacked_${i + 1}`));
  const parts = sources.map(({ table }, s) => {
    const values = columns.map(({ origins }, i) => {
      const cell = typed[i]! ? typedSql(origins[s]!) : cellSql(origins[s]!, columns[i]!.type);
      return sql`${cell} as ${refs[i]!}`;
    });
    return sql`
      select
        ${value(s)} as ${sourceName},
        ${positionSql(table)} + cast(${starts[s]!} as bigint) as ${positionName},
        ${join(values, ",\n")}
      from ${table.relation}
    `;
  });
  const stored = await engine.store(join(parts, "\nunion all\n"), { apart: true });
  const held = columns.map((column, i): Column => {
    const present = sources.reduce((sum, _, s) => sum + presentOf(column.origins[s]!, sources[s]!.table.rows), 0);
    return {
      name: column.name,
      ref: refs[i]!,
      type: column.type,
      stored: typed[i]! ? "typed" : "text",
      reading: plainReading(column.type),
      present,
      why: "of several sources",
      isPlain: true,
    };
  });
  return {
    table: { relation: stored.relation, rows: stored.rows, columns: held, position: positionName },
    source: sourceName,
    starts,
  };
}

/** Whether every source that has the column holds it as values of its type, in one column. */
function isTyped({ type, origins }: AlignedColumn): boolean {
  const own = origins.filter((origin) => origin !== null);
  const ofType = (origin: Origin): boolean =>
    origin.kind === "first" &&
    origin.columns.length === 1 &&
    origin.columns[0]!.stored === "typed" &&
    origin.columns[0]!.type === type;
  return own.length > 0 && own.every(ofType);
}

/** A null has no type of its own, and a union takes that of the others. */
function typedSql(origin: Origin | null): Sql {
  return origin?.kind === "first" ? origin.columns[0]!.ref : sql`null`;
}

function cellSql(origin: Origin | null, type: ColumnType): Sql {
  if (origin === null) return asText(sql`null`);
  switch (origin.kind) {
    case "constant":
      return asText(value(type === "boolean" ? String(yesWords.includes(origin.text.toLowerCase())) : origin.text));
    case "join":
      return joinedSql(origin.columns, origin.between);
    case "first": {
      const [first, ...rest] = origin.columns;
      if (rest.length === 0) return writtenSql(first!, type);
      const held = origin.columns.map(
        (column) => sql`case when not ${isMissing(column)} then ${writtenSql(column, type)} end`,
      );
      return sql`coalesce(${join(held, ", ")})`;
    }
  }
}

/** The column's text as it would be written in a column of a type: that of the file where it is text. */
function writtenSql(column: Column, type: ColumnType): Sql {
  if (column.stored === "typed") return asText(column.ref);
  if (type === "text") return textSql(column);
  // In a column of several sources some times may have no offset, so that one in UTC is told by no `Z`.
  return isZoned(column) ? isoTextSql(valueSql(column), "timestamp") : plainTextSql(column);
}

function isZoned({ reading }: Column): boolean {
  return "format" in reading && (reading.formats ?? [reading.format]).some((format) => format.endsWith("%z"));
}

function isMissing({ stored, ref }: Column): Sql {
  return stored === "typed" ? sql`(${ref} is null)` : isMissingSql(ref);
}

/** The texts that are there with `between` between them; null where there is none. */
function joinedSql(columns: readonly Column[], between: string): Sql {
  const parts = columns.map(
    (column) => sql`case when ${isMissing(column)} then '' else ${value(between)} || ${writtenSql(column, "text")} end`,
  );
  return sql`nullif(substr(${join(parts, " || ")}, ${[...between].length + 1}), '')`;
}

function presentOf(origin: Origin | null, rows: number): number {
  if (origin === null) return 0;
  if (origin.kind === "constant") return rows;
  return Math.max(...origin.columns.map(({ present }) => present));
}
