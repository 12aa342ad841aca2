import type { Table } from "../../core/context.ts";
import type { Column, Reading } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { isOneOf, tryDate, tryInteger, tryNumber } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { signedNumberSql } from "./amount-sql.ts";
import { isoTextSql, timestampSql, writtenTimeSql } from "./date-families.ts";
import { otherSpaces } from "./number-shapes.ts";
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
      return column.isOnlyNullWords === true ? sql`case when not ${isMissingSql(ref)} then ${ref} end` : ref;
    case "integer":
      return tryInteger(plainNumberSql(ref, reading));
    case "number":
      return sql`nullif(${tryNumber(plainNumberSql(ref, reading))}, ${Number.NaN})`;
    case "date": {
      const read = sql`cast(${timeSql(ref, reading)} as date)`;
      return column.isPlain === true
        ? sql`case when ${ref} like '____-__-__' then ${tryDate(ref)} else ${read} end`
        : read;
    }
    case "timestamp":
      return timeSql(ref, reading);
    case "boolean": {
      const word = sql`lower(${plainSpacesSql(ref)})`;
      const isIn = (list: readonly string[]): Sql => isOneOf(word, list);
      return sql`case when ${isIn(reading.yes)} then true when ${isIn(reading.no)} then false end`;
    }
  }
}

/**
 * The text of a column in CSV output as SQL: the file's own where it is plain notation already (`007`, `1.50`,
 * `2024-02-01 10:00:00`, words), rewritten where it is another one; times with an offset are then in UTC. Words for a missing value keep their text.
 */
export function textSql(column: Column): Sql {
  const { ref, reading, stored } = column;
  if (stored === "typed" || column.isPlain === true) return ref;
  switch (reading.type) {
    case "integer":
    case "number": {
      if (isPlainNotation(reading)) return ref;
      return sql`case when ${isMissingSql(ref)} then ${ref} else ${plainNumberSql(ref, reading)} end`;
    }
    case "date":
    case "timestamp":
      return isoColumnSql(column, reading);
    case "boolean": {
      // Digits alone would be numbers to the next reader.
      if (!reading.yes.includes("1")) return ref;
      const digit = plainSpacesSql(ref);
      return sql`case when ${digit} = '1' then 'true' when ${digit} = '0' then 'false' else ${ref} end`;
    }
    case "text":
      return ref;
  }
}

/**
 * The text of a column with nothing but plain notation in it: besides what `textSql` rewrites, words for a missing value
 * are null in a column that is no text, and yes and no are `true` and `false`.
 */
export function plainTextSql(column: Column): Sql {
  const { ref, reading, stored } = column;
  if (column.isOnlyNullWords === true) return valueSql(column);
  if (stored === "typed" || column.isPlain === true || reading.type === "text") return textSql(column);
  if (reading.type === "boolean") {
    return sql`case ${valueSql(column)} when true then 'true' when false then 'false' end`;
  }
  return sql`
    case
      when ${ref} >= '0' and ${ref} < ':' then ${textSql(column)}
      when ${isMissingSql(ref)} then null
      else ${textSql(column)}
    end
  `;
}

/** Whether the text of a column is in the notation in which tables are written, as far as its marks go. */
export function isPlainNotation(reading: Reading): boolean {
  return "decimal" in reading && reading.decimal === "." && reading.thousands === "" && reading.amounts === undefined;
}

/**
 * The queries of an output table: `query` with text forms for CSV, `typed` with values for Parquet and JSON. In row order
 * where the engine keeps one; to sort a table in a cluster would cost more than all the rest. `plain`: nothing but plain
 * notation in the text forms.
 */
export function outputQueries(
  table: Table,
  { plain = false }: { readonly plain?: boolean } = {},
): {
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
  return { query: select(plain ? plainTextSql : textSql), typed: select(valueSql), open };
}

/** The text with its marks in plain notation: no thousands, a decimal point, nothing beside the digits but their sign. */
function plainNumberSql(text: Sql, reading: Reading & { readonly type: "integer" | "number" }): Sql {
  const { decimal, thousands, amounts } = reading;
  const number = amounts === undefined ? text : signedNumberSql(text);
  const dropped = { " ": ` ${otherSpaces}`, "'": "'’", ".": ".", ",": ",", "": "" }[thousands];
  if (decimal === "." && dropped === "") return number;
  if (decimal === ".") return sql`translate(${number}, ${dropped}, '')`;
  // Marks beyond the length of the replacement are dropped.
  return sql`trim(translate(${number}, ${`,${dropped}`}, '.'))`;
}

/** The time of a text of a column in which every value is written in one of its formats. */
function timeSql(text: Sql, reading: Reading & { readonly type: "date" | "timestamp" }): Sql {
  return reading.formats === undefined ? timestampSql(text, reading.format) : writtenTimeSql(text, reading);
}

/** One notation for all of a column: days, times to the second or finer, or, where they have an offset, times in UTC with a `Z`. */
function isoColumnSql(column: Column, reading: Reading & { type: "date" | "timestamp" }): Sql {
  const { ref } = column;
  const iso = isoTextSql(valueSql(column), reading.type);
  const formats = reading.formats ?? [reading.format];
  const isZoned = formats.some((format) => format.endsWith("%z"));
  const rewritten = sql`coalesce(${isZoned ? sql`replace(${iso}, ' ', 'T') || 'Z'` : iso}, ${ref})`;
  if (!formats.some((format) => format.startsWith("%Y-%m-%d"))) return rewritten;
  const written = reading.type === "date" ? "____-__-__" : isZoned ? "____-__-__T__:__:__%Z" : "____-__-__ __:__:__%";
  return sql`case when ${ref} like ${written} then ${ref} else ${rewritten} end`;
}
