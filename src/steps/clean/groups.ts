import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, placeIn } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";

/** Groups for which bounds or fills are learned apart: the values of a column in form, as text. */
export interface Groups {
  readonly column: string;
  readonly names: readonly string[];
}

/** More groups than that are no groups of customers, and each would need values to learn from. */
const mostGroups = 1000;

/** The groups of a column, by code point; a missing value is none. One scan. Throws `bad-option-value` for too many. */
export async function groupNames(engine: Engine, table: Table, column: Column): Promise<readonly string[]> {
  const rows = await engine.rows(
    sql`
      select group_1
      from (
        select ${keySql(column)} as group_1
        from ${table.relation}
      )
      where group_1 is not null
      group by group_1
      order by group_1
      limit ${mostGroups + 1}
    `,
    mostGroups + 1,
  );
  if (rows.length > mostGroups) {
    throw new SegmentError("bad-option-value", `--by ${column.name}: more than ${mostGroups} groups`, {
      hint: "bounds and fills are learned for each group; give a column of fewer values, such as a country",
    });
  }
  return rows.map((row) => String(row["group_1"]));
}

/** The place of a row's group from 1; 0 for a group that is not among them, and for none. */
export function groupSql(column: Column, names: readonly string[]): Sql {
  return names.length === 0 ? sql`0` : placeIn(keySql(column), names);
}

/** What tells the group of a row, as text. */
function keySql({ ref, stored, type }: Column): Sql {
  return stored === "text" || type === "text" ? ref : asText(ref);
}

/** The group's place in a query over `withGroups`. */
export const groupName = identifier("group_0");

/** A table's relation with the place of each row's group in the column `groupName`. */
export function withGroups(table: Table, groups: Groups): Sql {
  const column = table.columns.find(({ name }) => name === groups.column)!;
  return sql`
    (
      select
        *,
        ${groupSql(column, groups.names)} as ${groupName}
      from ${table.relation}
    )
  `;
}

/** Groups of a model, and the rows of a table that are in none of them. */
export interface GroupFacts extends Groups {
  /** Rows of a group that the model does not have. */
  readonly unseen: number;
  /** Rows without a group. */
  readonly missing: number;
}

/** Counts the rows of a table that are in none of a model's groups; null where it has none. One scan of the column. */
export async function groupFacts(
  engine: Engine,
  table: Table,
  { by }: { readonly by: Groups | null },
): Promise<GroupFacts | null> {
  if (by === null || by.names.length === 0) return null;
  const { ref } = table.columns.find(({ name }) => name === by.column)!;
  const [row = {}] = await engine.rows(
    sql`
      select
        count(*) filter (where ${groupName} = 0 and ${ref} is not null) as unseen_1,
        count(*) filter (where ${ref} is null) as missing_1
      from ${withGroups(table, by)}
    `,
    1,
  );
  return { ...by, unseen: Number(row["unseen_1"]), missing: Number(row["missing_1"]) };
}
