import type { Table } from "../../core/context.ts";
import type { Column, Reading, ThousandsMark } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { isOneOf, tryInteger, tryNumber } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isoTextSql, timestampSql } from "./date-families.ts";
import { isMissingSql, plainSpacesSql } from "./number-sql.ts";

/**
 * The value of a column as SQL over the table's relation: null where missing, a number, date, timestamp or boolean by
 * its reading, else the text. Infinite numbers stay infinite; NaN is null.
 */
export function valueSql(column: Column): Sql {
  const { ref, reading, stored } = column;
  if (stored === "typed") return ref;
  switch (reading.type) {
    case "text":
      return ref;
    case "integer":
      return tryInteger(plainNumberSql(ref, reading.thousands, reading.decimal));
    case "number":
      return sql`nullif(${tryNumber(plainNumberSql(ref, reading.thousands, reading.decimal))}, ${Number.NaN})`;
    case "date":
      return sql`cast(${timestampSql(ref, reading.format)} as date)`;
    case "timestamp":
      return timestampSql(ref, reading.format);
    case "boolean": {
      const word = sql`lower(${plainSpacesSql(ref)})`;
      const isIn = (list: readonly string[]): Sql => isOneOf(word, list);
      return sql`case when ${isIn(reading.yes)} then true when ${isIn(reading.no)} then false end`;
    }
  }
}

/**
 * The text of a column in CSV output as SQL: the file's own where it is plain notation already (`007`, `1.50`, ISO
 * dates, words), rewritten where it is another one. Words for a missing value keep their text.
 */
export function textSql(column: Column): Sql {
  const { ref, reading, stored } = column;
  if (stored === "typed" || column.isPlain === true) return ref;
  switch (reading.type) {
    case "integer":
    case "number": {
      if (reading.decimal === "." && reading.thousands === "") return ref;
      return sql`case when ${isMissingSql(ref)} then ${ref} else ${plainNumberSql(ref, reading.thousands, reading.decimal)} end`;
    }
    case "date":
    case "timestamp":
      return isoColumnSql(column, reading);
    case "boolean":
    case "text":
      return ref;
  }
}

/**
 * The queries of an output table: `query` with text forms for CSV, `typed` with values for Parquet and JSON. In row order
 * where the engine keeps one; to sort a table in a cluster would cost more than all the rest.
 */
export function outputQueries(table: Table): {
  readonly query: Sql;
  readonly typed: Sql;
  readonly open: readonly string[];
} {
  const select = (form: (column: Column) => Sql): Sql => {
    const columns = table.columns.map((column) => sql`${form(column)} as ${identifier(column.name)}`);
    return sql`
      select
        ${join(columns, ",\n")}
      from ${table.relation}
    `;
  };
  const open = table.columns.filter(({ tie }) => tie !== undefined).map(({ name }) => name);
  return { query: select(textSql), typed: select(valueSql), open };
}

/** The text with its marks in plain notation: no thousands, a decimal point. */
function plainNumberSql(text: Sql, thousands: ThousandsMark, decimal: "." | ","): Sql {
  const dropped = thousands === " " ? " \u00a0\u202f\t" : thousands;
  if (decimal === "." && dropped === "") return text;
  if (decimal === ".") return sql`translate(${text}, ${dropped}, '')`;
  // Marks beyond the length of the replacement are dropped.
  return sql`trim(translate(${text}, ${`,${dropped}`}, '.'))`;
}

function isoColumnSql(column: Column, reading: Reading & { type: "date" | "timestamp" }): Sql {
  const { ref } = column;
  const rewritten = sql`coalesce(${isoTextSql(valueSql(column), reading.type)}, ${ref})`;
  if (!reading.format.startsWith("%Y-%m-%d")) return rewritten;
  const isIso =
    reading.type === "date"
      ? sql`${ref} like '____-__-__'`
      : sql`${ref} like '____-__-__T%' or ${ref} like '____-__-__ %'`;
  return sql`case when ${isIso} then ${ref} else ${rewritten} end`;
}
