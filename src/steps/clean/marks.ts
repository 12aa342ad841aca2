import type { Engine } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { shiftRight } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import type { FormColumn } from "./form.ts";

/** Columns counted in one query: DuckDB's planning grows with the square of their number. */
export const columnsAtOnce = 25;

/** What the rules do to the cells of a column. */
export interface MarkCounts {
  /** Cells that some rule changed. */
  readonly changed: number;
  /** Cells that hold a value after them. */
  readonly present: number;
  /** Cells that each rule changes, by the place of its stage. */
  readonly byStage: readonly number[];
  /** Of the cells in form before the check, those that are right and those that are wrong; null where that is not asked. */
  readonly judged: { readonly valid: number; readonly invalid: number } | null;
}

/** What the bits of a mark tell of a cell; those of its stages follow. */
const markBits = { present: 0, valid: 1, invalid: 2, stages: 3 } as const;

/** The bit of a rule of a column, by its place among them. */
export function stageBit(stage: number): number {
  return markBits.stages + stage;
}

/**
 * What the rules of a column do to each cell, as the bits of a whole number: one value a row, in the place of one for
 * each rule. SQL over a staged relation; `refs` are the column's own in it, `right` whether its value is.
 */
export function markSql({ stages: rules }: FormColumn, refs: readonly Sql[], right: Sql | null): Sql {
  const bit = (condition: Sql, place: number): Sql => sql`case when ${condition} then ${2 ** place} else 0 end`;
  const bits = [
    bit(sql`${refs.at(-1)!} is not null`, markBits.present),
    ...rules.map(({ rule }, s) => {
      const [before, after] = [refs[s]!, refs[s + 1]!];
      // Texts need not be compared where a rule only empties them.
      const isChanged =
        rule === "null" || rule === "check"
          ? sql`${after} is null and ${before} is not null`
          : sql`${after} is distinct from ${before}`;
      return bit(isChanged, stageBit(s));
    }),
  ];
  if (right !== null) {
    bits.push(
      sql`case ${right} when true then ${2 ** markBits.valid} when false then ${2 ** markBits.invalid} else 0 end`,
    );
  }
  return sql`cast(${join(bits, " + ")} as smallint)`;
}

/** Whether some rule changed the cell of a mark: no rule gives back what one before it took. SQL, never null. */
export function isChangedMark(mark: Sql): Sql {
  return sql`${mark} >= ${2 ** markBits.stages}`;
}

/** Whether a mark tells of a wrong value. SQL, never null. */
export function isWrongMark(mark: Sql): Sql {
  return sql`(${mark} & ${2 ** markBits.invalid}) <> 0`;
}

/** What marks tell of columns that have rules: `marks` by column, over a relation of all rows. One scan. */
export async function countMarks(
  engine: Engine,
  relation: Sql,
  columns: readonly FormColumn[],
  marks: readonly Sql[],
): Promise<readonly MarkCounts[]> {
  const counted = (i: number, place: number): Sql =>
    sql`sum(${shiftRight(marks[i]!, place)} & 1) as ${identifier(`bit_${i}_${place}`)}`;
  const places = columns.map(({ stages }) => [...Array(markBits.stages + stages.length).keys()]);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(
          places.flatMap((own, i) => [
            ...own.map((place) => counted(i, place)),
            sql`count(*) filter (where ${isChangedMark(marks[i]!)}) as ${identifier(`changed_${i}`)}`,
          ]),
          ",\n",
        )}
      from ${relation}
    `,
    1,
  );
  return columns.map(({ stages, judge }, i) => {
    const of = (place: number): number => Number(row[`bit_${i}_${place}`] ?? 0);
    return {
      present: of(markBits.present),
      changed: Number(row[`changed_${i}`] ?? 0),
      byStage: stages.map((_, s) => of(stageBit(s))),
      judged: judge == null ? null : { valid: of(markBits.valid), invalid: of(markBits.invalid) },
    };
  });
}
