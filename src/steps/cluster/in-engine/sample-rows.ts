import type { Engine, Table } from "../../../core/context.ts";
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

/**
 * The table where it has no more than `most` rows, else about so many of its rows, kept in the engine: those of which a
 * hash of their number and the seed falls below a limit, so that the same rows are drawn again next time.
 */
export async function sampleRows(engine: Engine, table: Table, most: number, seed: number): Promise<Table> {
  if (table.rows <= most) return table;
  const plain = deriveTable(table, table.columns.map(passed));
  const refs = plain.columns.map(({ ref }) => ref);
  const position = identifier("row_0");
  const numbered = sql`select ${join([...refs, ...carriedPosition(plain), sql`${positionSql(plain)} as ${position}`], ", ")} from ${plain.relation}`;
  const kept = [...refs, ...(plain.position === undefined ? [] : [plain.position]), position];
  // One mixing of the number is enough, and Spark puts what a filter compares in the place of its name, for each use again.
  const high = sql`${shiftRight(position, 32)} * ${oddStep}`;
  const identified = sql`
    select ${join(kept, ", ")}, ${position} + ${high} as id_1, ${position} + ${high} + ${apart} as id_2
    from (
      ${numbered}
    )
  `;
  const drawn = withDraws(identified, drawKey(seed, 0));
  const stored = await engine.store(sql`
    select ${join(kept, ", ")}
    from (
      ${drawn}
    )
    where draw_1 < ${double(most / table.rows)}
  `);
  return { ...carrying(plain, stored.relation), rows: stored.rows, columns: plain.columns };
}
