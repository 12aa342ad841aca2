import type { Context, Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, rowsBeside, sha256Hex } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { clearConsentSql } from "../contact/consent.ts";
import { isEmailSql, normalEmailSql } from "../contact/email.ts";
import { deriveTable, passed } from "../derive.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import type { SuppressionList } from "./suppression-list.ts";
import { carriedPosition, carrying, rowNumberSql } from "../row-position.ts";

/** What becomes of a row, in the order in which it is asked: the first that holds is its fate. */
export const fates = [
  "kept",
  /** A condition of the filter does not hold. */
  "filtered",
  /** In no segment, where each segment has its file. */
  "unassigned",
  /** Some consent is a clear no. */
  "refused",
  /** No consent is a clear no, but some cannot be read. */
  "unclear",
  /** Some consent is missing, the others are yes. */
  "silent",
  /** Without a valid address, which no list of addresses can clear. */
  "unchecked",
  /** On the list. */
  "suppressed",
] as const;

export type Fate = (typeof fates)[number];
export type FateCounts = Readonly<Record<Fate, number>>;

/** The rules by which rows stay or go. Conditions are true or false, never null, over the table's relation. */
export interface RowRules {
  readonly filters: readonly Sql[];
  readonly unassigned: Sql | null;
  readonly consents: readonly Column[];
  readonly suppression: { readonly email: Column; readonly list: SuppressionList } | null;
}

/**
 * The rows that stay, in their order, and how many met each fate. Cost: one scan to count; with a suppression list, one
 * more over the addresses, whose outcome is kept by row.
 */
export async function decideRows(
  { engine, terminal }: Pick<Context, "engine" | "terminal">,
  table: Table,
  rules: RowRules,
): Promise<{ readonly table: Table; readonly counts: FateCounts }> {
  const fate = fateSql(rules);
  if (rules.suppression !== null) {
    terminal.progress("comparing with the suppression list");
    return suppressed(engine, table, fate, rules.suppression);
  }
  if (fate === null) return { table, counts: { ...none, kept: table.rows } };
  terminal.progress("counting rows");
  const counts = await countFates(engine, sql`select ${fate} as fate_1 from ${table.relation}`);
  const where = sql`${fate} = 0`;
  return { table: deriveTable(table, table.columns.map(passed), { where, rows: counts.kept }), counts };
}

/** The fate by everything but the list, as the index of its word; null where there is nothing to ask. */
function fateSql({ filters, unassigned, consents }: RowRules): Sql | null {
  const cases: Sql[] = filters.map((holds) => sql`when not ${holds} then ${index("filtered")}`);
  if (unassigned !== null) cases.push(sql`when ${unassigned} then ${index("unassigned")}`);
  const any = (condition: (column: Column) => Sql): Sql => join(consents.map(condition), " or ");
  if (consents.length > 0) {
    cases.push(
      sql`when ${any((column) => sql`${clearConsentSql(column)} is false`)} then ${index("refused")}`,
      sql`when ${any((column) => sql`(${clearConsentSql(column)} is null and not ${isAbsentSql(column)})`)} then ${index("unclear")}`,
      sql`when ${any((column) => sql`${clearConsentSql(column)} is null`)} then ${index("silent")}`,
    );
  }
  if (cases.length === 0) return null;
  return sql`
    case
      ${join(cases, "\n")}
      else 0
    end
  `;
}

function isAbsentSql({ ref, stored }: Column): Sql {
  return isMissingSql(stored === "text" ? ref : asText(ref));
}

/**
 * A join does not keep the order of rows, so what it finds is put back in order, kept, and set beside the table.
 */
async function suppressed(
  engine: Engine,
  table: Table,
  fate: Sql | null,
  { email, list }: NonNullable<RowRules["suppression"]>,
): Promise<{ readonly table: Table; readonly counts: FateCounts }> {
  const passedOn = carriedPosition(carrying(table, sql``));
  const addresses = await engine.store(sql`
    select
      fate_1,
      ${join([sql`case when ${isEmailSql(sql`normal_1`)} then normal_1 end as address_1`, ...passedOn], ",\n")}
    from (
      select
        fate_1,
        ${join([sql`case when fate_1 = 0 then ${normalEmailSql(sql`text_1`)} end as normal_1`, ...passedOn], ",\n")}
      from (
        select
          ${fate ?? sql`0`} as fate_1,
          ${join([sql`${email.ref} as text_1`, ...carriedPosition(table)], ",\n")}
        from ${table.relation}
      )
    )
  `);
  const listed = (kind: "address" | "digest", own: Sql): readonly Sql[] =>
    list.kinds.has(kind)
      ? [sql`when ${own} in (select entry_1 from ${list.relation} where kind_1 = ${kind}) then ${index("suppressed")}`]
      : [];
  const decided = await engine.store(sql`
    select ${join(table.position === undefined ? [sql`fate_2`] : [sql`fate_2`, sql`position_1`], ", ")}
    from (
      select
        position_1,
        case
          when fate_1 <> 0 then fate_1
          when address_1 is null then ${index("unchecked")}
          ${join([...listed("address", sql`address_1`), ...listed("digest", sha256Hex(sql`address_1`))], "\n")}
          else 0
        end as fate_2
      from (
        select
          ${rowNumberSql(carrying(table, addresses.relation))} as position_1,
          fate_1,
          address_1
        from ${addresses.relation}
      )
    )
    order by position_1
  `);
  const counts = await countFates(engine, sql`select fate_2 as fate_1 from ${decided.relation}`);
  // The derived names of the table's columns, c_1 and so on, leave `fate_2` to what stands beside.
  const plain = deriveTable(table, table.columns.map(passed));
  const relation = rowsBeside(plain.relation, decided.relation, rowNumberSql(plain), sql`position_1`);
  const kept = { relation, where: sql`fate_2 = 0`, rows: counts.kept };
  return { table: deriveTable(plain, plain.columns.map(passed), kept), counts };
}

async function countFates(engine: Engine, query: Sql): Promise<FateCounts> {
  const rows = await engine.rows(
    sql`
      select
        fate_1,
        count(*) as rows_1
      from (${query})
      group by fate_1
    `,
    fates.length,
  );
  return { ...none, ...Object.fromEntries(rows.map((row) => [fates[Number(row["fate_1"])], Number(row["rows_1"])])) };
}

const none = Object.fromEntries(fates.map((fate) => [fate, 0])) as unknown as FateCounts;

function index(fate: Fate): Sql {
  return value(fates.indexOf(fate));
}
