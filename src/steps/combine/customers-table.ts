import type { Context, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { deriveTable, derived, passed } from "../derive.ts";
import { missing } from "../dedupe/survivors.ts";
import { rowNumberSql } from "../row-position.ts";
import type { FoldedCustomers } from "./fold-customers.ts";
import type { CombineKey } from "./choose-keys.ts";
import type { Matches } from "./match-rows.ts";
import type { Stack } from "./stack.ts";

/** `left` keeps the customers of the first source, `full` all of them. */
export type CustomersKind = "left" | "full";

/**
 * The table of customers, each in the place of its first row. With `provenance` also `sources` (`crm+web`), `matched_by`
 * (the keys that joined them, none for a customer of one source) and, for every column, `COLUMN_source`. Throws
 * `column-exists`.
 */
export async function customersTable(
  { engine }: Context,
  stack: Stack,
  matches: Matches,
  folded: FoldedCustomers,
  given: {
    readonly kind: CustomersKind;
    readonly sources: readonly string[];
    readonly keys: readonly CombineKey[];
    readonly provenance: boolean;
    /** Rows of a column are in order by themselves. */
    readonly isOrdered: boolean;
  },
): Promise<Table> {
  const { table } = stack;
  const { kind, sources, keys, provenance, isOrdered } = given;
  const cells = table.columns.map((_, i) => identifier(`cell_${i + 1}`));
  const origins = table.columns.map((_, i) => identifier(`origin_${i + 1}`));
  const within = kind === "left" ? sql`customer_0 <= ${stack.starts[1] ?? table.rows}` : sql`1 = 1`;
  const sourceCase = (of: Sql): Sql => sql`
    case ${of}
      ${join(
        sources.map((name, s) => sql`when ${value(s)} then ${name}`),
        "\n",
      )}
    end
  `;
  const alone = (column: Column, i: number): readonly Sql[] => [
    sql`${column.ref} as ${cells[i]!}`,
    ...(provenance
      ? [sql`case when not ${missing(column)} then ${sourceCase(stack.source)} end as ${origins[i]!}`]
      : []),
  ];
  const survivor = (i: number): readonly Sql[] => [
    sql`${identifier(`survivor_${i + 1}`)} as ${cells[i]!}`,
    ...(provenance ? [sql`${sourceCase(identifier(`won_${i + 1}`))} as ${origins[i]!}`] : []),
  ];
  const single = [
    ...table.columns.flatMap(alone),
    ...(provenance ? [sql`${sourceCase(stack.source)} as sources_1`, sql`${asText(sql`null`)} as matched_1`] : []),
  ];
  const several = [
    ...table.columns.flatMap((_, i) => survivor(i)),
    ...(provenance ? [sql`sources_1`, sql`matched_1`] : []),
  ];
  const about = provenance
    ? sql`
      join (
        select
          customer_1 as about_customer,
          ${listSql(sources.map((name, s) => [sql`source_0 = ${value(s)}`, name]))} as sources_1,
          ${listSql(keys.map(({ label }, j) => [sql`matched_by = ${value(j + 1)}`, label]))} as matched_1
        from ${folded.rows.relation}
        group by customer_1
      ) on about_customer = customer_1
    `
    : sql``;
  const stored = await engine.store(
    sql`
    select *
    from (
      select ${rowNumberSql(table)} as customer_0, ${join(single, ", ")}
      from ${table.relation}
      left join (
        select row_no as joined_row
        from ${folded.rows.relation}
      ) on joined_row = ${rowNumberSql(table)}
      where joined_row is null
      union all
      select customer_1, ${join(several, ", ")}
      from ${folded.customers.relation}
      ${about}
    )
    where ${within}
    ${isOrdered ? sql`order by customer_0` : sql``}
  `,
    { apart: true },
  );
  const columns = table.columns.map((column, i) => ({ ...passed(column), value: cells[i]! }));
  const text = (name: string, of: Sql) => derived(name, "text", "text", of, stored.rows);
  const added = provenance
    ? [
        text("sources", sql`sources_1`),
        text("matched_by", sql`matched_1`),
        ...table.columns.map(({ name }, i) => text(`${name}_source`, origins[i]!)),
      ]
    : [];
  requireNew(
    table,
    added.map(({ name }) => name),
    "--provenance",
  );
  const ordered: Table = {
    relation: stored.relation,
    rows: stored.rows,
    columns: [],
    ...(isOrdered ? {} : { position: sql`customer_0 - 1` }),
  };
  return deriveTable(ordered, [...columns, ...added]);
}

/** The stack as a table, with the column `source`. Throws `column-exists`. */
export function unionTable(stack: Stack, sources: readonly string[], isOrdered: boolean): Table {
  const { table } = stack;
  requireNew(table, ["source"], "--combine union");
  const name = sql`
    case ${stack.source}
      ${join(
        sources.map((one, s) => sql`when ${value(s)} then ${one}`),
        "\n",
      )}
    end
  `;
  const { position, ...bare } = table;
  const ordered: Table = isOrdered || position === undefined ? bare : table;
  return deriveTable(ordered, [...table.columns.map(passed), derived("source", "text", "text", name, table.rows)]);
}

/** Names joined by a plus, of those whose condition holds in some row. SQL, an aggregate. */
function listSql(named: readonly (readonly [Sql, string])[]): Sql {
  const parts = named.map(
    ([holds, name]) => sql`case when max(case when ${holds} then 1 else 0 end) = 1 then ${`+${name}`} else '' end`,
  );
  return sql`nullif(substr(${join(parts, " || ")}, 2), '')`;
}

function requireNew({ columns }: Table, names: readonly string[], option: string): void {
  const taken = names.find((name) => columns.some((column) => column.name === name));
  if (taken === undefined) return;
  throw new SegmentError("column-exists", `${option} adds a column ${taken}, and the sources have one`, {
    place: { column: taken },
    hint: "give theirs another name in the map",
  });
}
