import type { Engine, Table } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import type { TargetSums, TargetTable } from "../../../model/stats/target-encoding.ts";
import { sql } from "../../../sql/template.ts";
import { inSteps, stepsFor } from "../../cluster/in-engine/lloyd.ts";
import { double } from "../../cluster/in-engine/nearest-sql.ts";
import { doubleSql } from "../../cluster/in-engine/column-moments.ts";
import { derived, deriveTable, passed } from "../../derive.ts";
import { codedSql } from "./category-sql.ts";
import { codedTable, foldedTable } from "./encode-sql.ts";
import type { ColumnEncoding } from "./encoding.ts";

/** How the rows of a table fall into slots and folds, and what their targets sum to. */
export interface FoldedTarget {
  readonly sums: TargetTable;
  /** Rows by slot and fold, with a target or without; those that have a category. */
  readonly rows: readonly (readonly number[])[];
  /** Rows that have no target, with a category or without. */
  readonly withoutTarget: number;
}

/**
 * Sums of a target by category and fold in two scans that give a row for each: sums of whole numbers about the middle of
 * the range, then of squares about each category's mean; the same in any order, exact to about 1e-13 of the range.
 */
export async function targetSums(
  engine: Engine,
  table: Table,
  encoding: Pick<ColumnEncoding, "column" | "type" | "categories" | "slots">,
  slots: number,
  target: { readonly column: string; readonly folds: number; readonly seed: number },
  range: { readonly minimum: number; readonly maximum: number },
): Promise<FoldedTarget> {
  const { folds } = target;
  const folded = foldedTable(table, folds, target.seed);
  const carried = deriveTable(folded.table, [
    ...folded.table.columns.map(passed),
    derived("_fold", "integer", "typed", folded.fold, table.rows),
    derived("_target", "number", "typed", doubleSql(folded.table, target.column), table.rows),
  ]);
  const { table: coded, codes } = codedTable(carried, [encoding]);
  const [fold, y] = coded.columns.slice(table.columns.length).map(({ ref }) => ref) as [Sql, Sql];
  // Rows without a category come last.
  const slot = sql`coalesce(${codes[0]!}, ${slots})`;
  // A power of two, and a middle of few bits: numbers of few bits are then summed exactly.
  const reach = 2 ** Math.ceil(Math.log2(range.maximum / 2 - range.minimum / 2 || 1));
  const middle = (Math.round(((range.minimum / 2 + range.maximum / 2) / reach) * 1024) / 1024) * reach;
  const steps = stepsFor(table.rows, 4);
  const grid = (): number[][] => Array.from({ length: slots + 1 }, () => new Array<number>(folds).fill(0));
  const ask = async (figures: Sql, centre: Sql): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    engine.rows(
      sql`
        select slot_1, fold_1, ${figures}
        from (
          select slot_1, fold_1, y_1, (y_1 - ${centre}) / ${double(reach)} as part_1
          from (
            select ${slot} as slot_1, ${fold} as fold_1, ${y} as y_1
            from ${coded.relation}
          )
        )
        group by slot_1, fold_1
      `,
      (slots + 1) * folds,
    );
  const sum = (of: Sql): Sql => sql`sum(${inSteps(of, steps)})`;
  const [rows, counts, sums, squares, rests] = [grid(), grid(), grid(), grid(), grid()];
  const at = (row: Readonly<Record<string, unknown>>): readonly [number, number] => [
    Number(row["slot_1"]),
    Number(row["fold_1"]),
  ];
  for (const row of await ask(
    sql`count(*) as rows_1, count(y_1) as count_1, ${sum(sql`part_1`)} as sum_1`,
    double(middle),
  )) {
    const [s, f] = at(row);
    rows[s]![f] = Number(row["rows_1"]);
    counts[s]![f] = Number(row["count_1"]);
    sums[s]![f] = (Number(row["sum_1"] ?? 0) / steps) * reach;
  }
  const total = (items: readonly number[]): number => items.reduce((all, one) => all + one, 0);
  const centres = counts.map((own, s) => (total(own) === 0 ? middle : middle + total(sums[s]!) / total(own)));
  const centre = codedSql(centres, null, sql`slot_1`);
  for (const row of await ask(sql`${sum(sql`part_1`)} as sum_1, ${sum(sql`part_1 * part_1`)} as squares_1`, centre)) {
    const [s, f] = at(row);
    rests[s]![f] = (Number(row["sum_1"] ?? 0) / steps) * reach;
    squares[s]![f] = (Number(row["squares_1"] ?? 0) / steps) * reach * reach;
  }
  return {
    sums: {
      centres,
      sums: counts.map((own, s) =>
        own.map((count, f): TargetSums => ({ count, sum: rests[s]![f]!, squares: squares[s]![f]! })),
      ),
    },
    rows: rows.slice(0, slots),
    withoutTarget: total(rows.flat()) - total(counts.flat()),
  };
}
