import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { positionSql } from "../row-position.ts";
import { doubleOf } from "./literals.ts";
import { ruleText } from "./outlier-rules.ts";
import type { Bounds } from "./numbers-model.ts";
import type { QuarantinedCell } from "../set-aside/quarantine-lines.ts";

/** More rows than that are no exceptions, and they come out of the engine. */
const mostRows = 100_000;

/** The rows of a relation that are set aside, in order. Throws `bad-option-value` for more than 100,000. */
export async function quarantinedRows(
  engine: Engine,
  table: Table,
  bounded: readonly { readonly column: Column; readonly bounds: Bounds; readonly isOutside: Sql }[],
): Promise<readonly QuarantinedCell[]> {
  const position = identifier("row_1");
  const isAny = join(
    bounded.map(({ isOutside }) => isOutside),
    " or ",
  );
  const cells = bounded.map(
    ({ column, isOutside }, i) =>
      sql`case when ${isOutside} then ${doubleOf(column)} end as ${identifier(`value_${i + 1}`)}`,
  );
  const rows = await engine.rows(
    sql`
      select
        ${position},
        ${join(cells, ",\n")}
      from (
        select *, ${positionSql(table)} as ${position}
        from ${table.relation}
      )
      where ${isAny}
      order by ${position}
      limit ${mostRows + 1}
    `,
    mostRows + 1,
  );
  if (rows.length > mostRows) {
    throw new SegmentError(
      "bad-option-value",
      `--outlier-action quarantine: more than ${mostRows} rows hold outliers`,
      {
        hint: "flag them, or widen the rule",
      },
    );
  }
  return rows.map((row) => {
    const own = bounded.flatMap(({ column: { name }, bounds }, i) => {
      const found = row[`value_${i + 1}`];
      if (found === null || found === undefined) return [];
      return [
        { name, reason: `${name} ${Number(found)} is an outlier by ${ruleText(bounds.rule, bounds.parameters)}` },
      ];
    });
    return { row: Number(row["row_1"]), column: own[0]!.name, reason: own.map(({ reason }) => reason).join("; ") };
  });
}
