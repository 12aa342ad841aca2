import type { Engine, Table } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import { drawKey } from "../../../model/cluster/row-hash.ts";
import { shiftRight } from "../../../sql/functions.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import { passed, deriveTable } from "../../derive.ts";
import { carriedPosition, carrying, positionSql } from "../../row-position.ts";
import { double } from "./nearest-sql.ts";
import { withDraws } from "./hash-sql.ts";

/** Rows that come out of the engine for what is not a sum: medians, silhouettes, the test of structure, profiles. */
export const evidenceRows = 100_000;

/** Whether the rows of a table stay in the engine: in a cluster, where they are more than come out of it. */
export function rowsStay(engine: Engine, table: Table): boolean {
  return engine.rowsStay && table.rows > evidenceRows;
}

/** Spread numbers of rows beyond 2^32, and the two ids of a row. */
const oddStep = 0x9e3779b1;
const apart = 0x85ebca77;

/** A table's rows with a draw in (0, 1) that a hash of their number and the seed gives. */
export interface DrawnRows {
  /** The table, its columns under names that the query has. */
  readonly plain: Table;
  /** The columns of the table, its position among them. */
  readonly kept: readonly Sql[];
  /** A query of `kept` and `draw_1`, among others. */
  readonly query: Sql;
}

/** The draws of a table's rows, the same on every engine and at every time; `step` tells the draws of one purpose from another's. */
export function withRowDraws(table: Table, seed: number, step: number): DrawnRows {
  const plain = deriveTable(table, table.columns.map(passed));
  const refs = plain.columns.map(({ ref }) => ref);
  const position = identifier("row_0");
  const numbered = sql`select ${join([...refs, ...carriedPosition(plain), sql`${positionSql(plain)} as ${position}`], ", ")} from ${plain.relation}`;
  const kept = [...refs, ...(plain.position === undefined ? [] : [plain.position])];
  // One mixing of the number is enough, and Spark puts what a filter compares in the place of its name, for each use again.
  const high = sql`${shiftRight(position, 32)} * ${oddStep}`;
  const identified = sql`
    select ${join([...kept, position], ", ")}, ${position} + ${high} as id_1, ${position} + ${high} + ${apart} as id_2
    from (
      ${numbered}
    )
  `;
  return { plain, kept, query: withDraws(identified, drawKey(seed, step)) };
}

/**
 * The table where it has no more than `most` rows, else about so many of its rows, kept in the engine: those of which a
 * hash of their number and the seed falls below a limit, so that the same rows are drawn again next time.
 */
export async function sampleRows(engine: Engine, table: Table, most: number, seed: number): Promise<Table> {
  if (table.rows <= most) return table;
  const { plain, kept, query } = withRowDraws(table, seed, 0);
  const stored = await engine.store(sql`
    select ${join(kept, ", ")}
    from (
      ${query}
    )
    where draw_1 < ${double(most / table.rows)}
  `);
  return { ...carrying(plain, stored.relation), rows: stored.rows, columns: plain.columns };
}
