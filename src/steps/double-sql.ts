import type { Sql } from "../core/sql.ts";
import { sql, value } from "../sql/template.ts";

/** A number in the text of a query as the double that it is. */
export function double(of: number): Sql {
  return Number.isSafeInteger(of) ? sql`cast(${value(of)} as double)` : value(of);
}
