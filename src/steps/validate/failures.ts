import type { OutputTable } from "../../core/command.ts";
import type { Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { textSql, valueSql } from "../reading/values.ts";
import type { DataCheck } from "./data-checks.ts";
import type { FailingRows } from "./failing-rows.ts";
import type { CheckedTable } from "./run-checks.ts";

const leading = ["check", "row", "column", "value"] as const;

/**
 * Every failing row once for each check that it fails: the check, the row (from 1, over all inputs), the column, the
 * value, then the columns of the table. In the order of the checks, then of the rows; no rows where nothing failed. The
 * first four are called `failed_check` and so on where the table has one of those names.
 */
export function failuresTable(table: Table, checks: readonly DataCheck[], checked: CheckedTable): OutputTable {
  const { failing, results } = checked;
  const names = [...leadingNames(table), ...table.columns.map(({ name }) => name)];
  const query = (form: (column: Column) => Sql): Sql => {
    const parts =
      failing.failed.length === 0
        ? [rowsOf(table, checks, failing, null, form)]
        : failing.failed.map((i) => rowsOf(table, checks, failing, i, form));
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
  const rows = results.reduce((total, { failing: count }) => total + (count ?? 0), 0);
  return { query: query(textSql), typed: query(valueSql), rows };
}

/** The rows that fail check i; no row for null. */
function rowsOf(
  table: Table,
  checks: readonly DataCheck[],
  { relation, position, fails }: FailingRows,
  i: number | null,
  form: (column: Column) => Sql,
): Sql {
  const check = i === null ? null : checks[i]!;
  const shown = check === null || check.test.by === "table" ? sql`''` : check.test.shown;
  const values = [value(check?.check ?? ""), position, value(check?.column ?? ""), shown, ...table.columns.map(form)];
  return sql`
    select
      ${i ?? 0} as check_1,
      ${join(
        values.map((one, at) => sql`${one} as ${identifier(`c_${at + 1}`)}`),
        ",\n",
      )}
    from ${relation}
    where ${i === null ? sql`false` : fails(i)}
  `;
}

function leadingNames(table: Table): readonly string[] {
  const taken = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  let prefix = "";
  while (leading.some((name) => taken.has(prefix + name))) prefix = prefix === "" ? "failed_" : `_${prefix}`;
  return leading.map((name) => prefix + name);
}
