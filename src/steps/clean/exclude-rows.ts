import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import { join, sql } from "../../sql/template.ts";
import { deriveTable, passed } from "../derive.ts";
import { filterSql } from "../export/filter-sql.ts";
import { parseFilter } from "../export/parse-filter.ts";
import type { Exclusion } from "./model.ts";

/** A table without the rows that conditions hold for, and how many each of them left out. */
export interface ExcludedRows {
  readonly table: Table;
  readonly excluded: readonly (Exclusion & { readonly count: number })[];
  /** The name of the rule that leaves a row out, over the table as it was given; null where there are none. SQL. */
  readonly ruleOf: Sql | null;
}

/**
 * Leaves out the rows for which a condition holds, each counted under the first that does. One scan to count. Throws what
 * `parseFilter` and `filterSql` throw.
 */
export async function excludeRows(engine: Engine, table: Table, rules: readonly Exclusion[]): Promise<ExcludedRows> {
  if (rules.length === 0) return { table, excluded: [], ruleOf: null };
  const conditions = rules.map(({ where }) => asExclusion(() => filterSql(table, parseFilter(where))));
  const cases = conditions.map((holds, i) => sql`when ${holds} then ${i}`);
  const first = sql`
    case
      ${join(cases, "\n")}
    end
  `;
  const rows = await engine.rows(
    sql`
      select
        rule_1,
        count(*) as rows_1
      from (select ${first} as rule_1 from ${table.relation})
      where rule_1 is not null
      group by rule_1
    `,
    rules.length,
  );
  const counts = new Map(rows.map((row) => [Number(row["rule_1"]), Number(row["rows_1"])]));
  const excluded = rules.map((rule, i) => ({ ...rule, count: counts.get(i) ?? 0 }));
  const gone = excluded.reduce((sum, { count }) => sum + count, 0);
  const any: Sql = join(conditions, " or ");
  const kept = { where: sql`not (${any})`, rows: table.rows - gone };
  const names = conditions.map((holds, i) => sql`when ${holds} then ${rules[i]!.name}`);
  const ruleOf = sql`
    case
      ${join(names, "\n")}
    end
  `;
  return { table: deriveTable(table, table.columns.map(passed), kept), excluded, ruleOf };
}

/**
 * Reads an item of `--exclude-where`: a condition, or `NAME: CONDITION`. Unnamed, it is counted under its own words. Throws
 * `bad-option-value`.
 */
export function readExclusion(item: string): Exclusion {
  const named = /^([\p{L}_][\p{L}\p{N}_ -]*):\s+(.*)$/su.exec(item.trim());
  const where = (named?.[2] ?? item).trim();
  asExclusion(() => parseFilter(where));
  return { name: named?.[1]!.trim() ?? where, where };
}

/** What the reader of filters refuses, said of the option that was given. */
function asExclusion<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    const { code, place, hint } = error;
    const said = (text: string): string =>
      text
        .replaceAll(
          "or give --filter once for each condition: all must hold",
          "or keep to one condition: any one excludes",
        )
        .replaceAll("give --filter once for each condition", "each --exclude-where is one condition")
        .replaceAll("--filter", "--exclude-where");
    throw new SegmentError(code, said(error.message), { place, hint: said(hint), cause: error });
  }
}
