import type { Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isOneOf } from "../../sql/functions.ts";
import { join, sql } from "../../sql/template.ts";
import { presentSql } from "../export/filter-sql.ts";
import { textSql } from "../reading/values.ts";
import type { Part } from "./exports.ts";

/** A column of a file as a column of events takes it. */
export interface FoundPart {
  readonly column: Column;
  /** The path, and which of its values are taken, in words. */
  readonly words: string;
  /** Whether the value of a row is taken; null where all are. */
  readonly taken: Sql | null;
}

/** The column of a part in a file; null where the file has none, or none whose value could be taken. */
export function findPart({ columns }: Table, given: string | Part): FoundPart | null {
  const { path, only, but }: Part = typeof given === "string" ? { path: given } : given;
  const named = (name: string | undefined): Column | undefined => columns.find((one) => one.name === name);
  const column = named(path);
  if (column === undefined) return null;
  if (only !== undefined) {
    const where = named(only.where);
    if (where === undefined) return null;
    const words = `${path} (where ${only.where} is ${only.is.join(" or ")})`;
    return { column, words, taken: holds(isOneOf(filledText(where), only.is)) };
  }
  if (but === undefined) return { column, words: path, taken: null };
  const where = named(but.where);
  const own = filledText(column);
  const same = (but.same ?? []).flatMap((name) => named(name) ?? []);
  const odd = [
    ...(where === undefined ? [] : [isOneOf(filledText(where), but.is ?? [])]),
    ...(but.begins === undefined ? [] : [sql`${own} like ${`${but.begins}%`}`]),
    ...same.map((one) => sql`${own} = ${filledText(one)}`),
  ];
  if (odd.length === 0) return { column, words: path, taken: null };
  const words = [
    ...(where === undefined ? [] : [`where ${where.name} is ${(but.is ?? []).join(" or ")}`]),
    ...(but.begins === undefined ? [] : [`where it begins with ${but.begins}`]),
    ...same.map(({ name }) => `where it is ${name}`),
  ];
  return { column, words: `${path} (not ${words.join(" or ")})`, taken: sql`not (${join(odd.map(holds), " or ")})` };
}

/** What a comparison leaves open does not hold. */
function holds(condition: Sql): Sql {
  return sql`coalesce(${condition}, false)`;
}

/** The value that a part has in a row, as SQL: `of`, or null where it is not taken. */
export function takenSql({ taken }: FoundPart, of: Sql): Sql {
  return taken === null ? of : sql`case when ${taken} then ${of} end`;
}

/** A value as text in plain notation; null where it is missing. */
export function filledText(column: Column): Sql {
  const text = column.stored === "text" ? textSql(column) : asText(column.ref);
  return sql`case when ${presentSql(column)} is not null then ${text} end`;
}
