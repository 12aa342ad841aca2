import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import type { DataCheck } from "./data-checks.ts";
import { rowNumberSql } from "../row-position.ts";

/** Where the failing rows of a table are found. */
export interface FailingRows {
  /** Has the table's columns by their refs; holds the failing rows, and others perhaps. */
  readonly relation: Sql;
  /** The row, from 1, over all inputs. */
  readonly position: Sql;
  /** The checks, by index, that rows fail. */
  readonly failed: readonly number[];
  /** Whether a row of the relation fails check i. */
  fails(i: number): Sql;
  /** The least position that fails check i, as an aggregate over the relation. */
  firstOf(i: number): Sql;
}

/** The failing rows in the table itself: nothing is copied, and each use tests the rows again. */
export async function findFailingRows(
  _: Engine,
  table: Table,
  checks: readonly DataCheck[],
  failed: readonly number[],
): Promise<FailingRows> {
  const position = freeName(table, "position");
  const relation = positioned(table, position);
  const fails = (i: number): Sql => failingCondition(table, checks[i]!);
  return {
    relation,
    position,
    failed,
    fails,
    firstOf: (i) =>
      checks[i]!.test.by === "keys"
        ? sql`(select min(${position}) from ${relation} where ${fails(i)})`
        : sql`min(${position}) filter (where ${fails(i)})`,
  };
}

/** The failing rows kept in the engine, each tested once: for several uses. Costs the room of those rows. */
export async function keptFailingRows(
  engine: Engine,
  table: Table,
  checks: readonly DataCheck[],
  failed: readonly number[],
): Promise<FailingRows> {
  if (failed.length === 0) return findFailingRows(engine, table, checks, failed);
  const position = freeName(table, "position");
  const flags = new Map(failed.map((i) => [i, freeName(table, `fails_${i + 1}`)]));
  const tested = failed.map((i) => sql`${failingCondition(table, checks[i]!)} as ${flags.get(i)!}`);
  const { relation } = await engine.store(sql`
    select *
    from (
      select
        *,
        ${join(tested, ",\n")}
      from ${positioned(table, position)}
    )
    where ${join([...flags.values()], " or ")}
  `);
  const fails = (i: number): Sql => flags.get(i)!;
  return { relation, position, failed, fails, firstOf: (i) => sql`min(${position}) filter (where ${fails(i)})` };
}

/** The rows that fail a check, as a condition over the table's relation or one that has its columns. */
function failingCondition(table: Table, { test }: DataCheck): Sql {
  switch (test.by) {
    case "table":
      return sql`false`;
    case "rows":
    case "newest":
      return test.fails;
    case "keys": {
      const keys = join(test.keys, ", ");
      return sql`
        (not ${test.missing} and (${keys}) in (
          select ${keys}
          from ${table.relation}
          where not ${test.missing}
          group by ${keys}
          having count(*) > 1
        ))
      `;
    }
  }
}

function positioned(table: Table, position: Sql): Sql {
  return sql`(select *, ${rowNumberSql(table)} as ${position} from ${table.relation})`;
}

/** A name that no column of the table has: `stem_1`, or with a higher number. */
export function freeName(table: Table, stem: string): Sql {
  const taken = new Set(table.columns.map(({ name }) => name.toLowerCase()));
  let number = 1;
  while (taken.has(`${stem}_${number}`)) number++;
  return identifier(`${stem}_${number}`);
}
