import type { Engine, OrderedRelation } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { isOneOf } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";
import type { ColumnEvidence, SampledColumn } from "./column-evidence.ts";
import { withBits } from "./value-bits.ts";
import { positionSql } from "../row-position.ts";

/** A value that keeps a column from being read: its text, its row (from 0), and how many there are. */
export type OddValue = NonNullable<Column["oddValue"]>;

/** Values of a column that do not fit: those whose bits are among `bits`, or whose key is among `keys`. */
export interface UnfitValues {
  readonly evidence: ColumnEvidence;
  readonly bits: number;
  readonly keys: readonly string[];
  /** What they do not fit, such as `--dates signup=dmy`; empty where the user states nothing. */
  readonly stated: string;
}

/** The first value of a column whose bits are among `bits`, or whose key among `keys`, and their number. One scan. */
export async function firstOddValue(
  engine: Engine,
  table: OrderedRelation,
  sampled: SampledColumn,
  bits: number,
  keys: readonly string[] = [],
): Promise<OddValue | undefined> {
  const [row] = await engine.rows(
    sql`
      select
        text_1,
        first_row_1,
        sum(rows_1) over () as count_1
      from (
        ${oddTextsSql(table, sampled, bits, keys)}
      )
      order by first_row_1
      limit 1
    `,
    1,
  );
  if (row === undefined) return undefined;
  return { value: String(row["text_1"]), row: Number(row["first_row_1"]), count: Number(row["count_1"]) };
}

/** Different texts that are held here at most. */
const mostTexts = 100_000;

/** The different texts of such values and the rows that hold them. One scan. Null for more than 100,000 different ones. */
export async function unfitTexts(
  engine: Engine,
  table: OrderedRelation,
  { evidence, bits, keys }: UnfitValues,
): Promise<{ readonly texts: readonly string[]; readonly rows: number } | null> {
  const found = await engine.rows(
    sql`
      select
        text_1,
        rows_1
      from (
        ${oddTextsSql(table, evidence, bits, keys)}
      )
      order by first_row_1
      limit ${mostTexts + 1}
    `,
    mostTexts + 1,
  );
  if (found.length > mostTexts) return null;
  return {
    texts: found.map((row) => String(row["text_1"])),
    rows: found.reduce((sum, row) => sum + Number(row["rows_1"]), 0),
  };
}

/** Different texts that each query over the table is asked to leave out; beyond them the table is kept without. */
export const fewTexts = 16;

/** Whether a text of a column is one of such values, as a condition over the table; `texts` are the different ones. */
export function isUnfitText(
  table: OrderedRelation,
  ref: Sql,
  { evidence, bits, keys }: UnfitValues,
  texts: readonly string[],
): Sql {
  if (texts.length <= fewTexts) return isOneOf(ref, texts);
  return sql`
    ${ref} in (
      select text_1
      from (
        ${oddTextsSql(table, evidence, bits, keys)}
      )
    )
  `;
}

/** A query of the different texts `text_1` of such values, their rows and the first of these. */
function oddTextsSql(
  table: OrderedRelation,
  { column, candidate }: SampledColumn,
  bits: number,
  keys: readonly string[],
): Sql {
  const values = sql`
    select
      text_1,
      count(*) as rows_1,
      min(position_1) as first_row_1
    from (
      select
        ${column.ref} as text_1,
        ${positionSql(table)} as position_1
      from ${table.relation}
    )
    where text_1 <> ''
    group by text_1
  `;
  return sql`
    select *
    from (
      ${withBits(values, candidate)}
    )
    where bits_1 & ${bits} <> 0${keys.length === 0 ? sql`` : sql` or bits_1 is not null and ${isOneOf(identifier("key_1"), keys)}`}
  `;
}
