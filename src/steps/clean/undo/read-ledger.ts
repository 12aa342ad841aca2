import type { Engine, StoredQuery } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import { asText, tryInteger } from "../../../sql/functions.ts";
import { sql } from "../../../sql/template.ts";
import type { OpenedTable } from "../../open-table.ts";
import { addedRule, cellRules, ledgerNames, ruleOrderSql } from "../ledger.ts";

/** A ledger as it was read: its records by row, `column_1`, `rule_1`, `order_1` (from 1), `before_1`, `after_1`. */
export interface ReadLedger {
  /** Records of cells. */
  readonly cells: StoredQuery;
  /** Records of rows that were taken away: `row_1`, `rule_1`. */
  readonly removed: StoredQuery;
  /** The columns that have changed cells, in the order of their names. */
  readonly columns: readonly string[];
  /** Rules of cells and of rows. */
  readonly rules: readonly string[];
  readonly added: readonly string[];
}

const mostNames = 100_000;

/** Reads a ledger that `--ledger` wrote. Throws `bad-ledger` for a file that is none. */
export async function readLedger(engine: Engine, { table, sources }: OpenedTable): Promise<ReadLedger> {
  const file = sources.map(({ label }) => label).join(", ");
  const refs = ledgerNames.map((name) => {
    const column = table.columns.find((one) => one.name === name);
    if (column !== undefined) return asText(column.ref);
    throw badLedger(file, `is no ledger of segment clean: it has no column ${name}`);
  });
  const [row, column, rule, before, after] = refs.map((ref) => sql`nullif(${ref}, '')`);
  const records = await engine.store(sql`
    select
      ${tryInteger(row!)} as row_1,
      ${column!} as column_1,
      ${rule!} as rule_1,
      ${ruleOrderSql(rule!)} as order_1,
      ${before!} as before_1,
      ${after!} as after_1
    from ${table.relation}
  `);
  const [counts = {}] = await engine.rows(
    sql`
      select
        count(*) filter (where rule_1 is null) as nameless_1,
        count(*) filter (where row_1 is null and rule_1 <> ${addedRule}) as rowless_1,
        count(*) filter (where row_1 is not null and (before_1 is not null or after_1 is not null) and order_1 > ${cellRules.length}) as unknown_1
      from ${records.relation}
    `,
    1,
  );
  if (Number(counts["nameless_1"]) + Number(counts["rowless_1"]) > 0)
    throw badLedger(file, "holds a record without rule or row");
  if (Number(counts["unknown_1"]) > 0) throw badLedger(file, "holds a rule that this version does not know");
  const cells = await engine.store(sql`
    select *
    from ${records.relation}
    where row_1 is not null and (before_1 is not null or after_1 is not null)
  `);
  const removed = await engine.store(sql`
    select
      row_1,
      rule_1
    from ${records.relation}
    where row_1 is not null and before_1 is null and after_1 is null
  `);
  const distinct = async (what: "column_1" | "rule_1", where: string): Promise<readonly string[]> => {
    const name = what === "column_1" ? sql`column_1` : sql`rule_1`;
    const wanted = {
      added: sql`row_1 is null`,
      rows: sql`row_1 is not null`,
      cells: sql`order_1 <= ${cellRules.length} and (before_1 is not null or after_1 is not null)`,
    }[where]!;
    const rows = await engine.rows(
      sql`
        select distinct ${name} as name_1
        from ${records.relation}
        where ${wanted}
        order by name_1
      `,
      mostNames,
    );
    return rows.map((one) => String(one["name_1"]));
  };
  return {
    cells,
    removed,
    columns: await distinct("column_1", "cells"),
    rules: await distinct("rule_1", "rows"),
    added: await distinct("column_1", "added"),
  };
}

function badLedger(file: string, message: string): SegmentError {
  return new SegmentError("bad-ledger", message, {
    place: { file },
    hint: "give a file that segment clean --ledger wrote",
  });
}
