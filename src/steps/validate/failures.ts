import type { OutputTable } from "../../core/command.ts";
import type { Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { textSql, valueSql } from "../reading/values.ts";
import type { DataCheck } from "./data-checks.ts";
import { freeName } from "./failing-rows.ts";
import type { CheckedTable } from "./run-checks.ts";

const leading = ["check", "row", "column", "value"] as const;

/**
 * Every failing row once for each check that it fails: the check, the row (from 1, over all inputs), the column, the
 * value, then the columns of the table. In the order of the checks, then of the rows; no rows where nothing failed. The
 * first four are called `failed_check` and so on where the table has one of those names.
 */
export function failuresTable(table: Table, checks: readonly DataCheck[], checked: CheckedTable): OutputTable {
  const { failing, results } = checked;
  const { relation, position, failed } = failing;
  const names = leadingNames(table).map(identifier);
  const asked = failed.map((i) => sql`(${i}, ${checks[i]!.check}, ${checks[i]!.column ?? ""})`);
  const [number, check, column] = (["number", "check", "column"] as const).map((stem) => freeName(table, stem)) as [
    Sql,
    Sql,
    Sql,
  ];
  // One row for each check, so that the columns of the table are named once, however many checks there are.
  const listed = asked.length === 0 ? sql`(select 0, '', '' where false)` : sql`(values ${join(asked, ", ")})`;
  const byCheck = (form: (i: number) => Sql, none: Sql): Sql => {
    if (failed.length === 0) return none;
    const cases = failed.map((i) => sql`when ${i} then ${form(i)}`);
    return sql`case ${number} ${join(cases, " ")} end`;
  };
  const query = (form: (column: Column) => Sql): Sql => {
    const [checkName, rowName, columnName, shownName] = names;
    const own = table.columns.map((one) => sql`${form(one)} as ${identifier(one.name)}`);
    const leads = [
      sql`${check} as ${checkName!}`,
      sql`${position} as ${rowName!}`,
      sql`${column} as ${columnName!}`,
      sql`${byCheck((i) => shownBy(checks[i]!), sql`''`)} as ${shownName!}`,
    ];
    return sql`
      select
        ${join([...leads, ...own], ",\n")}
      from ${relation} cross join ${listed} as asked_1(${number}, ${check}, ${column})
      where ${byCheck((i) => failing.fails(i), sql`false`)}
      order by ${number}, ${position}
    `;
  };
  const rows = results.reduce((total, { failing: count }) => total + (count ?? 0), 0);
  return { query: query(textSql), typed: query(valueSql), rows };
}

function shownBy({ test }: DataCheck): Sql {
  return test.by === "table" ? sql`''` : test.shown;
}

function leadingNames(table: Table): readonly string[] {
  const taken = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  let prefix = "";
  while (leading.some((name) => taken.has(prefix + name))) prefix = prefix === "" ? "failed_" : `_${prefix}`;
  return leading.map((name) => prefix + name);
}
