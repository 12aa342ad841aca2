import type { Context } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import { isOneOf } from "../../../sql/functions.ts";
import { sql } from "../../../sql/template.ts";
import { openTable, type OpenedTable } from "../../open-table.ts";
import { ledgerNames } from "../ledger.ts";

/** Opens a ledger. That of a run which changed nothing is a table without rows: of text, a header alone. Throws what `openTable` throws. */
export async function openLedger(context: Context, file: string): Promise<OpenedTable> {
  try {
    return await openTable(context, [file], {});
  } catch (error) {
    if (!(error instanceof SegmentError) || error.code !== "no-rows") throw error;
    const headless = await openTable(context, [file], { header: false }).catch(() => null);
    const found = headless === null ? null : await withoutHeader(context, headless);
    if (found === null) throw error;
    return found;
  }
}

/** The empty table under a header that was read as its only row; null where that row is another one. */
async function withoutHeader({ engine }: Context, opened: OpenedTable): Promise<OpenedTable | null> {
  const { table } = opened;
  if (table.rows !== 1 || table.columns.length !== ledgerNames.length) return null;
  const fits = table.columns.map(({ ref }, i) => isOneOf(ref, [ledgerNames[i]!]));
  const isHeader = fits.reduce((all, one) => sql`${all} and ${one}`);
  const [row] = await engine.rows(sql`select 1 as found_1 from ${table.relation} where ${isHeader}`, 1);
  if (row === undefined) return null;
  const columns = table.columns.map((column, i) => ({ ...column, name: ledgerNames[i]!, present: 0 }));
  const relation = sql`(select * from ${table.relation} where false)`;
  return { ...opened, table: { ...table, relation, rows: 0, columns } };
}
