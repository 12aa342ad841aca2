import type { Engine, LoadedTable } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { DateCount, ReadingOptions } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { countMomentSql, isDateCount } from "./day-counts.ts";
import { revaluedTable, sameValue } from "./revalued-table.ts";

/**
 * A table with the number columns of typed files (Parquet, JSON) that `--dates` calls a count of days or seconds as
 * timestamps; other tables as they are. One scan of these columns. Throws `bad-option-value` for a number that is no date.
 */
export async function withTypedCounts(
  engine: Engine,
  table: LoadedTable,
  { dates }: ReadingOptions,
): Promise<LoadedTable> {
  const counts = table.columns.map(({ name, type, stored }) => {
    const asked = dates?.get(name);
    if (stored !== "typed" || asked === undefined || !isDateCount(asked)) return null;
    if (type === "integer" || type === "number") return asked;
    // What an earlier run made of them.
    if (type === "date" || type === "timestamp") return null;
    throw new SegmentError("bad-option-value", `--dates ${name}: the file itself says that the column is ${type}`);
  });
  if (counts.every((count) => count === null)) return table;
  await requireMoments(engine, table, counts);
  const columns = table.columns.map((column, i) => {
    const count = counts[i]!;
    const same = sameValue(column);
    if (count === null) return same;
    const note = `numbers in the file, by --dates ${count}`;
    return { ...same, type: "timestamp", note, value: momentSql(column.ref, count) } as const;
  });
  return revaluedTable(table, columns);
}

/** Numbers beyond the years of a timestamp would not be cast. */
function momentSql(ref: Sql, count: DateCount): Sql {
  const number = sql`cast(${ref} as double)`;
  const moment = countMomentSql(number, count);
  return sql`case when abs(${number}) < ${count === "epoch-ms" ? 1e14 : 1e11} then ${moment} end`;
}

async function requireMoments(
  engine: Engine,
  table: LoadedTable,
  counts: readonly (DateCount | null)[],
): Promise<void> {
  const asked = table.columns.flatMap(({ name, ref }, i) =>
    counts[i] === null ? [] : [{ name, ref, count: counts[i]! }],
  );
  const worst = asked.flatMap(({ ref, count }, i) => {
    const isNone = sql`filter (where ${ref} is not null and ${momentSql(ref, count)} is null)`;
    return [
      sql`count(*) ${isNone} as ${identifier(`none_${i}`)}`,
      sql`min(${ref}) ${isNone} as ${identifier(`least_${i}`)}`,
    ];
  });
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(worst, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  asked.forEach(({ name, count }, i) => {
    const none = Number(row[`none_${i}`] ?? 0);
    if (none === 0) return;
    const values = none === 1 ? "1 value is" : `${none} values are`;
    throw new SegmentError(
      "bad-option-value",
      `--dates ${name}=${count}: ${values} no such date, the least ${String(row[`least_${i}`])}`,
      {
        place: { column: name },
        hint: `leave it out to read ${name} as numbers`,
      },
    );
  });
}
