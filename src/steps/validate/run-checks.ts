import type { Engine, Table } from "../../core/context.ts";
import type { Place } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { placeOf } from "../reading/place-of.ts";
import { daysBetween } from "./bounds.ts";
import type { DataCheck, Test } from "./data-checks.ts";
import { findFailingRows, keptFailingRows, type FailingRows } from "./failing-rows.ts";

/** What a check came to. */
export interface CheckResult {
  readonly check: string;
  readonly column: string | null;
  readonly asked: string;
  /** Rows that fail; null for a check that is not about rows. */
  readonly failing: number | null;
  /** What was found, in words, where more is to be said than the rows. */
  readonly found: string | null;
  readonly first: FirstFailure | null;
  readonly passed: boolean;
}

/** The first row that fails. */
export interface FirstFailure {
  /** From 1, over all inputs. */
  readonly row: number;
  /** File and line, where it has one. */
  readonly place: Place;
  /** The cell as it is written; `a + b` of a key. */
  readonly value: string;
}

/** Results in the order of the checks. */
export interface CheckedTable {
  readonly results: readonly CheckResult[];
  readonly failing: FailingRows;
  /** Columns of text with words such as `n/a`, which count as values, and how many. */
  readonly nullWords: readonly { readonly column: string; readonly count: number }[];
}

/**
 * Runs every check: one query for all of them (one scan, and one grouping for each key), and, only where rows fail, one for
 * the first place of each and one for its value. With `keeps` the failing rows are stored first, for a file of them.
 */
export async function runChecks(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  checks: readonly DataCheck[],
  keeps: boolean,
): Promise<CheckedTable> {
  const figures: Record<string, unknown> = {};
  for (const query of checkingQueries(table, checks)) Object.assign(figures, (await engine.rows(query, 1))[0]);
  const counts = checks.map(({ test }, i) =>
    test.by === "table" ? test.failing : Number(figures[`failing_${i + 1}`]),
  );
  const failed = checks.flatMap((_, i) => ((counts[i] ?? 0) > 0 ? [i] : []));
  const failing = await (keeps ? keptFailingRows : findFailingRows)(engine, table, checks, failed);
  const firsts = await firstFailures(engine, sources, checks, failing);
  const results = checks.map((check, i): CheckResult => {
    const { test } = check;
    const count = counts[i]!;
    const { passed, found } = judge(test, count, figures, i + 1);
    const { column, asked } = check;
    return { check: check.check, column, asked, failing: count, found, first: firsts.get(i) ?? null, passed };
  });
  const nullWords = checks.flatMap(({ test, column }, i) => {
    const count = test.by === "rows" && test.blurred !== undefined ? Number(figures[`words_${i + 1}`]) : 0;
    return count === 0 ? [] : [{ column: column!, count }];
  });
  return { results, failing, nullWords };
}

function judge(
  test: Test,
  failing: number | null,
  figures: Readonly<Record<string, unknown>>,
  number: number,
): { readonly passed: boolean; readonly found: string | null } {
  switch (test.by) {
    case "table":
      return test;
    case "rows":
      return { passed: failing === 0, found: failing === 0 ? null : (test.what ?? null) };
    case "keys": {
      const missing = Number(figures[`missing_${number}`]);
      const found = missing === 0 ? null : `${missing} ${missing === 1 ? "row" : "rows"} without a key, not compared`;
      return { passed: failing === 0, found };
    }
    case "newest": {
      const newest = figures[`newest_${number}`];
      if (newest === null || newest === undefined) {
        return { passed: false, found: `no day up to ${test.asOf}` };
      }
      const age = daysBetween(String(newest), test.asOf);
      const found = `newest ${String(newest)}, ${age} ${age === 1 ? "day" : "days"} before`;
      return { passed: failing === 0 && age <= test.days, found };
    }
  }
}

/** Checks of one query: planning grows with the square of their number. */
const checksAtOnce = 25;

/**
 * The queries that count what fails, each a row of figures (`failing_1` is the first check's): one for up to 25 checks
 * that look at rows, none where no check does.
 */
export function checkingQueries(table: Table, checks: readonly DataCheck[]): readonly Sql[] {
  const figures = checks.map((check, i) => figuresOf(table, check, i + 1)).filter((own) => own.length > 0);
  return chunks(figures).map(
    (some) => sql`
      select
        ${join(some.flat(), ",\n")}
      from ${table.relation}
    `,
  );
}

function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / checksAtOnce) }, (_, i) =>
    items.slice(i * checksAtOnce, (i + 1) * checksAtOnce),
  );
}

function figuresOf(table: Table, { test }: DataCheck, number: number): readonly Sql[] {
  const name = (what: string): Sql => identifier(`${what}_${number}`);
  switch (test.by) {
    case "table":
      return [];
    case "rows": {
      const failing = sql`count(*) filter (where ${test.fails}) as ${name("failing")}`;
      if (test.blurred === undefined) return [failing];
      return [failing, sql`count(*) filter (where ${test.blurred}) as ${name("words")}`];
    }
    case "newest":
      return [
        sql`count(*) filter (where ${test.fails}) as ${name("failing")}`,
        sql`${test.newest} as ${name("newest")}`,
      ];
    case "keys":
      return [
        sql`
          (
            select coalesce(sum(rows_1), 0)
            from (
              select count(*) as rows_1
              from ${table.relation}
              where not ${test.missing}
              group by ${join(test.keys, ", ")}
              having count(*) > 1
            )
          ) as ${name("failing")}
        `,
        sql`count(*) filter (where ${test.missing}) as ${name("missing")}`,
      ];
  }
}

async function firstFailures(
  engine: Engine,
  sources: readonly Source[],
  checks: readonly DataCheck[],
  failing: FailingRows,
): Promise<ReadonlyMap<number, FirstFailure>> {
  const found = new Map<number, FirstFailure>();
  for (const some of chunks(failing.failed)) {
    for (const [i, { row, value: text }] of await firstValues(engine, checks, failing, some)) {
      const place = await placeOf(sources, row - 1, checks[i]!.column ?? "");
      found.set(i, { row, place, value: text });
    }
  }
  return found;
}

/** The first row that fails each of some checks, and the text that is wrong there. */
async function firstValues(
  engine: Engine,
  checks: readonly DataCheck[],
  { relation, position, firstOf }: FailingRows,
  failed: readonly number[],
): Promise<ReadonlyMap<number, { readonly row: number; readonly value: string }>> {
  const firsts = failed.map((i) => sql`${firstOf(i)} as ${identifier(`first_${i + 1}`)}`);
  const [rows = {}] = await engine.rows(
    sql`
      select
        count(*) as rows_1,
        ${join(firsts, ",\n")}
      from ${relation}
    `,
    1,
  );
  const rowOf = (i: number): number => Number(rows[`first_${i + 1}`]);
  const shown = failed.map((i) => {
    const { test } = checks[i]!;
    const text = test.by === "table" ? sql`''` : test.shown;
    return sql`case when ${position} = ${rowOf(i)} then ${text} end as ${identifier(`shown_${i + 1}`)}`;
  });
  const wanted = [...new Set(failed.map(rowOf))];
  const values = await engine.rows(
    sql`
      select
        ${position} as row_1,
        ${join(shown, ",\n")}
      from ${relation}
      where ${position} in (${join(wanted.map(value), ", ")})
    `,
    wanted.length,
  );
  return new Map(
    failed.map((i) => {
      const row = rowOf(i);
      const text = values.find((one) => Number(one["row_1"]) === row)?.[`shown_${i + 1}`];
      return [i, { row, value: text === null || text === undefined ? "" : String(text) }];
    }),
  );
}
