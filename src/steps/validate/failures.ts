import type { OutputTable } from "../../core/command.ts";
import type { Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { textSql, valueSql } from "../reading/values.ts";
import type { DataCheck } from "./data-checks.ts";
import { failingCondition, positioned, type CheckResult } from "./run-checks.ts";

const leading = ["check", "row", "column", "value"] as const;

/**
 * Every failing row once for each check that it fails: the check, the row (from 1, over all inputs), the column, the
 * value, then the columns of the table. In the order of the checks, then of the rows; no rows where nothing failed. The
 * first four are called `failed_check` and so on where the table has one of those names.
 */
export function failuresTable(
  table: Table,
  checks: readonly DataCheck[],
  results: readonly CheckResult[],
): OutputTable {
  const failed = checks.flatMap((check, i) => ((results[i]!.failing ?? 0) > 0 ? [{ check, i }] : []));
  const rows = failed.reduce((total, { i }) => total + results[i]!.failing!, 0);
  const names = [...leadingNames(table), ...table.columns.map(({ name }) => name)];
  const query = (form: (column: Column) => Sql): Sql => {
    const parts =
      failed.length === 0
        ? [failingRows(table, null, 0, form)]
        : failed.map(({ check, i }) => failingRows(table, check, i, form));
    const columns = names.map((name, i) => sql`${identifier(`c_${i + 1}`)} as ${identifier(name)}`);
    return sql`
      select
        ${join(columns, ",\n")}
      from (
        ${join(parts, "\nunion all\n")}
      ) as failing_1
      order by failing_1.check_1, failing_1.c_2
    `;
  };
  return { query: query(textSql), typed: query(valueSql), rows };
}

/** The rows that fail one check, or none. */
function failingRows(table: Table, check: DataCheck | null, index: number, form: (column: Column) => Sql): Sql {
  const { relation, position } = positioned(table);
  const shown = check === null || check.test.by === "table" ? sql`''` : check.test.shown;
  const values = [
    value(check?.check ?? ""),
    position,
    value(check?.column ?? ""),
    shown,
    ...table.columns.map((column) => form(column)),
  ];
  const condition = check === null ? sql`false` : failingCondition(table, check)!;
  return sql`
    select
      ${index} as check_1,
      ${join(
        values.map((one, i) => sql`${one} as ${identifier(`c_${i + 1}`)}`),
        ",\n",
      )}
    from ${relation}
    where ${condition}
  `;
}

function leadingNames(table: Table): readonly string[] {
  const taken = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  let prefix = "";
  while (leading.some((name) => taken.has(prefix + name))) prefix = prefix === "" ? "failed_" : `_${prefix}`;
  return leading.map((name) => prefix + name);
}
