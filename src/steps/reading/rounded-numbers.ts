import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, tryDecimal, tryNumber } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { quoted } from "./decision.ts";
import { textSql } from "./values.ts";
import { short } from "./word-evidence.ts";

const columnsAtOnce = 25;
/** Digits and marks of texts that a double keeps whatever they are. */
const keptLength = 16;

/**
 * A warning for each column of numbers with values that have more digits than a double keeps, so that Parquet and JSON hold
 * others: `999999999999999.99`. As far as eight decimals tell. One scan of the columns of numbers with a fraction.
 */
export async function roundedNumberWarnings(
  engine: Engine,
  table: Table,
): Promise<readonly { readonly code: string; readonly message: string }[]> {
  const columns = table.columns.filter(({ type, stored }) => type === "number" && stored === "text");
  const warnings: { code: string; message: string }[] = [];
  for (let from = 0; from < columns.length; from += columnsAtOnce) {
    const some = columns.slice(from, from + columnsAtOnce);
    const counts = some.flatMap((column, i) => {
      const rounded = sql`filter (where ${isRoundedSql(column)})`;
      return [
        sql`count(*) ${rounded} as ${identifier(`rounded_${i}`)}`,
        sql`min(${column.ref}) ${rounded} as ${identifier(`least_${i}`)}`,
      ];
    });
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(counts, ",\n")}
        from ${table.relation}
      `,
      1,
    );
    some.forEach(({ name }, i) => {
      const count = Number(row[`rounded_${i}`]);
      if (count === 0) return;
      const values = count === 1 ? "1 value has" : `${count} values have`;
      const message =
        `${short(name)}: ${values} more digits than a number keeps and ${count === 1 ? "was" : "were"} rounded, such as ` +
        `${quoted(String(row[`least_${i}`]))}; write CSV, or declare the column as text with --schema, to keep them`;
      warnings.push({ code: "rounded-numbers", message });
    });
  }
  return warnings;
}

function isRoundedSql(column: Column): Sql {
  const text = textSql(column);
  const kept = tryDecimal(asText(tryNumber(text)));
  return sql`case when length(${text}) > ${keptLength} then ${tryDecimal(text)} <> ${kept} else false end`;
}
