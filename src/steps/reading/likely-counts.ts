import type { Engine, Table } from "../../core/context.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { countOf } from "./candidates.ts";
import { short } from "./word-evidence.ts";

const words = {
  excel: "days of a spreadsheet",
  excel1904: "days of a spreadsheet",
  epoch: "seconds since 1970",
  "epoch-ms": "milliseconds since 1970",
} as const;

/**
 * A warning for each column that a file itself calls numbers, whose name says date or time and whose values are those of a
 * count of days or seconds: they stay numbers, since the file has said so, and `--dates` reads them as times. One scan of
 * such columns.
 */
export async function likelyCountWarnings(
  engine: Engine,
  table: Table,
): Promise<readonly { readonly code: string; readonly message: string }[]> {
  // Any number of either kind will do to ask whether the name is one.
  const named = table.columns.filter(
    ({ name, stored, type, present }) =>
      stored === "typed" &&
      present > 0 &&
      (type === "integer" || type === "number") &&
      countOf({ name }, ["1700000000"]) !== null,
  );
  if (named.length === 0) return [];
  const ends = named.flatMap(({ ref }, i) => [
    sql`min(${ref}) as ${identifier(`least_${i}`)}`,
    sql`max(${ref}) as ${identifier(`greatest_${i}`)}`,
  ]);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(ends, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  return named.flatMap(({ name }, i) => {
    const count = countOf({ name }, [String(row[`least_${i}`]), String(row[`greatest_${i}`])]);
    if (count === null) return [];
    const option = `--dates ${short(name)}=${count}`;
    const message = `${short(name)} stays numbers, as the file says; they look like ${words[count]}, and ${option} reads them as times`;
    return [{ code: "likely-dates", message }];
  });
}
