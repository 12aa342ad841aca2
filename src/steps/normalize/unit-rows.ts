import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed } from "../derive.ts";
import { findColumn } from "../match-columns.ts";
import type { Warning } from "../open-table.ts";
import { numberSql } from "./number-sql.ts";

/** How the length of a row is measured: Σ|x|, √Σx², or the largest |x|. */
export const norms = ["l1", "l2", "max"] as const;
export type Norm = (typeof norms)[number];

/** What rows of unit length came to. */
export interface UnitRows {
  readonly norm: Norm;
  /** Rows that lack a value of some column, and so have no length: all their values are missing. */
  readonly incomplete: number;
  /** Rows of zeros, which stay zeros. */
  readonly zeros: number;
}

/** Divides each row's values of some columns, which are numbers, by its length over them, as scikit-learn's Normalizer does. */
export function unitSql(table: Table, names: readonly string[], norm: Norm, incomplete: number): Table {
  const own = table.columns.length;
  const length = lengthOf(table, names, norm);
  const measured = deriveTable(table, [
    ...table.columns.map(passed),
    derived("_length", "number", "typed", length, table.rows),
  ]);
  const at = measured.columns[own]!.ref;
  return deriveTable(
    measured,
    measured.columns.slice(0, own).map((column) => {
      if (!names.includes(column.name)) return passed(column);
      const x = numberSql(column);
      const value = sql`case when ${at} = 0 then ${x} when ${at} is not null then ${x} / ${at} end`;
      return derived(column.name, "number", "typed", value, table.rows - incomplete);
    }),
  );
}

/** Counts the rows that have no length, and those of length 0. One scan. */
export async function unitFacts(engine: Engine, table: Table, names: readonly string[], norm: Norm): Promise<UnitRows> {
  const [row = {}] = await engine.rows(
    sql`
      select
        count(*) filter (where length_1 is null) as incomplete_1,
        count(*) filter (where length_1 = 0) as zeros_1
      from (
        select ${lengthOf(table, names, norm)} as length_1
        from ${table.relation}
      )
    `,
    1,
  );
  return { norm, incomplete: Number(row["incomplete_1"] ?? 0), zeros: Number(row["zeros_1"] ?? 0) };
}

function lengthOf(table: Table, names: readonly string[], norm: Norm): Sql {
  const values = names.map((name) => numberSql(findColumn(table.columns, name, "the model")));
  const isWhole = join(
    values.map((x) => sql`${x} is not null`),
    " and ",
  );
  const sizes = values.map((x) => (norm === "l2" ? sql`${x} * ${x}` : sql`abs(${x})`));
  // Engines pass over nulls in the greatest of some values, and some take no list of one.
  const length =
    norm === "max"
      ? sizes.length === 1
        ? sizes[0]!
        : sql`greatest(${join(sizes, ", ")})`
      : sql`${join(sizes, " + ")}`;
  return sql`case when ${isWhole} then ${norm === "l2" ? sql`sqrt(${length})` : length} end`;
}

/** What deserves a word of rows that could not be brought to unit length. */
export function unitWarnings({ incomplete, zeros }: UnitRows): readonly Warning[] {
  const rows = (count: number): string => `${count} ${count === 1 ? "row" : "rows"}`;
  return [
    ...(incomplete === 0
      ? []
      : [
          {
            code: "rows-without-length",
            message: `${rows(incomplete)} without a value in some column have no length: all their scaled values are missing`,
          },
        ]),
    ...(zeros === 0 ? [] : [{ code: "rows-of-zeros", message: `${rows(zeros)} of zeros stay zeros` }]),
  ];
}
