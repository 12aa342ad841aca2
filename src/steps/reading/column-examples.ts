import type { Engine, Table } from "../../core/context.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { inOrder } from "../row-position.ts";

const rowsLookedAt = 100;

/** The first value of each column among the first hundred rows, as it stands in the file; null where there is none. */
export async function columnExamples(engine: Engine, table: Table): Promise<readonly (string | null)[]> {
  const texts = table.columns.map(({ ref }, i) => sql`${asText(ref)} as ${identifier(`text_${i}`)}`);
  const rows = await engine.rows(
    sql`
      select
        ${join(texts, ",\n")}
      from ${table.relation}${inOrder(table)}
      limit ${rowsLookedAt}
    `,
    rowsLookedAt,
  );
  return table.columns.map((_, i) => {
    const value = rows.map((row) => row[`text_${i}`]).find((text) => typeof text === "string" && text.trim() !== "");
    return typeof value === "string" ? value : null;
  });
}
